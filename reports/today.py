"""What needs a person of ours today: what waits for us, who is silent, what is coming, and what nobody took. Read only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Contact, Membership, ScopeRole, User
from accounts.permissions import Action, Role
from contracts.models import Framework, Participation
from followup.models import DocumentRequest, ReceivedFile, Sharing
from notifications import kinds
from notifications.models import Deadline, DeadlineKind, Turn

COMING = timedelta(days=14)
SILENT_AFTER = timedelta(days=8)
"""Days past the date without a word: by then the ladder has written twice, and somebody should call."""

PLANNED_AHEAD = timedelta(days=90)
"""Options and ends of agreements are known for years; they need somebody when they come this near."""

MOST = 100
MOST_OFFERED = 10
OURS = frozenset({Role.OWNER, Role.MANAGER, Role.DEPUTY, ScopeRole.Role.SECTION_HEAD})
FOR_OWNERS = (DeadlineKind.OPTION_NOTICE,)

OF_FINDINGS = (
    DeadlineKind.FINDING_RESPONSE,
    DeadlineKind.FINDING_PLAN,
    DeadlineKind.FINDING_CORRECTION,
    DeadlineKind.CORRECTIVE_ACTION,
)
"""What a supplier owes about a finding."""

WHERE_SILENT: dict[str, str | Promise] = {
    **dict.fromkeys(OF_FINDINGS, _("Open the finding")),
    DeadlineKind.SHARING_CONSENT: _("Open the sharing"),
}
"""Where a silent supplier's case has no log of calls, and the case itself is opened."""

DEEDS: dict[str, tuple[str | Promise, str]] = {
    DeadlineKind.DOCUMENT_REVIEW: (_("Review"), ""),
    DeadlineKind.QUESTION: (_("Answer"), "#questions"),
    DeadlineKind.TIME_REQUEST: (_("Decide"), "#more-time"),
    DeadlineKind.FORMAL_NOTICE: (_("Look at the letter"), ""),
    DeadlineKind.FOLLOW_UP: (_("Find a contact"), ""),
    DeadlineKind.OPTION_NOTICE: (_("Decide"), ""),
    DeadlineKind.AGREEMENT_EXPIRY: (_("Plan what comes after"), ""),
    DeadlineKind.AUDIT: (_("See the audit"), ""),
    DeadlineKind.FINDING_JUDGEMENT: (_("Judge"), ""),
    DeadlineKind.FINDING_MEETING: (_("Hold the meeting"), ""),
    DeadlineKind.FINDING_EFFECT: (_("Check the effect"), ""),
    DeadlineKind.MEETING: (_("See the meeting"), ""),
    DeadlineKind.MINUTES_OBJECTION: (_("Read what is objected to"), ""),
    DeadlineKind.MEETING_TASK: (_("See what was agreed"), "#actions"),
    DeadlineKind.AGENCY_REPORT: (_("Answer the agency"), ""),
}
"""What to do about our own deadlines, and where on the page."""

DEEDS_OF_TASKS: dict[str, str | Promise] = {
    "reminders_used": _("Decide"),
    "formal_reply_missing": _("Decide"),
    "reply_received": _("Read the reply"),
    "sanction_reply_received": _("Read the reply"),
    "sanction_reply_missing": _("See the case"),
    "sanction_to_notify": _("Send the letter"),
    "sanction_to_enforce": _("Put it into force"),
    "finding_silent": _("Decide"),
    "minutes_silent": _("Decide"),
    "meeting_action_silent": _("Decide"),
    "sharing_silent": _("See the sharing"),
}
"""The same for something to do that says itself what it is."""


@dataclass(frozen=True)
class Row:
    """One thing to do, or to know of, with where it leads."""

    title: str
    kind: str | Promise
    due_on: date
    url: str
    deed: str | Promise = ""
    supplier: str = ""
    agreement: str = ""
    note: str | Promise = ""
    people: Sequence[ScopeRole] = ()


@dataclass
class Today:
    waiting: list[Row] = field(default_factory=list)
    silent: list[Row] = field(default_factory=list)
    coming: list[Row] = field(default_factory=list)
    drafts: list[DocumentRequest] = field(default_factory=list)
    unreached: list[Participation] = field(default_factory=list)
    received: list[ReceivedFile] = field(default_factory=list)
    untaken: list[Framework] = field(default_factory=list)

    @property
    def count(self) -> int:
        """What only this person can do."""
        return len(self.waiting) + len(self.silent) + len(self.drafts) + len(self.unreached) + len(self.received)


def of(user: User, today: date) -> Today:
    """Seven queries, however much there is."""
    scopes = [scope for scope, roles in user.scope_roles.items() if roles & OURS]
    deadlines = _deadlines(user, scopes, today)
    late = [each for each in deadlines if each.turn == Turn.SUPPLIER and each.due_on <= today - SILENT_AFTER]
    contacts = _contacts(late, today)
    return Today(
        waiting=[_task(each) for each in deadlines if each.turn == Turn.CPB and _is_for(user, each)],
        silent=[_call(each, contacts) for each in late],
        coming=[_row(each) for each in deadlines if each.turn == Turn.SUPPLIER and each not in late],
        drafts=list(_drafts(user)),
        unreached=list(_unreached(scopes, today)),
        received=list(_received(user, scopes)),
        untaken=list(_untaken(user, today)),
    )


