"""What was said in a meeting: the minutes written, sent, confirmed or objected to, and corrected. Every version that was sent stays."""

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import rows, states
from core.dates import Unit
from core.errors import Invalid, WrongState, must_say
from followup import seen, writing_together
from followup.models import ContactEntry, FindingClock, Meeting, MeetingAction, MeetingMinutes, MeetingParticipant
from followup.services import contact_log, finding_clocks, findings, meeting_actions, meeting_mail, minutes_corrections
from followup.services.meeting_actions import NewAction
from followup.states import MEETING
from notifications import calendars, deadlines
from notifications.models import DeadlineKind, Turn

DAYS_TO_CONFIRM = 10
V = MeetingMinutes.Verdict


@transaction.atomic
def write(
    *,
    meeting: Meeting,
    text: str,
    actor: User,
    now: datetime,
    today: date,
    held_on: date | None = None,
    were_there: Collection[UUID] | None = None,
    actions: Sequence[NewAction] | None = None,
    read: str | None = None,
) -> MeetingMinutes:
    """Keep the minutes as a draft of ours, with who was there and what was agreed. Nobody at the supplier sees them yet.

    A correction of what the supplier was sent is held in the draft, and takes effect when it is sent.
    The first time this says that the meeting was held: the clock of a critical finding that it is about is stopped.
    `were_there` are ids of participants; `actions` takes the place of those that are not done. `read` is `mark_now` of what the
    writer began with: what a colleague has written meanwhile is not written over unseen.
    """
    rows.lock(meeting)  # whoever writes in it after somebody else has is told what stands there, not that it has moved
    change = "correct_minutes" if meeting.status == Meeting.Status.OBJECTED else "write_minutes"
    states.hold(MEETING, meeting, change, actor=actor)
    held_on = held_on or meeting.held_on or meeting_mail.day_of(meeting)
    if held_on > today:
        raise Invalid.one("held_on", "future", _("This day has not come yet. Choose the day the meeting was held."))
    text = must_say(text, "text", _("Write what was said."))
    stands = _words(meeting)
    if read and read != mark_now(meeting) and text != stands:
        raise Invalid.one("text", "changed", writing_together.told(stands))
    is_first = meeting.held_on is None
    states.advance(MEETING, meeting, change, actor=actor, now=now, changes={"held_on": held_on}, is_internal=True)
    draft = _draft(meeting, text, actor=actor)
    if change == "correct_minutes":
        minutes_corrections.hold(draft, held_on=held_on, were_there=were_there, actions=actions)
        return draft
    rows.write(meeting, held_on=held_on)
    if were_there is not None:
        minutes_corrections.seat(meeting, were_there)
    if actions is not None:
        meeting_actions.replace(meeting, actions, today=today, now=now)
    if is_first:
        _meets_findings(meeting, held_on, actor=actor, now=now, today=today)
    return draft


@transaction.atomic
def send(*, meeting: Meeting, actor: User, now: datetime, today: date, read: str | None = None) -> None:
    """Stand by them, and send them to the supplier to be confirmed. What was agreed is owed from now on.

    `read` is `mark_now` of what whoever sends them has read.
    """
    states.hold(MEETING, meeting, "send_minutes", actor=actor)
    draft = draft_of(meeting)
    if draft is None:
        raise WrongState(_("Write the minutes first."))
    if read and read != mark_now(meeting):
        raise WrongState(_("The minutes are other than those you read, so they were not sent. Read them again, and then send them."))
    is_first = not meeting.versions.filter(sent_at__isnull=False).exists()
    changed = minutes_corrections.take_effect(draft, today=today, now=now)
    told = {"version": draft.number, **({"changed": len(changed)} if changed else {})}
    states.advance(MEETING, meeting, "send_minutes", actor=actor, now=now, changes=told)
    rows.write(draft, sent_by=actor, sent_at=now)
    if meeting.told_at is None:
        rows.write(meeting, told_at=now)
    meeting_actions.begin(meeting, today=today, now=now)
    due_on = calendars.of_kind(DeadlineKind.MINUTES).due_on(today, DAYS_TO_CONFIRM, Unit.WORKING_DAYS, meeting.supplier.country)
    meeting_mail.pass_turn(meeting, DeadlineKind.MINUTES, due_on=due_on, today=today, now=now)
    meeting_mail.send_minutes(meeting, sent=draft, today=today, now=now)
    if is_first:
        _log_contact(meeting, draft, actor=actor, now=now, today=today)


@transaction.atomic
def confirm(*, meeting: Meeting, actor: User, now: datetime, today: date, version: int | None = None) -> None:
    """The supplier says that they are right. By now both sides have. `version` is the one that was read."""
    states.hold(MEETING, meeting, "confirm_minutes", actor=actor)
    sent = _read(meeting, version)
    states.advance(MEETING, meeting, "confirm_minutes", actor=actor, now=now, changes={"version": sent.number})
    rows.write(sent, verdict=V.CONFIRMED, answered_by=actor, answered_at=now)
    deadlines.close(meeting.deadline, now=now)


