"""The clock, read once at a door and passed on. Below the doors nobody asks what time it is."""

from datetime import date, datetime
from typing import NamedTuple

from django.utils import timezone


class Clock(NamedTuple):
    """`today` is the date in the organisation's zone, whatever the reader's."""

    now: datetime
    today: date


def read() -> Clock:
    now = timezone.now()
    return Clock(now, timezone.localdate(now, timezone.get_default_timezone()))
