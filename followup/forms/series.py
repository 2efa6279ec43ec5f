"""Forms about requests that come back."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from contracts.models import Framework
from core.forms import DateField, Form, capitals
from followup.models import RequestTemplate, Series
from followup.models.series import UNITS
from followup.services.series import Wording

WORDING = ("title", "template", "suppliers", "lead_days", "sends")


class SeriesForm(Form):
    """Suppliers are those of the agreement; none chosen means all, also those that come later."""

    title = forms.CharField(label=_("Title"), max_length=200)
    template = forms.ModelChoiceField(
        label=_("Template"), queryset=RequestTemplate.objects.all(), help_text=_("Each time is made from the template as it is then.")
    )
    lead_days = forms.IntegerField(label=_("Days to answer"), min_value=1, max_value=365, initial=42)
    suppliers = forms.ModelMultipleChoiceField(
        label=_("Suppliers"),
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: everybody who takes part when the time comes."),
    )
    sends = forms.BooleanField(
        label=_("Send by itself"), required=False, help_text=_("Otherwise the requests are prepared, and the contract manager sends them.")
    )

    def __init__(self, *args: Any, framework: Framework, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        taking_part = framework.participations.values("supplier")
        fields["suppliers"].queryset = Organisation.objects.filter(pk__in=taking_part).order_by("name")

    def wording(self) -> Wording:
        return {name: self.cleaned_data[name] for name in WORDING}  # type: ignore[return-value]


class NewSeriesForm(SeriesForm):
    anchor_on = DateField(label=_("The first answer is due"))
    interval = forms.IntegerField(label=_("How often: every"), min_value=1, max_value=120, initial=12)
    unit = forms.ChoiceField(label=_("Unit"), choices=capitals(UNITS), initial="months")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["title", "template", "anchor_on", "interval", "unit"])


def initial_of(series: Series) -> dict[str, Any]:
    return {name: getattr(series, name) for name in WORDING if name != "suppliers"} | {"suppliers": list(series.suppliers.all())}


class MoveForm(Form):
    on = DateField(label=_("New date"))
    reason = forms.CharField(label=_("Why"), max_length=300)


class WhyForm(Form):
    reason = forms.CharField(label=_("Why"), max_length=300)


class NoForm(Form):
    """Nothing to say: the button is enough."""
