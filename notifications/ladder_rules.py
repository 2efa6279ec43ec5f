"""What a ladder must keep to before it becomes a version of a policy. Pure: rungs in, faults out.

What fits which kind of deadline follows from the ladders that the product comes with: the kinds of message they use,
to which side, before or after the date, and what they open.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from math import ceil

from django.utils.translation import gettext_lazy as _

from core.errors import Text
from notifications import ladders
from notifications.audience import SUPPLIER_CHAIN
from notifications.ladders import Rung

IN_DAYS = {"days": 1.0, "working_days": 1.4, "weeks": 7.0, "months": 30.4}
"""Roughly, to compare offsets in different units: five working days are a week."""

FARTHEST = 730
DUE_STANDS_AT = 16_000
TENTHS = 10
FREE_REMINDERS = 2


@dataclass(frozen=True)
class Fault:
    """`index` is the place of the rung in what was given; None where the ladder as a whole is at fault."""

    code: str
    detail: Text
    index: int | None = None
    field: str = ""


@dataclass
class Fit:
    """Where a kind of message may stand in a ladder."""

    sides: set[str] = field(default_factory=set)
    moments: set[str] = field(default_factory=set)
    opens: set[str] = field(default_factory=set)


@cache
def fitting(deadline_kind: str) -> dict[str, Fit]:
    """The kinds of message that a ladder for this kind of deadline may send, and where."""
    found: dict[str, Fit] = defaultdict(Fit)
    for rung in ladders.LADDERS.get(deadline_kind, ("", ()))[1]:
        fit = found[rung.kind]
        fit.sides.add(side(rung.audience))
        fit.moments.add(moment(rung))
        fit.opens.add(rung.opens)
    return dict(found)


def chases_supplier(deadline_kind: str) -> bool:
    """Whether it is the supplier's turn. Else nobody of theirs is reminded."""
    return any("supplier" in fit.sides for fit in fitting(deadline_kind).values())


def side(audience: str) -> str:
    return "supplier" if audience in SUPPLIER_CHAIN else "cpb"


def moment(rung: Rung) -> str:
    """The words of a mail are true on one side of the date only."""
    return "after" if rung.anchor == "due" and rung.offset > 0 else "before"


def days(rung: Rung) -> float:
    return rung.offset * IN_DAYS[rung.unit]


def number(rung: Rung) -> int:
    """The rung's number says where it stands in time. So those of two versions can be compared, whatever was put in
    between: who has been told of a later rung is not told of an earlier one when a case moves to another version."""
    return round(days(rung) * TENTHS) + (DUE_STANDS_AT if rung.anchor == "due" else 0)


def numbered(rungs: Iterable[Rung]) -> list[Rung]:
    """In the order of time, each with its number."""
    return sorted((rung._replace(rung=number(rung)) for rung in rungs), key=lambda rung: rung.rung)


def repeated(rungs: Sequence[Rung], index: int, times: int) -> list[Rung]:
    """`times` more of that rung to the same audience, each gap twice the one before."""
    rung = rungs[index]
    earlier = [
        days(other) for other in rungs if is_overdue_reminder(other) and other.audience == rung.audience and days(other) < days(rung)
    ]
    gap, last, found = days(rung) - max(earlier, default=0), days(rung), []
    for _again in range(times):
        offset = _up(last + 2 * gap)
        gap, last = offset - last, offset
        found.append(rung._replace(offset=offset, unit="days"))
    return found


def _up(day: float) -> int:
    """To whole days; what is one up to a rounding error stays as it is."""
    return ceil(day - 1e-6)


def is_overdue_reminder(rung: Rung) -> bool:
    return moment(rung) == "after" and not rung.opens


def faults(deadline_kind: str, rungs: Sequence[Rung]) -> list[Fault]:
    """Everything that is wrong, at the rung where it can be put right."""
    if not rungs:
        return [Fault("none", _("A ladder needs at least one step."))]
    found = [fault for index, rung in enumerate(rungs) for fault in _alone(deadline_kind, index, rung)]
    if not found:  # the others compare rungs, and would blame one for another's fault
        found = [*_twice(rungs), *_ascending(rungs), *_doubling(rungs), *_asks(deadline_kind, rungs), *_ends(deadline_kind, rungs)]
    return found


