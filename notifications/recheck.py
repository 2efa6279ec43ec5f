"""What is still true of a line at the moment of sending. Never whether it is late *today*; only whether it still holds."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from core import dates
from notifications import audience, deadlines, kinds, outbox
from notifications.audience import Directory
from notifications.models import Deadline, Delivery, Message, ReminderStep, Turn

TRY_AGAIN = frozenset({"asked", "paused", "role", "taken", "undeliverable"})
"""Reasons that say nothing about the deadline: its step is planned anew, for another person or a later day."""


def still_true(messages: Sequence[Message], *, now: datetime) -> dict[UUID, list[Delivery]]:
    """The lines to be sent, by message. The others are cancelled with their reason. A few queries, however many there are."""
    lines = list(
        Delivery.objects.filter(message__in=messages, cancelled_at=None)
        .select_related("deadline", "organisation", "person", "step")
        .defer("deadline__brief")
        .order_by("created_at", "id")
    )
    reasons = _reasons(lines, now=now)
    drop({key: reason for key, reason in reasons.items() if reason}, lines, now=now)
    found: dict[UUID, list[Delivery]] = defaultdict(list)
    for line in lines:
        if not reasons[line.pk] and line.message_id:
            found[line.message_id].append(line)
    return found


def why_untrue(line: Delivery, *, now: datetime) -> str:
    """Of one line that is to be written: why it would be taken back when it is sent. Empty: it holds."""
    return _reasons([line], now=now)[line.pk]


def drop(reasons: dict[UUID, str], lines: Iterable[Delivery], *, now: datetime) -> None:
    """Cancel the lines; where only the person or the moment was wrong the step is planned anew."""
    by_reason: dict[str, list[Delivery]] = defaultdict(list)
    for line in lines:
        if reason := reasons.get(line.pk):
            by_reason[reason].append(line)
    for reason, dropped in by_reason.items():
        outbox.cancel(Delivery.objects.filter(pk__in=[line.pk for line in dropped]), reason=reason, now=now)
        if reason in TRY_AGAIN:
            deadlines.try_again((line.deadline_id, line.step_id) for line in dropped if line.deadline_id and line.step_id)


def _reasons(lines: Sequence[Delivery], *, now: datetime) -> dict[UUID, str]:
    """An empty reason: it still holds."""
    told_directly = [line for line in lines if not line.role and line.organisation_id and line.kind not in kinds.ABOUT_ACCOUNT]
    belonging = audience.still_belong((line.person_id, line.organisation_id) for line in told_directly if line.organisation_id)
    directories, muted = _directories(lines, now), outbox.muted(lines)
    reasons = {}
    for line in lines:
        day = _day(line, now)
        reason = _about_deadline(line, line.deadline, day) if line.deadline else ""
        reasons[line.pk] = reason or _about_person(line, directories[day], belonging) or _about_wish(line, muted)
    return reasons


def _about_deadline(line: Delivery, deadline: Deadline, day: date) -> str:
    if not deadline.is_open:
        return "closed"
    if line.due_on != deadline.due_on:
        return "moved"
    if line.turn != deadline.turn:
        return "turn"
    if deadline.waits_for_us and deadline.turn == Turn.SUPPLIER:
        return "asked"
    if deadline.paused_until and deadline.paused_until > day:
        return "paused"
    return "taken" if _is_taken(line, deadline, day) else ""


def _is_taken(line: Delivery, deadline: Deadline, day: date) -> bool:
    """Somebody of ours has said “I have this”: steps to our own side rest, as in the sweep, but for what is new in the case."""
    step = line.step
    if step is None or step.audience not in audience.STAFF_CHAIN or step.opens or _is_news(step):
        return False
    return deadline.taken_until is not None and deadline.taken_until >= day


def _is_news(step: ReminderStep) -> bool:
    return step.anchor == ReminderStep.Anchor.START and not step.offset and step.audience in audience.MANAGING


def _about_wish(line: Delivery, muted: set[tuple[UUID, str]]) -> str:
    return "muted" if (line.person_id, line.kind) in muted else ""


def _about_person(line: Delivery, directory: Directory, belonging: set[tuple[UUID, UUID]]) -> str:
    if line.kind in kinds.ABOUT_ACCOUNT:
        return ""
    if line.person.undeliverable_since:
        return "undeliverable"
    if line.role and line.deadline and line.scope_id:
        place = {"scope_id": line.scope_id, "organisation_id": line.deadline.organisation_id}
        return "" if directory.holds(line.person_id, line.role, **place) else "role"
    if line.organisation_id and (line.person_id, line.organisation_id) not in belonging:
        return "left"
    return ""


def _day(line: Delivery, now: datetime) -> date:
    """Today, or the day to come that the line was swept for."""
    return dates.today(max(now, line.created_at), ZoneInfo(settings.TIME_ZONE))


def _directories(lines: Iterable[Delivery], now: datetime) -> dict[date, Directory]:
    by_day: dict[date, list[Delivery]] = defaultdict(list)
    for line in lines:
        by_day[_day(line, now)].append(line)
    return {
        day: Directory(
            scope_ids=[line.scope_id for line in of_day if line.scope_id],
            organisation_ids=[line.deadline.organisation_id for line in of_day if line.deadline],
            today=day,
        )
        for day, of_day in by_day.items()
    }
