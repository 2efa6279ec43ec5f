"""Refusals and accidents as pages: kind words, the right status, and a way on. The API's JSON is `core/api.py`."""

import logging
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, UnreadablePostError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import is_valid_path
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import requires_csrf_token

from core import kept_text
from core.api import problems
from core.errors import HouseError, Invalid, LengthMissing

log = logging.getLogger(__name__)


class Words(NamedTuple):
    title: str | Promise
    text: str | Promise


WORDS = {
    400: Words(_("This could not be read"), _("Something in the address or in what was sent is not as it should be. Nothing was changed.")),
    403: Words(_("You do not have access to do this"), _("Your role does not include this. Nothing was changed.")),
    404: Words(
        _("We cannot find this page"),
        _("The address may be wrong, the page may have moved, or it may not be open to you. Are you signed in as the right person?"),
    ),
    405: Words(_("There is nothing to read at this address"), _("It only takes what a form sends. Nothing was changed.")),
    409: Words(_("This is not possible now"), _("Somebody may have been here before you. Nothing of yours was changed.")),
    411: Words(_("This could not be read"), LengthMissing.message),
    413: Words(
        _("This is too big to send"),
        _("One file can be 100 MB, and everything together 500 MB and 50 files. Nothing was kept; send fewer or smaller files."),
    ),
    415: Words(
        _("We cannot take this kind of file"),
        _("Nothing was kept. Send it as a PDF, a picture, an Office document, CSV, text or ZIP."),
    ),
    429: Words(_("Too many attempts"), _("To keep your account safe we pause for a little. Wait some minutes and try again.")),
    500: Words(_("Something went wrong with us"), _("It is our fault, not yours, and we have been told. Try again in a moment.")),
    503: Words(_("We are closed for a moment"), _("The service will be back soon. What you have sent in earlier is safe.")),
    507: Words(_("There is no room for the file right now"), _("Nothing was lost. Please try again later.")),
}
CUT_OFF = _("The connection was cut before everything had arrived. Nothing was kept; please send it again.")
SECURITY = _("The page had been open too long, or cookies are switched off in your browser. Nothing was changed. Open the page again.")


def page(
    request: HttpRequest,
    status: int,
    text: str | Promise | None = None,
    *,
    details: list[str] | None = None,
    back: str = "",
    typed: list[str] | None = None,
) -> HttpResponse:
    """The page of that status, its fragment for htmx, or a problem for programs."""
    words = WORDS.get(status, WORDS[400])
    if request.path.startswith("/api/"):
        return _problem(status, problems.not_here() if status == 404 else str(text or words.text))
    way_back = back or _back(request)
    context = {
        "status": status,
        "title": words.title,
        "text": text or words.text,
        "details": details or [],
        "back": way_back,
        "typed": typed or [],
    }
    if status >= 500:
        return HttpResponse(render_to_string("core/error_plain.html", context), status=status)
    name = "core/error_fragment.html" if request.headers.get("HX-Request") else "core/error.html"
    return render(request, name, context, status=status)


def _problem(status: int, detail: str) -> JsonResponse:
    return JsonResponse(problems.content(status, detail), status=status, content_type=problems.CONTENT_TYPE)


def _back(request: HttpRequest) -> str | None:
    """The page of ours that the person came from, if it is not this one."""
    source = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(source, {request.get_host()}):
        return None
    parts = urlsplit(source)
    if parts.path.startswith("//"):  # alone that would be another site's address
        return None
    return None if parts.path == request.path and request.method == "GET" else parts._replace(scheme="", netloc="").geturl()


def refusal(request: HttpRequest, error: HouseError) -> HttpResponse:
    """What a service would not do, in the service's own words; and what was written, so that it is not lost with the form."""
    details = [str(each.detail) for each in error.errors] if isinstance(error, Invalid) else []
    text = error.message
    typed = kept_text.typed(request)
    return page(request, error.status, text, details=[each for each in details if each != str(text)], typed=typed)


def known(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """Accidents that have a page of their own; None lets Django treat the rest."""
    if isinstance(error, RequestDataTooBig | TooManyFilesSent):
        return page(request, 413)
    if isinstance(error, UnreadablePostError):
        return page(request, 400, CUT_OFF)
    if isinstance(error, OperationalError | InterfaceError):
        log.error("database not reachable", exc_info=error)
        return page(request, 503)
    return None


def not_to_read(request: HttpRequest) -> HttpResponse:
    """Where only forms are sent, and somebody came back by the address: on to the nearest page above it."""
    above = request.path.rstrip("/").rpartition("/")[0]
    while above:
        if is_valid_path(f"{above}/"):
            return page(request, 405, back=f"{above}/")
        above = above.rpartition("/")[0]
    return page(request, 405)


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return (exception and known(request, exception)) or page(request, 400)


@requires_csrf_token
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 403)


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 404)


@requires_csrf_token
def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 429)


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    return page(request, 500)


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A page that stood open while its reader signed in again elsewhere: the text is kept and the page opened anew."""
    origin = kept_text.page_of(request)
    if request.method == "POST" and origin and settings.CSRF_COOKIE_NAME in request.COOKIES and _same_site(request):
        kept_text.keep(request, now=timezone.now())
        if kept_text.SESSION_KEY in request.session:
            return HttpResponseRedirect(origin)
    return page(request, 403, SECURITY)


def _same_site(request: HttpRequest) -> bool:
    return request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
