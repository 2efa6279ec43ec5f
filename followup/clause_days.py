"""How many working days a clause gives from a letter on: to put a breach right, or to reply."""

from datetime import date

from django.db.models import QuerySet

from contracts.models import Clause, DeadlineRule, Framework
from core import dates
from core.dates import Unit
from notifications import calendars

USUAL = 10
"""Where the clause says nothing."""

LONGEST = 250


def of(clauses: QuerySet[Clause], anchor: str, *, framework: Framework, country: str, today: date) -> int:
    """By the first of these clauses that has a rule; a rule in another unit is counted out from today."""
    rules = DeadlineRule.objects.filter(anchor=anchor, clause__in=clauses)
    first = rules.filter(first=None).order_by("clause__created_at", "id").first()
    if first is None:
        return USUAL
    rule = first.in_force(framework, sent_on=today)
    if rule.unit == Unit.WORKING_DAYS:
        return rule.offset
    calendar = calendars.read().of(country)
    return dates.working_days_until(today, dates.due_on(today, rule.offset, Unit(rule.unit), calendar), calendar)
