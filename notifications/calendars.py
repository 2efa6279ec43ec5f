"""Whose days off count for a date: both sides' countries, and the quiet periods that the organisation has written down.

Read once an operation with `read()` (one query), or put together by hand for what somebody only thinks of. Pure after that.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Self
from uuid import UUID

from core import dates
from notifications.models import QuietPeriod

OURS = "NO"
"""The country of our side."""


@dataclass(frozen=True)
class Quiet:
    """A quiet period as a value. `country` is empty for everybody; `id` is None for one that is not written down yet."""

    name: str
    starts_on: date
    ends_on: date
    is_yearly: bool = False
    country: str = ""
    id: UUID | None = None

    @property
    def days(self) -> tuple[date, date]:
        return self.starts_on, self.ends_on

    def holds(self, day: date) -> bool:
        return dates.returns_on(day, *self.days) if self.is_yearly else self.starts_on <= day <= self.ends_on

    def counts_for(self, country: str) -> bool:
        return self.country in ("", country)


@dataclass(frozen=True)
class Calendars:
    """The calendar of every case, by the country of the organisation that owes."""

    periods: tuple[Quiet, ...] = ()

    def of(self, country: str, *, also: str = OURS) -> dates.Calendar:
        """Working days of both sides: ours (or those of `also`, where a clause names another calendar) and theirs."""
        country = country or OURS
        quiet = [period for period in self.periods if period.counts_for(country)]
        return dates.Calendar(
            countries=tuple(dict.fromkeys((also, country))),
            quiet=tuple(period.days for period in quiet if not period.is_yearly),
            yearly=tuple(period.days for period in quiet if period.is_yearly),
        )

    def holding(self, day: date, country: str) -> list[Quiet]:
        """The quiet periods that the day falls in for a supplier of that country."""
        return [period for period in self.periods if period.counts_for(country or OURS) and period.holds(day)]

    def with_(self, period: Quiet) -> Self:
        """With this one instead of the one that had its id, if any."""
        return replace(self, periods=(*self.without(period.id).periods, period))

    def without(self, key: UUID | None) -> Self:
        return replace(self, periods=tuple(period for period in self.periods if key is None or period.id != key))


def read() -> Calendars:
    """What is in force. One query."""
    return Calendars(tuple(map(_value, QuietPeriod.objects.order_by("starts_on", "id"))))


def _value(row: QuietPeriod) -> Quiet:
    return Quiet(row.name, row.starts_on, row.ends_on, row.is_yearly, row.country, row.pk)
