"""A supplier asks for more time; we grant it, grant another date, or refuse. Both dates are kept."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import states
from core.errors import Invalid, WrongState
from followup import due_dates
from followup.models import DocumentRequest, TimeRequest
from followup.services import turns
from followup.states import DOCUMENT_REQUEST
from notifications import deadlines
from notifications.models import DeadlineKind


@transaction.atomic
def ask(*, request: DocumentRequest, wanted_on: date, reason: str, actor: User, now: datetime, today: date) -> TimeRequest:
    """Ask for another date. While we think about it, the reminders rest."""
    states.check(DOCUMENT_REQUEST, request, "ask_for_time", actor=actor)
    if wanted_on <= max(today, request.deadline.due_on):
        raise Invalid.one("wanted_on", "not_later", _("Choose a day after the present date."))
    if not reason.strip():
        raise Invalid.one("reason", "required", _("Say why you need more time."))
    changes = {"wanted_on": wanted_on, "reason": reason}
    states.advance(DOCUMENT_REQUEST, request, "ask_for_time", actor=actor, now=now, changes=changes)
    wish = _write(request, wanted_on=wanted_on, reason=reason.strip(), actor=actor, now=now)
    wish.deadline = turns.open_ours(request, kind=DeadlineKind.TIME_REQUEST, due_on=due_dates.of_our_answer(today), today=today, now=now)
    wish.save(update_fields=["deadline"])
    deadlines.wait_for_us(request.deadline, more=1)
    return wish


@transaction.atomic
def grant(*, wish: TimeRequest, actor: User, now: datetime, today: date, due_on: date | None = None, answer: str = "") -> None:
    """Grant the date that was asked for, or another."""
    granted = due_on or wish.wanted_on
    if granted < today:
        raise Invalid.one("due_on", "past", _("This date has passed. Choose today or later."))
    if granted <= wish.request.deadline.due_on:
        raise Invalid.one("due_on", "not_later", _("Choose a day after the present date."))
    _decide(wish, TimeRequest.Decision.GRANTED, granted_on=granted, answer=answer, actor=actor, now=now)
    request = wish.request
    request.due_is_typed, request.due_reason = True, wish.reason[:300]
    request.save(update_fields=["due_is_typed", "due_reason"])
    deadlines.move(request.deadline, due_on=granted, today=today, now=now)
    turns.tell_supplier(
        request, "date_changed", now=now, today=today, context={"due_on": granted.isoformat(), "reason": answer}, key=str(wish.pk)
    )


@transaction.atomic
def refuse(*, wish: TimeRequest, answer: str, actor: User, now: datetime, today: date) -> None:
    """Refuse, and say why. The date stays and the ladder goes on."""
    if not answer.strip():
        raise Invalid.one("answer", "required", _("Say why the date stays."))
    _decide(wish, TimeRequest.Decision.REFUSED, granted_on=None, answer=answer, actor=actor, now=now)
    context = {"answer": answer, "due_on": wish.request.deadline.due_on.isoformat()}
    turns.tell_supplier(wish.request, "more_time_refused", now=now, today=today, context=context, key=str(wish.pk))


def _write(request: DocumentRequest, *, wanted_on: date, reason: str, actor: User, now: datetime) -> TimeRequest:
    try:
        with transaction.atomic():
            return TimeRequest.objects.create(request=request, wanted_on=wanted_on, reason=reason, asked_by=actor, asked_at=now)
    except IntegrityError:
        raise WrongState(_("You have already asked for more time, and we have not answered yet.")) from None


def _decide(wish: TimeRequest, decision: str, *, granted_on: date | None, answer: str, actor: User, now: datetime) -> None:
    changes = {"decision": decision, "granted_on": granted_on, "answer": answer}
    states.advance(DOCUMENT_REQUEST, wish.request, "decide_time", actor=actor, now=now, changes=changes)
    decided = TimeRequest.objects.filter(pk=wish.pk, decision=TimeRequest.Decision.PENDING).update(
        decision=decision, granted_on=granted_on, answer=answer, decided_by=actor, decided_at=now
    )
    if not decided:
        raise WrongState(_("Somebody has decided this already."))
    if wish.deadline and wish.deadline.is_open:
        deadlines.close(wish.deadline, now=now)
    if wish.request.deadline.waits_for_us:
        deadlines.wait_for_us(wish.request.deadline, more=-1)
