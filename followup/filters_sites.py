"""What lists of production sites and audit programmes can be narrowed by; the page's have a search and their own controls."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, FilterSet, NumberFilter

from core import countries
from core.api.filters import Choice, Id
from core.forms import FilterForm
from followup.filters import picker
from followup.models import Programme, Site


def _countries() -> list[Any]:
    return countries.choices(get_language() or "nb")


class SiteFilters(FilterSet):
    status = Choice(choices=Site.Status.choices, label=_("State"))
    supplier = Id(field_name="supplier_id", label=_("Supplier"))
    country = Choice(choices=[(code, code) for code in sorted(countries.names("en"))], label=_("Country"))

    class Meta:
        model = Site
        fields: list[str] = []


class SitePageFilters(SiteFilters):
    q = CharFilter(method="search", label=_("Search"), widget=forms.TextInput(attrs={"type": "search"}))
    tier = Choice(choices=[(str(value), label) for value, label in Site.Tier.choices], label=_("Place in the chain"))
    order = ("q", "supplier", "country", "status", "tier")

    class Meta(SiteFilters.Meta):
        form = FilterForm

    def __init__(self, *args: Any, suppliers: QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form.fields["supplier"].widget = picker(suppliers)
        self.form.fields["country"].widget = forms.Select(choices=[("", _("All")), *_countries()])
        self.form.order_fields(self.order)

    def search(self, sites: QuerySet[Any], name: str, text: str) -> QuerySet[Any]:
        return sites.search(text)  # type: ignore[attr-defined]


class ProgrammeFilters(FilterSet):
    status = Choice(choices=Programme.Status.choices, label=_("State"))
    year = NumberFilter(label=_("Year"), min_value=1900, max_value=2199)

    class Meta:
        model = Programme
        fields: list[str] = []


class ProgrammePageFilters(ProgrammeFilters):
    q = CharFilter(field_name="title", lookup_expr="icontains", label=_("Search"), widget=forms.TextInput(attrs={"type": "search"}))

    class Meta(ProgrammeFilters.Meta):
        form = FilterForm
