"""What will be sent on each coming day and to how many people, as the planned steps and today's roles say."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, F

from notifications.audience import Directory
from notifications.models import PlannedStep


@dataclass
class Day:
    """One mail for each person, over `kinds` of lines."""

    on: date
    kinds: Counter[str] = field(default_factory=Counter)
    people: set[UUID] = field(default_factory=set)

    @property
    def mails(self) -> int:
        return len(self.people)


def coming(*, start: date, days: int) -> Iterator[Day]:
    """Every day from `start` on, also the empty ones. What waits from earlier days counts on the first.

    One query counts by agreement and role, so that it costs what there is to send and not what there is to remember.
    """
    found = {start + timedelta(days=number): Day(start + timedelta(days=number)) for number in range(days)}
    rows = list(_rows(until=start + timedelta(days=days)))
    directory = Directory(scope_ids=[row[1] for row in rows], organisation_ids=[row[2] for row in rows], today=start)
    for on, scope_id, organisation_id, audience, kind, count in rows:
        people = directory.reached(audience, scope_id=scope_id, organisation_id=organisation_id)
        day = found[max(on, start)]
        day.kinds[kind] += count * len(people)
        day.people |= {person.person_id for person in people}
    yield from found.values()


def _rows(*, until: date) -> Iterator[tuple[date, UUID, UUID, str, str, int]]:
    steps = PlannedStep.objects.planned().filter(on__lt=until, deadline__closed_at=None, deadline__opened_at__isnull=False)
    grouped = steps.filter(step__opens="").values(
        "on", scope=F("deadline__scope"), organisation=F("deadline__organisation"), audience=F("step__audience"), kind=F("step__kind")
    )
    counted = grouped.annotate(count=Count("id")).order_by("on")
    yield from counted.values_list("on", "scope", "organisation", "audience", "kind", "count").iterator()
