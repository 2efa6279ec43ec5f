"""Asking a supplier for documentation: draft, send, move the date, hold, withdraw, close."""

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
from core.errors import FieldError, Invalid, NotAllowed, WrongState
from core.states import Actor
from followup import due_dates
from followup.models import DocumentKind, DocumentRequest, Item, Round
from followup.services import briefs, turns
from followup.states import DOCUMENT_REQUEST
from notifications import audience, calendars, deadlines, reminders
from notifications.models import Deadline, DeadlineKind, Turn
from notifications.webhooks import events


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
    deadline = _first_deadline(key, framework, supplier, title, _day(due), now=now, today=today)
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
        due_basis=_basis(due),
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
    request.due_is_typed, request.due_reason, request.due_basis = due_on is not None, due_reason, _basis(due)
    request.save(update_fields=["title", "instructions", "sentence", "due_is_typed", "due_reason", "due_basis"])
    request.items.all().delete()
    _write_items(request, items)
    deadlines.move(request.deadline, due_on=_day(due), today=today, now=now)
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
    if due_on is not None:
        _date_must_be_ahead(due_on, today)
        if not due_reason.strip():
            raise Invalid.one("due_reason", "required", _("Say why the date is another than the one the rule gives."))
    for request in requests:
        states.advance(DOCUMENT_REQUEST, request, "edit", actor=actor, now=now, changes={"due_on": due_on}, is_internal=True)
        due = due_on or by_rule(request, today)
        request.due_is_typed, request.due_reason = due_on is not None, due_reason if due_on else ""
        request.due_basis, request.sentence = _basis(due), sentences.get(request.pk, request.sentence)
        request.save(update_fields=["sentence", "due_is_typed", "due_reason", "due_basis"])
        deadlines.move(request.deadline, due_on=_day(due), today=today, now=now)
        briefs.refresh(request)


@transaction.atomic
def send(*, request: DocumentRequest, actor: Actor, now: datetime, today: date, tells: bool = True) -> None:
    """Open the deadline and tell the supplier's contact. Refused, and still a draft, while nobody can be reached.

    Without `tells` the supplier began it, and is not told of what it did itself; the reminders come as always.
    """
    states.check(DOCUMENT_REQUEST, request, "send", actor=actor)
    if not audience.contacts(scope_id=request.framework_id, organisation_id=request.supplier_id, today=today):
        raise WrongState(
            _("%(supplier)s has no confirmed contact with a working e-mail address on this agreement. Add one, then send.")
            % {"supplier": request.supplier.name}
        )
    due = _due_when_sent(request, today)
    due_on, basis = _day(due), _basis(due)
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
    states.check(DOCUMENT_REQUEST, request, "withdraw", actor=actor)
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
    if reason not in DocumentRequest.CloseReason.values:
        raise Invalid.one("reason", "invalid_choice", _("Choose one of the reasons for closing."))
    states.check(DOCUMENT_REQUEST, request, "close", actor=actor)
    _no_notice_may_wait(request)
    _reason_must_be_true(request, reason)
    states.advance(DOCUMENT_REQUEST, request, "close", actor=actor, now=now, changes={"reason": reason})
    events.tell("request.closed", about_type="document_request", about_id=request.pk, now=now)
    request.close_reason = reason
    request.save(update_fields=["close_reason"])
    turns.end_all(request, now=now)
    turns.tell_supplier(request, "request_closed", now=now, today=today, context={"reason": reason})


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


@transaction.atomic
def hold(*, request: DocumentRequest, until: date | None, reason: str, actor: User, now: datetime, today: date) -> None:
    """Let the supplier's reminders rest until that day; None goes on. The due date does not move."""
    states.check(DOCUMENT_REQUEST, request, "hold", actor=actor)
    if until is not None:
        _date_must_be_ahead(until, today, field_name="until")
        if not reason.strip():
            raise Invalid.one("reason", "required", _("Say why the reminders should rest."))
    changes = {"paused_until": [request.deadline.paused_until, until], "reason": reason}
    states.advance(DOCUMENT_REQUEST, request, "hold", actor=actor, now=now, changes=changes, is_internal=True)
    request.hold_reason = reason if until else ""
    request.save(update_fields=["hold_reason"])
    deadlines.pause(request.deadline, until=until)


def _must_be_allowed(actor: Actor, framework: Framework, supplier: Organisation) -> None:
    if not actor.may(DOCUMENT_REQUEST["edit"].needs, scope_id=framework.pk, organisation_id=supplier.pk):
        raise NotAllowed


def _check(*, framework: Framework, supplier: Organisation, items: Sequence[NewItem], due_on: date | None, today: date) -> None:
    if due_on is not None:
        _date_must_be_ahead(due_on, today)
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


def _date_must_be_ahead(day: date, today: date, field_name: str = "due_on") -> None:
    if day < today:
        raise Invalid.one(field_name, "past", _("This date has passed. Choose today or later."))


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


def suggested_due(*, framework: Framework, supplier: Organisation, obligations: Iterable[Obligation], sent_on: date) -> due_dates.DueDate:
    """The date that the clauses behind these obligations give, with the rule it comes from."""
    requirements = {obligation.requirement_id for obligation in obligations}
    rules = DeadlineRule.objects.filter(requirements__in=requirements).select_related("clause").prefetch_related("later__clause").distinct()
    known = calendars.of_kind(DeadlineKind.DOCUMENT_REQUEST)
    return due_dates.of_request(framework=framework, rules=rules, country=supplier.country, sent_on=sent_on, calendars=known)


def _due_when_sent(request: DocumentRequest, today: date) -> date | due_dates.DueDate:
    """A typed date stands, if it has not passed meanwhile; a computed one counts from the day of sending."""
    if request.due_is_typed:
        _date_must_be_ahead(request.deadline.due_on, today)
        return request.deadline.due_on
    return by_rule(request, today)


def _day(due: date | due_dates.DueDate) -> date:
    return due if isinstance(due, date) else due.on


def _basis(due: date | due_dates.DueDate) -> dict[str, Any]:
    """How a computed date came about. A typed one has its reason instead."""
    return {} if isinstance(due, date) else due.kept()


def by_rule(request: DocumentRequest, sent_on: date) -> due_dates.DueDate:
    """The date that the clauses behind its items give, if it is sent that day."""
    obligations = Obligation.objects.filter(items__request=request)
    return suggested_due(framework=request.framework, supplier=request.supplier, obligations=obligations, sent_on=sent_on)


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
