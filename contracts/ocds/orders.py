"""A process called off from an agreement → call-offs on it. Called inside one transaction a process."""

from itertools import chain, count
from typing import Any

from accounts.models import Organisation
from contracts.models import CallOff, Framework, Lot
from contracts.ocds import ocids, organisations, reconcile
from contracts.ocds.problems import Problem, problem
from contracts.ocds.process import Order, Process
from contracts.ocds.reconcile import Change
from contracts.ocds.rows import Outcome, Row
from contracts.ocds.storing import Who
from core import history

FIELDS = ("title", "signed_on", "value", "currency")
SOURCE = "source"
"""Where `CallOff.imported` keeps which award and supplier of the process the call-off is, as a list."""


def call_offs(process: Process, *, framework: Framework, who: Who) -> Row:
    problems = list(process.problems)
    agency = organisations.agency(process.buyer, actor=who.actor, now=who.now) if process.buyer else None
    existing = {source_of(call_off): call_off for call_off in ocids.call_offs(process.ocid)}
    changes: list[Change] = []
    is_new = False
    for order in process.orders:
        supplier = organisations.supplier(order.supplier, actor=who.actor, now=who.now)
        if call_off := existing.get((order.source_id, *order.supplier.key)):
            changes += _update(call_off, order, who)
        else:
            _create(process, order, framework, supplier, agency, who)
            is_new = True
        problems += _stranger(framework, supplier)
    is_updated = any(not change.is_kept for change in changes) or (is_new and bool(existing))
    outcome = Outcome.UPDATED if is_updated else Outcome.CREATED if is_new else Outcome.UNCHANGED
    reasons = [problem("call_offs", reference=framework.reference, number=len(process.orders))]
    return Row(outcome, process.ocid, process.title, reasons=reasons, changes=changes, problems=problems, about_id=str(framework.pk))


def source_of(call_off: CallOff) -> tuple[str, ...]:
    """The award, and scheme and number of the supplier. One that was typed in here is its own award."""
    supplier = call_off.supplier
    key = (supplier.identifier_scheme, supplier.identifier) if supplier.identifier else ("", supplier.name.casefold())
    return tuple(call_off.imported.get(SOURCE) or (str(call_off.pk), *key))


def _facts(order: Order) -> dict[str, Any]:
    facts = {name: getattr(order, name) for name in FIELDS}
    return facts if facts["value"] is not None else {**facts, "currency": ""}


def _create(process: Process, order: Order, framework: Framework, supplier: Organisation, agency: Organisation | None, who: Who) -> None:
    facts = {name: value for name, value in _facts(order).items() if value not in (None, "")}
    call_off = CallOff.objects.create(
        framework=framework,
        lot=_lot(framework, order),
        supplier=supplier,
        agency=agency,
        reference=_reference(process, framework),
        ocid=process.ocid,
        imported={**history.plain(facts), SOURCE: [order.source_id, *order.supplier.key]},
        created_at=who.now,
        **facts,
    )
    history.record(actor=who.actor, now=who.now, verb="create", about=call_off, changes={"reference": call_off.reference, **facts})


def _update(call_off: CallOff, order: Order, who: Who) -> list[Change]:
    ours = {name: getattr(call_off, name) for name in FIELDS}
    result = reconcile.reconcile(ours=ours, theirs=_facts(order), last=call_off.imported)
    imported = {**call_off.imported, **result.imported}
    if result.values or imported != call_off.imported:
        CallOff.objects.filter(pk=call_off.pk).update(**result.values, imported=imported)
    if result.values:
        changes = {name: [ours[name], value] for name, value in result.values.items()}
        history.record(actor=who.actor, now=who.now, verb="edit", about=call_off, changes=changes)
    return result.changes


def _reference(process: Process, framework: Framework) -> str:
    """The best of its names that no other call-off on the agreement has; several of one process share it, numbered."""
    taken = dict(framework.call_offs.values_list("reference", "ocid"))
    own = [reference for reference, ocid in taken.items() if ocid == process.ocid]
    names = sorted(own, key=len)[:1] or [*process.references, process.ocid]
    numbered = (f"{names[0][:100]} ({number})" for number in count(2))
    return next(candidate for candidate in chain(names, numbered) if candidate not in taken)


def _lot(framework: Framework, order: Order) -> Lot | None:
    """The lot it names, by the agreement's own ids; the only lot where there is one."""
    lots = list(framework.lots.all())
    named = [lot for lot in lots if lot.source_id and lot.source_id in order.lots]
    return named[0] if len(named) == 1 else lots[0] if len(lots) == 1 else None


def _stranger(framework: Framework, supplier: Organisation) -> list[Problem]:
    """Notices of an agreement and its call-offs often write the same supplier differently; a person should look."""
    if framework.participations.filter(supplier=supplier).exists():
        return []
    return [problem("not_on_agreement", name=supplier.name, reference=framework.reference)]
