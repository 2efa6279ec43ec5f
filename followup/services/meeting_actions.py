"""What both sides agreed to do: each with its own date, owed once the minutes are sent, done with a word and files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import rows, states
from core.errors import FieldError, Invalid, NotAllowed, WrongState
from core.files import KeptFile
from followup.models import Meeting, MeetingAction, MeetingFile
from followup.services import meeting_mail
from followup.states import MEETING
from notifications import deadlines
from notifications.models import Deadline, DeadlineKind, Turn

MOST_ACTIONS = 50


@dataclass(frozen=True)
class NewAction:
    """`id` is that of an action which is there already and is written anew."""

    side: str
    text: str
    due_on: date | None
    responsible: str = ""
    id: UUID | None = None


def replace(meeting: Meeting, actions: Sequence[NewAction], *, today: date, now: datetime) -> None:
    """These take the place of the open ones. One that the supplier has been sent and that is left out is kept, as dropped."""
    present = check(meeting, actions, since=meeting.held_on)
    for gone in set(present) - {each.id for each in actions}:
        _drop(present[gone], now=now)
    number = meeting.actions.count()
    for each in actions:
        if each.id:
            _rewrite(present[each.id], each, today=today, now=now)
        else:
            number += 1
            _write(meeting, number, each, today=today, now=now)


def check(meeting: Meeting, actions: Sequence[NewAction], *, since: date | None) -> dict[UUID, MeetingAction]:
    """Refuse what cannot be agreed like that on the day of the meeting. The open actions, by their ids."""
    present = {each.pk: each for each in meeting.actions.select_related("deadline__organisation") if each.is_open}
    _check(actions, present, since)
    return present


def begin(meeting: Meeting, *, today: date, now: datetime) -> None:
    """The minutes are sent: what was agreed is owed, and its reminders run."""
    for action in meeting.actions.filter(done_at=None, dropped_at=None, deadline__opened_at=None).select_related("deadline__organisation"):
        deadlines.start(action.deadline, starts_on=today, due_on=action.deadline.due_on, now=now)


@transaction.atomic
def finish(
    *, meeting: Meeting, action: UUID, note: str, actor: User, now: datetime, today: date, files: Sequence[KeptFile] = ()
) -> MeetingAction:
    """It is done. The supplier says so of its own; we say so of ours, and of theirs where they told us."""
    states.hold(MEETING, meeting, "finish_action", actor=actor)
    it = _found(meeting, action)
    if it.side == Turn.CPB and not actor.works_here:
        raise NotAllowed
    if not it.is_open:
        raise WrongState(_("This is done already, or has been taken out of the minutes."))
    if not note.strip() and not files:
        raise Invalid.one("note", "required", _("Write what was done, or add a file that shows it."))
    changes = {"action": it.text, "note": note.strip(), "files": len(files)}
    states.advance(MEETING, meeting, "finish_action", actor=actor, now=now, changes=changes)
    rows.write(it, done_at=now, done_by=actor, note=note.strip())
    for file in files:
        MeetingFile.objects.create(action=it, uploaded_by=actor, created_at=now, **file.columns)
    deadlines.close(it.deadline, now=now)
    return it


def _found(meeting: Meeting, key: UUID) -> MeetingAction:
    found: MeetingAction | None = meeting.actions.select_related("deadline__organisation").filter(pk=key).first()
    if found is None:
        raise Invalid.one("action", "unknown_action", _("This action is not part of the meeting."))
    return found


def _check(actions: Sequence[NewAction], present: dict[UUID, MeetingAction], since: date | None) -> None:
    errors = [
        FieldError(f"actions.{index}.{name}", code, text) for index, each in enumerate(actions) for name, code, text in _faults(each, since)
    ]
    if any(each.id and each.id not in present for each in actions):
        errors.append(FieldError("actions", "unknown_action", _("One of the actions is done, or is not part of this meeting.")))
    if len(actions) > MOST_ACTIONS:
        errors.append(FieldError("actions", "max_length", _("Write at most %(most)d actions.") % {"most": MOST_ACTIONS}))
    if errors:
        raise Invalid(errors)


def _faults(action: NewAction, since: date | None) -> list[tuple[str, str, str]]:
    found = []
    if action.side not in Turn.values:
        found.append(("side", "invalid_choice", _("Say which side does it.")))
    if not action.text.strip():
        found.append(("text", "required", _("Write what is done.")))
    if action.due_on is None:
        found.append(("due_on", "required", _("Say by when.")))
    elif since and action.due_on < since:
        found.append(("due_on", "before_meeting", _("This is before the meeting. Give a day after it.")))
    return found


def _drop(action: MeetingAction, *, now: datetime) -> None:
    if action.deadline.opened_at is None:
        deadline = action.deadline
        action.delete()
        Deadline.objects.filter(pk=deadline.pk).delete()
        return
    rows.write(action, dropped_at=now)
    deadlines.close(action.deadline, now=now)


def _rewrite(action: MeetingAction, said: NewAction, *, today: date, now: datetime) -> None:
    assert said.due_on is not None
    if said.side != action.side:  # another side owes it by another ladder
        _drop(action, now=now)
        _write(action.meeting, action.number, said, today=today, now=now)
        return
    rows.write(action, text=said.text.strip(), responsible=said.responsible.strip())
    if said.due_on != action.deadline.due_on:
        deadlines.move(action.deadline, due_on=said.due_on, today=today, now=now)
    deadlines.rewrite(action.deadline, brief=_brief(action.meeting, said), title=said.text.strip())


def _write(meeting: Meeting, number: int, action: NewAction, *, today: date, now: datetime) -> None:
    assert action.due_on is not None
    is_ours = action.side == Turn.CPB
    deadline = deadlines.prepare(
        kind=DeadlineKind.MEETING_TASK if is_ours else DeadlineKind.MEETING_ACTION,
        about_id=meeting.pk,
        title=action.text.strip(),
        scope=meeting.framework_id,
        organisation=meeting_mail.organisation_of(meeting, action.side),
        turn=action.side,
        starts_on=today,
        due_on=action.due_on,
        brief=_brief(meeting, action),
        now=now,
    )
    MeetingAction.objects.create(
        meeting=meeting,
        number=number,
        side=action.side,
        text=action.text.strip(),
        responsible=action.responsible.strip(),
        deadline=deadline,
    )


def _brief(meeting: Meeting, action: NewAction) -> dict[str, Any]:
    return {**meeting_mail.brief(meeting), "action": action.text.strip()[:300], "responsible": action.responsible.strip()}
