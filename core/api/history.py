"""`/history/`: who did what, when."""

from typing import Any, ClassVar

import django_filters
from rest_framework import serializers

from core.api.filters import Id, Moment
from core.api.resources import Resource, Row
from core.models import History
from core.paging import Order, both_ways


class HistoryOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    at = serializers.DateTimeField()
    actor = serializers.UUIDField(allow_null=True, help_text="The user; null where the system did it by itself.")
    actor_name = serializers.CharField()
    verb = serializers.CharField()
    object_type = serializers.CharField()
    object_id = serializers.UUIDField()
    changes = serializers.DictField()


class HistoryFilters(django_filters.FilterSet):
    """`after` and `before` include the moment itself."""

    object_id = Id()
    actor = Id(field_name="actor_id")
    after = Moment(field_name="at", lookup_expr="gte")
    before = Moment(field_name="at", lookup_expr="lte")


class HistoryResource(Resource):
    """Everything that was done, newest first. Never changed, never deleted."""

    queryset = History.objects.all()
    output = HistoryOut
    filterset_class = HistoryFilters
    orders: ClassVar[dict[str, Order]] = both_ways(created_at=Order("at"))
    columns = ("id", "at", "actor_id", "actor_name", "verb", "object_type", "object_id", "changes")

    def shown(self, rows: list[Row]) -> list[Row]:
        return [{"actor": row.pop("actor_id"), **row} for row in rows]
