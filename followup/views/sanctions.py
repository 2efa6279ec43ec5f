"""Sanction cases on the addresses where both sides meet them: the list, one, and its letters as PDF."""

from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import Action
from accounts.requests import SignedInRequest
from core import access, clock, listing, paging
from core.errors import NotAllowed
from followup import sanction_papers
from followup.filters import SanctionFilters
from followup.models import Sanction
from followup.views import sanction_case, sanction_heard
from followup.views.sanction_doors import sanction_for
from notifications import kinds
from notifications.views.seen import seen

ORDERS = paging.both_ways(created_at=paging.Order("created_at"))
RELATED = ("framework", "supplier", "reply_deadline")


def listed(request: SignedInRequest) -> HttpResponse:
    """Ours against every supplier, or those that a supplier has been heard in; newest first."""
    user = request.user
    if not user.works_here and not user.supplier_ids:
        raise NotAllowed
    rows = Sanction.objects.visible_to(user).seen_by(user).select_related(*RELATED)
    context = {
        "listing": listing.of(request, SanctionFilters(request.GET, queryset=rows), orders=ORDERS, usual="-created_at"),
        "today": clock.today(),
        "is_ours": user.works_here,
        "has_several": len(user.supplier_ids) > 1,
        "may_propose": access.may(user, Action.SANCTION_PROPOSE),
    }
    return render(request, "followup/sanctions.html", context)


def one(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = sanction_for(request, pk)
    seen(request, kinds.SANCTION, it.pk)
    return sanction_case.show(request, it) if request.user.works_here else sanction_heard.show(request, it)


@require_safe
def letter(request: SignedInRequest, pk: UUID, purpose: str) -> HttpResponseBase:
    """As it was sent, or for us as it would be today, to be put on paper and signed."""
    return sanction_papers.handed_out(sanction_for(request, pk), purpose, reader=request.user, today=clock.today())
