"""What is told about an audit, and to whom: its brief, the supplier's mails, and the same before they are sent."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.text import capfirst

from accounts.models import Membership, Organisation, Person, ScopeRole
from contracts.models import Clause
from followup import audit_days
from followup.models import Audit
from followup.services import briefs
from notifications import deadlines, outbox, rendering
from notifications.audience import Directory
from notifications.models import Delivery
from notifications.rendering import Rendered
from notifications.webhooks import events

TOLD = (ScopeRole.Role.RESPONSIBLE, ScopeRole.Role.CSR)
ANNOUNCED = "audit_announced"


def title(audit: Audit) -> str:
    """What our own lists call it, in the organisation's language."""
    with translation.override(settings.LANGUAGE_CODE):
        return f"{capfirst(audit.get_kind_display())}: {audit.supplier.name}"


def refresh(audit: Audit) -> None:
    """Say it anew on the deadline: what our own mails tell."""
    deadlines.rewrite(audit.deadline, brief=brief(audit), title=title(audit))


def brief(audit: Audit) -> dict[str, Any]:
    """What every mail about it says. Why this supplier was chosen is in none of them."""
    clause, bound = _clause(audit), list(audit.obligations.select_related("requirement").order_by("requirement__number"))
    parts = {
        **briefs.of_agreement(audit.framework),
        **_leader(audit),
        "supplier": audit.supplier.name,
        "audit_kind": audit.kind,
        "by": audit.auditor.name if audit.auditor else "",
        **_site(audit),
        "place": audit.place,
        "purpose": audit.purpose,
        "team": [member.name for member in audit.team.all()],
        "checked": list(dict.fromkeys(each.requirement.title for each in bound)),
        "prepare": list(dict.fromkeys(each.requirement.documentation for each in bound if each.requirement.documentation)),
        "clause": {"title": clause.title, "number": clause.number, "text": clause.text} if clause else None,
    }
    return {name: value for name, value in parts.items() if value not in (None, "", [])}


def people(audit: Audit, today: date) -> list[Person]:
    """The supplier's responsible contact and the one for responsibility in the supply chain, each once."""
    place = {"scope_id": audit.framework_id, "organisation_id": audit.supplier_id}
    directory = Directory(scope_ids=[audit.framework_id], organisation_ids=[audit.supplier_id], today=today)
    keys = dict.fromkeys(one.person_id for role in TOLD for one in directory.contacts(role, **place))
    found = Person.objects.in_bulk(list(keys))
    return [found[key] for key in keys]


def firm(audit: Audit) -> list[Person]:
    """Those of the audit firm who have access."""
    members = Membership.objects.filter(organisation=audit.auditor_id, ended_at=None, user__is_active=True)
    return list(Person.objects.filter(user__memberships__in=members, undeliverable_since=None).order_by("created_at", "id"))


def assign(audit: Audit, *, now: datetime, is_changed: bool = False) -> None:
    """Tell the firm what it is to do and when: the day, whatever the supplier is told."""
    if audit.auditor is not None:
        said = {**brief(audit), "due_on": audit.deadline.due_on, "is_changed": is_changed}
        _tell_firm(audit, audit.auditor, "audit_assigned", said, to=firm(audit), now=now)


def withdraw(audit: Audit, *, now: datetime) -> None:
    """Tell the firm that it is not to do it after all."""
    if audit.auditor is not None:
        said = {**brief(audit), "due_on": audit.deadline.due_on}
        _tell_firm(audit, audit.auditor, "audit_withdrawn", said, to=firm(audit), now=now)


def _tell_firm(audit: Audit, firm: Organisation, kind: str, said: dict[str, Any], *, to: Sequence[Person], now: datetime) -> None:
    unsent = Delivery.objects.unsent().filter(about_id=audit.pk, organisation=firm)
    outbox.cancel(unsent, reason="moved", now=now)
    outbox.publish(
        kind=kind,
        people=to,
        organisation=firm,
        scope_id=audit.framework_id,
        about_id=audit.pk,
        context=said,
        key=f"{audit.pk}:{now.isoformat()}",
        now=now,
    )


def announcement(audit: Audit, *, is_changed: bool = False) -> dict[str, Any]:
    return {**brief(audit), **audit_days.said(audit), "is_changed": is_changed}


def preview(audit: Audit, person: Person, *, now: datetime) -> Rendered:
    """The announcement as that person will see it."""
    said = {name: value.isoformat() if isinstance(value, date) else value for name, value in announcement(audit).items()}
    return rendering.preview(kind=ANNOUNCED, person=person, organisation=audit.supplier, context=said, due_on=None, now=now)


def tell(audit: Audit, kind: str, said: dict[str, Any], *, to: Sequence[Person], key: str, now: datetime) -> None:
    """Without the deadline: that one is ours, and its date may be one that the supplier is not told."""
    outbox.publish(
        kind=kind,
        people=to,
        organisation=audit.supplier,
        scope_id=audit.framework_id,
        about_id=audit.pk,
        context=said,
        key=key,
        now=now,
    )


def tell_reported(audit: Audit, *, key: str, now: datetime, today: date, is_correction: bool = False) -> None:
    """The supplier may read the report, and other systems hear of it. A later one is told too."""
    said = {**brief(audit), "result": audit.result, "held_on": audit.performed_on, "is_correction": is_correction}
    tell(audit, "audit_reported", said, to=people(audit, today), key=key, now=now)
    events.tell("audit.reported", about_type="audit", about_id=audit.pk, now=now)


def take_back(audit: Audit, *, reason: str, now: datetime, kind: str = ANNOUNCED) -> None:
    """What has not left yet, and is no longer true."""
    outbox.cancel(Delivery.objects.unsent().filter(about_id=audit.pk, kind=kind), reason=reason, now=now)


def _site(audit: Audit) -> dict[str, str]:
    """Its country by code: each reader has it in their own language."""
    name, address, country = audit.site_as_held
    return {"audit_site": ", ".join(part for part in (name, address) if part), "audit_country": country}


def _leader(audit: Audit) -> dict[str, str]:
    """Whom to call: who leads it, where somebody does."""
    if audit.lead is None:
        return {}
    return {"asked_by": audit.lead.name, "asker_phone": audit.lead.person.phone}


def _clause(audit: Audit) -> Clause | None:
    """The clause that gives us the right to look."""
    return Clause.objects.filter(requirements__obligations__audits=audit).order_by("requirements__number").first()
