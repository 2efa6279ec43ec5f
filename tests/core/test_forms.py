"""Use case: somebody fills in a form, the way people write."""

from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from django.utils.datastructures import MultiValueDict

from core.forms import AmountField, DateField, FilesField, Form
from tests.core.gallery import Written


class Typed(Form):
    on = DateField(label="Date")
    amount = AmountField(label="Amount", required=False)
    plain = forms.DateField(label="Another date", required=False)


@pytest.mark.parametrize("written", ["2026-12-02", "2.12.2026", "02.12.2026", "2.12.26", "2/12/2026"])
@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_dates_picked_or_typed(written: str, language: str) -> None:
    with translation.override(language):
        form = Typed({"on": written, "plain": written})
        assert form.is_valid(), form.errors
    assert form.cleaned_data["on"] == form.cleaned_data["plain"] == date(2026, 12, 2)


def test_text_that_is_no_date_stays_and_says_what_to_write() -> None:
    page = str(Typed({"on": "31.2.2026"}))
    assert '<input type="text" name="on" value="31.2.2026"' in page
    assert "day.month.year" in page


def test_a_date_is_given_to_the_picker() -> None:
    assert '<input type="date" name="on" value="2026-12-02"' in str(Typed(initial={"on": date(2026, 12, 2)}))


@pytest.mark.parametrize(
    ("written", "meant"),
    [("1 500 000,50", "1500000.50"), ("1500000.50", "1500000.50"), ("1\u00a0500\u00a0000", "1500000"), ("0", "0")],
)
def test_amounts_as_people_write_them(written: str, meant: str) -> None:
    assert AmountField().clean(written) == Decimal(meant)


@pytest.mark.parametrize("written", ["-1", "en million", "1e400", "NaN"])
def test_what_is_no_amount(written: str) -> None:
    with pytest.raises(forms.ValidationError):
        AmountField().clean(written)


def test_an_amount_is_shown_as_it_is_written() -> None:
    assert 'value="1 500 000"' in str(Typed(initial={"amount": Decimal("1500000.00")}))


def test_several_files_become_a_list() -> None:
    files = MultiValueDict({"files": [SimpleUploadedFile("a.pdf", b"a"), SimpleUploadedFile("b.pdf", b"b")]})
    form = Written({}, files)
    form.full_clean()
    assert [file.name for file in form.cleaned_data["files"]] == ["a.pdf", "b.pdf"]


def test_no_files() -> None:
    assert FilesField(required=False).clean([]) == []
    with pytest.raises(forms.ValidationError):
        FilesField().clean([])


def test_errors_are_tied_to_their_fields_and_summed_up_with_links() -> None:
    page = str(Written({"title": ""}))
    assert "autofocus" in page
    assert '<a class="ds-link" href="#id_title">' in page
    assert '<a class="ds-link" href="#id_method_0">' in page
    assert '<a class="ds-link" href="#id_requirements_0_0">' in page
    assert 'aria-describedby="id_title_helptext id_title_error"' in page
    assert 'id="id_title_error"' in page
    assert page.count('aria-invalid="true"') == 8


def test_choices_have_a_legend_and_their_groups() -> None:
    page = str(Written())
    assert page.count("<legend") == 2
    assert page.index("Menneskerettigheter") < page.index("ILO 87") < page.index("Miljø") < page.index("ISO 14001")


def test_what_may_be_left_out_says_so() -> None:
    with translation.override("en"):
        page = str(Written())
    assert page.count("(optional)") == 3
