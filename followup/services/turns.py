"""Whose turn it is about a request: the clocks of our own that it opens, what ends them all, and telling the supplier."""

from datetime import date, datetime
from typing import Any

from followup.models import DocumentRequest
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
    for deadline in Deadline.objects.filter(about_id=request.pk, closed_at=None).select_related("organisation"):
        deadlines.close(deadline, now=now)
    formal_notices.overtaken(request, now=now)
    request.deadline.refresh_from_db()


def end_tasks(request: DocumentRequest, *, now: datetime) -> None:
    """The supplier has answered: no letter has to be written about its silence, and no contact to be found."""
    tasks = Deadline.objects.filter(about_id=request.pk, closed_at=None, kind__in=(DeadlineKind.FORMAL_NOTICE, DeadlineKind.FOLLOW_UP))
    for task in tasks.select_related("organisation"):
        deadlines.close(task, now=now)
    formal_notices.overtaken(request, now=now)


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
        deadline=None,
    )
