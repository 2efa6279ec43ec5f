"""What one supplier promised about one requirement, what it says, and what we checked."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Action
from contracts.models import Declared, Judgement, Method, Obligation, Verified
from core import access, history, rows
from core.errors import FieldError, Invalid
from core.locales import long_day
from core.states import Actor

NEEDS_REASON = (Verified.NOT_MET, Verified.PARTLY_MET, Verified.WAIVED, Verified.NOT_APPLICABLE)

SAID_BY: dict[str, str] = {
    Verified.MET: Declared.YES,
    Verified.PARTLY_MET: Declared.PARTLY,
    Verified.NOT_MET: Declared.NO,
    Verified.NOT_APPLICABLE: Declared.NOT_APPLICABLE,
}
"""What a supplier says when its own statement is given in the words of an outcome."""


@transaction.atomic
def promise(
    *,
    obligation: Obligation,
    text: str,
    actor: Actor,
    now: datetime,
    value: Decimal | None = None,
    unit: str = "",
    source: str = "",
) -> None:
    """What the supplier promised in its tender, and where that is written."""
    rows.lock(obligation)
    access.require(actor, Action.REQUIREMENT_STIPULATE, obligation)
    fields = {
        "promised_text": text.strip(),
        "promised_value": value,
        "promised_unit": unit.strip(),
        "promised_source": source.strip(),
    }
    if difference := history.difference(obligation, fields):
        rows.write(obligation, **fields)
        history.record(actor=actor, now=now, verb="promise", about=obligation, changes=difference)


@transaction.atomic
def judge(
    *,
    obligation: Obligation,
    method: str,
    checked_on: date,
    actor: Actor,
    today: date,
    now: datetime,
    verified: str = "",
    declared: str = "",
    valid_until: date | None = None,
    reason: str = "",
) -> Judgement:
    """Record one judgement. A self-declaration moves what is declared and never what is verified; any other method the reverse.

    One about an earlier day than what stands is kept, and moves nothing: the latest check counts, not the one that was typed in last.
    """
    rows.lock(obligation)
    access.require(actor, Action.OBLIGATION_JUDGE, obligation)
    _check_dates(checked_on, valid_until, today)
    if method == Method.SELF_DECLARED:
        moved = _declared(declared or SAID_BY.get(verified, ""), checked_on)
    else:
        moved = _verified(verified, method, checked_on, valid_until, reason)
    stands = later_than(obligation, method, checked_on) is None
    difference = history.difference(obligation, moved) if stands else {}
    if stands:
        rows.write(obligation, **moved)
    judgement = Judgement.objects.create(
        obligation=obligation,
        declared=moved.get("declared", ""),
        verified=moved.get("verified", ""),
        method=method,
        checked_on=checked_on,
        valid_until=valid_until,
        reason=reason.strip(),
        judged_by=actor if isinstance(actor, User) else None,
        judged_at=now,
    )
    said = {} if stands else {"checked_on": checked_on, "outcome": judgement.verified or judgement.declared, "later_stands": True}
    history.record(actor=actor, now=now, verb="judge", about=obligation, changes={**difference, **said, "method": method})
    return judgement


@transaction.atomic
def redate(*, judgement: Judgement, checked_on: date, valid_until: date | None, actor: Actor, today: date, now: datetime) -> None:
    """The check was on another day than was written down. It counts from the right one, and of all checks the latest stands."""
    obligation = judgement.obligation
    rows.lock(obligation)
    access.require(actor, Action.OBLIGATION_JUDGE, obligation)
    _check_dates(checked_on, valid_until, today)
    was = judgement.checked_on
    rows.write(judgement, checked_on=checked_on, valid_until=valid_until)
    latest = obligation.judgements.exclude(method=Method.SELF_DECLARED).latest("checked_on", "judged_at")
    moved = {name: getattr(latest, name) for name in ("verified", "method", "checked_on", "valid_until")}
    difference = history.difference(obligation, moved)
    rows.write(obligation, **moved)
    changes = {**difference, "checked_on": [was, checked_on]}
    history.record(actor=actor, now=now, verb="redate", about=obligation, changes=changes)


@transaction.atomic
def run_out(*, judgement: Judgement, on: date, actor: Actor, now: datetime) -> None:
    """What it was made by no longer counts after that day. What was judged stays; somebody judges anew."""
    obligation, until = judgement.obligation, judgement.valid_until
    rows.lock(obligation)
    if until is not None and until <= on:
        return
    rows.write(judgement, valid_until=on)
    if (obligation.checked_on, obligation.method) == (judgement.checked_on, judgement.method):
        rows.write(obligation, valid_until=on)
    history.record(actor=actor, now=now, verb="run_out", about=obligation, changes={"valid_until": [until, on]})


def later_than(obligation: Obligation, method: str, on: date) -> date | None:
    """The day of what stands, if that was checked (or stated by the supplier) after this day."""
    later = obligation.declared_on if method == Method.SELF_DECLARED else obligation.checked_on
    return later if later is not None and on < later else None


def passed_over(judgement: Judgement) -> str:
    """What to tell a person whose judgement moved nothing; empty where it stands."""
    later = later_than(judgement.obligation, judgement.method, judgement.checked_on)
    if later is None:
        return ""
    text = str(_("It is kept, and changes nothing: what we know of %(day)s is later, and stands. If that is wrong, judge anew."))
    return text % {"day": long_day(later)}


def _declared(declared: str, on: date) -> dict[str, Any]:
    if not declared or declared == Declared.UNKNOWN:
        raise Invalid.one("declared", "required", _("Choose what the supplier states."))
    return {"declared": declared, "declared_on": on}


def _verified(verified: str, method: str, checked_on: date, valid_until: date | None, reason: str) -> dict[str, Any]:
    errors = []
    if not verified:
        errors.append(FieldError("verified", "required", _("Choose an outcome.")))
    if verified in NEEDS_REASON and not reason.strip():
        errors.append(FieldError("reason", "required", _("Write a sentence that says why.")))
    if errors:
        raise Invalid(errors)
    return {"verified": verified, "method": method, "checked_on": checked_on, "valid_until": valid_until}


def _check_dates(checked_on: date, valid_until: date | None, today: date) -> None:
    errors = []
    if checked_on > today:
        errors.append(FieldError("checked_on", "future", _("A check cannot be dated ahead of today.")))
    if valid_until and valid_until < checked_on:
        errors.append(FieldError("valid_until", "before_check", _("It cannot stop being valid before it was checked.")))
    if errors:
        raise Invalid(errors)
