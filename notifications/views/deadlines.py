"""Deadlines: what waits for me, and all of them."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.models import Organisation, Scope
from accounts.permissions import Action
from accounts.requests import SignedInRequest
from core import access, clock, listing, sheets
from core.listing import View
from core.paging import Order, both_ways
from notifications import kinds, links
from notifications.filters import DeadlinePageFilters
from notifications.models import Deadline

ORDERS = both_ways(due_on=Order("due_on"), created_at=Order("created_at"))
VIEWS = {
    "mine": View(gettext_lazy("Waiting for me"), lambda deadlines, user: deadlines.tasks_of(user)),
    "open": View(gettext_lazy("Open"), lambda deadlines, user: deadlines.open()),
    "all": View(gettext_lazy("All"), lambda deadlines, user: deadlines),
}


def deadlines(request: SignedInRequest) -> HttpResponse:
    view = listing.view_of(request, VIEWS)
    page = listing.of(request, narrowed(request, view), orders=ORDERS, usual="due_on")
    for row in page.rows:
        row.url = page_of(row)
        row.may_take = row.is_open and access.may(request.user, Action.DEADLINE_TAKE, row)
    context = {
        "listing": page,
        "view": view,
        "views": listing.tabs(request, VIEWS, view),
        "today": clock.today(),
    }
    return render(request, "notifications/deadlines.html", context)


@require_safe
def sheet(request: SignedInRequest, kind: str) -> HttpResponseBase:
    header = [_("What"), _("Kind"), _("Agreement"), _("Owed by"), _("Turn"), _("Date"), _("First date"), _("Closed"), _("Next message")]
    rows = narrowed(request, listing.view_of(request, VIEWS)).qs.order_by("due_on", "id").iterator(chunk_size=500)
    return sheets.spreadsheet(name=_("Deadlines"), header=header, rows=map(_cells, rows), kind=kind)


def _cells(row: Any) -> list[Any]:
    place = [row.scope.name, row.organisation.name, row.get_turn_display()]
    return [row.title, row.get_kind_display(), *place, row.due_on, row.original_due_on, row.closed_at, row.next_step_on]


def deadline(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The page that a deadline is about."""
    return HttpResponseRedirect(page_of(get_object_or_404(Deadline.objects.visible_to(request.user), pk=pk)))


def narrowed(request: SignedInRequest, view: str) -> DeadlinePageFilters:
    """The list as the address describes it; the sheet downloads the same."""
    rows: QuerySet[Any] = Deadline.objects.visible_to(request.user).select_related("organisation", "scope", "taken_by").with_next_step()
    return DeadlinePageFilters(
        request.GET,
        queryset=VIEWS[view].rows(rows, request.user),
        organisations=Organisation.objects.visible_to(request.user).order_by("name").only("pk", "name"),
        scopes=Scope.objects.visible_to(request.user).order_by("name"),
    )


def page_of(row: Deadline) -> str:
    url_name, leads_to = kinds.PAGE_OF_DEADLINE[row.kind]
    return links.path_to(url_name, kinds.page_id(leads_to, about_id=row.about_id, scope_id=row.scope_id, deadline_id=row.pk))
