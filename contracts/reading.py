"""What pages tell about agreements, read for many at once: a fixed number of queries however many there are."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, UUIDField
from django.db.models.functions import Cast
from django.urls import NoReverseMatch, reverse

from accounts import absences
from accounts.models import Contact, Organisation, Person, ScopeRole, User
from accounts.permissions import Action
from contracts import matrix, ordering_sheet, standings, suspending
from contracts.models import Framework, Lot, Obligation, Participation, Suspension
from contracts.services import contacts, roles
from contracts.suspending import Suspended
from core.sql import parts, row_list
from notifications import contact_health, kinds
from notifications.models import Deadline

R = ScopeRole.Role


@dataclass
class People:
    """Who has a role on an agreement: ours by role, the suppliers' by organisation. A contact tells whether mail may go to it."""

    ours: dict[str, Person] = field(default_factory=dict)
    theirs: dict[UUID, list[Any]] = field(default_factory=dict)

    @property
    def manager(self) -> Person | None:
        return self.ours.get(R.MANAGER)


def people(framework: Framework, *, user: User, today: date) -> People:
    """Who manages an agreement is no secret, mails say it too; a supplier's people are the supplier's and ours to know."""
    held = ScopeRole.objects.on(today).filter(scope_id=framework.pk)
    if not user.works_here:
        held = held.filter(Q(role__in=roles.OURS) | Q(organisation_id__in=user.organisation_ids))
    found = People()
    rows = list(
        absences.at_hand(held, today=today).annotate(is_confirmed=_is_confirmed()).select_related("person").order_by("starts_on", "id")
    )
    if user.works_here:
        absences.mark(rows)
    for role in rows:
        if role.role in contacts.SUPPLIER_ROLES:
            found.theirs.setdefault(role.organisation_id, []).append(role)
        else:
            found.ours[role.role] = role.person
    return found


def _is_confirmed() -> Exists:
    known = Contact.objects.filter(organisation=OuterRef("organisation"), person=OuterRef("person"), ended_at=None)
    return Exists(known.filter(confirmed_at__isnull=False))


@dataclass(frozen=True)
class Listed:
    """A row of the list of agreements."""

    framework: Framework
    phase: str
    manager: Person | None
    next: Deadline | None
    shares: matrix.Shares


def listed(frameworks: Sequence[Framework], *, user: User, today: date) -> list[Listed]:
    """Each agreement with its manager, its next date and how its requirements stand."""
    ids = [framework.pk for framework in frameworks]
    managers = managers_of(ids, today)
    coming = next_deadlines(ids, user)
    shares = (
        Obligation.objects.visible_to(user).on(today).filter(framework__in=ids).shares("framework_id", today, standings.overruling(user))
    )
    return [
        Listed(each, each.phase(today), managers.get(each.pk), coming.get(each.pk), matrix.Shares(**shares.get(each.pk, {})))
        for each in frameworks
    ]


def managers_of(ids: Sequence[UUID], today: date) -> dict[UUID, Person]:
    held = ScopeRole.objects.on(today).filter(scope_id__in=ids, role=R.MANAGER).select_related("person")
    return {role.scope_id: role.person for role in held.order_by("starts_on", "id")}


def next_deadlines(ids: Sequence[UUID], user: User) -> dict[UUID, Deadline]:
    """The earliest that is open, of each agreement."""
    seen = Deadline.objects.visible_to(user).open()
    first = seen.filter(scope=OuterRef("pk")).order_by("due_on", "id").values("pk")[:1]
    # An agency sees no deadlines: Django then writes a bare NULL, which PostgreSQL takes for text unless it is told.
    chosen = Framework.objects.filter(pk__in=ids).values(first=Cast(Subquery(first), UUIDField()))
    return {deadline.scope_id: deadline for deadline in Deadline.objects.filter(pk__in=chosen)}


def dated(framework: Framework, *, user: User, most: int = 60) -> list[tuple[Deadline, str]]:
    """The agreement's deadlines that the reader may see, newest first, each with the address of its page."""
    seen = Deadline.objects.visible_to(user).filter(scope_id=framework.pk, opened_at__isnull=False).select_related("organisation")
    return [(deadline, address(deadline)) for deadline in seen.order_by("-due_on", "-id")[:most]]


def address(deadline: Deadline) -> str:
    """The page of what is due; empty where there is none."""
    url_name, leads_to = kinds.PAGE_OF_DEADLINE.get(deadline.kind, ("", "nothing"))
    about = kinds.page_id(leads_to, about_id=deadline.about_id, scope_id=deadline.scope_id, deadline_id=deadline.pk)
    try:
        return reverse(url_name, args=[about] if about else [])
    except NoReverseMatch:
        return ""


def agreements(user: User) -> QuerySet[Framework]:
    """For a field to choose one."""
    return Framework.objects.visible_to(user).order_by("title").only("title", "reference")


def supplier_names() -> list[str]:
    """For a field that suggests what we know already."""
    return list(Organisation.objects.suppliers().order_by("name").values_list("name", flat=True)[:500])


@dataclass
class OnAgreement:
    """One supplier on an agreement: where it stands, and its people with their roles, each person once."""

    supplier: Organisation
    places: list[Participation]
    contacts: list["KnownContact"]


@dataclass
class KnownContact:
    contact: Contact
    roles: list[str]
    health: contact_health.Health
    may_confirm: bool

    @property
    def is_reachable(self) -> bool:
        return self.contact.confirmed_at is not None and self.contact.person.undeliverable_since is None


@dataclass
class Places:
    """Who takes part in an agreement, now or later, and who did; each is marked when suspended."""

    running: list[Participation]
    former: list[Participation]
    suspended: list[Suspended]
    lots: list[Lot]


