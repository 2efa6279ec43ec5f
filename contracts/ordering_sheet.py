"""Call-offs from a spreadsheet: which column is what, and each row as the service takes it or as what is wrong with it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import Organisation
from contracts.models import Lot
from contracts.ocds import values
from contracts.services import organisations
from contracts.services.call_offs import Details
from core.errors import FieldError, Invalid
from core.forms import DateField

MOST_ROWS = 2000
HEADINGS: dict[str, tuple[str, ...]] = {
    "reference": ("referanse", "avrop", "avropsnummer", "bestilling", "ordrenummer", "reference", "call-off", "order"),
    "title": ("tittel", "beskrivelse", "title", "description"),
    "supplier": ("leverandør", "orgnr", "organisasjonsnummer", "supplier", "organisation number"),
    "agency": ("virksomhet", "verksemd", "kunde", "bestiller", "agency", "customer"),
    "lot": ("delkontrakt", "del", "lot"),
    "signed_on": ("dato", "avropsdato", "date", "signed"),
    "value": ("verdi", "beløp", "sum", "value", "amount"),
    "currency": ("valuta", "currency"),
}


@dataclass(frozen=True)
class World:
    """Whom and what a row may name."""

    suppliers: Sequence[Organisation]
    agencies: Sequence[Organisation]
    lots: Sequence[Lot]
    currency: str


def read(table: Sequence[Sequence[str]], world: World) -> dict[int, Details | Invalid]:
    """Each row by its number in the sheet. Invalid as a whole where the headings are not understood."""
    head, columns = _columns(table)
    if len(table) - head > MOST_ROWS:
        text = _("At most %(most)d rows can be brought in at a time. Divide the sheet.")
        raise Invalid.one("file", "too_many", text % {"most": MOST_ROWS})
    return {number: _row(row, columns, world) for number, row in enumerate(table[head + 1 :], start=head + 2) if any(row)}


def _columns(table: Sequence[Sequence[str]]) -> tuple[int, Mapping[str, int]]:
    for index, row in enumerate(table[:20]):
        found = {name: place for place, cell in enumerate(row) for name, words in HEADINGS.items() if cell.strip().casefold() in words}
        if {"reference", "supplier"} <= found.keys():
            return index, found
    raise Invalid.one("file", "no_headings", _("The sheet must have a row of headings, with at least reference and supplier."))


def _row(row: Sequence[str], columns: Mapping[str, int], world: World) -> Details | Invalid:
    cells = {name: row[place].strip() for name, place in columns.items()}
    errors: list[FieldError] = []

    def understood(name: str, found: Any, text: str) -> Any:
        if cells.get(name) and found is None:
            errors.append(FieldError(name, "unknown", text % {"text": cells[name]}))
        return found

    details = Details(
        reference=cells["reference"],
        title=cells.get("title", "")[:300],
        supplier=understood("supplier", _named(cells["supplier"], world.suppliers), _("“%(text)s” is not a supplier on this agreement.")),
        agency=understood("agency", _named(cells.get("agency", ""), world.agencies), _("We do not know the agency “%(text)s”.")),
        lot=understood("lot", _lot(cells.get("lot", ""), world.lots), _("The agreement has no lot “%(text)s”.")),
        signed_on=understood("signed_on", _day(cells.get("signed_on", "")), _("“%(text)s” is no date.")),
        value=understood("value", _amount(cells.get("value", "")), _("“%(text)s” is no amount.")),
        currency=cells.get("currency", "") or world.currency,
    )
    if not details["reference"]:
        errors.append(FieldError("reference", "required", _("There is no reference.")))
    if not cells["supplier"]:
        errors.append(FieldError("supplier", "required", _("No supplier is named.")))
    return Invalid(errors) if errors else details


def _named(text: str, known: Sequence[Organisation]) -> Organisation | None:
    if not text:
        return None
    if organisations.looks_norwegian(text):
        digits = "".join(sign for sign in text if sign.isdigit())
        return next((each for each in known if each.identifier == digits), None)
    word = " ".join(text.split()).casefold()
    return next((each for each in known if each.name.casefold() == word), None)


def _lot(text: str, lots: Sequence[Lot]) -> Lot | None:
    """By number, or by title."""
    word = text.casefold()
    return next((lot for lot in lots if word and word in (str(lot.number), lot.title.casefold(), str(lot).casefold())), None)


def _day(text: str) -> date | None:
    try:
        return DateField(required=False).clean(text)
    except ValidationError:
        return None


def _amount(text: str) -> Decimal | None:
    return values.amount(text) if text else None
