"""What is told about sharing results: to the supplier that it is asked, begins and ends; to us what it answers, and the last days."""

from datetime import date, datetime
from typing import Any

from accounts.models import Membership, Person, ScopeRole
from accounts.permissions import Role
from followup.models import Sharing
from followup.services import briefs
from notifications import outbox
from notifications.audience import Directory
from notifications.models import Delivery

TOLD = (ScopeRole.Role.RESPONSIBLE, ScopeRole.Role.CSR)


def tell_supplier(sharing: Sharing, kind: str, *, now: datetime, today: date, key: str = "", **said: Any) -> None:
    """Those who can answer for the supplier, and its contacts on the agreement; each once. `said` is what only this mail tells."""
    outbox.publish(
        kind=kind,
        people=_supplier_people(sharing, today),
        organisation=sharing.supplier,
        scope_id=sharing.framework_id,
        about_id=sharing.pk,
        context={**brief(sharing), **said},
        key=key or f"{sharing.pk}:{now.isoformat()}",
        now=now,
    )


def tell_us(sharing: Sharing, answer: str, *, now: datetime, today: date) -> None:
    """What the supplier says: `given`, `refused` or `taken_back`."""
    said = {"answered": answer, "answer": sharing.end_reason if answer == "taken_back" else sharing.answer}
    tell_managers(sharing, "sharing_answered", key=f"{sharing.pk}:{answer}:{now.isoformat()}", now=now, today=today, **said)


def tell_managers(sharing: Sharing, kind: str, *, key: str, now: datetime, today: date, **said: Any) -> None:
    """The managers of the agreement, and whoever of ours asked for it; each once."""
    directory = Directory(scope_ids=[sharing.framework_id], organisation_ids=[], today=today)
    keys = {one.person_id for one in directory.staff(ScopeRole.Role.MANAGER, scope_id=sharing.framework_id)}
    if sharing.decided_by and sharing.decided_by.is_active:
        keys.add(sharing.decided_by.person_id)
    outbox.publish(
        kind=kind,
        people=list(Person.objects.filter(pk__in=keys)),
        organisation=sharing.framework.organisation,
        scope_id=sharing.framework_id,
        about_id=sharing.pk,
        context={**brief(sharing), **said},
        key=key,
        now=now,
    )


def take_back(sharing: Sharing, *, now: datetime) -> None:
    """What waits to be sent about it is no longer so."""
    outbox.cancel(Delivery.objects.unsent().filter(about_id=sharing.pk), reason="closed", now=now)


def _supplier_people(sharing: Sharing, today: date) -> list[Person]:
    members = Membership.objects.filter(organisation=sharing.supplier_id, ended_at=None, user__is_active=True, role=Role.MAIN_CONTACT)
    keys = dict.fromkeys(members.order_by("created_at", "id").values_list("user__person_id", flat=True))
    place = {"scope_id": sharing.framework_id, "organisation_id": sharing.supplier_id}
    directory = Directory(scope_ids=[sharing.framework_id], organisation_ids=[sharing.supplier_id], today=today)
    keys |= dict.fromkeys(one.person_id for role in TOLD for one in directory.contacts(role, **place))
    found = Person.objects.filter(undeliverable_since=None).in_bulk(list(keys))
    return [found[key] for key in keys if key in found]


def brief(sharing: Sharing) -> dict[str, Any]:
    parts = {
        **briefs.of_agreement(sharing.framework),
        "supplier": sharing.supplier.name,
        "body": sharing.body_name,
        "purpose": sharing.purpose,
        "basis": sharing.basis,
        "basis_in_words": sharing.basis_in_words,
        "first_on": sharing.starts_on,
        "last_on": sharing.ends_on,
        "end_reason": sharing.end_reason,
    }
    return {name: value for name, value in parts.items() if value not in (None, "")}
