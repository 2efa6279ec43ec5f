"""Which suppliers are on an agreement and its lots, from and to. A change ends a row and opens another."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from contracts.models import Framework, Lot, Participation
from contracts.services import stipulations
from contracts.states import FRAMEWORK
from core import history, rows, states
from core.errors import FieldError, Invalid, WrongState
from core.states import Actor


@transaction.atomic
def add(
    *,
    framework: Framework,
    supplier: Organisation,
    actor: Actor,
    today: date,
    now: datetime,
    lot: Lot | None = None,
    rank: int | None = None,
    share: Decimal | None = None,
    starts_on: date | None = None,
    reason: str = "",
) -> Participation:
    """Take a supplier in, on one lot or (without `lot`) on the whole agreement. What is stipulated binds it from now on."""
    states.check(FRAMEWORK, framework, "set_suppliers", actor=actor)
    _check(framework, supplier, lot, share)
    participation = _open(framework, supplier, lot, rank=rank, share=share, starts_on=starts_on, reason=reason.strip())
    history.record(actor=actor, now=now, verb="create", about=participation, changes=_told(participation), is_internal=True)
    stipulations.bind(framework=framework, today=today, now=now)
    return participation


@transaction.atomic
def change(
    *,
    participation: Participation,
    rank: int | None,
    share: Decimal | None,
    reason: str,
    on: date,
    actor: Actor,
    today: date,
    now: datetime,
) -> Participation:
    """Another rank or share from that day on. The old row ends the day before and stays."""
    before = participation
    rows.lock(before)
    states.check(FRAMEWORK, before.framework, "set_suppliers", actor=actor)
    _must_run(before, today)
    _must_say_why(reason)
    _check_share(share)
    if before.starts_on and on < before.starts_on:
        raise Invalid.one("on", "before_start", _("The change cannot come before the supplier's start on the agreement."))
    until = before.ends_on
    rows.write(before, ends_on=on - timedelta(days=1))
    after = _open(before.framework, before.supplier, before.lot, rank=rank, share=share, starts_on=on, ends_on=until, reason=reason.strip())
    changes = {"rank": [before.rank, rank], "share": [before.share, share], "reason": after.reason, "replaces": before.pk}
    history.record(actor=actor, now=now, verb="change", about=after, changes=changes, is_internal=True)
    stipulations.bind(framework=before.framework, today=today, now=now)
    return after


@transaction.atomic
def end(*, participation: Participation, ends_on: date, reason: str, actor: Actor, today: date, now: datetime) -> None:
    """The supplier's last day. Its obligations end with it."""
    row = participation
    rows.lock(row)
    states.check(FRAMEWORK, row.framework, "set_suppliers", actor=actor)
    _must_run(row, today)
    _must_say_why(reason)
    if row.starts_on and ends_on < row.starts_on:
        raise Invalid.one("ends_on", "before_start", _("The last day cannot come before the first."))
    rows.write(row, ends_on=ends_on, reason=reason.strip())
    history.record(actor=actor, now=now, verb="end", about=row, changes={"ends_on": ends_on, "reason": reason.strip()}, is_internal=True)
    stipulations.bind(framework=row.framework, today=today, now=now)


def _open(framework: Framework, supplier: Organisation, lot: Lot | None, **fields: object) -> Participation:
    return Participation.objects.create(framework=framework, supplier=supplier, lot=lot, **fields)


def _told(row: Participation) -> dict[str, object]:
    return {"supplier": row.supplier.name, "lot": row.lot and row.lot.number, "rank": row.rank, "share": row.share}


def _check(framework: Framework, supplier: Organisation, lot: Lot | None, share: Decimal | None) -> None:
    if supplier.kind != Organisation.Kind.SUPPLIER:
        raise Invalid.one("supplier", "not_a_supplier", _("%(name)s is not registered as a supplier.") % {"name": supplier.name})
    if lot is not None and lot.framework_id != framework.pk:
        raise Invalid.one("lot", "other_agreement", _("The lot belongs to another agreement."))
    _check_share(share)
    if framework.participations.filter(Q(lot=lot) if lot else Q(lot=None), supplier=supplier, ends_on=None).exists():
        text = _("%(name)s is already on this lot.") if lot else _("%(name)s is already on the agreement.")
        raise Invalid.one("supplier", "duplicate", text % {"name": supplier.name})


def _check_share(share: Decimal | None) -> None:
    if share is not None and not 0 <= share <= 100:
        raise Invalid.one("share", "range", _("A share is from 0 to 100 per cent."))


def _must_run(row: Participation, today: date) -> None:
    if row.ends_on is not None and row.ends_on < today:
        raise WrongState(_("This has already ended."))


def _must_say_why(reason: str) -> None:
    if not reason.strip():
        raise Invalid([FieldError("reason", "required", _("Write a sentence that says why."))])
