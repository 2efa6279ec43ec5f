"""What a change would do to the mail of coming days, and what a ladder would have done to past cases. Nothing is written."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, F, Q
from django.utils import timezone

from core.dates import Calendar
from notifications import calendars, forecast, planning
from notifications.audience import Directory
from notifications.models import Deadline, Delivery, PlannedStep, ReminderPolicy, ReminderStep
from notifications.replanning import Change, Ladder

DAYS_AHEAD = 30
DAYS_BACK = 30
MOST_CASES = 5_000
"""Past cases that are looked through; more would say the same and take longer."""


class Place(NamedTuple):
    """Whose day a step falls on: an agreement, the organisation that owes, and a role."""

    on: date
    scope_id: UUID
    organisation_id: UUID
    audience: str


@dataclass
class Day:
    on: date
    before: int = 0
    after: int = 0

    @property
    def difference(self) -> int:
        return self.after - self.before


@dataclass
class Outlook:
    """Mails on each coming day, before and after; a person gets one a day. `people` are those who get any."""

    days: list[Day] = field(default_factory=list)
    people_before: int = 0
    people_after: int = 0

    @property
    def before(self) -> int:
        return sum(day.before for day in self.days)

    @property
    def after(self) -> int:
        return sum(day.after for day in self.days)

    @property
    def changed(self) -> list[Day]:
        return [day for day in self.days if day.difference]


def outlook(changes: Iterable[Change], *, today: date, days: int = DAYS_AHEAD) -> Outlook:
    """The forecast as it is, and as it would be with these changes."""
    until = today + timedelta(days=days)
    before = _planned(until=until, today=today)
    after = before.copy()
    for change in changes:
        for step, on, amount in _shifts(change):
            if on < until and not step.opens:
                place = Place(max(on, today), change.deadline.scope_id, change.deadline.organisation_id, step.audience)
                after[place] += amount
    return _compared(before, after, today=today, days=days)


def _shifts(change: Change) -> Iterator[tuple[ReminderStep, date, int]]:
    if change.before:
        yield (change.row.step if change.row else change.step), change.before, -1
    if change.after:
        yield change.step, change.after, 1


def _planned(*, until: date, today: date) -> Counter[Place]:
    """How many lines each role on each agreement is to be told on each day."""
    rows = PlannedStep.objects.planned().filter(on__lt=until, deadline__closed_at=None, deadline__opened_at__isnull=False, step__opens="")
    grouped = rows.values("on", scope=F("deadline__scope"), organisation=F("deadline__organisation"), audience=F("step__audience"))
    found: Counter[Place] = Counter()
    for on, *place, count in grouped.annotate(count=Count("id")).values_list("on", "scope", "organisation", "audience", "count"):
        found[Place(max(on, today), *place)] += count
    return found


def _compared(before: Counter[Place], after: Counter[Place], *, today: date, days: int) -> Outlook:
    places = [place for place in {*before, *after} if before[place] > 0 or after[place] > 0]
    directory = Directory(scope_ids={it.scope_id for it in places}, organisation_ids={it.organisation_id for it in places}, today=today)
    told: dict[bool, dict[date, set[UUID]]] = {False: defaultdict(set), True: defaultdict(set)}
    for place in places:
        people = directory.reached(place.audience, scope_id=place.scope_id, organisation_id=place.organisation_id)
        for is_after, lines in ((False, before), (True, after)):
            if lines[place] > 0:
                told[is_after][place.on] |= {person.person_id for person in people}
    shifts = {on: len(told[True][on]) - len(told[False][on]) for on in {*told[True], *told[False]}}
    coming = [(day.on, day.mails) for day in forecast.coming(start=today, days=days)]
    return Outlook(
        days=[Day(on, mails, max(0, mails + shifts.get(on, 0))) for on, mails in coming],
        people_before=len(set().union(*told[False].values())),
        people_after=len(set().union(*told[True].values())),
    )


@dataclass
class Past:
    """Mails to people about the cases of the last month: what a ladder would have sent, and what was sent."""

    cases: int = 0
    is_cut: bool = False
    mails: int = 0
    people: int = 0
    tasks: int = 0
    sent_mails: int = 0
    sent_people: int = 0


def last_month(policy: ReminderPolicy, ladder: Ladder, *, today: date) -> Past:
    """Walk the cases that were open in the last thirty days through the ladder, with today's roles and their present dates."""
    since = today - timedelta(days=DAYS_BACK)
    cases = _open_since(policy.kind, since, today)
    past = Past(cases=min(len(cases), MOST_CASES), is_cut=len(cases) > MOST_CASES)
    directory, known = _directory(cases[:MOST_CASES], today), calendars.read()
    told: set[tuple[UUID, date]] = set()
    for case in cases[:MOST_CASES]:
        taken = _taken(case, ladder.steps, known.of(case.organisation.country), today)
        told |= {(person, on) for person, on in _told(case, taken, directory) if on >= since}
        past.tasks += sum(bool(step.opens) and on >= since for on, step in taken)
    past.mails, past.people = len(told), len({person for person, _on in told})
    past.sent_mails, past.sent_people = _sent(policy.kind, since)
    return past


