"""Pages of a list by keyset: a cursor says where the last page ended, so a page far in costs what the first one costs.

ORDERS = paging.both_ways(due_on=Order("deadline__due_on", "deadline__id"), created_at=Order("created_at"))
page = paging.page(requests, order=ORDERS["-created_at"], size=25, cursor=request.GET.get("cursor"))
page.rows, page.next, page.previous
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from django.core import signing
from django.db.models import BooleanField, F, Field, Func, Model, Q, QuerySet, Value
from django.utils.translation import gettext as _

from core.errors import Invalid

Row = TypeVar("Row")
_SALT = "cursor"


@dataclass(frozen=True)
class Order:
    """The column that sorts and the unique one that settles ties, of the same table. Neither may be null; an index has both
    in this order.

    `within` is true of every row of the list and narrows nothing: it names the part of a larger table's index that the
    list is read along. Only pages say it; a count need not look there.

    For a short list the column may be an annotation, such as a title in small letters.
    Lists of dicts (`values`) must hold both under these very names.
    """

    column: str
    key: str = "id"
    descending: bool = False
    within: Q = field(default_factory=Q)

    @property
    def reverse(self) -> "Order":
        return replace(self, descending=not self.descending)

    @property
    def names(self) -> list[str]:
        sign = "-" if self.descending else ""
        return [sign + self.column, sign + self.key]


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page and the cursors of its neighbours. An empty page has none: begin again without a cursor."""

    rows: list[Row]
    next: str | None
    previous: str | None


def both_ways(**orders: Order) -> dict[str, Order]:
    """Each order under its name, and its reverse under the name with a minus."""
    return {**orders, **{f"-{name}": order.reverse for name, order in orders.items()}}


def page(rows: "QuerySet[Any, Row]", *, order: Order, size: int, cursor: str | None = None) -> Page[Row]:
    """The page that the cursor points to, or the first. One query; Invalid when the cursor is not one of ours."""
    start = _Point.read(cursor, order) if cursor else None
    back = start is not None and start.is_back
    walk = order.reverse if back else order
    place = order.within & _beyond(rows, walk, start) if start else order.within
    found = list(rows.filter(place).order_by(*walk.names)[: size + 1])
    more, found = len(found) > size, found[:size]
    if back:
        found.reverse()
    if not found:
        return Page([], None, None)
    return Page(
        found,
        next=_Point.at(found[-1], order, is_back=False).written(order) if more or back else None,
        previous=_Point.at(found[0], order, is_back=True).written(order) if (more if back else start) else None,
    )


def count_up_to(rows: QuerySet[Any], limit: int) -> int:
    """How many there are, counted no further than `limit` + 1: enough to write "1 000+"."""
    return rows.order_by()[: limit + 1].count()


@dataclass(frozen=True)
class _Point:
    """A place between two rows: what the neighbour's sorting column and key are, and which way the page lies."""

    is_back: bool
    value: str
    key: str

    @classmethod
    def at(cls, row: Any, order: Order, *, is_back: bool) -> "_Point":
        return cls(is_back, str(_get(row, order.column)), str(_get(row, order.key)))

    @classmethod
    def read(cls, cursor: str, order: Order) -> "_Point":
        try:
            names, *rest = signing.loads(cursor, salt=_SALT)
        except signing.BadSignature:
            names, rest = None, []
        if names != order.names:
            raise Invalid.one("cursor", "invalid", _("This is not an address of a page in this list. Begin at the first page."))
        return cls(*rest)

    def written(self, order: Order) -> str:
        return signing.dumps([order.names, self.is_back, self.value, self.key], salt=_SALT)


def _get(row: Any, path: str) -> Any:
    if isinstance(row, Mapping):
        return row[path]
    for name in path.split("__"):
        row = getattr(row, name)
    return row


def _beyond(rows: QuerySet[Any, Any], order: Order, point: _Point) -> Q:
    """The rows after the point. One comparison and no bound beside it: a planner takes the second for another condition,
    multiplies the two chances, and sorts what it thinks are few rows."""
    column, key = _field(rows, order.column), _field(rows, order.key)
    value = Value(column.to_python(point.value), output_field=column)
    key_value = Value(key.to_python(point.key), output_field=key)
    sign = " < " if order.descending else " > "
    return Q(_compared(_row(F(order.column), _InItsTable(order.key)), sign, _row(value, key_value)))


class _InItsTable(F):
    """`deadline__id` as the deadlines' own column, where Django would take the copy in the row that points there.
    The comparison can be answered from an index only when both of its columns lie in that index's table."""

    def resolve_expression(self, query: Any = None, allow_joins: bool = True, reuse: Any = None, *rest: Any, **more: Any) -> Any:
        if "__" not in self.name:
            return super().resolve_expression(query, allow_joins, reuse, *rest, **more)
        found = query.setup_joins(self.name.split("__"), query.get_meta(), query.get_initial_alias(), can_reuse=reuse)
        return found.transform_function(found.targets[0], found.joins[-1])


def _compared(left: Func, sign: str, right: Func) -> Func:
    """`(column, key) > (value, value)`, which both databases answer from the index. Django's own comparison of
    tuples is spelled out with OR on SQLite and loses the index there."""
    return Func(left, right, template="%(expressions)s", arg_joiner=sign, output_field=BooleanField())


def _row(*parts: F | Value) -> Func:
    return Func(*parts, function="", output_field=BooleanField())


def _field(rows: QuerySet[Any, Any], path: str) -> "Field[Any, Any]":
    if path in rows.query.annotations:
        return rows.query.annotations[path].output_field
    field: Any = None
    model: type[Model] = rows.model
    for name in path.split("__"):
        field = model._meta.get_field(name)
        model = field.related_model or model
    return field.target_field if field.is_relation else field
