"""Days that pass: the reminders of each are swept and sent, as scheduler and senders do."""

from datetime import date, datetime, timedelta
from functools import partial

from django.db.models import Min

from notifications import delivery, reminders
from notifications.models import PlannedStep
from tests.factories import NOW, TODAY

DAY = timedelta(days=1)


def at(day: date) -> datetime:
    return NOW + (day - TODAY)


def walk(first: date, last: date) -> None:
    """A day on which no step is planned or still waits is passed over: nothing would come of it."""
    while first <= last:
        reminders.sweep(today=first, now=at(first))
        delivery.deliver(clock=partial(at, first), is_any_time=True)
        planned: date | None = PlannedStep.objects.filter(status="planned").aggregate(first=Min("on"))["first"]
        first = max(first + DAY, planned or last + DAY)
