"""Letters with legal effect, on the addresses where both sides meet them: all of them, one, and its PDF."""

from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from core import clock, files, listing, paging
from core.errors import NotAllowed
from core.paging import Order
from followup import letter_pdf
from followup.models import FormalNotice, Sanction
from followup.services import formal_notices as notices
from followup.views import formal_notices, formal_replies
from followup.views.notice_doors import notice_for
from notifications import kinds
from notifications.views.seen import seen


def letters(request: SignedInRequest) -> HttpResponse:
    """Ours with every supplier, or what a supplier has got from us; newest first."""
    if not request.user.works_here and not request.user.supplier_ids:
        raise NotAllowed
    rows = FormalNotice.objects.visible_to(request.user).select_related("framework", "supplier", "request", "reply_deadline")
    page = paging.page(rows, order=Order("created_at", descending=True), size=listing.SIZE, cursor=request.GET.get("cursor"))
    context = {
        "notices": page.rows,
        "today": clock.today(),
        "is_ours": request.user.works_here,
        "has_sanctions": not request.user.works_here and Sanction.objects.visible_to(request.user).exists(),
        "has_several": len(request.user.supplier_ids) > 1,
        "next_url": listing.url_of(request, page.next),
        "previous_url": listing.url_of(request, page.previous),
    }
    return render(request, "followup/letters.html", context)


def letter(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = notice_for(request, pk)
    seen(request, kinds.NOTICE, it.pk)
    return formal_notices.show(request, it) if request.user.works_here else formal_replies.show(request, it)


@require_safe
def pdf(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """As it was sent, or as it would be today, to be put on paper and signed."""
    it = notice_for(request, pk)
    if it.has_left:
        return files.download(it.pdf)
    return files.handed_out(letter_pdf.made(notices.as_of(it, signer=request.user, today=clock.today()).letter))
