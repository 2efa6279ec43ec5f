"""What every page about a finding does first, and the pages that are one form and one button."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from accounts.requests import SignedInRequest
from core import access
from core.forms import Form, blamed_on
from followup.models import Finding
from followup.states import FINDING

ABOUT = ("framework__organisation", "framework__scope", "supplier", "severity", "audit", "repeats__framework", "noted_in")
PEOPLE = ("found_by__person", "closed_by__person", "disputed_by__person")


def finding_for(request: SignedInRequest, pk: UUID, change: str | None = None) -> Finding:
    """The finding, if it exists for this person (404) and their role may make the change (403). The body is not read yet."""
    visible = Finding.objects.visible_to(request.user).select_related(*ABOUT, *PEOPLE)
    it: Finding = get_object_or_404(visible, pk=pk)
    if change is not None:
        access.require(request.user, FINDING[change].needs, it)
    return it


def address_of(it: Finding, anchor: str = "") -> str:
    return reverse("followup:finding", args=[it.pk]) + (f"#{anchor}" if anchor else "")


def done(request: SignedInRequest, text: str, it: Finding, anchor: str = "") -> HttpResponse:
    """Say what was done and go back to the finding's page."""
    messages.success(request, text)
    return HttpResponseRedirect(address_of(it, anchor))


def decide(
    request: SignedInRequest,
    it: Finding,
    *,
    form: Form,
    act: Callable[..., Any],
    title: str,
    label: str,
    told: str,
    by: dict[str, Any],
    **more: Any,
) -> HttpResponse:
    """A page with one form and one button, which says what happens and to whom."""
    if form.is_valid():
        with blamed_on(form):
            act(finding=it, **form.cleaned_data, **by)
        if not form.errors:
            return done(request, told, it)
    context = {"title": title, "text": f"{it.title} · {it.supplier.name}", "label": label, "form": form, "back_url": address_of(it), **more}
    return render(request, "core/confirm.html", context, status=422 if request.method == "POST" else 200)
