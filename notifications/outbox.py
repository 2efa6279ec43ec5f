"""Telling people: a notice on the site and a line to be sent, written in the caller's transaction.

The worker is only rung when that is committed; a bell that nobody hears costs a minute, never a message.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from celery import current_app
from django.db import transaction
from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast, Concat

from accounts.models import Organisation, Person
from core import history
from notifications import kinds
from notifications.models import Deadline, Delivery, Mute, Notice

COPIED = ("kind", "person_id", "organisation_id", "scope_id", "deadline_id", "about_id", "context", "dedupe_key", "created_at")
"""What a notice has in common with its line."""


@transaction.atomic
def publish(
    *,
    kind: str,
    people: Iterable[Person],
    organisation: Organisation | None,
    scope_id: UUID | None,
    about_id: UUID | None,
    context: dict[str, Any],
    key: str,
    now: datetime,
    deadline: Deadline | None = None,
) -> None:
    """Tell each person once for `kind` and `key`. `organisation` is the one that the person is told as a part of."""
    known = kinds.get(kind)
    write(
        [
            Delivery(
                kind=known.name,
                person_id=person.pk,
                organisation=organisation,
                scope_id=scope_id,
                deadline=deadline,
                due_on=deadline.due_on if deadline else None,
                turn=deadline.turn if deadline else "",
                about_id=about_id,
                context=history.plain(context),
                dedupe_key=f"{kind}:{key}:{person.pk}",
                is_immediate=known.is_immediate,
                created_at=now,
            )
            for person in people
        ]
    )


def write(lines: Sequence[Delivery]) -> None:
    """Write lines with their notices; one whose key exists was told before and is left out."""
    if not lines:
        return
    unwanted = muted(lines)
    Notice.objects.bulk_create([_notice(line) for line in lines if line.kind not in kinds.ABOUT_ACCOUNT], ignore_conflicts=True)
    by_mail = [line for line in lines if (line.person_id, line.kind) not in unwanted]
    Delivery.objects.bulk_create(by_mail, ignore_conflicts=True)
    transaction.on_commit(ring, robust=True)


def cancel(lines: QuerySet[Delivery], *, reason: str, now: datetime) -> int:
    """Take back lines that have not left. Their keys become free, so that the same thing can be told later after all."""
    return lines.filter(cancelled_at=None).update(
        cancelled_at=now, cancel_reason=reason, dedupe_key=Concat(Value("cancelled:"), Cast("id", CharField()))
    )


def ring() -> None:
    """Wake the worker. It looks for itself what there is to send."""
    current_app.send_task("notifications.tasks.deliver", expires=50, ignore_result=True)


def _notice(line: Delivery) -> Notice:
    return Notice(**{name: getattr(line, name) for name in COPIED})


def muted(lines: Sequence[Delivery]) -> set[tuple[UUID, str]]:
    """Who does not want which of these by mail. Asked only about kinds where one may choose."""
    optional = {line.kind for line in lines} & kinds.OPTIONAL
    if not optional:
        return set()
    people = {line.person_id for line in lines}
    return set(Mute.objects.filter(kind__in=optional, person_id__in=people).values_list("person_id", "kind"))
