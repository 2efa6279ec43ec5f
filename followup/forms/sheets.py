"""The sheet of an audit: choosing what it asks, one question of it, and reading a spreadsheet back in."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.forms import FilesField, Form
from followup.models import ChecklistQuestion, ChecklistVersion, Part
from followup.sheet_answers import severities
from followup.sheet_reading import Answered, alternatives

K = ChecklistQuestion.Kind
PICTURES = "image/jpeg,image/png,image/webp,image/heic,image/heif"


class BeginForm(Form):
    """Which checklists the sheet asks from."""

    versions = forms.MultipleChoiceField(label=_("Checklists"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, versions: Iterable[ChecklistVersion], language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_key = {str(version.pk): version for version in versions}
        self.fields["versions"].choices = [(key, version.name_in(language)) for key, version in self.by_key.items()]  # type: ignore[attr-defined]

    def clean_versions(self) -> list[ChecklistVersion]:
        return [self.by_key[key] for key in self.cleaned_data["versions"]]


class QuestionForm(Form):
    """One question: answer, note, photos and a finding that is noted, with the revisions that the page showed."""

    note = forms.CharField(label=pgettext_lazy("in a sheet", "Note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    files = FilesField(label=_("Photos"), required=False)  # type: ignore[assignment]
    finding = forms.CharField(
        label=_("What was found"), required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("Facts: what, where, how many.")
    )
    severity = forms.ChoiceField(label=_("Severity"), required=False)
    base_answer = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    base_note = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    base_finding = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    base_severity = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    hides_optional = True

    def __init__(self, *args: Any, it: Answered, language: str, **kwargs: Any) -> None:
        revisions = {f"base_{part}": it.stands[part].revision if part in it.stands else 0 for part in Part.values}
        stored = {part: row.text for part, row in it.stands.items()}
        super().__init__(*args, prefix=prefix_of(it.question), initial={"answer": "", **stored, **revisions}, **kwargs)
        self.fields["answer"] = answer_field(it.question, language)
        self.fields["severity"].choices = [("", _("Not chosen")), *severities(language)]  # type: ignore[attr-defined]
        self.order_fields(["answer", "note", "files", "severity", "finding"])
        self.fields["files"].widget.attrs["accept"] = PICTURES
        self.use_required_attribute = False


def prefix_of(question: ChecklistQuestion) -> str:
    return f"q-{question.pk}"


def answer_field(question: ChecklistQuestion, language: str) -> forms.Field:
    """The control that fits the question. What was written is judged by the service, so that a slip loses nothing."""
    if offered := alternatives(question, language):
        choices = [*offered, ("", _("Not answered"))]
        return forms.ChoiceField(label=_("Answer"), required=False, choices=choices, widget=forms.RadioSelect)
    if question.kind == K.NUMBER:
        widget: forms.Widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "sheet-number"})
    else:
        widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=_("Answer"), required=False, widget=widget)


class SpreadsheetForm(Form):
    """The spreadsheet of this sheet, filled in."""

    file = forms.FileField(label=_("The filled-in spreadsheet"), help_text=_("As .xlsx or CSV, with the columns as you got them."))
