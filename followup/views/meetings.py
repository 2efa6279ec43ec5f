"""The list of meetings, ours and a supplier's, and the same as a spreadsheet."""

from typing import Any

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation
from accounts.permissions import Action
from accounts.requests import SignedInRequest
from contracts.models import Framework
from core import access, clock, listing, paging, sheets
from core.errors import NotAllowed
from core.listing import View
from followup.filters_meetings import MeetingPageFilters
from followup.models import Meeting
from followup.querysets_meetings import MEETING_ORDERS

VIEWS = {
    "open": View(gettext_lazy("Open"), lambda meetings, user: meetings.open()),
    "over": View(gettext_lazy("Over"), lambda meetings, user: meetings.over()),
    "all": View(gettext_lazy("All"), lambda meetings, user: meetings),
}

HEADER = [
    gettext_lazy("Kind"),
    gettext_lazy("Agreement"),
    gettext_lazy("Reference"),
    gettext_lazy("Supplier"),
    gettext_lazy("State"),
    gettext_lazy("Begins"),
    gettext_lazy("Where"),
    gettext_lazy("Held on"),
    gettext_lazy("Participants"),
]


def meetings(request: SignedInRequest) -> HttpResponse:
    user = request.user
    if user.works_here:
        return _ours(request)
    if not user.supplier_ids:
        raise NotAllowed
    rows = Meeting.objects.visible_to(user).select_related("framework", "supplier")
    page = paging.page(rows, order=MEETING_ORDERS["-starts_at"], size=listing.SIZE, cursor=request.GET.get("cursor"))
    context = {
        "meetings": page.rows,
        "has_several": len(user.supplier_ids) > 1,
        "next_url": listing.url_of(request, page.next),
        "previous_url": listing.url_of(request, page.previous),
    }
    return render(request, "followup/meetings_seen.html", context)


def _ours(request: SignedInRequest) -> HttpResponse:
    view = listing.view_of(request, VIEWS)
    context = {
        "listing": listing.of(request, narrowed(request), orders=MEETING_ORDERS, usual="starts_at" if view == "open" else "-starts_at"),
        "now": clock.now(),
        "may_plan": access.may(request.user, Action.MEETING_EDIT),
        "views": listing.tabs(request, VIEWS, view),
    }
    return render(request, "followup/meetings.html", context)


def narrowed(request: SignedInRequest) -> MeetingPageFilters:
    """The list as the address describes it; the sheet downloads the same."""
    view = listing.view_of(request, VIEWS)
    return MeetingPageFilters(
        request.GET,
        queryset=VIEWS[view].rows(Meeting.objects.visible_to(request.user).select_related("framework", "supplier"), request.user),
        pickers={
            "framework": Framework.objects.visible_to(request.user).order_by("title").only("pk", "title"),
            "supplier": Organisation.objects.visible_to(request.user).suppliers().order_by("name").only("pk", "name"),
        },
    )


def sheet(request: SignedInRequest, kind: str) -> FileResponse:
    """The list as the address describes it, whole, as a spreadsheet."""
    if not request.user.works_here:
        raise NotAllowed
    rows = narrowed(request).qs.order_by(*MEETING_ORDERS["-starts_at"].names).prefetch_related("participants")
    lines = (_line(it) for it in rows.iterator(chunk_size=500))
    return sheets.spreadsheet(name=str(_("meetings")), header=HEADER, rows=lines, kind=kind)


def _line(it: Meeting) -> list[Any]:
    return [
        it.get_kind_display(),
        it.framework.title,
        it.framework.reference,
        it.supplier.name,
        it.get_status_display(),
        timezone.localtime(it.starts_at),
        it.place,
        it.held_on,
        ", ".join(each.name for each in it.participants.all()),
    ]
