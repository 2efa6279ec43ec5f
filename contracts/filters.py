"""What the lists of agreements, requirements, obligations and call-offs can be narrowed by; the same for pages and API."""

from datetime import date
from typing import Any
from uuid import UUID

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Person, User
from contracts import standings
from contracts.models import CallOff, Framework, Lot, Obligation, Requirement, Theme, Verified
from core.forms import FilterForm, capitals


class HouseFilters(django_filters.FilterSet):
    """Filters that know who looks and what day it is; choices never name what the reader may not see."""

    def __init__(self, data: Any, rows: QuerySet[Any], *, user: User, today: date) -> None:
        self.user, self.today = user, today
        super().__init__(data, rows)

    class Meta:
        form = FilterForm


def search() -> django_filters.CharFilter:
    widget = forms.TextInput(attrs={"type": "search", "autocomplete": "off"})
    return django_filters.CharFilter(method="filter_search", label=_("Search"), widget=widget)


def suppliers_seen(filters: Any) -> QuerySet[Organisation]:
    return Organisation.objects.visible_to(filters.user).suppliers().order_by("name")


class Supplier(django_filters.ModelChoiceFilter):
    """Suppliers that the reader may know of."""

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=lambda request: Organisation.objects.none(), label=_("Supplier"), **options)

    def get_queryset(self, request: Any) -> QuerySet[Organisation]:
        return suppliers_seen(self.parent)


class Agreement(django_filters.ModelChoiceFilter):
    """Agreements that the reader may see."""

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=lambda request: Framework.objects.none(), label=_("Agreement"), **options)

    def get_queryset(self, request: Any) -> QuerySet[Framework]:
        return Framework.objects.visible_to(self.parent.user).order_by("title")


class FrameworkFilters(HouseFilters):
    q = search()
    phase = django_filters.ChoiceFilter(choices=capitals(Framework.Phase.choices), method="filter_phase", label=_("State"))
    manager = django_filters.ModelChoiceFilter(queryset=Person.objects.none(), method="filter_manager", label=_("Contract manager"))
    supplier = django_filters.UUIDFilter(method="filter_supplier", widget=forms.HiddenInput)
    status = django_filters.ChoiceFilter(choices=capitals(Framework.Status.choices), label=_("Marked as"))
    ending_before = django_filters.DateFilter(method="filter_ending", label=_("Ends before"))

    class Meta(HouseFilters.Meta):
        model = Framework
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.user.works_here:
            self.filters["manager"].queryset = Person.objects.filter(scope_roles__role="manager", scope_roles__ends_on=None).distinct()
        else:
            for name in ("manager", "supplier", "status"):
                del self.filters[name]

    def filter_search(self, rows: Any, name: str, value: str) -> QuerySet[Any]:
        """In its names and, for those who may know of them, its suppliers'."""
        own = Q(title__icontains=value) | Q(reference__icontains=value) | Q(case_number__icontains=value)
        suppliers = Organisation.objects.visible_to(self.user).suppliers().filter(name__icontains=value)
        return rows.filter(own | rows.with_any_supplier(suppliers))

    def filter_phase(self, rows: Any, name: str, value: str) -> QuerySet[Any]:
        return rows.in_phase(value, self.today)

    def filter_manager(self, rows: Any, name: str, value: Person) -> QuerySet[Any]:
        return rows.with_manager(value.pk, self.today)

    def filter_supplier(self, rows: Any, name: str, value: UUID) -> QuerySet[Any]:
        return rows.filter(rows.with_any_supplier([value]))

    def filter_ending(self, rows: Any, name: str, value: date) -> QuerySet[Any]:
        return rows.ending_before(value)


class RequirementFilters(HouseFilters):
    q = search()
    framework = Agreement()
    theme = django_filters.ChoiceFilter(choices=capitals(Theme.choices), label=_("Theme"))
    kind = django_filters.ChoiceFilter(choices=capitals(Requirement.Kind.choices), label=_("Type"))
    level = django_filters.ChoiceFilter(choices=capitals(Requirement.Level.choices), label=_("Level"))

    class Meta(HouseFilters.Meta):
        model = Requirement
        fields: list[str] = []

    def filter_search(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(Q(title__icontains=value) | Q(text__icontains=value))


STANDINGS = [
    ("verified", _("Met")),
    ("partly", _("Partly met")),
    ("failed", _("Not met or not documented")),
    ("declared", _("Only stated by the supplier")),
    ("unknown", _("Not assessed")),
]


READINGS = [*Verified.choices, ("expired", _("expired")), ("to_judge", _("to be judged anew"))]


class ObligationFilters(HouseFilters):
    framework = Agreement()
    supplier = Supplier()
    verified = django_filters.ChoiceFilter(choices=capitals(READINGS), method="filter_verified", label=_("Outcome"))
    theme = django_filters.ChoiceFilter(choices=capitals(Theme.choices), field_name="requirement__theme", label=_("Theme"))
    standing = django_filters.ChoiceFilter(choices=STANDINGS, method="filter_standing", label=_("How it stands"))
    requirement = django_filters.UUIDFilter(widget=forms.HiddenInput)
    lot = django_filters.UUIDFilter(widget=forms.HiddenInput)

    class Meta(HouseFilters.Meta):
        model = Obligation
        fields: list[str] = []

    def filter_verified(self, rows: Any, name: str, value: str) -> QuerySet[Any]:
        return rows.reading_as(value, self.today, standings.overruling(self.user))

    def filter_standing(self, rows: Any, name: str, value: str) -> QuerySet[Any]:
        return rows.standing_as(value, self.today, standings.overruling(self.user))


class CallOffFilters(HouseFilters):
    """Within one agreement."""

    q = search()
    supplier = Supplier()
    lot = django_filters.ModelChoiceFilter(queryset=Lot.objects.none(), label=_("Lot"))
    signed_after = django_filters.DateFilter(field_name="signed_on", lookup_expr="gte", label=_("From"))

    class Meta(HouseFilters.Meta):
        model = CallOff
        fields: list[str] = []

    def __init__(self, *args: Any, framework: Framework, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["lot"].queryset = framework.lots.all()
        if not self.user.works_here:
            del self.filters["supplier"]

    def filter_search(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(Q(reference__icontains=value) | Q(title__icontains=value) | Q(agency__name__icontains=value))


class SupplierFilters(HouseFilters):
    q = search()
    framework = Agreement(method="filter_framework")

    class Meta(HouseFilters.Meta):
        model = Organisation
        fields: list[str] = []

    def filter_search(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(Q(name__icontains=value) | Q(identifier__startswith="".join(value.split())))

    def filter_framework(self, rows: QuerySet[Any], name: str, value: Framework) -> QuerySet[Any]:
        return rows.filter(pk__in=value.participations.values("supplier_id"))
