"""Reading JSON bodies: bounded in size and depth, so that none of them ends as an accident."""

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
            content = super().parse(stream, media_type, context)
        except RecursionError:
            raise exceptions.ParseError(_("The JSON is nested too deeply.")) from None
        if not isinstance(content, dict):
            raise exceptions.ParseError(_("Send one JSON object."))
        return content
