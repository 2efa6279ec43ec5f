"""Rows of a form that can be added without script: a button asks for one more, and what was written comes back untouched."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms

from core import kept_text

MOST = 60


class Rows:
    """Forms of one kind, numbered. A row in which nothing was written says nothing."""

    def __init__(self, form_class: Callable[..., forms.Form], prefix: str, *, size: int, data: Any = None, **options: Any) -> None:
        """`data` checks what was sent; without it the rows are for writing."""
        self.prefix, self.size = prefix, size
        self.forms = [
            form_class(data, prefix=f"{prefix}-{number}", empty_permitted=True, use_required_attribute=False, **options)
            for number in range(size)
        ]

    @classmethod
    def written(cls, form_class: Callable[..., forms.Form], prefix: str, *, data: Any, size: int, **options: Any) -> "Rows":
        """What was sent, shown again without judging it."""
        rows = cls(form_class, prefix, size=size, **options)
        for form in rows.forms:
            form.initial = {**form.initial, **as_written(form, data)}
        return rows

    @property
    def filled(self) -> list[forms.Form]:
        return [form for form in self.forms if form.has_changed()]

    @property
    def count_name(self) -> str:
        return f"{self.prefix}-count"

    def is_valid(self) -> bool:
        """Every row is asked, so that every fault is shown."""
        return not [form for form in self.forms if not form.is_valid()]


def size(prefix: str, data: Mapping[str, Any] | None, *, usual: int) -> int:
    """How many rows the page has: as sent, as a session's end left them, or the usual."""
    kept = kept_text.current()
    source = data if data is not None else {name: values[-1] for name, values in kept.fields.items()} if kept else {}
    try:
        return min(max(int(source.get(f"{prefix}-count", usual)), 1), MOST)
    except ValueError:
        return usual


def as_written(form: forms.Form, data: Any) -> dict[str, Any]:
    return {name: field.widget.value_from_datadict(data, {}, form.add_prefix(name)) for name, field in form.fields.items()}
