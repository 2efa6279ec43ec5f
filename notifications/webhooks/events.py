"""What other systems can be told of, and writing it down for them in the transaction in which it happens."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from celery import current_app
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import ids
from notifications.models import Deadline, Webhook, WebhookCall

EVENTS = {
    "request.sent": _("A request for documentation was sent"),
    "request.submitted": _("A supplier has delivered documentation"),
    "request.accepted": _("Documentation was accepted"),
    "request.returned": _("Documentation must be supplemented"),
    "request.withdrawn": _("A request was withdrawn"),
    "request.closed": _("A request was closed"),
    "audit.announced": _("An audit was announced"),
    "audit.cancelled": _("An announced audit was called off"),
    "audit.reported": _("An audit was reported"),
    "report.sent": _("The draft of an audit report was sent to the supplier for comments"),
    "report.commented": _("A supplier has sent in its comments on an audit report"),
    "report.final": _("An audit report is final"),
    "finding.told": _("A supplier was told of a finding"),
    "finding.disputed": _("A supplier disputes a finding"),
    "finding.planned": _("A supplier has sent in an action plan"),
    "finding.evidenced": _("A supplier has sent in what shows that a finding is put right"),
    "finding.closed": _("A finding was closed"),
    "finding.reopened": _("A finding was opened again"),
    "sanction.heard": _("A supplier may reply before a sanction is decided"),
    "sanction.answered": _("A supplier has replied in a sanction case"),
    "sanction.notified": _("A supplier was told that a sanction is decided"),
    "sanction.in_force": _("A sanction was put into force"),
    "sanction.over": _("A sanction was lifted, or has ended"),
    "deadline.overdue": _("A date has passed"),
}
TEST = "webhook.test"
NEWS = timedelta(days=7)
"""A date that passed longer ago is no news: who adds a webhook is not told of the whole past."""
BATCH = 500


def tell(event: str, *, about_type: str, about_id: UUID, now: datetime, key: str = "") -> None:
    """Write a call for each address that wants to know. One key is told once; without one every time is a new event."""
    wanting = [webhook for webhook in Webhook.objects.active() if event in webhook.events]
    _write((call(webhook, event, about_type, about_id, now=now, key=key) for webhook in wanting) if wanting else ())


def tell_overdue(*, today: date, now: datetime) -> None:
    """Of every date that passed in the last days: once a deadline and date, however often it is looked for."""
    wanting = [webhook for webhook in Webhook.objects.active() if "deadline.overdue" in webhook.events]
    for webhook in wanting:
        _write(_overdue(webhook, today, now))


def _overdue(webhook: Webhook, today: date, now: datetime) -> Iterable[WebhookCall]:
    passed = Deadline.objects.overdue(today).filter(due_on__gte=today - NEWS).values_list("pk", "due_on")
    for pk, due_on in passed.iterator(chunk_size=BATCH):
        yield call(webhook, "deadline.overdue", "deadline", pk, now=now, key=f"{pk}:{due_on}")


def call(webhook: Webhook, event: str, about_type: str, about_id: UUID, *, now: datetime, key: str = "") -> WebhookCall:
    """Ids only: who wants to know more asks the API, which knows what the asker may see."""
    number = ids.new()
    payload = {"type": event, "timestamp": now.isoformat(), "data": {"object": about_type, "id": str(about_id)}}
    return WebhookCall(
        id=number,
        webhook=webhook,
        event=event,
        payload=payload,
        dedupe_key=f"{event}:{key or number}",
        created_at=now,
        not_before=now,
    )


def _write(calls: Iterable[WebhookCall]) -> None:
    if new := list(calls):
        WebhookCall.objects.bulk_create(new, batch_size=BATCH, ignore_conflicts=True)
        transaction.on_commit(ring, robust=True)


def ring() -> None:
    """Wake the worker; within a minute it looks by itself."""
    current_app.send_task("notifications.tasks.call_webhooks", expires=50, ignore_result=True)
