"""Handing over: the supplier submits or takes back, and we register what came by mail, on paper or in a meeting."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import states
from core.errors import FieldError, Invalid, WrongState, must_say
from followup.models import Document, DocumentRequest, Evidence, Item, Round, Submission
from followup.services import answering, briefs, documents, turns
from followup.services.answering import NewFile
from followup.states import DOCUMENT_REQUEST
from notifications import calendars, deadlines, outbox
from notifications.models import DeadlineKind
from notifications.webhooks import events


@transaction.atomic
def submit(
    *,
    request: DocumentRequest,
    actor: User,
    now: datetime,
    today: date,
    files: Sequence[NewFile] = (),
    claims: Mapping[UUID, str] | None = None,
    note: str = "",
) -> Submission:
    """Deliver what is saved, plus `files` and `claims` given now. Every required item must be answered."""
    states.hold(DOCUMENT_REQUEST, request, "submit", actor=actor)
    _apply_claims(request, claims or {})
    answering.write_documents(request, files, actor=actor, now=now, received_on=today, channel=Document.Channel.PORTAL)
    return _deliver(request, "submit", actor=actor, now=now, today=today, received_on=today, channel=Document.Channel.PORTAL, note=note)


@transaction.atomic
def register(
    *,
    request: DocumentRequest,
    files: Sequence[NewFile],
    channel: str,
    received_on: date,
    actor: User,
    now: datetime,
    today: date,
    note: str = "",
) -> Submission:
    """Register on the supplier's behalf what came outside the portal. Being on time counts the day it was received."""
    states.hold(DOCUMENT_REQUEST, request, "register", actor=actor)
    if received_on > today:
        raise Invalid.one("received_on", "future", _("This day has not come yet. Choose the day the documentation was received."))
    if channel not in (Document.Channel.EMAIL, Document.Channel.PAPER, Document.Channel.MEETING):
        raise Invalid.one("channel", "invalid_choice", _("Say how the documentation came: by e-mail, on paper or in a meeting."))
    ours = answering.write_documents(request, files, actor=actor, now=now, received_on=received_on, channel=channel)
    return _deliver(request, "register", actor=actor, now=now, today=today, received_on=received_on, channel=channel, note=note, only=ours)


@transaction.atomic
def recall(*, request: DocumentRequest, actor: User, now: datetime, today: date) -> None:
    """Take a delivery back before anybody has begun to review it; the same round goes on. What we registered is ours to keep,
    and a file that no other delivery holds is only saved again, which is not ours to read."""
    states.hold(DOCUMENT_REQUEST, request, "recall", actor=actor)
    round_ = _round(request)
    submission, review = round_.submission, round_.review_deadline
    assert submission is not None
    assert review is not None
    if submission.channel != Document.Channel.PORTAL:
        raise WrongState(_("We registered this delivery, so it cannot be taken back here. Ask us a question instead."))
    if request.items.filter(judged_at__gte=submission.submitted_at).exists():
        raise WrongState(_("The review has begun, so the delivery cannot be taken back. Ask us a question instead."))
    states.advance(DOCUMENT_REQUEST, request, "recall", actor=actor, now=now)
    submission.recalled_at = now
    submission.save(update_fields=["recalled_at"])
    deadlines.close(review, now=now)
    _undo_marks(request, set(submission.evidence.values_list("item_id", flat=True)))
    delivered = list(submission.evidence.values_list("document_id", flat=True))
    submission.evidence.update(submission=None)
    documents.take_back(delivered)
    round_.submission, round_.review_deadline = None, None
    round_.save(update_fields=["submission", "review_deadline"])
    deadlines.reopen(request.deadline, today=today, now=now)
    briefs.refresh(request)


def _apply_claims(request: DocumentRequest, claims: Mapping[UUID, str]) -> None:
    items = {item.pk: item for item in request.items.all()}
    for key, reason in claims.items():
        if key not in items:
            raise Invalid.one("not_applicable", "unknown_item", _("One of the items is not part of this request."))
        reason = must_say(reason, "not_applicable", _("Say why it is not relevant."))
        answering.set_claim(items[key], reason)


