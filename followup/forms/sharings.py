"""What is shared with another public body, with whom, by what right and how long; and the words that end it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from contracts.models import Clause
from core import countries, locales
from core.forms import DateField, Form, capitals
from followup.models import Audit, Sharing

SHORT = forms.Textarea(attrs={"rows": 3})
WRITTEN = (
    *("body_name", "body_scheme", "body_number", "body_country", "contact_name", "contact_email", "purpose"),
    *("includes_reports", "basis", "clause", "law", "starts_on", "ends_on"),
)


def _countries() -> list[Any]:
    return countries.choices(get_language() or "nb")


class SharingForm(Form):
    """`audits` are those that can be shared, `clauses` those of the agreement."""

    audits = forms.MultipleChoiceField(
        label=_("Which audits?"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Each goes with its result, its conclusion and the findings that the supplier has been told of."),
    )
    includes_reports = forms.BooleanField(label=_("Share the reports too, as PDF"), required=False)
    body_name = forms.CharField(label=_("Name of the body"), max_length=250)
    body_number = forms.CharField(
        label=_("Organisation number"), max_length=60, help_text=_("The file is made out to this body: no other takes it in.")
    )
    body_scheme = forms.CharField(
        label=_("Register"), max_length=40, initial="NO-BRC", help_text=_("NO-BRC is the Norwegian one. Abroad, ask the body for its code.")
    )
    body_country = forms.ChoiceField(label=_("Country"), choices=_countries, initial="NO")
    contact_name = forms.CharField(label=_("Contact at the body"), max_length=200, required=False)
    contact_email = forms.EmailField(label=_("E-mail of the contact"), required=False)
    purpose = forms.CharField(label=_("What the body needs it for"), widget=SHORT, help_text=_("The supplier reads this."))
    basis = forms.ChoiceField(
        label=_("What gives us the right to share?"), widget=forms.RadioSelect, choices=capitals(Sharing.Basis.choices)
    )
    clause = forms.ModelChoiceField(label=_("Clause"), queryset=Clause.objects.none(), required=False, empty_label=_("None"))
    law = forms.CharField(label=_("Law and section"), max_length=300, required=False)
    starts_on = DateField(label=_("From"))
    ends_on = DateField(label=_("To"), help_text=_("The last day on which the body may have a file."))

    def __init__(self, *args: Any, audits: Iterable[Audit], clauses: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_key = {str(each.pk): each for each in audits}
        fields: Any = self.fields
        fields["audits"].choices = [(key, named(each)) for key, each in self.by_key.items()]
        fields["clause"].queryset = clauses

    def clean_audits(self) -> list[Audit]:
        return [self.by_key[key] for key in self.cleaned_data["audits"]]


class ConsentForm(Form):
    """A consent that was given another way than here."""

    consent_by = forms.CharField(label=_("Who gave it"), max_length=200, help_text=_("Name and position at the supplier."))
    consent_on = DateField(label=_("On which day"))


class AnswerForm(Form):
    answer = forms.CharField(label=_("Is there something that you want to say?"), required=False, widget=SHORT)


class EndForm(Form):
    reason = forms.CharField(label=_("Why it ends"), widget=SHORT, help_text=_("The supplier reads this."))


def named(audit: Audit) -> str:
    assert audit.performed_on is not None
    return ", ".join(filter(None, [capfirst(audit.get_kind_display()), locales.long_day(audit.performed_on), audit.where[:80]]))


def as_written(it: Sharing) -> dict[str, Any]:
    return {**{name: getattr(it, name) for name in WRITTEN}, "audits": [str(each.pk) for each in it.audits.all()]}
