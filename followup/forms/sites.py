"""A production site as both sides write it down."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from core import countries
from core.forms import Form, capitals
from followup.models import Site

NUMBER = r"[-−]?\d{1,3}(?:[.,]\d{1,12})?"
COORDINATES = re.compile(rf"({NUMBER})°?\s*([NS]?)\s*[,;\s]\s*({NUMBER})°?\s*([EØWV]?)", re.IGNORECASE)
"""10.9805, 106.6519 as well as 10,9805° N, 106,6519° Ø: as the map of a telephone writes them when they are copied."""
WRITTEN = ("name", "address", "country", "os_id", "tier", "products", "workers")


def _countries() -> list[Any]:
    return [("", _("Choose")), *countries.choices(get_language() or "nb")]


class CoordinatesField(forms.CharField):
    """Latitude and longitude as a map gives them, cleaned to a pair of numbers or of nothing."""

    default_error_messages = {"invalid": _("Write latitude and longitude as a map gives them, for example 10.98050, 106.65190.")}

    def clean(self, value: Any) -> tuple[Decimal | None, Decimal | None]:
        text = super().clean(value).strip().strip("()")
        if not text:
            return None, None
        found = COORDINATES.fullmatch(text)
        if found is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        north, half, east, side = found.groups()
        return _degrees(north, half), _degrees(east, side)


def _degrees(number: str, towards: str) -> Decimal:
    """South and west are below zero."""
    degrees = Decimal(number.replace(",", ".").replace("−", "-"))
    return -abs(degrees) if towards.upper() in ("S", "W", "V") else degrees


class SiteForm(Form):
    """`suppliers` are offered where it is not known whose site it is."""

    supplier = forms.ModelChoiceField(label=_("Supplier"), queryset=Organisation.objects.none(), empty_label=_("Choose"))
    name = forms.CharField(label=_("Name of the site"), max_length=200)
    address = forms.CharField(label=_("Address"), max_length=300, required=False, help_text=_("Street and place, not the office."))
    country = forms.ChoiceField(label=_("Country"), choices=_countries)
    products = forms.CharField(label=_("What is made there"), max_length=300, required=False)
    tier = forms.TypedChoiceField(
        label=_("Place in the chain"),
        choices=[("", _("Choose")), *capitals(Site.Tier.choices)],  # type: ignore[arg-type]
        coerce=int,
        empty_value=None,
        required=False,
    )
    workers = forms.IntegerField(label=_("Number of workers"), min_value=0, max_value=1_000_000, required=False)
    coordinates = CoordinatesField(
        label=_("Coordinates"), max_length=60, required=False, help_text=_("Latitude and longitude, for example 10.98050, 106.65190.")
    )
    os_id = forms.CharField(
        label=_("OS ID"), max_length=20, required=False, help_text=_("The number of the site in Open Supply Hub, where it has one.")
    )

    def __init__(self, *args: Any, suppliers: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if suppliers is None:
            del self.fields["supplier"]
        else:
            self.fields["supplier"].queryset = suppliers  # type: ignore[attr-defined]

    @property
    def written(self) -> dict[str, Any]:
        """As the services take it."""
        latitude, longitude = self.cleaned_data["coordinates"]
        return {**{name: self.cleaned_data[name] for name in WRITTEN}, "latitude": latitude, "longitude": longitude}


class SendBackForm(Form):
    comment = forms.CharField(
        label=_("What is to be corrected"), widget=forms.Textarea(attrs={"rows": 4}), help_text=_("The supplier reads this.")
    )


def as_written(site: Site) -> dict[str, Any]:
    return {**{name: getattr(site, name) for name in WRITTEN}, "coordinates": site.coordinates}


class SeenForm(Form):
    """Carries along what the page showed."""

    seen_mark = forms.CharField(required=False, widget=forms.HiddenInput)
