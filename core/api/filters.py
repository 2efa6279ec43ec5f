"""Filters of lists: what is offered is understood, anything else is an error and never ignored."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from core.api.fields import FIRST_DAY, LAST_DAY
from core.errors import FieldError, Invalid
from core.forms import capitals


class _Flag(forms.Field):
    """`true` or `false`; anything else is refused, where Django would take it for "either"."""

    words = {"true": True, "1": True, "false": False, "0": False}

    def to_python(self, value: Any) -> bool | None:
        if value in self.empty_values:
            return None
        if str(value).lower() not in self.words:
            raise forms.ValidationError(_("Write true or false."), code="invalid")
        return self.words[str(value).lower()]


class _Day(forms.DateField):
    def __init__(self, **options: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **options)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and not FIRST_DAY <= value <= LAST_DAY:
            raise forms.ValidationError(_("Write a date between 1900 and 2199."), code="range")


class _Moment(forms.DateTimeField):
    """A time with its zone, or a date: then its first moment in our zone."""

    def validate(self, value: datetime | None) -> None:
        super().validate(value)
        if value and not FIRST_DAY.year <= value.year <= LAST_DAY.year:
            raise forms.ValidationError(_("Write a date between 1900 and 2199."), code="range")


@extend_schema_field(OpenApiTypes.BOOL)
class Flag(django_filters.Filter):
    field_class = _Flag


@extend_schema_field(OpenApiTypes.DATE)
class Day(django_filters.Filter):
    field_class = _Day


@extend_schema_field(OpenApiTypes.DATETIME)
class Moment(django_filters.Filter):
    field_class = _Moment


class Id(django_filters.UUIDFilter):
    """Rows that point to this id. Nothing is looked up, so nothing is told about rows that are not yours."""


class Choice(django_filters.ChoiceFilter):
    """One of the words."""

    def __init__(self, *, choices: Iterable[tuple[str, Any]], **options: Any) -> None:
        super().__init__(choices=capitals(choices), **options)


class FilterBackend(DjangoFilterBackend):
    """Wrong values are errors with their parameter's name."""

    def filter_queryset(self, request: Any, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        names = view.filterset_class.base_filters if view.filterset_class else {}
        if not names.keys() & request.query_params.keys():
            return queryset  # nothing is asked, so no form need be made to find that out
        filterset = self.get_filterset(request, queryset, view)
        if filterset is None:
            return queryset
        if not filterset.is_valid():
            raise Invalid(
                FieldError(name, fault["code"] or "invalid", fault["message"])
                for name, faults in filterset.errors.get_json_data().items()
                for fault in faults
            )
        return filterset.qs
