"""Being away: from when to when, and who stands in. Reminders pass by whoever is away (`notifications/audience.py`)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Absence, Contact, Membership, Organisation, Person, User
from accounts.permissions import Action
from core import history, rows
from core.errors import Invalid, NotAllowed, WrongState
from core.sql import row_list


@dataclass(frozen=True)
class Standing:
    """Who is away on a day, and until when."""

    until: date
    deputy: Person | None


@transaction.atomic
def add(*, person: Person, starts_on: date, ends_on: date, deputy: Person | None, actor: User, today: date, now: datetime) -> Absence:
    _must_manage(actor, person)
    rows.lock(person)
    _check(person, starts_on, ends_on, deputy, today)
    absence = Absence.objects.create(person=person, starts_on=starts_on, ends_on=ends_on, deputy=deputy, created_at=now)
    _record(absence, "add", actor=actor, now=now, person=str(person), starts_on=starts_on, ends_on=ends_on, deputy=_name(deputy))
    return absence


@transaction.atomic
def change(*, absence: Absence, starts_on: date, ends_on: date, deputy: Person | None, actor: User, today: date, now: datetime) -> None:
    _must_manage(actor, absence.person)
    rows.lock(absence.person)
    rows.lock(absence)
    _must_be_to_come(absence, today)
    _check(absence.person, starts_on, ends_on, deputy, today, instead_of=absence)
    before = {"starts_on": absence.starts_on, "ends_on": absence.ends_on, "deputy": _name(absence.deputy)}
    after = {"starts_on": starts_on, "ends_on": ends_on, "deputy": _name(deputy)}
    changes = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    if changes or absence.deputy != deputy:
        rows.write(absence, starts_on=starts_on, ends_on=ends_on, deputy=deputy)
        _record(absence, "change", actor=actor, now=now, person=str(absence.person), **changes)


@transaction.atomic
def end(*, absence: Absence, actor: User, today: date, now: datetime) -> None:
    """Back from today on. One that has not begun is called off; what was true before today stays."""
    _must_manage(actor, absence.person)
    rows.lock(absence)
    _must_be_to_come(absence, today)
    _record(absence, "end", actor=actor, now=now, person=str(absence.person), ends_on=[absence.ends_on, today])
    if absence.starts_on >= today:
        absence.delete()
    else:
        rows.write(absence, ends_on=date.fromordinal(today.toordinal() - 1))


def may_manage(actor: User, person: Person) -> bool:
    """Oneself; and for a colleague on our own staff, whoever leads or administers."""
    if actor.person_id == person.pk:
        return True
    return actor.may(Action.ABSENCE_MANAGE) and staff().filter(pk=person.pk).exists()


def staff() -> QuerySet[Person]:
    members = Membership.objects.filter(organisation__kind=Organisation.Kind.CPB, ended_at=None, user__is_active=True)
    return Person.objects.filter(pk__in=members.values("user__person")).order_by("name", "email")


def colleagues(person: Person) -> QuerySet[Person]:
    """Who can stand in: people of an organisation that the person belongs to, with an account or as a confirmed contact."""
    belongs = [*_members().filter(user__person=person).values_list("organisation_id", flat=True)]
    belongs += _contacts().filter(person=person).values_list("organisation_id", flat=True)
    there = Q(pk__in=_members().filter(organisation__in=belongs).values("user__person"))
    there |= Q(pk__in=_contacts().filter(organisation__in=belongs).values("person"))
    return Person.objects.filter(there).exclude(pk=person.pk).order_by("name", "email")


def at_hand(rows: QuerySet[Any], *, today: date) -> QuerySet[Any]:
    """For rows with a `person`: who of them is away today is read in the same query, for `mark`."""
    return rows.annotate(absences_now=row_list(Absence.objects.on(today).filter(person=OuterRef("person")), "deputy"))


def mark(rows: Iterable[Any]) -> None:
    """Give the person of each row `away`, for a page to say so (`accounts/person_away.html`). Wants `at_hand`."""
    for row in rows:
        now = row.absences_now
        row.person.away = Standing(now[0].ends_on, now[0].deputy) if now else None


def deputy_is_away_too(absence: Absence) -> bool:
    """Then nobody stands in for some of the days: worth a warning, and not forbidden."""
    return Absence.objects.filter(
        person=absence.deputy_id, starts_on__lte=absence.ends_on, ends_on__gte=absence.starts_on, person__isnull=False
    ).exists()


def _check(
    person: Person, starts_on: date, ends_on: date, deputy: Person | None, today: date, *, instead_of: Absence | None = None
) -> None:
    if ends_on < starts_on:
        raise Invalid.one("ends_on", "order", _("The last day cannot be before the first."))
    if ends_on < today:
        raise Invalid.one("ends_on", "past", _("This is over already."))
    others = Absence.objects.filter(person=person, starts_on__lte=ends_on, ends_on__gte=starts_on)
    if instead_of is not None:
        others = others.exclude(pk=instead_of.pk)
    if others.exists():
        raise Invalid.one("starts_on", "overlap", _("These days overlap with another absence. Change that one instead."))
    if deputy is not None and deputy.pk == person.pk:
        raise Invalid.one("deputy", "oneself", _("Choose somebody else to stand in."))
    if deputy is not None and not colleagues(person).filter(pk=deputy.pk).exists():
        raise Invalid.one("deputy", "no_colleague", _("Only a colleague of the same organisation can stand in."))


def _must_manage(actor: User, person: Person) -> None:
    if not may_manage(actor, person):
        raise NotAllowed


def _must_be_to_come(absence: Absence, today: date) -> None:
    if absence.ends_on < today:
        raise WrongState(_("This is over already."))


def _record(absence: Absence, verb: str, *, actor: User, now: datetime, **changes: object) -> None:
    history.record(actor=actor, now=now, verb=verb, about=absence, changes=changes, is_internal=True)


def _name(person: Person | None) -> str:
    return str(person) if person else ""


def _members() -> QuerySet[Membership]:
    return Membership.objects.filter(ended_at=None, user__is_active=True)


def _contacts() -> QuerySet[Contact]:
    return Contact.objects.filter(ended_at=None, confirmed_at__isnull=False)
