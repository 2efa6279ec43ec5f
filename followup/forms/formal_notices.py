"""A formal notice: the draft, how it was sent, why it was not, the reply, and what we decided."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DateField, FilesField, Form, capitals
from followup.models import FormalNotice

SHORT = forms.Textarea(attrs={"rows": 3})
OTHER_WAYS = [choice for choice in FormalNotice.How.choices if choice[0] != FormalNotice.How.PORTAL]


class DraftForm(Form):
    facts = forms.CharField(
        label=_("Facts"),
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("One fact a paragraph, with an empty line between them. They are numbered in the letter."),
    )
    consequences = forms.CharField(label=_("What happens if nothing comes"), widget=forms.Textarea(attrs={"rows": 4}))
    cure_days = forms.IntegerField(label=_("Working days to put it right"), min_value=1, max_value=250)
    reply_days = forms.IntegerField(label=_("Working days to reply"), min_value=1, max_value=250)
    signer_title = forms.CharField(label=_("Title of who signs"), max_length=200, required=False)

    @classmethod
    def of(cls, written: dict[str, Any]) -> "DraftForm":
        shown = {name: written[name] for name in cls.base_fields}
        return cls(initial={**shown, "facts": "\n\n".join(written["facts"])})

    def clean_facts(self) -> list[str]:
        return facts_in(self.cleaned_data["facts"])


def facts_in(text: str) -> list[str]:
    """One a paragraph."""
    return [fact for fact in ("\n".join(lines) for lines in _paragraphs(text)) if fact]


def _paragraphs(text: str) -> list[list[str]]:
    found: list[list[str]] = [[]]
    for line in text.replace("\r\n", "\n").split("\n"):
        if line.strip():
            found[-1].append(line.strip())
        elif found[-1]:
            found.append([])
    return found


class SentForm(Form):
    sent_on = DateField(label=_("Sent on"))
    how = forms.ChoiceField(label=_("How it was sent"), widget=forms.RadioSelect, choices=capitals(OTHER_WAYS))
    receipt_number = forms.CharField(
        label=_("Receipt number"),
        required=False,
        max_length=60,
        help_text=_("Of the registered letter or the digital mail. It goes with the letter as proof that it was sent."),
    )


class DropForm(Form):
    reason = forms.CharField(label=_("Why no letter is sent"), widget=SHORT, help_text=_("Only we read this."))


class DecideForm(Form):
    outcome = forms.ChoiceField(label=_("What follows"), widget=forms.RadioSelect, choices=capitals(FormalNotice.Outcome.choices))
    grounds = forms.CharField(label=_("Grounds"), widget=forms.Textarea(attrs={"rows": 5}), help_text=_("The supplier reads this."))


class ReplyForm(Form):
    hides_optional = True

    text = forms.CharField(label=_("How you see the matter"), required=False, widget=forms.Textarea(attrs={"rows": 8}))
    files = FilesField(label=_("Add files"), required=False, help_text=_("PDF, pictures, Office, CSV, text or ZIP. At most 100 MB each."))  # type: ignore[assignment]
