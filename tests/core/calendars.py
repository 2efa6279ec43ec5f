"""Calendars, days and moments from which the properties of dates are drawn."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from core.dates import Calendar, Unit

ZONES = ["Europe/Oslo", "Asia/Ho_Chi_Minh", "America/Sao_Paulo", "Pacific/Apia", "America/New_York", "Australia/Lord_Howe", "UTC"]
NORWAY = Calendar()
VIETNAM = Calendar(("VN",))
BOTH = Calendar(("NO", "VN"))
GULF = Calendar(("NO", "SA"))
SUMMER = Calendar(("NO",), quiet=((date(2026, 7, 6), date(2026, 7, 31)),))

days = st.dates(date(1990, 1, 1), date(2120, 12, 31))
near_days = st.dates(date(2009, 1, 1), date(2035, 12, 31))
offsets = st.integers(-500, 500)
units = st.sampled_from(Unit)
calendars = st.sampled_from([NORWAY, VIETNAM, BOTH, GULF, SUMMER, Calendar(("SE", "DK", "CN")), Calendar(())])
zones = st.sampled_from(ZONES)
moments = st.integers(0, 27 * 366 * 24 * 60).map(lambda minutes: datetime(2009, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes))
