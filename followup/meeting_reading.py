"""All that the page of a meeting shows of it, beside the meeting itself: read in one query, however much there is."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef

from accounts.models import User
from core.sql import parts, row_list
from followup.models import Finding, Meeting, MeetingAction, MeetingFile, MeetingMinutes, MeetingParticipant

MOST_UNANSWERED = 20
MINE = {"meeting": OuterRef("pk")}
WRITERS = ("written_by", "written_by__person", "sent_by", "sent_by__person", "answered_by", "answered_by__person")


@dataclass
class Whole:
    """As far as the reader may see it. Each of the `actions` has its `shown`: the files that show what was done."""

    versions: list[MeetingMinutes]
    people: list[MeetingParticipant]
    actions: list[Any]
    findings: list[Finding]
    unanswered: list[Finding]


def whole(it: Meeting, *, viewer: User, today: date) -> Whole:
    told = Finding.objects.filter(meetings=OuterRef("pk"), told_at__isnull=False).order_by("number")
    files = MeetingFile.objects.filter(action__meeting=OuterRef("pk")).order_by("created_at")
    found = parts(
        Meeting,
        [it.pk],
        versions=row_list(MeetingMinutes.objects.filter(**MINE).order_by("number"), *WRITERS),
        people=row_list(MeetingParticipant.objects.filter(**MINE).order_by("side", "name", "pk"), "person"),
        actions=row_list(_actions(viewer), "deadline", "done_by", "done_by__person"),
        findings=row_list(told, "severity"),
        unanswered=row_list(_unanswered(it, viewer, today), "severity"),
        files=row_list(files),
    )[it.pk]
    shown = found.pop("files")
    for version in found["versions"]:
        version.meeting = it
    for action in found["actions"]:
        action.shown = [each for each in shown if each.action_id == action.pk]
    return Whole(**found)


def _unanswered(it: Meeting, viewer: User, today: date) -> Any:
    """What a status meeting to come is to take up, whatever its agenda says."""
    if not (viewer.works_here and it.is_coming and it.kind == Meeting.Kind.STATUS):
        return Finding.objects.none()
    place = {"framework": OuterRef("framework"), "supplier": OuterRef("supplier")}
    return Finding.objects.filter(**place).unanswered(today).order_by("mend_by", "number")[:MOST_UNANSWERED]


def _actions(viewer: User) -> Any:
    """A supplier sees what was agreed once the minutes say so; what was taken out again stays ours."""
    rows = MeetingAction.objects.filter(**MINE).order_by("deadline__due_on", "number", "pk")
    return rows if viewer.works_here else rows.filter(deadline__opened_at__isnull=False, dropped_at=None)
