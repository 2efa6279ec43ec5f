"""Who is told: roles on an agreement become persons who can be reached today.

A role that nobody holds goes to the next one in its chain. The rules are resolved for many agreements at once, because
the sweep asks for hundreds; the functions at the end ask for one.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Absence, Contact, Membership, Organisation, Person, ScopeRole
from accounts.permissions import Role

R = ScopeRole.Role

SUPPLIER_CHAIN: dict[str, tuple[str, ...]] = {
    R.RESPONSIBLE: (R.RESPONSIBLE, R.CSR, R.KEY_ACCOUNT, R.REPRESENTATIVE, Role.MAIN_CONTACT),
    R.CSR: (R.CSR, R.RESPONSIBLE, R.KEY_ACCOUNT, R.REPRESENTATIVE, Role.MAIN_CONTACT),
    R.KEY_ACCOUNT: (R.KEY_ACCOUNT, R.RESPONSIBLE, R.CSR, R.REPRESENTATIVE, Role.MAIN_CONTACT),
    R.REPRESENTATIVE: (R.REPRESENTATIVE, R.DIRECTOR, Role.MAIN_CONTACT, R.RESPONSIBLE, R.CSR, R.KEY_ACCOUNT),
    R.DIRECTOR: (R.DIRECTOR, R.REPRESENTATIVE, Role.MAIN_CONTACT, R.RESPONSIBLE, R.CSR, R.KEY_ACCOUNT),
}
STAFF_CHAIN: dict[str, tuple[str, ...]] = {
    R.MANAGER: (R.MANAGER, R.DEPUTY, R.OWNER, R.SECTION_HEAD, Role.ADMINISTRATOR),
    R.DEPUTY: (R.DEPUTY, R.MANAGER, R.OWNER, R.SECTION_HEAD, Role.ADMINISTRATOR),
    R.OWNER: (R.OWNER, R.SECTION_HEAD, Role.ADMINISTRATOR),
    R.SECTION_HEAD: (R.SECTION_HEAD, Role.ADMINISTRATOR),
}
MANAGING = (R.MANAGER, R.DEPUTY)
OF_THE_BODY = (Role.SECTION_HEAD, Role.ADMINISTRATOR)


class Recipient(NamedTuple):
    """A person, the role through which it is told, and the organisation it stands for.

    `reason` says why it is not whoever was meant: the role that nobody holds, or `away:` and the name of whom it stands in for.
    """

    person_id: UUID
    email: str
    role: str
    organisation_id: UUID
    reason: str = ""


AWAY = "away:"
LONGEST_REASON = 300
Place = tuple[UUID | None, UUID | None, str]
"""Agreement (None: on all), supplier (None: on our side) and role."""


class Directory:
    """Who holds which role on these agreements today and can be reached. A few queries, however many there are.

    Whoever is away is passed by: the deputy named for those days is told instead, else the others who hold the role,
    else the next role in the chain. Where everybody in the chain is away they are told all the same.
    """

    def __init__(self, *, scope_ids: Iterable[UUID], organisation_ids: Iterable[UUID], today: date) -> None:
        self._holders: dict[Place, list[Recipient]] = defaultdict(list)
        self._read_roles(set(scope_ids), today)
        self._read_members(set(organisation_ids))
        self._read_absences(today)

    def reached(self, role: str, *, scope_id: UUID, organisation_id: UUID) -> list[Recipient]:
        """Whoever the role stands for, on the side it belongs to. `organisation_id` is the supplier."""
        if role in STAFF_CHAIN:
            return self.staff(role, scope_id=scope_id)
        return self.contacts(role, scope_id=scope_id, organisation_id=organisation_id)

    def contacts(self, role: str, *, scope_id: UUID, organisation_id: UUID) -> list[Recipient]:
        chain = [(candidate, self._at_supplier(candidate, scope_id, organisation_id)) for candidate in SUPPLIER_CHAIN[role]]
        return self._first_there(role, chain)

    def staff(self, role: str, *, scope_id: UUID) -> list[Recipient]:
        return self._first_there(role, [(candidate, self._of_ours(candidate, scope_id)) for candidate in STAFF_CHAIN[role]])

    def named(self, role: str, *, scope_id: UUID, organisation_id: UUID) -> list[Recipient]:
        """At the supplier, whoever is named for the role or the next one in its chain, also while they are away: a letter with
        legal effect is not kept from its addressee by a holiday."""
        chain = (self._at_supplier(candidate, scope_id, organisation_id) for candidate in SUPPLIER_CHAIN[role])
        return next((holders for holders in chain if holders), [])

    def holds(self, person_id: UUID, role: str, *, scope_id: UUID, organisation_id: UUID) -> bool:
        """Whether the person is still what it was told as, or still stands in for somebody who is."""
        holders = [*self._at_supplier(role, scope_id, organisation_id), *self._of_ours(role, scope_id)]
        return any(one.person_id == person_id for one in self._there(holders) or holders)

    def _first_there(self, role: str, chain: list[tuple[str, list[Recipient]]]) -> list[Recipient]:
        for candidate, holders in chain:
            if there := self._there(holders):
                return there if candidate == role else [one._replace(reason=one.reason or role) for one in there]
        return next((holders for _, holders in chain if holders), [])

    def _there(self, holders: list[Recipient]) -> list[Recipient]:
        """Those who are not away, and whoever stands in for those who are. Each once."""
        if not self._away:
            return holders
        found: dict[UUID, Recipient] = {one.person_id: one for one in holders if one.person_id not in self._away}
        for one in holders:
            stand_in = self._stand_ins.get((one.person_id, one.organisation_id))
            if stand_in and stand_in.pk not in self._away:
                reason = f"{AWAY}{self._away[one.person_id].person}"[:LONGEST_REASON]
                found.setdefault(stand_in.pk, Recipient(stand_in.pk, stand_in.email, one.role, one.organisation_id, reason))
        return list(found.values())

    def _at_supplier(self, role: str, scope_id: UUID, organisation_id: UUID) -> list[Recipient]:
        scope = None if role == Role.MAIN_CONTACT else scope_id
        return self._holders.get((scope, organisation_id, role), [])

    def _of_ours(self, role: str, scope_id: UUID) -> list[Recipient]:
        return self._holders.get((scope_id, None, role)) or self._holders.get((None, None, role)) or []

    def _read_roles(self, scope_ids: set[UUID], today: date) -> None:
        rows = (
            ScopeRole.objects.on(today)
            .filter(scope_id__in=scope_ids, person__undeliverable_since=None)
            .annotate(is_member=Exists(_members(OuterRef("organisation"), OuterRef("person"))), is_contact=Exists(_confirmed()))
            .filter(Q(is_member=True) | Q(is_contact=True, organisation__kind=Organisation.Kind.SUPPLIER))
            .order_by("starts_on", "id")
            .values_list("scope_id", "organisation__kind", "role", "person_id", "person__email", "organisation_id")
        )
        for scope_id, kind, role, person_id, email, organisation_id in rows:
            at = None if kind == Organisation.Kind.CPB else organisation_id
            self._holders[scope_id, at, role].append(Recipient(person_id, email, role, organisation_id))

    def _read_members(self, organisation_ids: set[UUID]) -> None:
        """The suppliers' main contacts, and those of the body who stand behind every agreement."""
        theirs = Q(organisation_id__in=organisation_ids, organisation__kind=Organisation.Kind.SUPPLIER, role=Role.MAIN_CONTACT)
        ours = Q(organisation__kind=Organisation.Kind.CPB, role__in=OF_THE_BODY)
        for person_id, email, role, organisation_id in _people(_active().filter(theirs | ours)):
            at = organisation_id if role == Role.MAIN_CONTACT else None
            self._holders[None, at, role].append(Recipient(person_id, email, role, organisation_id))

    def _read_absences(self, today: date) -> None:
        """Who is away today, and who stands in for these people: a colleague who can be reached. Few rows at any time.

        A deputy need hold no role here, and may be away as well.
        """
        places: dict[UUID, set[UUID]] = defaultdict(set)
        for holders in self._holders.values():
            for one in holders:
                places[one.person_id].add(one.organisation_id)
        absences = Absence.objects.on(today).select_related("person", "deputy").order_by("created_at", "id")
        self._away = {absence.person_id: absence for absence in absences}
        stand_ins = {
            (absence.person_id, organisation_id): absence.deputy
            for absence in self._away.values()
            for organisation_id in places.get(absence.person_id, ())
            if absence.deputy and not absence.deputy.undeliverable_since
        }
        colleagues = (
            still_belong((deputy.pk, organisation_id) for (_, organisation_id), deputy in stand_ins.items()) if stand_ins else set()
        )
        self._stand_ins = {place: deputy for place, deputy in stand_ins.items() if (deputy.pk, place[1]) in colleagues}


