"""What the supplier does with a request: save files, say what is not relevant, submit, recall.

Also what we register on its behalf when documentation comes by mail, on paper or in a meeting.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import files, states
from core.errors import FieldError, Invalid, TooLarge, WrongState
from followup import due_dates
from followup.models import Document, DocumentRequest, Evidence, Item, Round, Submission
from followup.services import asking, briefs
from followup.states import DOCUMENT_REQUEST
from notifications import deadlines, outbox
from notifications.models import DeadlineKind


@dataclass(frozen=True)
class NewFile:
    """A file as it came in, and what it serves. `item_ids` None means every item that is still open."""

    upload: UploadedFile
    item_ids: Sequence[UUID] | None = None
    issued_on: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True)
class Kept:
    """A checked file that lies in storage, not yet named by any row."""

    new: NewFile
    checked: files.CheckedFile
    storage_name: str
    scan_state: str
    items: Sequence[Item] = field(default_factory=tuple)


def save_files(*, request: DocumentRequest, new_files: Sequence[NewFile], actor: User, now: datetime, today: date) -> list[Document]:
    """Keep files on the request without submitting: the supplier can come back."""
    states.check(DOCUMENT_REQUEST, request, "save", actor=actor)
    kept = _keep(request, new_files)
    with transaction.atomic():
        states.advance(DOCUMENT_REQUEST, request, "save", actor=actor, now=now, changes={"files": [k.checked.name for k in kept]})
        return _write(request, kept, actor=actor, now=now, received_on=today, channel=Document.Channel.PORTAL)


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
    kept = _keep(request, files)
    with transaction.atomic():
        _apply_claims(request, claims or {})
        _write(request, kept, actor=actor, now=now, received_on=today, channel=Document.Channel.PORTAL)
        return _deliver(request, "submit", actor=actor, now=now, today=today, received_on=today, channel="portal", note=note)


def register(
    *,
    request: DocumentRequest,
    new_files: Sequence[NewFile],
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
    kept = _keep(request, new_files)
    with transaction.atomic():
        _write(request, kept, actor=actor, now=now, received_on=received_on, channel=channel)
        return _deliver(request, "register", actor=actor, now=now, today=today, received_on=received_on, channel=channel, note=note)


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
    submission.evidence.update(submission=None)
    request.items.filter(state__in=(Item.State.DELIVERED, Item.State.NOT_APPLICABLE)).update(state=Item.State.OPEN)
    round_.submission, round_.review_deadline = None, None
    round_.save(update_fields=["submission", "review_deadline"])
    deadlines.reopen(request.deadline, today=today, now=now)
    briefs.refresh(request)


def _keep(request: DocumentRequest, new_files: Sequence[NewFile]) -> list[Kept]:
    """Check every file and move it to storage, outside any transaction. A fault in one names it and keeps none."""
    _check_amount(new_files)
    items = _items_by_file(request, new_files)
    checked = [_inspect(number, new) for number, new in enumerate(new_files)]
    return [
        Kept(new, check, files.keep(new.upload), files.scan_state(new.upload), of_file)
        for new, check, of_file in zip(new_files, checked, items, strict=True)
    ]


def _inspect(number: int, new: NewFile) -> files.CheckedFile:
    _check_order(new.issued_on, new.valid_until)
    return files.inspect(new.upload)


def _check_amount(new_files: Sequence[NewFile]) -> None:
    if len(new_files) > settings.UPLOAD_MAX_FILES:
        raise TooLarge.one("files", "too_many", _("Send at most %(count)d files at a time.") % {"count": settings.UPLOAD_MAX_FILES})
    if sum(new.upload.size or 0 for new in new_files) > settings.UPLOAD_MAX_TOTAL:
        megabytes = settings.UPLOAD_MAX_TOTAL // 2**20
        raise TooLarge.one("files", "too_large", _("The files are more than %(size)d MB together. Send them in two goes.") % {"size": megabytes})


def _check_order(issued_on: date | None, valid_until: date | None) -> None:
    if issued_on and valid_until and valid_until < issued_on:
        raise Invalid.one("valid_until", "before_issued", _("The document runs out before it was issued. Check the two dates."))


def _items_by_file(request: DocumentRequest, new_files: Sequence[NewFile]) -> list[list[Item]]:
    items = {item.pk: item for item in request.items.all()}
    unsettled = [item for item in items.values() if not item.is_settled]
    chosen = []
    for new in new_files:
        unknown = set(new.item_ids or ()) - set(items)
        if unknown:
            raise Invalid.one("manifest", "unknown_item", _("One of the items is not part of this request."))
        chosen.append([items[key] for key in new.item_ids] if new.item_ids is not None else unsettled)
        _must_be_open(chosen[-1])
    return chosen


def _must_be_open(items: Iterable[Item]) -> None:
    settled = [item.title for item in items if item.is_settled]
    if settled:
        raise WrongState(_("“%(item)s” is already accepted and cannot be changed.") % {"item": settled[0]})


def _must_be_undelivered(document: Document) -> None:
    if document.delivered_at is not None:
        raise WrongState(_("The document has been delivered and cannot be changed."))


def _write(
    request: DocumentRequest, kept: Sequence[Kept], *, actor: User, now: datetime, received_on: date, channel: str
) -> list[Document]:
    number, documents = _round(request).number, []
    for one in kept:
        kind = next((item.document_kind for item in one.items if item.document_kind), None)
        document = Document.objects.create(
            supplier=request.supplier,
            name=one.checked.name,
            size=one.checked.size,
            sha256=one.checked.sha256,
            content_type=one.checked.content_type,
            storage_name=one.storage_name,
            scan_state=one.scan_state,
            kind=kind,
            access=Document.Access.RESTRICTED if kind and kind.is_restricted else Document.Access.ORDINARY,
            issued_on=one.new.issued_on,
            valid_until=one.new.valid_until,
            received_on=received_on,
            received_at=now,
            uploaded_by=actor,
            channel=channel,
        )
        Evidence.objects.bulk_create([Evidence(item=item, document=document, round_number=number, added_at=now) for item in one.items])
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
            _("“%(item)s” was promised in your tender, so it cannot be left out as not relevant. Ask us a question if something has changed.")
            % {"item": item.title},
        )
    item.claim = reason.strip()
    item.save(update_fields=["claim"])


def _deliver(
    request: DocumentRequest, verb: str, *, actor: User, now: datetime, today: date, received_on: date, channel: str, note: str
) -> Submission:
    round_ = _round(request)
    evidence = list(
        Evidence.objects.filter(item__request=request, round_number=round_.number, submission=None).select_related("document__kind", "item")
    )
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
    round_.submission = submission
    round_.review_deadline = asking.open_our_turn(
        request, kind=DeadlineKind.DOCUMENT_REVIEW, due_on=due_dates.of_our_review(today), today=today, now=now
    )
    round_.save(update_fields=["submission", "review_deadline"])
    briefs.refresh(request)
    _receipt(request, submission, evidence, actor=actor, now=now)
    return submission


def _must_be_complete(request: DocumentRequest, evidence: Sequence[Evidence], *, by_supplier: bool, today: date) -> None:
    """Every required item has a file or a claim, and every file the dates its kind asks for. What we register
    ourselves is taken as it came; the review says what is missing."""
    served = {one.item_id for one in evidence}
    errors = [
        FieldError("items", "missing", _("“%(item)s” has no file yet, and you have not said that it is not relevant.") % {"item": item.title})
        for item in request.items.all()
        if item.is_required and not item.is_settled and item.pk not in served and not item.claim
    ]
    if by_supplier:
        errors += [error for one in evidence for error in _faults(one, today)]
    if not served and not any(item.claim for item in request.items.all()):
        errors = [FieldError("files", "required", _("Choose at least one file."))]
    if errors and (by_supplier or not served):
        raise Invalid(errors)


def _faults(evidence: Evidence, today: date) -> list[FieldError]:
    document, kind = evidence.document, evidence.item.document_kind
    words: dict[str, Any] = {"file": document.name}
    faults = []
    if document.is_expired(today):
        faults.append(FieldError("valid_until", "expired", _("“%(file)s” has expired. Send one that is valid now.") % words))
    if kind and kind.needs_valid_until and document.valid_until is None:
        faults.append(FieldError("valid_until", "required", _("Say how long “%(file)s” is valid.") % words))
    if kind and kind.max_age_days is not None and document.issued_on is None:
        faults.append(FieldError("issued_on", "required", _("Say when “%(file)s” was issued.") % words))
    if kind and kind.max_age_days and document.issued_on and (today - document.issued_on).days > kind.max_age_days:
        words["days"] = kind.max_age_days
        faults.append(FieldError("issued_on", "too_old", _("“%(file)s” is too old. It may be at most %(days)d days old.") % words))
    return faults


def _mark_items(request: DocumentRequest, served: set[UUID]) -> None:
    for item in request.items.all():
        if item.is_settled:
            continue
        if item.pk in served:
            item.state = Item.State.DELIVERED
        elif item.claim:
            item.state = Item.State.NOT_APPLICABLE
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
