"""More time: a supplier asks for it and we grant it, grant another date, or refuse; or we give another date ourselves.

The first date and the one agreed on last are both kept. How often and how long is the policy's (`followup/limits.py`).
"""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import rows, states
from core.errors import Invalid, WrongState, must_be_ahead, must_say
from followup import limits
from followup.models import DocumentRequest, Round, TimeRequest
from followup.services import turns
from followup.states import DOCUMENT_REQUEST
from notifications import audience, calendars, deadlines, outbox
from notifications.models import DeadlineKind


@transaction.atomic
def ask(*, request: DocumentRequest, wanted_on: date, reason: str, actor: User, now: datetime, today: date) -> TimeRequest:
    """Ask for another date. While we think about it, the reminders rest."""
    states.hold(DOCUMENT_REQUEST, request, "ask_for_time", actor=actor)
    if wanted_on <= max(today, request.deadline.due_on):
        raise Invalid.one("wanted_on", "not_later", _("Choose a day after the present date."))
    reason = must_say(reason, "reason", _("Say why you need more time."))
    changes = {"wanted_on": wanted_on, "reason": reason}
    states.advance(DOCUMENT_REQUEST, request, "ask_for_time", actor=actor, now=now, changes=changes)
    wish = _write(request, wanted_on=wanted_on, reason=reason, actor=actor, now=now)
    wish.deadline = turns.open_ours(
        request,
        kind=DeadlineKind.TIME_REQUEST,
        due_on=calendars.due_from_us(DeadlineKind.TIME_REQUEST, today),
        today=today,
        now=now,
        said={"wanted_on": wanted_on.isoformat(), "why": wish.reason, "is_beyond": not limits.of(request).allow(wanted_on)},
    )
    wish.save(update_fields=["deadline"])
    deadlines.wait_for_us(request.deadline, more=1)
    _tell_who_may_give_it(wish, now=now, today=today)
    return wish


def _tell_who_may_give_it(wish: TimeRequest, *, now: datetime, today: date) -> None:
    """The ladder tells the manager; what the manager may not give is told to whom the policy names as well."""
    request, room = wish.request, limits.of(wish.request)
    if wish.deadline is None or room.allow(wish.wanted_on):
        return
    outbox.publish(
        kind="more_time_wanted",
        people=audience.staff(scope_id=request.framework_id, role=room.beyond, today=today),
        organisation=request.framework.organisation,
        scope_id=request.framework_id,
        about_id=request.pk,
        context={"title": request.title, **wish.deadline.brief, "due_on": wish.deadline.due_on.isoformat()},
        key=str(wish.pk),
        now=now,
        deadline=wish.deadline,
    )


@transaction.atomic
def grant(*, wish: TimeRequest, actor: User, now: datetime, today: date, due_on: date | None = None, answer: str = "") -> None:
    """Grant the date that was asked for, or another."""
    granted, request = due_on or wish.wanted_on, wish.request
    states.hold(DOCUMENT_REQUEST, request, "decide_time", actor=actor)
    must_be_ahead(granted, today)
    if granted <= request.deadline.due_on:
        raise Invalid.one("due_on", "not_later", _("Choose a day after the present date."))
    limits.must_allow(actor, granted, request)
    _decide(wish, TimeRequest.Decision.GRANTED, granted_on=granted, answer=answer, actor=actor, now=now)
    _move(request, due_on=granted, reason=wish.reason, today=today, now=now)
    turns.tell_supplier(
        request, "date_changed", now=now, today=today, context={"due_on": granted.isoformat(), "reason": answer}, key=str(wish.pk)
    )


@transaction.atomic
def refuse(*, wish: TimeRequest, answer: str, actor: User, now: datetime, today: date) -> None:
    """Refuse, and say why. The date stays and the ladder goes on."""
    states.hold(DOCUMENT_REQUEST, wish.request, "decide_time", actor=actor)
    answer = must_say(answer, "answer", _("Say why the date stays."))
    _decide(wish, TimeRequest.Decision.REFUSED, granted_on=None, answer=answer, actor=actor, now=now)
    context = {"answer": answer, "due_on": wish.request.deadline.due_on.isoformat()}
    turns.tell_supplier(wish.request, "more_time_refused", now=now, today=today, context=context, key=str(wish.pk))


@transaction.atomic
def extend(*, request: DocumentRequest, due_on: date, reason: str, actor: User, now: datetime, today: date) -> None:
    """Give another date unasked, with the reason. A later one obeys the same limits; a draft has none."""
    states.hold(DOCUMENT_REQUEST, request, "extend", actor=actor)
    must_be_ahead(due_on, today)
    reason = must_say(reason, "reason", _("Say why the date is changed."))
    limits.must_allow(actor, due_on, request)
    changes = {"due_on": [request.deadline.due_on, due_on], "reason": reason}
    states.advance(DOCUMENT_REQUEST, request, "extend", actor=actor, now=now, changes=changes)
    _move(request, due_on=due_on, reason=reason, today=today, now=now)
    if request.status != DocumentRequest.Status.DRAFT:
        turns.tell_supplier(request, "date_changed", now=now, today=today, context={"due_on": due_on.isoformat(), "reason": reason})


def _move(request: DocumentRequest, *, due_on: date, reason: str, today: date, now: datetime) -> None:
    rows.write(request, due_is_typed=True, due_reason=reason[:300])
    if request.deadline.is_open and due_on > request.deadline.due_on:
        Round.objects.filter(deadline=request.deadline).update(extensions=F("extensions") + 1)
        request.deadline.round.refresh_from_db(fields=["extensions"])
    deadlines.move(request.deadline, due_on=due_on, today=today, now=now)


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