def _deadlines(user: User, scopes: Iterable[UUID], today: date) -> list[Deadline]:
    """On the agreements where the person is named, and what the person asked a supplier itself; a specialist reviews on all, and who
    leads sees what nobody is named for."""
    mine = Q(scope__in=list(scopes))
    if user.may(Action.DOCUMENT_REVIEW) and not scopes:
        mine |= Q(kind=DeadlineKind.DOCUMENT_REVIEW)
    if user.may(Action.OPTION_DECIDE) or user.may(Action.POLICY_EDIT):
        mine |= Q(~Exists(_managers(OuterRef("scope"), today)), turn=Turn.CPB)
    mine |= Q(kind=DeadlineKind.FOLLOW_UP, about_id__in=Sharing.objects.asked_by(user).values("pk"))
    planned = Q(kind__in=(DeadlineKind.OPTION_NOTICE, DeadlineKind.AGREEMENT_EXPIRY), due_on__gt=today + PLANNED_AHEAD)
    planned |= Q(kind__in=(DeadlineKind.AUDIT, DeadlineKind.FINDING_EFFECT), due_on__gt=today + COMING)
    soon = (Q(turn=Turn.CPB) & ~planned) | Q(due_on__lte=today + COMING)
    return list(Deadline.objects.visible_to(user).open().filter(mine & soon).order_by("due_on", "id")[:MOST])


def _managers(scope: Any, today: date) -> QuerySet[ScopeRole]:
    return ScopeRole.objects.on(today).filter(scope=scope, role__in=OURS)


def _is_for(user: User, deadline: Deadline) -> bool:
    """A deputy or manager cannot decide what only owners decide; they see it coming on the agreement."""
    return deadline.kind not in FOR_OWNERS or user.may(Action.OPTION_DECIDE, scope_id=deadline.scope_id)


def _address(deadline: Deadline) -> str:
    name, leads_to = kinds.PAGE_OF_DEADLINE[deadline.kind]
    key = kinds.page_id(leads_to, about_id=deadline.about_id, scope_id=deadline.scope_id, deadline_id=deadline.pk)
    return reverse(name, args=[key])


def _row(deadline: Deadline, **more: Any) -> Row:
    brief = deadline.brief
    facts = {"supplier": brief.get("supplier", ""), "agreement": brief.get("agreement", ""), "kind": deadline.get_kind_display()}
    return Row(**{"title": deadline.title, "due_on": deadline.due_on, "url": _address(deadline), **facts, **more})


def _task(deadline: Deadline) -> Row:
    deed, anchor = DEEDS.get(deadline.kind, ("", ""))
    return _row(deadline, deed=DEEDS_OF_TASKS.get(deadline.brief.get("task", ""), deed), url=_address(deadline) + anchor)


def _call(deadline: Deadline, contacts: dict[tuple[UUID, UUID], list[ScopeRole]]) -> Row:
    note = _("has not opened it") if deadline.seen_at is None else ""
    people = contacts.get((deadline.scope_id, deadline.organisation_id), [])
    if deed := WHERE_SILENT.get(deadline.kind):
        return _row(deadline, deed=deed, note=note, people=people)
    return _row(deadline, deed=_("Write down the call"), url=f"{_address(deadline)}?tab=log", note=note, people=people)


def _contacts(late: list[Deadline], today: date) -> dict[tuple[UUID, UUID], list[ScopeRole]]:
    found: dict[tuple[UUID, UUID], list[ScopeRole]] = {}
    roles = ScopeRole.objects.on(today).filter(
        scope__in=[each.scope_id for each in late],
        organisation__in=[each.organisation_id for each in late],
        role=ScopeRole.Role.RESPONSIBLE,
    )
    for role in roles.select_related("person"):
        found.setdefault((role.scope_id, role.organisation_id), []).append(role)
    return found


def _drafts(user: User) -> QuerySet[DocumentRequest]:
    rows = DocumentRequest.objects.visible_to(user).filter(status="draft", created_by=user).select_related("framework", "supplier")
    return rows.order_by("-created_at")[:MOST_OFFERED]


def _unreached(scopes: Iterable[UUID], today: date) -> QuerySet[Participation]:
    """Suppliers on running agreements of mine where no mail would reach anybody."""
    roles = ScopeRole.objects.on(today).filter(
        scope=OuterRef("framework"), organisation=OuterRef("supplier"), person__undeliverable_since=None
    )
    known = Contact.objects.filter(
        organisation=OuterRef("organisation"), person=OuterRef("person"), confirmed_at__isnull=False, ended_at=None
    )
    members = Membership.objects.filter(
        organisation=OuterRef("supplier"),
        role=Role.MAIN_CONTACT,
        ended_at=None,
        user__is_active=True,
        user__person__undeliverable_since=None,
    )
    running = Participation.objects.on(today).filter(framework__in=list(scopes), framework__status=Framework.Status.SIGNED)
    silent = running.filter(~Exists(roles.filter(Exists(known))), ~Exists(members))
    return silent.select_related("framework", "supplier", "lot").order_by("framework__title", "supplier__name")[:MOST_OFFERED]


def _received(user: User, scopes: Iterable[UUID]) -> QuerySet[ReceivedFile]:
    """Results that other bodies have shared with us, and nobody has looked at. The content stays in the database."""
    rows = ReceivedFile.objects.waiting_for(user, scopes).select_related("key", "supplier").defer("origins")
    return rows.order_by("created_at", "id")[:MOST_OFFERED]


def _untaken(user: User, today: date) -> QuerySet[Framework]:
    """Agreements without anybody named on our side, for who may take one."""
    rows = Framework.objects.visible_to(user).exclude(status__in=("terminated", "evaluated"))
    if not user.may(Action.FRAMEWORK_TAKE):
        rows = rows.none()
    return rows.filter(~Exists(_managers(OuterRef("pk"), today))).order_by("-created_at")[:MOST_OFFERED]
