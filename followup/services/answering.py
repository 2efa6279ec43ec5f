"""What a supplier keeps on a request before it is submitted: files, what they serve, their dates, and what is not relevant."""

from collections.abc import Iterable, Iterator, Sequence
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
from followup.models import Document, DocumentRequest, Evidence, Item
from followup.services import documents
from followup.states import DOCUMENT_REQUEST


@dataclass(frozen=True)
class NewFile:
    """A file that lies in storage (`core.files.kept`), and what it serves. `item_ids` None means every item still open."""

    file: KeptFile
    item_ids: Sequence[UUID] | None = None
    issued_on: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True)
class ItemAnswer:
    """What is written about an item: why it is not relevant (empty: it is), and a document of an earlier delivery to use again."""

    item: Item
    claim: str = ""
    again: Document | None = None


@dataclass(frozen=True)
class Paper:
    """A saved document as the supplier describes it. Serving no item takes it away from the request."""

    document: Document
    items: Sequence[Item]
    issued_on: date | None = None
    valid_until: date | None = None


@transaction.atomic
def save_files(*, request: DocumentRequest, files: Sequence[NewFile], actor: User, now: datetime, today: date) -> list[Document]:
    """Keep files on the request without submitting: the supplier can come back. The same file sent twice is kept once.

    History only counts them: what they are called is the supplier's own until it delivers them.
    """
    states.hold(DOCUMENT_REQUEST, request, "save", actor=actor)
    fresh = _not_there_yet(request, files)
    if not fresh:
        return []
    states.advance(DOCUMENT_REQUEST, request, "save", actor=actor, now=now, changes={"files": len(fresh)})
    return write_documents(request, fresh, actor=actor, now=now, received_on=today, channel=Document.Channel.PORTAL)


@transaction.atomic
def save(
    *,
    request: DocumentRequest,
    answers: Sequence[ItemAnswer] = (),
    papers: Sequence[Paper] = (),
    actor: User,
    now: datetime,
    today: date,
) -> None:
    """Keep what was written. Every fault is told with the item or document it is in; then nothing of it is kept."""
    states.hold(DOCUMENT_REQUEST, request, "save", actor=actor)
    faults = [*(fault for each in answers for fault in _answer_faults(request, each, today)), *_paper_faults(papers)]
    if faults:
        raise Invalid(faults)
    number = request.rounds.latest("number").number
    done = [
        *(told for each in papers for told in _describe(request, each, number, now)),
        *(told for each in answers for told in _answer(each, number, now)),
    ]
    if done:
        states.advance(DOCUMENT_REQUEST, request, "save", actor=actor, now=now, changes={"saved": done})


def set_claim(item: Item, reason: str) -> None:
    """Say that an item is not relevant, and why. An empty reason takes it back."""
    must_be_open([item])
    if fault := claim_fault(item, reason):
        raise Invalid([fault], fault.detail)
    item.claim = reason.strip()
    item.save(update_fields=["claim"])


def claim_fault(item: Item, reason: str) -> FieldError | None:
    """What was promised in the tender cannot be left out as not relevant."""
    if not reason.strip() or not any(obligation.is_promised for obligation in item.obligations.all()):
        return None
    text = _("“%(item)s” was promised in your tender, so it cannot be left out as not relevant. Has something changed? Ask us.")
    return FieldError("not_applicable", "promised", text % {"item": item.title}, about=item.pk)


def write_documents(
    request: DocumentRequest, files: Sequence[NewFile], *, actor: User, now: datetime, received_on: date, channel: str
) -> list[Document]:
    """Rows for files in storage, each with the items it serves in the present round."""
    number, written = request.rounds.latest("number").number, []
    for new in files:
        check_order(new.issued_on, new.valid_until)
        items = _items_of(request, new)
        kind = next((item.document_kind for item in items if item.document_kind), None)
        access = Document.Access.RESTRICTED if kind and kind.is_restricted else Document.Access.ORDINARY
        own = {"kind": kind, "access": access, "issued_on": new.issued_on, "valid_until": new.valid_until, "channel": channel}
        (document,) = documents.keep(request.supplier, [new.file], actor=actor, now=now, received_on=received_on, **own)
        Evidence.objects.bulk_create([Evidence(item=item, document=document, round_number=number, added_at=now) for item in items])
        written.append(document)
    return written


