"""What the supplier writes about a finding: a dispute, an action plan, and what shows that it is put right."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.forms import DateField, FilesField, FilesInput, Form, capitals
from core.formsets import formset_of
from followup.models import CorrectiveAction, Document


class DisputeForm(Form):
    reason = forms.CharField(label=_("Why you do not agree"), widget=forms.Textarea(attrs={"rows": 6}))


class PlanForm(Form):
    root_cause = forms.CharField(
        label=_("Why did it happen?"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("The cause behind it, not who did it. Ask “why?” until there is no further answer."),
    )


class ActionForm(Form):
    kind = forms.ChoiceField(
        label=_("What kind of action is it?"), widget=forms.RadioSelect, choices=capitals(CorrectiveAction.Kind.choices)
    )
    text = forms.CharField(label=_("What do you do?"), widget=forms.Textarea(attrs={"rows": 3}))
    responsible = forms.CharField(label=_("Who is responsible?"), max_length=200)
    due_on = DateField(label=_("Done by"))


Actions = formset_of(ActionForm)


class EvidenceForm(Form):
    hides_optional = True
    statement = forms.CharField(label=_("What has been done?"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
    files = FilesField(label=_("Add files"), required=False, help_text=_("PDF, pictures, Office, CSV, text or ZIP. At most 100 MB each."))  # type: ignore[assignment]
    photos = FilesField(label=_("Take or add photos"), required=False)
    again = forms.MultipleChoiceField(
        label=_("Use a document that you have delivered before"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, usable: Iterable[Document], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["files"].widget = FilesInput(attrs={"data-max-size": settings.UPLOAD_FILE_BYTES})
        self.fields["photos"].widget = FilesInput(
            attrs={"data-max-size": settings.UPLOAD_FILE_BYTES, "accept": "image/*", "capture": "environment"}
        )
        self.by_key = {str(row.pk): row for row in usable}
        self.fields["again"].choices = [(key, row.name) for key, row in self.by_key.items()]  # type: ignore[attr-defined]
        if not self.by_key:
            del self.fields["again"]

    def clean_again(self) -> list[Document]:
        return [self.by_key[key] for key in self.cleaned_data["again"]]
