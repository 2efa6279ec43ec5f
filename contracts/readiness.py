"""What is missing before an agreement can be followed up, each with the page that mends it. Read by our own side only."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Organisation
from contracts import reading
from contracts.models import Framework, Requirement
from core.locales import before_stop


@dataclass(frozen=True)
class Gap:
    """`code` is for programs and tests, `text` says what is missing, `label` what one can do about it."""

    code: str
    text: str
    label: str
    url: str


def missing(
    framework: Framework, *, people: reading.People, suppliers: Iterable[Organisation], requirements: Sequence[Requirement]
) -> list[Gap]:
    """Made of what the page has read already."""
    ordered = sorted(set(suppliers), key=lambda each: each.name)
    return [
        *_facts(framework),
        *_people(framework, people),
        *_suppliers(framework, ordered, people),
        *_requirements(framework, requirements),
    ]


def _facts(framework: Framework) -> Iterator[Gap]:
    edit = reverse("contracts:framework-edit", args=[framework.pk])
    if framework.starts_on is None:
        yield Gap("starts_on", _("The agreement has no start date."), _("Write the start date"), edit)
    if framework.ends_on is None:
        yield Gap("ends_on", _("The agreement has no end date."), _("Write the end date"), edit)
    if framework.status == Framework.Status.PLANNED:
        sign = reverse("contracts:framework-sign", args=[framework.pk])
        yield Gap("signed", _("The agreement is not marked as signed."), _("Mark as signed"), sign)


def _people(framework: Framework, people: reading.People) -> Iterator[Gap]:
    if people.manager is None:
        url = reverse("contracts:framework-roles", args=[framework.pk])
        yield Gap("manager", _("Nobody manages the agreement."), _("Name a contract manager"), url)


def _suppliers(framework: Framework, suppliers: Sequence[Organisation], people: reading.People) -> Iterator[Gap]:
    if not suppliers:
        url = reverse("contracts:participation-add", args=[framework.pk]) + "?from=missing"
        yield Gap("suppliers", _("The agreement has no suppliers."), _("Add a supplier"), url)
    for supplier in suppliers:
        yield from _contacts(framework, supplier, people.theirs.get(supplier.pk, []))


def _contacts(framework: Framework, supplier: Organisation, held: Sequence[Any]) -> Iterator[Gap]:
    if not held:
        url = reverse("contracts:contact-add", args=[framework.pk]) + f"?from=missing&supplier={supplier.pk}"
        yield Gap("contacts", _("%(supplier)s has no contact on the agreement.") % {"supplier": supplier.name}, _("Add a contact"), url)
        return
    url = reverse("contracts:framework-suppliers", args=[framework.pk]) + f"#supplier-{supplier.pk}"
    names = {"supplier": before_stop(supplier.name)}
    confirmed = [role for role in held if role.is_confirmed]
    if not confirmed:
        yield Gap("unconfirmed", _("Nobody has confirmed the contact at %(supplier)s.") % names, _("Confirm the contact"), url)
    elif all(role.person.undeliverable_since for role in confirmed):
        yield Gap("undeliverable", _("Mail does not reach the contact at %(supplier)s.") % names, _("Correct the address"), url)


def _requirements(framework: Framework, standing: Sequence[Requirement]) -> Iterator[Gap]:
    if not standing:
        url = reverse("contracts:requirement-add", args=[framework.pk]) + "?from=missing"
        yield Gap("requirements", _("No requirement has been stipulated."), _("Add a requirement"), url)
    bare = sum(each.clause_id is None for each in standing)
    ruleless = sum(each.clause_id is not None and each.rule_id is None for each in standing)
    url = reverse("contracts:framework-requirements", args=[framework.pk])
    if bare:
        text = ngettext("%(count)d requirement has no contract clause.", "%(count)d requirements have no contract clause.", bare)
        yield Gap("clause", text % {"count": bare}, _("Look at the requirements"), url)
    if ruleless:
        text = ngettext("%(count)d requirement has no deadline rule.", "%(count)d requirements have no deadline rule.", ruleless)
        yield Gap("rule", text % {"count": ruleless}, _("Look at the requirements"), url)
