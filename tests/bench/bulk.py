"""How large worlds are written quickly."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

UNCHECKED = {
    "postgresql": ("SET session_replication_role = replica", "SET session_replication_role = DEFAULT"),
    "sqlite": ("PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys = ON"),
}


@contextmanager
def unchecked_references() -> Iterator[None]:
    """What is generated refers to what is there; to look up each of millions of references again would take most of the time."""
    off, on = UNCHECKED[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(off)
        yield
        cursor.execute(on)
