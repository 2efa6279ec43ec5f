"""The sweep: what the ladders say is due today becomes lines to be sent.

It reads the planned steps whose day has come and nothing else, so a missed night is caught up with and a second run
finds nothing. It goes by whole deadlines in a fixed order, a few queries a batch; two sweeps take turns.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.db import DatabaseError, OperationalError, transaction

from core.errors import HouseError
from notifications import audience, kinds, ladder, locks, outbox, tasks_for_us
from notifications.ladder import Decision, Step
from notifications.models import Deadline, Delivery, PlannedStep, ReminderStep, SweepRun

log = structlog.get_logger(__name__)

BATCH = 300
LONGEST_PAUSE = timedelta(days=14)
RUNS_KEPT = timedelta(days=90)
FAULTS = (DatabaseError, HouseError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What can be wrong with one record. It is set aside with its error, and the others go on."""

Status = PlannedStep.Status
Opens = ReminderStep.Opens


@dataclass(frozen=True)
class Outcome:
    """What became of one planned step for one person (or for nobody): a line of the dry run."""

    deadline_id: UUID
    title: str
    on: date
    rung: int
    kind: str
    status: str
    recipient: str = ""
    role: str = ""
    note: str = ""


@dataclass(frozen=True)
class Sweep:
    """`at` is the moment that the lines carry: now, or the same time on the day that somebody asked about."""

    today: date
    at: datetime
    is_held: bool = False


def sweep(
    *, today: date, now: datetime, deadlines: list[UUID] | None = None, is_scheduled: bool = False, dry_run: bool = False
) -> list[Outcome]:
    """Take every step whose day has come. With `deadlines` only theirs, in the caller's transaction: right after opening one."""
    at = moment_on(today, now)
    if deadlines is not None:
        return _handle(Sweep(today, at), deadlines)
    if dry_run:
        return _undone(Sweep(today, at))
    run = _begin(today=today, now=now, is_scheduled=is_scheduled)
    outcomes = list(_all(Sweep(today, at, is_held=run.is_held)))
    _end(run, outcomes, now=now)
    return outcomes


def moment_on(today: date, now: datetime) -> datetime:
    """Now, or when another day is swept the same time of that day."""
    zone = ZoneInfo(settings.TIME_ZONE)
    local = now.astimezone(zone)
    return now if local.date() == today else datetime.combine(today, local.time(), zone)


def _undone(sweep: Sweep) -> list[Outcome]:
    """The sweep itself, rolled back: only so does it also say who would be told of the tasks that it opens."""
    with transaction.atomic():
        outcomes = list(_all(sweep))
        transaction.set_rollback(True)
    return outcomes


def _begin(*, today: date, now: datetime, is_scheduled: bool) -> SweepRun:
    """After a long pause a scheduled run holds its lines back until a person has looked. A first start never does."""
    last = SweepRun.objects.filter(finished_at__isnull=False).order_by("-started_at").first()
    is_held = is_scheduled and last is not None and now - last.started_at > LONGEST_PAUSE
    SweepRun.objects.filter(started_at__lt=now - RUNS_KEPT).delete()
    return SweepRun.objects.create(on=today, started_at=now, is_scheduled=is_scheduled, is_held=is_held)


def _end(run: SweepRun, outcomes: Sequence[Outcome], *, now: datetime) -> None:
    counts: dict[str, int] = defaultdict(int)
    for outcome in outcomes:
        counts[outcome.status] += 1
    run.counts, run.finished_at = dict(counts), now
    run.save(update_fields=["counts", "finished_at"])
    if run.is_held and counts:
        log.error("sweep_held", lines=counts[Status.DONE])
        _tell_administrators(run, now=now)


def _tell_administrators(run: SweepRun, *, now: datetime) -> None:
    outbox.publish(
        kind="mail_held",
        people=audience.administrators(),
        organisation=None,
        scope_id=None,
        about_id=None,
        context={"count": Delivery.objects.held().count()},
        key=str(run.pk),
        now=now,
    )


