"""The one page on which a new agreement is typed in: its facts, options, lots, suppliers with ranks, and contacts."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import ScopeRole, User
from contracts.forms.frameworks import FrameworkForm
from contracts.forms.rows import Rows, as_written, size
from contracts.models import Option
from contracts.services import contacts, frameworks, organisations, registration
from core.errors import Invalid
from core.forms import Form, capitals

R = ScopeRole.Role
NOT_ON, WITHOUT_RANK = "", "0"
MOST_RANKS = 40


class OptionRow(Form):
    months = forms.IntegerField(label=_("Length in months"), min_value=1, max_value=240, required=False)
    kind = forms.ChoiceField(
        label=_("How it works"), choices=capitals(Option.Kind.choices), initial=Option.Kind.MUST_BE_USED, required=False
    )
    notice_days = forms.IntegerField(label=_("Notice, days before the end"), min_value=0, max_value=1000, initial=90, required=False)
    hides_optional = True


class LotRow(Form):
    title = forms.CharField(label=_("Title"), max_length=300, required=False)
    hides_optional = True


def role_choices() -> list[tuple[str, Any]]:
    return capitals((role.value, role.label) for role in contacts.SUPPLIER_ROLES)


class SupplierRow(Form):
    """One supplier: who, where it stands, and one contact. More contacts are pasted or added on the agreement."""

    name = forms.CharField(
        label=_("Supplier"), max_length=250, required=False, widget=forms.TextInput(attrs={"list": "suppliers", "autocomplete": "off"})
    )
    identifier = forms.CharField(label=_("Organisation number"), max_length=60, required=False)
    contact_name = forms.CharField(label=_("Contact's name"), max_length=200, required=False)
    contact_email = forms.EmailField(label=_("E-mail"), required=False)
    contact_phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    contact_role = forms.ChoiceField(label=_("Role"), choices=role_choices, initial=R.RESPONSIBLE, required=False)
    hides_optional = True

    def __init__(self, *args: Any, lots: Sequence[str], **kwargs: Any) -> None:
        """`lots` are the titles written above; without any the supplier stands on the whole agreement."""
        super().__init__(*args, **kwargs)
        ranks = [(str(rank), _("No. %(rank)s") % {"rank": rank}) for rank in range(1, MOST_RANKS + 1)]
        without = (WITHOUT_RANK, _("Without rank"))
        self.places = [f"place_{number}" for number in range(1, len(lots) + 1)] or ["place"]
        for number, name in enumerate(self.places):
            choices = [(NOT_ON, _("Not on this lot")), without, *ranks] if lots else [without, *ranks]
            label = _("Lot %(number)s: %(title)s") % {"number": number + 1, "title": lots[number]} if lots else _("Rank")
            self.fields[name] = forms.ChoiceField(label=label, choices=choices, required=False, initial=choices[0][0])

    @property
    def place_fields(self) -> list[Any]:
        return [self[name] for name in self.places]

    def clean_identifier(self) -> str:
        number = self.cleaned_data["identifier"]
        try:
            return organisations.checked_number("", number)[1]
        except Invalid as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.has_changed() and not data.get("name"):
            self.add_error("name", _("Write the name of the supplier."))
        if self.places != ["place"] and data.get("name") and not any(data.get(name) for name in self.places):
            self.add_error(self.places[0], _("Choose at least one lot for this supplier."))
        if (data.get("contact_name") or data.get("contact_phone")) and not data.get("contact_email") and "contact_email" not in self.errors:
            self.add_error("contact_email", _("Write the contact's e-mail address."))
        return data

    def supplier(self) -> registration.NewSupplier:
        data = self.cleaned_data
        people = []
        if data["contact_email"]:
            role = data["contact_role"] or R.RESPONSIBLE
            people = [
                registration.NewContact(email=data["contact_email"], roles=[role], name=data["contact_name"], phone=data["contact_phone"])
            ]
        return registration.NewSupplier(name=data["name"], identifier=data["identifier"], places=self._places(), contacts=people)

    def _places(self) -> list[registration.Place]:
        if self.places == ["place"]:
            return [registration.Place(rank=int(self.cleaned_data["place"] or 0) or None)]
        chosen = [(number, self.cleaned_data[name]) for number, name in enumerate(self.places, start=1)]
        return [registration.Place(lot=number, rank=int(rank) or None) for number, rank in chosen if rank != NOT_ON]


class NewFrameworkPage:
    """The page's forms together. `add` names the rows of which one more is wanted; then nothing is judged."""

    def __init__(self, *, user: User, data: Any = None, add: str = "") -> None:
        self.is_checked = data is not None and not add
        sizes = {name: size(name, data, usual=usual) + (name == add) for name, usual in (("options", 1), ("lots", 1), ("suppliers", 2))}
        self.about = self._about(user, data)
        self.options = self._rows(OptionRow, "options", data, sizes)
        self.lots = self._rows(LotRow, "lots", data, sizes)
        self.titles = [title for form in self.lots.forms if (title := str(form["title"].value() or "").strip())]
        self.suppliers = self._rows(SupplierRow, "suppliers", data, sizes, lots=self.titles)
        self.added = f"{add}-{sizes[add] - 1}" if add in sizes else ""

    def _about(self, user: User, data: Any) -> FrameworkForm:
        if self.is_checked:
            return FrameworkForm(data, user=user)
        form = FrameworkForm(user=user)
        if data is not None:
            form.initial = {**form.initial, **as_written(form, data)}
        return form

    def _rows(self, form_class: Any, prefix: str, data: Any, sizes: dict[str, int], **options: Any) -> Rows:
        if self.is_checked:
            return Rows(form_class, prefix, size=sizes[prefix], data=data, **options)
        if data is not None:
            return Rows.written(form_class, prefix, size=sizes[prefix], data=data, **options)
        return Rows(form_class, prefix, size=sizes[prefix], **options)

    @property
    def forms(self) -> list[forms.Form]:
        return [self.about, *self.options.forms, *self.lots.forms, *self.suppliers.forms]

    @property
    def has_errors(self) -> bool:
        return self.is_checked and any(form.errors for form in self.forms)

    def is_valid(self) -> bool:
        return self.is_checked and not [form for form in self.forms if not form.is_valid()]

    def contents(self) -> dict[str, Any]:
        """What `registration.register` takes."""
        rows = [form.cleaned_data for form in self.options.filled if form.cleaned_data.get("months")]
        terms = [
            registration.NewOption(
                months=row["months"],
                kind=row["kind"] or Option.Kind.MUST_BE_USED,
                notice_days=90 if row["notice_days"] is None else row["notice_days"],
            )
            for row in rows
        ]
        details: frameworks.Details = self.about.details()
        suppliers = [form.supplier() for form in self.suppliers.filled if isinstance(form, SupplierRow)]
        return {"details": details, "lots": self.titles, "terms": terms, "suppliers": suppliers}
