"""Audit sheets on the demo agreements: a factory visit that is filled in, and a control of wages that is being filled in by two."""

from datetime import timedelta
from typing import Any

from accounts.models import User
from core import ids
from cpb.demo.requests import Event, Story, When
from followup.models import Audit, AuditSheet, ChecklistVersion
from followup.services import sheet_merging, sheets
from followup.services.sheet_merging import NewEntry

PARTS = ("answer", "note")
SEEN = {
    "other-1": ("212", "118 women, 94 men, 41 of them hired in through an agency."),
    "other-2": ("20", ""),
    "forced-labour-1": ("yes", "Lockers with own keys."),
    "forced-labour-2": ("no", "Two of twenty had paid an agent, about 1 200 USD each."),
    "forced-labour-3": ("yes", ""),
    "child-labour-1": ("yes", "The five youngest: papers seen, all over 18."),
    "association-1": ("yes", "Elected in March. Minutes of three meetings seen."),
    "wages-1": ("yes", ""),
    "hours-1": ("58", "By the gate's log. The records of hours show 48."),
    "hours-2": ("no", "Three Sundays in a row before the July delivery."),
    "safety-1": ("yes", "All six doors tried."),
    "safety-2": ("yes", "Drill on the night shift in May."),
    "safety-5": ("good", ""),
    "environment-1": ("yes", ""),
    "integrity-1": ("yes", ""),
}
NOTED = {"hours-2": ("minor", "Three Sundays in a row were worked before the July delivery. The records of hours show none of them.")}
BEFOREHAND = {"hse-cards-2": ("yes", "Slått opp i registeret."), "subcontractors-1": ("1", "")}


def events() -> list[Event]:
    return [(25, _begin("lotus", "factory-visit")), (24, _fill_in_the_factory), (3, _begin("blank", "wage-control")), (2, _prepare)]


def _begin(supplier: str, code: str) -> Any:
    def event(story: Story, when: When) -> None:
        version = ChecklistVersion.objects.get(checklist__code=code, number=1)
        sheets.begin(audit=_audit(story, supplier), versions=[version], actor=_who(story, supplier), now=when["now"])

    return event


def _fill_in_the_factory(story: Story, when: When) -> None:
    _write(story, "lotus", "tablet", "Chrome, Android", SEEN, when)
    _write(story, "lotus", "tablet", "Chrome, Android", NOTED, when, parts=("severity", "finding"))


def _prepare(story: Story, when: When) -> None:
    """Two at their desks wrote different things: both are kept, and somebody has to choose."""
    _write(story, "blank", "desk", "Edge, Windows", BEFOREHAND, when)
    _write(story, "blank", "evening", "Firefox, Windows", {"subcontractors-1": ("2", "")}, when)


def _write(
    story: Story, supplier: str, device: str, name: str, said: dict[str, tuple[str, str]], when: When, parts: tuple[str, str] = PARTS
) -> None:
    sheet = AuditSheet.objects.select_related("audit").get(audit=_audit(story, supplier))
    asked = {question.code: question.pk for question in sheet.checklists.get().version.questions.all()}
    entries = [
        NewEntry(ids.new(), asked[code], part, text, 0, device, when["now"] - timedelta(minutes=30), name)
        for code, both in said.items()
        for part, text in zip(parts, both, strict=True)
        if text
    ]
    sheet_merging.merge(sheet=sheet, entries=entries, actor=_who(story, supplier), now=when["now"])


def _who(story: Story, supplier: str) -> User:
    return story.user("auditor" if supplier == "lotus" else "deputy")


def _audit(story: Story, supplier: str) -> Audit:
    return Audit.objects.filter(supplier=story.cast.organisations[supplier]).earliest("created_at")
