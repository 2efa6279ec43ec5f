"""Asking a supplier for documentation: send, hold, withdraw, close."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import states
from core.errors import Invalid, WrongState, must_be_ahead, must_say
from core.states import Actor
from followup import due_dates
from followup.models import DocumentRequest
from followup.services import briefs, drafting, turns
from followup.states import DOCUMENT_REQUEST
from notifications import audience, deadlines, reminders
from notifications.webhooks import events


@transaction.atomic
def send(*, request: DocumentRequest, actor: Actor, now: datetime, today: date, tells: bool = True) -> None:
    """Open the deadline and tell the supplier's contact. Refused, and still a draft, while nobody can be reached.

    Without `tells` the supplier began it, and is not told of what it did itself; the reminders come as always.
    """
    states.hold(DOCUMENT_REQUEST, request, "send", actor=actor)
    if not audience.contacts(scope_id=request.framework_id, organisation_id=request.supplier_id, today=today):
        raise WrongState(
            _("%(supplier)s has no confirmed contact with a working e-mail address on this agreement. Add one, then send.")
            % {"supplier": request.supplier.name}
        )
    due = _due_when_sent(request, today)
    due_on, basis = drafting.day_of(due), drafting.basis_of(due)
    states.advance(DOCUMENT_REQUEST, request, "send", actor=actor, now=now, changes={"due_on": due_on} | ({"rule": basis} if basis else {}))
    events.tell("request.sent", about_type="document_request", about_id=request.pk, now=now)
    request.sent_at, request.due_basis = now, basis
    request.save(update_fields=["sent_at", "due_basis"])
    briefs.refresh(request)
    deadlines.start(request.deadline, starts_on=today, due_on=due_on, now=now)
    if not tells:
        deadlines.skip_asking(request.deadline, now=now)
    reminders.sweep(today=today, now=now, deadlines=[request.deadline_id])


@transaction.atomic
def withdraw(*, request: DocumentRequest, actor: User, now: datetime, today: date, reason: str = "") -> None:
    """Take the request back. Whoever was asked is told; a draft simply goes."""
    states.hold(DOCUMENT_REQUEST, request, "withdraw", actor=actor)
    _no_notice_may_wait(request)
    was_draft = request.status == DocumentRequest.Status.DRAFT
    states.advance(DOCUMENT_REQUEST, request, "withdraw", actor=actor, now=now, changes={"reason": reason}, is_internal=was_draft)
    if not was_draft:
        events.tell("request.withdrawn", about_type="document_request", about_id=request.pk, now=now)
    turns.end_all(request, now=now)
    if not was_draft:
        turns.tell_supplier(request, "request_withdrawn", now=now, today=today, context={"reason": reason})


@transaction.atomic
def close(*, request: DocumentRequest, reason: str, actor: User, now: datetime, today: date) -> None:
    """End a request that will not be answered, or whose documentation is not enough, with a reason that is counted."""
    states.hold(DOCUMENT_REQUEST, request, "close", actor=actor)
    if reason not in DocumentRequest.CloseReason.values:
        raise Invalid.one("reason", "invalid_choice", _("Choose one of the reasons for closing."))
    _no_notice_may_wait(request)
    _reason_must_be_true(request, reason)
    states.advance(DOCUMENT_REQUEST, request, "close", actor=actor, now=now, changes={"reason": reason})
    events.tell("request.closed", about_type="document_request", about_id=request.pk, now=now)
    request.close_reason = reason
    request.save(update_fields=["close_reason"])
    turns.end_all(request, now=now)
    turns.tell_supplier(request, "request_closed", now=now, today=today, context={"reason": reason})


@transaction.atomic
def hold(*, request: DocumentRequest, until: date | None, reason: str, actor: User, now: datetime, today: date) -> None:
    """Let the supplier's reminders rest until that day; None goes on. The due date does not move."""
    states.hold(DOCUMENT_REQUEST, request, "hold", actor=actor)
    if until is not None:
        must_be_ahead(until, today, "until")
        reason = must_say(reason, "reason", _("Say why the reminders should rest."))
    changes = {"paused_until": [request.deadline.paused_until, until], "reason": reason}
    states.advance(DOCUMENT_REQUEST, request, "hold", actor=actor, now=now, changes=changes, is_internal=True)
    request.hold_reason = reason if until else ""
    request.save(update_fields=["hold_reason"])
    deadlines.pause(request.deadline, until=until)


def _due_when_sent(request: DocumentRequest, today: date) -> date | due_dates.DueDate:
    """A typed date stands, if it has not passed meanwhile; a computed one counts from the day of sending."""
    if request.due_is_typed:
        must_be_ahead(request.deadline.due_on, today)
        return request.deadline.due_on
    return drafting.by_rule(request, today)


def _no_notice_may_wait(request: DocumentRequest) -> None:
    """A letter with legal effect is decided by a person; it never loses its case on the way."""
    if request.formal_notices.undecided().exists():
        raise WrongState(_("The supplier has a formal notice about this that is not decided. Decide it first."))


def _reason_must_be_true(request: DocumentRequest, reason: str) -> None:
    """Silence because of a wrong address is no refusal, and is not counted as one; nor the other way round."""
    reasons = DocumentRequest.CloseReason
    if reason not in (reasons.NOT_ANSWERED, reasons.NOT_REACHED):
        return
    is_unreached = DocumentRequest.objects.filter(pk=request.pk).not_reached().exists()
    if is_unreached and reason == reasons.NOT_ANSWERED:
        text = _(
            "Nothing that we sent has reached the supplier, so it has not refused to answer. Close it as not reached, or find a contact."
        )
        raise Invalid.one("reason", "not_reached", text)
    if not is_unreached and reason == reasons.NOT_REACHED:
        raise Invalid.one("reason", "reached", _("Something that we sent has reached the supplier, or may still do so."))
