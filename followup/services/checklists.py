"""Changing a checklist. A version that a sheet uses never changes: the first change after that begins the next version."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Action
from core import access, history, rows
from core.errors import Invalid, WrongState
from followup.models import Checklist, ChecklistQuestion, ChecklistVersion

NAMES = ("name_nb", "name_nn", "name_en")
MOST_QUESTIONS, FEWEST_CHOICES, MOST_CHOICES = 300, 2, 50
K = ChecklistQuestion.Kind


def latest(checklist: Checklist) -> ChecklistVersion:
    """What new sheets get."""
    found: ChecklistVersion = checklist.versions.order_by("-number")[0]
    return found


@transaction.atomic
def create(*, code: str, names: Mapping[str, str], actor: User, now: datetime) -> Checklist:
    """A checklist of our own, still without questions. It is offered for sheets when it has one."""
    access.require(actor, Action.CHECKLIST_EDIT)
    if Checklist.objects.filter(code=code).exists():
        raise Invalid.one("code", "taken", _("There is a checklist with this short name already. Choose another."))
    checklist = Checklist.objects.create(code=code, created_at=now)
    ChecklistVersion.objects.create(checklist=checklist, number=1, created_by=actor, created_at=now, **names)
    history.record(actor=actor, now=now, verb="create", about=checklist, changes={"name": names["name_nb"]}, is_internal=True)
    return checklist


@transaction.atomic
def rename(*, checklist: Checklist, based_on: int, names: Mapping[str, str], actor: User, now: datetime) -> None:
    version = _to_change(checklist, based_on, actor=actor, now=now)
    changed = history.difference(version, dict(names))
    rows.write(version, **names)
    _record(checklist, version, "rename", changed, actor=actor, now=now)


@transaction.atomic
def write_question(
    *, checklist: Checklist, based_on: int, code: str | None, place: int | None, written: Mapping[str, Any], actor: User, now: datetime
) -> ChecklistQuestion:
    """A new question (no `code`), or another wording of one. `place` is its number; the others make room. None leaves it where it is."""
    version = _to_change(checklist, based_on, actor=actor, now=now)
    asked = version.questions.count()
    if code is None and asked >= MOST_QUESTIONS:
        raise Invalid.one("place", "too_many", _("A checklist has at most %(most)d questions.") % {"most": MOST_QUESTIONS})
    if code is None:
        name = _free_code(checklist, written["topic"])
        question = ChecklistQuestion(version=version, code=name, number=asked + 1, **written)
        question.choices = _choices(question)
        question.save(force_insert=True)
        _record(checklist, version, "add_question", {"question": question.text_nb}, actor=actor, now=now)
    else:
        question = _question(version, code)
        offered = ChecklistQuestion(**{"kind": question.kind, "choices": question.choices, **written})
        written = {**written, "choices": _choices(offered)}
        changed = history.difference(question, written)
        rows.write(question, **written)
        if changed:
            _record(checklist, version, "edit_question", {"code": code, **changed}, actor=actor, now=now)
    if place is not None:
        _move(version, question, place)
    return question


@transaction.atomic
def remove_question(*, checklist: Checklist, based_on: int, code: str, actor: User, now: datetime) -> None:
    """Not asked any more from the next sheet on."""
    version = _to_change(checklist, based_on, actor=actor, now=now)
    question = _question(version, code)
    text = question.text_nb
    question.delete()
    _number_anew(version, list(version.questions.order_by("number")))
    _record(checklist, version, "remove_question", {"question": text}, actor=actor, now=now)


@transaction.atomic
def retire(*, checklist: Checklist, is_retired: bool, actor: User, now: datetime) -> None:
    """No longer offered for new sheets, or offered again."""
    access.require(actor, Action.CHECKLIST_EDIT)
    if checklist.is_retired != is_retired:
        rows.write(checklist, is_retired=is_retired)
        history.record(actor=actor, now=now, verb="retire" if is_retired else "restore", about=checklist, is_internal=True)


def _to_change(checklist: Checklist, based_on: int, *, actor: User, now: datetime) -> ChecklistVersion:
    """The newest version where no sheet uses it, else a copy of it as the next. `based_on` is the number that the writer looked at."""
    access.require(actor, Action.CHECKLIST_EDIT)
    rows.lock(checklist)
    version = latest(checklist)
    if version.number != based_on:
        raise WrongState(_("Somebody else has changed this checklist meanwhile. Look at the newest version before you go on."))
    return _copied(version, actor=actor, now=now) if version.sheets.exists() else version


def _copied(version: ChecklistVersion, *, actor: User, now: datetime) -> ChecklistVersion:
    questions = list(version.questions.order_by("number"))
    names = {name: getattr(version, name) for name in NAMES}
    fresh = ChecklistVersion.objects.create(
        checklist=version.checklist, number=version.number + 1, created_by=actor, created_at=now, **names
    )
    columns = [field.name for field in ChecklistQuestion._meta.concrete_fields if field.name not in ("id", "version")]
    ChecklistQuestion.objects.bulk_create(
        ChecklistQuestion(version=fresh, **{name: getattr(question, name) for name in columns}) for question in questions
    )
    return fresh


def _question(version: ChecklistVersion, code: str) -> ChecklistQuestion:
    found = version.questions.filter(code=code).first()
    if found is None:
        raise WrongState(_("This question is no longer asked. Look at the newest version before you go on."))
    return found


def _free_code(checklist: Checklist, topic: str) -> str:
    """The next free short name of the topic, in every version: an old answer must not look like one to another question."""
    taken = set(ChecklistQuestion.objects.filter(version__checklist=checklist).values_list("code", flat=True))
    stem = topic.replace("_", "-")
    return next(name for number in range(1, len(taken) + 2) if (name := f"{stem}-{number}") not in taken)


def _choices(question: ChecklistQuestion) -> list[dict[str, str]]:
    """The answers of a question with several, each with a code of its own: what is known keeps it, so that old answers are understood."""
    if question.kind != K.CHOICE:
        return []
    offered: Sequence[dict[str, str]] = question.choices
    known = [code for each in offered if (code := each.get("code"))]
    is_double = len({each["nb"] for each in offered}) < len(offered) or len(set(known)) < len(known)
    if len(offered) < FEWEST_CHOICES or is_double:
        raise Invalid.one("choices", "too_few", _("Write at least two answers that are not the same."))
    taken = set(known)
    return [{**each, "code": each.get("code") or _code_of(each, taken)} for each in offered]


def _code_of(choice: Mapping[str, str], taken: set[str]) -> str:
    stem = slugify(choice["en"]) or slugify(choice["nb"]) or "answer"
    code = next(name for number in count(1) if (name := stem if number == 1 else f"{stem}-{number}") not in taken)
    taken.add(code)
    return code


def _move(version: ChecklistVersion, question: ChecklistQuestion, place: int) -> None:
    in_order = [each for each in version.questions.order_by("number") if each.pk != question.pk]
    in_order.insert(max(place - 1, 0), question)
    _number_anew(version, in_order)


def _number_anew(version: ChecklistVersion, in_order: list[ChecklistQuestion]) -> None:
    if [each.number for each in in_order] == list(range(1, len(in_order) + 1)):
        return
    version.questions.update(number=F("number") + 2 * MOST_QUESTIONS)  # out of the way: no two may have one number at any moment
    for number, each in enumerate(in_order, start=1):
        rows.write(each, number=number)


def _record(checklist: Checklist, version: ChecklistVersion, verb: str, changes: dict[str, Any], *, actor: User, now: datetime) -> None:
    history.record(actor=actor, now=now, verb=verb, about=checklist, changes={"version": version.number, **changes}, is_internal=True)
