"""The supplier's answer: one form on the page, made of a part for each item and one for each saved document."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.forms import DateField, FilesField, FilesInput, Form
from followup.models import Document, Item

LONG = forms.Textarea(attrs={"rows": 3})


class ItemForm(Form):
    hides_optional = True
    files = FilesField(label=_("Add files"), required=False, help_text=_("PDF, pictures, Office, CSV, text or ZIP. At most 100 MB each."))  # type: ignore[assignment]
    again = forms.ChoiceField(label=_("Use a document that you have delivered before"), required=False)
    not_applicable = forms.CharField(
        label=_("This is not relevant for us, because"),
        required=False,
        widget=LONG,
        help_text=_("We read this, and accept it or ask again."),
    )

    def __init__(self, *args: Any, item: Item, usable: Iterable[Document], **kwargs: Any) -> None:
        super().__init__(*args, prefix=f"item-{item.pk}", **kwargs)
        self.fields["files"].widget = FilesInput(attrs={"data-max-size": settings.UPLOAD_FILE_BYTES})
        self.by_key = {str(document.pk): document for document in _likely_first(item, usable)}
        self.fields["again"].choices = [("", _("Choose a document")), *((key, document.name) for key, document in self.by_key.items())]  # type: ignore[attr-defined]
        self.initial.setdefault("not_applicable", item.claim)

    def clean_again(self) -> Document | None:
        return self.by_key.get(self.cleaned_data["again"])


def _likely_first(item: Item, usable: Iterable[Document]) -> list[Document]:
    return sorted(usable, key=lambda document: document.kind_id != item.document_kind_id)


class PaperForm(Form):
    """A saved document: which items it is for, and its own dates, asked where the kind of an item needs them."""

    hides_optional = True

    items = forms.MultipleChoiceField(label=_("This file is for"), required=False, widget=forms.CheckboxSelectMultiple)
    issued_on = DateField(label=_("Issued"), required=False)
    valid_until = DateField(label=_("Valid until"), required=False)

    def __init__(self, *args: Any, document: Document, items: Iterable[Item], served: Iterable[Item], **kwargs: Any) -> None:
        super().__init__(*args, prefix=f"document-{document.pk}", **kwargs)
        self.by_key = {str(item.pk): item for item in items}
        self.fields["items"].choices = [(key, item.title) for key, item in self.by_key.items()]  # type: ignore[attr-defined]
        if len(self.by_key) < 2:
            del self.fields["items"]
        serves, dates = list(served), document.delivered_at is None
        kinds = [item.document_kind for item in serves if item.document_kind]
        if not dates or not any(kind.max_age_days is not None for kind in kinds):
            del self.fields["issued_on"]
        if not dates or not any(kind.needs_valid_until for kind in kinds):
            del self.fields["valid_until"]
        self.initial = {
            "items": [str(item.pk) for item in serves],
            "issued_on": document.issued_on,
            "valid_until": document.valid_until,
            **self.initial,
        }

    def clean_items(self) -> list[Item]:
        return [self.by_key[key] for key in self.cleaned_data["items"]]


class NoteForm(Form):
    note = forms.CharField(label=_("A message to us"), required=False, widget=LONG)


class AskForm(Form):
    item = forms.ChoiceField(label=_("About"), required=False)
    text = forms.CharField(label=_("Your question"), widget=LONG)

    def __init__(self, *args: Any, items: Iterable[Item], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_key = {str(item.pk): item for item in items}
        self.fields["item"].choices = [("", _("The whole request")), *((key, item.title) for key, item in self.by_key.items())]  # type: ignore[attr-defined]

    def clean_item(self) -> Item | None:
        return self.by_key.get(self.cleaned_data["item"])


class MoreTimeForm(Form):
    wanted_on = DateField(label=_("Which day can you deliver?"))
    reason = forms.CharField(label=_("Why do you need more time?"), widget=LONG)
