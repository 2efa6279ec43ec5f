"""The sweep: what the ladders say is due today becomes lines to be sent.

It reads the planned steps whose day has come and nothing else, so a missed night is caught up with and a second run
finds nothing. It goes by whole deadlines in a fixed order, a few statements a batch (`sweeping`); two sweeps take turns.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.db import DatabaseError, OperationalError, connection, transaction

from core.errors import HouseError
from notifications import audience, locks, outbox, set_aside, sweep_sql, tasks_for_us
from notifications.models import Delivery, PlannedStep, ReminderStep, SweepRun
from notifications.sweeping import Left, Sweeping, WorkingTables

log = structlog.get_logger(__name__)

BATCH = 5000  # deadlines in one transaction: a fraction of a second
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
    """`at` is the moment that the lines carry: now, or the same time on the day that somebody asked about.

    Who waits for the answer is told of each step; the scheduler is only told how many came to which end.
    """

    today: date
    at: datetime
    is_held: bool = False
    is_told: bool = True


@dataclass(frozen=True)
class Done:
    """What a batch came to."""

    ends: Counter[str] = field(default_factory=Counter)
    outcomes: Sequence[Outcome] = ()


def sweep(
    *, today: date, now: datetime, deadlines: Sequence[UUID] | None = None, is_scheduled: bool = False, dry_run: bool = False
) -> list[Outcome]:
    """Take every step whose day has come; says what became of each, but not to the scheduler.

    With `deadlines` only theirs, in the caller's transaction: right after opening one.
    """
    at = moment_on(today, now)
    if deadlines is not None:
        return [*_handle(Sweep(today, at), deadlines, is_waiting=True).outcomes] if deadlines else []
    if dry_run:
        return _undone(Sweep(today, at))
    run = _begin(today=today, now=now, is_scheduled=is_scheduled)
    done = list(_all(Sweep(today, at, is_held=run.is_held, is_told=not is_scheduled)))
    _end(run, sum((each.ends for each in done), Counter()), now=now)
    set_aside.tell(at=at, today=today)
    return _outcomes(done)


def moment_on(today: date, now: datetime) -> datetime:
    """Now, or when another day is swept the same time of that day."""
    zone = ZoneInfo(settings.TIME_ZONE)
    local = now.astimezone(zone)
    return now if local.date() == today else datetime.combine(today, local.time(), zone)


def _undone(sweep: Sweep) -> list[Outcome]:
    """The sweep itself, rolled back: only so does it also say who would be told of the tasks that it opens."""
    with transaction.atomic():
        outcomes = _outcomes(_all(sweep))
        transaction.set_rollback(True)
    return outcomes


def _outcomes(done: Iterable[Done]) -> list[Outcome]:
    return [outcome for each in done for outcome in each.outcomes]


def _begin(*, today: date, now: datetime, is_scheduled: bool) -> SweepRun:
    """After a long pause a scheduled run holds its lines back until a person has looked. A first start never does."""
    last = SweepRun.objects.filter(finished_at__isnull=False).order_by("-started_at").first()
    is_held = is_scheduled and last is not None and now - last.started_at > LONGEST_PAUSE
    old = SweepRun.objects.filter(started_at__lt=now - RUNS_KEPT)
    (old.exclude(pk=last.pk) if last else old).delete()  # should this run be killed, the next must know how long the pause was
    return SweepRun.objects.create(on=today, started_at=now, is_scheduled=is_scheduled, is_held=is_held)


def _end(run: SweepRun, ends: Counter[str], *, now: datetime) -> None:
    run.counts, run.finished_at = dict(ends), now
    run.save(update_fields=["counts", "finished_at"])
    if run.is_held and ends:
        log.error("sweep_held", lines=ends[Status.DONE])
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


def _all(sweep: Sweep) -> Iterator[Done]:
    """Batch after batch, each a transaction of its own. Tasks opened on the way come last and are met too."""
    after: UUID | None = None
    while batch := _next_batch(sweep.today, after):
        yield from _handle_safely(sweep, batch)
        after = batch[-1]


def _next_batch(today: date, after: UUID | None) -> list[UUID]:
    """The deadlines with a step whose day has come, in order. Some of them rest; whoever gathers the steps leaves those out."""
    due = PlannedStep.objects.due(today)
    if after is not None:
        due = due.filter(deadline_id__gt=after)
    gathered, values = due.order_by().values("deadline_id").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(sweep_sql.IN_ORDER.format(gathered=gathered, most=BATCH), values)
        return [WorkingTables.as_uuid(row[0]) for row in cursor.fetchall()]


def _handle_safely(sweep: Sweep, ids: Sequence[UUID]) -> Iterator[Done]:
    """A batch with a bad record in it is done again in halves, until the bad one is alone and is set aside."""
    try:
        with transaction.atomic():
            locks.take("sweep")
            done = _handle(sweep, ids)
    except OperationalError:  # the database went away: the next run does it all
        raise
    except FAULTS as error:
        if len(ids) == 1:
            yield _set_aside(sweep, ids[0], error)
            return
    else:
        yield done
        return
    for half in (ids[: len(ids) // 2], ids[len(ids) // 2 :]):
        yield from _handle_safely(sweep, half)


def _set_aside(sweep: Sweep, deadline_id: UUID, error: Exception) -> Done:
    note = f"{type(error).__name__}: {error}"[:300]
    log.error("step_set_aside", deadline=str(deadline_id), error=note)
    steps = PlannedStep.objects.due(sweep.today).filter(deadline=deadline_id).select_related("step", "deadline")
    outcomes = [Outcome(deadline_id, row.deadline.title, row.on, row.step.rung, row.step.kind, Status.FAILED, note=note) for row in steps]
    steps.update(status=Status.FAILED, handled_at=sweep.at, note=note)
    return Done(Counter({Status.FAILED.value: len(outcomes)}), outcomes)


@transaction.atomic
def _handle(sweep: Sweep, deadlines: Sequence[UUID], *, is_waiting: bool = False) -> Done:
    work = Sweeping(deadlines, today=sweep.today, at=sweep.at, is_held=sweep.is_held, is_waiting=is_waiting)
    if not work.gather():
        return Done()
    if work.tell():
        transaction.on_commit(outbox.ring, robust=True)
    work.mark()
    outcomes = [Outcome(*row) for row in work.outcomes()] if sweep.is_told else []
    ends = Counter(outcome.status for outcome in outcomes) if sweep.is_told else Counter(work.ends())
    for left in work.left_to_people():
        _leave_to_people(left, sweep)
    return Done(ends, outcomes)


def _leave_to_people(left: Left, sweep: Sweep) -> None:
    """A formal step becomes a task with a drafted letter; a supplier that nobody can reach becomes one too."""
    match left.opens:
        case Opens.FORMAL_NOTICE:
            tasks_for_us.draft_formal_notice(left.deadline, today=sweep.today, now=sweep.at)
        case Opens.TASK:
            tasks_for_us.decide(left.deadline, left.kind, today=sweep.today, now=sweep.at)
        case _:
            tasks_for_us.find_contact(left.deadline, "no_contact", today=sweep.today, now=sweep.at)
