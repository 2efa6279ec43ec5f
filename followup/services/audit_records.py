"""What is written down around an audit: its opening and closing meeting, and what it costs."""

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from contracts.services.frameworks import known_currency
from core import history, locales, rows, states
from core.errors import FieldError, Invalid
from followup import cost_rates
from followup.models import Audit, AuditCost, AuditMeeting, TeamMember
from followup.states import AUDIT

K = AuditMeeting.Kind


@transaction.atomic
def write_meeting(
    *,
    audit: Audit,
    kind: str,
    held_on: date,
    participants: str,
    actor: User,
    now: datetime,
    today: date,
    began_at: time | None = None,
    notes: str = "",
) -> AuditMeeting:
    """Once each; written again it is corrected, and the history says how it was."""
    states.hold(AUDIT, audit, "meeting", actor=actor)
    written = {"held_on": held_on, "began_at": began_at, "participants": participants.strip(), "notes": notes.strip()}
    if faults := list(_faults_of_meeting(audit, kind, held_on, written["participants"], today)):
        raise Invalid(faults)
    meeting = audit.meetings.filter(kind=kind).first() or AuditMeeting(audit=audit, kind=kind, created_at=now)
    changed = history.difference(meeting, written)
    if changed:
        for name, value in written.items():
            setattr(meeting, name, value)
        meeting.save()
        told = {name: both if both[0] else both[1] for name, both in changed.items()}
        changes = {"meeting": meeting.get_kind_display(), **told}
        states.advance(AUDIT, audit, "meeting", actor=actor, now=now, changes=changes, is_internal=True)
    return meeting


def _faults_of_meeting(audit: Audit, kind: str, held_on: date, participants: Any, today: date) -> Iterator[FieldError]:
    if kind not in K.values:
        yield FieldError("kind", "invalid", _("Choose the opening or the closing meeting."))
    if held_on > today:
        yield FieldError("held_on", "future", _("A meeting cannot be written down before it has been held."))
    other = audit.meetings.exclude(kind=kind).first()
    if other and (held_on < other.held_on if kind == K.CLOSING else held_on > other.held_on):
        yield FieldError("held_on", "order", _("The closing meeting comes after the opening meeting."))
    if not participants:
        yield FieldError("participants", "required", _("Write who took part, from both sides."))


@transaction.atomic
def add_cost(
    *,
    audit: Audit,
    kind: str,
    spent_on: date,
    actor: User,
    now: datetime,
    today: date,
    hours: Decimal | None = None,
    amount: Decimal | None = None,
    currency: str = "",
    member: TeamMember | None = None,
    note: str = "",
    rate: Decimal | None = None,
    rate_on: date | None = None,
    counted: Decimal | None = None,
) -> AuditCost:
    """Hours, money or both. Without a currency that of the programme, else NOK. Also of an audit that was called off.

    Of money in another currency than the programme's, `rate` or `counted` says what it comes to there; else it counts for nothing.
    """
    states.hold(AUDIT, audit, "cost", actor=actor)
    currency = known_currency(currency or (audit.programme.currency if audit.programme else "NOK"))
    if faults := list(_faults_of_cost(audit, kind, spent_on, hours, amount, member, today)):
        raise Invalid(faults)
    said = {"kind": kind, "hours": hours or None, "amount": amount or None, "currency": currency, "spent_on": spent_on}
    who = {"member": member, "spent_by": member.name if member else "", "note": note.strip()}
    worth = _worth(audit, amount, currency, cost_rates.Said(rate, counted, rate_on), spent_on=spent_on, today=today)
    cost = AuditCost.objects.create(audit=audit, written_by=actor, created_at=now, **said, **who, **worth)
    states.advance(AUDIT, audit, "cost", actor=actor, now=now, changes={"spent": in_words(cost)}, is_internal=True)
    return cost


@transaction.atomic
def convert_cost(
    *,
    cost: AuditCost,
    actor: User,
    now: datetime,
    today: date,
    rate: Decimal | None = None,
    rate_on: date | None = None,
    counted: Decimal | None = None,
) -> None:
    """Say what it comes to in the currency of the budget, when that is known, or correct it."""
    audit = cost.audit
    states.hold(AUDIT, audit, "cost", actor=actor)
    rows.lock(cost)
    said = cost_rates.Said(rate, counted, rate_on)
    if not said.is_any:
        raise Invalid.one("counted", "required", _("Write what it came to, or the rate."))
    rows.write(cost, **_worth(audit, cost.amount, cost.currency, said, spent_on=cost.spent_on, today=today))
    states.advance(AUDIT, audit, "cost", actor=actor, now=now, changes={"spent": in_words(cost)}, is_internal=True)


def _worth(audit: Audit, amount: Decimal | None, currency: str, said: cost_rates.Said, *, spent_on: date, today: date) -> dict[str, Any]:
    """The columns that say what it comes to in the currency of the programme."""
    if not said.is_any:
        return {}
    if audit.programme is None or not amount or audit.programme.currency == currency:
        text = _("Only an amount in another currency than that of the budget has a rate.")
        raise Invalid.one("counted" if said.rate is None else "rate", "not_needed", text)
    found = cost_rates.convert(amount, said, spent_on=spent_on, today=today)
    return {**vars(found), "counted_currency": audit.programme.currency}


@transaction.atomic
def remove_cost(*, cost: AuditCost, actor: User, now: datetime) -> None:
    """Written down by mistake; the history keeps it."""
    audit = cost.audit
    states.hold(AUDIT, audit, "cost", actor=actor)
    rows.lock(cost)
    told = {"struck": in_words(cost)}
    cost.delete()
    states.advance(AUDIT, audit, "cost", actor=actor, now=now, changes=told, is_internal=True)


def in_words(cost: AuditCost) -> str:
    hours = _("%(hours)s hours") % {"hours": cost.hours} if cost.hours else ""
    amount = locales.money(cost.amount, cost.currency) if cost.amount else ""
    worth = locales.money(cost.counted, cost.counted_currency) if cost.counted else ""
    amount = _("%(amount)s, counted as %(worth)s") % {"amount": amount, "worth": worth} if worth else amount
    parts = (cost.get_kind_display(), cost.spent_by, hours, amount, locales.long_day(cost.spent_on), cost.note)
    return ", ".join(str(part) for part in parts if part)


def _faults_of_cost(
    audit: Audit, kind: str, spent_on: date, hours: Decimal | None, amount: Decimal | None, member: TeamMember | None, today: date
) -> Iterator[FieldError]:
    if kind not in AuditCost.Kind.values:
        yield FieldError("kind", "invalid", _("Choose what it was spent on."))
    if not hours and not amount:
        yield FieldError("hours", "required", _("Write hours, an amount, or both."))
    if (hours or 0) < 0 or (amount or 0) < 0:
        yield FieldError("hours" if (hours or 0) < 0 else "amount", "negative", _("This cannot be less than nothing."))
    if spent_on > today:
        yield FieldError("spent_on", "future", _("It cannot be written down before it has been spent."))
    if member is not None and member.audit_id != audit.pk:
        yield FieldError("member", "not_of_team", _("Choose somebody on this audit's team."))
