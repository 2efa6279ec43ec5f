"""Whom we write to at a supplier about an agreement, and in which role. Imported addresses wait until somebody confirms them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Contact, Organisation, Person, ScopeRole, User
from accounts.permissions import Action
from contracts.models import Framework
from contracts.states import FRAMEWORK
from core import access, history, rows, states
from core.errors import Invalid, WrongState
from core.states import Actor

R = ScopeRole.Role
SUPPLIER_ROLES = (R.RESPONSIBLE, R.CSR, R.KEY_ACCOUNT, R.REPRESENTATIVE, R.DIRECTOR)


@transaction.atomic
def add(
    *,
    framework: Framework,
    supplier: Organisation,
    email: str,
    roles: Sequence[str],
    actor: Actor,
    today: date,
    now: datetime,
    name: str = "",
    phone: str = "",
    title: str = "",
    source: str = Contact.Source.TYPED,
) -> Contact:
    """A person of the supplier in these roles on the agreement. The same person twice is the same contact."""
    states.check(FRAMEWORK, framework, "set_contacts", actor=actor)
    rows.lock(framework.scope)
    _must_take_part(framework, supplier)
    person = _person(checked_email(email), name=name, phone=phone, now=now)
    contact = _contact(person, supplier, title=title, source=source, actor=actor, now=now)
    given = _give(framework, supplier, person, roles, today)
    history.record(
        actor=actor, now=now, verb="add", about=contact, changes={"person": str(person), "agreement": framework.reference, "roles": given}
    )
    return contact


@transaction.atomic
def confirm(*, contact: Contact, framework: Framework, actor: Actor, now: datetime) -> None:
    """We have made sure that this is the right person; from now on mail goes there."""
    states.check(FRAMEWORK, framework, "set_contacts", actor=actor)
    _must_be_on(framework, contact)
    if not Contact.objects.filter(pk=contact.pk, confirmed_at=None).update(confirmed_at=now, confirmed_by=_user(actor)):
        raise WrongState(_("This contact has already been confirmed."))
    history.record(actor=actor, now=now, verb="confirm", about=contact)


@transaction.atomic
def confirm_again(*, contact: Contact, actor: Actor, now: datetime) -> None:
    """It is still the right person, says one of us or the supplier's main contact. Where it was never confirmed, now it is."""
    access.require(actor, Action.CONTACT_CONFIRM, contact)
    if contact.ended_at is not None:
        raise WrongState(_("This person is no longer a contact."))
    history.record(actor=actor, now=now, verb="confirm", about=contact, changes={"before": contact.confirmed_at})
    rows.write(contact, confirmed_at=now, confirmed_by=_user(actor))


@transaction.atomic
def set_roles(*, framework: Framework, contact: Contact, roles: Sequence[str], actor: Actor, today: date, now: datetime) -> None:
    """Exactly these roles on the agreement from today on; none takes the person off it."""
    states.check(FRAMEWORK, framework, "set_contacts", actor=actor)
    rows.lock(framework.scope)
    _must_be_on(framework, contact)
    before = held(framework, contact)
    _end(framework, contact, [role for role in before if role not in roles], today)
    _give(framework, contact.organisation, contact.person, roles, today)
    if set(before) != set(roles):
        changes = {"agreement": framework.reference, "roles": [sorted(before), sorted(roles)]}
        history.record(actor=actor, now=now, verb="set_roles", about=contact, changes=changes)


@transaction.atomic
def change(
    *,
    framework: Framework,
    contact: Contact,
    name: str,
    email: str,
    phone: str,
    title: str,
    roles: Sequence[str],
    actor: Actor,
    today: date,
    now: datetime,
) -> None:
    """Particulars and roles in one go."""
    contact = correct(
        framework=framework, contact=contact, name=name, email=email, phone=phone, title=title, actor=actor, today=today, now=now
    )
    set_roles(framework=framework, contact=contact, roles=roles, actor=actor, today=today, now=now)


