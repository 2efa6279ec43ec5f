"""How a message ended, with a commit of its own. Its statement is put together once for each set of columns: done anew for every
mail it is the dearest part of the record."""

import contextlib
import select
from collections import deque
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any

import structlog
from django.db import connection

from core.sql import for_database
from notifications.models import Message

log = structlog.get_logger(__name__)

OURS = ("id", "lease", "status")


def record(message: Message, *, status: str, **columns: Any) -> None:
    """Write the columns and give up the lease, if the message is still ours; if not, nothing is written but a line of the log."""
    _begin(message, status=status, **columns)()


class Records:
    """What became of the mails handed over. A commit waits for the disk: the last one does so while the next mail is written.

    No further mail is handed over before the one before it stands in the database, so that a process that is killed
    leaves one mail at most of which nothing is known.
    """

    def __init__(self) -> None:
        self.due: deque[Callable[[], Callable[[], None]]] = deque()

    def add(self, message: Message, *, status: str, **columns: Any) -> None:
        self.due.append(partial(_begin, message, status=status, **columns))

    @contextlib.contextmanager
    def meanwhile(self) -> Iterator[None]:
        """All are written when this ends. Nothing else may be asked of the database within it."""
        while len(self.due) > 1:
            self.due.popleft()()()
        wait = self.due.popleft()() if self.due else None
        try:
            yield
        finally:
            if wait:
                wait()

    def close(self) -> None:
        with self.meanwhile():
            pass


def _begin(message: Message, **columns: Any) -> Callable[[], None]:
    """Send the record; what is returned waits until it is committed."""
    columns |= {"lease": None, "leased_until": None}
    ours = {"id": message.pk, "lease": message.lease, "status": Message.Status.SENDING}
    statement, values = _statement(tuple(columns)), [*for_database(Message, **columns), *for_database(Message, **ours)]
    with connection.cursor() as cursor:
        wait = _sent_off(cursor, statement, values) if connection.vendor == "postgresql" else _done(cursor, statement, values)
    return partial(_ended, wait, message, columns["status"])


def _ended(wait: Callable[[], int], message: Message, status: str) -> None:
    if not wait():
        log.error("lease_lost", message=str(message.pk), end=status)


def _done(cursor: Any, statement: str, values: list[Any]) -> Callable[[], int]:
    cursor.execute(statement, values)
    rows: int = cursor.rowcount
    return lambda: rows


def _sent_off(cursor: Any, statement: str, values: list[Any]) -> Callable[[], int]:
    """psycopg waits for the answer to whatever it executes; the library below it does not."""
    server = cursor.connection.pgconn
    with connection.wrap_database_errors:
        server.send_query(cursor.mogrify(statement, values).encode())
        server.flush()
    return partial(_answer_of, server)


def _answer_of(server: Any) -> int:
    """How many rows were written."""
    from psycopg import errors, pq

    with connection.wrap_database_errors:
        answered = select.poll()
        answered.register(server.socket, select.POLLIN)
        while server.is_busy():
            answered.poll()
            server.consume_input()
        (result,) = iter(server.get_result, None)
        if result.status != pq.ExecStatus.COMMAND_OK:
            raise errors.error_from_result(result)
        return int(result.command_tuples)


@cache
def _statement(names: tuple[str, ...]) -> str:
    written, ours = (separator.join(f"{name} = %s" for name in part) for separator, part in ((", ", names), (" AND ", OURS)))
    return f"UPDATE {Message._meta.db_table} SET {written} WHERE {ours}"  # noqa: S608 names of columns
