"""All date arithmetic: offsets, working days, recurrence, and the hours in which mail may leave.

Pure: the clock is an argument. Results beyond the years 1 and 9999 stop at the ends instead of failing, so that no rule
or date that somebody types can break a page or a sweep.
"""

import warnings
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

SATURDAY, SUNDAY = 5, 6
OPENS, CLOSES = time(8), time(18)
FARTHEST = 732  # days looked at for a working day; a calendar without one in two years moves nothing

Zone = str | tzinfo


class Unit(StrEnum):
    DAYS = "days"
    WORKING_DAYS = "working_days"
    WEEKS = "weeks"
    MONTHS = "months"


@dataclass(frozen=True)
class Calendar:
    """Whose days off count. `quiet` holds periods of the organisation's own, first and last day included; those in
    `yearly` come back on the same days every year from the first on, also over New Year."""

    countries: tuple[str, ...] = ("NO",)
    quiet: tuple[tuple[date, date], ...] = ()
    yearly: tuple[tuple[date, date], ...] = ()

    def is_working_day(self, day: date) -> bool:
        """Working in every country of this calendar, and in no quiet period."""
        return not any(is_day_off(day, country) for country in self.countries) and not self.is_quiet(day)

    @property
    def has_quiet_periods(self) -> bool:
        return bool(self.quiet or self.yearly)

    def is_quiet(self, day: date) -> bool:
        return any(first <= day <= last for first, last in self.quiet) or any(returns_on(day, *period) for period in self.yearly)


NORWAY = Calendar()
EVERY_DAY = Calendar(countries=())


@lru_cache(maxsize=2048)
def _days_off(country: str, year: int) -> frozenset[date]:
    """Weekends and public holidays. A country that the library does not know has Saturdays and Sundays only."""
    days = [date.fromordinal(number) for number in range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1)]
    if country.upper() not in holidays.list_supported_countries():
        return frozenset(day for day in days if day.weekday() in (SATURDAY, SUNDAY))
    with warnings.catch_warnings():  # India's lunar holidays are known for some years only, and the library says so
        warnings.simplefilter("ignore")
        known = holidays.country_holidays(country.upper(), years=year)
    return frozenset(day for day in days if not known.is_working_day(day))


def is_day_off(day: date, country: str) -> bool:
    """A weekend or public holiday there."""
    return day in _days_off(country, day.year)


def returns_on(day: date, first: date, last: date) -> bool:
    """Whether a period that comes back every year, from that first day on, holds the day. 29 February is the 28th in other years."""
    over_new_year = last.year - first.year
    for year in range(max(day.year - over_new_year, first.year), day.year + 1):
        if _in_year(first, year) <= day <= _in_year(last, year + over_new_year):
            return True
    return False


def add(day: date, offset: int, unit: Unit, calendar: Calendar = NORWAY) -> date:
    """`offset` may be negative. Months keep the day of the month or take the month's last; working days do not count `day`."""
    match Unit(unit):
        case Unit.DAYS:
            return _shifted(day, offset)
        case Unit.WEEKS:
            return _shifted(day, 7 * offset)
        case Unit.MONTHS:
            return _months_later(day, offset)
        case Unit.WORKING_DAYS:
            return _working_days_later(day, offset, calendar)


def working_days_until(first: date, last: date, calendar: Calendar = NORWAY) -> int:
    """How many working days come after `first`, up to `last` and with it."""
    days = (date.fromordinal(number) for number in range(first.toordinal() + 1, last.toordinal() + 1))
    return sum(calendar.is_working_day(day) for day in days)


def next_working_day(day: date, calendar: Calendar = NORWAY) -> date:
    """The day itself when it is one."""
    return _nearest_working_day(day, 1, calendar)


def previous_working_day(day: date, calendar: Calendar = NORWAY) -> date:
    """The day itself when it is one."""
    return _nearest_working_day(day, -1, calendar)


def after_quiet(day: date, calendar: Calendar) -> date:
    """The day itself, or the first after the quiet period that it falls in. A period without an end moves nothing."""
    return _nearest(day, 1, lambda candidate: not calendar.is_quiet(candidate))


def before_quiet(day: date, calendar: Calendar) -> date:
    """The day itself, or the last before the quiet period that it falls in. A period without a beginning moves nothing."""
    return _nearest(day, -1, lambda candidate: not calendar.is_quiet(candidate))


def due_on(anchor: date, offset: int, unit: Unit, calendar: Calendar = NORWAY, *, moves: bool = True) -> date:
    """A computed due date never falls on a day off: it moves to the next working day, unless the policy says that it stays."""
    day = add(anchor, offset, unit, calendar)
    return next_working_day(day, calendar) if moves else day


def occurrence(anchor: date, n: int, interval: int, unit: Unit, calendar: Calendar = NORWAY) -> date:
    """The n-th repetition, counted from the anchor each time: 31 January, 28 February, 31 March."""
    return add(anchor, n * interval, unit, calendar)


def today(now: datetime, zone: Zone) -> date:
    return _local(now, zone).date()


def may_send(now: datetime, zone: Zone, calendar: Calendar = NORWAY) -> bool:
    """Whether it is daytime on a working day where the recipient is."""
    local = _local(now, zone)
    return OPENS <= local.time() < CLOSES and calendar.is_working_day(local.date())


def next_window(now: datetime, zone: Zone, calendar: Calendar = NORWAY) -> datetime:
    """The first moment, from now on, at which mail may leave; in UTC."""
    if may_send(now, zone, calendar):
        return now.astimezone(UTC)
    day = today(now, zone)
    for distance in range(FARTHEST):
        opening = datetime.combine(_shifted(day, distance), OPENS, _zone(zone)).astimezone(UTC)
        # Asked again, because a zone can skip the hour or the whole day (Apia had no 30 December 2011).
        if opening >= now and may_send(opening, zone, calendar):
            return opening
    return next_window(now, zone, EVERY_DAY)


def _shifted(day: date, days: int) -> date:
    return date.fromordinal(min(max(day.toordinal() + days, 1), date.max.toordinal()))


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year < date.min.year:
        return date.min
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _working_days_later(day: date, count: int, calendar: Calendar) -> date:
    step = 1 if count > 0 else -1
    for _ in range(abs(count)):
        before, day = day, _nearest_working_day(_shifted(day, step), step, calendar)
        if day == before:  # the end of the calendar
            break
    return day


def _nearest_working_day(day: date, step: int, calendar: Calendar) -> date:
    return _nearest(day, step, calendar.is_working_day)


def _nearest(day: date, step: int, is_right: Callable[[date], bool]) -> date:
    """The day itself if none is right within reach."""
    candidate = day
    for _ in range(FARTHEST):
        if is_right(candidate):
            return candidate
        candidate = _shifted(candidate, step)
    return day


def _in_year(day: date, year: int) -> date:
    """The same day of another year, within the years that there are."""
    year = min(year, date.max.year)
    return date(year, day.month, min(day.day, monthrange(year, day.month)[1]))


def _local(now: datetime, zone: Zone) -> datetime:
    if now.tzinfo is None:
        raise ValueError("a moment without a zone is not a moment")
    return now.astimezone(_zone(zone))


def _zone(zone: Zone) -> tzinfo:
    return ZoneInfo(zone) if isinstance(zone, str) else zone
