"""When an audit is, as each side may know it. The supplier of one that is announced with a period is told the week, not the day."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from core import dates, locales
from core.dates import Unit
from followup import date_words
from followup.models import Audit
from notifications.calendars import Calendars

NOTICE = timedelta(weeks=2)
"""As long before the day a supplier is usually told (SA8000, and what the trade does)."""

OLDEST_REUSED = 36
"""Months: the age up to which the Swedish regions accept an audit made by others."""


def week_of(day: date) -> tuple[date, date]:
    """Its Monday and Sunday."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def span(day: date, announcement: str) -> tuple[date, date]:
    """The first and the last day that a supplier is told: one and the same, or a week."""
    return week_of(day) if announcement == Audit.Announcement.SEMI_ANNOUNCED else (day, day)


def told(audit: Audit) -> tuple[date, date]:
    return span(audit.deadline.due_on, audit.announcement)


def said(audit: Audit) -> dict[str, Any]:
    """The same for mails and history: `due_on`, or the week's number with its days."""
    first, last = told(audit)
    if first == last:
        return {"due_on": first}
    return {"week": first.isocalendar().week, "first_on": first, "last_on": last}


def in_words(audit: Audit) -> str:
    """Wednesday 2 December 2026, or week 49 (30 November 2026 to 6 December 2026)."""
    first, last = told(audit)
    if first == last:
        return locales.weekday(first)
    words = {"week": first.isocalendar().week, "first": locales.long_day(first), "last": locales.long_day(last)}
    return _("week %(week)s (%(first)s to %(last)s)") % words


def oldest_reused(today: date) -> date:
    """An audit made by others before this day no longer counts."""
    return dates.add(today, -OLDEST_REUSED, Unit.MONTHS)


def relied_until(audit: Audit) -> date | None:
    """The last day on which an audit made by others counts: as long as it is valid, and three years at most. None of our own."""
    if audit.kind != Audit.Kind.REUSED or audit.performed_on is None:
        return None
    three_years = dates.add(audit.performed_on, OLDEST_REUSED, Unit.MONTHS)
    return min(three_years, audit.valid_until or three_years)


class Coming(NamedTuple):
    """What can speak against a day: whose days off it is, when the agreement ends, whether the supplier is still to be told."""

    day: date
    country: str
    until: date | None
    is_to_be_told: bool


def warnings(coming: Coming, known: Calendars, today: date) -> list[str]:
    """What speaks against the day, in sentences. It is kept all the same."""
    return list(_warnings(coming, known, today))


def _warnings(coming: Coming, known: Calendars, today: date) -> Iterator[str]:
    day, until = coming.day, coming.until
    yield from date_words.warnings([day], coming.country, known)
    if day < today:
        yield _("The day it is planned for has passed. Write down what came of it, move it, or call it off.")
    elif coming.is_to_be_told and day < today + NOTICE:
        yield _("A supplier is usually told at least two weeks before. There is less time than that left.")
    if until and day > until:
        yield _("The agreement ends before that, on %(day)s.") % {"day": locales.long_day(until)}
    elif until and dates.add(day, 12, Unit.MONTHS) > until:
        text = _("The agreement ends on %(day)s. There is less than a year left to mend what is found.")
        yield text % {"day": locales.long_day(until)}


def is_to_be_told(status: str, announcement: str) -> bool:
    return status == Audit.Status.PLANNED and announcement != Audit.Announcement.UNANNOUNCED
