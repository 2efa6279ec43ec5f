"""What comes of the finding or the audit that a report from an agency became: whoever reported it hears of it."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from accounts.models import User
from core import rows, states
from core.dates import Unit
from followup.models import AgencyReport, Audit, Finding
from followup.services import agency_report_mail
from followup.states import AGENCY_REPORT
from notifications import calendars, deadlines
from notifications.models import DeadlineKind

DAYS_TO_CONCLUDE = 20
"""Working days from when somebody has it until we say what came of it."""


def owe(report: AgencyReport, *, today: date, now: datetime) -> None:
    """From now on we owe what comes of it."""
    due_on = calendars.of_kind(DeadlineKind.AGENCY_REPORT).due_on(today, DAYS_TO_CONCLUDE, Unit.WORKING_DAYS, calendars.OURS)
    deadlines.move(report.deadline, due_on=due_on, today=today, now=now)
    rows.write(report, due_on=due_on)


def finding_ended(finding: Finding, *, now: datetime) -> None:
    """Put right, noted or withdrawn. The grounds are the supplier's to read."""
    for report in _became(finding=finding):
        agency_report_mail.tell(report, finding.outcome, now=now, number=finding.number)


def audit_reported(audit: Audit, *, now: datetime) -> None:
    for report in _became(audit=audit):
        agency_report_mail.tell(report, "reported", now=now)


def audit_called_off(audit: Audit, *, actor: User, now: datetime, today: date) -> None:
    """Nobody looks into it any more: what is done about it is for us to decide anew."""
    for report in _became(audit=audit):
        about = {"audit": str(audit)}
        states.advance(AGENCY_REPORT, report, "audit_called_off", actor=actor, now=now, changes=about, is_internal=True)
        rows.write(report, audit=None)
        deadlines.reopen(report.deadline, today=today, now=now)
        owe(report, today=today, now=now)
        agency_report_mail.tell(report, "called_off", now=now)


def _became(**what: Any) -> Iterable[AgencyReport]:
    about = ("framework__organisation", "framework__scope", "supplier", "agency", "deadline__organisation", "reported_by__person")
    return AgencyReport.objects.filter(**what).select_related(*about).order_by("created_at")
