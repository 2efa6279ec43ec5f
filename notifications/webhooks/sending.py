"""Making the calls that wait: claimed with a lease, one transaction each, tried again with growing distance, then given up."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction

from core import rows
from notifications import audience, outbox
from notifications.channels import webhook as channel
from notifications.models import Webhook, WebhookCall
from notifications.webhooks import signing

log = structlog.get_logger(__name__)

BATCH = 5
LEASE = timedelta(minutes=10)
"""Outlasts a batch in which every call takes as long as it may."""
MOST_ATTEMPTS = 20
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=4)
"""1, 2, 4 … minutes, then every four hours: twenty attempts take two days."""
KEPT = timedelta(days=90)

Status = WebhookCall.Status


def send(*, clock: Callable[[], datetime]) -> dict[str, int]:
    """Until nothing waits. How many calls ended how."""
    counts: dict[str, int] = {}
    while batch := _claim(clock()):
        for call in batch:
            outcome = _make(call, clock)
            counts[outcome] = counts.get(outcome, 0) + 1
    return counts


def forget_old(*, now: datetime) -> None:
    """The log of calls is kept for three months."""
    WebhookCall.objects.filter(status__in=(Status.SENT, Status.FAILED), created_at__lt=now - KEPT).delete()


@transaction.atomic
def _claim(now: datetime) -> list[WebhookCall]:
    waiting = WebhookCall.objects.waiting(now).select_related("webhook").order_by("not_before", "id")
    batch = list(waiting.select_for_update(of=("self",), skip_locked=True)[:BATCH])
    WebhookCall.objects.filter(pk__in=[call.pk for call in batch]).update(leased_until=now + LEASE)
    return batch


def _make(call: WebhookCall, clock: Callable[[], datetime]) -> str:
    now = clock()
    body = json.dumps(call.payload, separators=(",", ":")).encode()
    answer = channel.call(call.webhook.url, body=body, headers={"Content-Type": "application/json", **_signed(call, body, now)})
    return _record(call, answer, now=clock())


def _signed(call: WebhookCall, body: bytes, now: datetime) -> dict[str, str]:
    webhook = call.webhook
    numbers = signing.generations(webhook.generation, webhook.renewed_at, now)
    secrets = [signing.secret(settings.SECRET_KEY, webhook.pk, number) for number in numbers]
    return signing.headers(secrets, call_id=str(call.pk), timestamp=int(now.timestamp()), body=body)


@transaction.atomic
def _record(call: WebhookCall, answer: channel.Answer, *, now: datetime) -> str:
    call.attempts += 1
    status = _outcome(call, answer)
    said = {"answer": answer.text, "error": ""} if answer.status else {"answer": "", "error": answer.text}
    rows.write(
        call,
        status=status,
        attempts=call.attempts,
        not_before=now + _wait(call.attempts),
        leased_until=None,
        answered_at=now if answer.status else None,
        answer_status=answer.status,
        **said,
    )
    if status == Status.FAILED:
        _give_up(call.webhook, Webhook.Ended.GONE if answer.status == channel.GONE else Webhook.Ended.FAILURES, now=now)
    return status


def _outcome(call: WebhookCall, answer: channel.Answer) -> str:
    if answer.is_taken:
        return Status.SENT
    return Status.FAILED if answer.status == channel.GONE or call.attempts >= MOST_ATTEMPTS else Status.RETRY


def _wait(attempts: int) -> timedelta:
    return min(FIRST_WAIT * 2 ** min(attempts - 1, 16), LONGEST_WAIT)


def _give_up(webhook: Webhook, reason: str, *, now: datetime) -> None:
    """No more calls until somebody has looked at it; what waits keeps waiting. Administrators are told once."""
    if not Webhook.objects.filter(pk=webhook.pk, ended_at=None).update(ended_at=now, ended_because=reason):
        return
    log.error("webhook_disabled", webhook=str(webhook.pk), reason=reason)
    outbox.publish(
        kind="webhook_disabled",
        people=audience.administrators(),
        organisation=None,
        scope_id=None,
        about_id=webhook.pk,
        context={"name": webhook.name},
        key=f"{webhook.pk}:{now.isoformat()}",
        now=now,
    )
