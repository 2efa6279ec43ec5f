"""Coming mail: a bar a day, and who is told of what behind each bar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from accounts.models import Scope
from accounts.requests import SignedInRequest
from core import clock, listing, locales, paging
from core.errors import NotAllowed
from core.forms import DateField, FilterForm
from core.paging import Order
from notifications import coming_steps, forecast, kinds
from notifications.models import PlannedStep

DAYS = {"14": _("two weeks"), "30": _("a month"), "90": _("three months")}
USUAL = "30"
MOST_AGREEMENTS = 500
HIGHEST = 150.0
"""The tallest bar, in pixels."""


class ForecastFilters(FilterForm):
    framework = forms.ChoiceField(label=_("Agreement"), required=False)
    days = forms.ChoiceField(label=_("How far ahead"), choices=list(DAYS.items()), required=False, initial=USUAL)
    on = DateField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, scopes: Sequence[Scope], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["framework"].choices = [("", _("All")), *((str(scope.pk), scope.name) for scope in scopes)]  # type: ignore[attr-defined]


class Bar(NamedTuple):
    """`x` and `width` in per cent, `y` and `height` in pixels."""

    x: str
    width: str
    y: str
    height: str
    title: str
    label: str


@dataclass
class Row:
    """A day in the table: lines by kind, in words."""

    on: date
    mails: int
    kinds: list[tuple[str, int]]


def coming(request: SignedInRequest) -> HttpResponse:
    if not request.user.works_here:
        raise NotAllowed
    today = clock.today()
    scopes = list(Scope.objects.visible_to(request.user).order_by("name")[:MOST_AGREEMENTS])
    form = ForecastFilters(request.GET or {"days": USUAL}, scopes=scopes)
    form.is_valid()
    said = getattr(form, "cleaned_data", {})
    scope_ids = [UUID(said["framework"])] if said.get("framework") else []
    days = list(forecast.coming(start=today, days=int(said.get("days") or USUAL), scope_ids=scope_ids))
    rows = [Row(day.on, day.mails, _named(day)) for day in days]
    context = {
        "form": form,
        "rows": [row for row in rows if row.mails],
        "bars": _bars(days),
        "total": sum(day.mails for day in days),
        "last": days[-1].on,
        "today": today,
        "query": _without(request, "on", "cursor"),
        **(_behind(request, said["on"], scope_ids, today) if said.get("on") else {}),
    }
    return render(request, "notifications/forecast.html", context)


def _named(day: forecast.Day) -> list[tuple[str, int]]:
    return sorted((str(kinds.get(kind).label), count) for kind, count in day.kinds.items() if count)


def _bars(days: Sequence[forecast.Day]) -> list[Bar]:
    most = max([day.mails for day in days] or [0])
    step = 100 / len(days)
    return [_bar(day, step * number, step, most) for number, day in enumerate(days)]


def _bar(day: forecast.Day, x: float, step: float, most: int) -> Bar:
    height = HIGHEST * day.mails / most if most else 0
    monday = locales.day_and_month(day.on) if day.on.weekday() == 0 else ""
    return Bar(
        x=f"{x + step * 0.1:.2f}%",
        width=f"{step * 0.8:.2f}%",
        y=f"{HIGHEST + 10 - height:.1f}",
        height=f"{height:.1f}",
        title=f"{locales.long_day(day.on)}: {day.mails}",
        label=monday,
    )


def _behind(request: SignedInRequest, on: date, scope_ids: list[UUID], today: date) -> dict[str, Any]:
    """The cases behind a bar. What waits from earlier days stands behind today's."""
    visible = PlannedStep.objects.visible_to(request.user).planned().awaited(on)
    steps = visible.select_related("step", "deadline__scope", "deadline__organisation")
    steps = steps.filter(on__lte=on) if on <= today else steps.filter(on=on)
    if scope_ids:
        steps = steps.filter(deadline__scope_id__in=scope_ids)
    page = paging.page(steps, order=Order("on"), size=listing.SIZE, cursor=request.GET.get("cursor"))
    return {
        "on": on,
        "steps": coming_steps.told(page.rows, today=today),
        "next_url": listing.url_of(request, page.next),
        "previous_url": listing.url_of(request, page.previous),
    }


def _without(request: SignedInRequest, *names: str) -> str:
    query = request.GET.copy()
    for name in names:
        query.pop(name, None)
    return query.urlencode()
