"""What every page about a finding does first, and the pages that are one form and one button."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.requests import SignedInRequest
from core import access, states
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


def finding_to(request: SignedInRequest, pk: UUID, change: str) -> Finding:
    """To make the change: as `finding_for`, and it is possible now (409)."""
    it = finding_for(request, pk, change)
    states.check(FINDING, it, change, actor=request.user)
    return it


def address_of(it: Finding, anchor: str = "") -> str:
    return reverse("followup:finding", args=[it.pk]) + (f"#{anchor}" if anchor else "")
