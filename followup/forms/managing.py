"""What we decide about a request: dates, rest, an end, an answer, and what is said outside the portal."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DateField, FilesField, Form, capitals
from followup.models import ContactEntry, Document, DocumentRequest, Item

LONG = forms.Textarea(attrs={"rows": 4})
SHORT = forms.Textarea(attrs={"rows": 2})


class ExtendForm(Form):
    due_on = DateField(label=_("New date"))
    reason = forms.CharField(label=_("Why"), max_length=300, help_text=_("The supplier reads this."))


class HoldForm(Form):
    until = DateField(label=_("Rest until"), help_text=_("The date of the request does not move."))
    reason = forms.CharField(label=_("Why"), max_length=300, help_text=_("Only we read this."))


class WithdrawForm(Form):
    reason = forms.CharField(label=_("Why"), required=False, widget=SHORT, help_text=_("The supplier reads this."))


class CloseForm(Form):
    reason = forms.ChoiceField(label=_("Why"), widget=forms.RadioSelect, choices=capitals(DocumentRequest.CloseReason.choices))


class AnswerForm(Form):
    answer = forms.CharField(label=_("Answer"), widget=LONG)


class DecideTimeForm(Form):
    """Without a date the one that was asked for is given."""

    due_on = DateField(label=_("New date"), required=False)
    answer = forms.CharField(label=_("A word to the supplier"), required=False, widget=SHORT)


class RefuseTimeForm(Form):
    answer = forms.CharField(label=_("Why the date stays"), required=False, widget=SHORT, help_text=_("The supplier reads this."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="refuse_%s", **kwargs)  # stands beside the other form, which has an answer too


class ContactEntryForm(Form):
    kind = forms.ChoiceField(
        label=_("How"), widget=forms.RadioSelect, choices=capitals(ContactEntry.Kind.choices), initial=ContactEntry.Kind.CALL
    )
    happened_on = DateField(label=_("When"))
    with_whom = forms.CharField(label=_("With whom"), max_length=200, required=False)
    text = forms.CharField(label=_("What was said"), widget=LONG)
    is_shared = forms.BooleanField(label=_("The supplier may read this too"), required=False)


class RequestEntryForm(ContactEntryForm):
    """On a request: an entry can be a reminder, which a formal notice then leans on."""

    is_reminder = forms.BooleanField(
        label=_("This was a reminder that the documentation is missing"),
        required=False,
        help_text=_("It is then named in a formal notice as a message that reached the supplier."),
    )


class AgreementEntryForm(ContactEntryForm):
    """On an agreement as a whole: an entry can be the reminder that a sanction case leans on."""

    is_reminder = forms.BooleanField(
        label=_("This was a reminder of a breach"),
        required=False,
        help_text=_("It is then named in a sanction case as a message that reached the supplier."),
    )


class RegisterForm(Form):
    """What came by mail, on paper or in a meeting; the files of each item come in a form of their own."""

    channel = forms.ChoiceField(
        label=_("How it came"),
        widget=forms.RadioSelect,
        choices=capitals(choice for choice in Document.Channel.choices if choice[0] != Document.Channel.PORTAL),
    )
    received_on = DateField(label=_("Received"), help_text=_("The day it reached us. This day decides whether it was on time."))
    note = forms.CharField(label=_("Note"), required=False, widget=SHORT)


class RegisterItemForm(Form):
    files = FilesField(label=_("Files"), required=False)  # type: ignore[assignment]


class ReturnForm(Form):
    reason = forms.ChoiceField(label=_("What is wrong"), choices=[("", _("Choose")), *capitals(Item.Reason.choices)])
    comment = forms.CharField(
        label=_("What the supplier should do"), required=False, widget=SHORT, help_text=_("One or two sentences. The supplier reads them.")
    )


class SendBackForm(Form):
    due_on = DateField(label=_("New date"), help_text=_("14 days unless you choose another."))
