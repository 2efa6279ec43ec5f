"""What another calendar, quiet period or ladder does to the cases that are running: shown first, then done.

    proposal = Proposal(calendars.read().with_(period))                        # a quiet period is added or changed
    proposal = Proposal(calendars.read(), ladders={kind: Ladder(version, steps)})   # cases are moved to another version
    summary = summarise(difference(proposal=proposal, today=today))            # before anything is saved
    apply(proposal=proposal, today=today, now=now)                             # in the transaction that saved it

Dates that somebody has been told stand: only the days of steps that have not been taken change.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from notifications import planning
from notifications.calendars import Calendars
from notifications.models import Deadline, Delivery, PlannedStep, PolicyVersion, ReminderStep

BATCH = 500
SHOWN = 50
Status = PlannedStep.Status

Moment = tuple[str, int, str]
"""Anchor, offset and unit."""


class Ladder(NamedTuple):
    """A version with its steps. Neither has to be saved in order to see the difference."""

    version: PolicyVersion
    steps: Sequence[ReminderStep]


@dataclass(frozen=True)
class Proposal:
    """The calendars to count by, and for each kind of deadline in `ladders` the ladder that its open cases shall follow."""

    calendars: Calendars
    ladders: Mapping[str, Ladder] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """One step of one case: on which day it would come, and on which it comes now. None: it does not come at all."""

    deadline: Deadline
    step: ReminderStep
    before: date | None
    after: date | None
    row: PlannedStep | None = None

    @property
    def is_felt(self) -> bool:
        """Whether anybody would notice: another day, or other words on the same day."""
        return self.before != self.after or (self.row is not None and self.row.step.kind != self.step.kind)


@dataclass
class Summary:
    """How much would change: cases, steps, and the first changes to look at."""

    cases: int = 0
    steps: int = 0
    first: list[Change] = field(default_factory=list)

    @property
    def more(self) -> int:
        return self.steps - len(self.first)


def difference(*, proposal: Proposal, today: date, among: QuerySet[Deadline] | None = None) -> Iterator[Change]:
    """Every step that would come on another day, case after case. `among` narrows the open deadlines that are looked at.

    Two queries a batch of 500 cases, three where the ladder is another one.
    """
    for batch in _batches(_running(proposal, among)):
        yield from (change for change in _changes(batch, proposal, today) if change.is_felt)


def summarise(changes: Iterable[Change], *, shown: int = SHOWN) -> Summary:
    summary, last = Summary(), None
    for change in changes:
        summary.cases += change.deadline.pk != last
        summary.steps += 1
        last = change.deadline.pk
        if len(summary.first) < shown:
            summary.first.append(change)
    return summary


@transaction.atomic
def apply(*, proposal: Proposal, today: date, now: datetime, among: QuerySet[Deadline] | None = None) -> Summary:
    """Give the coming steps their new days. All of it or nothing; done twice it changes nothing more."""
    summary = Summary()
    for batch in _batches(_running(proposal, among).select_for_update(of=("self",))):
        changes = list(_changes(batch, proposal, today))
        _write(changes, now=now)
        _follow(batch, proposal)
        found = summarise(change for change in changes if change.is_felt)
        summary.cases, summary.steps = summary.cases + found.cases, summary.steps + found.steps
        summary.first += found.first[: SHOWN - len(summary.first)]
    return summary


def _running(proposal: Proposal, among: QuerySet[Deadline] | None) -> QuerySet[Deadline]:
    rows = Deadline.objects.all() if among is None else among
    rows = rows.filter(opened_at__isnull=False, closed_at=None, policy_version__isnull=False)
    if proposal.ladders:
        rows = rows.filter(kind__in=proposal.ladders)
    return rows.select_related("organisation", "scope").order_by("pk")


def _batches(rows: QuerySet[Deadline]) -> Iterator[list[Deadline]]:
    """In the order in which the sweep takes its locks."""
    after: UUID | None = None
    while batch := list((rows.filter(pk__gt=after) if after else rows)[:BATCH]):
        yield batch
        after = batch[-1].pk


def _changes(batch: Sequence[Deadline], proposal: Proposal, today: date) -> Iterator[Change]:
    waiting, told = _waiting(batch), _told(batch) if proposal.ladders else {}
    for deadline in batch:
        rows, ladder = waiting[deadline.pk], proposal.ladders.get(deadline.kind)
        if ladder is None or ladder.version.pk == deadline.policy_version_id:
            yield from _redated(deadline, rows, proposal.calendars, today)
        else:
            yield from _changed_over(deadline, rows, ladder, proposal.calendars, told.get(deadline.pk, set()), today)


def _redated(deadline: Deadline, rows: Sequence[PlannedStep], calendars: Calendars, today: date) -> Iterator[Change]:
    """The same steps on other days. One that waits and would have come already comes today."""
    calendar = calendars.of(deadline.organisation.country)
    for row in rows:
        after = max(planning.day_of(row.step, deadline, calendar), today)
        if row.on >= today and after != row.on:
            yield Change(deadline, row.step, row.on, after, row)


def _changed_over(
    deadline: Deadline, rows: Sequence[PlannedStep], ladder: Ladder, calendars: Calendars, told: set[int | Moment], today: date
) -> Iterator[Change]:
    """Other steps. What has been told about this date is not told again, and what lies behind is not caught up with."""
    calendar, twins = calendars.of(deadline.organisation.country), _Twins(ladder.steps)
    coming = {
        row.step.pk: row
        for row in planning.coming(deadline, ladder.steps, calendar, since=today)
        if row.on >= today and told.isdisjoint((row.step.rung, _moment(row.step)))
    }
    for old in rows:
        twin = twins.of(old.step)
        new = coming.pop(twin.pk, None) if twin else None
        if old.on < today and twin:  # its day has come, but the case rests
            yield Change(deadline, twin, old.on, old.on, old)
        else:
            yield Change(deadline, new.step if new else old.step, old.on, new.on if new else None, old)
    for new in coming.values():
        yield Change(deadline, new.step, None, new.on)


class _Twins:
    """Which step of the other ladder is the same one: by its number, or by its moment where the numbers were given anew."""

    def __init__(self, steps: Sequence[ReminderStep]) -> None:
        self._by_number = {(step.rung, step.audience): step for step in steps}
        self._by_moment = {(*_moment(step), step.audience): step for step in steps}

    def of(self, step: ReminderStep) -> ReminderStep | None:
        return self._by_number.get((step.rung, step.audience)) or self._by_moment.get((*_moment(step), step.audience))


def _moment(step: ReminderStep) -> Moment:
    return step.anchor, step.offset, step.unit


def _waiting(batch: Sequence[Deadline]) -> Mapping[UUID, list[PlannedStep]]:
    found: dict[UUID, list[PlannedStep]] = defaultdict(list)
    for row in PlannedStep.objects.planned().filter(deadline__in=batch).select_related("step").order_by("on", "id"):
        found[row.deadline_id].append(row)
    return found


def _told(batch: Sequence[Deadline]) -> Mapping[UUID, set[int | Moment]]:
    """The rungs that somebody was told about the present date: their numbers, and their moments."""
    due = {deadline.pk: deadline.due_on for deadline in batch}
    lines = Delivery.objects.filter(deadline__in=batch, step__isnull=False, cancelled_at=None)
    found: dict[UUID, set[int | Moment]] = defaultdict(set)
    for deadline_id, due_on, rung, *moment in lines.values_list(
        "deadline_id", "due_on", "step__rung", "step__anchor", "step__offset", "step__unit"
    ):
        if due[deadline_id] == due_on:
            found[deadline_id] |= {rung, (moment[0], moment[1], moment[2])}
    return found


def _write(changes: Sequence[Change], *, now: datetime) -> None:
    gone = [change.row.pk for change in changes if change.row and change.after is None]
    PlannedStep.objects.filter(pk__in=gone).update(status=Status.CANCELLED, handled_at=now, note="replanned")
    moved = [_moved(change.row, change) for change in changes if change.row and change.after]
    PlannedStep.objects.bulk_update(moved, ["on", "step"], batch_size=BATCH)
    new = [PlannedStep(deadline=it.deadline, step=it.step, on=it.after) for it in changes if it.row is None and it.after]
    PlannedStep.objects.bulk_create(new, batch_size=BATCH)


def _moved(row: PlannedStep, change: Change) -> PlannedStep:
    row.step = change.step
    if change.after:
        row.on = change.after
    return row


def _follow(batch: Sequence[Deadline], proposal: Proposal) -> None:
    for kind, ladder in proposal.ladders.items():
        keys = [deadline.pk for deadline in batch if deadline.kind == kind]
        Deadline.objects.filter(pk__in=keys).update(policy_version=ladder.version)
