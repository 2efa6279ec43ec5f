"""A list of rows that can be made longer and shorter on the page, with and without scripts."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.errors import FieldError
from core.forms import Form

MOST = 40
PREFIX = "items"


class ItemsFormSet(forms.BaseFormSet):
    """An empty item is no item, and one marked to be left out goes."""

    def initial_form_count(self) -> int:
        return 0 if self.is_bound else super().initial_form_count()

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = _("Leave this out")

    def filled(self) -> list[dict[str, Any]]:
        return [form.cleaned_data for form in self.filled_forms()]

    def filled_forms(self) -> list[Any]:
        return [form for form in self.forms if form.has_changed() and not self._should_delete_form(form)]  # type: ignore[attr-defined]


def formset_of(form: type[Form]) -> type[ItemsFormSet]:
    return forms.formset_factory(form, formset=ItemsFormSet, extra=0, can_delete=True, max_num=MOST)  # type: ignore[return-value]


def shown(formset: type[ItemsFormSet], initial: list[dict[str, Any]], *, more: int = 0, **form_kwargs: Any) -> ItemsFormSet:
    """The items as forms, and so many empty ones after them."""
    found = formset(initial=initial, prefix=PREFIX, form_kwargs=form_kwargs)
    found.extra = more
    return found


def longer(formset: type[ItemsFormSet], data: QueryDict, **form_kwargs: Any) -> ItemsFormSet:
    """As it was sent, with one more, and without anybody being told yet what is missing."""
    return shown(formset, _written(formset, data, form_kwargs), more=1, **form_kwargs)


def blame(form: forms.BaseForm, formset: ItemsFormSet, errors: Iterable[FieldError]) -> None:
    """What a service finds wrong is said where it was written: `actions.1.due_on` at the date of the second item that is filled in."""
    filled = formset.filled_forms()
    for fault in errors:
        _list, number, name = ([*fault.field.split("."), "", ""])[:3]
        where, field = (filled[int(number)], name) if number else (form, fault.field)
        where.add_error(field if field in where.fields else None, ValidationError(str(fault.detail), code=fault.code))


def joined(formset: type[ItemsFormSet], data: QueryDict, rows: list[dict[str, Any]], **form_kwargs: Any) -> ItemsFormSet:
    """What was written so far, and these rows after it. Nothing that somebody wrote is lost; what is empty goes."""
    written = [row for row in _written(formset, data, form_kwargs) if any(row.values())]
    return shown(formset, [*written, *rows][:MOST], more=0 if written or rows else 1, **form_kwargs)


def _written(formset: type[ItemsFormSet], data: QueryDict, form_kwargs: dict[str, Any]) -> list[dict[str, Any]]:
    total = data.get(f"{PREFIX}-TOTAL_FORMS", "0")
    count = min(int(total) if total.isdigit() else 0, MOST)
    return [typed(formset.form(prefix=f"{PREFIX}-{number}", **form_kwargs), data) for number in range(count)]


def typed(form: forms.BaseForm, data: QueryDict) -> dict[str, Any]:
    """What was written into a form, taken as it is."""
    return {name: field.widget.value_from_datadict(data, {}, form.add_prefix(name)) for name, field in form.fields.items()}
