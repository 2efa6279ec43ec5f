"""Who owns, manages and stands in on an agreement. Rows with from and to; nothing is overwritten."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Person, ScopeRole, User
from contracts.models import Framework
from contracts.states import FRAMEWORK
from core import history, rows, states
from core.errors import Invalid, WrongState
from core.states import Actor

R = ScopeRole.Role
OURS = (R.OWNER, R.MANAGER, R.DEPUTY)


@transaction.atomic
def set_roles(
    *,
    framework: Framework,
    owner: Person | None,
    manager: Person | None,
    deputy: Person | None,
    actor: Actor,
    today: date,
    now: datetime,
) -> None:
    """Say who has the three roles from today on; None leaves a role with nobody."""
    states.check(FRAMEWORK, framework, "assign", actor=actor)
    rows.lock(framework.scope)
    wanted = {R.OWNER: owner, R.MANAGER: manager, R.DEPUTY: deputy}
    _must_be_staff([person for person in wanted.values() if person])
    changes = {role.value: change for role, person in wanted.items() if (change := _give(framework, role, person, today))}
    if changes:
        history.record(actor=actor, now=now, verb="assign", about=framework, changes=changes)
    forget(actor)


@transaction.atomic
def take(*, framework: Framework, actor: User, today: date, now: datetime) -> None:
    """A manager takes an agreement that nobody manages."""
    states.check(FRAMEWORK, framework, "take", actor=actor)
    rows.lock(framework.scope)
    if holders(framework, today).get(R.MANAGER):
        raise WrongState(_("Somebody already manages this agreement."))
    changes = {R.MANAGER.value: _give(framework, R.MANAGER, actor.person, today)}
    history.record(actor=actor, now=now, verb="take", about=framework, changes=changes)
    forget(actor)


def holders(framework: Framework, today: date) -> dict[str, Person]:
    """Who has which of our roles on the agreement that day."""
    held = ScopeRole.objects.on(today).filter(scope_id=framework.pk, role__in=OURS).select_related("person")
    return {row.role: row.person for row in held.order_by("starts_on", "id")}


def staff() -> Any:
    """The people who can have a role on an agreement."""
    return Person.objects.filter(
        user__is_active=True, user__memberships__ended_at=None, user__memberships__organisation__kind=Organisation.Kind.CPB
    ).distinct()


def forget(actor: Any) -> None:
    """What somebody is on which agreement is read once a request; after a change it must be read again."""
    if isinstance(actor, User):
        actor.forget()


def _must_be_staff(people: list[Person]) -> None:
    if staff().filter(pk__in=[person.pk for person in people]).count() != len({person.pk for person in people}):
        raise Invalid.one("manager", "not_staff", _("Only our own staff can have a role on an agreement."))


def _give(framework: Framework, role: str, person: Person | None, today: date) -> list[str | None] | None:
    """End what is and begin what is wanted; the change for history, or None when nothing changes."""
    held = list(ScopeRole.objects.filter(scope_id=framework.pk, role=role, ends_on=None).select_related("person"))
    before = held[0].person if held else None
    if before == person and len(held) < 2:
        return None
    ScopeRole.objects.filter(pk__in=[row.pk for row in held]).update(ends_on=today - timedelta(days=1))
    if person:
        ScopeRole.objects.create(scope_id=framework.pk, organisation=framework.organisation, role=role, person=person, starts_on=today)
    return [str(each) if each else None for each in (before, person)]
