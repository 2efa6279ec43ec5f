"""What money in another currency is in the budget's: by a rate, or by what was booked (pure)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from core.errors import FieldError, Invalid

CENT, FINEST = Decimal("0.01"), Decimal("0.000001")
LARGEST = Decimal(10**6)
MOST_APART = Decimal("0.01")
"""How far what was booked may be from amount and rate together: banks take their part."""


@dataclass(frozen=True)
class Said:
    """What somebody wrote: the rate, what was booked, or both. Without a day it is the day of the cost."""

    rate: Decimal | None = None
    counted: Decimal | None = None
    rate_on: date | None = None

    @property
    def is_any(self) -> bool:
        return self.rate is not None or self.counted is not None


@dataclass(frozen=True)
class Converted:
    """`counted` in the budget's currency; `rate` is what one unit of the other currency comes to."""

    counted: Decimal
    rate: Decimal
    rate_on: date


def convert(amount: Decimal, said: Said, *, spent_on: date, today: date) -> Converted:
    """The missing one of the two is worked out."""
    day = said.rate_on or spent_on
    if faults := list(_faults(amount, said, day, today)):
        raise Invalid(faults)
    counted = said.counted if said.counted is not None else (amount * (said.rate or 0)).quantize(CENT, ROUND_HALF_UP)
    rate = said.rate if said.rate is not None else (counted / amount).quantize(FINEST, ROUND_HALF_UP)
    return Converted(counted, rate, day)


def _faults(amount: Decimal, said: Said, day: date, today: date) -> Iterator[FieldError]:
    if said.rate is not None and not 0 < said.rate < LARGEST:
        yield FieldError("rate", "range", _("Write how much one unit is in the currency of the budget."))
    elif said.counted is not None and not 0 < said.counted < amount * LARGEST:
        yield FieldError("counted", "range", _("Write what it came to in the currency of the budget."))
    elif said.rate is not None and said.counted is not None and abs(amount * said.rate - said.counted) > said.counted * MOST_APART:
        text = _("Amount and rate come to %(sum)s. Correct one of them, or leave the rate out.")
        yield FieldError("counted", "not_the_rate", text % {"sum": (amount * said.rate).quantize(CENT, ROUND_HALF_UP)})
    if day > today:
        yield FieldError("rate_on", "future", _("A rate has a day that has been."))
