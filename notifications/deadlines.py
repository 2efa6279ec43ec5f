"""When something is due. The only code that writes a deadline; the domain's services call it in their own transaction.

A deadline is prepared (a draft has its date but is nobody's task), opened (the ladder's coming steps become rows),
moved, paused, and closed.
"""

from collections.abc import Iterable
from datetime import date, datetime
from itertools import chain
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet

from accounts.models import Organisation, Person, Scope
from core import dates
from notifications import calendars, outbox, planning
from notifications.models import Deadline, Delivery, PlannedStep, PolicyVersion, ReminderStep

BATCH = 2000  # rows in one statement


def prepare(
    *,
    kind: str,
    about_id: UUID,
    title: str,
    scope: Scope | UUID,
    organisation: Organisation,
    turn: str,
    starts_on: date,
    due_on: date,
    brief: dict[str, Any],
    now: datetime,
) -> Deadline:
    """Write the date down without making it anybody's task yet."""
    deadline = _new(
        kind=kind,
        about_id=about_id,
        title=title,
        scope=scope,
        organisation=organisation,
        turn=turn,
        starts_on=starts_on,
        due_on=due_on,
        brief=brief,
        now=now,
    )
    deadline.save(force_insert=True)
    return deadline


def start(deadline: Deadline, *, starts_on: date, due_on: date, now: datetime) -> None:
    """Open a prepared deadline: the ladder of its kind that is in force now becomes rows, from `starts_on` on."""
    deadline.starts_on, deadline.due_on, deadline.original_due_on = starts_on, due_on, due_on
    deadline.opened_at, deadline.policy_version = now, policy_in_force(deadline.kind)
    deadline.save(update_fields=["starts_on", "due_on", "original_due_on", "opened_at", "policy_version"])
    _plan(deadline, since=starts_on)


def open_new(**fields: Any) -> Deadline:
    """Prepare and start in one go. `fields` are those of `prepare`."""
    return open_many([fields])[0]


def open_many(rows: Iterable[dict[str, Any]]) -> list[Deadline]:
    """The same for many, as an import needs it: a few queries, however many. Each row has the fields of `prepare`."""
    made = [_new(**row) for row in rows]
    in_force = {kind: policy_in_force(kind) for kind in {deadline.kind for deadline in made}}
    for deadline in made:
        deadline.opened_at, deadline.policy_version = deadline.created_at, in_force[deadline.kind]
    Deadline.objects.bulk_create(made, batch_size=BATCH)
    ladders = {version.pk: list(version.steps.all()) for version in in_force.values() if version}
    known = calendars.read()
    coming = (
        planning.coming(deadline, ladders[deadline.policy_version_id], known.of(deadline.organisation.country), since=deadline.starts_on)
        for deadline in made
        if deadline.policy_version_id
    )
    PlannedStep.objects.bulk_create(chain.from_iterable(coming), batch_size=BATCH)
    return made


def _new(*, title: str, scope: Scope | UUID, due_on: date, now: datetime, **fields: Any) -> Deadline:
    scope_id = scope if isinstance(scope, UUID) else scope.pk
    return Deadline(title=title[:300], scope_id=scope_id, due_on=due_on, original_due_on=due_on, created_at=now, **fields)


def move(deadline: Deadline, *, due_on: date, today: date, now: datetime) -> None:
    """Give another date. The original stays, the ladder is computed anew, and what waits about the old date is cancelled."""
    deadline.due_on, deadline.moved_at, deadline.times_moved = due_on, now, deadline.times_moved + 1
    if deadline.opened_at is None:
        deadline.original_due_on = due_on
    deadline.save(update_fields=["due_on", "moved_at", "times_moved", "original_due_on"])
    if deadline.is_open:
        _cancel(deadline, now=now, reason="moved")
        _plan(deadline, since=today)
        _ask_after_all(deadline, today)


def close(deadline: Deadline, *, now: datetime) -> None:
    """Nothing more is owed: no step of the ladder is taken after this."""
    deadline.closed_at = now
    deadline.save(update_fields=["closed_at"])
    _cancel(deadline, now=now, reason="closed")


def close_all(owed: QuerySet[Deadline], *, now: datetime) -> None:
    """The same for each of these that is not closed yet, opened or only prepared."""
    for deadline in owed.filter(closed_at=None):
        close(deadline, now=now)


def forgo(deadline: Deadline, *, opens: str, now: datetime) -> None:
    """A person has already done what a coming step would have opened a task for."""
    deadline.steps.planned().filter(step__opens=opens).update(status=PlannedStep.Status.CANCELLED, handled_at=now, note="done")


def reopen(deadline: Deadline, *, today: date, now: datetime) -> None:
    """It is owed again with the same date, as when a submission is recalled. Steps already taken are not taken again."""
    deadline.closed_at = None
    deadline.save(update_fields=["closed_at"])
    _plan(deadline, since=today)


