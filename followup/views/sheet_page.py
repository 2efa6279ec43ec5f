"""The sheet as a page: every question in order, with what stands there, what waits for a choice, and the requirement that it rests on."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery
from django.http import HttpResponse
from django.shortcuts import render

from accounts.permissions import Action
from accounts.requests import SignedInRequest
from contracts.models import Obligation
from core import access
from followup import sheet_answers, sheet_noted, sheet_reading, sheet_words
from followup.forms.sheets import QuestionForm, prefix_of
from followup.models import Audit, AuditSheet, ChecklistQuestion, ChecklistVersion, Part, SheetEntry
from followup.services import sheet_photos, sheets
from followup.sheet_noted import Noted
from followup.sheet_reading import Answered, ReadPart
from followup.views.sheet_doors import language_of

FITS = {
    Audit.Kind.DOCUMENT_REVIEW: "document-review",
    Audit.Kind.WAGE_CONTROL: "wage-control",
    Audit.Kind.OFFICE_VISIT: "document-review",
    Audit.Kind.SUPPLIER_AUDIT: "factory-visit",
}
"""Which of the product's own checklists is suggested for which kind of audit."""

Faulty = dict[UUID, QuestionForm]


def show(request: SignedInRequest, sheet: AuditSheet, faulty: Faulty | None = None) -> HttpResponse:
    """`faulty` is the form that was sent with a fault, by its question."""
    it, language = sheet.audit, language_of(request)
    parts = sheet_reading.read(it, language=language)
    entries = _entries(sheet)
    noted = sheet_noted.read(parts, [entry for entry in entries if entry.is_logged])
    conflicts = _conflicts([entry for entry in entries if entry.outcome == SheetEntry.Outcome.CONFLICT], parts, language)
    bound = _bound(it)
    shown = [_part(part, language, conflicts, bound, noted, faulty or {}) for part in parts]
    context = {
        "it": it,
        "sheet": sheet,
        "parts": shown,
        "done": sum(part["done"] for part in shown),
        "total": sum(len(part["questions"]) for part in shown),
        "waiting": [(each, prefix_of(each.question)) for each in _critical_first(noted.values()) if each.is_waiting],
        "conflicts": [prefix_of(entry.question) for entries in conflicts.values() for entry in entries],
        "most_bytes": sheet_photos.MOST_BYTES,
        "is_open": it.status not in sheets.CLOSED,
        "is_kept": it.is_coming or it.status == Audit.Status.PERFORMED,
        "may_find": request.user.works_here and access.may(request.user, Action.FINDING_LOG, it),
        "told": sheet_words.story(sheet),
        "form": next(iter((faulty or {}).values()), None),
    }
    return render(request, "followup/sheet/sheet.html", context, status=422 if faulty else 200)


def _critical_first(noted: Iterable[Noted]) -> list[Noted]:
    """The supplier and the owner are to hear of those within the hour; the others as the sheet has them."""
    return sorted(noted, key=lambda each: not each.is_critical)


def questions_of(request: SignedInRequest, sheet: AuditSheet) -> Any:
    """Every question that the sheet asks."""
    return ChecklistQuestion.objects.visible_to(request.user).filter(version__sheets__sheet=sheet)


def offered(request: SignedInRequest, sheet: AuditSheet | None) -> list[ChecklistVersion]:
    """The newest version of each checklist that the sheet does not have."""
    versions = ChecklistVersion.objects.visible_to(request.user)
    newest = versions.filter(checklist=OuterRef("checklist")).order_by("-number").values("pk")[:1]
    rows = versions.filter(pk=Subquery(newest), checklist__is_retired=False).select_related("checklist")
    if sheet is not None:
        rows = rows.exclude(checklist__versions__sheets__sheet=sheet)
    return list(rows.filter(questions__isnull=False).distinct().order_by("checklist__code"))


def suggested(it: Audit, versions: Iterable[ChecklistVersion]) -> list[str]:
    """For a follow-up what fits the audit that it follows."""
    about = it.re_audit_of if it.kind == Audit.Kind.FOLLOW_UP and it.re_audit_of else it
    return [str(version.pk) for version in versions if version.checklist.code == FITS.get(Audit.Kind(about.kind))]


def _part(
    part: ReadPart,
    language: str,
    conflicts: dict[UUID, list[SheetEntry]],
    bound: dict[str, list[Obligation]],
    noted: dict[UUID, Noted],
    faulty: Faulty,
) -> dict[str, Any]:
    questions = [
        {
            "it": each,
            "anchor": prefix_of(each.question),
            "guidance": each.question.guidance_in(language),
            "evidence": each.question.evidence_in(language),
            "bound": bound.get(each.question.theme, []),
            "conflicts": conflicts.get(each.question.pk, []),
            "noted": noted.get(each.question.pk),
            "form": faulty.get(each.question.pk) or QuestionForm(it=each, language=language),
        }
        for each in part.answered
    ]
    return {"version": part.version, "name": part.name, "questions": questions, "done": _done(part.answered)}


def _done(answered: Sequence[Answered]) -> int:
    return sum(each.is_answered for each in answered)


def _entries(sheet: AuditSheet) -> list[Any]:
    """What waits for a choice, and what was logged as a finding: in one reading."""
    wanted = Q(outcome=SheetEntry.Outcome.CONFLICT) | Q(finding__isnull=False)
    rows = sheet.entries.filter(wanted).annotate(is_logged=Q(finding__isnull=False))
    return list(rows.select_related("question", "written_by__person", "finding__severity"))


def _conflicts(waiting: Iterable[Any], parts: Iterable[ReadPart], language: str) -> dict[UUID, list[SheetEntry]]:
    """What waits for a choice, by question, in words and beside what stands."""
    known = {each.question.pk: each for part in parts for each in part.answered}
    found: dict[UUID, list[Any]] = {}
    for row in waiting:
        row.stands = known[row.question_id].stands.get(row.part)
        row.words = _in_words(row, row.text, language)
        row.stands_words = _in_words(row, row.stands.text if row.stands else "", language)
        found.setdefault(row.question_id, []).append(row)
    return found


def _in_words(entry: SheetEntry, text: str, language: str) -> str:
    if entry.part == Part.ANSWER:
        return sheet_reading.in_words(entry.question, text, language)
    return dict(sheet_answers.severities(language)).get(text, text) if entry.part == Part.SEVERITY else text


def _bound(it: Audit) -> dict[str, list[Obligation]]:
    """What the audit checks, by theme."""
    found: dict[str, list[Obligation]] = {}
    for obligation in it.obligations.select_related("requirement", "lot").order_by("requirement__number", "lot__number"):
        found.setdefault(obligation.requirement.theme, []).append(obligation)
    return found
