"""What is missing before an agreement can be followed up, each with the page that mends it. Read by our own side only."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Contact, Organisation, ScopeRole
from contracts.models import Framework
from contracts.services import contacts


@dataclass(frozen=True)
class Gap:
    """`code` is for programs and tests, `text` says what is missing, `label` what one can do about it."""

    code: str
    text: str
    label: str
    url: str


def missing(framework: Framework, today: date) -> list[Gap]:
    return [*_facts(framework), *_people(framework, today), *_suppliers(framework, today), *_requirements(framework)]


def _facts(framework: Framework) -> Iterator[Gap]:
    edit = reverse("contracts:framework-edit", args=[framework.pk])
    if framework.starts_on is None:
        yield Gap("starts_on", _("The agreement has no start date."), _("Write the start date"), edit)
    if framework.ends_on is None:
        yield Gap("ends_on", _("The agreement has no end date."), _("Write the end date"), edit)
    if framework.status == Framework.Status.PLANNED:
        sign = reverse("contracts:framework-sign", args=[framework.pk])
        yield Gap("signed", _("The agreement is not marked as signed."), _("Mark as signed"), sign)


def _people(framework: Framework, today: date) -> Iterator[Gap]:
    held = ScopeRole.objects.on(today).filter(scope_id=framework.pk, role=ScopeRole.Role.MANAGER)
    if not held.exists():
        url = reverse("contracts:framework-roles", args=[framework.pk])
        yield Gap("manager", _("Nobody manages the agreement."), _("Name a contract manager"), url)


def _suppliers(framework: Framework, today: date) -> Iterator[Gap]:
    suppliers = {row.supplier for row in framework.participations.on(today).select_related("supplier")}
    if not suppliers:
        url = reverse("contracts:participation-add", args=[framework.pk])
        yield Gap("suppliers", _("The agreement has no suppliers."), _("Add a supplier"), url)
    health = contact_health(framework, suppliers, today)
    for supplier in sorted(suppliers, key=lambda each: each.name):
        yield from _contacts(framework, supplier, health[supplier])


@dataclass
class Health:
    """How many contacts a supplier has on an agreement, and how many of them mail can reach."""

    known: int = 0
    confirmed: int = 0
    reachable: int = 0


def contact_health(framework: Framework, suppliers: set[Organisation], today: date) -> dict[Organisation, Health]:
    health = {supplier: Health() for supplier in suppliers}
    by_id = {supplier.pk: health[supplier] for supplier in suppliers}
    roles = ScopeRole.objects.on(today).filter(scope_id=framework.pk, role__in=contacts.SUPPLIER_ROLES)
    people = set(roles.values_list("organisation_id", "person_id"))
    found = Contact.objects.filter(organisation__in=suppliers, ended_at=None).select_related("person")
    for contact in found:
        if (contact.organisation_id, contact.person_id) in people:
            one = by_id[contact.organisation_id]
            one.known += 1
            one.confirmed += contact.confirmed_at is not None
            one.reachable += contact.confirmed_at is not None and contact.person.undeliverable_since is None
    return health


def _contacts(framework: Framework, supplier: Organisation, health: Health) -> Iterator[Gap]:
    names = {"supplier": supplier.name}
    if not health.known:
        url = reverse("contracts:contact-add", args=[framework.pk]) + f"?supplier={supplier.pk}"
        yield Gap("contacts", _("%(supplier)s has no contact on the agreement.") % names, _("Add a contact"), url)
        return
    url = reverse("contracts:framework-suppliers", args=[framework.pk])
    if not health.confirmed:
        yield Gap("unconfirmed", _("Nobody has confirmed the contact at %(supplier)s.") % names, _("Confirm the contact"), url)
    elif not health.reachable:
        yield Gap("undeliverable", _("Mail does not reach the contact at %(supplier)s.") % names, _("Correct the address"), url)


def _requirements(framework: Framework) -> Iterator[Gap]:
    standing = list(framework.requirements.filter(withdrawn_on=None).values_list("clause_id", "rule_id"))
    if not standing:
        url = reverse("contracts:requirement-add", args=[framework.pk])
        yield Gap("requirements", _("No requirement has been stipulated."), _("Add a requirement"), url)
    bare = sum(clause is None for clause, _rule in standing)
    ruleless = sum(clause is not None and rule is None for clause, rule in standing)
    url = reverse("contracts:framework-requirements", args=[framework.pk])
    if bare:
        text = ngettext("%(count)d requirement has no contract clause.", "%(count)d requirements have no contract clause.", bare)
        yield Gap("clause", text % {"count": bare}, _("Look at the requirements"), url)
    if ruleless:
        text = ngettext("%(count)d requirement has no deadline rule.", "%(count)d requirements have no deadline rule.", ruleless)
        yield Gap("rule", text % {"count": ruleless}, _("Look at the requirements"), url)
