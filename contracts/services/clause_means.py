"""What a clause lets us do when it is broken: which means it gives, and the terms of its daily fine.

It is our reading of the text, not the text: it may be written down and corrected after requirements rest on the clause.
A sanction case takes it over when it is proposed, and keeps what it took.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, TypedDict

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from contracts.models import Clause, Means
from contracts.states import FRAMEWORK
from core import history, rows, states
from core.errors import FieldError, Invalid
from core.states import Actor

TERMS = ("fine_rate", "fine_base_words", "fine_base", "fine_cap")
"""What is only there for a daily fine; which days count says nothing by itself."""


class Gives(TypedDict, total=False):
    """As the columns of Clause. What is not in it stays."""

    means: Sequence[str]
    fine_rate: Decimal | None
    fine_unit: str
    fine_base_words: str
    fine_base: Decimal | None
    fine_cap: Decimal | None


@transaction.atomic
def write_down(*, clause: Clause, gives: Gives, actor: Actor, now: datetime) -> None:
    rows.lock(clause)
    states.check(FRAMEWORK, clause.framework, "stipulate", actor=actor)
    columns = checked(gives, clause)
    if difference := history.difference(clause, columns):
        rows.write(clause, **columns)
        history.record(actor=actor, now=now, verb="edit", about=clause, changes=difference)


def checked(gives: Gives, clause: Clause | None = None) -> dict[str, Any]:
    """The columns to write, the means in their order."""
    columns: dict[str, Any] = dict(gives)
    if "means" in columns:
        columns["means"] = [means.value for means in Means if means in columns["means"]]
    whole = {name: columns.get(name, getattr(clause, name, None)) for name in ("means", *TERMS)}
    amounts = {name: value for name, value in whole.items() if isinstance(value, Decimal)}
    errors = [FieldError(name, "range", _("Must be more than 0.")) for name, value in amounts.items() if not value > 0]
    if any(whole[name] not in (None, "") for name in TERMS) and Means.DAILY_FINE not in (whole["means"] or ()):
        errors.append(FieldError("means", "fine", _("Tick the daily fine too, or leave its terms empty.")))
    if errors:
        raise Invalid(errors)
    return columns
