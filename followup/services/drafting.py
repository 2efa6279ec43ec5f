"""What a supplier is to be asked for, while it is a draft: its items, its date by the clauses, and the same to many suppliers."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from contracts.models import DeadlineRule, Framework, Obligation
from core import history, ids, rows, states
from core.errors import FieldError, Invalid, NotAllowed, must_be_ahead, must_say
from core.states import Actor
from followup import due_dates
from followup.models import DocumentKind, DocumentRequest, Item, Round
from followup.services import briefs
from followup.states import DOCUMENT_REQUEST
from notifications import calendars, deadlines
from notifications.models import Deadline, DeadlineKind, Turn


@dataclass(frozen=True)
class NewItem:
    """One thing to ask for. `obligations` are those of the supplier that is asked."""

    title: str
    guidance: str = ""
    is_required: bool = True
    document_kind: DocumentKind | None = None
    obligations: Sequence[Obligation] = field(default_factory=tuple)


@transaction.atomic
def create(
    *,
    framework: Framework,
    supplier: Organisation,
    title: str,
    actor: Actor,
    now: datetime,
    today: date,
    instructions: str = "",
    sentence: str = "",
    items: Sequence[NewItem] = (),
    due_on: date | None = None,
    due_reason: str = "",
    batch: UUID | None = None,
) -> DocumentRequest:
    """Write a draft. Without items the request is one item; without a date the clause's rule gives it.

    A request made alone is a batch of its own.
    """
    _must_be_allowed(actor, framework, supplier)
    items = items or [NewItem(title=title, guidance=instructions)]
    _check(framework=framework, supplier=supplier, items=items, due_on=due_on, today=today)
    key, due = ids.new(), due_on or _due(framework, supplier, items, today)
    deadline = _first_deadline(key, framework, supplier, title, day_of(due), now=now, today=today)
    request = DocumentRequest.objects.create(
        id=key,
        framework=framework,
        supplier=supplier,
        title=title,
        instructions=instructions,
        sentence=sentence,
        deadline=deadline,
        due_is_typed=due_on is not None,
        due_reason=due_reason,
        due_basis=basis_of(due),
        batch=batch or key,
        created_by=actor if isinstance(actor, User) else None,
        created_at=now,
    )
    Round.objects.create(request=request, number=1, deadline=deadline)
    _write_items(request, items)
    briefs.refresh(request)
    history.record(
        actor=actor, now=now, verb="create", about=request, changes={"title": title, "due_on": deadline.due_on}, is_internal=True
    )
    return request


@transaction.atomic
def create_for_many(
    *, suppliers: Sequence[Organisation], actor: User, now: datetime, today: date, batch: UUID | None = None, **fields: Any
) -> list[DocumentRequest]:
    """The same request to each supplier in one go; each gets its own, with its own state and date.

    `fields` are those of `create`; `items` may be a function of the supplier, as obligations differ between them,
    and `sentences` a dict from supplier id to an own sentence. The same `batch` sent twice is made once; one that
    somebody else has made is left alone, and these get a batch of their own.
    """
    rows.lock(fields["framework"].scope)
    made = list(DocumentRequest.objects.filter(batch=batch)) if batch else []
    if any(it.created_by_id != actor.pk or it.framework_id != fields["framework"].pk for it in made):
        batch = None
    elif made:
        return made
    items, sentences = fields.pop("items", ()), fields.pop("sentences", {})
    together: dict[str, Any] = {"batch": batch or ids.new(), "actor": actor, "now": now, "today": today}
    return [
        create(
            supplier=supplier,
            items=items(supplier) if callable(items) else items,
            sentence=sentences.get(supplier.pk, ""),
            **together,
            **fields,
        )
        for supplier in suppliers
    ]


@transaction.atomic
def edit(
    *,
    request: DocumentRequest,
    title: str,
    instructions: str,
    sentence: str,
    items: Sequence[NewItem],
    due_on: date | None,
    due_reason: str,
    actor: Actor,
    now: datetime,
    today: date,
) -> None:
    """Change a draft as a whole. `due_on` None goes back to the date of the rule."""
    _check(framework=request.framework, supplier=request.supplier, items=items, due_on=due_on, today=today)
    states.advance(DOCUMENT_REQUEST, request, "edit", actor=actor, now=now, is_internal=True)
    request.title, request.instructions, request.sentence = title, instructions, sentence
    due = due_on or _due(request.framework, request.supplier, items, today)
    request.due_is_typed, request.due_reason, request.due_basis = due_on is not None, due_reason, basis_of(due)
    request.save(update_fields=["title", "instructions", "sentence", "due_is_typed", "due_reason", "due_basis"])
    request.items.all().delete()
    _write_items(request, items)
    deadlines.move(request.deadline, due_on=day_of(due), today=today, now=now)
    briefs.refresh(request)


@transaction.atomic
def edit_many(
    *,
    requests: Sequence[DocumentRequest],
    title: str,
    instructions: str,
    items: Callable[[Organisation], Sequence[NewItem]],
    actor: Actor,
    now: datetime,
    today: date,
) -> None:
    """Change what is asked in drafts made in one go; each keeps its own sentence and date."""
    for request in requests:
        edit(
            request=request,
            title=title,
            instructions=instructions,
            sentence=request.sentence,
            items=items(request.supplier) or [NewItem(title=title, guidance=instructions)],
            due_on=request.deadline.due_on if request.due_is_typed else None,
            due_reason=request.due_reason,
            actor=actor,
            now=now,
            today=today,
        )


@transaction.atomic
def adjust(
    *,
    requests: Iterable[DocumentRequest],
    sentences: Mapping[UUID, str],
    due_on: date | None,
    due_reason: str,
    actor: Actor,
    now: datetime,
    today: date,
) -> None:
    """The last touches to drafts: to each supplier its own sentence, and for all another date than the rule's (None: the rule's)."""
    must_be_ahead(due_on, today)
    if due_on is not None:
        due_reason = must_say(due_reason, "due_reason", _("Say why the date is another than the one the rule gives."))
    for request in requests:
        states.advance(DOCUMENT_REQUEST, request, "edit", actor=actor, now=now, changes={"due_on": due_on}, is_internal=True)
        due = due_on or by_rule(request, today)
        request.due_is_typed, request.due_reason = due_on is not None, due_reason if due_on else ""
        request.due_basis, request.sentence = basis_of(due), sentences.get(request.pk, request.sentence)
        request.save(update_fields=["sentence", "due_is_typed", "due_reason", "due_basis"])
        deadlines.move(request.deadline, due_on=day_of(due), today=today, now=now)
        briefs.refresh(request)


def suggested_due(*, framework: Framework, supplier: Organisation, obligations: Iterable[Obligation], sent_on: date) -> due_dates.DueDate:
    """The date that the clauses behind these obligations give, with the rule it comes from."""
    requirements = {obligation.requirement_id for obligation in obligations}
    rules = DeadlineRule.objects.filter(requirements__in=requirements).select_related("clause").prefetch_related("later__clause").distinct()
    known = calendars.of_kind(DeadlineKind.DOCUMENT_REQUEST)
    return due_dates.of_request(framework=framework, rules=rules, country=supplier.country, sent_on=sent_on, calendars=known)


def by_rule(request: DocumentRequest, sent_on: date) -> due_dates.DueDate:
    """The date that the clauses behind its items give, if it is sent that day."""
    obligations = Obligation.objects.filter(items__request=request)
    return suggested_due(framework=request.framework, supplier=request.supplier, obligations=obligations, sent_on=sent_on)


def _must_be_allowed(actor: Actor, framework: Framework, supplier: Organisation) -> None:
    if not actor.may(DOCUMENT_REQUEST["edit"].needs, scope_id=framework.pk, organisation_id=supplier.pk):
        raise NotAllowed


def _check(*, framework: Framework, supplier: Organisation, items: Sequence[NewItem], due_on: date | None, today: date) -> None:
    must_be_ahead(due_on, today)
    if not framework.participations.filter(supplier=supplier).exists():
        raise Invalid.one("supplier", "not_on_agreement", _("This supplier does not take part in the agreement."))
    strangers = [
        FieldError("items", "not_the_suppliers", _("An obligation belongs to another supplier or agreement."))
        for item in items
        for obligation in item.obligations
        if obligation.supplier_id != supplier.pk or obligation.framework_id != framework.pk
    ]
    if strangers:
        raise Invalid(strangers[:1])


def _first_deadline(
    key: UUID,
    framework: Framework,
    supplier: Organisation,
    title: str,
    due_on: date,
    *,
    now: datetime,
    today: date,
) -> Deadline:
    return deadlines.prepare(
        kind=DeadlineKind.DOCUMENT_REQUEST,
        about_id=key,
        title=title,
        scope=framework.pk,
        organisation=supplier,
        turn=Turn.SUPPLIER,
        starts_on=today,
        due_on=due_on,
        brief={},
        now=now,
    )


def _due(framework: Framework, supplier: Organisation, items: Sequence[NewItem], sent_on: date) -> due_dates.DueDate:
    return suggested_due(
        framework=framework, supplier=supplier, obligations=[o for item in items for o in item.obligations], sent_on=sent_on
    )


def day_of(due: date | due_dates.DueDate) -> date:
    return due if isinstance(due, date) else due.on


def basis_of(due: date | due_dates.DueDate) -> dict[str, Any]:
    """How a computed date came about. A typed one has its reason instead."""
    return {} if isinstance(due, date) else due.kept()


def _write_items(request: DocumentRequest, items: Sequence[NewItem]) -> None:
    for number, new in enumerate(items, start=1):
        item = Item.objects.create(
            request=request,
            number=number,
            title=new.title,
            guidance=new.guidance,
            is_required=new.is_required,
            document_kind=new.document_kind,
        )
        item.obligations.set(new.obligations)
