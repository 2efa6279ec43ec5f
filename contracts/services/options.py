"""Options to extend an agreement."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from contracts.models import Framework, Option
from contracts.services import clocks
from contracts.states import FRAMEWORK
from core import history, rows, states
from core.errors import FieldError, Invalid, WrongState
from core.states import Actor


@transaction.atomic
def add(
    *, framework: Framework, months: int, kind: str, notice_days: int, actor: Actor, today: date, now: datetime, number: int | None = None
) -> Option:
    """An option after those there are."""
    rows.lock(framework)
    states.check(FRAMEWORK, framework, "edit", actor=actor)
    _check(months, notice_days)
    taken = set(framework.options.values_list("number", flat=True))
    if number in taken:
        raise Invalid.one("number", "duplicate", _("The agreement already has an option with this number."))
    option = Option.objects.create(
        framework=framework, number=number or max(taken, default=0) + 1, months=months, kind=kind, notice_days=notice_days
    )
    history.record(actor=actor, now=now, verb="create", about=option, changes={"months": months, "kind": kind, "notice_days": notice_days})
    clocks.wind(framework, today=today, now=now)
    return option


@transaction.atomic
def edit(*, option: Option, months: int, kind: str, notice_days: int, actor: Actor, today: date, now: datetime) -> None:
    """Only before it is decided."""
    rows.lock(option)
    states.check(FRAMEWORK, option.framework, "edit", actor=actor)
    _must_be_pending(option)
    _check(months, notice_days)
    fields = {"months": months, "kind": kind, "notice_days": notice_days}
    if difference := history.difference(option, fields):
        rows.write(option, **fields)
        history.record(actor=actor, now=now, verb="edit", about=option, changes=difference)
        clocks.wind(option.framework, today=today, now=now)


@transaction.atomic
def decide(*, option: Option, use: bool, reason: str, decided_on: date, actor: Actor, today: date, now: datetime) -> None:
    """Use it or let it go. Options are decided in order, and once."""
    rows.lock(option)
    states.check(FRAMEWORK, option.framework, "decide_option", actor=actor)
    _must_be_pending(option)
    _must_be_next(option)
    if decided_on > today:
        raise Invalid.one("decided_on", "future", _("The date of the decision cannot be ahead of today."))
    if not reason.strip():
        raise Invalid.one("reason", "required", _("Write a sentence that says why."))
    decision = Option.Decision.USED if use else Option.Decision.REFUSED
    fields = {
        "decision": decision,
        "decided_on": decided_on,
        "decided_by": actor if isinstance(actor, User) else None,
        "reason": reason.strip(),
    }
    rows.write(option, **fields)
    history.record(actor=actor, now=now, verb="decide", about=option, changes={"decision": ["pending", decision], "reason": reason.strip()})
    clocks.wind(option.framework, today=today, now=now)


def _must_be_pending(option: Option) -> None:
    if option.decision != Option.Decision.PENDING:
        raise WrongState(_("This option has already been decided."))


def _must_be_next(option: Option) -> None:
    earlier = option.framework.options.filter(number__lt=option.number).exclude(decision=Option.Decision.USED)
    if earlier.exists():
        raise WrongState(_("Decide on the earlier options first."))


def _check(months: int, notice_days: int) -> None:
    errors = []
    if not 1 <= months <= 240:
        errors.append(FieldError("months", "range", _("An option lasts from 1 to 240 months.")))
    if not 0 <= notice_days <= 1000:
        errors.append(FieldError("notice_days", "range", _("The notice is from 0 to 1000 days.")))
    if errors:
        raise Invalid(errors)
