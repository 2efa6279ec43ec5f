"""Pages that belong to the house itself: help, accessibility, and how a reader wants the pages to look."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from core.context import SCHEMES

YEAR = 365 * 24 * 3600


@login_not_required
@require_POST
def appearance(request: HttpRequest) -> HttpResponse:
    """Remember colours and keyboard shortcuts in a cookie, so that it works before sign-in and without script."""
    target = request.POST.get("next", "")
    response = HttpResponseRedirect(target if url_has_allowed_host_and_scheme(target, {request.get_host()}) else "/")
    if (scheme := request.POST.get("colour_scheme")) in SCHEMES:
        response.set_cookie("colour_scheme", scheme, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    if (shortcuts := request.POST.get("shortcuts")) in ("on", "off"):
        response.set_cookie("shortcuts", shortcuts, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    return response


@login_not_required
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "core/help.html")


@login_not_required
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "core/accessibility.html")
