"""Reading JSON bodies: bounded in size and depth, so that none of them ends as an accident."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext as _
from rest_framework import exceptions, parsers


class JSONParser(parsers.JSONParser):
    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        """Django bounds only bodies that it reads itself; this one is read by the REST framework."""
        context = parser_context or {}
        if int(context["request"].META.get("CONTENT_LENGTH") or 0) > (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0):
            raise RequestDataTooBig
        try:
            content = json.loads(stream.read().decode(), parse_constant=_no_number, object_pairs_hook=_once)
        except RecursionError:
            raise exceptions.ParseError(_("The JSON is nested too deeply.")) from None
        except ValueError as error:
            raise exceptions.ParseError(_("The JSON cannot be read: %(error)s") % {"error": error}) from None
        if not isinstance(content, dict):
            raise exceptions.ParseError(_("Send one JSON object."))
        return content


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A name given twice is no object that two programs would read alike."""
    content = dict(pairs)
    if len(content) < len(pairs):
        twice = Counter(name for name, _value in pairs).most_common(1)[0][0]
        raise exceptions.ParseError(_("The JSON names “%(name)s” twice in one object.") % {"name": written(twice)})
    return content


def _no_number(constant: str) -> None:
    raise ValueError(f"{constant} is no number")


def written(name: str) -> str:
    """A name as JSON can carry it and UTF-8 cannot (half a character) is written out."""
    return name.encode("utf-8", "backslashreplace").decode()
