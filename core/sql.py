"""Rows below a row, read in the same query: a list of dicts as a column; and weeks. The same on PostgreSQL and SQLite.

Framework.objects.values("pk", lots=json_list(Lot.objects.filter(framework=OuterRef("pk")), id="pk", title="title"))
"""

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import connection
from django.db.models import (
    CharField,
    DateField,
    DateTimeField,
    F,
    Field,
    Func,
    IntegerField,
    JSONField,
    Model,
    QuerySet,
    Subquery,
    TextField,
)


class json_list(Subquery):  # noqa: N801  used like the functions of the ORM
    """`fields` are names in the answer and ORM paths. The order is the queryset's."""

    def __init__(self, queryset: QuerySet[Any], **fields: str) -> None:
        columns = {f"column_{number}": F(path) for number, path in enumerate(fields.values())}
        rows = queryset.annotate(**columns).values(*columns)
        types = [rows.query.annotations[column].output_field for column in columns]
        super().__init__(rows, output_field=_Rows(list(fields), types))
        self.columns = list(columns)

    def as_sqlite(self, compiler: Any, connection: Any) -> Any:
        return self._as(compiler, connection, "json_group_array(json_array({}))")

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        return self._as(compiler, connection, "coalesce(json_agg(json_build_array({})), '[]')::text")

    def _as(self, compiler: Any, connection: Any, gather: str) -> Any:
        gathered = gather.format(", ".join(f"_row.{column}" for column in self.columns))
        self.template = f"(SELECT {gathered} FROM (%(subquery)s) _row)"  # noqa: S608  names of our own making
        return self.as_sql(compiler, connection)


class monday_of(Func):  # noqa: N801  used like the functions of the ORM
    """The first day of the week that a date lies in. Django's own gives PostgreSQL a moment, of which no order of dates can be made."""

    output_field = DateField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="date(%(expressions)s, 'weekday 0', '-6 days')", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="date_trunc('week', %(expressions)s)::date", **context)


class _Rows(JSONField):
    """Reads the database's text back into dicts with values of the right types."""

    def __init__(self, names: list[str], types: "list[Field[Any, Any]]") -> None:
        super().__init__()
        self.columns = [(name, _reader(kind)) for name, kind in zip(names, types, strict=True)]

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> list[dict[str, Any]]:
        if value == "[]":  # most lists are empty, and a page has hundreds
            return []
        return [
            {name: each if read is None or each is None else read(each) for (name, read), each in zip(self.columns, row, strict=True)}
            for row in json.loads(value, parse_float=str)
        ]


def _reader(kind: "Field[Any, Any]") -> Callable[[Any], Any] | None:
    """What makes a value of this field's type of what JSON has; None where JSON has it already."""
    match kind:
        case DateTimeField():
            return _moment
        case CharField() | TextField() | IntegerField():
            return None
    return kind.to_python


def _moment(text: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)  # SQLite keeps UTC and does not say so


def parts(model: type[Model], keys: Iterable[Any], **lists: json_list) -> Mapping[Any, dict[str, Any]]:
    """For each of these rows its lists, all in one query.

    Read after the page is known: a database that must sort first would otherwise gather lists for rows of other pages.
    """
    rows = model._default_manager.filter(pk__in=list(keys)).values_list("pk", *lists.values())
    return {key: dict(zip(lists, found, strict=True)) for key, *found in rows}


def for_database(model: type[Model], **columns: Any) -> list[Any]:
    """The values of these columns as the database at hand takes them in a statement of our own; a UUID is text in SQLite."""
    fields = ((model._meta.get_field(name), value) for name, value in columns.items())
    return [field.get_db_prep_save(value, connection) for field, value in fields if isinstance(field, Field)]