def _taken(case: Deadline, steps: Sequence[ReminderStep], calendar: Calendar, today: date) -> list[tuple[date, ReminderStep]]:
    """The steps whose day came while the case was open, and in whose way nothing stood; in the order of the sweeps."""
    end = timezone.localdate(case.closed_at) if case.closed_at else today - timedelta(days=1)
    rows = ((row.on, row.step) for row in planning.coming(case, steps, calendar, since=case.starts_on) if row.on <= end)
    seen = timezone.localdate(case.seen_at) if case.seen_at else date.max
    taken = [(on, step) for on, step in rows if on < today and not (step.only_if_unseen and seen <= on)]
    return sorted(taken, key=lambda it: (it[0], -it[1].rung))


def _told(case: Deadline, taken: Iterable[tuple[date, ReminderStep]], directory: Directory) -> Iterator[tuple[UUID, date]]:
    """Who would have been told on which day. Whoever has heard a later rung does not hear an earlier one."""
    highest: dict[UUID, int] = {}
    for on, step in taken:
        if step.opens:
            continue
        for person in directory.reached(step.audience, scope_id=case.scope_id, organisation_id=case.organisation_id):
            if highest.get(person.person_id, -1) < step.rung:
                highest[person.person_id] = step.rung
                yield person.person_id, on


def _open_since(kind: str, since: date, today: date) -> list[Deadline]:
    rows = Deadline.objects.filter(Q(closed_at=None) | Q(closed_at__date__gte=since), kind=kind, opened_at__date__lt=today)
    return list(rows.select_related("organisation").order_by("-created_at", "-id")[: MOST_CASES + 1])


def _directory(cases: Sequence[Deadline], today: date) -> Directory:
    return Directory(scope_ids={it.scope_id for it in cases}, organisation_ids={it.organisation_id for it in cases}, today=today)


def _sent(kind: str, since: date) -> tuple[int, int]:
    lines = Delivery.objects.filter(deadline__kind=kind, step__isnull=False, cancelled_at=None, created_at__date__gte=since)
    told = set(lines.values_list("person_id", "created_at__date"))
    return len(told), len({person for person, _on in told})


def steps_by_day(scope_id: UUID | None, *, today: date, days: int = DAYS_AHEAD) -> Counter[date]:
    """How many mailing steps are planned for an agreement on each coming day. Asked before and after a change that is then
    rolled back, it says what the change would cause."""
    rows = PlannedStep.objects.planned().filter(deadline__scope_id=scope_id, on__lt=today + timedelta(days=days), step__opens="")
    found: Counter[date] = Counter()
    for on, count in rows.values_list("on").annotate(count=Count("id")).order_by():
        found[max(on, today)] += count
    return found
