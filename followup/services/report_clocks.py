"""Whose turn it is about the report of an audit, and by when: to write it, to comment on the draft, to finish it."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import translation

from accounts.models import Organisation, Person, ScopeRole
from core import rows
from core.dates import Unit
from followup import report_words
from followup.models import Audit, ReportClock, WrittenReport
from followup.services import audit_mail
from notifications import audience, calendars, deadlines, outbox, reminders
from notifications.calendars import OURS
from notifications.models import Deadline, DeadlineKind, Turn

TO_WRITE = 30
"""Days from the audit to its report, where nobody has said otherwise."""

TO_COMMENT = 10
"""Working days that a supplier gets to comment on a draft, where nobody has said otherwise."""

A_WEEK = timedelta(days=7)
LEFT_OUT = ("clause", "checked", "prepare", "purpose")
"""What the announcement says, and no mail about the report."""


def start_writing(audit: Audit, *, today: date, now: datetime) -> None:
    """It was held, and its report is to come. Written down anew with another day, the date follows."""
    assert audit.performed_on is not None
    due_on = calendars.of_kind(DeadlineKind.AUDIT_REPORT).due_on(audit.performed_on, TO_WRITE, Unit.DAYS, OURS)
    due_on = max(due_on, today)  # written down long after: it is owed now, and nobody is late yet
    clock = ReportClock.objects.filter(audit=audit).select_related("deadline__organisation", "deadline__policy_version").first()
    if clock is None:
        deadline = _opened(DeadlineKind.AUDIT_REPORT, audit, audit.framework.organisation, due_on=due_on, today=today, now=now)
        ReportClock.objects.create(audit=audit, deadline=deadline)
    elif clock.deadline.is_open and clock.deadline.due_on != due_on:
        deadlines.move(clock.deadline, due_on=due_on, today=today, now=now)


def stop_writing(audit: Audit, *, now: datetime) -> None:
    """The report is out: as a draft to comment on, or as reported."""
    deadlines.close_all(Deadline.objects.filter(report_clock__audit=audit), now=now)


def open_for_comments(report: WrittenReport, *, today: date, now: datetime) -> Deadline:
    country = report.audit.supplier.country
    due_on = calendars.of_kind(DeadlineKind.REPORT_COMMENTS).due_on(today, report.comment_days, Unit.WORKING_DAYS, country)
    deadline = _opened(DeadlineKind.REPORT_COMMENTS, report, report.audit.supplier, due_on=due_on, today=today, now=now)
    rows.write(report, comment_deadline=deadline)
    return deadline


def hand_to_us(report: WrittenReport, *, today: date, now: datetime) -> None:
    """The comments have come, or the limit is over: we answer, and finish it."""
    end_all(report, now=now)
    due_on = calendars.due_from_us(DeadlineKind.REPORT_ANSWER, today)
    body = report.audit.framework.organisation
    deadline = _opened(DeadlineKind.REPORT_ANSWER, report, body, due_on=due_on, today=today, now=now)
    rows.write(report, answer_deadline=deadline)
    reminders.sweep(today=today, now=now, deadlines=[deadline.pk])
    if lead := _lead_beside(report.audit, today):
        tell_us(report.audit, "report_to_finish", [lead], deadline, key=str(deadline.pk), now=now)


def end_all(report: WrittenReport, *, now: datetime) -> None:
    """Whatever is owed about it, by them and by us, and tasks about it."""
    deadlines.close_all(Deadline.objects.filter(about_id=report.pk), now=now)


def remind_leads(*, today: date, now: datetime) -> None:
    """Who leads an audit hears of its report too, where that is not the manager, whom the ladder tells: a week before, and after."""
    running = Deadline.objects.open().filter(kind=DeadlineKind.AUDIT_REPORT, due_on__lte=today + A_WEEK)
    for deadline in running.select_related("report_clock__audit__lead__person", "report_clock__audit__framework__organisation"):
        audit = deadline.report_clock.audit
        if lead := _lead_beside(audit, today):
            kind = "report_overdue" if deadline.due_on < today else "report_due"
            tell_us(audit, kind, [lead], deadline, key=f"{deadline.pk}:{deadline.due_on}", now=now)


def tell_us(audit: Audit, kind: str, people: Iterable[Person], deadline: Deadline, *, key: str, now: datetime) -> None:
    outbox.publish(
        kind=kind,
        people=people,
        organisation=audit.framework.organisation,
        scope_id=audit.framework_id,
        about_id=deadline.about_id,
        context=deadline.brief,
        key=key,
        now=now,
        deadline=deadline,
    )


def brief_of(about: Audit | WrittenReport) -> dict[str, Any]:
    """What mails about the report say."""
    audit = about if isinstance(about, Audit) else about.audit
    said = {name: value for name, value in audit_mail.brief(audit).items() if name not in LEFT_OUT}
    return {**said, "held_on": audit.performed_on.isoformat() if audit.performed_on else ""}


def _opened(kind: DeadlineKind, about: Audit | WrittenReport, owes: Organisation, *, due_on: date, today: date, now: datetime) -> Deadline:
    audit = about if isinstance(about, Audit) else about.audit
    is_theirs = owes.pk == audit.supplier_id
    return deadlines.open_new(
        kind=kind,
        about_id=about.pk,
        title=audit_mail.title(audit) if isinstance(about, Audit) else _title(about),
        scope=audit.framework_id,
        organisation=owes,
        turn=Turn.SUPPLIER if is_theirs else Turn.CPB,
        starts_on=today,
        due_on=due_on,
        brief={**brief_of(about), "supplier_id": str(audit.supplier_id)},
        now=now,
    )


def _title(report: WrittenReport) -> str:
    with translation.override(report.language):
        return report_words.title_of(report)


def _lead_beside(audit: Audit, today: date) -> Person | None:
    """Who leads it, where the ladder does not reach them as manager."""
    if audit.lead is None or not audit.lead.is_active:
        return None
    managers = audience.staff(scope_id=audit.framework_id, role=ScopeRole.Role.MANAGER, today=today)
    return None if audit.lead.person in managers else audit.lead.person
