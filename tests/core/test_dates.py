"""When things fall due."""

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core import dates
from core.dates import Calendar, Unit
from tests.core.calendars import BOTH, GULF, NORWAY, SUMMER, VIETNAM, calendars, days, near_days, offsets, units

# Working days


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 4, 1), True),  # Wednesday before Easter
        (date(2026, 4, 2), False),  # Maundy Thursday
        (date(2026, 4, 3), False),  # Good Friday
        (date(2026, 4, 4), False),  # Saturday
        (date(2026, 4, 6), False),  # Easter Monday
        (date(2026, 4, 7), True),
        (date(2026, 5, 1), False),
        (date(2026, 5, 14), False),  # Ascension Day
        (date(2026, 5, 17), False),  # the 17th of May on a Sunday
        (date(2026, 5, 18), True),  # and not observed on the Monday
        (date(2026, 5, 25), False),  # Whit Monday
        (date(2026, 12, 24), True),  # no public holiday in Norway
        (date(2026, 12, 25), False),
        (date(2027, 1, 1), False),
    ],
)
def test_norwegian_days(day: date, works: bool) -> None:
    assert NORWAY.is_working_day(day) is works


def test_every_country_has_its_own_weekend() -> None:
    friday, saturday, sunday = date(2026, 6, 5), date(2026, 6, 6), date(2026, 6, 7)
    assert [Calendar(("SA",)).is_working_day(day) for day in (friday, saturday, sunday)] == [False, False, True]
    assert [Calendar(("NO",)).is_working_day(day) for day in (friday, saturday, sunday)] == [True, False, False]
    assert [GULF.is_working_day(day) for day in (friday, saturday, sunday)] == [False, False, False]


def test_a_weekend_that_a_country_moved_when_it_did() -> None:
    emirates = Calendar(("AE",))
    assert not emirates.is_working_day(date(2020, 1, 3)), "Friday was the weekend"
    assert emirates.is_working_day(date(2023, 1, 6)), "and is not any more"


def test_a_saturday_worked_in_exchange_for_a_holiday() -> None:
    assert Calendar(("CN",)).is_working_day(date(2026, 2, 14))
    assert not Calendar(("NO", "CN")).is_working_day(date(2026, 2, 14))


@pytest.mark.parametrize("country", ["XX", "", "no such", "HolidayBase", "utils", "ZZZ", "../no"])
def test_an_unknown_country_has_weekends_only(country: str) -> None:
    assert not Calendar((country,)).is_working_day(date(2026, 6, 6))
    assert Calendar((country,)).is_working_day(date(2026, 12, 25))


def test_the_code_of_a_country_in_small_letters() -> None:
    assert not Calendar(("no",)).is_working_day(date(2026, 5, 1))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("country", ["IN", "VN", "BD", "TR"])
def test_years_that_the_library_does_not_know_are_no_error(country: str) -> None:
    for year in (1, 1900, 2000, 2036, 2150, 9999):
        Calendar((country,)).is_working_day(date(year, 12, 31))


def test_quiet_periods_include_both_ends() -> None:
    assert SUMMER.is_working_day(date(2026, 7, 3))
    assert not SUMMER.is_working_day(date(2026, 7, 6))
    assert not SUMMER.is_working_day(date(2026, 7, 31))
    assert SUMMER.is_working_day(date(2026, 8, 3))
    assert dates.due_on(date(2026, 6, 29), 2, Unit.WEEKS, SUMMER) == date(2026, 8, 3)


def test_a_calendar_without_working_days_moves_nothing() -> None:
    never = Calendar(quiet=((date.min, date.max),))
    assert dates.next_working_day(date(2026, 3, 4), never) == date(2026, 3, 4)
    assert dates.due_on(date(2026, 3, 4), 6, Unit.WEEKS, never) == date(2026, 4, 15)


# Offsets


@pytest.mark.parametrize(
    ("anchor", "offset", "unit", "expected"),
    [
        (date(2026, 1, 31), 1, Unit.MONTHS, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, Unit.MONTHS, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, Unit.MONTHS, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, Unit.MONTHS, date(2032, 2, 29)),
        (date(2028, 2, 29), -48, Unit.MONTHS, date(2024, 2, 29)),
        (date(2028, 2, 29), 1, Unit.DAYS, date(2028, 3, 1)),
        (date(2026, 3, 31), -1, Unit.MONTHS, date(2026, 2, 28)),
        (date(2026, 1, 15), -1, Unit.MONTHS, date(2025, 12, 15)),
        (date(2026, 11, 30), 3, Unit.MONTHS, date(2027, 2, 28)),
        (date(2026, 12, 31), 1, Unit.DAYS, date(2027, 1, 1)),
        (date(2026, 12, 28), 1, Unit.WEEKS, date(2027, 1, 4)),
        (date(2026, 3, 30), 3, Unit.WORKING_DAYS, date(2026, 4, 7)),  # over Easter
        (date(2026, 4, 7), -3, Unit.WORKING_DAYS, date(2026, 3, 30)),
        (date(2026, 4, 4), 1, Unit.WORKING_DAYS, date(2026, 4, 7)),
        (date(2026, 4, 4), -1, Unit.WORKING_DAYS, date(2026, 4, 1)),
        (date(2026, 4, 4), 0, Unit.WORKING_DAYS, date(2026, 4, 4)),
        (date(2026, 12, 23), 10, Unit.WORKING_DAYS, date(2027, 1, 8)),
    ],
)
def test_add(anchor: date, offset: int, unit: Unit, expected: date) -> None:
    assert dates.add(anchor, offset, unit) == expected


