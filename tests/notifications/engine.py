"""What the tests of the engine share: a deadline to chase, days to walk through, and what came of it."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from core import ids
from notifications import deadlines, delivery, reminders
from notifications.models import Deadline, Delivery
from tests.cast import Cast
from tests.factories import NOW, TODAY

DUE = TODAY + timedelta(days=42)  # Monday 13 April 2026, a week after Easter


def open_request(cast: Cast, *, starts_on: date = TODAY, due_on: date = DUE, supplier: Any = None, **brief: Any) -> Deadline:
    """A document request's clock, as followup opens it, without the request."""
    return deadlines.open_new(
        kind="document_request",
        about_id=ids.new(),
        title="Dokumentasjon på aktsomhetsvurderinger",
        scope=cast.pc.pk,
        organisation=supplier or cast.nordvare,
        turn="supplier",
        starts_on=starts_on,
        due_on=due_on,
        brief={"agreement": cast.pc.title, "supplier": (supplier or cast.nordvare).name, "missing": ["Aktsomhetsvurdering"], **brief},
        now=at(starts_on),
    )


def at(day: date) -> datetime:
    """Ten in the morning in Oslo, or eleven."""
    return NOW + (day - TODAY)


def days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(days=1)


def walk(first: date, last: date, *, send: bool = False) -> list[tuple[date, str, str]]:
    """Sweep every day, and if wished send; who was told what on which."""
    told = []
    for day in days(first, last):
        told += [(day, o.kind, o.recipient) for o in reminders.sweep(today=day, now=at(day)) if o.recipient]
        if send:
            delivery.deliver(clock=partial(at, day), is_any_time=True)
    return told


def lines() -> list[tuple[str, str]]:
    return sorted(Delivery.objects.filter(cancelled_at=None).values_list("kind", "person__email"))
