"""The clock, read once at a door and handed on: `asking.send(request=it, actor=request.user, **clock.read())`."""

from datetime import date, datetime, time
from typing import TypedDict

from django.utils import timezone


class Clock(TypedDict):
    now: datetime
    today: date


def read() -> Clock:
    """Now, and which day it is in the organisation's zone, whatever the reader's is."""
    now = timezone.now()
    return {"now": now, "today": timezone.localdate(now, timezone.get_default_timezone())}


def now() -> datetime:
    """For what asks for no day."""
    return timezone.now()


def today() -> date:
    return read()["today"]


def start_of(day: date) -> datetime:
    """The first moment of a day in the organisation's zone."""
    return timezone.make_aware(datetime.combine(day, time()), timezone.get_default_timezone())