def _deliver(
    request: DocumentRequest,
    verb: str,
    *,
    actor: User,
    now: datetime,
    today: date,
    received_on: date,
    channel: str,
    note: str,
    only: Sequence[Document] | None = None,
) -> Submission:
    """Hand over only these documents, or (None) everything that is saved. What the supplier has only saved is not ours to hand over."""
    round_ = _round(request)
    saved = Evidence.objects.filter(item__request=request, round_number=round_.number, submission=None)
    chosen = saved if only is None else saved.filter(document__in=only)
    evidence = list(chosen.select_related("document__kind", "item__document_kind"))
    _must_be_complete(request, evidence, by_supplier=verb == "submit", today=received_on)
    submission = Submission.objects.create(
        request=request, submitted_at=now, received_on=received_on, submitted_by=actor, channel=channel, note=note
    )
    names = sorted({one.document.name_for_all for one in evidence})
    states.advance(DOCUMENT_REQUEST, request, verb, actor=actor, now=now, changes={"files": names, "channel": channel})
    events.tell("request.submitted", about_type="document_request", about_id=request.pk, now=now)
    Evidence.objects.filter(pk__in=[one.pk for one in evidence]).update(submission=submission)
    documents.deliver({one.document_id for one in evidence}, now=now)
    _mark_items(request, {one.item_id for one in evidence})
    deadlines.close(request.deadline, now=now)
    turns.end_tasks(request, now=now)
    round_.submission = submission
    due_on = calendars.due_from_us(DeadlineKind.DOCUMENT_REVIEW, today)
    round_.review_deadline = turns.open_ours(request, kind=DeadlineKind.DOCUMENT_REVIEW, due_on=due_on, today=today, now=now)
    round_.save(update_fields=["submission", "review_deadline"])
    briefs.refresh(request)
    _receipt(request, submission, evidence, actor=actor, now=now)
    return submission


def _must_be_complete(request: DocumentRequest, evidence: Sequence[Evidence], *, by_supplier: bool, today: date) -> None:
    """Every required item has a file or a claim, and every file the dates its kind asks for. What an earlier round
    left unjudged stays delivered. What we register ourselves is taken as it came; the review says what is missing."""
    served = {one.item_id for one in evidence}
    errors = [
        FieldError(
            "items",
            "missing",
            _("“%(item)s” has no file yet, and you have not said that it is not relevant.") % {"item": item.title},
            about=item.pk,
        )
        for item in request.items.all()
        if item.is_required and not item.is_answered and item.pk not in served and not item.claim
    ]
    if by_supplier:
        errors += [error for one in evidence for error in faults(one, today)]
    if not served and not any(item.claim for item in request.items.all()):
        errors.insert(0, FieldError("files", "required", _("Choose at least one file.")))
    if errors and (by_supplier or not served):
        raise Invalid(errors)


def faults(evidence: Evidence, today: date) -> Iterator[FieldError]:
    document, kind = evidence.document, evidence.item.document_kind
    words: dict[str, Any] = {"file": document.name, "days": kind.max_age_days if kind else None}

    def fault(field: str, code: str, text: str) -> FieldError:
        return FieldError(field, code, text % words, about=document.pk)

    if document.is_expired(today):
        yield fault("valid_until", "expired", _("“%(file)s” has expired. Send one that is valid now."))
    if kind and kind.needs_valid_until and document.valid_until is None:
        yield fault("valid_until", "required", _("Say how long “%(file)s” is valid."))
    if kind and kind.max_age_days is not None and document.issued_on is None:
        yield fault("issued_on", "required", _("Say when “%(file)s” was issued."))
    if kind and kind.max_age_days and document.issued_on and (today - document.issued_on).days > kind.max_age_days:
        yield fault("issued_on", "too_old", _("“%(file)s” is too old. It may be at most %(days)d days old."))


def _mark_items(request: DocumentRequest, served: set[UUID]) -> None:
    for item in request.items.all():
        if item.is_settled:
            continue
        if item.pk in served:
            item.state = Item.State.DELIVERED
        elif item.claim:
            item.state = Item.State.NOT_APPLICABLE
        item.save(update_fields=["state"])


def _undo_marks(request: DocumentRequest, served: set[UUID]) -> None:
    """As before the delivery: what had been returned is returned again."""
    for item in request.items.all():
        if item.state == Item.State.NOT_APPLICABLE or (item.state == Item.State.DELIVERED and item.pk in served):
            item.state = Item.State.RETURNED if item.reason else Item.State.OPEN
            item.save(update_fields=["state"])


def _receipt(request: DocumentRequest, submission: Submission, evidence: Sequence[Evidence], *, actor: User, now: datetime) -> None:
    """Tell whoever submitted, at once, what we have, with checksums. What we registered ourselves needs none."""
    if submission.channel != Document.Channel.PORTAL:
        return
    listed = documents.listed({one.document_id: one.document for one in evidence}.values())
    outbox.publish(
        kind="receipt",
        people=[actor.person],
        organisation=request.supplier,
        scope_id=request.framework_id,
        about_id=request.pk,
        context={**briefs.of(request), "documents": listed, "submitted_at": now.isoformat()},
        key=str(submission.pk),
        now=now,
    )


def _round(request: DocumentRequest) -> Round:
    return request.rounds.select_related("submission", "review_deadline__organisation").latest("number")
