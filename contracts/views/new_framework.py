"""Typing in a new agreement on one page, or beginning with a copy."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.permissions import Action
from accounts.requests import SignedInRequest
from contracts import forms, reading
from contracts.models import Framework
from contracts.services import registration
from contracts.views.doors import address
from core import access, clock
from core.forms import blamed_on
from core.pages import done


def new(request: SignedInRequest) -> HttpResponse:
    """`add` in what is sent asks for one more row, or for the lots beside the suppliers; then nothing is judged or kept."""
    access.require(request.user, Action.FRAMEWORK_CREATE)
    data = request.POST if request.method == "POST" else None
    page = forms.NewFrameworkPage(user=request.user, data=data, add=request.POST.get("add", ""))
    if page.is_valid():
        with blamed_on(page.about):
            framework = registration.register(**page.contents(), actor=request.user, **clock.read())
            return done(request, _("The agreement has been made."), address(framework))
    context = {"page": page, "form": page, "supplier_names": reading.supplier_names(), "agreements": reading.agreements(request.user)}
    return render(request, "contracts/framework_new.html", context, status=422 if page.has_errors else 200)


def begin_copy(request: SignedInRequest) -> HttpResponse:
    """From the choice on the page for a new agreement to the page that copies the chosen one."""
    access.require(request.user, Action.FRAMEWORK_CREATE)
    if not _is_id(request.GET.get("source", "")):
        return HttpResponseRedirect(reverse("contracts:framework-new"))
    framework: Any = get_object_or_404(Framework.objects.visible_to(request.user), pk=request.GET["source"])
    return HttpResponseRedirect(address(framework, "framework-copy"))


def _is_id(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False
