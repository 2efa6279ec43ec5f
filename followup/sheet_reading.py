"""Reading an audit's sheet: the questions in order, with what was answered, noted and photographed. One query, no file."""

from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import F, OuterRef, QuerySet
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core.sql import parts, row_list
from followup.models import Audit, ChecklistQuestion, ChecklistVersion, Part, SheetAnswer, SheetPhoto

Stands = dict[tuple[UUID, str], SheetAnswer]


@dataclass(frozen=True)
class Answered:
    """One question with what stands there now, in words of the language that was asked for."""

    question: ChecklistQuestion
    text: str
    answer: str
    note: str
    stands: dict[str, SheetAnswer]
    """By part (`answer`, `note`), as it is stored. A part that nobody has written is not there."""

    photos: list[SheetPhoto] = field(default_factory=list)

    @property
    def is_answered(self) -> bool:
        return bool(self.answer)


@dataclass(frozen=True)
class ReadPart:
    """What one checklist asked."""

    version: ChecklistVersion
    name: str
    answered: list[Answered]


def read(audit: Audit, *, language: str) -> list[ReadPart]:
    """One part for each checklist, in order; none for an audit without a sheet."""
    mine = {"sheet__audit": OuterRef("pk")}
    found = parts(
        Audit,
        [audit.pk],
        answers=row_list(SheetAnswer.objects.filter(**mine), "entry", "entry__written_by", "entry__written_by__person"),
        photos=row_list(SheetPhoto.objects.filter(**mine).kept()),
        questions=row_list(_asked(), "version"),
    )[audit.pk]
    stands: Stands = {(row.question_id, row.part): row for row in found["answers"]}
    photos: dict[UUID, list[SheetPhoto]] = {}
    for photo in found["photos"]:
        photos.setdefault(photo.question_id, []).append(photo)
    read: dict[UUID, ReadPart] = {}
    with translation.override(language):
        for question in found["questions"]:
            version = question.version
            part = read.setdefault(version.pk, ReadPart(version, version.name_in(language), []))
            part.answered.append(_answered(question, stands, photos, language))
    return list(read.values())


def _asked() -> QuerySet[ChecklistQuestion]:
    """Every question of the audit's sheet, in the order of the checklists and then its own."""
    here = ChecklistQuestion.objects.filter(version__sheets__sheet__audit=OuterRef("pk"))
    in_order: QuerySet[ChecklistQuestion] = here.annotate(place=F("version__sheets__number")).order_by("place", "number")
    return in_order


def _answered(question: ChecklistQuestion, stands: Stands, photos: dict[UUID, list[SheetPhoto]], language: str) -> Answered:
    here = {part: stands[question.pk, part] for part in Part.values if (question.pk, part) in stands}
    answer, note = here.get(Part.ANSWER), here.get(Part.NOTE)
    return Answered(
        question=question,
        text=question.text_in(language),
        answer=in_words(question, answer.text, language) if answer else "",
        note=note.text if note else "",
        stands=here,
        photos=photos.get(question.pk, []),
    )


def in_words(question: ChecklistQuestion, answer: str, language: str) -> str:
    """What is stored as a code, in words: `yes` is Ja. Numbers and text are what they are."""
    if not answer:
        return ""
    return str(dict(alternatives(question, language)).get(answer, answer))


def alternatives(question: ChecklistQuestion, language: str) -> list[tuple[str, str]]:
    """What one chooses among, `(code, words)`; nothing where one writes."""
    if question.kind == ChecklistQuestion.Kind.YES_NO:
        with translation.override(language):
            return [("yes", capfirst(_("yes"))), ("no", capfirst(_("no"))), ("na", capfirst(_("not applicable")))]
    if question.kind == ChecklistQuestion.Kind.CHOICE:
        return [(each["code"], each.get(language) or each["nb"]) for each in question.choices]
    return []