def test_a_unit_may_come_as_its_text_from_the_database() -> None:
    assert dates.add(date(2026, 1, 31), 1, "months") == date(2026, 2, 28)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="fortnights"):
        dates.add(date(2026, 1, 31), 1, "fortnights")  # type: ignore[arg-type]


@given(days, offsets, units)
def test_later_anchors_never_give_earlier_dates(anchor: date, offset: int, unit: Unit) -> None:
    assert dates.add(anchor, offset, unit) <= dates.add(anchor + timedelta(days=1), offset, unit)


@given(days, st.integers(-200, 200), units, calendars)
def test_larger_offsets_never_give_earlier_dates(anchor: date, offset: int, unit: Unit, calendar: Calendar) -> None:
    assert dates.add(anchor, offset, unit, calendar) <= dates.add(anchor, offset + 1, unit, calendar)


@given(days, st.integers(-60, 60), calendars)
def test_working_days_forth_and_back(day: date, count: int, calendar: Calendar) -> None:
    day = dates.next_working_day(day, calendar)
    there = dates.add(day, count, Unit.WORKING_DAYS, calendar)
    assert calendar.is_working_day(there)
    assert dates.add(there, -count, Unit.WORKING_DAYS, calendar) == day


@given(near_days, st.integers(1, 60), calendars)
def test_working_days_are_counted_one_by_one(day: date, count: int, calendar: Calendar) -> None:
    there = dates.add(day, count, Unit.WORKING_DAYS, calendar)
    between = [day + timedelta(days=n) for n in range(1, (there - day).days + 1)]
    assert sum(calendar.is_working_day(each) for each in between) == count


@given(days, st.integers(-240, 240))
@example(date(2028, 2, 29), 12)
@example(date(2026, 1, 31), 1)
def test_months_keep_the_day_or_take_the_months_last(day: date, months: int) -> None:
    there = dates.add(day, months, Unit.MONTHS)
    assert (there.year * 12 + there.month) - (day.year * 12 + day.month) == months
    assert there.day == day.day or (there.day < day.day and (there + timedelta(days=1)).day == 1)


@given(days, st.integers(-300, 300))
def test_weeks_keep_the_weekday_over_new_year(day: date, weeks: int) -> None:
    there = dates.add(day, weeks, Unit.WEEKS)
    assert there.isoweekday() == day.isoweekday()
    monday, monday_there = (date.fromisocalendar(*each.isocalendar()[:2], 1) for each in (day, there))
    assert (monday_there - monday).days == 7 * weeks


@given(st.dates(), st.integers(-(10**7), 10**7), st.sampled_from([Unit.DAYS, Unit.WEEKS, Unit.MONTHS]))
@example(date.max, 1, Unit.DAYS)
@example(date.min, -1, Unit.MONTHS)
def test_the_ends_of_the_calendar_are_no_error(day: date, offset: int, unit: Unit) -> None:
    assert date.min <= dates.add(day, offset, unit) <= date.max
    assert date.min <= dates.due_on(day, offset, unit) <= date.max


# Due dates


@given(days, offsets, units, calendars)
def test_a_computed_due_date_is_a_working_day_for_both_and_never_early(anchor: date, offset: int, unit: Unit, calendar: Calendar) -> None:
    raw, due = dates.add(anchor, offset, unit, calendar), dates.due_on(anchor, offset, unit, calendar)
    assert calendar.is_working_day(due)
    assert due >= raw
    assert not any(calendar.is_working_day(raw + timedelta(days=n)) for n in range((due - raw).days)), "no working day is passed over"


@given(near_days)
def test_a_day_off_on_either_side_moves_the_date(day: date) -> None:
    due = dates.next_working_day(day, BOTH)
    assert NORWAY.is_working_day(due)
    assert VIETNAM.is_working_day(due)


@given(days, calendars)
def test_previous_and_next_enclose_the_day(day: date, calendar: Calendar) -> None:
    before, after = dates.previous_working_day(day, calendar), dates.next_working_day(day, calendar)
    assert before <= day <= after
    assert (before == day == after) is calendar.is_working_day(day)


