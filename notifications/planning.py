"""On which day each step of a ladder comes. Pure: a deadline, the steps and a calendar in, days out."""

from collections.abc import Iterable
from datetime import date

from core import dates
from core.dates import Calendar, Unit
from notifications import calendars
from notifications.audience import SUPPLIER_CHAIN
from notifications.models import Deadline, PlannedStep, ReminderStep

Anchor = ReminderStep.Anchor


def coming(deadline: Deadline, steps: Iterable[ReminderStep], calendar: Calendar, *, since: date) -> list[PlannedStep]:
    """The rows of the steps that are still to come, not saved.

    A step whose day lies before `since` is not caught up with, unless the ladder only looks back from the due date:
    then an agreement that is taken in late is told of at once.
    """
    steps = list(steps)
    looks_back = all(step.anchor == Anchor.DUE for step in steps) and deadline.due_on >= since
    rows = [PlannedStep(deadline=deadline, step=step, on=day_of(step, deadline, calendar)) for step in steps]
    return [row for row in rows if looks_back or (row.on >= since and not _is_too_early(row, deadline))]


def day_of(step: ReminderStep, deadline: Deadline, calendar: Calendar) -> date:
    """The step's day. Nobody at a supplier is reminded in a quiet period: it waits for the first day after.

    A reminder that should come before the date comes before the quiet period if the date itself lies in it. The asking
    itself (no distance from the start) is a person's doing and does not wait. Mail of a day off leaves on the next working
    day of the supplier's: what counts is that day.
    """
    anchor = deadline.starts_on if step.anchor == Anchor.START else deadline.due_on
    day = dates.add(anchor, step.offset, Unit(step.unit), calendar)
    is_asking = step.anchor == Anchor.START and not step.offset
    if step.audience not in SUPPLIER_CHAIN or is_asking or not calendar.has_quiet_periods:
        return day
    post = calendars.of_receiver(deadline.organisation)
    leaves = dates.next_working_day(day, post)
    if not calendar.is_quiet(day) and not calendar.is_quiet(leaves):
        return day
    after = dates.after_quiet(leaves, calendar)
    is_before_the_date = step.anchor == Anchor.DUE and step.offset < 0
    if is_before_the_date and after > deadline.due_on:
        return dates.previous_working_day(dates.before_quiet(day, calendar), post)
    return after


def _is_too_early(row: PlannedStep, deadline: Deadline) -> bool:
    """A reminder before the date that would come with the request itself, or before it: the time given is short."""
    return row.step.anchor == Anchor.DUE and row.on <= deadline.starts_on
