"""What lists of requests can be narrowed by: one FilterSet for API and page; the page's has a search and its own controls."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet

from core import clock
from core.api.filters import Choice, Day, Flag, Id
from core.forms import FilterForm, capitals
from followup.models import Audit, AuditScheme, Document, DocumentRequest, Sanction, Series


class DocumentRequestFilters(FilterSet):
    """A list in order of dates is read along the deadlines: then agreement and supplier are said of them, and only of them: see
    `DocumentRequestQuerySet.visible_by_date`."""

    framework = Id(method="narrow_to_agreement", label=_("Agreement"))
    status = Choice(choices=DocumentRequest.Status.choices, label=_("State"))
    supplier = Id(method="narrow_to_supplier", label=_("Supplier"))
    overdue = Flag(method="narrow_to_overdue", label=_("Past the date only"))
    due_after = Day(field_name="deadline__due_on", lookup_expr="gte", label=_("Due from"))
    due_before = Day(field_name="deadline__due_on", lookup_expr="lte", label=_("Due until"))

    class Meta:
        model = DocumentRequest
        fields: list[str] = []

    usual_order = "-created_at"

    @property
    def is_by_date(self) -> bool:
        return "due_on" in (self.data.get("ordering") or self.usual_order)

    def narrow_to_agreement(self, requests: QuerySet[Any], name: str, key: UUID) -> QuerySet[Any]:
        return requests.filter(deadline__scope_id=key) if self.is_by_date else requests.filter(framework_id=key)

    def narrow_to_supplier(self, requests: QuerySet[Any], name: str, key: UUID) -> QuerySet[Any]:
        return requests.filter(deadline__organisation_id=key) if self.is_by_date else requests.filter(supplier_id=key)

    def narrow_to_overdue(self, requests: QuerySet[Any], name: str, wanted: bool) -> QuerySet[Any]:
        """Past the present round's date without a delivery, or (false) everything else."""
        late = DocumentRequest.objects.overdue(clock.today())
        return requests.overdue(clock.today()) if wanted else requests.exclude(pk__in=late.values("pk"))  # type: ignore[attr-defined]


class Tick(forms.CheckboxInput):
    """Ticked is true; not ticked is not asked, where a plain box would say false."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return super().value_from_datadict(data, files, name) if name in data else None


class PageFilters(DocumentRequestFilters):
    """The same with a search, and pickers of these agreements and suppliers."""

    q = CharFilter(method="search", label=_("Search"), widget=forms.TextInput(attrs={"type": "search"}))
    usual_order = "due_on"
    order = ("q", "status", "framework", "supplier", "overdue", "due_after", "due_before")

    class Meta(DocumentRequestFilters.Meta):
        form = FilterForm

    def __init__(self, *args: Any, frameworks: QuerySet[Any], suppliers: QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = self.form.fields
        fields["framework"].widget = picker(frameworks)
        fields["supplier"].widget = picker(suppliers)
        fields["overdue"].widget = Tick()
        self.form.order_fields(self.order)

    def search(self, requests: QuerySet[Any], name: str, text: str) -> QuerySet[Any]:
        return requests.search(text)  # type: ignore[attr-defined]


def picker(rows: QuerySet[Any]) -> forms.Select:
    return forms.Select(choices=[("", _("All")), *((row.pk, str(row)) for row in rows[:MOST_CHOICES])])


MOST_CHOICES = 500
"""More than this nobody looks through; the search finds the rest by name."""


class DocumentFilters(FilterSet):
    q = CharFilter(field_name="name", lookup_expr="icontains", label=_("Search"), widget=forms.TextInput(attrs={"type": "search"}))
    valid = ChoiceFilter(
        method="narrow_to_valid", label=_("Validity"), choices=[("expired", _("Expired")), ("soon", _("Runs out within 60 days"))]
    )
    supplier = Id(field_name="supplier_id", widget=forms.HiddenInput)

    class Meta:
        model = Document
        fields: list[str] = []
        form = FilterForm

    def narrow_to_valid(self, documents: QuerySet[Any], name: str, wanted: str) -> QuerySet[Any]:
        today = clock.today()
        if wanted == "expired":
            return documents.filter(valid_until__lt=today)
        return documents.filter(valid_until__range=(today, today + SOON))


SOON = timedelta(days=60)


class SeriesFilters(FilterSet):
    q = CharFilter(field_name="title", lookup_expr="icontains", label=_("Search"), widget=forms.TextInput(attrs={"type": "search"}))
    status = ChoiceFilter(label=_("State"), choices=capitals(Series.Status.choices))
    framework = Id(field_name="framework_id", widget=forms.HiddenInput)

    class Meta:
        model = Series
        fields: list[str] = []
        form = FilterForm


class AuditFilters(FilterSet):
    framework = Id(field_name="framework_id", label=_("Agreement"))
    status = Choice(choices=Audit.Status.choices, label=_("State"))
    supplier = Id(field_name="supplier_id", label=_("Supplier"))
    kind = Choice(choices=Audit.Kind.choices, label=_("Kind"))
    site = Id(field_name="site_id", widget=forms.HiddenInput)
    programme = Id(field_name="programme_id", widget=forms.HiddenInput)
    scheme = Id(field_name="listed_scheme_id", label=_("Scheme"))

    class Meta:
        model = Audit
        fields: list[str] = []


class AuditPageFilters(AuditFilters):
    """The same with a search, and pickers of these agreements and suppliers."""

    q = CharFilter(method="search", label=_("Search"), widget=forms.TextInput(attrs={"type": "search"}))
    result = Choice(choices=[choice for choice in Audit.Result.choices if choice[0]], label=_("Result"))
    order = ("q", "status", "framework", "supplier", "kind", "result", "scheme")

    class Meta(AuditFilters.Meta):
        form = FilterForm

    def __init__(self, *args: Any, frameworks: QuerySet[Any], suppliers: QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form.fields["framework"].widget = picker(frameworks)
        self.form.fields["supplier"].widget = picker(suppliers)
        self.form.fields["scheme"].widget = picker(AuditScheme.objects.by_name())
        self.form.order_fields(self.order)

    def search(self, audits: QuerySet[Any], name: str, text: str) -> QuerySet[Any]:
        return audits.search(text)  # type: ignore[attr-defined]


class SanctionFilters(FilterSet):
    q = CharFilter(method="search", label=_("Search"), widget=forms.TextInput(attrs={"type": "search"}))
    status = ChoiceFilter(field_name="seen_status", label=_("State"), choices=capitals(Sanction.Status.choices))
    means = ChoiceFilter(label=_("Means"), choices=capitals(Sanction.Means.choices))
    framework = Id(field_name="framework_id", widget=forms.HiddenInput)
    supplier = Id(field_name="supplier_id", widget=forms.HiddenInput)

    class Meta:
        model = Sanction
        fields: list[str] = []
        form = FilterForm

    def search(self, cases: QuerySet[Any], name: str, text: str) -> QuerySet[Any]:
        return cases.search(text)  # type: ignore[attr-defined]
