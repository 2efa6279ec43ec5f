"""Taking turns. PostgreSQL holds the place in the queue until the transaction ends; SQLite lets only one writer in anyway."""

from zlib import crc32

from django.db import connection


def take(name: str) -> None:
    """Wait until nobody else has the lock of that name."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [crc32(f"notifications.{name}".encode())])