def contacts(*, scope_id: UUID, organisation_id: UUID, role: str = R.RESPONSIBLE, today: date) -> list[Person]:
    """The supplier's people for the role on this agreement. Empty when nobody can be reached."""
    directory = Directory(scope_ids=[scope_id], organisation_ids=[organisation_id], today=today)
    return _persons(directory.contacts(role, scope_id=scope_id, organisation_id=organisation_id))


def staff(*, scope_id: UUID, role: str, today: date) -> list[Person]:
    """Our own people for the role on this agreement."""
    directory = Directory(scope_ids=[scope_id], organisation_ids=[], today=today)
    return _persons(directory.staff(role, scope_id=scope_id))


def administrators() -> list[Person]:
    members = _active().filter(organisation__kind=Organisation.Kind.CPB, role=Role.ADMINISTRATOR).select_related("user__person")
    return [membership.user.person for membership in members]


def still_belong(pairs: Iterable[tuple[UUID, UUID]]) -> set[tuple[UUID, UUID]]:
    """Of these (person, organisation) those where the person is a member, or a confirmed contact, today."""
    wanted = set(pairs)
    persons, organisations = {person for person, _ in wanted}, {organisation for _, organisation in wanted}
    members = _active().filter(user__person_id__in=persons, organisation_id__in=organisations)
    known = Contact.objects.filter(person_id__in=persons, organisation_id__in=organisations, confirmed_at__isnull=False, ended_at=None)
    found = {*members.values_list("user__person_id", "organisation_id"), *known.values_list("person_id", "organisation_id")}
    return wanted & found


def _persons(recipients: list[Recipient]) -> list[Person]:
    found = Person.objects.in_bulk([recipient.person_id for recipient in recipients])
    return [found[recipient.person_id] for recipient in recipients]


def _active() -> QuerySet[Membership]:
    return Membership.objects.filter(ended_at=None, user__is_active=True, user__person__undeliverable_since=None).order_by(
        "created_at", "id"
    )


def _people(memberships: QuerySet[Membership]) -> Iterable[tuple[UUID, str, str, UUID]]:
    return memberships.values_list("user__person_id", "user__person__email", "role", "organisation_id")


def _members(organisation: OuterRef, person: OuterRef) -> QuerySet[Membership]:
    return Membership.objects.filter(organisation=organisation, user__person=person, user__is_active=True, ended_at=None)


def _confirmed() -> QuerySet[Contact]:
    return Contact.objects.filter(
        organisation=OuterRef("organisation"), person=OuterRef("person"), confirmed_at__isnull=False, ended_at=None
    )
