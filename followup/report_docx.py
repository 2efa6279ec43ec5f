"""A written audit report as a Word document: real headings, lists and a table with a header, so that it can be navigated and read aloud."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from io import BytesIO

import docx
from docx.document import Document
from docx.image.exceptions import InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError
from docx.oxml.ns import qn
from docx.shared import Cm

from followup.report_sheet import Asked, Photo
from followup.report_words import Section, Written

WORD_LANGUAGES = {"nb": "nb-NO", "nn": "nn-NO", "en": "en-GB"}
MARGIN = Cm(2.5)
PHOTO_WIDTH = Cm(9)


def document(report: Written, photos: Mapping[str, bytes]) -> Document:
    """`photos` by their names in storage; those that are not there are named only."""
    it = docx.Document()
    _set_up(it, report)
    it.add_paragraph(report["sender"])
    it.add_heading(report["title"], level=1)
    it.add_paragraph(report["subtitle"])
    it.add_paragraph().add_run(report["note"]).bold = True
    it.add_heading(report["facts_heading"], level=2)
    _facts(it, report["facts"])
    for section in report["sections"]:
        _section(it, section)
    _asked(it, report["asked_heading"], report["asked"], photos)
    return it


def _set_up(it: Document, report: Written) -> None:
    properties = it.core_properties
    properties.title, properties.author, properties.language = report["title"], report["sender"], WORD_LANGUAGES[report["language"]]
    for name in ("dc:description", "dcterms:created", "dcterms:modified"):  # the template's: a library's name, and a day in 2013
        properties._element.remove(properties._element.find(qn(name)))
    for page in it.sections:
        page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = MARGIN
    style = it.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}/{qn('w:lang')}")
    if style is not None:
        style.set(qn("w:val"), WORD_LANGUAGES[report["language"]])


def _facts(it: Document, facts: Iterable[Sequence[str]]) -> None:
    """Name and value on a line each: a table without a header would be read aloud as one long row."""
    for name, value in facts:
        line = it.add_paragraph()
        line.paragraph_format.space_after = Cm(0.1)
        line.add_run(f"{name}: ").bold = True
        line.add_run(value)


def _section(it: Document, section: Section) -> None:
    it.add_heading(section["heading"], level=2)
    _facts(it, section["facts"])
    if section["quote"]:
        it.add_paragraph(section["quote"], style="Quote")
    _texts(it, section["texts"])
    for said in section["said"]:
        it.add_heading(said["heading"], level=3)
        _texts(it, said["texts"])
        for name in said["files"]:
            it.add_paragraph(name, style="List Bullet")


def _texts(it: Document, texts: Iterable[str]) -> None:
    for text in texts:
        it.add_paragraph(text)


def _asked(it: Document, heading: str, asked: Sequence[Asked], photos: Mapping[str, bytes]) -> None:
    if asked:
        it.add_heading(heading, level=2)
    for checklist in asked:
        it.add_heading(checklist["name"], level=3)
        for line in checklist["lines"]:
            it.add_paragraph().add_run(line["question"]).bold = True
            _texts(it, [text for text in (line["answer"], line["note"]) if text])
            for photo in line["photos"]:
                _photo(it, photo, photos.get(photo["storage_name"]))


def _photo(it: Document, photo: Photo, data: bytes | None) -> None:
    """With what it is about as its text for whoever does not see it. One that Word cannot show is named only."""
    if data is not None:
        with suppress(UnrecognizedImageError, UnexpectedEndOfFileError, InvalidImageStreamError):
            shape = it.add_picture(BytesIO(data), width=PHOTO_WIDTH)
            shape._inline.docPr.set("descr", photo["alt"])
    it.add_paragraph(photo["said"], style="List Bullet")
