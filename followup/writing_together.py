"""Two people who write in the same place at the same time: what the second of them is told, and the marks that their forms carry."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _

from followup import seen

LONGEST = 400


def told(stands: str) -> str:
    """Nothing is lost: theirs is shown, one's own stays in the form."""
    if not stands:
        return _("Somebody else has taken these words away meanwhile. Save again if yours are to stand.")
    shown = stands if len(stands) <= LONGEST else f"{stands[:LONGEST]}…"
    return _("Somebody else has written here meanwhile: “%(text)s” Put the two together, then save again.") % {"text": shown}


def add_mark(form: forms.Form, key: Any, text: str) -> None:
    """A hidden field that says what was seen in the field of `key`."""
    form.fields[f"seen-{key}"] = forms.CharField(required=False, widget=forms.HiddenInput, initial=seen.mark(text))


def marks(form: forms.Form, keys: Iterable[UUID]) -> dict[UUID, str]:
    return {key: mark for key in keys if (mark := form.data.get(f"seen-{key}", ""))}


def seen_now(form: forms.Form, texts: Mapping[Any, str]) -> None:
    """After a refusal: whoever saves again has seen what stands now."""
    marks_ = {f"seen-{key}": seen.mark(text) for key, text in texts.items() if f"text-{key}" in form.errors}
    form.data = form.data.copy()  # type: ignore[attr-defined]
    for name, mark in marks_.items():
        form.data[name] = mark  # type: ignore[index]
