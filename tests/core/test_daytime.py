"""Which day it is, and when mail may leave."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import dates
from core.dates import Calendar
from tests.core.calendars import calendars, moments, zones


@pytest.mark.parametrize(
    ("now", "zone", "expected"),
    [
        (datetime(2026, 3, 28, 22, 59, tzinfo=UTC), "Europe/Oslo", date(2026, 3, 28)),
        (datetime(2026, 3, 28, 23, 0, tzinfo=UTC), "Europe/Oslo", date(2026, 3, 29)),
        (datetime(2026, 3, 29, 21, 59, tzinfo=UTC), "Europe/Oslo", date(2026, 3, 29)),
        (datetime(2026, 3, 29, 22, 0, tzinfo=UTC), "Europe/Oslo", date(2026, 3, 30)),  # the day had 23 hours
        (datetime(2026, 10, 24, 22, 0, tzinfo=UTC), "Europe/Oslo", date(2026, 10, 25)),
        (datetime(2026, 10, 25, 22, 59, tzinfo=UTC), "Europe/Oslo", date(2026, 10, 25)),  # the day had 25
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), "Europe/Oslo", date(2027, 1, 1)),
        (datetime(2026, 6, 1, 17, 0, tzinfo=UTC), "Asia/Ho_Chi_Minh", date(2026, 6, 2)),
        (datetime(2011, 12, 30, 9, 59, tzinfo=UTC), "Pacific/Apia", date(2011, 12, 29)),
        (datetime(2011, 12, 30, 10, 0, tzinfo=UTC), "Pacific/Apia", date(2011, 12, 31)),  # there was no 30 December
    ],
)
def test_today(now: datetime, zone: str, expected: date) -> None:
    assert dates.today(now, zone) == dates.today(now, ZoneInfo(zone)) == expected


def test_a_moment_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="zone"):
        dates.today(datetime(2026, 3, 29, 12, tzinfo=UTC).replace(tzinfo=None), "Europe/Oslo")


@given(moments, zones)
def test_a_minute_later_is_never_an_earlier_day(now: datetime, zone: str) -> None:
    assert dates.today(now, zone) <= dates.today(now + timedelta(minutes=1), zone)


@pytest.mark.parametrize(
    ("now", "zone", "opens"),
    [
        # Friday evening before the clock goes forward: Monday 08:00 is 06:00 UTC, no longer 07:00.
        (datetime(2026, 3, 27, 20, 0, tzinfo=UTC), "Europe/Oslo", datetime(2026, 3, 30, 6, 0, tzinfo=UTC)),
        # And back again.
        (datetime(2026, 10, 23, 20, 0, tzinfo=UTC), "Europe/Oslo", datetime(2026, 10, 26, 7, 0, tzinfo=UTC)),
        # On the Sundays themselves, inside the hour that is missing or comes twice.
        (datetime(2026, 3, 29, 1, 30, tzinfo=UTC), "Europe/Oslo", datetime(2026, 3, 30, 6, 0, tzinfo=UTC)),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "Europe/Oslo", datetime(2026, 10, 26, 7, 0, tzinfo=UTC)),
        (datetime(2026, 4, 1, 20, 0, tzinfo=UTC), "Europe/Oslo", datetime(2026, 4, 7, 6, 0, tzinfo=UTC)),  # Easter
        (datetime(2026, 6, 1, 5, 59, tzinfo=UTC), "Europe/Oslo", datetime(2026, 6, 1, 6, 0, tzinfo=UTC)),
        (datetime(2026, 6, 1, 6, 0, tzinfo=UTC), "Europe/Oslo", datetime(2026, 6, 1, 6, 0, tzinfo=UTC)),
        (datetime(2026, 6, 1, 15, 59, tzinfo=UTC), "Europe/Oslo", datetime(2026, 6, 1, 15, 59, tzinfo=UTC)),
        (datetime(2026, 6, 1, 16, 0, tzinfo=UTC), "Europe/Oslo", datetime(2026, 6, 2, 6, 0, tzinfo=UTC)),
        # Sao Paulo lost its midnight when the clock went forward (4 November 2018, a Sunday).
        (datetime(2018, 11, 2, 23, 0, tzinfo=UTC), "America/Sao_Paulo", datetime(2018, 11, 5, 10, 0, tzinfo=UTC)),
        # Apia went from Thursday to Saturday; the window opens on Monday 2 January.
        (datetime(2011, 12, 30, 5, 0, tzinfo=UTC), "Pacific/Apia", datetime(2012, 1, 1, 18, 0, tzinfo=UTC)),
    ],
)
def test_next_window(now: datetime, zone: str, opens: datetime) -> None:
    assert dates.next_window(now, zone) == opens


@given(moments, zones, calendars)
def test_the_window_is_open_when_it_says_so_and_was_shut_until_then(now: datetime, zone: str, calendar: Calendar) -> None:
    opens = dates.next_window(now, zone, calendar)
    assert opens.tzinfo is UTC
    assert opens >= now
    assert dates.may_send(opens, zone, calendar)
    if opens > now:
        assert not dates.may_send(now, zone, calendar)
        assert not dates.may_send(opens - timedelta(seconds=1), zone, calendar)
        halfway = now + (opens - now) / 2
        assert not dates.may_send(halfway, zone, calendar)


@given(moments, zones, calendars)
def test_mail_leaves_in_daytime_on_a_working_day_of_the_recipient(now: datetime, zone: str, calendar: Calendar) -> None:
    local = now.astimezone(ZoneInfo(zone))
    is_daytime = time(8) <= local.time() < time(18)
    assert dates.may_send(now, zone, calendar) == (is_daytime and calendar.is_working_day(local.date()))


def test_a_quiet_period_without_an_end_does_not_silence_mail_for_ever() -> None:
    never = Calendar(quiet=((date.min, date.max),))
    assert dates.next_window(datetime(2026, 6, 1, 20, 0, tzinfo=UTC), "Europe/Oslo", never) == datetime(2026, 6, 2, 6, 0, tzinfo=UTC)


@given(moments, st.integers(0, 10**6), zones, calendars)
def test_a_clock_that_is_set_back_opens_no_later_window(now: datetime, minutes: int, zone: str, calendar: Calendar) -> None:
    """A server's clock that was wrong and is corrected: nothing that could leave then waits longer because of it."""
    earlier = now - timedelta(minutes=minutes)
    assert dates.next_window(earlier, zone, calendar) <= dates.next_window(now, zone, calendar)


@given(moments, zones, calendars)
def test_what_may_leave_at_the_opening_may_leave_when_it_is_asked_again(now: datetime, zone: str, calendar: Calendar) -> None:
    opens = dates.next_window(now, zone, calendar)
    assert dates.next_window(opens, zone, calendar) == opens
