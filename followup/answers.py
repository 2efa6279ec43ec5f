"""The supplier's answer sheet: each item with what is saved for it, its form, and what is still missing."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.http import QueryDict

from contracts.models import Lot
from core.errors import FieldError, Invalid
from followup import reading
from followup.forms.answering import ItemForm, NoteForm, PaperForm
from followup.models import Document, DocumentRequest, Evidence, Item, Question
from followup.services import answering, delivering


@dataclass
class SavedPaper:
    """A document that is saved and not delivered. `home` is the item under which it is described."""

    document: Document
    evidence: list[Evidence]
    form: PaperForm
    home: UUID
    faults: dict[UUID, list[FieldError]]
    """By item: what is good enough for one may lack something for another."""

    @property
    def items(self) -> list[Item]:
        return [one.item for one in self.evidence]


@dataclass
class Answer:
    """One item. `form` is None once it is accepted: accepted items are locked."""

    item: Item
    form: ItemForm | None
    papers: list[SavedPaper]
    delivered: list[Evidence]
    """Of the last round that brought something."""
    earlier: list[Evidence]
    questions: list[Question] = field(default_factory=list)

    @property
    def own(self) -> list[SavedPaper]:
        return [paper for paper in self.papers if paper.home == self.item.pk]

    @property
    def shared(self) -> list[SavedPaper]:
        """Described under another item, and for this one too."""
        return [paper for paper in self.papers if paper.home != self.item.pk]

    @property
    def lots(self) -> list[Lot]:
        found = {one.lot.pk: one.lot for one in self.item.obligations.all() if one.lot}
        return sorted(found.values(), key=lambda lot: lot.number)

    @property
    def is_ready(self) -> bool:
        answered = self.item.is_answered or bool(self.item.claim) or bool(self.papers)
        return answered and not any(paper.faults[self.item.pk] for paper in self.papers)

    @property
    def must_be_redone(self) -> bool:
        return self.item.state == Item.State.RETURNED


def _by_round(item: Item) -> tuple[list[Evidence], list[Evidence]]:
    """What was delivered last, and what came before it and was not good enough."""
    delivered = [one for one in item.evidence.all() if one.submission_id]
    last = max((one.round_number for one in delivered), default=0)
    return [one for one in delivered if one.round_number == last], [one for one in delivered if one.round_number < last]


class Sheet:
    """All answers of a request. `data` is what was sent: the parts it names are bound to it, the others show what is saved."""

    def __init__(self, it: DocumentRequest, *, today: date, data: QueryDict | None = None) -> None:
        self.it, self.today, self.data = it, today, data
        self.usable = reading.usable_again(it, today=today) if it.is_with_supplier else []
        self.note = NoteForm(data)
        self.item_forms: dict[UUID, ItemForm] = {}
        self.paper_forms: dict[UUID, PaperForm] = {}
        self.read()

    def read(self) -> None:
        """Again, when files were saved in between; forms that are bound keep what they say."""
        self.items = reading.items_of(self.it)
        self.open_items = [item for item in self.items if not item.is_settled]
        papers = list(self._papers())
        self.answers = [
            Answer(
                item=item,
                form=self._item_form(item) if self.it.is_with_supplier and not item.is_settled else None,
                papers=[paper for paper in papers if item.pk in {one.item_id for one in paper.evidence}],
                delivered=delivered,
                earlier=earlier,
            )
            for item in self.items
            for delivered, earlier in [_by_round(item)]
        ]

    def _papers(self) -> Iterator[SavedPaper]:
        saved: dict[UUID, list[Evidence]] = {}
        for item in self.items:
            for one in item.evidence.all():
                if one.submission_id is None:
                    one.item = item
                    saved.setdefault(one.document_id, []).append(one)
        for evidence in saved.values():
            document = evidence[0].document
            faults = {one.item_id: list(delivering.faults(one, self.today)) for one in evidence}
            yield SavedPaper(document, evidence, self._paper_form(document, evidence), evidence[0].item_id, faults)

    def _item_form(self, item: Item) -> ItemForm:
        if item.pk not in self.item_forms:
            self.item_forms[item.pk] = ItemForm(self._sent("item", item.pk), item=item, usable=self.usable)
        return self.item_forms[item.pk]

    def _paper_form(self, document: Document, evidence: list[Evidence]) -> PaperForm:
        if document.pk not in self.paper_forms:
            served = [one.item for one in evidence]
            sent = self._sent("document", document.pk)
            self.paper_forms[document.pk] = PaperForm(sent, document=document, items=self.open_items, served=served)
        return self.paper_forms[document.pk]

    def _sent(self, name: str, key: UUID) -> QueryDict | None:
        """What was sent, if it speaks of this row: a page that sends one item says nothing about the others."""
        return self.data if self.data is not None and str(key) in self.data.getlist(name) else None

    # What the page says

    @property
    def to_answer(self) -> list[Answer]:
        """What must be answered for the request to be complete; in a later round what is accepted counts no more."""
        return [answer for answer in self.answers if answer.item.is_required and not answer.item.is_settled]

    @property
    def ready_count(self) -> int:
        return sum(answer.is_ready for answer in self.to_answer)

    @property
    def unsettled(self) -> list[Answer]:
        return [answer for answer in self.answers if not answer.item.is_settled]

    @property
    def first(self) -> list[Answer]:
        """What the page is about: after a return only what must be done again."""
        return self.redo or self.unsettled

    @property
    def aside(self) -> list[Answer]:
        """After a return: what may still be changed, and need not."""
        return [answer for answer in self.unsettled if answer not in self.first]

    @property
    def is_aside_faulty(self) -> bool:
        return any(answer.form and answer.form.errors for answer in self.aside)

    @property
    def settled(self) -> list[Answer]:
        return [answer for answer in self.answers if answer.item.is_settled]

    @property
    def redo(self) -> list[Answer]:
        return [answer for answer in self.answers if answer.must_be_redone]

    # What was sent

    @property
    def faulty(self) -> list[Any]:
        forms: list[Any] = [*self.item_forms.values(), *self.paper_forms.values(), self.note]
        return [form for form in forms if form.errors]

    @property
    def bound(self) -> list[Any]:
        forms = [*self.item_forms.values(), *self.paper_forms.values(), self.note]
        return [form for form in forms if form.is_bound]

    def is_valid(self) -> bool:
        return not [form for form in self.bound if not form.is_valid()]

    def written(self, removed: str = "") -> tuple[list[answering.ItemAnswer], list[answering.Paper]]:
        """What was written, for the service. `removed` is the key of a document to take away."""
        answers = [
            answering.ItemAnswer(answer.item, claim=said["not_applicable"], again=said["again"])
            for answer in self.answers
            if answer.form and answer.form.is_bound
            for said in [answer.form.cleaned_data]
        ]
        return answers, [self._paper(paper, removed) for paper in self._bound_papers()]

    def _bound_papers(self) -> list[SavedPaper]:
        return [paper for answer in self.answers for paper in answer.own if paper.form.is_bound]

    def _paper(self, paper: SavedPaper, removed: str) -> answering.Paper:
        said: Mapping[str, Any] = paper.form.cleaned_data
        items = [] if str(paper.document.pk) == removed else said.get("items", paper.items)
        return answering.Paper(
            paper.document,
            items,
            issued_on=said.get("issued_on", paper.document.issued_on),
            valid_until=said.get("valid_until", paper.document.valid_until),
        )

    @contextmanager
    def blamed(self) -> Iterator[None]:
        """What a service called inside finds invalid is said at the row it is about, else on top."""
        try:
            yield
        except Invalid as error:
            self.read()
            self._blame(error)

    def _blame(self, error: Invalid) -> None:
        for fault in error.errors:
            form: Any = self.note
            if fault.about is not None:
                form = self.item_forms.get(fault.about) or self.paper_forms.get(fault.about) or self.note
            name = "files" if fault.field == "items" else fault.field
            vars(form).setdefault("cleaned_data", {})  # a form that was not sent can be wrong all the same
            form.add_error(name if name in form.fields else None, str(fault.detail))
