"""A scheme in the list of those whose audits we may rely on, and how strict it is for each theme."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from contracts.models import Theme
from core.forms import ModelForm, capitals
from followup.models import AuditScheme

SHORT = forms.Textarea(attrs={"rows": 3})
LEVELS = [("", _("Not compared yet")), *capitals(AuditScheme.Level.choices)]


class SchemeForm(ModelForm):
    link = forms.URLField(label=_("Where one reads more"), max_length=300, required=False, assume_scheme="https")

    class Meta:
        model = AuditScheme
        fields = ["name", "sort", "owner", "covers_nb", "covers_nn", "covers_en", "link"]
        widgets = {"sort": forms.RadioSelect, **{f"covers_{language}": SHORT for language in ("nb", "nn", "en")}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sort"].choices = capitals(AuditScheme.Sort.choices)  # type: ignore[attr-defined]
        for theme, label in capitals(Theme.choices):
            strict = self.instance.strictness.get(theme, "")
            self.fields[f"theme-{theme}"] = forms.ChoiceField(label=label, choices=LEVELS, required=False, initial=strict)

    def own(self) -> Iterator[BoundField]:
        return (self[name] for name in self.Meta.fields)

    def themes(self) -> Iterator[BoundField]:
        return (self[f"theme-{theme}"] for theme in Theme.values)

    @property
    def written(self) -> dict[str, Any]:
        """As the service takes it."""
        said = self.cleaned_data
        strictness = {theme: said[f"theme-{theme}"] for theme in Theme.values}
        return {**{name: said[name] for name in self.Meta.fields}, "strictness": strictness}
