"""Lists: `{"next", "previous", "results"}` by keyset, `?count=1` adds `"count"`."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from core import paging
from core.errors import Invalid

SIZE, MOST = 25, 200
PARAMETERS = frozenset({"page_size", "cursor", "count", "ordering"})


class KeysetPages(BasePagination):
    """The view names its `orders` and which of them is the `usual_order`."""

    def paginate_queryset(self, queryset: QuerySet[Any, Any], request: Request, view: Any = None) -> list[Any]:
        self.request, given = request, request.query_params
        self.count = queryset.count() if _is_counted(given.get("count", "0")) else None
        order = _order(given.get("ordering", view.usual_order), view.orders)
        self.page = paging.page(queryset, order=order, size=_size(given.get("page_size")), cursor=given.get("cursor"))
        return self.page.rows

    def content(self, results: list[Any]) -> dict[str, Any]:
        content = {"next": self._address(self.page.next), "previous": self._address(self.page.previous), "results": results}
        return content if self.count is None else {"count": self.count, **content}

    def _address(self, cursor: str | None) -> str | None:
        return cursor and replace_query_param(self.request.build_absolute_uri(), "cursor", cursor)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        address = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"count": {"type": "integer"}, "next": address, "previous": address, "results": schema},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        orderings = {"type": "string", "enum": list(view.orders), "default": view.usual_order}
        return [
            _parameter("page_size", {"type": "integer", "minimum": 1, "maximum": MOST, "default": SIZE}, "Rows on a page."),
            _parameter("cursor", {"type": "string"}, "Where the page begins: taken from `next` or `previous`, never made."),
            _parameter("count", {"type": "integer", "enum": [0, 1]}, "1 adds `count`, the number of rows in the whole list."),
            _parameter("ordering", orderings, "The order of the rows."),
        ]


def _parameter(name: str, schema: dict[str, Any], text: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": text}


def _is_counted(text: str) -> bool:
    if text not in ("0", "1"):
        raise Invalid.one("count", "invalid", _("Write 1 for the number of all rows."))
    return text == "1"


def _order(name: str, orders: dict[str, paging.Order]) -> paging.Order:
    if name not in orders:
        text = _("This list can be ordered by: %(names)s.") % {"names": ", ".join(orders)}
        raise Invalid.one("ordering", "invalid_choice", text)
    return orders[name]


def _size(text: str | None) -> int:
    if text is None:
        return SIZE
    if not (text.isascii() and text.isdigit() and 1 <= len(text) <= 3 and 1 <= int(text) <= MOST):
        raise Invalid.one("page_size", "range", _("A page has from 1 to %(most)d rows.") % {"most": MOST})
    return int(text)
