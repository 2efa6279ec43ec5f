"""What every page about a formal notice does first."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.requests import SignedInRequest
from core import access, states
from followup.models import FormalNotice
from followup.states import FORMAL_NOTICE

ABOUT = ("framework__organisation", "framework__scope", "supplier", "request__framework", "request__supplier", "request__deadline")
PARTS = ("missed__organisation", "reply_deadline__organisation", "signed_by__person", "decided_by__person", "reply__submitted_by__person")


def notice_for(request: SignedInRequest, pk: UUID, change: str | None = None) -> FormalNotice:
    """The notice, if it exists for this person (404) and their role may make the change (403). The body is not read yet."""
    visible = FormalNotice.objects.visible_to(request.user).select_related(*ABOUT, *PARTS)
    it: FormalNotice = get_object_or_404(visible, pk=pk)
    if change is not None:
        access.require(request.user, FORMAL_NOTICE[change].needs, it)
    return it


def notice_to(request: SignedInRequest, pk: UUID, change: str) -> FormalNotice:
    """To make the change: as `notice_for`, and it is possible now (409)."""
    it = notice_for(request, pk, change)
    states.check(FORMAL_NOTICE, it, change, actor=request.user)
    return it


def address_of(it: FormalNotice) -> str:
    return reverse("followup:formal-notice", args=[it.pk])
