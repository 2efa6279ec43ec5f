"""How sure we are that mail to a supplier's contact reaches the right person: last delivered, last opened, last confirmed.

Asked before it fails: a contact that for a year has neither been confirmed nor opened a case is to be confirmed again.
Opening a case, signed in, proves as much as confirming; that a server took a mail proves only that the address exists.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max, OuterRef, QuerySet, Subquery

from accounts.models import Contact
from notifications.models import Delivery, Message, Notice

SURE_FOR = timedelta(days=365)


@dataclass(frozen=True)
class Health:
    """`is_to_ask`: somebody should say whether this is still the right person."""

    delivered_at: datetime | None
    opened_at: datetime | None
    confirmed_at: datetime | None
    is_to_ask: bool


def read(contacts: QuerySet[Contact], *, today: date) -> list[tuple[Contact, Health]]:
    """The contacts with how sure we are of each, in one query. Only what concerns the contact's own organisation counts."""
    place = {"person": OuterRef("person"), "organisation": OuterRef("organisation")}
    delivered = Delivery.objects.filter(**place, cancelled_at=None, message__status=Message.Status.SENT)
    opened = Notice.objects.filter(**place, deadline__isnull=False, read_at__isnull=False)
    rows = contacts.annotate(delivered_at=_latest(delivered, "message__sent_at"), opened_at=_latest(opened, "read_at"))
    return [(contact, _health(contact, today)) for contact in rows]


def _latest(rows: QuerySet[Any], column: str) -> Subquery:
    return Subquery(rows.order_by().values("person_id").annotate(latest=Max(column)).values("latest"))


def _health(contact: Any, today: date) -> Health:
    proofs = [at.date() for at in (contact.confirmed_at, contact.opened_at) if at is not None]
    is_to_ask = contact.confirmed_at is not None and max(proofs) < today - SURE_FOR
    return Health(contact.delivered_at, contact.opened_at, contact.confirmed_at, is_to_ask)
