"""What pages read of requests, each in a fixed number of queries whatever there is of them."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet

from accounts import absences
from accounts.models import Membership, Organisation, Person, ScopeRole, User
from contracts.models import DeadlineRule, Obligation
from contracts.models.places import OfSupplier
from core.models import History
from followup.models import Audit, Document, DocumentRequest, Evidence, Item, Question, Renewal, Submission, TimeRequest
from notifications import audience


def with_progress(requests: QuerySet[Any]) -> QuerySet[Any]:
    """With the items at hand, and whether a file is saved for each, so that a row can say how far it is."""
    saved = Evidence.objects.filter(item=OuterRef("pk"), submission=None)
    return requests.prefetch_related(Prefetch("items", Item.objects.annotate(has_saved=Exists(saved))))


def with_owed_answers(requests: QuerySet[Any]) -> QuerySet[Any]:
    """With what makes it our turn although the supplier has not delivered, so that a row can say why."""
    asked = Question.objects.filter(request=OuterRef("pk"), answered_at=None)
    wished = TimeRequest.objects.filter(request=OuterRef("pk"), decision=TimeRequest.Decision.PENDING)
    return requests.annotate(has_question=Exists(asked), has_time_request=Exists(wished))


def submissions_of(requests: QuerySet[Any]) -> QuerySet[Any]:
    """What was delivered and not taken back, with how many files it holds."""
    rows = Submission.objects.filter(request__in=requests, recalled_at=None)
    return rows.select_related("request__framework", "request__supplier", "round").annotate(
        file_count=Count("evidence__document", distinct=True)
    )


def items_of(it: DocumentRequest) -> list[Item]:
    """The items with their evidence, newest last, and what they rest on: three queries."""
    evidence = Evidence.objects.select_related("document__kind", "submission")
    obligations = Obligation.objects.select_related("requirement", "lot").order_by("requirement__number", "lot__number")
    items = it.items.select_related("document_kind")
    return list(items.prefetch_related(Prefetch("evidence", evidence), Prefetch("obligations", obligations)))


def usable_again(it: OfSupplier, *, today: date) -> list[Document]:
    """The supplier's documents of earlier deliveries, newest first; not those that have expired."""
    rows = Document.objects.filter(supplier=it.supplier_id).usable_again(today).select_related("kind")
    return list(rows.order_by("-received_at", "-id")[:MOST_USABLE])


MOST_USABLE = 60


def staff() -> QuerySet[User]:
    """Our own people, to choose one of them."""
    members = User.objects.filter(is_active=True, memberships__ended_at=None, memberships__organisation__kind=Organisation.Kind.CPB)
    return members.select_related("person").order_by("person__name", "pk").distinct()


def can_join(audit: Audit) -> QuerySet[User]:
    """Whom the team of an audit is chosen among: ours, and those of the audit firm."""
    of_firm = Membership.objects.filter(organisation=audit.auditor_id, ended_at=None, user__is_active=True)
    both = Q(pk__in=staff().order_by().values("pk")) | Q(pk__in=of_firm.values("user_id"))
    return User.objects.filter(both).order_by("person__name", "id")


def why_ended(it: DocumentRequest) -> str:
    """What we wrote when we withdrew it, for both sides; a closed one has a reason of its own that is counted."""
    if it.status != DocumentRequest.Status.WITHDRAWN:
        return ""
    row = History.objects.of(it).filter(verb="withdraw").order_by("-at").first()
    return str(row.changes.get("reason", "")) if row else ""


def contacts_of(it: DocumentRequest, *, today: date) -> list[tuple[Person, list[str]]]:
    """Whom to call at the supplier about this agreement, and who of them is away."""
    held = ScopeRole.objects.on(today).filter(scope_id=it.framework_id, organisation_id=it.supplier_id).select_related("person")
    roles = list(absences.at_hand(held, today=today))
    absences.mark(roles)
    return contacts_among(roles)


def contacts_among(roles: Iterable[ScopeRole]) -> list[tuple[Person, list[str]]]:
    """The responsible contact first, each person once with the roles that they hold there."""
    order = (ScopeRole.Role.RESPONSIBLE, ScopeRole.Role.CSR, ScopeRole.Role.KEY_ACCOUNT, ScopeRole.Role.REPRESENTATIVE)
    ranks: dict[str, int] = {role: rank for rank, role in enumerate(order)}
    found: dict[UUID, tuple[Person, list[str]]] = {}
    for role in sorted(roles, key=lambda role: ranks.get(role.role, len(ranks))):
        found.setdefault(role.person_id, (role.person, []))[1].append(role.get_role_display())
    return list(found.values())


def with_uses(documents: QuerySet[Any], user: Any) -> QuerySet[Any]:
    """With the requests that each serves, as far as this person may see them."""
    seen = DocumentRequest.objects.visible_to(user)
    uses = Evidence.objects.filter(item__request__in=seen).select_related("item__request__framework")
    return documents.select_related("kind", "supplier").prefetch_related(Prefetch("evidence", uses))


def with_renewals(documents: QuerySet[Any], user: Any) -> QuerySet[Any]:
    """With what has to be renewed of each (`running`)."""
    rows = Renewal.objects.visible_to(user).running().select_related("framework")
    return documents.prefetch_related(Prefetch("renewals", rows, to_attr="running"))


def rules_of(requests: Iterable[DocumentRequest]) -> dict[UUID, list[DeadlineRule]]:
    """The deadline rules behind the items of each request: three queries for all of them."""
    path = "requirements__obligations__items__request"
    rows = (
        DeadlineRule.objects.filter(**{f"{path}__in": list(requests)})
        .annotate(request_id=F(path))
        .select_related("clause")
        .prefetch_related("later__clause")
        .distinct()
    )
    found: dict[UUID, list[DeadlineRule]] = {}
    for rule in rows:
        found.setdefault(rule.request_id, []).append(rule)
    return found


def reached(requests: Sequence[DocumentRequest], *, today: date) -> dict[UUID, list[Person]]:
    """For each request whom its mail would go to today; nobody where the supplier cannot be reached. Four queries."""
    scopes, suppliers = {it.framework_id for it in requests}, {it.supplier_id for it in requests}
    directory = audience.Directory(scope_ids=scopes, organisation_ids=suppliers, today=today)
    role = ScopeRole.Role.RESPONSIBLE
    told = {it.pk: directory.contacts(role, scope_id=it.framework_id, organisation_id=it.supplier_id) for it in requests}
    people = Person.objects.in_bulk({one.person_id for recipients in told.values() for one in recipients})
    return {key: [people[one.person_id] for one in recipients] for key, recipients in told.items()}
