"""What deadlines and deliveries can be narrowed by: one FilterSet for API and page; the page's has its own controls."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, FilterSet

from accounts.models import Organisation, Scope
from core import clock
from core.api.filters import Choice, Day, Flag, Id
from core.forms import FilterForm
from notifications import kinds
from notifications.models import Deadline, DeadlineKind, Delivery, Message

MOST_CHOICES = 500


class DeadlineFilters(FilterSet):
    kind = Choice(choices=DeadlineKind.choices, label=_("Kind"))
    open = Flag(method="narrow_to_open", label=_("Open only"))
    overdue = Flag(method="narrow_to_overdue", label=_("Past the date only"))
    organisation = Id(field_name="organisation_id", label=_("Organisation"))
    framework = Id(field_name="scope_id", label=_("Agreement"))
    due_after = Day(field_name="due_on", lookup_expr="gte", label=_("Due from"))
    due_before = Day(field_name="due_on", lookup_expr="lte", label=_("Due until"))

    class Meta:
        model = Deadline
        fields: list[str] = []

    def narrow_to_open(self, rows: Any, name: str, wanted: bool) -> QuerySet[Deadline]:
        return rows.open() if wanted else rows.exclude(opened_at__isnull=False, closed_at=None)

    def narrow_to_overdue(self, rows: Any, name: str, wanted: bool) -> QuerySet[Deadline]:
        today = clock.today()
        return rows.overdue(today) if wanted else rows.exclude(opened_at__isnull=False, closed_at=None, due_on__lt=today)


class DeliveryFilters(FilterSet):
    """`status` is the message's, or follows from the line as long as it has none."""

    kind = Choice(choices=[(name, kind.label) for name, kind in kinds.CATALOGUE.items()], label=_("Kind"))
    status = Choice(choices=Message.Status.choices, method="narrow_to_state", label=_("State"))
    organisation = Id(field_name="organisation_id", label=_("Organisation"))
    framework = Id(field_name="scope_id", label=_("Agreement"))
    deadline = Id(field_name="deadline_id", label=_("Deadline"))
    person = Id(field_name="person_id", label=_("Person"))
    after = Day(method="narrow_to_after", label=_("Written from"))
    before = Day(method="narrow_to_before", label=_("Written until"))
    server = CharFilter(method="narrow_to_server", label=_("Mail server (what stands after the @)"))
    refused = Flag(method="narrow_to_refused", label=_("The mail server refused it"))

    class Meta:
        model = Delivery
        fields: list[str] = []

    def narrow_to_state(self, rows: Any, name: str, wanted: str) -> QuerySet[Delivery]:
        found: QuerySet[Delivery] = rows.in_state(wanted)
        return found

    def narrow_to_after(self, rows: QuerySet[Delivery], name: str, day: date) -> QuerySet[Delivery]:
        return rows.filter(created_at__gte=clock.start_of(day))

    def narrow_to_before(self, rows: QuerySet[Delivery], name: str, day: date) -> QuerySet[Delivery]:
        """That day included."""
        return rows.filter(created_at__lt=clock.start_of(day + timedelta(days=1))) if day < date.max else rows

    def narrow_to_server(self, rows: QuerySet[Delivery], name: str, server: str) -> QuerySet[Delivery]:
        return rows.filter(person__email__iendswith=f"@{server.strip().lstrip('@')}")

    def narrow_to_refused(self, rows: QuerySet[Delivery], name: str, wanted: bool) -> QuerySet[Delivery]:
        """Whatever came of it in the end: a server has said no at least once."""
        is_refused = Q(message__isnull=False) & ~Q(message__error="")
        return rows.filter(is_refused) if wanted else rows.exclude(is_refused)


class DeadlinePageFilters(DeadlineFilters):
    """Without `open`, which is a tab."""

    class Meta(DeadlineFilters.Meta):
        form = FilterForm

    def __init__(self, *args: Any, organisations: QuerySet[Organisation], scopes: QuerySet[Scope], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = self.form.fields
        fields.pop("open")
        fields["organisation"].widget = _picker(organisations)
        fields["framework"].widget = _picker(scopes)
        fields["overdue"].widget = Tick()


class DeliveryPageFilters(DeliveryFilters):
    q = CharFilter(method="search", label=_("Search"), widget=forms.TextInput(attrs={"type": "search"}))

    class Meta(DeliveryFilters.Meta):
        form = FilterForm

    def __init__(self, *args: Any, organisations: QuerySet[Organisation], scopes: QuerySet[Scope], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = self.form.fields
        fields["organisation"].widget = _picker(organisations)
        fields["framework"].widget = _picker(scopes)
        fields["deadline"].widget = fields["person"].widget = forms.HiddenInput()
        fields["refused"].widget = Tick()
        self.form.order_fields(["q", "status", "after", "before", "kind", "organisation", "framework", "refused", "server"])

    def search(self, rows: QuerySet[Delivery], name: str, text: str) -> QuerySet[Delivery]:
        return rows.filter(Q(person__email__icontains=text) | Q(person__name__icontains=text) | Q(message__subject__icontains=text))


class Tick(forms.CheckboxInput):
    """Ticked is true; not ticked is not asked, where a plain box would say false."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return super().value_from_datadict(data, files, name) if name in data else None


def _picker(rows: QuerySet[Any]) -> forms.Select:
    return forms.Select(choices=[("", _("All")), *((row.pk, str(row)) for row in rows[:MOST_CHOICES])])