def places_on(framework: Framework, *, user: User, today: date) -> Places:
    """As far as the reader may see them, in one query."""
    mine = {"framework": OuterRef("pk")}
    standing = Suspension.objects.visible_to(user).on(today).filter(**mine)
    found = parts(
        Framework,
        [framework.pk],
        places=row_list(Participation.objects.visible_to(user).filter(**mine), "supplier", "lot"),
        standing=row_list(standing, "supplier", "lot"),
        lots=row_list(Lot.objects.visible_to(user).filter(**mine)),
    )[framework.pk]
    suspending.mark(found["places"], found["standing"])
    running = [row for row in found["places"] if row.ends_on is None or row.ends_on >= today]
    former = [row for row in found["places"] if row not in running]
    return Places(running, former, suspending.suspended(running, found["standing"], today), found["lots"])


def suppliers_of(framework: Framework, running: Sequence[Participation], *, user: User, today: date) -> list[OnAgreement]:
    """Those that take part today or will."""
    places: dict[Organisation, list[Participation]] = {}
    for row in running:
        places.setdefault(row.supplier, []).append(row)
    known = _contacts(framework, list(places), user=user, today=today)
    return [OnAgreement(supplier, stand, known.get(supplier.pk, [])) for supplier, stand in places.items()]


def _contacts(framework: Framework, suppliers: Sequence[Organisation], *, user: User, today: date) -> dict[UUID, list[KnownContact]]:
    held: dict[tuple[UUID, UUID], list[str]] = {}
    theirs = ScopeRole.objects.visible_to(user).on(today).filter(scope_id=framework.pk, organisation__in=suppliers)
    for role in theirs.order_by("starts_on", "id"):
        held.setdefault((role.organisation_id, role.person_id), []).append(role.get_role_display())
    found: dict[UUID, list[KnownContact]] = {}
    people = Contact.objects.visible_to(user).filter(organisation__in=suppliers, ended_at=None).select_related("person")
    read = contact_health.read(absences.at_hand(people.order_by("created_at", "id"), today=today), today=today)
    if user.works_here:
        absences.mark(contact for contact, _health in read)
    for contact, health in read:
        if roles_held := held.get((contact.organisation_id, contact.person_id)):
            may_confirm = user.may(Action.CONTACT_CONFIRM, scope_id=framework.pk, organisation_id=contact.organisation_id)
            found.setdefault(contact.organisation_id, []).append(KnownContact(contact, roles_held, health, may_confirm))
    return found


def suppliers_on(framework: Framework) -> list[Organisation]:
    """Everybody who takes or took part."""
    return list(Organisation.objects.filter(pk__in=framework.participations.values("supplier_id")).order_by("name"))


def known_roles(framework: Framework, *, user: User) -> dict[tuple[str, object], list[str]]:
    """Which roles a person, by address, has for a supplier on the agreement now."""
    found: dict[tuple[str, object], list[str]] = {}
    held = ScopeRole.objects.visible_to(user).filter(scope_id=framework.pk, ends_on=None)
    for email, organisation, role in held.values_list("person__email", "organisation_id", "role"):
        found.setdefault((email.lower(), organisation), []).append(role)
    return found


@dataclass(frozen=True)
class ListedSupplier:
    """A row of the list of suppliers. `reachable` counts the contacts that mail can go to."""

    supplier: Organisation
    agreements: int
    shares: matrix.Shares
    contacts: int
    reachable: int


def described_suppliers(suppliers: Sequence[Organisation], *, user: User, today: date) -> list[ListedSupplier]:
    ids = [supplier.pk for supplier in suppliers]
    taking_part = Participation.objects.visible_to(user).on(today).filter(supplier__in=ids).order_by()
    agreements = dict(taking_part.values_list("supplier_id").annotate(Count("framework", distinct=True)))
    shares = Obligation.objects.visible_to(user).on(today).filter(supplier__in=ids).shares("supplier_id", today, standings.overruling(user))
    known = Contact.objects.visible_to(user).filter(organisation__in=ids, ended_at=None).order_by().values_list("organisation_id")
    reachable = Count("pk", filter=Q(confirmed_at__isnull=False, person__undeliverable_since=None))
    contacts_of = {each: (total, reached) for each, total, reached in known.annotate(Count("pk"), reachable=reachable)}
    return [
        ListedSupplier(each, agreements.get(each.pk, 0), matrix.Shares(**shares.get(each.pk, {})), *contacts_of.get(each.pk, (0, 0)))
        for each in suppliers
    ]


@dataclass
class Standing:
    """One agreement of a supplier: its places there, and its obligations."""

    framework: Framework
    phase: str
    places: list[Participation]
    obligations: list[Obligation]
    shares: matrix.Shares


def standing(rows: Sequence[Participation], bound: Sequence[Obligation], today: date) -> list[Standing]:
    """Agreements that run first, each with what binds the supplier in it."""
    found: dict[UUID, Standing] = {}
    for row in rows:
        if row.ends_on is None or row.ends_on >= today:
            one = found.setdefault(row.framework_id, Standing(row.framework, row.framework.phase(today), [], [], matrix.Shares()))
            one.places.append(row)
    for obligation in bound:
        here = found.get(obligation.framework_id)
        if here:
            here.obligations.append(obligation)
            here.shares.count(obligation, today)
    return sorted(found.values(), key=lambda one: (one.phase in ("ended", "terminated", "evaluated"), one.framework.title.casefold()))


def ordering_world(framework: Framework) -> ordering_sheet.World:
    """What the rows of a sheet with call-offs may name."""
    agencies = list(Organisation.objects.agencies().order_by("name"))
    return ordering_sheet.World(suppliers_on(framework), agencies, list(framework.lots.all()), framework.currency)