def must_be_open(items: Iterable[Item]) -> None:
    settled = [item.title for item in items if item.is_settled]
    if settled:
        raise WrongState(_("“%(item)s” is already accepted and cannot be changed.") % {"item": settled[0]})


def check_order(issued_on: date | None, valid_until: date | None, about: UUID | None = None) -> None:
    if issued_on and valid_until and valid_until < issued_on:
        text = _("The document runs out before it was issued. Check the two dates.")
        raise Invalid([FieldError("valid_until", "before_issued", text, about=about)], text)


def _not_there_yet(request: DocumentRequest, files: Sequence[NewFile]) -> list[NewFile]:
    saved = Evidence.objects.filter(item__request=request, submission=None)
    there = set(saved.values_list("item_id", "document__sha256"))
    return [new for new in files if any((item.pk, new.file.sha256) not in there for item in _items_of(request, new))]


def _items_of(request: DocumentRequest, new: NewFile) -> list[Item]:
    items = {item.pk: item for item in request.items.select_related("document_kind")}
    if new.item_ids is None:
        return [item for item in items.values() if not item.is_settled]
    if set(new.item_ids) - set(items):
        raise Invalid.one("manifest", "unknown_item", _("One of the items is not part of this request."))
    chosen = [items[key] for key in dict.fromkeys(new.item_ids)]
    must_be_open(chosen)
    return chosen


def _answer_faults(request: DocumentRequest, answer: ItemAnswer, today: date) -> Iterator[FieldError]:
    must_be_open([answer.item])
    if answer.claim != answer.item.claim and (fault := claim_fault(answer.item, answer.claim)):
        yield fault
    again = answer.again
    if again and (fault := documents.fault_when_used_again(again, request.supplier_id, today, about=answer.item.pk)):
        yield fault


def _paper_faults(papers: Sequence[Paper]) -> Iterator[FieldError]:
    for paper in papers:
        must_be_open(paper.items)
        try:
            check_order(paper.issued_on, paper.valid_until, about=paper.document.pk)
        except Invalid as error:
            yield from error.errors


def _answer(answer: ItemAnswer, number: int, now: datetime) -> Iterator[dict[str, Any]]:
    """Write it, and tell what changed."""
    item, claim = answer.item, answer.claim.strip()
    if claim != item.claim:
        set_claim(item, claim)
        yield {"item": item.title, "claim": claim}
    if answer.again:
        _, is_new = Evidence.objects.get_or_create(item=item, document=answer.again, round_number=number, defaults={"added_at": now})
        if is_new:
            yield {"item": item.title, "document": answer.again.name}


def _describe(request: DocumentRequest, paper: Paper, number: int, now: datetime) -> Iterator[dict[str, Any]]:
    """Which items a saved document serves, and its dates. What has been delivered before keeps its own."""
    document = paper.document
    saved = Evidence.objects.filter(item__request=request, document=document, submission=None)
    before, after = set(saved.values_list("item_id", flat=True)), {item.pk for item in paper.items}
    if before != after:
        saved.exclude(item__in=after).delete()
        Evidence.objects.bulk_create(
            [Evidence(item_id=key, document=document, round_number=number, added_at=now) for key in sorted(after - before)]
        )
        yield {"document": document.name, "items": [item.title for item in paper.items]}
    dates = {"issued_on": paper.issued_on, "valid_until": paper.valid_until}
    if document.delivered_at is None and any(getattr(document, name) != value for name, value in dates.items()):
        Document.objects.filter(pk=document.pk).update(**dates)
        yield {"document": document.name, **dates}
    if not after:
        documents.let_go(document)
