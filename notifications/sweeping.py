"""What the ladders do on a day, for one batch of deadlines at a time, as a few statements: the cost is that of what is due.

Of the steps whose day has come each person is told only the highest rung. What a higher rung, today's or an earlier one,
has overtaken is said to be superseded; nothing is passed over in silence. Roles are resolved in `audience`, once for each
agreement, supplier and role, and joined. `tests/notifications/ladder_by_hand.py` says the same rules in Python, step by
step; a property holds the two against each other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from notifications import calendars
from notifications import sweep_sql as sql
from notifications.audience import Directory
from notifications.models import Deadline

WORTH_COUNTING = 200
"""From so many due steps on PostgreSQL is told how many there are; else it guesses, and joins for another number."""


@dataclass(frozen=True)
class Left:
    """A step that is left to a person: it opens a task, or it reached nobody at the supplier."""

    deadline: Deadline
    opens: str
    status: str
    kind: str


class WorkingTables:
    """Runs the statements of `sweep_sql` on this database. Everything happens in the transaction around it."""

    def __init__(self, *, today: date) -> None:
        self.today = today
        self.is_postgres = connection.vendor == "postgresql"
        self.dialect = sql.POSTGRES if self.is_postgres else sql.SQLITE
        self.words = dict(self.dialect.words)
        self.values: dict[str, Any] = {"today": connection.ops.adapt_datefield_value(today)}
        self._keep_quiet(calendars.read().quiet_until(today))

    def _keep_quiet(self, until: Mapping[str, date]) -> None:
        """What suppliers would be reminded of today waits where it is quiet for them, whatever has brought it to this day: planned days
        keep out of quiet periods, but a case that rested may go on in the middle of one."""
        self.words["loud"] = "1 = 1"
        if not until:
            return
        named = [*until, *([""] if calendars.OURS in until else [])]  # without a country they count as ours
        self.values |= {f"quiet_{number}": country for number, country in enumerate(named)}
        names = ", ".join(f"%(quiet_{number})s" for number in range(len(named)))
        self.words["elsewhere"] = "1 = 0" if "" in until else sql.ELSEWHERE.format(names=names)
        self.words["loud"] = sql.LOUD.format(**self.words)
        self.values["after_quiet"] = connection.ops.adapt_datefield_value(max(until.values()))
        self.words["day"] = sql.AFTER_QUIET.format(**self.words)

    def begin(self) -> None:
        """The working tables are there and empty."""
        for statement in self.dialect.begin:
            self.run(statement)

    def reach(self, places: Sequence[tuple[Any, ...]]) -> None:
        """Say who stands for each (agreement, supplier, role): asked once, however many deadlines there are."""
        known = [(self.as_uuid(scope_id), self.as_uuid(supplier_id), role) for scope_id, supplier_id, role in places]
        directory = Directory(scope_ids={place[0] for place in known}, organisation_ids={place[1] for place in known}, today=self.today)
        rows = [
            (scope_id, supplier_id, role, one.person_id, one.role, one.organisation_id, one.reason)
            for scope_id, supplier_id, role in known
            for one in directory.reached(role, scope_id=scope_id, organisation_id=supplier_id)
        ]
        with connection.cursor() as cursor:
            if self.is_postgres:
                cursor.execute(self.dialect.fill, [list(column) for column in zip(*rows, strict=True)] or [[] for _ in sql.REACH_TYPES])
            else:
                cursor.executemany(self.dialect.fill, [tuple(map(self.as_key, row)) for row in rows])

    def run(self, statement: str) -> int:
        with connection.cursor() as cursor:
            cursor.execute(*self._filled(statement))
            return max(cursor.rowcount, 0)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(*self._filled(statement))
            return list(cursor.fetchall())

    def among(self, column: str, keys: Sequence[UUID]) -> str:
        """That the column holds one of these keys. PostgreSQL takes them as one value, and looks up each along the index."""
        if self.is_postgres:
            self.values["keys"] = list(keys)
            return f"{column} = ANY(%(keys)s)"
        self.values |= {f"key_{number}": self.as_key(key) for number, key in enumerate(keys)}
        return f"{column} IN ({', '.join(f'%(key_{number})s' for number in range(len(keys)))})"

    def as_key(self, value: Any) -> Any:
        """SQLite keeps identifiers as text without hyphens."""
        return value.hex if isinstance(value, UUID) and not self.is_postgres else value

    @staticmethod
    def as_uuid(value: Any) -> UUID:
        return value if isinstance(value, UUID) else UUID(value)

    @staticmethod
    def as_date(value: Any) -> date:
        return value if isinstance(value, date) else date.fromisoformat(value)

    def _filled(self, statement: str) -> tuple[str, dict[str, Any] | None]:
        """The words of this database put in, and the values that occur (SQLite refuses others)."""
        text = statement.format(**self.words)
        return text, {name: value for name, value in self.values.items() if f"%({name})s" in text} or None


class Sweeping(WorkingTables):
    """One batch: gather, tell, mark; then what it left to people and what came of it.

    With `is_waiting` it waits for whoever works on one of the deadlines at this moment; else it leaves that one out, and
    the next run has it.
    """

    def __init__(self, deadlines: Sequence[UUID], *, today: date, at: datetime, is_held: bool, is_waiting: bool) -> None:
        super().__init__(today=today)
        moment = connection.ops.adapt_datetimefield_value(at)
        self.values |= {
            "at": moment,
            "held_at": moment if is_held else None,
            "moment": f"{int(at.timestamp() * 1000) & (1 << 48) - 1:012x}",
        }
        self.words["which"] = self.among("d.id", deadlines)
        if self.is_postgres and not is_waiting:
            self.words["lock"] += " SKIP LOCKED"

    def gather(self) -> int:
        """Collect the steps whose day has come, of open deadlines that do not rest; returns how many there are."""
        self.begin()
        due = self.run(sql.GATHER)
        if self.dialect.count and due > WORTH_COUNTING:
            self.run(self.dialect.count)
        return due

    def tell(self) -> int:
        """Write the lines and notices of everybody who is told; returns how many lines there are."""
        places = self.rows(sql.PLACES)
        if not places:
            return 0
        self.reach(places)
        self.run(sql.CHOOSE)
        self.run(sql.NOTICES)
        return self.run(sql.LINES)

    def mark(self) -> None:
        """Write of every step how it ended."""
        self.run(sql.MARK)

    def left_to_people(self) -> list[Left]:
        rows = self.rows(sql.LEFT_TO_PEOPLE)
        found = Deadline.objects.select_related("organisation").in_bulk([self.as_uuid(row[0]) for row in rows]) if rows else {}
        return [Left(found[self.as_uuid(key)], opens, status, kind) for key, opens, status, kind in rows]

    def ends(self) -> Mapping[str, int]:
        """How many steps came to which end."""
        return dict(self.rows(sql.ENDS))

    def outcomes(self) -> list[tuple[Any, ...]]:
        """A row for each person told and for each step that told nobody: the columns of `reminders.Outcome`."""
        return [(self.as_uuid(row[0]), row[1], self.as_date(row[2]), *row[3:]) for row in self.rows(sql.OUTCOMES)]
