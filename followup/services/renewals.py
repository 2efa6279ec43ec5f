"""What runs out, and asking for it again.

`settle` makes the renewals of one supplier on one agreement say what its proof says. Services call it when something was
accepted; `renewal_sweep` finds where anything else has changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import SYSTEM, Organisation, ScopeRole, User
from accounts.permissions import Action
from contracts.models import Framework, Obligation, Participation, Verified
from core import access, history, ids, rows
from core.errors import WrongState
from core.states import Actor
from followup.models import Document, DocumentKind, DocumentRequest, Evidence, Item, Renewal
from followup.services import asking, briefs, drafting
from notifications import audience, deadlines, outbox
from notifications.models import Deadline, DeadlineKind, Turn

NOT_ASKED = (DocumentRequest.Status.DRAFT, DocumentRequest.Status.WITHDRAWN)
CHECKED = (Verified.MET, Verified.PARTLY_MET)
End = Renewal.End
AskAgain = DocumentKind.AskAgain


class Place(NamedTuple):
    """One supplier on one agreement."""

    framework_id: UUID
    supplier_id: UUID


@dataclass(frozen=True)
class Proof:
    """An accepted document where it counts: for one item, and the obligations of that item that still bind."""

    document: Document
    item: Item
    obligations: frozenset[UUID]
    binds: bool

    def is_newer_than(self, other: "Proof") -> bool:
        """Of the same kind, valid for longer, and for the same obligations, or without any for the same thing asked for."""
        later = self.document.valid_until is None or self.document.valid_until > (other.document.valid_until or date.max)
        covers = self.obligations >= other.obligations if other.obligations else self.item.title == other.item.title
        return later and covers and self.document.kind_id == other.document.kind_id


# What is wanted


@transaction.atomic
def settle(*, place: Place, today: date, now: datetime) -> None:
    """Open, end and reopen the renewals of this supplier on this agreement. Done twice it changes nothing more."""
    framework = Framework.objects.select_related("scope", "expiry").get(pk=place.framework_id)
    rows.lock(framework.scope)
    supplier = Organisation.objects.get(pk=place.supplier_id)
    standing = {_key(row): row for row in _of(place).select_related("deadline__organisation", "request", "supplier", "framework")}
    runs = _runs(framework, today)
    proofs = _proofs(place, today) if runs else []
    wanted = {**_documents(proofs, framework, today), **_checks(place, framework, proofs, today)} if runs else {}
    for key in wanted.keys() - standing.keys():
        standing[key] = _open(framework, supplier, wanted[key], today=today, now=now)
    for key, row in standing.items():
        _end_or_reopen(row, wanted.get(key), proofs, runs=runs, today=today, now=now)


class Wanted(NamedTuple):
    """A renewal as it should be."""

    valid_until: date
    title: str
    obligations: frozenset[UUID]
    proof: Proof | None = None


def _key(row: Renewal) -> tuple[str, Any]:
    return ("document", row.document_id) if row.document_id else ("checks", row.valid_until)


def _of(place: Place) -> QuerySet[Renewal]:
    return Renewal.objects.filter(framework=place.framework_id, supplier=place.supplier_id)


def _runs(framework: Framework, today: date) -> bool:
    over = framework.expiry.due_on if framework.expiry else framework.ends_on
    return framework.status == Framework.Status.SIGNED and (over is None or over >= today)


def _is_in_time(day: date | None, framework: Framework, today: date) -> bool:
    """It runs out from today on, and while the agreement still runs."""
    over = framework.expiry.due_on if framework.expiry else framework.ends_on
    return day is not None and day >= today and (over is None or day < over)


def _proofs(place: Place, today: date) -> list[Proof]:
    """Of each accepted item the documents of its last delivery. Items that nothing binds any more prove nothing."""
    found = Evidence.objects.filter(
        item__request__framework=place.framework_id,
        item__request__supplier=place.supplier_id,
        item__state=Item.State.ACCEPTED,
        submission__isnull=False,
        submission__recalled_at=None,
    )
    later = Evidence.objects.filter(item=OuterRef("item"), submission__isnull=False, round_number__gt=OuterRef("round_number"))
    latest = found.exclude(Exists(later)).select_related("document__kind", "item").prefetch_related("item__obligations__requirement")
    is_on_agreement = _takes_part(place, today)
    proofs = []
    for one in latest.order_by("added_at", "id"):
        asked = one.item.obligations.all()
        bound = frozenset(row.pk for row in asked if _binds(row, today))
        proofs.append(Proof(one.document, one.item, bound, binds=bool(bound) if asked else is_on_agreement))
    return proofs


def _takes_part(place: Place, today: date) -> bool:
    return Participation.objects.on(today).filter(framework=place.framework_id, supplier=place.supplier_id).exists()


def _binds(row: Obligation, today: date) -> bool:
    return row.requirement.withdrawn_on is None and (row.valid_to is None or row.valid_to >= today)


def _documents(proofs: Sequence[Proof], framework: Framework, today: date) -> dict[tuple[str, Any], Wanted]:
    found = {}
    for proof in proofs:
        until = proof.document.valid_until
        if until and proof.binds and _is_in_time(until, framework, today):
            found["document", proof.document.pk] = Wanted(until, proof.item.title, proof.obligations, proof)
    return found


def _checks(place: Place, framework: Framework, proofs: Sequence[Proof], today: date) -> dict[tuple[str, Any], Wanted]:
    """Obligations whose check runs out, by the day; those whose document runs out by then are asked about with that."""
    covered = {(key, proof.document.valid_until) for proof in proofs for key in proof.obligations if proof.document.valid_until}
    checked = Obligation.objects.filter(framework=place.framework_id, supplier=place.supplier_id, verified__in=CHECKED)
    by_day: dict[date, list[Obligation]] = {}
    for row in checked.filter(valid_until__gte=today).select_related("requirement").order_by("requirement__number", "id"):
        is_covered = any(key == row.pk and until and until <= row.valid_until for key, until in covered)
        if _binds(row, today) and not is_covered and _is_in_time(row.valid_until, framework, today):
            by_day.setdefault(row.valid_until, []).append(row)
    return {("checks", day): Wanted(day, _title(found), frozenset(row.pk for row in found)) for day, found in by_day.items()}


def _title(found: Sequence[Obligation]) -> str:
    """The first requirement, and how many more."""
    titles = list(dict.fromkeys(row.requirement.title for row in found))
    return titles[0] + (f" (+{len(titles) - 1})" if len(titles) > 1 else "")


# Making it so


def _open(framework: Framework, supplier: Organisation, wanted: Wanted, *, today: date, now: datetime) -> Renewal:
    key = ids.new()
    deadline = deadlines.open_new(
        kind=DeadlineKind.RENEWAL,
        about_id=key,
        title=wanted.title,
        scope=framework.pk,
        organisation=supplier,
        turn=Turn.SUPPLIER,
        starts_on=today,
        due_on=wanted.valid_until,
        brief=_brief(framework, supplier, wanted),
        now=now,
    )
    row = Renewal.objects.create(
        id=key,
        framework=framework,
        supplier=supplier,
        document=wanted.proof.document if wanted.proof else None,
        item=wanted.proof.item if wanted.proof else None,
        valid_until=wanted.valid_until,
        deadline=deadline,
        created_at=now,
    )
    row.obligations.set(Obligation.objects.filter(pk__in=wanted.obligations))
    history.record(actor=SYSTEM, now=now, verb="create", about=row, changes={"title": wanted.title, "valid_until": wanted.valid_until})
    return row


def _brief(framework: Framework, supplier: Organisation, wanted: Wanted) -> dict[str, Any]:
    parts = {**briefs.of_agreement(framework), "supplier": supplier.name, "title": wanted.title}
    return {name: value for name, value in parts.items() if value}


def _end_or_reopen(row: Renewal, wanted: Wanted | None, proofs: Sequence[Proof], *, runs: bool, today: date, now: datetime) -> None:
    end = _end_of(row, wanted, proofs, today, runs=runs)
    if wanted and not end and wanted.obligations != {each.pk for each in row.obligations.all()}:
        row.obligations.set(Obligation.objects.filter(pk__in=wanted.obligations))
    if end is None or end == row.end:
        return
    if end and row.deadline.is_open:
        deadlines.close(row.deadline, now=now)
        deadlines.close_all(Deadline.objects.filter(about_id=row.pk, kind=DeadlineKind.FOLLOW_UP), now=now)
    elif not end:
        deadlines.reopen(row.deadline, today=today, now=now)
    rows.write(row, end=end)
    history.record(actor=SYSTEM, now=now, verb="end" if end else "reopen", about=row, changes={"end": end})


def _end_of(row: Renewal, wanted: Wanted | None, proofs: Sequence[Proof], today: date, *, runs: bool) -> str | None:
    """How it ends (empty: it runs). None: nothing has changed: past its date it waits for somebody to do something."""
    own = next((proof for proof in proofs if row.document_id == proof.document.pk), None)
    if own and any(other.is_newer_than(own) for other in proofs):
        return End.RENEWED
    if row.request and row.request.status not in NOT_ASKED:
        return End.ASKED
    if wanted:
        return End.NONE
    if row.document_id is None and row.obligations.filter(valid_until__gt=row.valid_until, verified__in=CHECKED).exists():
        return End.RENEWED
    has_run_out = row.valid_until < today
    still_matters = own.binds if own else row.document_id is None and any(_binds(each, today) for each in _checked_by(row))
    return None if has_run_out and still_matters and runs else End.OVER


def _checked_by(row: Renewal) -> QuerySet[Obligation]:
    return row.obligations.filter(valid_until=row.valid_until, verified__in=CHECKED).select_related("requirement")


# Asking again


def ask(*, renewal: Renewal, actor: User, today: date, now: datetime) -> DocumentRequest:
    """Prepare the request that asks for it anew, for a person of ours to look through. One that exists is returned."""
    access.require(actor, Action.DOCUMENT_REQUEST_EDIT, renewal)
    return _ask(renewal, actor=actor, today=today, now=now)


@transaction.atomic
def begin(*, renewal: Renewal, actor: User, today: date, now: datetime) -> DocumentRequest:
    """The supplier renews before it is asked: a request is opened for it, about which it need not be told."""
    access.require(actor, Action.DOCUMENT_UPLOAD, renewal)
    request = _ask(renewal, actor=SYSTEM, today=today, now=now)
    if request.status == DocumentRequest.Status.DRAFT:
        asking.send(request=request, actor=SYSTEM, now=now, today=today, tells=False)
        settle(place=Place(renewal.framework_id, renewal.supplier_id), today=today, now=now)
    return request


@transaction.atomic
def _ask(renewal: Renewal, *, actor: Actor, today: date, now: datetime) -> DocumentRequest:
    rows.lock(renewal)
    if renewal.request:
        return renewal.request
    if not renewal.deadline.is_open:
        raise WrongState(_("This no longer has to be renewed."))
    due_on = max(renewal.valid_until, today)
    request = drafting.create(
        framework=renewal.framework,
        supplier=renewal.supplier,
        title=renewal.deadline.title,
        items=[_item(renewal, today)],
        due_on=due_on,
        due_reason=str(_("The present documentation is valid until then.")) if due_on == renewal.valid_until else "",
        actor=actor,
        now=now,
        today=today,
    )
    rows.write(renewal, request=request)
    history.record(actor=actor, now=now, verb="ask", about=renewal, changes={"request": request.pk}, is_internal=True)
    return request


def _item(renewal: Renewal, today: date) -> drafting.NewItem:
    """The same as before, for the obligations that still bind."""
    bound = [row for row in renewal.obligations.select_related("requirement") if _binds(row, today)]
    if renewal.item is None:
        guidance = "\n".join(dict.fromkeys(row.requirement.documentation for row in bound if row.requirement.documentation))
        return drafting.NewItem(title=renewal.deadline.title, guidance=guidance, obligations=bound)
    before = renewal.item
    return drafting.NewItem(before.title, before.guidance, before.is_required, before.document_kind, bound)


def ask_by_itself(renewal: Renewal, *, today: date, now: datetime) -> None:
    """A draft for the contract manager, or a request that leaves. Where nobody can be reached it stays a draft."""
    with transaction.atomic():
        request = _ask(renewal, actor=SYSTEM, today=today, now=now)
        is_sent = _wish(renewal) == AskAgain.SEND and _is_sent(request, today=today, now=now)
        if is_sent:
            settle(place=Place(renewal.framework_id, renewal.supplier_id), today=today, now=now)
        else:
            _tell_manager(renewal, request, today=today, now=now)


def _wish(renewal: Renewal) -> str:
    kind = renewal.document.kind if renewal.document else None
    return kind.asks_again if kind else AskAgain.OFF


def _is_sent(request: DocumentRequest, *, today: date, now: datetime) -> bool:
    try:
        asking.send(request=request, actor=SYSTEM, now=now, today=today)
    except WrongState:
        return False
    return True


def _tell_manager(renewal: Renewal, request: DocumentRequest, *, today: date, now: datetime) -> None:
    outbox.publish(
        kind="renewal_drafted",
        people=audience.staff(scope_id=renewal.framework_id, role=ScopeRole.Role.MANAGER, today=today),
        organisation=renewal.framework.organisation,
        scope_id=renewal.framework_id,
        about_id=request.pk,
        context={**renewal.deadline.brief, "due_on": renewal.valid_until.isoformat()},
        key=str(renewal.pk),
        now=now,
    )
