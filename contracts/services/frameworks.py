"""An agreement's own facts and states: create, edit, sign, terminate, evaluate, and what a newer notice says instead."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypedDict

from babel import numbers
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Scope, ScopeRole, User
from accounts.permissions import Action
from contracts.models import CpvCode, Framework, Lot
from contracts.services import clocks, organisations, roles
from contracts.states import FRAMEWORK
from core import access, history, rows, states
from core.errors import FieldError, Invalid, WrongState
from core.states import Actor


class Details(TypedDict, total=False):
    """What can be written about an agreement. `cpv` replaces the whole list."""

    reference: str
    title: str
    description: str
    case_number: str
    ocid: str | None
    cpv: Sequence[CpvCode]
    signed_on: date | None
    starts_on: date | None
    ends_on: date | None
    value: Decimal | None
    currency: str
    mailbox: str
    predecessor: Framework | None


@transaction.atomic
def create(*, details: Details, actor: Actor, today: date, now: datetime) -> Framework:
    """A planned agreement. Whoever of our staff creates it manages it from today."""
    access.require(actor, Action.FRAMEWORK_CREATE)
    fields, cpv = _split(details)
    _check(fields, but=None)
    scope = Scope.objects.create(name=fields["title"])
    framework = Framework.objects.create(scope=scope, organisation=organisations.central_body(), created_at=now, **fields)
    framework.cpv.set(cpv or [])
    history.record(actor=actor, now=now, verb="create", about=framework, changes={**fields, "cpv": [code.pk for code in cpv or []]})
    if isinstance(actor, User) and actor.works_here:
        ScopeRole.objects.create(
            scope=scope, organisation=framework.organisation, role=ScopeRole.Role.MANAGER, person=actor.person, starts_on=today
        )
        roles.forget(actor)
    return framework


@transaction.atomic
def edit(*, framework: Framework, changes: Details, actor: Actor, today: date, now: datetime) -> None:
    """Change what is given and leave the rest. Dates that move take the agreement's deadlines with them."""
    rows.lock(framework)
    states.check(FRAMEWORK, framework, "edit", actor=actor)
    fields, cpv = _split(changes)
    _check({**_facts(framework), **fields}, but=framework)
    difference = history.difference(framework, fields)
    if cpv is not None and (codes := [code.pk for code in cpv]) != (had := sorted(framework.cpv.values_list("pk", flat=True))):
        framework.cpv.set(cpv)
        difference["cpv"] = [had, codes]
    if not difference:
        return
    rows.write(framework, **fields, disputed=_undisputed(framework, difference))
    Scope.objects.filter(pk=framework.pk).update(name=fields.get("title", framework.title))
    history.record(actor=actor, now=now, verb="edit", about=framework, changes=difference)
    clocks.wind(framework, today=today, now=now)


@transaction.atomic
def sign(*, framework: Framework, signed_on: date, actor: Actor, today: date, now: datetime) -> None:
    """From here on the agreement's dates count: its deadlines open."""
    rows.lock(framework)
    states.check(FRAMEWORK, framework, "sign", actor=actor)
    _not_ahead(signed_on, today)
    states.advance(FRAMEWORK, framework, "sign", actor=actor, now=now, changes={"signed_on": [framework.signed_on, signed_on]})
    rows.write(framework, signed_on=signed_on)
    clocks.wind(framework, today=today, now=now)


@transaction.atomic
def terminate(*, framework: Framework, reason: str, on: date, actor: Actor, today: date, now: datetime) -> None:
    """End it before its time. Why and from when stands in history."""
    _close(framework, "terminate", {"reason": _reason(reason), "on": on}, actor=actor, today=today, now=now)


@transaction.atomic
def evaluate(*, framework: Framework, summary: str, actor: Actor, today: date, now: datetime) -> None:
    """The final evaluation is done; nothing about the agreement changes after this."""
    _close(framework, "evaluate", {"summary": _reason(summary, "summary")}, actor=actor, today=today, now=now)


@transaction.atomic
def settle(*, framework: Framework, field: str, take: bool, actor: Actor, today: date, now: datetime) -> None:
    """A newer notice says something else than a person wrote: take the notice's value, or keep ours and stop asking."""
    rows.lock(framework)
    states.check(FRAMEWORK, framework, "edit", actor=actor)
    if field not in framework.disputed:
        raise WrongState
    if take:
        column: Any = Framework._meta.get_field(field)
        value = column.to_python(framework.disputed[field])
        edit(framework=framework, changes={field: value}, actor=actor, today=today, now=now)  # type: ignore[misc]
        return
    rest = {name: value for name, value in framework.disputed.items() if name != field}
    theirs = framework.disputed[field]
    rows.write(framework, disputed=rest, imported={**framework.imported, field: theirs})
    history.record(actor=actor, now=now, verb="keep_ours", about=framework, changes={field: theirs})


