"""Findings that were noted in a sheet: which wait to be logged, and what became of the others."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import get_language

from followup import sheet_answers
from followup.models import AuditSheet, ChecklistQuestion, Finding, Part, Severity, SheetAnswer, SheetEntry
from followup.sheet_reading import ReadPart


@dataclass(frozen=True)
class Noted:
    """What stands noted at one question, and the findings that were logged from there. `severity` is a code, or empty."""

    question: ChecklistQuestion
    asked: str
    text: str
    severity: str
    entry_id: UUID | None
    logged: list[Finding]

    @property
    def is_waiting(self) -> bool:
        """Noted and not logged. What is changed after it was logged waits again: the finding stands as it was told."""
        return bool(self.text) and all(finding.noted_in_id != self.entry_id for finding in self.logged)

    @property
    def is_ready(self) -> bool:
        return self.is_waiting and bool(self.severity)

    @property
    def is_critical(self) -> bool:
        return self.severity == Severity.Code.CRITICAL

    @property
    def severity_words(self) -> str:
        return dict(sheet_answers.severities(get_language() or "nb")).get(self.severity, "")


def entries(sheet: AuditSheet) -> QuerySet[SheetEntry]:
    """Those that were logged as findings."""
    return sheet.entries.filter(finding__isnull=False).select_related("finding__severity")


def read(parts: Iterable[ReadPart], entries: Iterable[SheetEntry]) -> dict[UUID, Noted]:
    """By question, in the order of the sheet; only where something is or was noted. `entries` are those that were logged."""
    logged: dict[UUID, list[Finding]] = {}
    for entry in sorted(entries, key=lambda each: each.finding.number):
        logged.setdefault(entry.question_id, []).append(entry.finding)
    noted: dict[UUID, Noted] = {}
    for part in parts:
        for it in part.answered:
            found, severity = it.stands.get(Part.FINDING), it.stands.get(Part.SEVERITY)
            if (found and found.text) or it.question.pk in logged:
                noted[it.question.pk] = Noted(
                    question=it.question,
                    asked=it.text,
                    text=found.text if found else "",
                    severity=severity.text if severity else "",
                    entry_id=found.entry_id if found else None,
                    logged=logged.get(it.question.pk, []),
                )
    return noted


def waiting(**which: Any) -> QuerySet[SheetAnswer]:
    """What is noted and not logged yet, of those sheets."""
    return SheetAnswer.objects.filter(**which, part=Part.FINDING, entry__finding=None).exclude(text="")
