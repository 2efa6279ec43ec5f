"""Finding rows by words."""

from functools import reduce
from operator import or_
from typing import Any, TypeVar

from django.db.models import Q, QuerySet

MOST_WORDS = 8
Rows = TypeVar("Rows", bound=QuerySet[Any])


def every_word(rows: Rows, text: str, *columns: str) -> Rows:
    """Those that have every word somewhere in one of the columns; of a long text the first words count."""
    for word in text.split()[:MOST_WORDS]:
        rows = rows.filter(reduce(or_, (Q(**{f"{column}__icontains": word}) for column in columns)))
    return rows
