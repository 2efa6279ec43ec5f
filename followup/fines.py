"""The daily fine of a case, computed for a day. Reading only: it is shown, never imposed."""

from dataclasses import dataclass
from datetime import date, timedelta

from core.dates import Unit
from followup import daily_fines
from followup.daily_fines import Fine
from followup.models import FineTerms, Sanction
from notifications import calendars


@dataclass(frozen=True)
class Computed:
    terms: FineTerms
    until: date
    fine: Fine


def fine_of(sanction: Sanction, until: str, *, today: date) -> Computed | None:
    """Up to the day that is asked for, else the last day it applied (a case ends on the first without it), else today."""
    terms = getattr(sanction, "fine", None)
    if terms is None:
        return None
    last = sanction.ended_on - timedelta(days=1) if sanction.ended_on else today
    day = _day(until) or last
    rule = daily_fines.Terms(terms.rate, terms.base, terms.cap, terms.starts_on, Unit(terms.unit))
    return Computed(terms, day, daily_fines.computed(rule, until=day, calendar=calendars.read().of(sanction.supplier.country)))


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1900 <= day.year <= 2199 else None
