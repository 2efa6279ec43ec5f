"""The doors' common manners: sign in first and lose nothing, and a refusal becomes a page."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django_htmx.http import HttpResponseClientRedirect

from core import http, kept_text, locales, uploads
from core.errors import HouseError, LengthMissing

Answer = Callable[[HttpRequest], HttpResponseBase]


class SignInFirst(LoginRequiredMiddleware):
    """Every page needs a person; a form posted after the session ended keeps its text and leads to sign-in.

    Stands before the CSRF check, so that files of a stranger are never written to disk.
    """

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> HttpResponse:  # type: ignore[override]
        came_from = request.get_full_path()
        if request.method == "POST":
            kept_text.keep(request, now=timezone.now())
            came_from = kept_text.page_of(request) or "/"
        login = redirect_to_login(came_from, resolve_url(self.get_login_url(view_func)))
        return HttpResponseClientRedirect(login.url) if request.headers.get("HX-Request") else login


class MeasuredBodies:
    """Answers a form without a length before the CSRF check looks into it, finds nothing and blames the reader's cookies.

    The API asks for itself, after 404 and 403 (`Door.body`).
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        if request.path.startswith("/api/"):
            return None
        try:
            uploads.refuse_unmeasured(request.META)
        except LengthMissing as error:
            return http.refusal(request, error)
        return None


class KeptText:
    """Gives the text back on the page it came from, until the form is sent again or two hours have passed."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.user.is_authenticated or request.path.startswith("/api/"):
            return self.get_response(request)
        with kept_text.given_back(self._waiting(request)):
            response = self.get_response(request)
        self._remember_reader(request, response)
        return response

    def _waiting(self, request: HttpRequest) -> kept_text.Kept | None:
        if kept_text.SESSION_KEY not in request.session:
            return None
        if request.method == "POST" and kept_text.page_of(request) == request.session[kept_text.SESSION_KEY]["page"]:
            kept_text.forget(request)
            return None
        return kept_text.kept_for(request, now=timezone.now())

    def _remember_reader(self, request: HttpRequest, response: HttpResponseBase) -> None:
        """So that text is given back only to the person who wrote it. The cookie holds an id and nothing else."""
        reader = str(request.user.pk or "")
        if reader and kept_text.reader_of(request) != reader:
            response.set_signed_cookie(
                kept_text.READER_COOKIE, reader, max_age=30 * 24 * 3600, httponly=True, samesite="Lax", secure=request.is_secure()
            )


class ReadersZone:
    """Shows times of day in the reader's zone. Dates and deadlines stay in the organisation's (`core.clock`)."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.user.is_authenticated or request.path.startswith("/api/"):
            return self.get_response(request)
        with timezone.override(locales.zone(request.user.person.time_zone)):
            return self.get_response(request)


class Refusals:
    """Turns what services raise into a page; whoever is signed in is never shown another's page from a cache."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code == 405 and request.method == "GET" and not request.path.startswith("/api/"):
            response = http.not_to_read(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_cache=True)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return http.refusal(request, exception) if isinstance(exception, HouseError) else http.known(request, exception)
