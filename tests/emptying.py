"""How the tables are emptied after a test with real transactions: by deleting the few rows that are there.

Django's own way empties all hundred and twenty tables, filled or not, and then writes content types and permissions anew,
which nothing here reads: that takes longer than most tests.
"""

from typing import Any

from django.db import connection, transaction

KEPT = {"django_content_type", "auth_permission"}


def empty(test_case: Any) -> None:
    """In place of `TransactionTestCase._fixture_teardown`. Foreign keys are looked at when all is gone."""
    with transaction.atomic(), connection.cursor() as cursor:
        for table in filled(cursor):
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")


def filled(cursor: Any) -> list[str]:
    tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - KEPT
    asked = [f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {connection.ops.quote_name(table)})" for table in sorted(tables)]
    cursor.execute(" UNION ALL ".join(asked))
    return [row[0] for row in cursor.fetchall()]
