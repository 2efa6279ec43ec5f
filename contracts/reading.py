"""What pages tell about agreements, read for many at once: a fixed number of queries however many there are."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import NoReverseMatch, reverse

from accounts.models import Contact, Organisation, Person, ScopeRole, User
from contracts.models import Framework, Obligation
from contracts.services import contacts, roles
from notifications import kinds
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
    for role in held.annotate(is_confirmed=_is_confirmed()).select_related("person").order_by("starts_on", "id"):
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
    shares: dict[str, int]


def listed(frameworks: Sequence[Framework], *, user: User, today: date) -> list[Listed]:
    """Each agreement with its manager, its next date and how its requirements stand."""
    ids = [framework.pk for framework in frameworks]
    managers = managers_of(ids, today)
    coming = next_deadlines(ids, user)
    shares = Obligation.objects.visible_to(user).on(today).shares(ids, today)
    return [Listed(each, each.phase(today), managers.get(each.pk), coming.get(each.pk), shares.get(each.pk, {})) for each in frameworks]


def managers_of(ids: Sequence[UUID], today: date) -> dict[UUID, Person]:
    held = ScopeRole.objects.on(today).filter(scope_id__in=ids, role=R.MANAGER).select_related("person")
    return {role.scope_id: role.person for role in held.order_by("starts_on", "id")}


def next_deadlines(ids: Sequence[UUID], user: User) -> dict[UUID, Deadline]:
    """The earliest that is open, of each agreement."""
    seen = Deadline.objects.visible_to(user).open()
    first = seen.filter(scope=OuterRef("pk")).order_by("due_on", "id").values("pk")[:1]
    chosen = Framework.objects.filter(pk__in=ids).values(first=Subquery(first))
    return {deadline.scope_id: deadline for deadline in Deadline.objects.filter(pk__in=chosen)}


def dated(framework: Framework, *, user: User, most: int = 60) -> list[tuple[Deadline, str]]:
    """The agreement's deadlines that the reader may see, newest first, each with the address of its page."""
    seen = Deadline.objects.visible_to(user).filter(scope_id=framework.pk, opened_at__isnull=False)
    return [(deadline, address(deadline)) for deadline in seen.order_by("-due_on", "-id")[:most]]


def address(deadline: Deadline) -> str:
    """The page of what is due; empty where there is none."""
    url_name, leads_to = kinds.PAGE_OF_DEADLINE.get(deadline.kind, ("", "nothing"))
    about = kinds.page_id(leads_to, about_id=deadline.about_id, scope_id=deadline.scope_id, deadline_id=deadline.pk)
    try:
        return reverse(url_name, args=[about] if about else [])
    except NoReverseMatch:
        return ""


def staff_agreements(user: User) -> QuerySet[Framework]:
    """Agreements to begin a new one from."""
    return Framework.objects.visible_to(user).order_by("title")


def supplier_names() -> list[str]:
    """For a field that suggests what we know already."""
    return list(Organisation.objects.suppliers().order_by("name").values_list("name", flat=True)[:500])
