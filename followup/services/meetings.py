"""Meetings before they are held: planned, changed, invited to, called off. What was said there: `minutes`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation, Person, User
from contracts.models import Framework
from core import history, rows, states
from core.errors import FieldError, Invalid, NotAllowed, WrongState, must_say
from followup.models import Finding, Meeting, MeetingParticipant
from followup.services import meeting_mail
from followup.states import MEETING
from notifications import deadlines
from notifications.models import DeadlineKind, Turn

TOLD = frozenset({"starts_at", "minutes_long", "place", "agenda", "kind"})
"""What an invitation says. Changed afterwards it is said anew."""

MOST_PEOPLE = 60


@dataclass(frozen=True)
class Guest:
    """Somebody who is to be there: a person we know, or a name."""

    side: str
    person: Person | None = None
    name: str = ""


@transaction.atomic
def plan(
    *,
    framework: Framework,
    supplier: Organisation,
    kind: str,
    starts_at: datetime,
    agenda: str,
    actor: User,
    now: datetime,
    today: date,
    minutes_long: int = 60,
    place: str = "",
    participants: Sequence[Guest] = (),
    findings: Sequence[Finding] = (),
) -> Meeting:
    """Write a meeting down. The supplier knows nothing of it until it is invited. One that was held already may be written down too."""
    if not actor.may(MEETING["edit"].needs, scope_id=framework.pk, organisation_id=supplier.pk):
        raise NotAllowed
    meeting = Meeting(framework=framework, supplier=supplier, kind=kind, starts_at=starts_at, agenda=agenda.strip())
    meeting.minutes_long, meeting.place, meeting.created_by, meeting.created_at = minutes_long, place.strip(), actor, now
    _check(meeting, participants, findings)
    meeting.deadline = meeting_mail.open_deadline(
        meeting, DeadlineKind.MEETING, due_on=meeting_mail.day_of(meeting), today=today, now=now, said={}
    )
    meeting.save(force_insert=True)
    _seat(meeting, participants)
    meeting.findings.set(findings)
    changes = {"kind": kind, "starts_at": _said(starts_at), "place": meeting.place, "findings": [str(each) for each in findings]}
    history.record(actor=actor, now=now, verb="plan", about=meeting, changes=changes, is_internal=True)
    return meeting


@transaction.atomic
def edit(
    *,
    meeting: Meeting,
    actor: User,
    now: datetime,
    today: date,
    participants: Sequence[Guest] | None = None,
    findings: Sequence[Finding] | None = None,
    **written: Any,
) -> None:
    """Change what `plan` takes, but for the agreement and the supplier. Once it is invited to, one mail tells each what concerns them."""
    states.hold(MEETING, meeting, "edit", actor=actor)
    changed = {name: [_said(each) for each in both] for name, both in history.difference(meeting, written).items()}
    for name, value in written.items():
        setattr(meeting, name, value)
    before = list(meeting.participants.select_related("person"))
    sat = [Guest(each.side, each.person, each.name) for each in before]
    seated = sat if participants is None else list(participants)
    bound = list(meeting.findings.all()) if findings is None else list(findings)
    _check(meeting, seated, bound)
    if _names(seated) != _names(sat):
        changed["participants"] = [each.name or str(each.person) for each in seated]
        _seat(meeting, seated)
    if set(bound) != set(meeting.findings.all()):
        changed["findings"] = [str(each) for each in bound]
        meeting.findings.set(bound)
    if not changed:
        return
    states.advance(MEETING, meeting, "edit", actor=actor, now=now, changes=changed, is_internal=meeting.told_at is None)
    if written:
        rows.write(meeting, **written)
    if meeting_mail.day_of(meeting) != meeting.deadline.due_on:
        deadlines.move(meeting.deadline, due_on=meeting_mail.day_of(meeting), today=today, now=now)
    meeting_mail.refresh(meeting)
    if meeting.told_at and changed.keys() & {*TOLD, "participants"}:
        rows.write(meeting, revision=meeting.revision + 1)
        meeting_mail.tell_of_change(meeting, before=before, is_another=bool(changed.keys() & TOLD), now=now)


@transaction.atomic
def invite(*, meeting: Meeting, actor: User, now: datetime, today: date) -> None:
    """Send the invitation with its calendar entry to everybody on the list who has an address with us."""
    states.hold(MEETING, meeting, "invite", actor=actor)
    if meeting.told_at:
        raise WrongState(_("The invitation has been sent. Whoever is on the list is told by itself when the meeting is changed."))
    if meeting.starts_at <= now:
        raise WrongState(_("The meeting has begun already. Change when it is, or write the minutes."))
    if not meeting_mail.reachable(meeting, Turn.SUPPLIER):
        text = _("Nobody on the list is a confirmed contact of %(supplier)s with a working address. Choose somebody who is.")
        raise WrongState(text % {"supplier": meeting.supplier.name})
    states.advance(
        MEETING, meeting, "invite", actor=actor, now=now, changes={"starts_at": _said(meeting.starts_at), "place": meeting.place}
    )
    rows.write(meeting, told_at=now)
    meeting_mail.invite(meeting, now=now)


@transaction.atomic
def cancel(*, meeting: Meeting, reason: str, actor: User, now: datetime, today: date) -> None:
    """Call it off. Whoever was invited is told, with the reason, and the entry goes from their calendars."""
    states.hold(MEETING, meeting, "cancel", actor=actor)
    reason = must_say(reason, "reason", _("Say why it is called off."))
    was_told = meeting.told_at is not None
    states.advance(MEETING, meeting, "cancel", actor=actor, now=now, changes={"reason": reason}, is_internal=not was_told)
    rows.write(meeting, end_reason=reason, revision=meeting.revision + 1)
    deadlines.close(meeting.deadline, now=now)
    if was_told:
        meeting_mail.call_off(meeting, reason=reason, now=now)


def _check(meeting: Meeting, participants: Sequence[Guest], findings: Sequence[Finding]) -> None:
    if faults := list(_faults(meeting, participants, findings)):
        raise Invalid(faults)


def _faults(meeting: Meeting, participants: Sequence[Guest], findings: Sequence[Finding]) -> Iterator[FieldError]:
    if meeting.kind not in Meeting.Kind.values:
        yield FieldError("kind", "invalid_choice", _("Choose what kind of meeting it is."))
    if not meeting.framework.participations.filter(supplier=meeting.supplier_id).exists():
        yield FieldError("supplier", "not_on_agreement", _("This supplier does not take part in the agreement."))
    if not meeting.agenda.strip():
        yield FieldError("agenda", "required", _("Write at least one point."))
    if len(participants) > MOST_PEOPLE:
        yield FieldError("participants", "max_length", _("Name at most %(most)d people.") % {"most": MOST_PEOPLE})
    if any(each.side not in Turn.values or not (each.person or each.name.strip()) for each in participants):
        yield FieldError("participants", "invalid", _("Each participant needs a side and a name."))
    if any((each.framework_id, each.supplier_id) != (meeting.framework_id, meeting.supplier_id) for each in findings):
        yield FieldError("findings", "not_the_suppliers", _("A finding belongs to another supplier or agreement."))


def _seat(meeting: Meeting, participants: Sequence[Guest]) -> None:
    meeting.participants.all().delete()
    MeetingParticipant.objects.bulk_create(
        MeetingParticipant(meeting=meeting, side=each.side, person=each.person, name=(each.name or str(each.person)).strip()[:200])
        for each in participants
    )


def _names(guests: Sequence[Guest]) -> set[tuple[str, Any, str]]:
    return {(each.side, each.person.pk if each.person else None, each.name or str(each.person)) for each in guests}


def _said(value: Any) -> Any:
    """As history keeps it: a time on our own clock."""
    return f"{value.astimezone(ZoneInfo(settings.TIME_ZONE)):%Y-%m-%d %H:%M}" if isinstance(value, datetime) else value
