"""Whom results are shared with: our list, and for a supplier who has access to its own."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from accounts.permissions import Action
from accounts.requests import SignedInRequest
from contracts.models import Framework
from core import access, clock, listing, paging
from core.errors import NotAllowed
from core.listing import View
from core.paging import Order
from followup.filters_sharings import SharingPageFilters
from followup.models import Sharing

ASKED = Sharing.Status.ASKED
ORDERS = paging.both_ways(created_at=Order("created_at"))


VIEWS = {
    "open": View(_("Open"), lambda rows, user: rows.open_on(clock.today())),
    "over": View(_("Over"), lambda rows, user: rows.over_on(clock.today())),
    "all": View(_("All"), lambda rows, user: rows),
}


def index(request: SignedInRequest) -> HttpResponse:
    user = request.user
    if user.works_here:
        return _ours(request)
    if not user.supplier_ids:
        raise NotAllowed
    cursor, rows = request.GET.get("cursor"), _rows(request)
    page = paging.page(rows.exclude(status=ASKED), order=ORDERS["-created_at"], size=listing.SIZE, cursor=cursor)
    context = {
        "waiting": [] if cursor else _waiting(request),
        "sharings": _with_state(page.rows),
        "today": clock.today(),
        "has_several": len(user.supplier_ids) > 1,
        "next_url": listing.url_of(request, page.next),
        "previous_url": listing.url_of(request, page.previous),
    }
    return render(request, "followup/sharing/seen.html", context)


def _waiting(request: SignedInRequest) -> list[tuple[Sharing, bool]]:
    """What the supplier is asked about, the first to be answered on top; and whether this person may answer."""
    user = request.user
    rows = Sharing.objects.visible_to(user).asked().select_related("framework", "supplier", "answer_deadline")
    found = rows.order_by("answer_deadline__due_on", "id")[: listing.SIZE]
    return [(it, access.may(user, Action.SHARING_ANSWER, it)) for it in found]


def _ours(request: SignedInRequest) -> HttpResponse:
    view = listing.view_of(request, VIEWS)
    filters = SharingPageFilters(
        request.GET,
        queryset=VIEWS[view].rows(_rows(request), request.user),
        pickers={
            "supplier": Organisation.objects.visible_to(request.user).suppliers().order_by("name").only("pk", "name"),
            "framework": Framework.objects.visible_to(request.user).order_by("title").only("pk", "title"),
        },
    )
    found = listing.of(request, filters, orders=ORDERS, usual="-created_at")
    context = {
        "listing": found,
        "sharings": _with_state(found.rows),
        "views": listing.tabs(request, VIEWS, view),
        "may_share": access.may(request.user, Action.SHARING_EDIT),
    }
    return render(request, "followup/sharing/list.html", context)


def _rows(request: SignedInRequest) -> QuerySet[Any]:
    """With when a file was fetched last: the audits and the day are what somebody looks for."""
    seen = Sharing.objects.visible_to(request.user).select_related("framework", "supplier", "clause")
    return seen.with_fetched_at()


def _with_state(rows: list[Any]) -> list[tuple[Any, str]]:
    today = clock.today()
    return [(it, it.state(today)) for it in rows]