def rewrite(deadline: Deadline, *, brief: dict[str, Any], title: str | None = None) -> None:
    """Say anew what mails tell about it."""
    deadline.brief, deadline.title = brief, (title or deadline.title)[:300]
    deadline.save(update_fields=["brief", "title"])


def pause(deadline: Deadline, *, until: date | None) -> None:
    """Let reminders rest until that day (None: go on). The due date does not move."""
    deadline.paused_until = until
    deadline.save(update_fields=["paused_until"])


def take(deadline: Deadline, *, until: date | None, by: Person | None) -> None:
    """Nobody higher up is told of it before that day is over: somebody has the case, or (`by` None) a meeting is to take it up."""
    deadline.taken_until, deadline.taken_by = until, by
    deadline.save(update_fields=["taken_until", "taken_by"])


def see(*deadlines: Deadline, now: datetime) -> None:
    """The other side has looked at them, signed in. Only the first time counts."""
    unseen = [each.pk for each in deadlines if each.seen_at is None]
    if unseen:
        Deadline.objects.filter(pk__in=unseen, seen_at=None).update(seen_at=now)


def wait_for_us(deadline: Deadline, *, more: int) -> None:
    """Count open questions up (1) or down (-1); while there are any, reminders to the other side rest."""
    Deadline.objects.filter(pk=deadline.pk).update(waits_for_us=F("waits_for_us") + more)
    deadline.refresh_from_db(fields=["waits_for_us"])


def skip_asking(deadline: Deadline, *, now: datetime) -> None:
    """The other side has begun it by itself: what would ask is not said."""
    asking = deadline.steps.planned().filter(step__anchor=ReminderStep.Anchor.START, step__offset=0)
    asking.update(status=PlannedStep.Status.CANCELLED, handled_at=now, note="begun")
    see(deadline, now=now)


def try_again(pairs: Iterable[tuple[UUID, UUID]]) -> None:
    """Plan steps anew, given as (deadline, step), whose line was taken back because of the person: somebody else is told."""
    for deadline_id, step_id in dict.fromkeys(pairs):
        _handled(deadline_id).filter(step_id=step_id).update(status=PlannedStep.Status.PLANNED, handled_at=None, note="")


def try_unreached_again(deadline_id: UUID) -> None:
    """Once there is a contact again: the sweep tells the latest of what reached nobody."""
    PlannedStep.objects.filter(deadline_id=deadline_id, deadline__closed_at=None, status=PlannedStep.Status.UNREACHED).update(
        status=PlannedStep.Status.PLANNED, handled_at=None, note=""
    )


def policy_in_force(kind: str) -> PolicyVersion | None:
    return PolicyVersion.objects.filter(policy__kind=kind).order_by("-number").first()


def calendar_of(deadline: Deadline) -> dates.Calendar:
    """Working days are those of both sides, ours and those of the organisation that owes, and no quiet period. One query."""
    return calendars.read().of(deadline.organisation.country)


def _plan(deadline: Deadline, *, since: date) -> None:
    """Write the coming steps."""
    if deadline.policy_version is None:
        return
    coming = planning.coming(deadline, deadline.policy_version.steps.all(), calendar_of(deadline), since=since)
    PlannedStep.objects.bulk_create(_not_taken(deadline, coming))


def _not_taken(deadline: Deadline, rows: list[PlannedStep]) -> list[PlannedStep]:
    """Leave out steps already taken on the very same day: recalling a delivery must not tell people twice."""
    taken = set(deadline.steps.exclude(status=PlannedStep.Status.CANCELLED).values_list("step_id", "on"))
    return [row for row in rows if (row.step_id, row.on) not in taken]


def _cancel(deadline: Deadline, *, now: datetime, reason: str) -> None:
    deadline.steps.planned().update(status=PlannedStep.Status.CANCELLED, handled_at=now, note=reason)
    outbox.cancel(Delivery.objects.unsent().filter(deadline=deadline), reason=reason, now=now)


def _ask_after_all(deadline: Deadline, today: date) -> None:
    """The date was moved before the first mail had left: what asks is planned again, or nobody would ever be asked."""
    lines = Delivery.objects.filter(deadline=deadline, step__anchor=ReminderStep.Anchor.START)
    told = lines.filter(cancelled_at=None).values("step_id")
    untold = lines.exclude(step_id__in=told).values("step_id")
    _handled(deadline.pk).filter(step_id__in=untold, on__lte=today).update(status=PlannedStep.Status.PLANNED, handled_at=None, note="")


def _handled(deadline_id: UUID) -> QuerySet[PlannedStep]:
    return PlannedStep.objects.filter(deadline_id=deadline_id, deadline__closed_at=None, status=PlannedStep.Status.DONE)
