"""Every form of the house: one renderer, and the few fields that Django's own do not read as people type."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import MaxLengthValidator
from django.db.models import BLANK_CHOICE_DASH
from django.forms.boundfield import BoundField as DjangoBoundField
from django.forms.renderers import TemplatesSetting
from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from core import kept_text
from core.errors import Invalid

DATE_FORMATS = ["%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y", "%d-%m-%Y"]
MOST_TEXT = 20_000
DASHES = BLANK_CHOICE_DASH[0][1]
TOGGLES = (forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple)
LISTS = (forms.RadioSelect, forms.CheckboxSelectMultiple)

_capital = lazy(lambda label: capfirst(str(label)), str)


def capitals(choices: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """Choices as they stand in a form: each begins with a capital letter."""
    return [(value, _capital(label)) for value, label in choices]


class BoundField(DjangoBoundField):
    """Puts the design system's classes on every control and says which template its kind needs."""

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        attrs = super().build_widget_attrs(attrs, widget)
        widget = widget or self.field.widget
        if not widget.is_hidden:
            attrs["class"] = f"{widget.attrs.get('class', '')} ds-input".strip()
            attrs["placeholder"] = False  # the label stands above and says it already
        return attrs

    @property
    def kind(self) -> str:
        """`list` (radios, ticks), `tick`, `file` or `text`: the shape that forms/field.html draws."""
        widget = self.field.widget
        if isinstance(widget, LISTS):
            return "list"
        if isinstance(widget, forms.CheckboxInput):
            return "tick"
        return "file" if isinstance(widget, forms.FileInput) else "text"

    @property
    def first_id(self) -> str:
        """Where the error summary's link leads: the first control, also of a list of choices."""
        options = self.subwidgets if self.kind == "list" else []
        return options[0].id_for_label if options else self.id_for_label

    @property
    def option_groups(self) -> list[tuple[str, list[Any]]]:
        """The controls of a list under their headings; one group without a heading where there are none."""
        names = iter(self._group_names())
        labelled = [(next(names, ""), option) for option in self.subwidgets]
        return [(name, [option for _, option in group]) for name, group in groupby(labelled, key=lambda pair: pair[0])]

    def _group_names(self) -> Iterable[str]:
        for value, label in self.field.widget.choices:
            yield from [str(value)] * len(label) if isinstance(label, list | tuple) else [""]


class Renderer(TemplatesSetting):
    """The one way a form becomes HTML; `FORM_RENDERER` in the settings points here."""

    form_template_name = "forms/form.html"
    formset_template_name = "forms/formset.html"
    field_template_name = "forms/field.html"
    bound_field_class = BoundField


class DateInput(forms.DateInput):
    """A date picker. Text that is no date stays visible as text: what was written is never lost."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        if not _is_iso(context["widget"]["value"]):
            context["widget"]["type"] = "text"
        return context


def _is_iso(text: str | None) -> bool:
    try:
        return not text or bool(date.fromisoformat(text))
    except ValueError:
        return False


class DateField(forms.DateField):
    """A date picked or typed: 2026-12-02, 2.12.2026 or 2/12/2026, whatever the reader's language."""

    widget = DateInput
    default_error_messages = {"invalid": _("Write the date as day.month.year, for example 2.12.2026.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"input_formats": DATE_FORMATS, **kwargs})


class AmountField(forms.DecimalField):
    """Money as people write it: 1 500 000,50 and 1500000.50 are the same. The currency is a field of its own."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    default_error_messages = {"invalid": _("Write the amount in digits, for example 1 500 000.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": 0, "max_digits": 18, "decimal_places": 2, **kwargs})

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = "".join(value.split()).replace(",", ".")
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        return f"{value:,.2f}".replace(",", " ").removesuffix(".00") if isinstance(value, Decimal) else value


class FilesInput(forms.FileInput):
    """Several files in one go, dropped or chosen. `accept` and the limit are help only; the service decides."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """A list of uploaded files, each checked by itself; empty list when none and not required."""

    widget = FilesInput

    def clean(self, data: Sequence[UploadedFile] | UploadedFile | None, initial: Any = None) -> list[UploadedFile]:
        files = list(data) if isinstance(data, list | tuple) else [data] if data else []
        if not files:
            super().clean(None, initial)
        return [super(FilesField, self).clean(file, initial) for file in files]


class _House:
    """What both kinds of form share: dates as above, and text that a session's end left behind."""

    fields: dict[str, forms.Field]
    initial: Any
    is_bound: bool
    label_suffix = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.DateField) and not isinstance(field, DateField):
                _as_house_date(field)
            _name_nothing(field)
            _limit(field)
        if not self.is_bound:
            self.initial.update(kept_text.for_form(self))  # type: ignore[arg-type]


def _as_house_date(field: forms.DateField) -> None:
    field.input_formats = DATE_FORMATS
    field.error_messages["invalid"] = DateField.default_error_messages["invalid"]
    if type(field.widget) is forms.DateInput:
        field.widget = DateInput(field.widget.attrs)


def _limit(field: forms.Field) -> None:
    """As the API takes it: more than that is a file. Said when it is sent; a browser would cut what is pasted without a word."""
    if isinstance(field.widget, forms.Textarea) and getattr(field, "max_length", None) is None:
        field.validators = [*field.validators, MaxLengthValidator(MOST_TEXT)]


def _name_nothing(field: forms.Field) -> None:
    """A list's first line, where nothing is chosen: Django's row of dashes says nothing to anybody, read aloud or seen."""
    words = _("Choose") if field.required else _("Nothing chosen")
    if isinstance(field, forms.ModelChoiceField):
        if str(field.empty_label) == DASHES:
            field.empty_label = words
    elif isinstance(field, forms.ChoiceField):
        choices: list[Any] = list(field.choices)  # type: ignore[arg-type]
        if choices and choices[0] in (("", DASHES), ("", "–")):
            field.choices = [("", words), *choices[1:]]


class Form(_House, forms.Form):
    """Base of every form that is not a model's."""


class ModelForm(_House, forms.ModelForm):
    """Base of every form over a model."""


@contextmanager
def blamed_on(*shown: forms.BaseForm) -> Iterator[None]:
    """What a service called inside finds invalid is said at the field it names, in the form that has it, else on top of the first.

    Ask `form.errors` afterwards. Every other refusal becomes a page, as always.
    """
    try:
        yield
    except Invalid as error:
        for fault in error.errors:
            form = next((each for each in shown if fault.field in each.fields), shown[0])
            form.add_error(fault.field if fault.field in form.fields else None, str(fault.detail))


class FilterForm(Form):
    """Base of a list's filters (`Meta.form` of a FilterSet): everything in it may be left out, so nothing says so."""

    hides_optional = True
