"""Judging what came: is the documentation good enough, item by item, and is the requirement met.

These are two judgements. An audit report that shows child labour is a good document and a failed requirement.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from contracts.models import Judgement, Obligation
from contracts.services import obligations
from core import states
from core.errors import Invalid, WrongState, must_be_ahead
from core.models import History
from followup import due_dates
from followup.models import DocumentRequest, Evidence, Item, Round
from followup.services import briefs, renewals, turns
from followup.states import DOCUMENT_REQUEST
from notifications import calendars, deadlines, reminders
from notifications.models import DeadlineKind, Turn
from notifications.webhooks import events

DELIVERED = (Item.State.DELIVERED, Item.State.NOT_APPLICABLE)


@transaction.atomic
def accept(
    *, request: DocumentRequest, actor: User, now: datetime, today: date, items: Sequence[Item] | None = None, comment: str = ""
) -> None:
    """Accept the documentation of these items (None: all that was delivered). When nothing is left, the request is accepted.

    The items are taken as the caller read them: if somebody has judged one since then, nothing is changed.
    """
    states.hold(DOCUMENT_REQUEST, request, "judge", actor=actor)
    chosen = _delivered(request, items)
    for item in chosen:
        _judge_item(item, state=Item.State.ACCEPTED, reason="", comment=comment, now=now)
    changes = {"accepted": [item.title for item in chosen]}
    if _unsettled(request):
        states.advance(DOCUMENT_REQUEST, request, "judge", actor=actor, now=now, changes=changes)
    else:
        _finish(request, changes, actor=actor, now=now, today=today)
    briefs.refresh(request)
    renewals.settle(place=renewals.Place(request.framework_id, request.supplier_id), today=today, now=now)


@transaction.atomic
def return_(
    *,
    request: DocumentRequest,
    reason: str,
    actor: User,
    now: datetime,
    today: date,
    comment: str = "",
    items: Sequence[Item] | None = None,
    due_on: date | None = None,
) -> None:
    """Send back what is not good enough (None: all that is not accepted), with a reason that is counted.

    Opens the next round: 14 days unless another date is given. What is accepted stays accepted.
    """
    states.hold(DOCUMENT_REQUEST, request, "return", actor=actor)
    changes = _mark(_to_return(request, items), reason, comment, now=now)
    _next_round(request, changes, due_on, actor=actor, now=now, today=today)


@transaction.atomic
def mark_returned(*, request: DocumentRequest, reason: str, comment: str, items: Sequence[Item] | None, actor: User, now: datetime) -> None:
    """Judge items as not good enough without sending anything yet: the reviewer goes on with the next.

    The supplier learns it when the round is finished, so until then history keeps it internal too.
    The items are taken as the caller read them, as in `accept`.
    """
    states.hold(DOCUMENT_REQUEST, request, "judge", actor=actor)
    changes = _mark(_to_return(request, items), reason, comment, now=now)
    states.advance(DOCUMENT_REQUEST, request, "judge", actor=actor, now=now, changes=changes, is_internal=True)


@transaction.atomic
def finish_round(*, request: DocumentRequest, actor: User, now: datetime, today: date, due_on: date | None = None) -> None:
    """Send back what was judged as not good enough, and open the next round."""
    states.hold(DOCUMENT_REQUEST, request, "return", actor=actor)
    returned = list(request.items.filter(state=Item.State.RETURNED).order_by("number").values_list("title", flat=True))
    if not returned:
        raise WrongState(_("Nothing is marked as not good enough."))
    _next_round(request, {"returned": returned}, due_on, actor=actor, now=now, today=today)


@transaction.atomic
def judge_requirement(
    *,
    request: DocumentRequest,
    item: Item,
    obligation: Obligation,
    verified: str,
    method: str,
    checked_on: date,
    actor: User,
    now: datetime,
    today: date,
    valid_until: date | None = None,
    reason: str = "",
    declared: str = "",
) -> Judgement:
    """Whether the requirement is met, judged on the strength of this item; the item keeps the judgement as the chain."""
    if not item.obligations.filter(pk=obligation.pk).exists():
        raise Invalid.one("obligation", "not_in_item", _("The item does not rest on this requirement."))
    judgement = obligations.judge(
        obligation=obligation,
        verified=verified,
        declared=declared,
        method=method,
        checked_on=checked_on,
        valid_until=valid_until,
        reason=reason,
        actor=actor,
        now=now,
        today=today,
    )
    item.judgements.add(judgement)
    renewals.settle(place=renewals.Place(request.framework_id, request.supplier_id), today=today, now=now)
    return judgement


def _delivered(request: DocumentRequest, items: Sequence[Item] | None) -> list[Item]:
    chosen = list(items) if items is not None else [item for item in request.items.all() if item.state in (*DELIVERED, Item.State.RETURNED)]
    open_ = [item.title for item in chosen if item.state == Item.State.OPEN]
    if open_:
        raise WrongState(_("“%(item)s” has not been delivered, so it cannot be accepted.") % {"item": open_[0]})
    chosen = [item for item in chosen if not item.is_settled]
    if not chosen:
        raise WrongState(_("There is nothing to accept here."))
    return chosen


def _to_return(request: DocumentRequest, items: Sequence[Item] | None) -> list[Item]:
    chosen = [item for item in (items if items is not None else _unsettled(request)) if not item.is_settled]
    if not chosen:
        raise WrongState(_("Everything here is already accepted."))
    return chosen


def _mark(items: Sequence[Item], reason: str, comment: str, *, now: datetime) -> dict[str, Any]:
    """Returns what history says of it."""
    if reason not in Item.Reason.values:
        raise Invalid.one("reason", "invalid_choice", _("Choose what is wrong with the documentation."))
    if reason == Item.Reason.OTHER and not comment.strip():
        raise Invalid.one("comment", "required", _("Say in a sentence what is wrong."))
    for item in items:
        _judge_item(item, state=Item.State.RETURNED, reason=reason, comment=comment, now=now)
    return {"returned": [item.title for item in items], "reason": reason, "comment": comment}


def _next_round(request: DocumentRequest, changes: dict[str, Any], due_on: date | None, *, actor: User, now: datetime, today: date) -> None:
    must_be_ahead(due_on, today)
    due_on = due_on or due_dates.after_return(
        today=today, country=request.supplier.country, calendars=calendars.of_kind(DeadlineKind.DOCUMENT_REQUEST)
    )
    states.advance(DOCUMENT_REQUEST, request, "return", actor=actor, now=now, changes={**changes, "due_on": due_on})
    events.tell("request.returned", about_type="document_request", about_id=request.pk, now=now)
    _end_round(request, Round.Verdict.RETURNED, now=now)
    # A claim that was returned is refused: it does not answer the item a second time. What nobody judged stays delivered.
    request.items.filter(state=Item.State.RETURNED).update(claim="")
    _open_round(request, due_on=due_on, now=now, today=today)


def _unsettled(request: DocumentRequest) -> list[Item]:
    """What stands between the request and acceptance. An optional item that nobody delivered does not."""
    return [item for item in request.items.all() if not item.is_settled and (item.is_required or item.state != Item.State.OPEN)]


def _judge_item(item: Item, *, state: str, reason: str, comment: str, now: datetime) -> None:
    """By compare-and-set on the last judgement: of two reviewers the second is told what the first decided."""
    judged = Item.objects.filter(pk=item.pk, judged_at=item.judged_at).exclude(state=Item.State.ACCEPTED)
    if not judged.update(state=state, reason=reason, comment=comment, judged_at=now):
        raise WrongState(_judged_meanwhile(item))
    item.state, item.reason, item.comment, item.judged_at = state, reason, comment, now


def _judged_meanwhile(item: Item) -> str:
    latest = Item.objects.get(pk=item.pk)
    last = History.objects.filter(object_id=item.request_id, verb__in=("judge", "accept", "return")).order_by("-at").first()
    words = {"name": last.actor_name if last else "", "item": latest.title, "state": latest.get_state_display()}
    return _("%(name)s has judged “%(item)s” since you opened the page: %(state)s. Your judgement was not saved.") % words


def _finish(request: DocumentRequest, changes: dict[str, Any], *, actor: User, now: datetime, today: date) -> None:
    states.advance(DOCUMENT_REQUEST, request, "accept", actor=actor, now=now, changes=changes)
    events.tell("request.accepted", about_type="document_request", about_id=request.pk, now=now)
    _end_round(request, Round.Verdict.ACCEPTED, now=now)
    turns.end_all(request, now=now)
    turns.tell_supplier(request, "documentation_accepted", now=now, today=today, context={})


def _end_round(request: DocumentRequest, verdict: str, *, now: datetime) -> None:
    round_ = request.rounds.select_related("review_deadline__organisation").latest("number")
    round_.verdict = verdict
    round_.save(update_fields=["verdict"])
    if round_.review_deadline and round_.review_deadline.is_open:
        deadlines.close(round_.review_deadline, now=now)


def _open_round(request: DocumentRequest, *, due_on: date, now: datetime, today: date) -> None:
    number = request.rounds.count() + 1
    deadline = deadlines.open_new(
        kind=DeadlineKind.DOCUMENT_REQUEST,
        about_id=request.pk,
        title=request.title,
        scope=request.framework_id,
        organisation=request.supplier,
        turn=Turn.SUPPLIER,
        starts_on=today,
        due_on=due_on,
        brief={},
        now=now,
    )
    Round.objects.create(request=request, number=number, deadline=deadline)
    Evidence.objects.filter(item__request=request, submission=None).update(round_number=number)
    request.deadline = deadline
    request.save(update_fields=["deadline"])
    briefs.refresh(request)
    reminders.sweep(today=today, now=now, deadlines=[deadline.pk])
