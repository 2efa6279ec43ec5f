"""A whole new agreement in one go: its facts, lots, options, suppliers with ranks, and their contacts. All of it or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from accounts.models import Organisation
from contracts.models import Framework, Option
from contracts.services import contacts, frameworks, options, organisations, participations
from core.states import Actor


@dataclass(frozen=True)
class NewOption:
    months: int
    kind: str = Option.Kind.MUST_BE_USED
    notice_days: int = 90


@dataclass(frozen=True)
class NewContact:
    email: str
    roles: Sequence[str]
    name: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Place:
    """Where a supplier stands: on the lot with this number, or on the whole agreement."""

    lot: int | None = None
    rank: int | None = None
    share: Decimal | None = None


@dataclass(frozen=True)
class NewSupplier:
    """A supplier by number or name: one that we know, else a new one."""

    name: str
    identifier: str = ""
    places: Sequence[Place] = (Place(),)
    contacts: Sequence[NewContact] = field(default_factory=tuple)


@transaction.atomic
def register(
    *,
    details: frameworks.Details,
    lots: Sequence[str],
    terms: Sequence[NewOption],
    suppliers: Sequence[NewSupplier],
    actor: Actor,
    today: date,
    now: datetime,
) -> Framework:
    """`lots` are titles in order: the first is number 1. An agreement with a date of signing is signed at once."""
    framework = frameworks.create(details=details, actor=actor, today=today, now=now)
    numbered = {
        number: frameworks.add_lot(framework=framework, title=title, number=number, actor=actor, now=now)
        for number, title in enumerate(lots, start=1)
    }
    for option in terms:
        options.add(framework=framework, actor=actor, today=today, now=now, **vars(option))
    for new in suppliers:
        supplier = _supplier(new, actor=actor, now=now)
        for place in new.places:
            lot = numbered[place.lot] if place.lot else None
            participations.add(
                framework=framework, supplier=supplier, lot=lot, rank=place.rank, share=place.share, actor=actor, today=today, now=now
            )
        for contact in new.contacts:
            contacts.add(framework=framework, supplier=supplier, actor=actor, today=today, now=now, **vars(contact))
    if framework.signed_on:
        frameworks.sign(framework=framework, signed_on=framework.signed_on, actor=actor, today=today, now=now)
    return framework


def _supplier(new: NewSupplier, *, actor: Actor, now: datetime) -> Organisation:
    kind = Organisation.Kind.SUPPLIER
    found = organisations.find(name=new.name, identifier=new.identifier, kind=kind)
    return found or organisations.create(name=new.name, identifier=new.identifier, kind=kind, country="NO", actor=actor, now=now)
