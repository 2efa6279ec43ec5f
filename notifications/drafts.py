"""The drafted letter of a formal step: facts in order, earlier messages with their proof. A person reads, corrects and sends it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Person, ScopeRole, User
from accounts.permissions import Action
from core import access, dates, history
from core.dates import Unit
from core.errors import Invalid, WrongState
from notifications import audience, deadlines
from notifications.models import Deadline, Delivery, Message

WORKING_DAYS_TO_CURE = 10


@dataclass(frozen=True)
class Proof:
    """A message that went before: when it left, to whom, what it was."""

    on: date
    recipient: str
    subject: str
    message_id: str


@dataclass(frozen=True)
class Letter:
    text: str
    to: list[Person]
    copy_to: list[Person]
    proofs: list[Proof]

    @property
    def has_proof(self) -> bool:
        """Whether the supplier was told before. A letter with legal effect needs that."""
        return bool(self.proofs)


def letter(task: Deadline, *, signer: User, today: date) -> Letter:
    """As a person has saved it, else drafted anew, in the language of whom it goes to."""
    to, copy_to = _recipients(task, today)
    proofs = proofs_of(task)
    text = task.brief.get("letter") or _draft(task, to, proofs, signer=signer, today=today)
    return Letter(text, to, copy_to, proofs)


def proofs_of(task: Deadline) -> list[Proof]:
    """What the supplier was sent about the case, oldest first."""
    case = task.brief.get("deadline")
    if case is None:
        return []
    sent = Delivery.objects.filter(deadline_id=case, organisation_id=_supplier(task), message__status=Message.Status.SENT)
    rows = sent.select_related("message").order_by("message__sent_at")
    zone = ZoneInfo(settings.TIME_ZONE)
    return [
        Proof(timezone.localtime(row.message.sent_at, zone).date(), row.message.recipient, row.message.subject, row.message.message_id)
        for row in rows
        if row.message and row.message.sent_at
    ]


@transaction.atomic
def save(*, task: Deadline, text: str, actor: User, now: datetime) -> None:
    """Keep the letter as somebody has corrected it."""
    _check(task, actor)
    if not text.strip():
        raise Invalid.one("text", "required", _("The letter is empty."))
    deadlines.rewrite(task, brief={**task.brief, "letter": text})
    history.record(actor=actor, now=now, verb="edit_letter", about=task, is_internal=True)


@transaction.atomic
def mark_as_sent(*, task: Deadline, sent_on: date, how: str, actor: User, today: date, now: datetime) -> None:
    """The letter has gone by other means on that day. The task is done; what was sent is kept with it."""
    _check(task, actor)
    if sent_on > today:
        raise Invalid.one("sent_on", "future", _("This day has not come yet. Choose the day the letter was sent."))
    text = letter(task, signer=actor, today=today).text
    deadlines.rewrite(task, brief={**task.brief, "letter": text, "sent_on": sent_on.isoformat(), "sent_how": how})
    deadlines.close(task, now=now)
    history.record(
        actor=actor,
        now=now,
        verb="send_formal_notice",
        about=task,
        changes={"sent_on": sent_on, "how": how, "case": task.about_id},
        is_internal=True,
    )


@transaction.atomic
def drop(*, task: Deadline, reason: str, actor: User, now: datetime) -> None:
    """Send no letter, and say why."""
    _check(task, actor)
    if not reason.strip():
        raise Invalid.one("reason", "required", _("Say why no letter is sent."))
    deadlines.close(task, now=now)
    history.record(actor=actor, now=now, verb="drop_formal_notice", about=task, changes={"reason": reason}, is_internal=True)


def _check(task: Deadline, actor: User) -> None:
    access.require(actor, Action.DOCUMENT_REQUEST_SEND, task)
    if not task.is_open:
        raise WrongState(_("This letter has already been seen to."))


def _recipients(task: Deadline, today: date) -> tuple[list[Person], list[Person]]:
    """To the contractual representative, with a copy to the managing director."""
    place: dict[str, Any] = {"scope_id": task.scope_id, "organisation_id": _supplier(task), "today": today}
    to = audience.contacts(role=ScopeRole.Role.REPRESENTATIVE, **place)
    director = audience.contacts(role=ScopeRole.Role.DIRECTOR, **place)
    return to, [person for person in director if person not in to]


def _draft(task: Deadline, to: list[Person], proofs: list[Proof], *, signer: User, today: date) -> str:
    brief = task.brief
    with translation.override(to[0].language if to else settings.LANGUAGE_CODE):
        text = render_to_string(
            "notifications/letter.txt",
            {
                **brief,
                "organisation": settings.ORGANISATION_NAME,
                "to": to,
                "today": today,
                "due": date.fromisoformat(brief["due_on"]) if brief.get("due_on") else None,
                "proofs": proofs,
                "cure_on": dates.due_on(today, WORKING_DAYS_TO_CURE, Unit.WORKING_DAYS),
                "working_days": WORKING_DAYS_TO_CURE,
                "signer": signer.name,
                "signer_title": _title(signer, task.scope_id),
            },
        )
    return text.strip() + "\n"


def _title(signer: User, scope_id: UUID) -> str:
    roles = signer.scope_roles.get(scope_id, set())
    return next((str(role.label) for role in ScopeRole.Role if role.value in roles), "")


def _supplier(task: Deadline) -> UUID:
    return UUID(task.brief["supplier_id"])


def supplier_of(task: Deadline) -> Organisation | None:
    return Organisation.objects.filter(pk=task.brief.get("supplier_id")).first()