def _all(sweep: Sweep) -> Iterator[Outcome]:
    """Batch after batch, each a transaction of its own. Tasks opened on the way come last and are met too."""
    after: UUID | None = None
    while batch := _next_batch(sweep.today, after):
        yield from _handle_safely(sweep, batch)
        after = batch[-1]


def _next_batch(today: date, after: UUID | None) -> list[UUID]:
    due = PlannedStep.objects.due(today).awaited(today)
    if after is not None:
        due = due.filter(deadline_id__gt=after)
    return list(due.order_by("deadline_id").values_list("deadline_id", flat=True).distinct()[:BATCH])


def _handle_safely(sweep: Sweep, ids: Sequence[UUID]) -> list[Outcome]:
    """A batch with a bad record in it is done again one by one, and the bad one is set aside."""
    try:
        with transaction.atomic():
            locks.take("sweep")
            return _handle(sweep, ids, skip_locked=True)
    except OperationalError:  # the database went away: the next run does it all
        raise
    except FAULTS as error:
        if len(ids) == 1:
            return _set_aside(sweep, ids[0], error)
    return [outcome for key in ids for outcome in _handle_safely(sweep, [key])]


def _set_aside(sweep: Sweep, deadline_id: UUID, error: Exception) -> list[Outcome]:
    note = f"{type(error).__name__}: {error}"[:300]
    log.error("step_set_aside", deadline=str(deadline_id), error=note)
    steps = PlannedStep.objects.due(sweep.today).filter(deadline=deadline_id).select_related("step", "deadline")
    outcomes = [Outcome(deadline_id, row.deadline.title, row.on, row.step.rung, row.step.kind, Status.FAILED, note=note) for row in steps]
    steps.update(status=Status.FAILED, handled_at=sweep.at, note=note)
    return outcomes


@transaction.atomic
def _handle(sweep: Sweep, ids: Sequence[UUID], *, skip_locked: bool = False) -> list[Outcome]:
    deadlines = _locked(ids, sweep.today, skip_locked=skip_locked)
    decisions = dict(_decisions(deadlines, sweep.today))
    _write(decisions, sweep)
    return [outcome for deadline, decided in decisions.items() for outcome in _outcomes(deadline, decided)]


def _locked(ids: Sequence[UUID], today: date, *, skip_locked: bool) -> list[Deadline]:
    """Asked once more under lock, as something may have been closed in between. A batch leaves out what somebody is
    working on at this moment, and so never waits for people; the next run has it."""
    rows = Deadline.objects.filter(pk__in=ids).order_by("pk")
    locked = rows.select_for_update(of=("self",), skip_locked=skip_locked)
    return [row for row in locked if row.is_open and not row.waits_for_us and (row.paused_until is None or row.paused_until <= today)]


def _decisions(deadlines: Sequence[Deadline], today: date) -> Iterator[tuple[Deadline, list[Decision]]]:
    steps, told = _due_steps(deadlines, today), _told_before(deadlines)
    directory = audience.Directory(
        scope_ids=[deadline.scope_id for deadline in deadlines],
        organisation_ids=[deadline.organisation_id for deadline in deadlines],
        today=today,
    )
    for deadline in deadlines:
        reach = partial(directory.reached, scope_id=deadline.scope_id, organisation_id=deadline.organisation_id)
        yield (
            deadline,
            ladder.decide(
                steps[deadline.pk], is_seen=deadline.seen_at is not None, reach=reach, told_before=told[deadline.pk, deadline.due_on]
            ),
        )


def _due_steps(deadlines: Sequence[Deadline], today: date) -> Mapping[UUID, list[Step]]:
    found: dict[UUID, list[Step]] = defaultdict(list)
    for row in PlannedStep.objects.due(today).filter(deadline__in=deadlines).select_related("step").order_by("deadline_id", "id"):
        rule = row.step
        found[row.deadline_id].append(Step(row.pk, rule.rung, rule.audience, rule.kind, rule.only_if_unseen, opens=rule.opens, planned=row))
    return found


