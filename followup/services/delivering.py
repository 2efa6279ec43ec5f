"""What the supplier does with a request: save files, say what is not relevant, submit, recall.

Also what we register on its behalf when documentation comes by mail, on paper or in a meeting.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import states
from core.errors import FieldError, Invalid, WrongState
from core.files import KeptFile
from followup import due_dates
from followup.models import Document, DocumentRequest, Evidence, Item, Round, Submission
from followup.services import briefs, turns
from followup.states import DOCUMENT_REQUEST
from notifications import deadlines, outbox
from notifications.models import DeadlineKind


@dataclass(frozen=True)
class NewFile:
    """A file that lies in storage (`core.files.kept`), and what it serves. `item_ids` None means every item still open."""

    file: KeptFile
    item_ids: Sequence[UUID] | None = None
    issued_on: date | None = None
    valid_until: date | None = None


@transaction.atomic
def save_files(*, request: DocumentRequest, files: Sequence[NewFile], actor: User, now: datetime, today: date) -> list[Document]:
    """Keep files on the request without submitting: the supplier can come back."""
    names = [new.file.name for new in files]
    states.advance(DOCUMENT_REQUEST, request, "save", actor=actor, now=now, changes={"files": names})
    return _write(request, files, actor=actor, now=now, received_on=today, channel=Document.Channel.PORTAL)


@transaction.atomic
def use_again(*, request: DocumentRequest, item: Item, document: Document, actor: User, now: datetime, today: date) -> None:
    """Let a document that was delivered before serve this item too."""
    states.advance(DOCUMENT_REQUEST, request, "save", actor=actor, now=now, changes={"item": item.title, "document": document.name})
    _must_be_open([item])
    if document.supplier_id != request.supplier_id or document.is_expired(today):
        raise Invalid.one("document", "not_usable", _("This document cannot be used here. It has expired, or is not yours."))
    number = _round(request).number
    Evidence.objects.get_or_create(item=item, document=document, round_number=number, defaults={"added_at": now})


@transaction.atomic
def set_dates(
    *, request: DocumentRequest, document: Document, issued_on: date | None, valid_until: date | None, actor: User, now: datetime
) -> None:
    """Correct the document's own dates before it is submitted."""
    states.advance(DOCUMENT_REQUEST, request, "save", actor=actor, now=now, changes={"document": document.name})
    _must_be_undelivered(document)
    _check_order(issued_on, valid_until)
    document.issued_on, document.valid_until = issued_on, valid_until
    document.save(update_fields=["issued_on", "valid_until"])


@transaction.atomic
def serve(*, request: DocumentRequest, document: Document, items: Sequence[Item], actor: User, now: datetime) -> None:
    """Say anew which items a saved document serves. Serving none takes it away from the request."""
    states.advance(DOCUMENT_REQUEST, request, "save", actor=actor, now=now, changes={"document": document.name})
    _must_be_open(items)
    number = _round(request).number
    Evidence.objects.filter(item__request=request, document=document, submission=None).delete()
    Evidence.objects.bulk_create([Evidence(item=item, document=document, round_number=number, added_at=now) for item in items])
    if not items and document.delivered_at is None and not document.evidence.exists():
        document.delete()


@transaction.atomic
def claim(*, request: DocumentRequest, item: Item, reason: str, actor: User, now: datetime) -> None:
    """Say that an item is not relevant, and why. An empty reason takes the claim back."""
    states.advance(DOCUMENT_REQUEST, request, "save", actor=actor, now=now, changes={"item": item.title, "claim": reason})
    _claim(item, reason)


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
    states.check(DOCUMENT_REQUEST, request, "submit", actor=actor)
    _apply_claims(request, claims or {})
    _write(request, files, actor=actor, now=now, received_on=today, channel=Document.Channel.PORTAL)
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
    states.check(DOCUMENT_REQUEST, request, "register", actor=actor)
    if received_on > today:
        raise Invalid.one("received_on", "future", _("This day has not come yet. Choose the day the documentation was received."))
    if channel not in (Document.Channel.EMAIL, Document.Channel.PAPER, Document.Channel.MEETING):
        raise Invalid.one("channel", "invalid_choice", _("Say how the documentation came: by e-mail, on paper or in a meeting."))
    ours = _write(request, files, actor=actor, now=now, received_on=received_on, channel=channel)
    return _deliver(
        request, "register", actor=actor, now=now, today=today, received_on=received_on, channel=channel, note=note, documents=ours
    )


@transaction.atomic
def recall(*, request: DocumentRequest, actor: User, now: datetime, today: date) -> None:
    """Take a delivery back before anybody has begun to review it; the same round goes on."""
    states.check(DOCUMENT_REQUEST, request, "recall", actor=actor)
    round_ = _round(request)
    if request.items.filter(judged_at__gte=round_.submission.submitted_at).exists():
        raise WrongState(_("The review has begun, so the delivery cannot be taken back. Ask us a question instead."))
    states.advance(DOCUMENT_REQUEST, request, "recall", actor=actor, now=now)
    submission = round_.submission
    submission.recalled_at = now
    submission.save(update_fields=["recalled_at"])
    deadlines.close(round_.review_deadline, now=now)
    _undo_marks(request, set(submission.evidence.values_list("item_id", flat=True)))
    submission.evidence.update(submission=None)
    round_.submission, round_.review_deadline = None, None
    round_.save(update_fields=["submission", "review_deadline"])
    deadlines.reopen(request.deadline, today=today, now=now)
    briefs.refresh(request)


