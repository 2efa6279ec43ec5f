"""How sure we are that mail to a supplier's contact reaches the right person: last delivered, last opened, last confirmed.

Asked before it fails: a contact that for a year has neither been confirmed nor opened a case is to be confirmed again.
Opening a case, signed in, proves as much as confirming; that a server took a mail proves only that the address exists.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Max

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


Pairs = dict[tuple[UUID, UUID], datetime]


def of(contacts: Sequence[Contact], *, today: date) -> dict[UUID, Health]:
    """By the contact's id. Two queries, however many contacts; only what concerns the contact's own organisation counts."""
    places = {
        "person__in": [contact.person_id for contact in contacts],
        "organisation__in": {contact.organisation_id for contact in contacts},
    }
    delivered = _latest(Delivery.objects.filter(**places, cancelled_at=None, message__status=Message.Status.SENT), "message__sent_at")
    opened = _latest(Notice.objects.filter(**places, deadline__isnull=False, read_at__isnull=False), "read_at")
    return {contact.pk: _health(contact, delivered, opened, today) for contact in contacts}


def _latest(rows: object, column: str) -> Pairs:
    found = rows.order_by().values_list("person_id", "organisation_id").annotate(latest=Max(column))  # type: ignore[attr-defined]
    return {(person, organisation): at for person, organisation, at in found}


def _health(contact: Contact, delivered: Pairs, opened: Pairs, today: date) -> Health:
    place = (contact.person_id, contact.organisation_id)
    proofs = [at.date() for at in (contact.confirmed_at, opened.get(place)) if at is not None]
    is_to_ask = contact.confirmed_at is not None and max(proofs) < today - SURE_FOR
    return Health(delivered.get(place), opened.get(place), contact.confirmed_at, is_to_ask)
