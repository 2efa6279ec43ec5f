"""Who asks: a program with a token, or a person with a session."""

import copy
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from accounts import services
from accounts.models import User
from core import clock


class BearerToken(authentication.BaseAuthentication):
    """`Authorization: Bearer <token>`."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        scheme, _space, token = authentication.get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        user = services.user_of_token(token.strip().decode("latin-1"), today=clock.today())
        if user is None:
            raise exceptions.AuthenticationFailed
        return user, None

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class Session(authentication.SessionAuthentication):
    """A signed-in person's browser. What changes something must carry the CSRF token in its header."""

    def enforce_csrf(self, request: Request) -> None:
        """The token is never looked for in the body: that would be read before anybody knows whether it may be sent."""
        envelope = copy.copy(request._request)
        if envelope.method == "POST":
            envelope.method = "PUT"
        check = authentication.CSRFCheck(_never)
        check.process_request(envelope)
        if check.process_view(envelope, _never, (), {}):
            raise exceptions.PermissionDenied(_("The X-CSRFToken header is missing or not the session's."))


class _BearerScheme(OpenApiAuthenticationExtension):
    target_class = BearerToken
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


class _SessionScheme(OpenApiAuthenticationExtension):
    target_class = Session
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}


def _never(request: HttpRequest) -> HttpResponse:
    """The check wants a view to guard; ours is called elsewhere."""
    raise NotImplementedError
