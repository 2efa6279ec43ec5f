"""An agreement on a line: its period, its options, today, and what is due. Drawn as SVG in per cent, so that it fits any width. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from contracts.models import Framework, Option
from contracts.services import clocks
from core import dates
from core.dates import Unit
from notifications.models import Deadline, DeadlineKind, Turn

OWN_KINDS = (DeadlineKind.OPTION_NOTICE, DeadlineKind.AGREEMENT_EXPIRY)
MOST_YEARS = 12
MARGIN = 20
ROOM = 14.0


class Span(NamedTuple):
    """A stretch of the line: `x` and `width` in per cent. A short one has no room for its title."""

    x: str
    width: str
    kind: str
    title: str
    has_room: bool


class Mark(NamedTuple):
    """A point on the line. `anchor` keeps a label at an end of the line inside it."""

    x: str
    anchor: str
    kind: str
    label: str


@dataclass(frozen=True)
class Line:
    spans: list[Span]
    years: list[Mark]
    marks: list[Mark]
    today: Mark | None


class Event(NamedTuple):
    on: date
    title: str
    kind: str
    url: str


def events(framework: Framework, *, deadlines: Sequence[tuple[Deadline, str]], is_ours: bool) -> list[Event]:
    """Everything dated, in order. `deadlines` come with the address of their page. When we must give notice is ours to know."""
    found = [
        Event(day, title, kind, "")
        for day, title, kind in (
            (framework.signed_on, _("Signed"), "fact"),
            (framework.starts_on, _("Starts"), "fact"),
            (framework.ends_on, _("Ends, before options"), "end"),
        )
        if day
    ]
    for period in clocks.periods(framework):
        words = {"number": period.option.number}
        if period.option.decision == Option.Decision.PENDING and is_ours:
            found.append(Event(period.notice_on, _("Last day for notice of option %(number)s") % words, "notice", ""))
        found.append(Event(period.ends_on, _("End of option %(number)s") % words, "end", ""))
    found += [Event(each.due_on, _title(each, is_ours), "due", url) for each, url in deadlines if each.kind not in OWN_KINDS]
    return sorted(found, key=lambda event: event.on)


def _title(deadline: Deadline, is_ours: bool) -> str:
    """Of many suppliers asked for the same each is named, for those who may know, also when it is our turn."""
    supplier = deadline.organisation.name if deadline.turn == Turn.SUPPLIER else deadline.brief.get("supplier", "")
    if not is_ours or not supplier or supplier in deadline.title:
        return deadline.title
    return _("%(title)s, %(organisation)s") % {"title": deadline.title, "organisation": supplier}


def line(framework: Framework, events: Sequence[Event], today: date) -> Line | None:
    """None where the agreement has no period yet. What lies outside the period is not drawn."""
    starts_on, ends_on = framework.starts_on, framework.ends_on
    if starts_on is None or ends_on is None:
        return None
    periods = clocks.periods(framework)
    first = min(day for day in (framework.signed_on, starts_on) if day)
    last = max([ends_on, *(period.ends_on for period in periods)])
    scale = _Scale(dates.add(first, -MARGIN, Unit.DAYS), dates.add(last, MARGIN, Unit.DAYS))
    spans = [scale.span(starts_on, ends_on, "period", _("The agreement"))]
    for period in periods:
        kind = "used" if period.option.extends else "option"
        spans.append(scale.span(period.begins_on, period.ends_on, kind, _("Option %(number)s") % {"number": period.option.number}))
    marks = [scale.mark(event.on, event.kind, event.title) for event in events if scale.holds(event.on)]
    return Line(spans, scale.years(), marks, scale.mark(today, "today", _("today")) if scale.holds(today) else None)


class _Scale:
    def __init__(self, first: date, last: date) -> None:
        self.first, self.last = first, last

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last

    def at(self, day: date) -> float:
        return 100 * (day - self.first).days / max((self.last - self.first).days, 1)

    def span(self, first: date, last: date, kind: str, title: str) -> Span:
        width = self.at(last) - self.at(first)
        return Span(f"{self.at(first):.2f}%", f"{width:.2f}%", kind, title, width >= ROOM)

    def mark(self, day: date, kind: str, label: str) -> Mark:
        x = self.at(day)
        return Mark(f"{x:.2f}%", "start" if x < 6 else "end" if x > 94 else "middle", kind, label)

    def years(self) -> list[Mark]:
        """Each January, or every other, so that labels stand apart."""
        count = self.last.year - self.first.year
        step = count // MOST_YEARS + 1
        return [self.mark(date(year, 1, 1), "year", str(year)) for year in range(self.first.year + 1, self.last.year + 1, step)]
