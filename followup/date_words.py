"""Where a date comes from, and what speaks against one, in words."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import get_language, gettext

from contracts.models import DeadlineRule
from core import countries, dates, locales
from notifications.calendars import Calendars, DayOff


def basis(kept: dict[str, Any]) -> str:
    """6 weeks from the day the request is sent (2 March 2026), by clause 4.2 Documentation, 2022. From what was kept, as it was."""
    if not kept:
        return ""
    rule = DeadlineRule(anchor=kept["anchor"], offset=kept["offset"], unit=kept["unit"])
    day = locales.long_day(date.fromisoformat(kept["counted_from"]))
    said = gettext("%(rule)s (%(day)s)") % {"rule": rule, "day": day}
    clause = ", ".join(part for part in (kept.get("clause"), kept.get("version")) if part)
    if clause:
        said = gettext("%(rule)s, by clause %(clause)s") % {"rule": said, "clause": clause}
    return f"{said}{_moved(rule, kept)}"


def _moved(rule: DeadlineRule, kept: dict[str, Any]) -> str:
    """Working days never end on a day off, so only the other units are moved."""
    counted = dates.add(date.fromisoformat(kept["counted_from"]), rule.offset, dates.Unit(rule.unit))
    if rule.unit == dates.Unit.WORKING_DAYS or counted.isoformat() == kept["on"]:
        return ""
    return gettext("; moved from %(day)s, a day off") % {"day": locales.long_day(counted)}


def day_off(day: date, country: str, calendars: Calendars) -> str:
    """Why a day is no working day for one of the sides: “Whit Monday (us), Tet (the supplier, Vietnam)”. Empty when it is one."""
    return ", ".join(dict.fromkeys(map(_reason, calendars.days_off(day, country))))


def warnings(days: Iterable[date], country: str, calendars: Calendars) -> list[str]:
    """A sentence for each day that is a day off. A typed date is kept all the same."""
    found = ((day, day_off(day, country, calendars)) for day in days)
    return [gettext("%(day)s is no working day: %(why)s.") % {"day": locales.long_day(day), "why": why} for day, why in found if why]


def _reason(off: DayOff) -> str:
    name = off.name or gettext("weekend")
    if off.is_ours:
        return gettext("%(name)s (with us)") % {"name": name}
    country = countries.name(off.country or "", get_language() or "nb")
    return gettext("%(name)s (with the supplier, %(country)s)") % {"name": name, "country": country}
