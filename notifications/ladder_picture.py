"""A ladder as a picture in time, drawn as SVG in per cent so that it fits any width, and in words for the table under it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from accounts.models import ScopeRole
from core import locales
from notifications import kinds, ladder_rules
from notifications.ladders import Rung
from notifications.models import ReminderStep
from notifications.rendering import ROLE_WORDS

LEFT, RIGHT = 21.0, 97.0
"""In per cent of the width: to the left of the first moment stands who is told."""
TOP, LANE = 46, 40
ORDER = ScopeRole.Role.values
AIR = 7
"""Days drawn between the last step counted from the sending and the first counted from the date."""


class Tick(NamedTuple):
    """A moment on the axis. Labels stand in two rows in turn, so that near ones do not cover each other."""

    x: str
    y: int
    anchor: str
    label: str
    is_anchor: bool


class Dot(NamedTuple):
    x: str
    y: int
    shape: str
    title: str


class Lane(NamedTuple):
    y: int
    text_y: int
    label: str
    side: str


@dataclass(frozen=True)
class Picture:
    height: int
    bottom: int
    ticks: list[Tick]
    lanes: list[Lane]
    dots: list[Dot]
    shapes: list[tuple[str, str]]
    text: str


class Row(NamedTuple):
    """A moment of the ladder in words."""

    when: str
    steps: list[dict[str, Any]]


def rows(rungs: Sequence[Rung]) -> list[Row]:
    """For the table: each moment once, with everybody who is told then."""
    ordered = sorted(rungs, key=lambda rung: (ladder_rules.number(rung), ORDER.index(rung.audience)))
    moments = [list(group) for _number, group in groupby(ordered, ladder_rules.number)]
    return [Row(when(told[0]), [_told(rung) for rung in told]) for told in moments]


def _told(rung: Rung) -> dict[str, Any]:
    notes = [_("Only if it has not been opened")] if rung.only_if_unseen else []
    notes += [_("Opens a task for a person, and mails nothing by itself")] if rung.opens else []
    return {"who": ROLE_WORDS.get(rung.audience, rung.audience), "what": kinds.get(rung.kind).label, "note": ". ".join(notes)}


def when(rung: Rung | ReminderStep) -> str:
    if rung.anchor == "start":
        text = _("%(distance)s after it was sent") if rung.offset else _("When it is sent")
    elif not rung.offset:
        text = _("On the date itself")
    else:
        text = _("%(distance)s before the date") if rung.offset < 0 else _("%(distance)s after the date")
    return text % {"distance": locales.span(rung.offset, rung.unit)}


def picture(rungs: Sequence[Rung]) -> Picture | None:
    if not rungs:
        return None
    scale = _Scale(rungs)
    audiences = sorted({rung.audience for rung in rungs}, key=ORDER.index)
    place = {audience: TOP + LANE * number + 28 for number, audience in enumerate(audiences)}
    bottom = TOP + LANE * len(audiences)
    return Picture(
        height=bottom + 6,
        bottom=bottom,
        ticks=scale.ticks(rungs),
        lanes=[Lane(place[it], place[it] - 12, str(ROLE_WORDS.get(it, it)), ladder_rules.side(it)) for it in audiences],
        dots=[Dot(scale.x(rung), place[rung.audience], _shape(rung), f"{when(rung)}: {kinds.get(rung.kind).label}") for rung in rungs],
        shapes=[(shape, text) for shape, text in _shapes() if any(_shape(rung) == shape for rung in rungs)],
        text=". ".join(f"{row.when}: " + ", ".join(f"{it['who']} ({it['what']})" for it in row.steps) for row in rows(rungs)),
    )


def _shape(rung: Rung) -> str:
    return "task" if rung.opens else "unseen" if rung.only_if_unseen else "mail"


def _shapes() -> list[tuple[str, str]]:
    return [("mail", _("mail")), ("unseen", _("mail, only if it has not been opened")), ("task", _("task for a person"))]


class _Scale:
    """Days on a line: what is counted from the sending to the left, what is counted from the date around the date.

    How long there is in between differs from case to case; the picture shows the shortest time in which nothing overlaps.
    """

    def __init__(self, rungs: Sequence[Rung]) -> None:
        starts = [ladder_rules.days(rung) for rung in rungs if rung.anchor == "start"]
        around = [ladder_rules.days(rung) for rung in rungs if rung.anchor == "due"]
        self.has_start, self.has_due = bool(starts), bool(around)
        first = min([*around, 0])
        self.due_at = (max(starts) + AIR if starts else 0) - first
        last = self.due_at + max([*around, 0]) if self.has_due else max(starts)
        self.length = max(last, 1.0)

    def x(self, rung: Rung) -> str:
        return self._at(ladder_rules.days(rung) + (self.due_at if rung.anchor == "due" else 0))

    def ticks(self, rungs: Sequence[Rung]) -> list[Tick]:
        marks = {self.x(rung): (_short(rung), False) for rung in rungs}
        if self.has_start:
            marks[self._at(0)] = (_("sent"), True)
        if self.has_due:
            marks[self._at(self.due_at)] = (_("the date"), True)
        ordered = sorted(marks.items(), key=lambda mark: float(mark[0].rstrip("%")))
        return [
            Tick(x, 14 if number % 2 else 30, _anchor(float(x.rstrip("%"))), label, is_anchor)
            for number, (x, (label, is_anchor)) in enumerate(ordered)
        ]

    def _at(self, day: float) -> str:
        return f"{LEFT + (RIGHT - LEFT) * day / self.length:.2f}%"


def _anchor(x: float) -> str:
    return "start" if x < LEFT + 3 else "end" if x > RIGHT - 3 else "middle"


def _short(rung: Rung) -> str:
    """−14, +8 or +1 wd: the words stand in the table."""
    unit = {"days": "", "working_days": _("wd"), "weeks": _("w"), "months": _("mo")}[rung.unit]
    return f"{'−' if rung.offset < 0 else '+'}{abs(rung.offset)}{unit and ' ' + unit}"
