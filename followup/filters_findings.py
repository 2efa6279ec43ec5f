"""What lists of findings can be narrowed by, in the API and on the page."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, FilterSet

from core import clock
from core.api.filters import Choice, Flag, Id
from core.forms import FilterForm
from followup.filters import Tick, picker
from followup.models import Finding, Severity


class FindingFilters(FilterSet):
    status = Choice(choices=Finding.Status.choices, label=_("State"))
    severity = Choice(method="narrow_to_severity", choices=Severity.Code.choices, label=_("Severity"))
    framework = Id(field_name="framework_id", label=_("Agreement"))
    supplier = Id(field_name="supplier_id", label=_("Supplier"))
    audit = Id(field_name="audit_id", label=_("Audit"))
    open = Flag(method="narrow_to_open", label=_("Open only"))
    overdue = Flag(method="narrow_to_overdue", label=_("Past the date only"))

    class Meta:
        model = Finding
        fields: list[str] = []

    def narrow_to_severity(self, findings: QuerySet[Any], name: str, code: str) -> QuerySet[Any]:
        """By its key: of a joined code PostgreSQL does not know that it is rare, and looks through all findings for a page of it."""
        return findings.filter(severity_id__in=list(Severity.objects.filter(code=code).values_list("pk", flat=True)))

    def narrow_to_open(self, findings: QuerySet[Any], name: str, wanted: bool) -> QuerySet[Any]:
        return findings.open() if wanted else findings.filter(status=Finding.Status.CLOSED)  # type: ignore[attr-defined]

    def narrow_to_overdue(self, findings: QuerySet[Any], name: str, wanted: bool) -> QuerySet[Any]:
        """Should have been put right by now, and it is the supplier's turn; or (false) everything else."""
        late = Finding.objects.overdue(clock.today())
        return findings.overdue(clock.today()) if wanted else findings.exclude(pk__in=late.values("pk"))  # type: ignore[attr-defined]


class PageFilters(FindingFilters):
    """The same with a search, and pickers of these agreements and suppliers."""

    q = CharFilter(method="search", label=_("Search"), widget=forms.TextInput(attrs={"type": "search"}))
    order = ("q", "severity", "status", "framework", "supplier", "overdue")

    class Meta(FindingFilters.Meta):
        form = FilterForm

    def __init__(self, *args: Any, frameworks: QuerySet[Any], suppliers: QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = self.form.fields
        fields["framework"].widget = picker(frameworks)
        fields["supplier"].widget = picker(suppliers)
        fields["overdue"].widget = Tick()
        fields["open"].widget = forms.HiddenInput()
        fields["audit"].widget = forms.HiddenInput()
        self.form.order_fields(self.order)

    def search(self, findings: QuerySet[Any], name: str, text: str) -> QuerySet[Any]:
        return findings.search(text)  # type: ignore[attr-defined]
