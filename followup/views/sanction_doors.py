"""What every page about a sanction case does first."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.requests import SignedInRequest
from core import access, states
from followup.models import Sanction
from followup.states import SANCTION

ABOUT = ("framework__organisation", "framework__scope", "supplier", "clause", "reply_deadline__organisation", "fine")
PARTS = ("proposed_by__person", "decided_by__person", "reply__submitted_by__person")


def sanction_for(request: SignedInRequest, pk: UUID, change: str | None = None) -> Sanction:
    """The case, if it exists for this person (404) and their role may make the change (403). The body is not read yet."""
    visible = Sanction.objects.visible_to(request.user).select_related(*ABOUT, *PARTS)
    it: Sanction = get_object_or_404(visible, pk=pk)
    if change is not None:
        access.require(request.user, SANCTION[change].needs, it)
    return it


def sanction_to(request: SignedInRequest, pk: UUID, change: str) -> Sanction:
    """To make the change: as `sanction_for`, and it is possible now (409)."""
    it = sanction_for(request, pk, change)
    states.check(SANCTION, it, change, actor=request.user)
    return it


def address_of(it: Sanction) -> str:
    return reverse("followup:sanction", args=[it.pk])
