"""A list page: its views, its filters, its order, one page of its rows by keyset, and the addresses of the neighbouring pages.

listing = listing.of(request, filters, orders=ORDERS, usual="title")
listing.rows, listing.total, listing.next_url, listing.previous_url, listing.form
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise

from core import paging
from core.paging import Order

SIZE = 50
MOST_COUNTED = 1000


@dataclass(frozen=True)
class Listing:
    """`total` is counted no further than 1 001; write it with the `count` filter."""

    rows: list[Any]
    total: int
    next_url: str | None
    previous_url: str | None
    form: Any
    ordering: str

    @property
    def is_filtered(self) -> bool:
        """Whether an empty list may be empty because of what was asked for."""
        return any(self.form[name].value() for name in self.form.fields)


def of(request: HttpRequest, filters: Any, *, orders: Mapping[str, Order], usual: str, size: int = SIZE) -> Listing:
    """`filters` is a bound FilterSet. An order that we do not offer is the usual one."""
    ordering = request.GET.get("ordering", "")
    ordering = ordering if ordering in orders else usual
    rows: QuerySet[Any] = filters.qs
    page = paging.page(rows, order=orders[ordering], size=size, cursor=request.GET.get("cursor"))
    total = paging.count_up_to(rows, MOST_COUNTED) if page.next or page.previous else len(page.rows)
    return Listing(page.rows, total, url_of(request, page.next), url_of(request, page.previous), filters.form, ordering)


def url_of(request: HttpRequest, cursor: str | None) -> str | None:
    if cursor is None:
        return None
    query = request.GET.copy()
    query["cursor"] = cursor
    return f"?{query.urlencode()}"


class View(NamedTuple):
    """One of the views of a list, a tab on its page: the first of them is shown unless another is asked for.

    `rows(all_rows, user)` are those that it shows to this user.
    """

    label: str | Promise
    rows: Callable[[Any, Any], QuerySet[Any]]
    words: str | Promise = ""


class Tab(NamedTuple):
    label: str | Promise
    url: str
    is_current: bool
    words: str | Promise


def view_of(request: HttpRequest, views: Mapping[str, View], *, stated_by: Sequence[str] = ("status",)) -> str:
    """The view that the address names. Asking for a state, or whatever else says it, means all that are in it, open or not."""
    usual = "all" if any(request.GET.get(name) for name in stated_by) else next(iter(views))
    view = request.GET.get("view", usual)
    return view if view in views else usual


def tabs(request: HttpRequest, views: Mapping[str, View], current: str) -> list[Tab]:
    return [Tab(view.label, _with_view(request, name), name == current, view.words) for name, view in views.items()]


def _with_view(request: HttpRequest, name: str) -> str:
    """The other filters stay; a state goes with its view."""
    query = request.GET.copy()
    query["view"] = name
    for gone in ("cursor", "status"):
        query.pop(gone, None)
    return f"?{query.urlencode()}"
