"""How a message ended, with a commit of its own. Its statement is put together once for each set of columns: done anew for every
mail it is the dearest part of the record."""

from functools import cache
from typing import Any

from django.db import connection

from core.sql import for_database
from notifications.models import Message

OURS = ("id", "lease", "status")


def record(message: Message, **columns: Any) -> bool:
    """Write the columns and give up the lease. False when the message is no longer ours, and nothing was written."""
    columns |= {"lease": None, "leased_until": None}
    ours = {"id": message.pk, "lease": message.lease, "status": Message.Status.SENDING}
    with connection.cursor() as cursor:
        cursor.execute(_statement(tuple(columns)), [*for_database(Message, **columns), *for_database(Message, **ours)])
        return bool(cursor.rowcount)


@cache
def _statement(names: tuple[str, ...]) -> str:
    written, ours = (separator.join(f"{name} = %s" for name in part) for separator, part in ((", ", names), (" AND ", OURS)))
    return f"UPDATE {Message._meta.db_table} SET {written} WHERE {ours}"  # noqa: S608 names of columns