@transaction.atomic
def correct(
    *, framework: Framework, contact: Contact, name: str, email: str, phone: str, title: str, actor: Actor, today: date, now: datetime
) -> Contact:
    """Write a contact's particulars anew. Another address is another person, who takes over the roles on this agreement."""
    states.check(FRAMEWORK, framework, "set_contacts", actor=actor)
    _must_be_on(framework, contact)
    if checked_email(email) != contact.person.email.lower():
        roles = held(framework, contact)
        _end(framework, contact, roles, today)
        return add(
            framework=framework,
            supplier=contact.organisation,
            email=email,
            roles=roles,
            name=name,
            phone=phone,
            title=title,
            actor=actor,
            today=today,
            now=now,
        )
    person = {"name": name.strip(), "phone": phone.strip()}
    difference = history.difference(contact.person, person) | history.difference(contact, {"title": title.strip()})
    if difference:
        rows.write(contact.person, **person)
        rows.write(contact, title=title.strip())
        history.record(actor=actor, now=now, verb="edit", about=contact, changes=difference)
    return contact


def held(framework: Framework, contact: Contact) -> list[str]:
    now_held = ScopeRole.objects.filter(scope_id=framework.pk, organisation=contact.organisation_id, person=contact.person_id, ends_on=None)
    return list(now_held.values_list("role", flat=True))


def checked_email(text: str) -> str:
    email = text.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise Invalid.one("email", "invalid", _("%(text)s is not an e-mail address.") % {"text": text.strip() or "–"}) from None
    return email


def _person(email: str, *, name: str, phone: str, now: datetime) -> Person:
    """The person with that address. Somebody we know keeps the name they have; what we lack is filled in."""
    person, _new = Person.objects.get_or_create(email=email, defaults={"name": name.strip(), "phone": phone.strip(), "created_at": now})
    lacking = {key: text.strip() for key, text in (("name", name), ("phone", phone)) if text.strip() and not getattr(person, key)}
    if lacking:
        rows.write(person, **lacking)
    return person


def _contact(person: Person, supplier: Organisation, *, title: str, source: str, actor: Actor, now: datetime) -> Contact:
    """What our own staff typed or pasted counts as confirmed; what a notice says does not."""
    is_sure = source in (Contact.Source.TYPED, Contact.Source.PASTED)
    sure = {"confirmed_at": now, "confirmed_by": _user(actor)} if is_sure else {}
    contact, new = Contact.objects.get_or_create(
        organisation=supplier, person=person, defaults={"title": title.strip(), "source": source, "created_at": now, **sure}
    )
    if not new:
        news = sure if contact.confirmed_at is None else {}
        rows.write(contact, ended_at=None, title=title.strip() or contact.title, **news)
    return contact


def _give(framework: Framework, supplier: Organisation, person: Person, roles: Iterable[str], today: date) -> list[str]:
    held_now = ScopeRole.objects.filter(scope_id=framework.pk, organisation=supplier, person=person, ends_on=None)
    has = set(held_now.values_list("role", flat=True))
    wanted = [role for role in dict.fromkeys(roles) if role not in has]
    if unknown := [role for role in wanted if role not in SUPPLIER_ROLES]:
        raise Invalid.one("role", "invalid", _("%(role)s is not a role of a supplier's contact.") % {"role": unknown[0]})
    ScopeRole.objects.bulk_create(
        ScopeRole(scope_id=framework.pk, organisation=supplier, role=role, person=person, starts_on=today) for role in wanted
    )
    return wanted


def _end(framework: Framework, contact: Contact, roles: Sequence[str], today: date) -> None:
    ScopeRole.objects.filter(
        scope_id=framework.pk, organisation=contact.organisation_id, person=contact.person_id, role__in=roles, ends_on=None
    ).update(ends_on=today - timedelta(days=1))


def _must_take_part(framework: Framework, supplier: Organisation) -> None:
    if not framework.participations.filter(supplier=supplier).exists():
        raise Invalid.one("supplier", "not_on_agreement", _("%(name)s is not a supplier on this agreement.") % {"name": supplier.name})


def _must_be_on(framework: Framework, contact: Contact) -> None:
    if not ScopeRole.objects.filter(scope_id=framework.pk, organisation=contact.organisation_id, person=contact.person_id).exists():
        raise WrongState(_("This person is not a contact on the agreement."))


def _user(actor: Actor) -> User | None:
    return actor if isinstance(actor, User) else None
