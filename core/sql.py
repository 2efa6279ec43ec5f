"""Rows below a row, read in the same query: a list of dicts or of rows as a column; and weeks. The same on PostgreSQL and SQLite.

Framework.objects.values("pk", lots=json_list(Lot.objects.filter(framework=OuterRef("pk")), id="pk", title="title"))
parts(Framework, [key], lots=row_list(Lot.objects.filter(framework=OuterRef("pk"))))[key]["lots"]
"""

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
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
from django.db.models.functions import Cast


class json_list(Subquery):  # noqa: N801  used like the functions of the ORM
    """`fields` are names in the answer and ORM paths. The order is the queryset's."""

    def __init__(self, queryset: QuerySet[Any], **fields: str) -> None:
        columns: dict[str, Any] = {f"column_{number}": F(path) for number, path in enumerate(fields.values())}
        rows = queryset.annotate(**columns)
        types = {column: rows.query.annotations[column].output_field for column in columns}
        # JSON within JSON would come back as its database reads it: as text in the one, taken apart in the other.
        as_text = {column: Cast(columns[column], TextField()) for column, kind in types.items() if type(kind) is JSONField}
        super().__init__(rows.annotate(**as_text).values(*columns), output_field=_Rows(list(fields), list(types.values())))
        self.columns = list(columns)

    def as_sqlite(self, compiler: Any, connection: Any) -> Any:
        return self._as(compiler, connection, "json_group_array({})", array="json_array")

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        return self._as(compiler, connection, "coalesce(json_agg({}), '[]')::text", array="json_build_array")

    def _as(self, compiler: Any, connection: Any, gather: str, array: str) -> Any:
        self.template = f"(SELECT {gather.format(self._row(array))} FROM (%(subquery)s) _row)"  # noqa: S608  names of our own making
        return self.as_sql(compiler, connection)

    def _row(self, array: str) -> str:
        return _array(array, self.columns)


class row_list(json_list):  # noqa: N801  used like the functions of the ORM
    """Whole rows of the queryset's model, with what it is annotated with, as `prefetch_related` would give them.

    `joined` are forward relations to have at hand, a relation before those beyond it; `some` are those of which the named columns
    are enough. A page that shows many kinds of things below one row reads all of them in one query so.
    """

    def __init__(self, queryset: QuerySet[Any], *joined: str, **some: Sequence[str]) -> None:
        self.pieces = [_piece(queryset.model, "", ()), *(_piece(queryset.model, path, some.get(path, ())) for path in (*joined, *some))]
        extra = list(queryset.query.annotations)
        paths = [path for piece in self.pieces for path in piece.paths] + extra
        columns = {f"column_{number}": _as_text(queryset, path) for number, path in enumerate(paths)}
        rows = queryset.annotate(**columns).values(*columns)
        types = [rows.query.annotations[column].output_field for column in columns]
        Subquery.__init__(self, rows, output_field=_Whole(self.pieces, extra, types))
        self.columns = list(columns)

    def _row(self, array: str) -> str:
        """An array for each model: a function takes a hundred values at most."""
        left, arrays = list(self.columns), []
        for piece in self.pieces:
            arrays.append(_array(array, left[: len(piece.names)]))
            left = left[len(piece.names) :]
        return f"{array}({', '.join([*arrays, _array(array, left)])})"


def _array(function: str, columns: Iterable[str]) -> str:
    return f"{function}({', '.join(f'_row.{column}' for column in columns)})"


@dataclass(frozen=True)
class _Piece:
    """The columns of one model: those of the row itself, or of what `path` leads to."""

    path: str
    model: type[Model]
    names: list[str]

    @property
    def paths(self) -> list[str]:
        return [f"{self.path}__{name}" if self.path else name for name in self.names]


def _piece(model: type[Model], path: str, some: Sequence[str]) -> _Piece:
    for step in path.split("__") if path else ():
        model = model._meta.get_field(step).related_model  # type: ignore[assignment]
    fields = model._meta.concrete_fields
    return _Piece(path, model, [each.attname for each in fields if not some or each.primary_key or each.name in some])


def _as_text(queryset: QuerySet[Any], path: str) -> Any:
    """JSON within JSON would come back as its database reads it; as text it is read as the model's field does."""
    model, names = queryset.model, path.split("__")
    if path in queryset.query.annotations:
        return F(path)
    for step in names[:-1]:
        model = model._meta.get_field(step).related_model
    field = next(each for each in model._meta.concrete_fields if each.attname == names[-1])
    return Cast(F(path), TextField()) if isinstance(field, JSONField) else F(path)


class monday_of(Func):  # noqa: N801  used like the functions of the ORM
    """The first day of the week that a date lies in. Django's own gives PostgreSQL a moment, of which no order of dates can be made."""

    output_field = DateField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="date(%(expressions)s, 'weekday 0', '-6 days')", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="date_trunc('week', %(expressions)s::timestamp)::date", **context)


NOTHING = ("[]", None)
"""Most lists are empty, and a page has hundreds. None where Django sees without asking that there can be no rows."""


class _Rows(JSONField):
    """Reads the database's text back into dicts with values of the right types."""

    def __init__(self, names: list[str], types: "list[Field[Any, Any]]") -> None:
        super().__init__()
        self.columns = [(name, _json if type(kind) is JSONField else _reader(kind)) for name, kind in zip(names, types, strict=True)]

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> list[dict[str, Any]]:
        if value in NOTHING:
            return []
        return [
            {name: each if read is None or each is None else read(each) for (name, read), each in zip(self.columns, row, strict=True)}
            for row in json.loads(value, parse_float=str)
        ]


class _Whole(JSONField):
    """Reads the database's text back into rows of the model, each with the joined rows at hand."""

    def __init__(self, pieces: list[_Piece], extra: list[str], types: "list[Field[Any, Any]]") -> None:
        super().__init__()
        self.pieces, self.extra = pieces, extra
        fields = [field for piece in pieces for field in piece.model._meta.concrete_fields if field.attname in piece.names]
        self.readers = [_json if isinstance(field, JSONField) else _reader(field) for field in fields]
        self.readers += [_reader(kind) for kind in types[len(fields) :]]

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> list[Model]:
        if value in NOTHING:
            return []
        return [self._row(row, connection.alias) for row in json.loads(value, parse_float=str)]

    def _row(self, arrays: list[list[Any]], database: str) -> Model:
        flat = [value for array in arrays for value in array]
        values = iter([each if read is None or each is None else read(each) for read, each in zip(self.readers, flat, strict=True)])
        found: dict[str, Any] = {}
        for piece in self.pieces:
            taken = dict(zip(piece.names, values, strict=False))
            is_there = taken[piece.model._meta.pk.attname] is not None
            found[piece.path] = piece.model.from_db(database, piece.names, list(taken.values())) if is_there else None
            if piece.path:
                before, _, name = piece.path.rpartition("__")
                if (holder := found[before]) is not None:
                    holder._meta.get_field(name).set_cached_value(holder, found[piece.path])
        row: Model = found[""]
        for name, value in zip(self.extra, values, strict=True):
            setattr(row, name, value)
        return row


def _json(text: str) -> Any:
    return json.loads(text)


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