@transaction.atomic
def object_(*, meeting: Meeting, objection: str, actor: User, now: datetime, today: date, version: int | None = None) -> None:
    """The supplier says what is not right. It stays with the version it is about, and it is our turn."""
    states.hold(MEETING, meeting, "object_to_minutes", actor=actor)
    objection = must_say(objection, "objection", _("Write what is not right, and how it was."))
    sent = _read(meeting, version)
    changes = {"version": sent.number, "objection": objection}
    states.advance(MEETING, meeting, "object_to_minutes", actor=actor, now=now, changes=changes)
    rows.write(sent, verdict=V.OBJECTED, objection=objection, answered_by=actor, answered_at=now)
    said = {"objection": objection[: meeting_mail.MOST_TOLD]}
    due_on = calendars.due_from_us(DeadlineKind.MINUTES_OBJECTION, today)
    meeting_mail.pass_turn(meeting, DeadlineKind.MINUTES_OBJECTION, due_on=due_on, today=today, now=now, **said)


@transaction.atomic
def settle(*, meeting: Meeting, reason: str, actor: User, now: datetime, today: date) -> None:
    """End it without the supplier's confirmation, and say why. What was agreed is owed all the same."""
    states.hold(MEETING, meeting, "settle_minutes", actor=actor)
    reason = must_say(reason, "reason", _("Say why it ends without confirmation. The supplier reads it."))
    states.advance(MEETING, meeting, "settle_minutes", actor=actor, now=now, changes={"reason": reason})
    rows.write(meeting, end_reason=reason)
    deadlines.close(meeting.deadline, now=now)


def mark_now(meeting: Meeting) -> str:
    """A mark of all that the minutes say now: what was said, who was there, what is agreed."""
    return mark_of(meeting, draft_of(meeting), meeting.participants.all(), meeting.actions.select_related("deadline"))


def mark_of(meeting: Meeting, draft: MeetingMinutes | None, people: Iterable[MeetingParticipant], actions: Iterable[MeetingAction]) -> str:
    there = sorted(str(each.pk) for each in people if each.was_there is not False)
    agreed = sorted(json.dumps(minutes_corrections.as_it_stands(each), sort_keys=True) for each in actions if each.is_open)
    held = json.dumps(draft.held if draft else None, sort_keys=True)
    return seen.mark(draft.text if draft else "", held, meeting.held_on, *there, *agreed)


def draft_of(meeting: Meeting) -> MeetingMinutes | None:
    """What is written and not sent."""
    found: MeetingMinutes | None = meeting.versions.filter(sent_at=None).first()
    return found


def latest(meeting: Meeting) -> MeetingMinutes:
    """The version that was sent last."""
    found: MeetingMinutes = meeting.versions.filter(sent_at__isnull=False).latest("number")
    return found


def _words(meeting: Meeting) -> str:
    draft = draft_of(meeting)
    return draft.text if draft else ""


def _read(meeting: Meeting, version: int | None) -> MeetingMinutes:
    """The version that was sent last, where it is the one that was read."""
    sent = latest(meeting)
    if version is not None and version != sent.number:
        raise WrongState(_("The minutes have been corrected since you opened them. Read the new version first."))
    return sent


def _draft(meeting: Meeting, text: str, *, actor: User) -> MeetingMinutes:
    if draft := draft_of(meeting):
        rows.write(draft, text=text, written_by=actor)
        return draft
    return MeetingMinutes.objects.create(meeting=meeting, number=meeting.versions.count() + 1, text=text, written_by=actor)


def _meets_findings(meeting: Meeting, held_on: date, *, actor: User, now: datetime, today: date) -> None:
    """A critical finding owes a meeting within its severity's days: this was it."""
    with_supplier = meeting.findings.select_related("framework__organisation", "supplier", "severity")
    for finding in with_supplier:
        if finding_clocks.running(finding, FindingClock.What.MEETING):
            findings.meet(finding=finding, held_on=held_on, note=meeting_mail.title(meeting), actor=actor, now=now, today=today)


def _log_contact(meeting: Meeting, sent: MeetingMinutes, *, actor: User, now: datetime, today: date) -> None:
    """So that whoever reads what was said to the supplier finds the meeting too."""
    there = meeting.participants.filter(side=Turn.SUPPLIER).exclude(was_there=False)
    contact_log.write(
        supplier=meeting.supplier,
        framework=meeting.framework,
        kind=ContactEntry.Kind.MEETING,
        happened_on=meeting.held_on or today,
        with_whom=", ".join(there.values_list("name", flat=True))[:200],
        text=sent.text,
        is_internal=False,
        actor=actor,
        now=now,
        today=today,
    )
