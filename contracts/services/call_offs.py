"""Orders that agencies placed on an agreement: one by one, or many from a sheet with a result for each row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypedDict

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from contracts.models import CallOff, Framework, Lot
from contracts.services.frameworks import known_currency
from contracts.states import FRAMEWORK
from core import history, rows, states
from core.errors import FieldError, Invalid
from core.states import Actor


class Details(TypedDict, total=False):
    reference: str
    title: str
    supplier: Organisation
    lot: Lot | None
    agency: Organisation | None
    signed_on: date | None
    value: Decimal | None
    currency: str


@transaction.atomic
def add(*, framework: Framework, details: Details, actor: Actor, now: datetime) -> CallOff:
    states.check(FRAMEWORK, framework, "call_off", actor=actor)
    fields = _checked(framework, details, but=None)
    call_off = CallOff.objects.create(framework=framework, created_at=now, **fields)
    history.record(actor=actor, now=now, verb="create", about=call_off, changes=_told(fields))
    return call_off


@transaction.atomic
def edit(*, call_off: CallOff, changes: Details, actor: Actor, now: datetime) -> None:
    rows.lock(call_off)
    states.check(FRAMEWORK, call_off.framework, "call_off", actor=actor)
    facts: dict[str, Any] = {name: getattr(call_off, name) for name in Details.__annotations__}
    fields = _checked(call_off.framework, {**facts, **changes}, but=call_off)  # type: ignore[typeddict-item]
    if difference := history.difference(call_off, fields):
        rows.write(call_off, **fields)
        history.record(actor=actor, now=now, verb="edit", about=call_off, changes=_told({name: fields[name] for name in difference}))


@dataclass(frozen=True)
class Result:
    """What became of one row of a sheet. `number` is the row's own in the sheet."""

    number: int
    outcome: str
    reference: str
    problems: Sequence[str] = ()


def add_many(*, framework: Framework, sheet: Mapping[int, Details | Invalid], actor: Actor, now: datetime) -> list[Result]:
    """Each row by itself: a bad one stops no other. A reference that we have with the same contents is `unchanged`."""
    states.check(FRAMEWORK, framework, "call_off", actor=actor)
    return [_result(framework, number, row, actor=actor, now=now) for number, row in sheet.items()]


def _result(framework: Framework, number: int, row: Details | Invalid, *, actor: Actor, now: datetime) -> Result:
    if isinstance(row, Invalid):
        return Result(number, "rejected", "", [str(error.detail) for error in row.errors])
    reference = str(row.get("reference", "")).strip()
    try:
        existing = framework.call_offs.filter(reference=reference).first()
        if existing is None:
            add(framework=framework, details=row, actor=actor, now=now)
            return Result(number, "created", reference)
        same = not history.difference(existing, {name: value for name, value in row.items() if value is not None})
        if not same:
            edit(call_off=existing, changes=row, actor=actor, now=now)
        return Result(number, "unchanged" if same else "updated", reference)
    except Invalid as error:
        return Result(number, "rejected", reference, [str(each.detail) for each in error.errors])


def _checked(framework: Framework, details: Details, *, but: CallOff | None) -> dict[str, Any]:
    fields: dict[str, Any] = {name: value.strip() if isinstance(value, str) else value for name, value in details.items()}
    if "currency" in fields:
        fields["currency"] = known_currency(fields["currency"] or "NOK")
    errors = [
        FieldError(name, "required", _("Fill in this field.")) for name in ("reference", "supplier") if not fields.get(name)
    ] or _faults(framework, fields, but)
    if errors:
        raise Invalid(errors)
    return fields


def _faults(framework: Framework, fields: dict[str, Any], but: CallOff | None) -> list[FieldError]:
    errors = []
    supplier, lot, agency = fields["supplier"], fields.get("lot"), fields.get("agency")
    if not framework.participations.filter(supplier=supplier).exists():
        text = _("%(name)s is not a supplier on this agreement.") % {"name": supplier.name}
        errors.append(FieldError("supplier", "not_on_agreement", text))
    if lot and lot.framework_id != framework.pk:
        errors.append(FieldError("lot", "other_agreement", _("The lot belongs to another agreement.")))
    if agency and agency.kind not in (Organisation.Kind.AGENCY, Organisation.Kind.CPB):
        errors.append(FieldError("agency", "not_an_agency", _("%(name)s is not registered as an agency.") % {"name": agency.name}))
    if framework.call_offs.filter(reference=fields["reference"]).exclude(pk=but.pk if but else None).exists():
        errors.append(FieldError("reference", "duplicate", _("The agreement already has a call-off with this reference.")))
    return errors


def _told(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, Organisation | Lot) else value for name, value in fields.items()}