def _alone(deadline_kind: str, index: int, rung: Rung) -> Iterator[Fault]:
    if abs(days(rung)) > FARTHEST:
        yield Fault("too_far", _("At most two years from the date."), index, "offset")
    if rung.anchor == "start" and rung.offset < 0:
        yield Fault("before_start", _("Nobody can be told before it was sent. Count from the date instead."), index, "offset")
    if side(rung.audience) == "supplier" and not chases_supplier(deadline_kind):
        yield Fault("our_turn", _("It is our turn, so nobody at the supplier is reminded."), index, "audience")
        return
    if rung.only_if_unseen and side(rung.audience) != "supplier":
        yield Fault("unseen", _("Only what a supplier has to open can wait for being opened."), index, "only_if_unseen")
    yield from _fits(fitting(deadline_kind).get(rung.kind), index, rung)


def _fits(fit: Fit | None, index: int, rung: Rung) -> Iterator[Fault]:
    if fit is None:
        yield Fault("kind", _("This message does not belong to this kind of deadline."), index, "kind")
    elif side(rung.audience) not in fit.sides:
        yield Fault("side", _("This message is not written for that role."), index, "kind")
    elif moment(rung) not in fit.moments:
        after = "after" in fit.moments
        text = _("This message says that the date has passed.") if after else _("This message says that the date is still to come.")
        yield Fault("moment", text, index, "kind")
    elif rung.opens not in fit.opens:
        legal = _("What has legal effect is never mailed by itself: it opens a task for a person.")
        yield Fault("opens", legal if not rung.opens else _("This message opens no task."), index, "opens")


def _twice(rungs: Sequence[Rung]) -> Iterator[Fault]:
    seen: set[tuple[int, str]] = set()
    for index, rung in enumerate(rungs):
        place = (number(rung), rung.audience)
        if place in seen:
            yield Fault("twice", _("This role is told something else at the same time already."), index, "audience")
        seen.add(place)


def _ascending(rungs: Sequence[Rung]) -> Iterator[Fault]:
    """Only of rungs that have numbers: those of one moment share it, and a later moment has a higher one."""
    by_number: dict[int, Rung] = {}
    for index, rung in enumerate(rungs):
        if rung.rung and number(by_number.setdefault(rung.rung, rung)) != number(rung):
            yield Fault("one_moment", _("A rung is one moment."), index, "offset")
    ordered = sorted(by_number.items())
    for (_low, before), (_high, after) in pairwise(ordered):
        if number(after) <= number(before):
            yield Fault("order", _("A later step must come later in time."), rungs.index(after), "offset")


def _doubling(rungs: Sequence[Rung]) -> Iterator[Fault]:
    """Lesson 5 of those who came before: whoever has not answered two reminders is not moved by a faster third."""
    by_audience: dict[str, list[tuple[float, int]]] = defaultdict(list)
    for index, rung in enumerate(rungs):
        if is_overdue_reminder(rung):
            by_audience[rung.audience].append((days(rung), index))
    for told in by_audience.values():
        told.sort()
        for place in range(FREE_REMINDERS, len(told)):
            gap, before = told[place][0] - told[place - 1][0], told[place - 1][0] - told[place - 2][0]
            if gap < 2 * before - 1e-6:
                words = {"days": _up(told[place - 1][0] + 2 * before)}
                text = _("After two reminders past the date the gaps at least double: this one at the earliest after %(days)d days.")
                yield Fault("gap", text % words, told[place][1], "offset")


def _asks(deadline_kind: str, rungs: Sequence[Rung]) -> Iterator[Fault]:
    """Where the ladder itself sends what asks, without it nobody would be asked."""
    asking = [rung for rung in ladders.LADDERS[deadline_kind][1] if rung.anchor == "start" and not rung.offset]
    has = any(rung.anchor == "start" and not rung.offset and rung.kind == asking[0].kind for rung in rungs) if asking else True
    if not has:
        yield Fault("asks_nobody", _("The first step must tell of it on the day it is sent, or nobody is asked."))


def _ends(deadline_kind: str, rungs: Sequence[Rung]) -> Iterator[Fault]:
    last = max(number(rung) for rung in rungs)
    if chases_supplier(deadline_kind) and not any(rung.opens for rung in rungs if number(rung) == last):
        yield Fault("no_end", _("The last step must open a task for a person: a ladder never ends in silence."))
