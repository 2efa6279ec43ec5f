"""What the engine leaves to a person of ours: a formal notice to write, a contact to find, something to decide."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Person, ScopeRole, User
from accounts.permissions import Action
from core import access, dates, history
from core.dates import Unit
from core.errors import Invalid, WrongState
from notifications import audience, calendars, deadlines
from notifications.models import Deadline, DeadlineKind, Delivery, Turn

DAYS_FOR_CONTACT = 3
TO_DECIDE = frozenset({"reminders_used", "renewal_missed", "finding_silent", "minutes_silent", "meeting_action_silent"})
"""Tasks that end with a decision in words."""

TO_FIND = frozenset({"no_contact", "delivery_failed"})
"""Tasks that end with a contact who can be reached: one of them is enough for a case."""


def draft_formal_notice(about: Deadline, *, today: date, now: datetime, said: dict[str, Any] | None = None) -> None:
    """Open the task to look through the letter, which is drafted when a person opens it, and send it. Nothing with legal effect
    is sent by itself. `said` is what mails about the task say besides."""
    brief = {**about.brief, "deadline": str(about.pk), "due_on": about.due_on.isoformat(), "supplier_id": str(about.organisation_id)}
    brief |= said or {}
    _open(about, DeadlineKind.FORMAL_NOTICE, brief, due_on=calendars.due_from_us(DeadlineKind.FORMAL_NOTICE, today), today=today, now=now)


def find_contact(about: Deadline, task: str, *, today: date, now: datetime, address: str = "") -> None:
    """Open the task to find somebody at the supplier who can be reached: one for a case, however many steps failed."""
    brief = {**about.brief, "task": task, "deadline": str(about.pk), "supplier_id": str(about.organisation_id)}
    if address:
        brief["address"] = address
    due_on = calendars.of_kind(DeadlineKind.FOLLOW_UP).due_on(today, DAYS_FOR_CONTACT, Unit.WORKING_DAYS, calendars.OURS)
    _open(about, DeadlineKind.FOLLOW_UP, brief, due_on=due_on, today=today, now=now)


def decide(about: Deadline, task: str, *, today: date, now: datetime) -> None:
    """The ladder has nothing more to say: what happens next is for a person to decide."""
    brief = {**about.brief, "task": task, "deadline": str(about.pk), "supplier_id": str(about.organisation_id)}
    _open(about, DeadlineKind.FOLLOW_UP, brief, due_on=calendars.due_from_us(DeadlineKind.FOLLOW_UP, today), today=today, now=now)


@transaction.atomic
def finish(*, task: Deadline, address_is_right: bool, actor: User, today: date, now: datetime) -> None:
    """The contact is found, or the address was right after all: what could not be sent goes out now."""
    _check(task, actor)
    if address_is_right:
        Person.objects.filter(email=task.brief.get("address", "")).update(undeliverable_since=None)
    supplier_id = UUID(task.brief["supplier_id"]) if "supplier_id" in task.brief else None
    if supplier_id and not audience.contacts(scope_id=task.scope_id, organisation_id=supplier_id, today=today):
        raise WrongState(_("There is still nobody to write to. Add a contact with a working address on the agreement first."))
    deadlines.close(task, now=now)
    history.record(actor=actor, now=now, verb="finish_task", about=task, changes={"case": task.about_id}, is_internal=True)
    if "deadline" in task.brief:
        deadlines.try_unreached_again(UUID(task.brief["deadline"]))


@transaction.atomic
def decided(*, task: Deadline, decision: str, actor: User, now: datetime) -> None:
    """What happens next has been decided, in words that are kept with the task and in the history."""
    _check(task, actor)
    if not decision.strip():
        raise Invalid.one("decision", "required", _("Write what was decided."))
    deadlines.rewrite(task, brief={**task.brief, "decision": decision.strip()})
    deadlines.close(task, now=now)
    changes = {"case": task.about_id, "decision": decision.strip()}
    history.record(actor=actor, now=now, verb="decide_task", about=task, changes=changes, is_internal=True)


def _check(task: Deadline, actor: User) -> None:
    access.require(actor, Action.CONTACT_EDIT, task)
    if not task.is_open:
        raise WrongState(_("This task is done already."))


def address_failed(lines: Sequence[Delivery], *, address: str, now: datetime) -> None:
    """An address does not work: for each case the next in the chain is told, and at a supplier we find the right contact."""
    deadlines.try_again([(line.deadline_id, line.step_id) for line in lines if line.deadline_id and line.step_id])
    look_for_contact(lines, address=address, now=now)


def look_for_contact(lines: Sequence[Delivery], *, address: str, now: datetime) -> None:
    """Open the task to find the right contact in each case of a supplier that these lines were about."""
    today = dates.today(now, settings.TIME_ZONE)
    for line in lines:
        if line.organisation is None or line.organisation.kind != Organisation.Kind.SUPPLIER:
            continue
        if about := line.deadline or _deadline_of(line):
            find_contact(about, "delivery_failed", today=today, now=now, address=address)


def _deadline_of(line: Delivery) -> Deadline | None:
    if line.about_id is None:
        return None
    return Deadline.objects.filter(about_id=line.about_id, organisation=line.organisation_id).order_by("-created_at").first()


def _open(about: Deadline, kind: str, brief: dict[str, Any], *, due_on: date, today: date, now: datetime) -> None:
    standing = Deadline.objects.open().filter(kind=kind, about_id=about.about_id, scope=about.scope_id)
    if any(_is_same(task.brief.get("task"), brief.get("task")) for task in standing):
        return
    task = deadlines.open_new(
        kind=kind,
        about_id=about.about_id,
        title=about.title,
        scope=about.scope_id,
        organisation=body_of(about.scope_id),
        turn=Turn.CPB,
        starts_on=today,
        due_on=due_on,
        brief=brief,
        now=now,
    )
    if about.taken_until and about.taken_until >= today:  # of a case that somebody has, this is a part
        deadlines.take(task, until=about.taken_until, by=about.taken_by)


def _is_same(one: str | None, other: str | None) -> bool:
    return one == other or {one, other} <= TO_FIND


def supplier_of(task: Deadline) -> Organisation | None:
    return Organisation.objects.filter(pk=task.brief.get("supplier_id")).first()


def body_of(scope_id: UUID) -> Organisation:
    """The central body that manages the agreement; where nobody is named on it, the central body."""
    named = ScopeRole.objects.filter(scope=scope_id, organisation__kind=Organisation.Kind.CPB).order_by("-id").values("organisation")[:1]
    bodies = Organisation.objects.filter(kind=Organisation.Kind.CPB)
    return bodies.filter(pk__in=named).first() or bodies.order_by("created_at").first() or _nobody()


def _nobody() -> Organisation:
    raise LookupError("there is no central body to give the task to")
