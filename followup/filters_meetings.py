"""What lists of meetings and of agencies' reports can be narrowed by, in the API and on the pages."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, FilterSet

from core.api.filters import Choice, Flag, Id, Moment
from core.forms import FilterForm
from followup.filters import picker
from followup.models import AgencyReport, Meeting


class MeetingFilters(FilterSet):
    status = Choice(choices=Meeting.Status.choices, label=_("State"))
    kind = Choice(choices=Meeting.Kind.choices, label=_("Kind"))
    framework = Id(field_name="framework_id", label=_("Agreement"))
    supplier = Id(field_name="supplier_id", label=_("Supplier"))
    starts_after = Moment(field_name="starts_at", lookup_expr="gte", label=_("From"))
    starts_before = Moment(field_name="starts_at", lookup_expr="lte", label=_("Until"))

    class Meta:
        model = Meeting
        fields: list[str] = []


class AgencyReportFilters(FilterSet):
    status = Choice(choices=AgencyReport.Status.choices, label=_("State"))
    framework = Id(field_name="framework_id", label=_("Agreement"))
    supplier = Id(field_name="supplier_id", label=_("Supplier"))
    agency = Id(field_name="agency_id", label=_("Agency"))
    open = Flag(method="narrow_to_open", label=_("Open only"))

    class Meta:
        model = AgencyReport
        fields: list[str] = []

    def narrow_to_open(self, reports: QuerySet[Any], name: str, wanted: bool) -> QuerySet[Any]:
        return reports.open() if wanted else reports.exclude(pk__in=AgencyReport.objects.open().values("pk"))  # type: ignore[attr-defined]


class _OnPage(FilterSet):
    """A search, and pickers of these agreements, suppliers and agencies."""

    q = CharFilter(method="search", label=_("Search"), widget=forms.TextInput(attrs={"type": "search"}))
    order: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()

    def __init__(self, *args: Any, pickers: dict[str, QuerySet[Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = self.form.fields
        for name, rows in pickers.items():
            fields[name].widget = picker(rows)
        for name in self.hidden:
            fields[name].widget = forms.HiddenInput()
        self.form.order_fields(self.order)

    def search(self, rows: QuerySet[Any], name: str, text: str) -> QuerySet[Any]:
        return rows.search(text)  # type: ignore[attr-defined]


class MeetingPageFilters(_OnPage, MeetingFilters):
    order = ("q", "kind", "framework", "supplier", "status")
    hidden = ("starts_after", "starts_before")

    class Meta(MeetingFilters.Meta):
        form = FilterForm


class AgencyReportPageFilters(_OnPage, AgencyReportFilters):
    order = ("q", "framework", "supplier", "agency", "status")
    hidden = ("open",)

    class Meta(AgencyReportFilters.Meta):
        form = FilterForm