def _told_before(deadlines: Sequence[Deadline]) -> Mapping[tuple[UUID, date], dict[UUID, int]]:
    """The highest rung that each person was told about each due date."""
    highest: dict[tuple[UUID, date], dict[UUID, int]] = defaultdict(dict)
    lines = Delivery.objects.filter(deadline__in=deadlines, step__isnull=False, cancelled_at=None)
    for deadline_id, due_on, person_id, rung in lines.values_list("deadline_id", "due_on", "person_id", "step__rung"):
        told = highest[deadline_id, due_on]
        told[person_id] = max(rung, told.get(person_id, rung))
    return highest


def _write(decisions: Mapping[Deadline, Sequence[Decision]], sweep: Sweep) -> None:
    outbox.write([line for deadline, decided in decisions.items() for line in _lines(deadline, decided, sweep)])
    _mark([decision for decided in decisions.values() for decision in decided], sweep)
    for deadline, decided in decisions.items():
        _leave_to_people(deadline, decided, sweep)


def _lines(deadline: Deadline, decided: Iterable[Decision], sweep: Sweep) -> Iterator[Delivery]:
    for decision in decided:
        kind = kinds.told_by(decision.step.kind, deadline.brief)
        for person in decision.told:
            yield Delivery(
                kind=kind.name,
                person_id=person.person_id,
                organisation_id=person.organisation_id,
                scope_id=deadline.scope_id,
                deadline=deadline,
                step=decision.step.planned.step,
                role=person.role,
                due_on=deadline.due_on,
                turn=deadline.turn,
                about_id=deadline.about_id,
                reason="" if person.role == decision.step.audience else decision.step.audience,
                context={"title": deadline.title, **deadline.brief, "due_on": deadline.due_on.isoformat()},
                dedupe_key=f"{deadline.pk}:{decision.step.rung}:{person.person_id}:{deadline.due_on}",
                is_immediate=kind.is_immediate,
                created_at=sweep.at,
                held_at=sweep.at if sweep.is_held else None,
            )


def _mark(decisions: Iterable[Decision], sweep: Sweep) -> None:
    def outcome(decision: Decision) -> tuple[str, str]:
        return decision.status, decision.note

    for (status, note), group in groupby(sorted(decisions, key=outcome), key=outcome):
        keys = [decision.step.id for decision in group]
        PlannedStep.objects.filter(pk__in=keys).update(status=status, handled_at=sweep.at, note=note)


def _leave_to_people(deadline: Deadline, decided: Iterable[Decision], sweep: Sweep) -> None:
    """A formal step becomes a task with a drafted letter; a supplier that nobody can reach becomes one too."""
    for decision in decided:
        if decision.step.opens == Opens.FORMAL_NOTICE and decision.status == Status.DONE:
            tasks_for_us.draft_formal_notice(deadline, today=sweep.today, now=sweep.at)
        elif decision.step.opens == Opens.TASK and decision.status == Status.DONE:
            tasks_for_us.decide(deadline, decision.step.kind, today=sweep.today, now=sweep.at)
        elif decision.status == Status.UNREACHED and decision.step.audience in audience.SUPPLIER_CHAIN:
            tasks_for_us.find_contact(deadline, "no_contact", today=sweep.today, now=sweep.at)


def _outcomes(deadline: Deadline, decided: Iterable[Decision]) -> Iterator[Outcome]:
    for decision in decided:
        step = decision.step
        kind = kinds.told_by(step.kind, deadline.brief).name
        make: Callable[..., Outcome] = partial(
            Outcome, deadline.pk, deadline.title, step.planned.on, step.rung, kind, decision.status, note=decision.note
        )
        yield from [make(recipient=person.email, role=person.role) for person in decision.told] or [make(role=step.audience)]
