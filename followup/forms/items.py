"""A list of items that can be made longer and shorter on the page, with and without scripts."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from core.formsets import MOST, PREFIX, ItemsFormSet, formset_of, joined, longer, shown, typed
from followup.models import DocumentKind

__all__ = ["MOST", "PREFIX", "ItemForm", "ItemsFormSet", "KindField", "formset_of", "joined", "longer", "shown", "typed"]


class KindField(forms.ModelChoiceField):
    """The document kinds under their names in the reader's language."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            queryset=DocumentKind.objects.all(), required=False, label=_("Document kind"), empty_label=_("Any kind"), **options
        )

    def label_from_instance(self, obj: DocumentKind) -> str:
        return obj.name_in(get_language() or "nb")


class ItemForm(Form):
    title = forms.CharField(label=_("What we ask for"), max_length=200)
    guidance = forms.CharField(
        label=_("What is good enough"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One sentence that anybody understands."),
    )
    document_kind = KindField()
    is_optional = forms.BooleanField(label=_("Optional: only if they have it"), required=False)
