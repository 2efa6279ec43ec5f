"""Fields of request bodies that every resource uses."""

import datetime as dt
import re
from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

FIRST_DAY, LAST_DAY = dt.date(1900, 1, 1), dt.date(2199, 12, 31)
WRITTEN_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
NOT_OPEN_TO_YOU = _("There is no such row, or it is not open to you.")


@extend_schema_field(OpenApiTypes.DATE)
class Day(serializers.DateField):
    """YYYY-MM-DD, in years that calendars can count in."""

    default_error_messages = {"range": _("Write a date between 1900 and 2199.")}

    def to_internal_value(self, value: Any) -> dt.date:
        if isinstance(value, str) and not WRITTEN_DAY.fullmatch(value):  # Python reads 20260302 and 2026-W10-1 too
            self.fail("invalid", format="YYYY-MM-DD")
        day: dt.date = super().to_internal_value(value)
        if not FIRST_DAY <= day <= LAST_DAY:
            self.fail("range")
        return day


@extend_schema_field({"type": "string", "pattern": r"^\d{2}:\d{2}(:\d{2}(\.\d+)?)?$", "example": "09:30"})
class TimeOfDay(serializers.TimeField):
    """A time on the clock of the place, without a zone: in OpenAPI `format: time` would demand one."""


class Line(serializers.CharField):
    """Text on one line."""

    def to_internal_value(self, data: Any) -> str:
        return " ".join(str(super().to_internal_value(data)).split())


@extend_schema_field(OpenApiTypes.UUID)
class Visible(serializers.Field[Any, Any, Any, Any]):
    """The id of a row that the sender may see. Every related id in a body comes in through this or `VisibleMany`."""

    default_error_messages = {"does_not_exist": NOT_OPEN_TO_YOU, "invalid": NOT_OPEN_TO_YOU}

    def __init__(self, model: type[Model], **options: Any) -> None:
        self.model = model
        super().__init__(**options)

    def rows(self, user: Any) -> QuerySet[Any]:
        return self.model._default_manager.visible_to(user)  # type: ignore[attr-defined]

    def to_internal_value(self, data: Any) -> Model:
        found = _seen(self, [data])
        if not found:
            self.fail("does_not_exist")
        return found[0]

    def to_representation(self, value: Model) -> Any:
        return value.pk


class VisibleMany(serializers.ListField):
    """Ids of rows that the sender may see; one query for all of them."""

    child = serializers.UUIDField()
    default_error_messages = {"does_not_exist": NOT_OPEN_TO_YOU}

    def __init__(self, model: type[Model], **options: Any) -> None:
        self.model = model
        super().__init__(**{"max_length": 200, **options})

    def rows(self, user: Any) -> QuerySet[Any]:
        return self.model._default_manager.visible_to(user)  # type: ignore[attr-defined]

    def to_internal_value(self, data: Any) -> list[Model]:
        wanted: list[UUID] = list(dict.fromkeys(super().to_internal_value(data)))
        found = _seen(self, wanted)
        if len(found) != len(wanted):
            self.fail("does_not_exist")
        return found


def _seen(field: Visible | VisibleMany, keys: list[Any]) -> list[Any]:
    """In the order asked for, those that exist for the sender. A key that is no UUID is one that does not exist."""
    try:
        wanted = [key if isinstance(key, UUID) else UUID(key) for key in keys]
    except (ValueError, TypeError, AttributeError):
        return []
    rows = {row.pk: row for row in field.rows(field.context["request"].user).filter(pk__in=wanted)}
    return [rows[key] for key in wanted if key in rows]
