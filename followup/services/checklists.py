"""Changing a checklist: the next version. What sheets ask already stays as it is."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Action
from core import access, history, rows
from core.errors import Invalid, WrongState
from followup.models import Checklist, ChecklistQuestion, ChecklistVersion

NAMES = ("name_nb", "name_nn", "name_en")
WORDS = tuple(f"{part}_{language}" for part in ("text", "guidance", "evidence") for language in ("nb", "nn", "en"))
COLUMNS = ("theme", "topic", "kind", "choices", *WORDS)
MOST_QUESTIONS = 300


def latest(checklist: Checklist) -> ChecklistVersion:
    """What new sheets get."""
    found: ChecklistVersion = checklist.versions.order_by("-number")[0]
    return found


@transaction.atomic
def create(*, code: str, names: Mapping[str, str], questions: Sequence[Mapping[str, Any]], actor: User, now: datetime) -> Checklist:
    """A checklist of our own, with its first version."""
    access.require(actor, Action.CHECKLIST_EDIT)
    if Checklist.objects.filter(code=code).exists():
        raise Invalid.one("code", "taken", _("There is a checklist with this short name already. Choose another."))
    checklist = Checklist.objects.create(code=code, created_at=now)
    _write(checklist, 1, names, questions, note="", actor=actor, now=now)
    history.record(actor=actor, now=now, verb="create", about=checklist, changes={"name": names["name_nb"]}, is_internal=True)
    return checklist


@transaction.atomic
def revise(
    *,
    checklist: Checklist,
    based_on: int,
    names: Mapping[str, str],
    questions: Sequence[Mapping[str, Any]],
    note: str,
    actor: User,
    now: datetime,
) -> ChecklistVersion:
    """Write the next version; new sheets get it, the others keep theirs. `based_on` is the number that the writer looked at."""
    access.require(actor, Action.CHECKLIST_EDIT)
    rows.lock(checklist)
    before = latest(checklist)
    if before.number != based_on:
        raise WrongState(_("Somebody else has changed this checklist meanwhile. Look at the newest version before you go on."))
    if _said(before) == ([names[name] for name in NAMES], [_line(each) for each in questions]):
        raise Invalid.one("note", "unchanged", _("Nothing has been changed."))
    version = _write(checklist, before.number + 1, names, questions, note=note, actor=actor, now=now)
    changes = {"number": [before.number, version.number], "note": note, "questions": len(questions)}
    history.record(actor=actor, now=now, verb="change_checklist", about=checklist, changes=changes, is_internal=True)
    return version


@transaction.atomic
def retire(*, checklist: Checklist, is_retired: bool, actor: User, now: datetime) -> None:
    """No longer offered for new sheets, or offered again."""
    access.require(actor, Action.CHECKLIST_EDIT)
    if checklist.is_retired != is_retired:
        rows.write(checklist, is_retired=is_retired)
        history.record(actor=actor, now=now, verb="retire" if is_retired else "restore", about=checklist, is_internal=True)


def _write(
    checklist: Checklist,
    number: int,
    names: Mapping[str, str],
    questions: Sequence[Mapping[str, Any]],
    *,
    note: str,
    actor: User,
    now: datetime,
) -> ChecklistVersion:
    if not questions:
        raise Invalid.one("questions", "required", _("A checklist needs at least one question."))
    if len(questions) > MOST_QUESTIONS:
        raise Invalid.one("questions", "too_many", _("A checklist has at most %(most)d questions.") % {"most": MOST_QUESTIONS})
    version = ChecklistVersion(checklist=checklist, number=number, note=note, created_by=actor, created_at=now)
    for name in NAMES:
        setattr(version, name, names[name])
    version.save(force_insert=True)
    codes = _codes(questions)
    ChecklistQuestion.objects.bulk_create(
        ChecklistQuestion(version=version, number=place, code=code, **{name: each.get(name) or _empty(name) for name in COLUMNS})
        for place, (code, each) in enumerate(zip(codes, questions, strict=True), start=1)
    )
    return version


def _codes(questions: Sequence[Mapping[str, Any]]) -> list[str]:
    """What a question is called from version to version; a new one gets the next free number of its topic."""
    taken = {each["code"] for each in questions if each.get("code")}
    codes: list[str] = []
    for each in questions:
        code = each.get("code") or next(
            name for number in range(1, 2 * MOST_QUESTIONS) if (name := f"{each['topic'].replace('_', '-')}-{number}") not in taken
        )
        taken.add(code)
        codes.append(code)
    if len(set(codes)) < len(codes):
        raise Invalid.one("questions", "twice", _("Two questions have the same short name."))
    return codes


def _empty(name: str) -> Any:
    return [] if name == "choices" else ""


def _said(version: ChecklistVersion) -> tuple[list[str], list[tuple[Any, ...]]]:
    asked = [{"code": each.code, **{name: getattr(each, name) for name in COLUMNS}} for each in version.questions.order_by("number")]
    return [getattr(version, name) for name in NAMES], [_line(each) for each in asked]


def _line(question: Mapping[str, Any]) -> tuple[Any, ...]:
    return question.get("code"), *(question.get(name) or _empty(name) for name in COLUMNS)
