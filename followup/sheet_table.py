"""The sheet as a spreadsheet: written out, and read back in as the changes that it would make. Nothing is changed here."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from django.conf import settings
from django.core.files.base import File
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core import sheets
from core.errors import Invalid
from followup import sheet_answers
from followup.models import Part
from followup.sheet_reading import Answered, ReadPart, alternatives, in_words

ANSWER, REFERENCE, VERSION = gettext_lazy("Answer"), gettext_lazy("Reference"), gettext_lazy("Version")
NOTE = pgettext_lazy("in a sheet", "Note")
HEADER: list[str | Promise] = [
    gettext_lazy("Checklist"),
    gettext_lazy("No."),
    gettext_lazy("Question"),
    gettext_lazy("How to find out"),
    gettext_lazy("Possible answers"),
    ANSWER,
    NOTE,
    REFERENCE,
    VERSION,
]
NEEDED = {"answer": ANSWER, "note": NOTE, "reference": REFERENCE, "version": VERSION}
COLUMNS = (Part.ANSWER, Part.NOTE)
REVISIONS = re.compile(r"a(\d{1,9})n(\d{1,9})")
MOST_FAULTS = 50


@dataclass(frozen=True)
class Change:
    """One field that would become another. `is_newer` tells that it was written elsewhere since the spreadsheet was made."""

    question: Answered
    part: str
    before: str
    after: str
    text: str
    base: int
    is_newer: bool

    def entry_id(self, sheet: UUID) -> UUID:
        """The same for the same cell of the same spreadsheet, so that reading it in twice changes nothing."""
        return uuid5(sheet, f"{self.question.question.pk}/{self.part}/{self.base}/{self.text}")


@dataclass(frozen=True)
class Reading:
    changes: list[Change]
    faults: list[str]


def lines(parts: Iterable[ReadPart], language: str) -> Iterator[Sequence[object]]:
    """A row for each question. Empty cells are for what nobody has written."""
    for part in parts:
        for number, it in enumerate(part.answered, start=1):
            offered = ", ".join(words for _code, words in alternatives(it.question, language))
            told = it.question.guidance_in(language)
            yield [part.name, number, it.text, told, offered, it.answer, it.note, str(it.question.pk), _revisions(it)]


def _revisions(it: Answered) -> str:
    answer, note = (it.stands[part].revision if part in it.stands else 0 for part in COLUMNS)
    return f"a{answer}n{note}"


def read(file: File, parts: Iterable[ReadPart], language: str) -> Reading:
    """What the filled-in spreadsheet would change. An empty cell changes nothing: what stands is never taken away by it."""
    rows = sheets.read_table(file, "file")
    places = _places(rows[0] if rows else [])
    known = {str(it.question.pk): it for part in parts for it in part.answered}
    changes: list[Change] = []
    faults: list[str] = []
    seen: set[str] = set()
    for number, row in enumerate(rows[1:], start=2):
        cells = {name: _plain(row[place]) for name, place in places.items()}
        if not cells["answer"] and not cells["note"]:
            continue
        key = cells["reference"].lower()
        if key not in known or key in seen:
            said = _("the same question stands above") if key in seen else _("its reference is not of this sheet")
            faults.append(_("Row %(row)d: %(reason)s.") % {"row": number, "reason": said})
            continue
        seen.add(key)
        for change in _of_row(known[key], cells, language):
            if isinstance(change, str):
                faults.append(_("Row %(row)d: %(reason)s") % {"row": number, "reason": change})
            else:
                changes.append(change)
    return Reading(changes, faults[:MOST_FAULTS])


def _places(header: Sequence[str]) -> dict[str, int]:
    """Where each column stands, by its name in any of our languages."""
    found: dict[str, int] = {}
    for name, words in NEEDED.items():
        said = {_in(language, words) for language, _name in settings.LANGUAGES}
        place = next((place for place, cell in enumerate(header) if cell.casefold() in said), None)
        if place is None:
            text = _("The column “%(name)s” is missing. Fill in the spreadsheet that you download from the sheet.")
            raise Invalid.one("file", "no_column", text % {"name": words})
        found[name] = place
    return found


def _in(language: str, words: str | Promise) -> str:
    with translation.override(language):
        return str(words).casefold()


def _plain(cell: str) -> str:
    """Without the mark that keeps a text from being taken for a formula."""
    return cell[1:] if cell.startswith("'") and cell[1:].lstrip(" ").startswith(sheets.BEGINS_A_FORMULA) else cell


def _of_row(it: Answered, cells: dict[str, str], language: str) -> Iterator[Change | str]:
    version = REVISIONS.fullmatch(cells["version"])
    bases = dict(zip(COLUMNS, (int(version[1]), int(version[2])) if version else (0, 0), strict=True))
    for part in COLUMNS:
        if not cells[part]:
            continue
        text, fault = sheet_answers.read(it.question, part, cells[part])
        stands = it.stands.get(part)
        if fault:
            yield fault
        elif text != (stands.text if stands else ""):
            is_answer = part == Part.ANSWER
            yield Change(
                question=it,
                part=part,
                before=it.answer if is_answer else it.note,
                after=in_words(it.question, text, language) if is_answer else text,
                text=text,
                base=bases[part],
                is_newer=bases[part] != (stands.revision if stands else 0),
            )
