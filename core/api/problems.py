"""Every error of the API as `application/problem+json` (RFC 9457)."""

import logging
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import Http404, UnreadablePostError
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response

from core.errors import FieldError, HouseError, Invalid

CONTENT_TYPE = "application/problem+json"

log = logging.getLogger(__name__)


def answer(error: Exception, context: dict[str, Any] | None = None) -> Response | None:
    """The REST framework's exception handler. None lets Django treat what nobody foresaw."""
    match error:
        case Invalid():
            return problem(error.status, str(error.message), error.errors)
        case HouseError():
            return problem(error.status, str(error.message))
        case exceptions.ValidationError():
            return problem(400, str(Invalid.message), list(_flat(error.get_full_details())))
        case exceptions.ParseError():
            return problem(400, str(error.detail), [FieldError("", "parse_error", str(error.detail))])
        case exceptions.APIException():
            return problem(error.status_code, _words(error), headers=_headers(error))
    return _of_django(error)


def problem(status: int, detail: str, errors: Iterable[FieldError] | None = None, headers: dict[str, str] | None = None) -> Response:
    return Response(content(status, detail, errors), status=status, headers=headers, content_type=CONTENT_TYPE)


def content(status: int, detail: str, errors: Iterable[FieldError] | None = None) -> dict[str, Any]:
    words: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    if errors is not None:
        words["errors"] = [{"field": error.field, "code": error.code, "detail": str(error.detail)} for error in errors]
    return words


def _of_django(error: Exception) -> Response | None:
    match error:
        case Http404():
            return problem(404, not_here())
        case PermissionDenied():
            return problem(403, _("Your role does not include this action."))
        case RequestDataTooBig() | TooManyFilesSent():
            return problem(413, _("This is too much to send at once."))
        case SuspiciousOperation() | UnreadablePostError():
            text = _("What was sent could not be read to its end. Nothing was kept; please send it again.")
            return problem(400, text, [FieldError("", "unreadable", text)])
        case OperationalError() | InterfaceError():
            log.error("database not reachable", exc_info=error)
            return problem(503, _("The service is closed for a moment. Please try again."), headers={"Retry-After": "5"})
    return None


def not_here() -> str:
    """One text for what does not exist and for what is not open to you: nobody learns which of the two it is."""
    return _("There is nothing here, or it is not open to you.")


def _words(error: exceptions.APIException) -> str:
    if isinstance(error, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        return _("Send a valid token in the Authorization header, or sign in.")
    if isinstance(error, exceptions.Throttled):
        return _("Too many requests. Wait a moment and try again.")
    return not_here() if isinstance(error, exceptions.NotFound) else str(error.detail)


def _headers(error: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if scheme := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = scheme
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait))
    return headers


def _flat(details: Any, path: str = "") -> Iterator[FieldError]:
    """`{"items": [{}, {"title": [...]}]}` becomes the field `items.1.title`."""
    if isinstance(details, dict) and set(details) == {"message", "code"} and isinstance(details["message"], str):
        yield FieldError(path, str(details["code"]), details["message"])
    elif isinstance(details, dict):
        for name, inner in details.items():
            yield from _flat(inner, path if name == "non_field_errors" else _join(path, str(name)))
    elif isinstance(details, list):
        for number, inner in enumerate(details):
            leaf = isinstance(inner, dict) and isinstance(inner.get("message"), str)
            yield from _flat(inner, path if leaf else _join(path, str(number)))


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
