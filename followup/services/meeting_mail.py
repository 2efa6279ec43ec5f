"""What is told about a meeting, and to whom: its brief, the invitation with its calendar entry, and whose turn it is."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation

from accounts.models import Organisation, Person
from core import dates, rows
from followup.models import Meeting, MeetingMinutes, MeetingParticipant
from followup.services import briefs
from notifications import audience, deadlines, outbox, reminders
from notifications.models import Deadline, DeadlineKind, Delivery, Turn

MOST_TOLD = 4000


def title(meeting: Meeting) -> str:
    """What our lists call it, in the organisation's language."""
    with translation.override(settings.LANGUAGE_CODE):
        return str(meeting)


def brief(meeting: Meeting) -> dict[str, Any]:
    """What every mail about it says."""
    return {
        **briefs.of_agreement(meeting.framework),
        "supplier": meeting.supplier.name,
        "meeting_kind": meeting.kind,
        "starts_at": meeting.starts_at.isoformat(),
        "minutes_long": meeting.minutes_long,
        "place": meeting.place,
    }


def refresh(meeting: Meeting) -> None:
    deadlines.rewrite(meeting.deadline, brief=brief(meeting), title=title(meeting))


def invite(meeting: Meeting, *, now: datetime) -> None:
    """Everybody on the list who can be written to, with an entry for their calendar."""
    for side in (Turn.SUPPLIER, Turn.CPB):
        _invite(meeting, reachable(meeting, side), side, now=now)


def tell_of_change(meeting: Meeting, *, before: Sequence[MeetingParticipant], is_another: bool, now: datetime) -> None:
    """Who is new on the list is invited, who is off it is told so, and who stays hears of it where the invitation says another thing."""
    unsent = _on_its_way(meeting)
    if not is_another:
        unsent = unsent.exclude(person__in=meeting.participants.exclude(person=None).values("person"))
    outbox.cancel(unsent, reason="moved", now=now)
    for side in (Turn.SUPPLIER, Turn.CPB):
        there, were_there = reachable(meeting, side), _reached(meeting, before, side)
        _invite(meeting, [each for each in there if each not in were_there], side, now=now)
        if is_another:
            _invite(meeting, [each for each in there if each in were_there], side, now=now, is_changed=True)
        off = [each for each in were_there if each not in there]
        said = {**brief(meeting), "goes_on": True, "calendar": entry(meeting, is_cancelled=True)}
        _publish(meeting, "meeting_cancelled", said, to=off, side=side, now=now)


def call_off(meeting: Meeting, *, reason: str, now: datetime) -> None:
    outbox.cancel(_on_its_way(meeting), reason="moved", now=now)
    said = {**brief(meeting), "because": reason, "calendar": entry(meeting, is_cancelled=True)}
    for side in (Turn.SUPPLIER, Turn.CPB):
        _publish(meeting, "meeting_cancelled", said, to=reachable(meeting, side), side=side, now=now)


def _invite(meeting: Meeting, people: Sequence[Person], side: str, *, now: datetime, is_changed: bool = False) -> None:
    said = {**brief(meeting), "points": meeting.points, "is_changed": is_changed, "calendar": entry(meeting)}
    _publish(meeting, "meeting_invited", said, to=people, side=side, now=now)


def _on_its_way(meeting: Meeting) -> QuerySet[Delivery]:
    return Delivery.objects.unsent().filter(about_id=meeting.pk, kind__in=("meeting_invited", "meeting_cancelled"))


def entry(meeting: Meeting, *, is_cancelled: bool = False) -> dict[str, Any]:
    """The meeting as a calendar knows it."""
    return {
        "uid": str(meeting.pk),
        "starts_at": meeting.starts_at.isoformat(),
        "ends_at": meeting.ends_at.isoformat(),
        "title": f"{title(meeting)} ({meeting.framework.title})",
        "place": meeting.place,
        "text": meeting.agenda[:MOST_TOLD],
        "revision": meeting.revision,
        "is_cancelled": is_cancelled,
    }


def reachable(meeting: Meeting, side: str) -> list[Person]:
    """Those of that side whom a mail reaches: members, or contacts who have been confirmed."""
    return _reached(meeting, meeting.participants.select_related("person"), side)


def _reached(meeting: Meeting, people: Iterable[MeetingParticipant], side: str) -> list[Person]:
    there = [each for each in people if each.side == side]
    missed = unreached(meeting, there)
    return [each.person for each in there if each.person and each.pk not in missed]


def unreached(meeting: Meeting, people: Sequence[MeetingParticipant]) -> set[UUID]:
    """Those whom no mail reaches: names only, who has left, and whose mail comes back. `people` with their persons."""
    where = {each.pk: organisation_of(meeting, each.side).pk for each in people}
    known = audience.still_belong((each.person_id, where[each.pk]) for each in people if each.person_id)
    return {
        each.pk
        for each in people
        if each.person is None or (each.person_id, where[each.pk]) not in known or each.person.undeliverable_since
    }


def organisation_of(meeting: Meeting, side: str) -> Organisation:
    return meeting.supplier if side == Turn.SUPPLIER else meeting.framework.organisation


def send_minutes(meeting: Meeting, *, sent: MeetingMinutes, today: date, now: datetime) -> None:
    """To the supplier's people who were there, and its responsible contact, who may not have been."""
    there = reachable(meeting, Turn.SUPPLIER)
    responsible = audience.contacts(scope_id=meeting.framework_id, organisation_id=meeting.supplier_id, today=today)
    said = {**brief(meeting), "text": sent.text[:MOST_TOLD], "version": sent.number, "due_on": meeting.deadline.due_on.isoformat()}
    said["minutes_changed"] = sent.changed
    people, key = [*responsible, *there], f"{meeting.pk}:minutes:{sent.number}"
    _publish(meeting, "minutes_sent", said, to=people, side=Turn.SUPPLIER, now=now, key=key)


def pass_turn(meeting: Meeting, kind: str, *, due_on: date, today: date, now: datetime, **said: Any) -> None:
    """What was owed is over, and this is owed now. What is ours is told at once by its ladder."""
    deadlines.close(meeting.deadline, now=now)
    deadline = open_deadline(meeting, kind, due_on=due_on, today=today, now=now, said=said)
    rows.write(meeting, deadline=deadline)
    if kind != DeadlineKind.MINUTES:
        reminders.sweep(today=today, now=now, deadlines=[deadline.pk])


def open_deadline(meeting: Meeting, kind: str, *, due_on: date, today: date, now: datetime, said: dict[str, Any]) -> Deadline:
    turn = Turn.SUPPLIER if kind == DeadlineKind.MINUTES else Turn.CPB
    return deadlines.open_new(
        kind=kind,
        about_id=meeting.pk,
        title=title(meeting),
        scope=meeting.framework_id,
        organisation=organisation_of(meeting, turn),
        turn=turn,
        starts_on=today,
        due_on=due_on,
        brief={**brief(meeting), **said},
        now=now,
    )


def day_of(meeting: Meeting) -> date:
    """The day in our own zone."""
    return dates.today(meeting.starts_at, ZoneInfo(settings.TIME_ZONE))


def _publish(meeting: Meeting, kind: str, said: dict[str, Any], *, to: Sequence[Person], side: str, now: datetime, key: str = "") -> None:
    outbox.publish(
        kind=kind,
        people=list({person.pk: person for person in to}.values()),
        organisation=organisation_of(meeting, side),
        scope_id=meeting.framework_id,
        about_id=meeting.pk,
        context=said,
        key=key or f"{meeting.pk}:{now.isoformat()}",
        now=now,
    )
