"""Taking in what was written in a sheet, field by field, from pages, devices and spreadsheets alike.

Each entry says which revision of the field its writer saw. When another device has written since, nothing is overwritten:
the entry is kept as a conflict, both are shown, and a person chooses. What is sent twice is known by its id and changes nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import history, rows
from core.errors import Invalid, WrongState
from followup import sheet_answers
from followup.models import AuditSheet, ChecklistQuestion, SheetAnswer, SheetEntry
from followup.services import sheets

O = SheetEntry.Outcome  # noqa: E741
MOST_ENTRIES = 200
REFUSED = "refused"
Field = tuple[UUID, str]


@dataclass(frozen=True)
class NewEntry:
    """What a device says that was written: `base` is the revision that its writer saw, 0 where the field was empty."""

    id: UUID
    question: UUID
    part: str
    text: str
    base: int
    device: str
    written_at: datetime
    device_name: str = ""


@dataclass(frozen=True)
class Merged:
    """What became of one entry: an outcome, or `refused` with the reason; and what stands in the field now."""

    id: UUID
    outcome: str
    revision: int
    text: str
    reason: str = ""


@dataclass
class _Field:
    """One field while entries are taken in: what stands, and which devices wrote which revision."""

    answer: SheetAnswer | None
    writers: dict[int, str]
    is_changed: bool = False

    @property
    def revision(self) -> int:
        return self.answer.revision if self.answer else 0

    @property
    def text(self) -> str:
        return self.answer.text if self.answer else ""

    def was_written_since(self, base: int, device: str) -> bool:
        """By another device than this one. A base that has not been reached yet is not ours (an older copy was restored)."""
        since = range(base + 1, self.revision + 1)
        return base > self.revision or any(self.writers.get(revision) != device for revision in since)


@transaction.atomic
def merge(*, sheet: AuditSheet, entries: Sequence[NewEntry], actor: User, now: datetime) -> list[Merged]:
    """Take the entries in, in their order, and say of each what became of it. One that cannot be used stops none of the others."""
    rows.lock(sheet.audit)  # nobody closes it meanwhile
    sheets.must_be_open(sheet.audit, actor=actor)
    if len(entries) > MOST_ENTRIES:
        raise Invalid.one("entries", "too_many", _("Send at most %(most)d answers at a time.") % {"most": MOST_ENTRIES})
    rows.lock(sheet)
    known = SheetEntry.objects.in_bulk([entry.id for entry in entries])
    questions = _questions(sheet, entries)
    fields = _fields(sheet, questions)
    fresh: dict[UUID, SheetEntry] = {}
    results: list[Merged] = []
    for entry in entries:
        before = known.get(entry.id) or fresh.get(entry.id)
        results.append(
            _again(entry, before, sheet, fields) if before else _take(entry, sheet, questions, fields, fresh, actor=actor, now=now)
        )
    _write(fields, fresh)
    _record(sheet, fresh, actor=actor, now=now)
    return results


@transaction.atomic
def choose(*, sheet: AuditSheet, entry: SheetEntry, takes_it: bool, actor: User, now: datetime) -> None:
    """Of two that were written at the same time, one is to stand. The other stays in the sheet's history."""
    rows.lock(sheet.audit)
    sheets.must_be_open(sheet.audit, actor=actor)
    rows.lock(sheet)
    rows.lock(entry)
    if entry.outcome != O.CONFLICT:
        raise WrongState(_("Somebody has chosen already. Look at what stands there now."))
    answer = SheetAnswer.objects.select_for_update().get(sheet=sheet, question=entry.question_id, part=entry.part)
    stood = answer.text
    if takes_it:
        rows.write(entry, outcome=O.CHOSEN, revision=answer.revision + 1)
        rows.write(answer, text=entry.text, revision=answer.revision + 1, entry=entry)
    else:
        rows.write(entry, outcome=O.SET_ASIDE)
    changes = {"question": entry.question.code, "part": entry.part, "stands": answer.text, "set_aside": stood if takes_it else entry.text}
    history.record(actor=actor, now=now, verb="choose_answer", about=sheet, changes=changes, is_internal=True)


