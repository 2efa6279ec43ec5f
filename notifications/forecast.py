"""What will be sent on each coming day and to how many people, as the planned steps and today's roles say.

The same rows and the same rules as the sweep: of the steps of a case that fall on one day each role hears the highest.
What rests until a day, because it is on hold or somebody has taken it, is counted on the day it goes on.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from django.db import connection, transaction

from notifications import sweep_sql as sql
from notifications.sweeping import WorkingTables


@dataclass
class Day:
    """`kinds` counts lines, `people` is how many get them: one mail each."""

    on: date
    kinds: Counter[str] = field(default_factory=Counter)
    people: int = 0

    @property
    def mails(self) -> int:
        return self.people


def coming(*, start: date, days: int, scope_ids: Iterable[UUID] = ()) -> Iterator[Day]:
    """Every day from `start` on, also the empty ones; with `scope_ids` of these agreements only.

    What waits from earlier days counts on the first. Counted in the database, by agreement and role, so that memory does
    not grow with what there is to send.
    """
    found = {start + timedelta(days=number): Day(start + timedelta(days=number)) for number in range(days)}
    for on, kind, count in _Forecast(start=start, days=days, scope_ids=list(scope_ids)).counted():
        if kind:
            found[on].kinds[kind] = count
        else:
            found[on].people = count
    yield from found.values()


class _Forecast(WorkingTables):
    def __init__(self, *, start: date, days: int, scope_ids: list[UUID]) -> None:
        super().__init__(today=start)
        self.values["until"] = connection.ops.adapt_datefield_value(start + timedelta(days=days))
        self.words["which"] = self.among("d.scope_id", scope_ids) if scope_ids else "1 = 1"

    @transaction.atomic
    def counted(self) -> list[tuple[date, str, int]]:
        """Lines by day and kind; and people by day, where the kind is empty."""
        self.begin()
        self.run(sql.COMING)
        self.reach(self.rows(sql.COMING_PLACES))
        return [(self.as_date(on), kind, int(count)) for on, kind, count in [*self.rows(sql.COMING_LINES), *self.rows(sql.COMING_PEOPLE)]]