def _check_order(issued_on: date | None, valid_until: date | None) -> None:
    if issued_on and valid_until and valid_until < issued_on:
        raise Invalid.one("valid_until", "before_issued", _("The document runs out before it was issued. Check the two dates."))


def _items_of(request: DocumentRequest, new: NewFile) -> list[Item]:
    items = {item.pk: item for item in request.items.select_related("document_kind")}
    if new.item_ids is None:
        return [item for item in items.values() if not item.is_settled]
    if set(new.item_ids) - set(items):
        raise Invalid.one("manifest", "unknown_item", _("One of the items is not part of this request."))
    chosen = [items[key] for key in dict.fromkeys(new.item_ids)]
    _must_be_open(chosen)
    return chosen


def _must_be_open(items: Iterable[Item]) -> None:
    settled = [item.title for item in items if item.is_settled]
    if settled:
        raise WrongState(_("“%(item)s” is already accepted and cannot be changed.") % {"item": settled[0]})


def _must_be_undelivered(document: Document) -> None:
    if document.delivered_at is not None:
        raise WrongState(_("The document has been delivered and cannot be changed."))


def _write(
    request: DocumentRequest, files: Sequence[NewFile], *, actor: User, now: datetime, received_on: date, channel: str
) -> list[Document]:
    number, documents = _round(request).number, []
    for new in files:
        _check_order(new.issued_on, new.valid_until)
        items = _items_of(request, new)
        kind = next((item.document_kind for item in items if item.document_kind), None)
        document = Document.objects.create(
            **new.file.columns,
            supplier=request.supplier,
            kind=kind,
            access=Document.Access.RESTRICTED if kind and kind.is_restricted else Document.Access.ORDINARY,
            issued_on=new.issued_on,
            valid_until=new.valid_until,
            received_on=received_on,
            received_at=now,
            uploaded_by=actor,
            channel=channel,
        )
        Evidence.objects.bulk_create([Evidence(item=item, document=document, round_number=number, added_at=now) for item in items])
        documents.append(document)
    return documents


def _apply_claims(request: DocumentRequest, claims: Mapping[UUID, str]) -> None:
    items = {item.pk: item for item in request.items.all()}
    for key, reason in claims.items():
        if key not in items:
            raise Invalid.one("not_applicable", "unknown_item", _("One of the items is not part of this request."))
        if not reason.strip():
            raise Invalid.one("not_applicable", "required", _("Say why it is not relevant."))
        _claim(items[key], reason)


def _claim(item: Item, reason: str) -> None:
    _must_be_open([item])
    if reason.strip() and any(obligation.is_promised for obligation in item.obligations.all()):
        raise Invalid.one(
            "not_applicable",
            "promised",
            _("“%(item)s” was promised in your tender, so it cannot be left out as not relevant. Has something changed? Ask us.")
            % {"item": item.title},
        )
    item.claim = reason.strip()
    item.save(update_fields=["claim"])


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
    documents: Sequence[Document] | None = None,
) -> Submission:
    """Hand over these documents, or (None) everything that is saved. What the supplier has only saved is not ours to hand over."""
    round_ = _round(request)
    saved = Evidence.objects.filter(item__request=request, round_number=round_.number, submission=None)
    chosen = saved if documents is None else saved.filter(document__in=documents)
    evidence = list(chosen.select_related("document__kind", "item__document_kind"))
    _must_be_complete(request, evidence, by_supplier=verb == "submit", today=received_on)
    submission = Submission.objects.create(
        request=request, submitted_at=now, received_on=received_on, submitted_by=actor, channel=channel, note=note
    )
    names = sorted({one.document.name for one in evidence})
    states.advance(DOCUMENT_REQUEST, request, verb, actor=actor, now=now, changes={"files": names, "channel": channel})
    Evidence.objects.filter(pk__in=[one.pk for one in evidence]).update(submission=submission)
    Document.objects.filter(pk__in={one.document_id for one in evidence}, delivered_at=None).update(delivered_at=now)
    _mark_items(request, {one.item_id for one in evidence})
    deadlines.close(request.deadline, now=now)
    turns.end_tasks(request, now=now)
    round_.submission = submission
    round_.review_deadline = turns.open_ours(
        request, kind=DeadlineKind.DOCUMENT_REVIEW, due_on=due_dates.of_our_review(today), today=today, now=now
    )
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
        errors += [error for one in evidence for error in _faults(one, today)]
    if not served and not any(item.claim for item in request.items.all()):
        errors = [FieldError("files", "required", _("Choose at least one file."))]
    if errors and (by_supplier or not served):
        raise Invalid(errors)


def _faults(evidence: Evidence, today: date) -> Iterator[FieldError]:
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
    documents = {one.document_id: one.document for one in evidence}.values()
    listed = [{"name": document.name, "size": document.size, "sha256": document.sha256} for document in documents]
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