def _questions(sheet: AuditSheet, entries: Iterable[NewEntry]) -> dict[UUID, ChecklistQuestion]:
    """Those that the sheet asks."""
    asked = ChecklistQuestion.objects.filter(version__sheets__sheet=sheet, pk__in={entry.question for entry in entries})
    return {question.pk: question for question in asked}


def _fields(sheet: AuditSheet, questions: Iterable[UUID]) -> dict[Field, _Field]:
    fields: dict[Field, _Field] = {}
    for answer in SheetAnswer.objects.filter(sheet=sheet, question__in=questions):
        fields[answer.question_id, answer.part] = _Field(answer, {})
    written = SheetEntry.objects.filter(sheet=sheet, question__in=questions, revision__isnull=False)
    for question, part, revision, device in written.values_list("question_id", "part", "revision", "device"):
        fields[question, part].writers[revision or 0] = device
    return fields


def _again(entry: NewEntry, before: SheetEntry, sheet: AuditSheet, fields: dict[Field, _Field]) -> Merged:
    if (before.sheet_id, before.question_id, before.part) != (sheet.pk, entry.question, entry.part):
        return Merged(entry.id, REFUSED, 0, "", _("This was sent before for another question."))
    there = fields.get((entry.question, entry.part)) or _Field(None, {})
    return Merged(entry.id, before.outcome, there.revision, there.text)


def _take(
    entry: NewEntry,
    sheet: AuditSheet,
    questions: dict[UUID, ChecklistQuestion],
    fields: dict[Field, _Field],
    fresh: dict[UUID, SheetEntry],
    *,
    actor: User,
    now: datetime,
) -> Merged:
    question = questions.get(entry.question)
    if question is None:
        return Merged(entry.id, REFUSED, 0, "", _("The sheet does not ask this question."))
    field = fields.setdefault((question.pk, entry.part), _Field(None, {}))
    text, fault = sheet_answers.read(question, entry.part, entry.text)
    if fault:
        return Merged(entry.id, REFUSED, field.revision, field.text, fault)
    outcome = _outcome(entry, text, field)
    row = SheetEntry(
        id=entry.id,
        sheet=sheet,
        question=question,
        part=entry.part,
        text=text,
        base=entry.base,
        revision=field.revision + 1 if outcome == O.APPLIED else None,
        outcome=outcome,
        device=entry.device,
        device_name=entry.device_name,
        written_by=actor,
        written_at=min(entry.written_at, now),
        received_at=now,
    )
    fresh[row.pk] = row
    if outcome == O.APPLIED:
        _put(field, row)
    return Merged(entry.id, outcome, field.revision, field.text)


def _outcome(entry: NewEntry, text: str, field: _Field) -> str:
    if text == field.text:
        return O.SAME
    return O.CONFLICT if field.was_written_since(entry.base, entry.device) else O.APPLIED


def _put(field: _Field, row: SheetEntry) -> None:
    answer = field.answer or SheetAnswer(sheet=row.sheet, question=row.question, part=row.part)
    answer.text, answer.revision, answer.entry = row.text, row.revision or 1, row
    field.answer, field.is_changed = answer, True
    field.writers[row.revision or 1] = row.device


def _write(fields: dict[Field, _Field], fresh: dict[UUID, SheetEntry]) -> None:
    SheetEntry.objects.bulk_create(fresh.values())
    changed = [field.answer for field in fields.values() if field.is_changed and field.answer]
    SheetAnswer.objects.bulk_create([answer for answer in changed if answer._state.adding])
    SheetAnswer.objects.bulk_update([answer for answer in changed if not answer._state.adding], ["text", "revision", "entry"])


def _record(sheet: AuditSheet, fresh: dict[UUID, SheetEntry], *, actor: User, now: datetime) -> None:
    """One line for everything that came together."""
    outcomes = [row.outcome for row in fresh.values()]
    counts = {"answers": outcomes.count(O.APPLIED), "conflicts": outcomes.count(O.CONFLICT)}
    if any(counts.values()):
        device = next((row.device_name for row in fresh.values() if row.device_name), "")
        history.record(actor=actor, now=now, verb="fill_in", about=sheet, changes={**counts, "device": device}, is_internal=True)
