"""A finding whose silence is taken up at the next status meeting: as long as one is planned in time, nobody higher up is told before it.

Which findings these are, and how long after the date a meeting may be, the severity says. Without a meeting in time its ladder tells the
agreement owner. That a meeting is planned, moved or called off takes effect within the hour.
"""

from datetime import date, datetime

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from core import dates
from core.dates import Unit
from followup.models import Finding, Meeting
from notifications import deadlines
from notifications.models import Deadline, DeadlineKind, Turn

TO_REST = Q(turn=Turn.SUPPLIER) | Q(kind=DeadlineKind.FOLLOW_UP, brief__task="finding_silent")
"""What the supplier owes, and the task that comes of its silence."""


def sweep(*, today: date) -> None:
    for finding in _concerned(today).select_related("severity"):
        meets_at: datetime | None = finding.meets_at  # type: ignore[attr-defined]
        rest_until_met(finding, meets_at and dates.today(meets_at, settings.TIME_ZONE))


def rest_until_met(finding: Finding, meets_on: date | None) -> None:
    """Nobody higher up is told until the day of the meeting is over; with no meeting in time, at once. Whoever has the case keeps it."""
    for deadline in Deadline.objects.open().filter(TO_REST, about_id=finding.pk, taken_by=None):
        until = meets_on if meets_on and meets_on <= latest_day(finding, deadline.due_on) else None
        if deadline.taken_until != until:
            deadlines.take(deadline, until=until, by=None)
            deadlines.rewrite(deadline, brief={**deadline.brief, "meeting_on": until and until.isoformat()})


def latest_day(finding: Finding, due_on: date) -> date:
    """By when a status meeting must be, to be in time for something that was due that day."""
    return dates.add(due_on, finding.severity.silence_offset or 0, Unit(finding.severity.silence_unit))


def to_take_up(today: date) -> QuerySet[Meeting]:
    """Status meetings to come, with the supplier of the finding around it and on its agreement, the next first."""
    rows = Meeting.objects.coming().filter(kind=Meeting.Kind.STATUS, framework=OuterRef("framework"), supplier=OuterRef("supplier"))
    return rows.filter(starts_at__date__gte=today).order_by("starts_at", "id")


def _concerned(today: date) -> QuerySet[Finding]:
    """Those with such a meeting before them, and those that rest for one."""
    resting = Deadline.objects.open().filter(about_id=OuterRef("pk"), taken_by=None, taken_until__isnull=False)
    rows = Finding.objects.open().filter(severity__silence_offset__isnull=False, told_at__isnull=False)
    return rows.annotate(meets_at=Subquery(to_take_up(today).values("starts_at")[:1])).filter(Q(meets_at__isnull=False) | Exists(resting))
