"""The end of a finding: how we know that it is put right, what that meant in figures, whether it lasted, and opening it again."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from contracts.services.frameworks import known_currency
from core import locales, rows, states
from core.errors import FieldError, Invalid, NotAllowed, WrongState, must_say
from followup.models import Finding, FindingClock, FindingEffect, Severity
from followup.services import agency_report_news, finding_clocks
from followup.states import FINDING
from notifications.webhooks import events

W = FindingClock.What
NOTHING_TO_MEND = (Severity.Code.OBSERVATION, Severity.Code.GOOD_PRACTICE)


@transaction.atomic
def close(*, finding: Finding, actor: User, now: datetime, today: date, method: str = "", note: str = "") -> None:
    """It is put right, and this is how we know. A point for improvement or good practice may be closed as noted, without a method.

    The requirement it was found on is judged by itself: closing makes nothing green.
    """
    states.hold(FINDING, finding, "close", actor=actor)
    must_be_another(finding, actor)
    if method not in Finding.Method.values and not (method == "" and finding.severity.code in NOTHING_TO_MEND):
        raise Invalid.one("method", "required", _("Say how we know that it is put right."))
    if method and method not in finding.severity.methods:
        least = finding.severity.get_weakest_method_display()
        raise Invalid.one("method", "too_weak", _("At this severity that is not enough. At least: %(method)s.") % {"method": least})
    outcome = Finding.Outcome.PUT_RIGHT if method else Finding.Outcome.NOTED
    was_told = finding.is_told
    changes = {"method": method, "note": note.strip(), "outcome": outcome}
    states.advance(FINDING, finding, "close", actor=actor, now=now, changes=changes, is_internal=not was_told)
    rows.write(finding, outcome=outcome, method=method, closing_note=note.strip(), closed_by=actor, closed_on=today)
    finding_clocks.end_all(finding, now=now)
    if method:
        finding_clocks.start(finding, W.EFFECT, today=today, now=now)
    agency_report_news.finding_ended(finding, now=now)
    if was_told:
        said = {"outcome": outcome, "method": method, "grounds": note.strip()}
        finding_clocks.tell_supplier(finding, "finding_closed", today=today, now=now, said=said)
        events.tell("finding.closed", about_type="finding", about_id=finding.pk, now=now)


def must_be_another(finding: Finding, actor: User) -> None:
    """Two people, where the severity says so: who found it does not close it."""
    if finding.severity.needs_another and finding.was_found_by(actor):
        raise NotAllowed(_("You found this. At this severity somebody else must close it."))


@transaction.atomic
def reopen(*, finding: Finding, reason: str, actor: User, now: datetime, today: date) -> None:
    """It is not put right after all: the supplier's clocks begin anew."""
    states.hold(FINDING, finding, "reopen", actor=actor)
    reason = must_say(reason, "reason", _("Say why. The supplier reads it."))
    if finding.outcome == Finding.Outcome.WITHDRAWN:
        raise WrongState(_("It was withdrawn. Log a new finding if there is something to put right."))
    states.advance(FINDING, finding, "reopen", actor=actor, now=now, changes={"reason": reason}, is_internal=not finding.is_told)
    rows.write(
        finding,
        outcome=Finding.Outcome.NONE,
        method="",
        closing_note="",
        closed_by=None,
        closed_on=None,
        effect_note="",
        effect_checked_on=None,
        statement="",
    )
    finding_clocks.end_all(finding, now=now)
    if finding.is_told:
        finding_clocks.start(finding, W.PLAN, W.CORRECTION, today=today, now=now)
        said = {"reason": reason, "grounds": reason}
        finding_clocks.tell_supplier(finding, "finding_reopened", today=today, now=now, said=said)
        events.tell("finding.reopened", about_type="finding", about_id=finding.pk, now=now)


@transaction.atomic
def check_effect(*, finding: Finding, has_helped: bool, note: str, actor: User, now: datetime, today: date) -> None:
    """Some time later: did it last? If not, it is opened again with what was seen."""
    states.hold(FINDING, finding, "check_effect", actor=actor)
    note = must_say(note, "note", _("Write what you saw."))
    if finding.outcome != Finding.Outcome.PUT_RIGHT:
        raise WrongState(_("Nothing was put right here, so there is no effect to check."))
    if finding.effect_checked_on is not None:
        text = _("The effect was checked on %(date)s. Look at what was seen.")
        raise WrongState(text % {"date": locales.long_day(finding.effect_checked_on)})
    changes = {"has_helped": has_helped, "note": note}
    states.advance(FINDING, finding, "check_effect", actor=actor, now=now, changes=changes, is_internal=True)
    rows.write(finding, effect_note=note, effect_checked_on=today)
    finding_clocks.stop(finding, W.EFFECT, now=now)
    if not has_helped:
        reopen(finding=finding, reason=note, actor=actor, now=now, today=today)


@transaction.atomic
def record_effect(
    *, finding: Finding, what: str, amount: Decimal, method: str, actor: User, now: datetime, today: date, currency: str = ""
) -> FindingEffect:
    """What it meant in figures, and how they were reckoned."""
    states.hold(FINDING, finding, "record_effect", actor=actor)
    _check(what, amount, method, currency)
    currency = known_currency(currency) if what == FindingEffect.What.REPAID else ""
    figure = {"what": what, "amount": amount, "method": method.strip(), "currency": currency}
    if finding.effects.filter(**figure).exists():
        raise WrongState(_("This figure is written down already. If it is another one, say so in how it was reckoned."))
    row = FindingEffect.objects.create(finding=finding, recorded_by=actor, recorded_at=now, **figure)
    states.advance(FINDING, finding, "record_effect", actor=actor, now=now, changes=figure, is_internal=not finding.is_told)
    return row


@transaction.atomic
def strike_effect(*, effect: FindingEffect, actor: User, now: datetime) -> None:
    """Written down by mistake; the history keeps it."""
    finding = effect.finding
    states.hold(FINDING, finding, "strike_effect", actor=actor)
    rows.lock(effect)
    figure = {name: getattr(effect, name) for name in ("what", "amount", "method", "currency")}
    effect.delete()
    states.advance(FINDING, finding, "strike_effect", actor=actor, now=now, changes=figure, is_internal=not finding.is_told)


def _check(what: str, amount: Decimal, method: str, currency: str) -> None:
    errors = []
    if what not in FindingEffect.What.values:
        errors.append(FieldError("what", "invalid_choice", _("Choose what the figure counts.")))
    if amount < 0:
        errors.append(FieldError("amount", "min_value", _("Write a figure that is not below zero.")))
    if what == FindingEffect.What.WORKERS and amount != amount.to_integral_value():
        errors.append(FieldError("amount", "whole", _("People are counted in whole numbers.")))
    if what == FindingEffect.What.REPAID and not currency:
        errors.append(FieldError("currency", "required", _("Say which currency.")))
    if not method.strip():
        errors.append(FieldError("method", "required", _("Say how the figure was reckoned.")))
    if errors:
        raise Invalid(errors)
