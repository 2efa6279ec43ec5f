"""Forms about suppliers: who they are, where they stand on an agreement, their contacts, and what was ordered from them."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from contracts.forms.new_framework import role_choices
from contracts.models import Framework, Lot
from core import countries
from core.forms import AmountField, DateField, Form, capitals


def _countries() -> list[Any]:
    return [("", "–"), *countries.choices(get_language() or "nb")]


class OrganisationForm(Form):
    name = forms.CharField(label=_("Name"), max_length=250)
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=capitals(choice for choice in Organisation.Kind.choices if choice[0] != Organisation.Kind.CPB),
        initial="supplier",
    )
    country = forms.ChoiceField(label=_("Country"), choices=_countries, required=False, initial="NO")
    identifier = forms.CharField(label=_("Organisation number"), max_length=60, required=False)
    identifier_scheme = forms.CharField(
        label=_("Register"),
        max_length=40,
        required=False,
        help_text=_("Only for foreign numbers, for example SE-BLR. Empty means the Norwegian register."),
    )


class ParticipationForm(Form):
    supplier = forms.ModelChoiceField(label=_("Supplier"), queryset=Organisation.objects.none())
    lot = forms.ModelChoiceField(label=_("Lot"), queryset=Lot.objects.none(), required=False)
    rank = forms.IntegerField(label=_("Rank"), min_value=1, max_value=999, required=False)
    share = forms.DecimalField(label=_("Share in per cent"), min_value=0, max_value=100, decimal_places=2, required=False)
    starts_on = DateField(label=_("From"), required=False, help_text=_("Empty means from the start of the agreement."))
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)

    def __init__(self, *args: Any, framework: Framework, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["supplier"].queryset = Organisation.objects.suppliers().order_by("name")
        fields["lot"].queryset = framework.lots.all()
        fields["lot"].empty_label = _("The whole agreement")
        if not framework.lots.exists():
            del self.fields["lot"]


class RankForm(Form):
    rank = forms.IntegerField(label=_("Rank"), min_value=1, max_value=999, required=False)
    share = forms.DecimalField(label=_("Share in per cent"), min_value=0, max_value=100, decimal_places=2, required=False)
    on = DateField(label=_("From"))
    reason = forms.CharField(label=_("Why"), max_length=300)


class EndForm(Form):
    ends_on = DateField(label=_("Last day"))
    reason = forms.CharField(label=_("Why"), max_length=300)


class SuppliersOn(forms.ModelChoiceField):
    """The suppliers that are on an agreement."""

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=Organisation.objects.none(), label=_("Supplier"), **options)

    def of(self, framework: Framework) -> None:
        self.queryset = Organisation.objects.filter(pk__in=framework.participations.values("supplier_id")).order_by("name")


class ContactForm(Form):
    supplier = SuppliersOn()
    name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(label=_("E-mail"))
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    title = forms.CharField(label=_("Position"), max_length=200, required=False)
    roles = forms.MultipleChoiceField(
        label=_("Role on the agreement"), choices=role_choices, widget=forms.CheckboxSelectMultiple, initial=["responsible"]
    )

    def __init__(self, *args: Any, framework: Framework, is_known: bool = False, **kwargs: Any) -> None:
        """Of a contact that is known the supplier stays."""
        super().__init__(*args, **kwargs)
        if is_known:
            del self.fields["supplier"]
            self.fields["roles"].required = False
            self.fields["roles"].help_text = _("None chosen takes the person off this agreement.")
        else:
            self.fields["supplier"].of(framework)  # type: ignore[attr-defined]


class PasteForm(Form):
    sheet = forms.CharField(
        label=_("Contacts"),
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        help_text=_("Copy the cells in your spreadsheet and paste them here, with or without a first row of headings."),
    )


class CallOffForm(Form):
    reference = forms.CharField(label=_("Reference"), max_length=120)
    title = forms.CharField(label=_("Title"), max_length=300, required=False)
    supplier = SuppliersOn()
    lot = forms.ModelChoiceField(label=_("Lot"), queryset=Lot.objects.none(), required=False)
    agency = forms.ModelChoiceField(label=_("Agency"), queryset=Organisation.objects.none(), required=False)
    signed_on = DateField(label=_("Date"), required=False)
    value = AmountField(label=_("Value"), required=False)
    currency = forms.CharField(label=_("Currency"), max_length=3, initial="NOK")

    def __init__(self, *args: Any, framework: Framework, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["supplier"].of(framework)
        fields["lot"].queryset = framework.lots.all()
        fields["agency"].queryset = Organisation.objects.agencies().order_by("name")
        if not framework.lots.exists():
            del self.fields["lot"]


class NoticeForm(Form):
    """A file of published notices."""

    file = forms.FileField(label=_("File"), help_text=_("A JSON file: OCDS releases, a release package or a record package."))


class SheetForm(Form):
    """A spreadsheet to bring in. What may be in it is decided by its reader."""

    file = forms.FileField(label=_("Spreadsheet"), help_text=_("Excel (.xlsx) or CSV, with a first row of headings."))
