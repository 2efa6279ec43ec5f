"""What lists of sharings, and of what other bodies have shared with us, can be narrowed by, in the API and on the pages."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, FilterSet

from core.api.filters import Choice, Id
from core.forms import FilterForm
from followup.filters import picker
from followup.models import ReceivedFile, Sharing


class SharingFilters(FilterSet):
    status = Choice(choices=Sharing.Status.choices, label=_("State"))
    framework = Id(field_name="framework_id", label=_("Agreement"))
    supplier = Id(field_name="supplier_id", label=_("Supplier"))

    class Meta:
        model = Sharing
        fields: list[str] = []


class ReceivedFilters(FilterSet):
    status = Choice(choices=ReceivedFile.Status.choices, label=_("State"))
    supplier = Id(field_name="supplier_id", label=_("Supplier"))

    class Meta:
        model = ReceivedFile
        fields: list[str] = []


class _OnPage(FilterSet):
    """A search, and pickers of these agreements and suppliers."""

    q = CharFilter(method="search", label=_("Search"), widget=forms.TextInput(attrs={"type": "search"}))

    def __init__(self, *args: Any, pickers: dict[str, QuerySet[Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in pickers.items():
            self.form.fields[name].widget = picker(rows)
        self.form.order_fields(["q", *pickers])

    def search(self, rows: QuerySet[Any], name: str, text: str) -> QuerySet[Any]:
        return rows.search(text)  # type: ignore[attr-defined]


class SharingPageFilters(_OnPage, SharingFilters):
    class Meta(SharingFilters.Meta):
        form = FilterForm


class ReceivedPageFilters(_OnPage, ReceivedFilters):
    class Meta(ReceivedFilters.Meta):
        form = FilterForm
