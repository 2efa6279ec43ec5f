"""How large worlds are written quickly."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

AS_USUAL = {
    "postgresql": ["SET session_replication_role = DEFAULT"],
    "sqlite": ["PRAGMA foreign_keys = ON", "PRAGMA synchronous = NORMAL", "PRAGMA cache_size = -32000"],
}
IN_BULK = {
    "postgresql": ["SET session_replication_role = replica"],
    "sqlite": ["PRAGMA foreign_keys = OFF", "PRAGMA synchronous = OFF", "PRAGMA cache_size = -4000000"],
}
"""What is generated refers to what is there: to look up each of millions of references again would take most of the time.
SQLite also keeps its indexes in memory meanwhile (up to 4 GB); with its usual cache it would read nearly every page anew for each row."""


@contextmanager
def bulk_writing() -> Iterator[None]:
    _set(IN_BULK)
    yield
    _set(AS_USUAL)


def _set(how: dict[str, list[str]]) -> None:
    with connection.cursor() as cursor:
        for statement in how[connection.vendor]:
            cursor.execute(statement)
