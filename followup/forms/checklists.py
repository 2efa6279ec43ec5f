"""A checklist and its questions, in three languages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import ModelForm, capitals
from followup.models import ChecklistQuestion, ChecklistVersion
from followup.services.checklists import FEWEST_CHOICES

SHORT, MIDDLE = forms.Textarea(attrs={"rows": 2}), forms.Textarea(attrs={"rows": 3})
LANGUAGES = ("nb", "nn", "en")


class NamesForm(ModelForm):
    class Meta:
        model = ChecklistVersion
        fields = ["name_nb", "name_nn", "name_en"]


class NewForm(NamesForm):
    code = forms.SlugField(
        label=_("Short name"), max_length=50, help_text=_("Small letters and hyphens, for example textile-factory. It cannot be changed.")
    )


class ChecklistQuestionForm(ModelForm):
    """`place` is its number in the list; `offered` are the answers of a question with several, one on each line."""

    place = forms.IntegerField(label=_("Number in the list"), min_value=1)
    offered = forms.CharField(
        label=_("Answers to choose among"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Only for one of several: one answer on each line, as bokmål | nynorsk | English."),
    )

    class Meta:
        model = ChecklistQuestion
        fields = [
            *("text_nb", "text_nn", "text_en", "theme", "topic", "kind"),
            *("guidance_nb", "guidance_nn", "guidance_en", "evidence_nb", "evidence_nn", "evidence_en"),
        ]
        widgets = {
            **{f"text_{language}": SHORT for language in LANGUAGES},
            **{f"guidance_{language}": MIDDLE for language in LANGUAGES},
            "kind": forms.RadioSelect,
        }

    def __init__(self, *args: Any, last: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("theme", "topic", "kind"):
            self.fields[name].choices = capitals(self.fields[name].choices)  # type: ignore[attr-defined]
        self.known = {each["nb"]: each["code"] for each in self.instance.choices}
        self.initial.setdefault("place", self.instance.number or last + 1)
        self.initial.setdefault(
            "offered", "\n".join(" | ".join(each[language] for language in LANGUAGES) for each in self.instance.choices)
        )
        self.fields["place"].max_value = last + 1  # type: ignore[attr-defined]
        self.order_fields(["place", "text_nb", "text_nn", "text_en", "theme", "topic", "kind", "offered"])

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        lines = [[cell.strip() for cell in line.split("|")] for line in said.get("offered", "").splitlines() if line.strip()]
        if said.get("kind") != ChecklistQuestion.Kind.CHOICE:
            said["choices"] = []
        elif any(len(line) != len(LANGUAGES) or not all(line) for line in lines):
            self.add_error("offered", _("Write each answer on a line of its own, in three languages with | between them."))
        elif len(lines) < FEWEST_CHOICES or len({line[0] for line in lines}) < len(lines):
            self.add_error("offered", _("Write at least two answers that are not the same."))
        else:
            said["choices"] = [self._choice(line) for line in lines]
        return said

    def _choice(self, line: list[str]) -> dict[str, str]:
        """What is known keeps its code; the service gives one to what is new."""
        words = dict(zip(LANGUAGES, line, strict=True))
        return {"code": self.known.get(words["nb"], ""), **words}

    @property
    def written(self) -> dict[str, Any]:
        """The columns of the question."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("place", "offered")}
