"""What corrected minutes change of the meeting itself: held in the draft, and taking effect when the minutes are sent.

Until then both sides go by what the supplier was sent. When they are sent, what is another is written down beside them.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from core import rows
from followup.models import Meeting, MeetingAction, MeetingMinutes
from followup.services import meeting_actions
from followup.services.meeting_actions import NewAction

Said = dict[str, Any]


def hold(draft: MeetingMinutes, *, held_on: date, were_there: Collection[UUID] | None, actions: Sequence[NewAction] | None) -> None:
    """Keep it with the draft. What is not given stays as it was held before."""
    meeting_actions.check(draft.meeting, actions or (), since=held_on)
    held = dict(draft.held or {})
    held["held_on"] = held_on.isoformat()
    if were_there is not None:
        held["were_there"] = [str(key) for key in were_there]
    if actions is not None:
        held["actions"] = [_kept(each) for each in actions]
    rows.write(draft, held=held)


def actions_of(draft: MeetingMinutes | None) -> list[NewAction] | None:
    """What is agreed once the draft is sent, where it says so: an action that was done meanwhile stays as it is."""
    if draft is None or not draft.held or "actions" not in draft.held:
        return None
    done = {each.pk for each in draft.meeting.actions.all() if not each.is_open}
    return [each for each in map(_read, draft.held["actions"]) if each.id not in done]


def held_on(draft: MeetingMinutes) -> date | None:
    return date.fromisoformat(draft.held["held_on"]) if draft.held else None


def were_there(draft: MeetingMinutes | None) -> set[str] | None:
    """Ids of participants, where the draft says another thing than the meeting."""
    return set(draft.held["were_there"]) if draft and draft.held and "were_there" in draft.held else None


def upcoming(draft: MeetingMinutes) -> list[Said]:
    """What will be another when the draft is sent."""
    return list(_differences(draft)) if draft.held else []


def take_effect(draft: MeetingMinutes, *, today: date, now: datetime) -> list[Said]:
    """The minutes are sent: what is another, as it is kept with them."""
    changed = upcoming(draft)
    meeting = draft.meeting
    if day := held_on(draft):
        rows.write(meeting, held_on=day)
    if (there := were_there(draft)) is not None:
        seat(meeting, there)
    if (agreed := actions_of(draft)) is not None:
        meeting_actions.replace(meeting, agreed, today=today, now=now)
    rows.write(draft, held=None, changed=changed)
    return changed


def seat(meeting: Meeting, keys: Collection[Any]) -> None:
    """Who was there, and so who was not."""
    meeting.participants.update(was_there=False)
    meeting.participants.filter(pk__in=keys).update(was_there=True)


def _differences(draft: MeetingMinutes) -> Iterator[Said]:
    meeting, day, there = draft.meeting, held_on(draft), were_there(draft)
    if day and day != meeting.held_on:
        yield {"what": "held_on", "text": day.isoformat(), "was": meeting.held_on.isoformat() if meeting.held_on else ""}
    for each in meeting.participants.all() if there is not None else ():
        if (str(each.pk) in (there or ())) != (each.was_there is not False):
            yield {"what": "came" if str(each.pk) in (there or ()) else "did_not_come", "text": each.name}
    if (agreed := actions_of(draft)) is not None:
        yield from _differences_of_actions(meeting, agreed)


def _differences_of_actions(meeting: Meeting, agreed: Sequence[NewAction]) -> Iterator[Said]:
    present = {each.pk: each for each in meeting.actions.select_related("deadline") if each.is_open}
    for each in agreed:
        before = present.get(each.id) if each.id else None
        if before is None:
            yield {"what": "added", **_kept(each)}
        elif _kept(each) != as_it_stands(before):
            yield {"what": "changed", **_kept(each), "was": as_it_stands(before)}
    kept = {each.id for each in agreed}
    yield from ({"what": "dropped", **as_it_stands(each)} for key, each in present.items() if key not in kept)


def _kept(action: NewAction) -> Said:
    assert action.due_on is not None
    return {
        "id": str(action.id) if action.id else None,
        "side": action.side,
        "text": action.text.strip(),
        "responsible": action.responsible.strip(),
        "due_on": action.due_on.isoformat(),
    }


def as_it_stands(action: MeetingAction) -> Said:
    return _kept(NewAction(action.side, action.text, action.deadline.due_on, action.responsible, action.pk))


def _read(kept: Said) -> NewAction:
    key = UUID(kept["id"]) if kept["id"] else None
    return NewAction(kept["side"], kept["text"], date.fromisoformat(kept["due_on"]), kept["responsible"], key)
