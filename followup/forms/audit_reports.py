"""A written audit report: its words section by section, how long it is out for comments, comments and answers, and its end."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from core.forms import DateField, FilesField, FilesInput, Form, capitals
from followup import report_words, writing_together
from followup.forms.audits import RESULTS
from followup.models import ReportComment, ReportSection, WrittenReport
from followup.report_words import Section
from followup.services.audit_reporting import LONGEST, MOST_HEADING, Added

K = ReportSection.Kind
HELP = {
    K.SUMMARY: _("The most important, in a few sentences. May be left empty."),
    K.METHOD: _("What was gone through, who was spoken with, how the sample was chosen, and what could not be looked into."),
    K.REQUIREMENT: _("What was found, and on what it rests."),
    K.FINDING: _("More than the finding itself says, if need be."),
    K.CONCLUSION: _("What it comes to. Also shown on the page of the audit."),
}


class BeginReportForm(Form):
    language = forms.ChoiceField(label=_("Language of the report"), choices=settings.LANGUAGES, widget=forms.RadioSelect)
    why = forms.CharField(
        label=_("Why it is corrected"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The supplier reads this. The earlier version stays."),
    )

    def __init__(self, *args: Any, is_correction: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_correction:
            del self.fields["why"]


class SectionsForm(Form):
    """A field for each section, and two for one more. `sheet`: how much of it is told; None without one. The language until it is sent."""

    hides_optional = True

    def __init__(
        self, *args: Any, sections: Sequence[ReportSection], is_told: bool, language: str, sheet: str | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.sections = sections
        for each in sections:
            if each.kind == K.OTHER:
                self.fields[f"heading-{each.pk}"] = _heading(each.heading, is_required=bool(each.sent_text))
            rows = 2 if each.kind == K.FINDING else 6
            self.fields[f"text-{each.pk}"] = forms.CharField(
                label=report_words.heading_of(each) if each.kind != K.FINDING else _("Add to it"),
                required=False,
                initial=each.text,
                widget=forms.Textarea(attrs={"rows": rows}),
                help_text=HELP.get(K(each.kind), _("Empty it, and the section goes.")),
            )
            writing_together.add_mark(self, each.pk, each.text)
        self.fields["heading"] = _heading("", is_required=False)
        self.fields["text"] = forms.CharField(label=_("Text"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
        if sheet is not None:
            self.fields["sheet"] = forms.ChoiceField(
                label=_("What the report tells of the sheet"),
                choices=capitals(WrittenReport.Sheet.choices),
                initial=sheet,
                required=False,
                widget=forms.RadioSelect,
                help_text=_("The supplier reads it. Look through notes and photos first: they can show who has said what."),
            )
        if not is_told:
            self.fields["language"] = forms.ChoiceField(
                label=_("Language of the report"),
                choices=settings.LANGUAGES,
                initial=language,
                help_text=_("Headings and fixed words follow it. What you write stays as you write it."),
            )

    def parts(self) -> Iterable[tuple[ReportSection, list[BoundField]]]:
        for each in self.sections:
            names = [f"heading-{each.pk}"] if each.kind == K.OTHER else []
            yield each, [self[name] for name in [*names, f"text-{each.pk}", f"seen-{each.pk}"]]

    def given(self) -> dict[str, Any]:
        """As the service takes it."""
        said = self.cleaned_data
        return {
            "texts": {each.pk: said[f"text-{each.pk}"] for each in self.sections},
            "headings": {each.pk: said[f"heading-{each.pk}"] for each in self.sections if each.kind == K.OTHER},
            "seen_marks": writing_together.marks(self, [each.pk for each in self.sections]),
            "added": Added(said["heading"], said["text"]),
            "language": said.get("language"),
            "sheet": said.get("sheet"),
        }


def _heading(initial: str, *, is_required: bool) -> forms.CharField:
    return forms.CharField(label=_("Heading"), required=is_required, initial=initial, max_length=MOST_HEADING)


class SendReportForm(Form):
    comment_days = forms.IntegerField(label=_("Working days for comments"), min_value=1, max_value=LONGEST)


class MoveLimitForm(Form):
    due_on = DateField(label=_("The supplier may comment until"))
    why = forms.CharField(label=_("Why"), max_length=300, help_text=_("The supplier reads this."))


class AnswerForm(Form):
    verdict = forms.ChoiceField(
        label=_("Our answer"), widget=forms.RadioSelect, choices=capitals(each for each in ReportComment.Verdict.choices if each[0])
    )
    text = forms.CharField(
        label=_("In words"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The supplier reads it in the final report. Needed where the report stands as it was."),
    )

    def __init__(self, *args: Any, section: UUID | str, **kwargs: Any) -> None:
        super().__init__(*args, prefix=f"answer-{section}", **kwargs)


class FinishForm(Form):
    result = forms.ChoiceField(label=_("What came of it"), widget=forms.RadioSelect, choices=RESULTS)


class CommentsForm(Form):
    """A comment and its files for each section that the supplier reads."""

    hides_optional = True

    def __init__(self, *args: Any, sections: Iterable[Section], said: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keys = [section["key"] for section in sections]
        for section in sections:
            key = section["key"]
            self.fields[f"text-{key}"] = forms.CharField(
                label=_("Your comment"), required=False, initial=said.get(key, ""), widget=forms.Textarea(attrs={"rows": 3})
            )
            writing_together.add_mark(self, key, said.get(key, ""))
            self.fields[f"files-{key}"] = FilesField(label=_("Add files"), required=False)
            self.fields[f"files-{key}"].widget = FilesInput(attrs={"data-max-size": settings.UPLOAD_FILE_BYTES})

    def of(self, key: str) -> tuple[BoundField, BoundField, BoundField]:
        return self[f"text-{key}"], self[f"files-{key}"], self[f"seen-{key}"]
