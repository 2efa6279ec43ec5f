"""What a daily fine (*dagbot*) comes to by the terms of a clause. Pure: it computes, and imposes nothing.

The usual shape in Norwegian contracts: so much per cent of a base for each day from the first day on, and no more than a
ceiling (state IT agreements, SSA: 0.15 % for each calendar day, at most 15 %; building standards, NS 8405: each working day).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from core.dates import Calendar, Unit, working_days_until

CENT = Decimal("0.01")
PER_CENT = Decimal(100)


@dataclass(frozen=True)
class Terms:
    """`rate` and `cap` are per cent of the base; without a cap there is no ceiling. `unit` is calendar or working days."""

    rate: Decimal
    base: Decimal
    cap: Decimal | None
    starts_on: date
    unit: Unit = Unit.DAYS


@dataclass(frozen=True)
class Fine:
    """`days` have passed, first and last included. `uncapped` is days × a day, `amount` what the ceiling leaves of it."""

    days: int
    a_day: Decimal
    uncapped: Decimal
    most: Decimal | None
    amount: Decimal

    @property
    def is_capped(self) -> bool:
        return self.amount < self.uncapped


def computed(terms: Terms, *, until: date, calendar: Calendar) -> Fine:
    """Up to that day and with it. Rounded once, at the end, to the hundredth, halves up."""
    days = _days(terms, until, calendar)
    a_day = terms.base * terms.rate / PER_CENT
    uncapped = _rounded(a_day * days)
    most = _rounded(terms.base * terms.cap / PER_CENT) if terms.cap is not None else None
    return Fine(days, _rounded(a_day), uncapped, most, uncapped if most is None else min(uncapped, most))


def _days(terms: Terms, until: date, calendar: Calendar) -> int:
    if until < terms.starts_on:
        return 0
    if terms.unit == Unit.WORKING_DAYS:
        return working_days_until(terms.starts_on - timedelta(days=1), until, calendar)
    return (until - terms.starts_on).days + 1


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)
