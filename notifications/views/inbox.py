"""The inbox on the site."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from core import clock, listing, paging
from core.paging import Order
from notifications import kinds, links, notices, rendering
from notifications.models import Notice


def inbox(request: SignedInRequest) -> HttpResponse:
    rows = Notice.objects.visible_to(request.user).select_related("organisation")
    shows_all = request.GET.get("view") == "all"
    page = paging.page(
        rows if shows_all else rows.unread(),
        order=Order("created_at", descending=True),
        size=listing.SIZE,
        cursor=request.GET.get("cursor"),
    )
    context = {
        "notices": [_row(notice) for notice in page.rows],
        "shows_all": shows_all,
        "shows_unread": not shows_all,
        "unread": notices.unread_count(request.user),
        "next_url": listing.url_of(request, page.next),
        "previous_url": listing.url_of(request, page.previous),
    }
    return render(request, "notifications/inbox.html", context)


def _row(notice: Notice) -> dict[str, Any]:
    return {"notice": notice, "label": kinds.get(notice.kind).label, "text": rendering.headline(notice)}


@require_POST
def open_notice(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Go to what it is about; then it has been read."""
    notice = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    notices.read_one(notice=notice, now=clock.now())
    return HttpResponseRedirect(links.path_of_notice(notice))


@require_POST
def read_all(request: SignedInRequest) -> HttpResponse:
    notices.read_all(user=request.user, now=clock.now())
    messages.success(request, _("Everything is marked as read."))
    return redirect("notifications:inbox")
