"""Contacts pasted from a spreadsheet: which cell is what, row by row, and what is wrong with a row. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from accounts.models import Organisation, ScopeRole
from contracts.services import contacts, organisations
from core.errors import Invalid

R = ScopeRole.Role

HEADINGS: dict[str, tuple[str, ...]] = {
    "name": ("navn", "namn", "name", "kontaktperson", "kontakt", "contact"),
    "email": ("e-post", "epost", "e-postadresse", "e-mail", "email", "mail"),
    "phone": ("telefon", "tlf", "tlf.", "mobil", "telefonnummer", "telephone", "phone", "mobile"),
    "role": ("rolle", "role"),
    "supplier": ("leverandør", "leverandørnavn", "firma", "selskap", "organisasjon", "supplier", "company", "organisation", "orgnr"),
    "title": ("stilling", "tittel", "position", "title"),
}
ROLES: dict[str, tuple[str, ...]] = {
    R.RESPONSIBLE: (
        "ansvarlig",
        "ansvarleg",
        "ansvarlig kontakt",
        "hovedkontakt",
        "hovudkontakt",
        "kontakt",
        "responsible",
        "main contact",
    ),
    R.CSR: ("csr", "samfunnsansvar", "bærekraft", "berekraft", "miljø", "sustainability"),
    R.KEY_ACCOUNT: ("kam", "key account", "key account manager", "kundeansvarlig", "kundeansvarleg", "salg"),
    R.REPRESENTATIVE: ("kontraktsrepresentant", "avtalerepresentant", "representant", "avtaleansvarlig", "representative", "signatory"),
    R.DIRECTOR: ("daglig leder", "dagleg leiar", "administrerende direktør", "direktør", "ceo", "managing director"),
}


@dataclass
class Row:
    """One pasted row. `cells` stay as pasted, so that what could not be used is given back."""

    number: int
    cells: Sequence[str]
    name: str = ""
    email: str = ""
    phone: str = ""
    title: str = ""
    role: str = R.RESPONSIBLE
    supplier: Organisation | None = None
    problems: list[str] = field(default_factory=list)
    outcome: str = "created"

    @property
    def role_label(self) -> str:
        return str(R(self.role).label)


Known = Mapping[tuple[str, object], Sequence[str]]
"""The roles that a person (by address) has for a supplier (by id) on the agreement now."""


def read(table: Sequence[Sequence[str]], *, suppliers: Sequence[Organisation], known: Known) -> list[Row]:
    """Every row that holds anything, in order; `table` is what core/sheets.py made of the text."""
    columns = _columns(table[0]) if table else None
    rows = [
        _row(number, cells, _by_heading(cells, columns) if columns else _by_contents(cells, suppliers), suppliers)
        for number, cells in enumerate(table, start=1)
        if any(cells) and not (columns and number == 1)
    ]
    _judge(rows, known)
    return rows


def given_back(table: Sequence[Sequence[str]], rows: Sequence[Row]) -> str:
    """These rows as text to correct and read again, under their headings."""
    lines = [table[0]] if table and _columns(table[0]) else []
    return "\n".join("\t".join(cells) for cells in [*lines, *(row.cells for row in rows)])


def _columns(cells: Sequence[str]) -> dict[int, str] | None:
    """What each column holds, when the row is one of headings: no address in it, and e-mail among the names."""
    found = {}
    for index, cell in enumerate(cells):
        word = cell.strip().casefold()
        for name, words in HEADINGS.items():
            if word in words:
                found[index] = name
    return found if "email" in found.values() else None


def _by_heading(cells: Sequence[str], columns: Mapping[int, str]) -> dict[str, str]:
    return {columns[index]: cell.strip() for index, cell in enumerate(cells) if index in columns}


def _by_contents(cells: Sequence[str], suppliers: Sequence[Organisation]) -> dict[str, str]:
    """Without headings each cell tells what it is; what is left over is the name, then the position."""
    found: dict[str, str] = {}
    left = []
    for cell in (each.strip() for each in cells):
        kind = _kind(cell, suppliers)
        if kind and kind not in found:
            found[kind] = cell
        elif cell:
            left.append(cell)
    return {**dict(zip(("name", "title"), left, strict=False)), **found}


def _kind(cell: str, suppliers: Sequence[Organisation]) -> str:
    if "@" in cell:
        return "email"
    if _supplier(cell, suppliers):
        return "supplier"
    if _role(cell):
        return "role"
    return "phone" if re.fullmatch(r"[+(]?[\d][\d\s().-]{4,}", cell) else ""


def _row(number: int, cells: Sequence[str], said: Mapping[str, str], suppliers: Sequence[Organisation]) -> Row:
    row = Row(number, cells, said.get("name", "")[:200], said.get("email", ""), said.get("phone", "")[:40], said.get("title", "")[:200])
    try:
        row.email = contacts.checked_email(row.email)
    except Invalid as error:
        row.problems.append(str(error) if row.email else _("There is no e-mail address."))
    written = said.get("role", "")
    row.role = _role(written) or R.RESPONSIBLE
    if written and not _role(written):
        row.problems.append(_("We do not know the role “%(role)s”.") % {"role": written})
    row.supplier = _which(said.get("supplier", ""), suppliers, row)
    return row


def _which(text: str, suppliers: Sequence[Organisation], row: Row) -> Organisation | None:
    if not text and len(suppliers) == 1:
        return suppliers[0]
    found = _supplier(text, suppliers) if text else None
    if found is None:
        missing = _("No supplier is named.")
        row.problems.append(_("“%(name)s” is not a supplier on this agreement.") % {"name": text} if text else missing)
    return found


def _supplier(text: str, suppliers: Sequence[Organisation]) -> Organisation | None:
    """By number, by the whole name, or by the one name that begins so."""
    if organisations.looks_norwegian(text):
        digits = "".join(re.findall(r"\d", text))
        return next((each for each in suppliers if each.identifier == digits), None)
    word = " ".join(text.split()).casefold()
    same = [each for each in suppliers if each.name.casefold() == word]
    alike = same or [each for each in suppliers if len(word) > 2 and each.name.casefold().startswith(word)]
    return alike[0] if len(alike) == 1 else None


def _role(text: str) -> str:
    word = " ".join(text.split()).casefold()
    labels = {str(role.label).casefold(): role.value for role in contacts.SUPPLIER_ROLES}
    named = {synonym: role for role, synonyms in ROLES.items() for synonym in (*synonyms, role)}
    return str((labels | named).get(word, ""))


def _judge(rows: Sequence[Row], known: Known) -> None:
    """What each row would do; the same person in the same role twice is taken once."""
    seen: set[tuple[str, object, str]] = set()
    for row in rows:
        place = (row.email, row.supplier.pk if row.supplier else None, row.role)
        if not row.problems and place in seen:
            row.problems.append(_("The same person stands in an earlier row with the same role."))
        seen.add(place)
        has = known.get(place[:2])
        if row.problems:
            row.outcome = "rejected"
        elif has is not None:
            row.outcome = "unchanged" if row.role in has else "updated"
