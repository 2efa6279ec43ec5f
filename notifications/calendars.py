"""Whose days off count for a date: both sides' countries, and the quiet periods that the organisation has written down.

Read once an operation with `read()` (one query), or put together by hand for what somebody only thinks of. Pure after that.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Self
from uuid import UUID

import holidays
from django.utils.translation import get_language

from accounts.models import Organisation
from core import dates
from core.dates import Calendar, Unit
from notifications import ladders
from notifications.models import PolicyVersion, QuietPeriod

OURS = "NO"
"""The country of our side."""


def of_receiver(organisation: Organisation | None) -> Calendar:
    """The working days on which mail leaves for somebody of this organisation."""
    return Calendar(countries=((organisation.country if organisation else "") or OURS,))


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
class DayOff:
    """Why a day is none to fall due on, and for whom. `country` is None for a quiet period of our own; `name` is empty
    for a weekend."""

    country: str | None
    name: str = ""

    @property
    def is_ours(self) -> bool:
        return self.country in (None, OURS)


@dataclass(frozen=True)
class Calendars:
    """The calendar of every case, by the country of the organisation that owes. `moves`: a computed date that falls on a
    day off for either side moves to the next day that is working for both."""

    periods: tuple[Quiet, ...] = ()
    moves: bool = True

    def of(self, country: str, *, also: str = OURS) -> dates.Calendar:
        """Working days of both sides: ours (or those of `also`, where a clause names another calendar) and theirs."""
        country = country or OURS
        quiet = [period for period in self.periods if period.counts_for(country)]
        return Calendar(
            countries=tuple(dict.fromkeys((also, country))),
            quiet=tuple(period.days for period in quiet if not period.is_yearly),
            yearly=tuple(period.days for period in quiet if period.is_yearly),
        )

    def due_on(self, anchor: date, offset: int, unit: str, country: str, *, also: str = OURS) -> date:
        return dates.due_on(anchor, offset, Unit(unit), self.of(country, also=also), moves=self.moves)

    def days_off(self, day: date, country: str) -> list[DayOff]:
        """Why the day is no working day for us or for a supplier of that country. Empty when it is one."""
        country = country or OURS
        found = [DayOff(each, holiday_name(day, each)) for each in dict.fromkeys((OURS, country)) if dates.is_day_off(day, each)]
        quiet = [period for period in self.periods if period.counts_for(country) and period.holds(day)]
        return found + [DayOff(period.country or None, period.name) for period in quiet]

    def quiet_until(self, today: date) -> dict[str, date]:
        """The first day on which suppliers are reminded again, by country (empty: everybody), where today is in a quiet period or
        what is written today would leave in one. A period without an end silences nobody."""
        found = {}
        for country in {period.country for period in self.periods}:
            calendar = self.of(country)
            leaves = dates.next_working_day(today, Calendar(countries=(country or OURS,)))
            after = dates.after_quiet(leaves, calendar)
            if after > today and (calendar.is_quiet(today) or calendar.is_quiet(leaves)):
                found[country] = after
        return found

    def with_(self, period: Quiet) -> Self:
        """With this one instead of the one that had its id, if any."""
        return replace(self, periods=(*self.without(period.id).periods, period))

    def without(self, key: UUID | None) -> Self:
        return replace(self, periods=tuple(period for period in self.periods if key is None or period.id != key))


def read() -> Calendars:
    """What is in force. One query."""
    return Calendars(tuple(map(_value, QuietPeriod.objects.order_by("starts_on", "id"))))


def of_kind(kind: str) -> Calendars:
    """The same, and whether computed dates move by the policy in force for that kind of deadline. Two queries."""
    moves = PolicyVersion.objects.filter(policy__kind=kind).order_by("-number").values_list("moves_to_working_day", flat=True).first()
    return replace(read(), moves=moves is not False)


def due_from_us(kind: str, today: date) -> date:
    """When we are to be done with what came to us today, by the policy in force for that kind of deadline. Two queries."""
    version = PolicyVersion.objects.filter(policy__kind=kind).select_related("policy").order_by("-number").first()
    offset, unit = (version and version.own_time) or ladders.OWN_TIME[kind]
    return replace(read(), moves=version is None or version.moves_to_working_day).due_on(today, offset, unit, OURS)


def holiday_name(day: date, country: str) -> str:
    """In the reader's language where the library has it, else in English. Empty for a weekend and for an unknown country."""
    if country.upper() not in holidays.list_supported_countries():
        return ""
    ours = "no" if (country == OURS and get_language() in ("nb", "nn")) else "en_US"
    known = holidays.country_holidays(country.upper(), years=day.year, language=ours)
    return str(known.get(day) or "")


def _value(row: QuietPeriod) -> Quiet:
    return Quiet(row.name, row.starts_on, row.ends_on, row.is_yearly, row.country, row.pk)
