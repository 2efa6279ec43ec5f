"""What the sheet of an audit says, as an audit report tells it: each question that was answered, in words."""

from collections import defaultdict
from typing import TypedDict

from followup import sheet_reading
from followup.models import Audit
from followup.sheet_reading import Answered


class Line(TypedDict):
    question: str
    answer: str
    note: str
    photos: list[str]
    """Their names and checksums."""


class Asked(TypedDict):
    """One checklist."""

    name: str
    lines: list[Line]


def asked(audit: Audit, language: str) -> list[Asked]:
    """What nobody answered or noted is left out, and so is a checklist that was not used."""
    parts = ((part.name, [_line(it) for it in part.answered if not it.is_empty]) for part in sheet_reading.read(audit, language=language))
    return [Asked(name=name, lines=lines) for name, lines in parts if lines]


def seen_by_theme(audit: Audit, language: str) -> dict[str, str]:
    """What a person begins with where they write of a requirement: the answers to the questions on its theme."""
    found: dict[str, list[str]] = defaultdict(list)
    for part in sheet_reading.read(audit, language=language):
        for it in part.answered:
            if it.answer or it.note:
                found[it.question.theme].append(" ".join(word for word in (it.text, f"{it.answer}." if it.answer else "", it.note) if word))
    return {theme: "\n".join(lines) for theme, lines in found.items()}


def _line(it: Answered) -> Line:
    photos = [f"{photo.name} (SHA-256: {photo.sha256})" for photo in it.photos]
    return Line(question=it.text, answer=it.answer, note=it.note, photos=photos)
