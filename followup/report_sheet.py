"""What the sheet of an audit says, as an audit report tells it: as much of it as the lead has chosen, because the supplier reads it."""

from collections import defaultdict
from typing import TypedDict

from core import scanning
from followup import sheet_reading
from followup.models import Audit, SheetPhoto, WrittenReport
from followup.sheet_reading import Answered

Much = WrittenReport.Sheet


class Photo(TypedDict):
    """`said` names it with its checksum, `alt` says what it is about; `storage_name` and `content_type` are for the files."""

    said: str
    alt: str
    storage_name: str
    content_type: str


class Line(TypedDict):
    question: str
    answer: str
    note: str
    photos: list[Photo]


class Asked(TypedDict):
    """One checklist."""

    name: str
    lines: list[Line]


def asked(audit: Audit, language: str, much: str) -> list[Asked]:
    """What nobody answered is left out, and so is a checklist that was not used."""
    if much == Much.NOTHING:
        return []
    parts = ((part.name, [_line(it, much) for it in part.answered]) for part in sheet_reading.read(audit, language=language))
    told = ((name, [line for line in lines if line["answer"] or line["note"] or line["photos"]]) for name, lines in parts)
    return [Asked(name=name, lines=lines) for name, lines in told if lines]


def seen_by_theme(audit: Audit, language: str) -> dict[str, str]:
    """What a person begins with where they write of a requirement: the answers to the questions on its theme."""
    found: dict[str, list[str]] = defaultdict(list)
    for part in sheet_reading.read(audit, language=language):
        for it in part.answered:
            if it.answer or it.note:
                found[it.question.theme].append(" ".join(word for word in (it.text, f"{it.answer}." if it.answer else "", it.note) if word))
    return {theme: "\n".join(lines) for theme, lines in found.items()}


def _line(it: Answered, much: str) -> Line:
    return Line(
        question=it.text,
        answer=it.answer,
        note=it.note if much in (Much.NOTES, Much.PHOTOS) else "",
        photos=[_photo(photo, it.text) for photo in it.photos] if much == Much.PHOTOS else [],
    )


def _photo(photo: SheetPhoto, question: str) -> Photo:
    kept = "" if scanning.is_locked(photo.scan_state) else photo.storage_name
    return Photo(said=f"{photo.name} (SHA-256: {photo.sha256})", alt=question, storage_name=kept, content_type=photo.content_type)
