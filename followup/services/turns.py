"""Whose turn it is about a request: the clocks of our own that it opens, what ends them all, and telling the supplier."""

from datetime import date, datetime
from typing import Any

from core import rows
from followup.models import DocumentRequest, TimeRequest
from followup.services import briefs, formal_notices
from notifications import audience, deadlines, outbox, reminders
from notifications.models import Deadline, DeadlineKind, Turn


def open_ours(
    request: DocumentRequest, *, kind: str, due_on: date, today: date, now: datetime, said: dict[str, Any] | None = None
) -> Deadline:
    """Start a clock of our own about the request, and tell the contract manager by the ladder of that kind.

    `said` is what the mail tells beyond the request's own brief.
    """
    deadline = deadlines.open_new(
        kind=kind,
        about_id=request.pk,
        title=request.title,
        scope=request.framework_id,
        organisation=request.framework.organisation,
        turn=Turn.CPB,
        starts_on=today,
        due_on=due_on,
        brief={**briefs.of(request), **(said or {})},
        now=now,
    )
    reminders.sweep(today=today, now=now, deadlines=[deadline.pk])
    return deadline


def end_all(request: DocumentRequest, *, now: datetime) -> None:
    """Close whatever is still owed about the request, by them and by us: the rounds, reviews, answers and tasks."""
    deadlines.close_all(Deadline.objects.filter(about_id=request.pk), now=now)
    formal_notices.overtaken(request, now=now)
    request.deadline.refresh_from_db()
    _drop_wish(request, now=now)


def end_tasks(request: DocumentRequest, *, now: datetime) -> None:
    """The supplier has answered: no letter has to be written about its silence, no contact to be found, no more time to be given."""
    tasks = Deadline.objects.filter(about_id=request.pk, kind__in=(DeadlineKind.FORMAL_NOTICE, DeadlineKind.FOLLOW_UP))
    deadlines.close_all(tasks, now=now)
    formal_notices.overtaken(request, now=now)
    _drop_wish(request, now=now)


def _drop_wish(request: DocumentRequest, *, now: datetime) -> None:
    """Nobody has to decide any more about time that was asked for, and the supplier may ask anew if it has to supplement."""
    wish = request.time_requests.filter(decision=TimeRequest.Decision.PENDING).select_related("deadline__organisation").first()
    if wish is None:
        return
    rows.write(wish, decision=TimeRequest.Decision.DROPPED, decided_at=now)
    if wish.deadline and wish.deadline.is_open:
        deadlines.close(wish.deadline, now=now)
    if request.deadline.waits_for_us:
        deadlines.wait_for_us(request.deadline, more=-1)


def tell_supplier(request: DocumentRequest, kind: str, *, now: datetime, today: date, context: dict[str, Any], key: str = "") -> None:
    """Publish to the supplier's responsible contact. The same event is told once."""
    outbox.publish(
        kind=kind,
        people=audience.contacts(scope_id=request.framework_id, organisation_id=request.supplier_id, today=today),
        organisation=request.supplier,
        scope_id=request.framework_id,
        about_id=request.pk,
        context={**briefs.of(request), **context},
        key=key or f"{request.pk}:{now.isoformat()}",
        now=now,
    )