def test_six_weeks_that_end_on_a_public_holiday() -> None:
    assert dates.due_on(date(2026, 4, 2), 6, Unit.WEEKS) == date(2026, 5, 15), "Ascension Day moves to Friday"
    assert dates.due_on(date(2026, 2, 19), 6, Unit.WEEKS) == date(2026, 4, 7), "Maundy Thursday moves over the whole of Easter"
    assert dates.due_on(date(2026, 2, 19), 6, Unit.WEEKS, BOTH) == date(2026, 4, 7)
    assert dates.due_on(date(2026, 1, 5), 6, Unit.WEEKS, BOTH) > dates.due_on(date(2026, 1, 5), 6, Unit.WEEKS), "Tet"


# Recurrence


def test_a_series_from_the_last_of_january_does_not_drift() -> None:
    series = [dates.occurrence(date(2026, 1, 31), n, 1, Unit.MONTHS) for n in range(6)]
    assert [each.day for each in series] == [31, 28, 31, 30, 31, 30]


def test_a_yearly_series_from_a_leap_day() -> None:
    series = [dates.occurrence(date(2028, 2, 29), n, 12, Unit.MONTHS) for n in range(5)]
    assert series == [date(2028, 2, 29), date(2029, 2, 28), date(2030, 2, 28), date(2031, 2, 28), date(2032, 2, 29)]


@given(days, st.integers(0, 40), st.integers(1, 24), st.sampled_from([Unit.DAYS, Unit.WEEKS, Unit.MONTHS]))
def test_occurrences_rise_and_never_meet(anchor: date, n: int, interval: int, unit: Unit) -> None:
    assert dates.occurrence(anchor, 0, interval, unit) == anchor
    assert dates.occurrence(anchor, n, interval, unit) < dates.occurrence(anchor, n + 1, interval, unit)


# Moving, once and for all


@given(days, calendars)
def test_a_day_that_was_moved_is_not_moved_again(day: date, calendar: Calendar) -> None:
    moved = dates.next_working_day(day, calendar)
    assert dates.next_working_day(moved, calendar) == moved
    back = dates.previous_working_day(day, calendar)
    assert dates.previous_working_day(back, calendar) == back


@given(days, offsets, units, calendars)
def test_a_policy_that_does_not_move_gives_the_day_as_counted(anchor: date, offset: int, unit: Unit, calendar: Calendar) -> None:
    assert dates.due_on(anchor, offset, unit, calendar, moves=False) == dates.add(anchor, offset, unit, calendar)


@given(days, st.integers(0, 60), st.integers(1, 24))
@example(date(2026, 1, 31), 1, 1)
@example(date(2028, 2, 29), 1, 12)
def test_a_series_never_drifts(anchor: date, n: int, interval: int) -> None:
    """However short the months before it were, a month that has the anchor's day gets it."""
    there = dates.occurrence(anchor, n, interval, Unit.MONTHS)
    assert there.day == min(anchor.day, monthrange(there.year, there.month)[1])


# Quiet periods that come back

CHRISTMAS = (date(2020, 12, 22), date(2021, 1, 2))
LEAP_WEEK = (date(2020, 2, 25), date(2020, 2, 29))
JULY = (date(2020, 7, 6), date(2020, 7, 26))
yearlies = st.sampled_from([CHRISTMAS, LEAP_WEEK, JULY])
later_days = st.dates(date(2020, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("day", "quiet"),
    [
        (date(2019, 12, 24), False),  # the year before the first
        (date(2020, 1, 1), False),
        (date(2020, 12, 22), True),
        (date(2021, 1, 2), True),
        (date(2021, 1, 3), False),
        (date(2030, 12, 31), True),
        (date(2031, 1, 1), True),
        (date(2031, 2, 28), True),  # 29 February is the 28th
        (date(2032, 2, 29), True),
        (date(2031, 3, 1), False),
    ],
)
def test_a_period_every_year_also_over_new_year_and_the_leap_day(day: date, quiet: bool) -> None:
    calendar = Calendar((), yearly=(CHRISTMAS, LEAP_WEEK))
    assert calendar.is_quiet(day) is quiet


@given(later_days, yearlies)
def test_a_yearly_period_is_the_same_every_year(day: date, period: tuple[date, date]) -> None:
    calendar = Calendar((), yearly=(period,))
    again = dates.add(day, 12, Unit.MONTHS)
    if day >= period[0] and (day.month, day.day) not in ((2, 28), (2, 29)):
        assert calendar.is_quiet(day) == calendar.is_quiet(again)


@given(later_days, yearlies)
def test_before_and_after_a_quiet_period_enclose_it(day: date, period: tuple[date, date]) -> None:
    calendar = Calendar(("NO",), yearly=(period,))
    before, after = dates.before_quiet(day, calendar), dates.after_quiet(day, calendar)
    assert before <= day <= after
    assert not calendar.is_quiet(before)
    assert not calendar.is_quiet(after)
    assert all(calendar.is_quiet(before + timedelta(days=n)) for n in range(1, (after - before).days))


def test_a_quiet_period_without_an_end_moves_nothing() -> None:
    never = Calendar(quiet=((date.min, date.max),))
    assert dates.after_quiet(date(2026, 3, 4), never) == dates.before_quiet(date(2026, 3, 4), never) == date(2026, 3, 4)
