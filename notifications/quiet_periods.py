"""Writing down the organisation's own quiet periods. Running cases are re-planned in the same transaction."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Action
from core import access, countries, history, ids
from core.errors import FieldError, Invalid
from notifications import calendars, locks, replanning
from notifications.calendars import Quiet
from notifications.models import QuietPeriod
from notifications.replanning import Change, Proposal, Summary

LONGEST = 62
"""Days. Longer than two months, it is not a pause in the work but a hole in the calendar."""

FIELDS = ("name", "starts_on", "ends_on", "is_yearly", "country")


def what_if(fields: dict[str, Any] | None, *, period: QuietPeriod | None, today: date) -> Iterator[Change]:
    """What would move if `period` (None: a new one) said this; without fields, if it were taken away."""
    return replanning.difference(proposal=_proposal(fields, period), today=today)


@transaction.atomic
def save(*, fields: dict[str, Any], actor: User, today: date, now: datetime, period: QuietPeriod | None = None) -> Summary:
    """Write a quiet period (FIELDS), or with `period` write it anew."""
    access.require(actor, Action.POLICY_EDIT)
    fields = checked(fields)
    locks.take("quiet_periods")
    proposal = _proposal(fields, period)
    if period is None:
        row, verb, changes = QuietPeriod.objects.create(id=ids.new(), created_at=now, **fields), "create", dict(fields)
    else:
        row, verb, changes = period, "edit", history.difference(period, fields)
        QuietPeriod.objects.filter(pk=row.pk).update(**fields)
    return _replan(row, verb, changes, proposal, actor=actor, today=today, now=now)


@transaction.atomic
def remove(*, period: QuietPeriod, actor: User, today: date, now: datetime) -> Summary:
    access.require(actor, Action.POLICY_EDIT)
    locks.take("quiet_periods")
    proposal = _proposal(None, period)
    QuietPeriod.objects.filter(pk=period.pk).delete()
    changes = {name: getattr(period, name) for name in FIELDS}
    return _replan(period, "delete", changes, proposal, actor=actor, today=today, now=now)


def _proposal(fields: dict[str, Any] | None, period: QuietPeriod | None) -> Proposal:
    known, key = calendars.read(), period.pk if period else None
    return Proposal(known.with_(Quiet(id=key, **fields)) if fields else known.without(key))


def _replan(
    row: QuietPeriod, verb: str, changes: dict[str, Any], proposal: Proposal, *, actor: User, today: date, now: datetime
) -> Summary:
    summary = replanning.apply(proposal=proposal, today=today, now=now)
    if changes:
        said = {**changes, "replanned_cases": summary.cases, "replanned_steps": summary.steps}
        history.record(actor=actor, now=now, verb=verb, about=row, changes=said, is_internal=True)
    return summary


def checked(fields: dict[str, Any]) -> dict[str, Any]:
    """The same fields, if a period may say so."""
    errors = []
    if not fields["name"].strip():
        errors.append(FieldError("name", "required", _("Give the period a name.")))
    if fields["ends_on"] < fields["starts_on"]:
        errors.append(FieldError("ends_on", "order", _("The last day lies before the first.")))
    elif (fields["ends_on"] - fields["starts_on"]).days >= LONGEST:
        errors.append(FieldError("ends_on", "too_long", _("A quiet period lasts two months at most.")))
    if fields["country"] and fields["country"] not in countries.names("en"):
        errors.append(FieldError("country", "invalid_choice", _("Choose a country from the list.")))
    if errors:
        raise Invalid(errors)
    return fields
