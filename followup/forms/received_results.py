"""Reading another body's file, relying on an audit in it, and whose keys we accept."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from contracts.models import Framework
from core.forms import Form
from followup.forms.audits import ObligationsForm

SHORT = forms.Textarea(attrs={"rows": 3})


class UploadForm(Form):
    file = forms.FileField(label=_("File from the other body"), help_text=_("The file as they sent it, ending in .json. At most 20 MB."))


class SupplierForm(Form):
    supplier = forms.ModelChoiceField(
        label=_("Which of our suppliers is it?"), queryset=Organisation.objects.none(), empty_label=_("Choose")
    )

    def __init__(self, *args: Any, suppliers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["supplier"].queryset = suppliers  # type: ignore[attr-defined]


class AsideForm(Form):
    reason = forms.CharField(label=_("Why"), widget=SHORT, help_text=_("Only we read this."))


class AgreementForm(Form):
    """The first question, where the supplier is on several of our agreements."""

    framework = forms.ModelChoiceField(
        label=_("On which agreement do we rely on it?"), queryset=Framework.objects.none(), empty_label=_("Choose")
    )

    def __init__(self, *args: Any, frameworks: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["framework"].queryset = frameworks  # type: ignore[attr-defined]


class RelyForm(ObligationsForm):
    """What the file cannot say: two things somebody of ours answers for, and which of our requirements the audit is about."""

    is_as_strict = forms.BooleanField(label=_("What it checked is at least as strict as our requirements"), required=False)
    is_similar = forms.BooleanField(label=_("It was made in a similar way as we would have"), required=False)
    accepted_because = forms.CharField(
        label=_("How we know"), required=False, widget=SHORT, help_text=_("Which clause was compared, and how the audit was made.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["obligations"].label = _("Which of our requirements is it about?")


class KeyForm(Form):
    name = forms.CharField(label=_("Name of the body"), max_length=250)
    number = forms.CharField(label=_("Organisation number"), max_length=60)
    scheme = forms.CharField(
        label=_("Register"), max_length=40, initial="NO-BRC", help_text=_("NO-BRC is the Norwegian one. Abroad, ask the body for its code.")
    )
    public_key = forms.CharField(
        label=_("Public key"), widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "autocomplete": "off"}),
        help_text=_("A line of 44 signs that the body shows on its page “Our key”."),
    )  # fmt: skip
    how_known = forms.CharField(
        label=_("How do we know that it is theirs?"),
        max_length=300,
        help_text=_(
            "Whoever can sign with this key is believed. Call the body on a number that you know, and compare the name of the key."
        ),
    )


class EndKeyForm(Form):
    reason = forms.CharField(label=_("Why it is accepted no more"), max_length=300)