@transaction.atomic
def add_lot(*, framework: Framework, title: str, actor: Actor, now: datetime, number: int | None = None, description: str = "") -> Lot:
    """A lot with the number given, or the next."""
    rows.lock(framework)
    states.check(FRAMEWORK, framework, "edit", actor=actor)
    taken = set(framework.lots.values_list("number", flat=True))
    if number in taken:
        raise Invalid.one("number", "duplicate", _("The agreement already has a lot with this number."))
    lot = Lot.objects.create(
        framework=framework, number=number or max(taken, default=0) + 1, title=title.strip(), description=description.strip()
    )
    changes = {"number": lot.number, "title": lot.title, "description": lot.description}
    history.record(actor=actor, now=now, verb="create", about=lot, changes=changes)
    return lot


@transaction.atomic
def edit_lot(*, lot: Lot, title: str, description: str, actor: Actor, now: datetime) -> None:
    states.check(FRAMEWORK, lot.framework, "edit", actor=actor)
    difference = history.difference(lot, {"title": title.strip(), "description": description.strip()})
    if difference:
        rows.write(lot, title=title.strip(), description=description.strip())
        history.record(actor=actor, now=now, verb="edit", about=lot, changes={"lot": lot.number, **difference})


def known_currency(code: str) -> str:
    code = code.strip().upper()
    if not numbers.is_currency(code):
        raise Invalid.one("currency", "unknown", _("%(code)s is not a currency. Write three letters, for example NOK.") % {"code": code})
    return code


def _close(framework: Framework, name: str, changes: dict[str, Any], *, actor: Actor, today: date, now: datetime) -> None:
    rows.lock(framework)
    states.advance(FRAMEWORK, framework, name, actor=actor, now=now, changes=changes)
    clocks.wind(framework, today=today, now=now)


def _split(details: Details) -> tuple[dict[str, Any], Sequence[CpvCode] | None]:
    fields: dict[str, Any] = {name: value.strip() if isinstance(value, str) else value for name, value in details.items() if name != "cpv"}
    if "ocid" in fields:
        fields["ocid"] = fields["ocid"] or None
    if "currency" in fields:
        fields["currency"] = known_currency(fields["currency"])
    return fields, details.get("cpv")


def _facts(framework: Framework) -> dict[str, Any]:
    return {name: getattr(framework, name) for name in Details.__annotations__ if name != "cpv"}


DATES = ("starts_on", "ends_on", "signed_on")


def _is_unlikely(day: date | None) -> bool:
    return day is not None and not 1900 <= day.year < 2200


def _check(facts: dict[str, Any], *, but: Framework | None) -> None:
    errors = [FieldError(name, "required", _("Fill in this field.")) for name in ("reference", "title") if not facts.get(name)]
    starts_on, ends_on, signed_on = (facts.get(name) for name in DATES)
    errors += [FieldError(name, "range", _("Write a date between 1900 and 2199.")) for name in DATES if _is_unlikely(facts.get(name))]
    if starts_on and ends_on and ends_on < starts_on:
        errors.append(FieldError("ends_on", "before_start", _("The agreement cannot end before it starts.")))
    if signed_on and ends_on and ends_on < signed_on:
        errors.append(FieldError("ends_on", "before_signing", _("The agreement cannot end before it is signed.")))
    if but and facts.get("predecessor") == but:
        errors.append(FieldError("predecessor", "itself", _("An agreement cannot come after itself.")))
    others = Framework.objects.exclude(pk=but.pk if but else None)
    for name, text in (("reference", _("Another agreement has this reference.")), ("ocid", _("Another agreement has this OCDS id."))):
        if facts.get(name) and others.filter(**{name: facts[name]}).exists():
            errors.append(FieldError(name, "duplicate", text))
    if errors:
        raise Invalid(errors)


def _undisputed(framework: Framework, difference: dict[str, Any]) -> dict[str, Any]:
    """A field that a person has just written is no longer asked about."""
    return {name: value for name, value in framework.disputed.items() if name not in difference}


def _not_ahead(day: date, today: date) -> None:
    if day > today:
        raise Invalid.one("signed_on", "future", _("The date of signing cannot be ahead of today."))


def _reason(text: str, field: str = "reason") -> str:
    if not text.strip():
        raise Invalid.one(field, "required", _("Write a sentence that says why."))
    return text.strip()
