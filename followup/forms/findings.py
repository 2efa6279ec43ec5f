"""A finding as we log, judge and close it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from contracts.models import Framework, Obligation, Theme
from core.forms import AmountField, DateField, FilesField, Form, ModelForm, capitals
from followup.models import CorrectiveAction, Finding, FindingEffect, Severity, SheetPhoto
from followup.services.finding_closing import NOTHING_TO_MEND

LONG, SHORT = forms.Textarea(attrs={"rows": 6}), forms.Textarea(attrs={"rows": 3})
THEY_READ = _("The supplier reads this.")
WE_READ = _("Only we read this.")


class PlaceForm(Form):
    """The first question, when nobody has said where it was found: which supplier on which agreement."""

    framework = forms.ModelChoiceField(label=_("Which agreement is it about?"), queryset=Framework.objects.none())
    supplier = forms.ModelChoiceField(label=_("Supplier"), queryset=Organisation.objects.none())

    def __init__(self, *args: Any, frameworks: Any, suppliers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["framework"].queryset = frameworks  # type: ignore[attr-defined]
        self.fields["supplier"].queryset = suppliers  # type: ignore[attr-defined]


class FindingForm(Form):
    """What was found. Once the supplier is told, only how we sort it can be changed."""

    severity = forms.ChoiceField(label=_("Severity"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("What was found"), widget=LONG, help_text=_("Facts: what, where, when, how many. The supplier reads it.")
    )
    obligations = forms.MultipleChoiceField(label=_("Which requirements is it about?"), required=False, widget=forms.CheckboxSelectMultiple)
    theme = forms.ChoiceField(label=_("Theme"), required=False, help_text=_("That of the first requirement when nothing is chosen."))
    is_systemic = forms.BooleanField(label=_("Systemic: the supplier cannot put it right alone, so it gets no date"), required=False)
    is_of_all = forms.BooleanField(
        label=_("It is so at every supplier on the agreement: log it at each of them"),
        required=False,
        help_text=_("For a systemic one. No supplier learns of another."),
    )
    repeats = forms.ChoiceField(label=_("Was it found before?"), required=False)
    photos = forms.MultipleChoiceField(
        label=_("Photos from the sheet"), required=False, widget=forms.CheckboxSelectMultiple, help_text=THEY_READ
    )
    files = FilesField(label=_("Pictures and papers of ours"), required=False, help_text=THEY_READ)  # type: ignore[assignment]

    def __init__(
        self,
        *args: Any,
        obligations: Iterable[Obligation],
        earlier: Iterable[Finding],
        scale: Iterable[Severity],
        is_told: bool = False,
        may_be_of_all: bool = False,
        photos: Iterable[SheetPhoto] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.taken = {str(photo.pk): photo for photo in photos}
        self.severities = {row.code: row for row in scale}
        self.by_key = {str(row.pk): row for row in obligations}
        self.earlier = {str(row.pk): row for row in earlier}
        self._choices("severity", capitals((code, row.get_code_display()) for code, row in self.severities.items()))
        self._choices("obligations", [(key, _place(row)) for key, row in self.by_key.items()])
        self._choices("theme", [("", _("Nothing chosen")), *capitals(Theme.choices)])
        self._choices("repeats", [("", _("No, or we do not know")), *((key, _known(row)) for key, row in self.earlier.items())])
        self._choices("photos", [(key, photo.name) for key, photo in self.taken.items()])
        unused = {"obligations": not self.by_key, "repeats": not self.earlier, "photos": not self.taken, "is_of_all": not may_be_of_all}
        for name in [name for name, is_unused in unused.items() if is_unused] + (["severity", "text", "is_systemic"] if is_told else []):
            del self.fields[name]

    def _choices(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @classmethod
    def initial_of(cls, it: Finding) -> dict[str, Any]:
        return {
            "severity": it.severity.code,
            "text": it.text,
            "obligations": [str(row.pk) for row in it.obligations.all()],
            "theme": it.theme,
            "is_systemic": it.is_systemic,
            "repeats": str(it.repeats_id or ""),
        }

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("is_of_all") and not data.get("is_systemic"):
            self.add_error("is_of_all", _("Only a systemic finding is of the whole agreement."))
        return data

    def clean_severity(self) -> Severity:
        return self.severities[self.cleaned_data["severity"]]

    def clean_obligations(self) -> list[Obligation]:
        return [self.by_key[key] for key in self.cleaned_data["obligations"]]

    def clean_photos(self) -> list[SheetPhoto]:
        return [self.taken[key] for key in self.cleaned_data["photos"]]

    def clean_repeats(self) -> Finding | None:
        return self.earlier.get(self.cleaned_data["repeats"])


def _place(row: Obligation) -> str:
    return f"{row.requirement.title} ({row.lot})" if row.lot else row.requirement.title


def _known(row: Finding) -> str:
    return f"{timezone.localdate(row.created_at)} {row} – {row.title}"


class NothingForm(Form):
    """A button is all."""


class GroundsForm(Form):
    grounds = forms.CharField(label=_("Grounds"), widget=LONG, help_text=THEY_READ)


class AskPlanForm(Form):
    due_on = DateField(label=_("By when"), required=False, help_text=_("The severity's date when left empty."))


class ReturnEvidenceForm(Form):
    comment = forms.CharField(label=_("What is missing"), widget=LONG, help_text=THEY_READ)
    due_on = DateField(
        label=_("By when"), required=False, help_text=_("The present date, or in two weeks if that is later, when left empty.")
    )


class CloseForm(Form):
    method = forms.ChoiceField(
        label=_("How we know that it is put right"), widget=forms.RadioSelect, choices=capitals(Finding.Method.choices)
    )
    note = forms.CharField(label=_("What we saw"), required=False, widget=SHORT, help_text=THEY_READ)

    def __init__(self, *args: Any, it: Finding, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["method"]
        known = capitals(choice for choice in Finding.Method.choices if choice[0] in it.severity.methods)
        field.choices = known
        if it.severity.weakest_method:
            field.help_text = _("The weakest first. What the supplier says is not enough at this severity.")
        if it.severity.code in NOTHING_TO_MEND:
            field.required = False
            field.choices = [("", _("There was nothing to put right: it is noted")), *known]


class ReopenForm(Form):
    reason = forms.CharField(label=_("Why it is opened again"), widget=LONG, help_text=THEY_READ)


class CheckEffectForm(Form):
    has_helped = forms.TypedChoiceField(
        label=_("Did it last?"),
        widget=forms.RadioSelect,
        choices=[("yes", _("Yes")), ("no", _("No: open it again"))],
        coerce=lambda said: said == "yes",
    )
    note = forms.CharField(label=_("What we saw"), widget=SHORT, help_text=_("The supplier reads this if it is opened again."))


class EffectForm(Form):
    what = forms.ChoiceField(label=_("What the figure counts"), widget=forms.RadioSelect, choices=capitals(FindingEffect.What.choices))
    amount = AmountField(label=_("How much"))
    currency = forms.CharField(label=_("Currency"), max_length=3, required=False, initial="NOK", help_text=_("For money."))
    method = forms.CharField(label=_("How it was reckoned"), max_length=200)


class AuthorityForm(Form):
    authority = forms.CharField(label=_("Which authority"), max_length=200, help_text=WE_READ)
    seen_mark = forms.CharField(required=False, widget=forms.HiddenInput)


class MeetingForm(Form):
    held_on = DateField(label=_("Held on"))
    note = forms.CharField(label=_("What was agreed"), widget=LONG, help_text=WE_READ)


class JudgePlanForm(Form):
    """A comment for each action that is not good enough, and one for the whole plan."""

    comment = forms.CharField(label=_("Comment on the whole plan"), required=False, widget=SHORT, help_text=THEY_READ)
    due_on = DateField(label=_("If it is sent back: by when"), required=False, help_text=_("The severity's date when left empty."))

    def __init__(self, *args: Any, actions: Iterable[CorrectiveAction], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actions = list(actions)
        for action in self.actions:
            name = f"action-{action.pk}"
            self.fields[name] = forms.CharField(
                label=_("What is not good enough"), required=False, widget=forms.Textarea(attrs={"rows": 2})
            )

    def parts(self) -> list[tuple[Any, Any]]:
        """Each action with its field."""
        return [(action, self[f"action-{action.pk}"]) for action in self.actions]

    def comments(self) -> dict[Any, str]:
        return {action.pk: self.cleaned_data[f"action-{action.pk}"] for action in self.actions}


class SeverityForm(ModelForm):
    class Meta:
        model = Severity
        fields = [
            *("response_offset", "response_unit", "plan_offset", "plan_unit", "correction_offset", "correction_unit"),
            *("judgement_offset", "judgement_unit", "silence_offset", "silence_unit"),
            *("meeting_offset", "meeting_unit", "effect_offset", "effect_unit", "is_critical", "needs_another", "weakest_method"),
        ]
