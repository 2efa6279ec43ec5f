"""Dates, numbers and money as the reader's language writes them; used by pages, mails and sheets."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import dates, numbers
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext

from core.dates import Unit

BABEL = {"nb": "nb", "nn": "nn", "en": "en_GB"}
NEAR_DAYS = 14


def zone(name: str) -> ZoneInfo:
    """A zone that nobody knows is the organisation's own."""
    try:
        return ZoneInfo(name)
    except (ValueError, LookupError, OSError):
        return ZoneInfo(settings.TIME_ZONE)


def locale() -> str:
    return BABEL.get(get_language() or "nb", "nb")


def short_day(day: date, today: date) -> str:
    """Wed 2 Dec; with the year when it is another than this one."""
    pattern = "MMMEd" if day.year == today.year else "yMMMd"
    return dates.format_skeleton(pattern, day, locale=locale())


def day_and_month(day: date) -> str:
    """2 Dec: where many stand side by side, as under a drawing."""
    return dates.format_skeleton("MMMd", day, locale=locale())


def long_day(day: date) -> str:
    return dates.format_date(day, "d. MMMM y" if locale() != "en_GB" else "d MMMM y", locale=locale())


def day_in_year(day: date, today: date) -> str:
    """2 December; with the year where it is another than this one."""
    if day.year != today.year:
        return long_day(day)
    return dates.format_date(day, "d. MMMM" if locale() != "en_GB" else "d MMMM", locale=locale())


def weekday(day: date) -> str:
    """The whole date in words, for a supplier: Wednesday 2 December 2026."""
    return dates.format_date(day, "EEEE d. MMMM y" if locale() != "en_GB" else "EEEE d MMMM y", locale=locale())


def distance(day: date, today: date) -> str:
    """In 6 days, tomorrow, today, yesterday, 3 days ago."""
    days = (day - today).days
    named = {0: gettext("today"), 1: gettext("tomorrow"), -1: gettext("yesterday")}
    if days in named:
        return named[days]
    if days > 0:
        return ngettext("in %(days)d day", "in %(days)d days", days) % {"days": days}
    return ngettext("%(days)d day ago", "%(days)d days ago", -days) % {"days": -days}


def near_day(day: date, today: date) -> str:
    """Relative with the date beside it when it is near, else only the date."""
    if abs((day - today).days) > NEAR_DAYS:
        return long_day(day)
    return gettext("%(distance)s, %(date)s") % {"distance": distance(day, today), "date": short_day(day, today)}


def due(day: date, today: date) -> tuple[str, str]:
    """What a deadline says of itself, and the colour that helps: 7 days overdue, due in 6 days, due 2 December."""
    days = (day - today).days
    if days < 0:
        return ngettext("%(days)d day overdue", "%(days)d days overdue", -days) % {"days": -days}, "danger"
    if days == 0:
        return gettext("Due today"), "warning"
    if days <= NEAR_DAYS // 2:
        return ngettext("Due in %(days)d day", "Due in %(days)d days", days) % {"days": days}, "warning"
    return gettext("Due %(date)s") % {"date": short_day(day, today)}, "neutral"


def moment(at: datetime) -> str:
    """2 Dec 2026, 14:05, in the reader's zone."""
    local = timezone.localtime(at)
    return dates.format_date(local, "d. MMM y" if locale() != "en_GB" else "d MMM y", locale=locale()) + f", {local:%H:%M}"


def number(value: float | Decimal, digits: int | None = None) -> str:
    pattern = None if digits is None else "#,##0" + ("." + "0" * digits if digits else "")
    return numbers.format_decimal(value, format=pattern, locale=locale())


def money(value: Decimal | float, currency: str) -> str:
    """1 500 000 NOK; øre only when there are any."""
    whole = Decimal(value) == Decimal(value).to_integral_value()
    return f"{number(value, 0 if whole else 2)}\u00a0{currency}"


def span(number: int, unit: str) -> str:
    """6 weeks, 1 month, 20 working days; the number without its sign."""
    number = abs(number)
    forms = {
        Unit.DAYS: ngettext("%(number)d day", "%(number)d days", number),
        Unit.WORKING_DAYS: ngettext("%(number)d working day", "%(number)d working days", number),
        Unit.WEEKS: ngettext("%(number)d week", "%(number)d weeks", number),
        Unit.MONTHS: ngettext("%(number)d month", "%(number)d months", number),
    }
    return forms[Unit(unit)] % {"number": number}


def percent(part: int, whole: int) -> str:
    """75 % of what exists; a dash when nothing does."""
    return numbers.format_percent(part / whole, locale=locale()) if whole else "–"


def before_stop(name: str) -> str:
    """A name that ends a sentence: the full stop of “Lotus Furniture Co., Ltd.” is the sentence's too."""
    return name.removesuffix(".")


def size(octets: int) -> str:
    """640 kB, 3.2 MB."""
    if octets < 1000:
        return f"{octets}\u00a0B"
    for unit in ("kB", "MB"):
        octets_in = octets / (1000 if unit == "kB" else 1000**2)
        if octets_in < 999.5:
            return f"{number(Decimal(octets_in), 0 if octets_in >= 10 else 1)}\u00a0{unit}"
    return f"{number(Decimal(octets) / 1000**3, 1)}\u00a0GB"
