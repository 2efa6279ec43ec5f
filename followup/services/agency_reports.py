"""What agencies tell us of suppliers: received with a case number, taken, answered, and what came of it. The supplier is told nothing."""

import secrets
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation, User
from accounts.permissions import Action
from contracts.models import CallOff, Framework, Obligation
from core import history, ids, rows, states
from core.errors import FieldError, Invalid, NotAllowed, must_say
from core.files import KeptFile
from followup.models import AgencyReport, AgencyReportFile, Audit, Finding, ReportMessage, Severity
from followup.services import agency_report_mail, agency_report_news, audits, findings
from followup.states import AGENCY_REPORT
from notifications import calendars, deadlines, reminders
from notifications.models import DeadlineKind, Turn

S = AgencyReport.Status
SAME_WITHIN = timedelta(minutes=10)
"""The same words again so soon are the same report, sent twice by a slow net or an impatient thumb."""

LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Those that are not taken for one another on the telephone."""


@transaction.atomic
def report(
    *,
    agency: Organisation,
    text: str,
    actor: User,
    now: datetime,
    today: date,
    framework: Framework | None = None,
    supplier: Organisation | None = None,
    call_off: CallOff | None = None,
    happened_on: date | None = None,
    place: str = "",
    phone: str = "",
    files: Sequence[KeptFile] = (),
) -> AgencyReport:
    """Tell us of something. A call-off says by itself which agreement and supplier it is; without a supplier we find out which.

    Sent twice it is one report, and the second answer is the first.
    """
    if agency.pk not in actor.agency_ids or not actor.may(Action.AGENCY_REPORT_WRITE):
        raise NotAllowed
    framework = framework or (call_off.framework if call_off else None)
    supplier = supplier or (call_off.supplier if call_off else None)
    _check(agency, framework, supplier, call_off, text, happened_on, today)
    assert framework is not None
    rows.lock(agency)  # the same report may come twice at the same moment
    about = {"agency": agency, "framework": framework, "supplier": supplier, "call_off": call_off}
    just_now = AgencyReport.objects.filter(**about, text=text.strip(), reported_by=actor, created_at__gt=now - SAME_WITHIN)
    if same := just_now.first():
        return same
    it = AgencyReport(id=ids.new(), text=text.strip(), **about)
    it.happened_on, it.place, it.phone = happened_on, place.strip(), phone.strip()
    it.case_number, it.reported_by, it.created_at = _case_number(), actor, now
    it.due_on = calendars.due_from_us(DeadlineKind.AGENCY_REPORT, today)
    it.deadline = deadlines.open_new(
        kind=DeadlineKind.AGENCY_REPORT,
        about_id=it.pk,
        title=it.title,
        scope=framework.pk,
        organisation=framework.organisation,
        turn=Turn.CPB,
        starts_on=today,
        due_on=it.due_on,
        brief=agency_report_mail.brief(it),
        now=now,
    )
    it.save(force_insert=True)
    _keep(it, files, actor=actor, now=now)
    changes = {"text": it.text, "supplier": supplier, "files": len(files)}
    history.record(actor=actor, now=now, verb="report", about=it, changes=changes)
    agency_report_mail.confirm(it, now=now)
    reminders.sweep(today=today, now=now, deadlines=[it.deadline_id])
    return it


@transaction.atomic
def take(*, report: AgencyReport, actor: User, now: datetime, today: date) -> None:
    """I have this. The agency is told who, and we owe it what came of it."""
    states.hold(AGENCY_REPORT, report, "take_on", actor=actor)
    if report.taken_by_id == actor.pk:
        return
    is_first = report.taken_by_id is None
    _take(report, "take_on", actor=actor, now=now, today=today, changes={"by": actor.name})
    if is_first:
        agency_report_mail.tell(report, "taken", now=now, by=actor.name)


@transaction.atomic
def answer(*, report: AgencyReport, text: str, actor: User, now: datetime, today: date) -> ReportMessage:
    """Write to the agency: a question, or how far it is. Whoever answers first has taken it."""
    states.hold(AGENCY_REPORT, report, "answer_report", actor=actor)
    text = must_say(text, "text", _("Write your answer."))
    _take(report, "answer_report", actor=actor, now=now, today=today, changes={"text": text}, keeps=True)
    message = _say(report, text, is_ours=True, actor=actor, now=now)
    agency_report_mail.tell(report, "answered", now=now, answer=message.text)
    return message


@transaction.atomic
def add(*, report: AgencyReport, text: str, actor: User, now: datetime, today: date, files: Sequence[KeptFile] = ()) -> ReportMessage:
    """The agency tells more, or answers our question. Whoever has the report is told."""
    states.hold(AGENCY_REPORT, report, "add_to_report", actor=actor)
    if report.agency_id not in actor.agency_ids:
        raise NotAllowed
    text = must_say(text, "text", _("Write what you want to add."))
    states.advance(AGENCY_REPORT, report, "add_to_report", actor=actor, now=now, changes={"text": text, "files": len(files)})
    _keep(report, files, actor=actor, now=now)
    message = _say(report, text, is_ours=False, actor=actor, now=now)
    agency_report_mail.tell_us(report, message.text, now=now, today=today)
    return message


@transaction.atomic
def become_finding(
    *,
    report: AgencyReport,
    actor: User,
    now: datetime,
    today: date,
    finding: Finding | None = None,
    severity: Severity | None = None,
    text: str = "",
    supplier: Organisation | None = None,
    obligations: Sequence[Obligation] = (),
    theme: str = "",
) -> Finding:
    """What is told is a finding: a new one in our own words, or one that is logged already. Nothing of the report is in it."""
    states.hold(AGENCY_REPORT, report, "become_finding", actor=actor)
    supplier = supplier or report.supplier
    if finding is None:
        _must_be_said(supplier=supplier, severity=severity, text=text.strip())
        assert severity is not None
        said: dict[str, Any] = {"obligations": obligations, "theme": theme, "text": text, "severity": severity}
        finding = findings.log(framework=report.framework, supplier=supplier, actor=actor, now=now, today=today, **said)
    elif finding.framework_id != report.framework_id:
        raise Invalid.one("finding", "another_agreement", _("This finding is on another agreement."))
    _conclude(report, "become_finding", actor=actor, now=now, changes={"finding": str(finding)}, finding=finding, supplier=finding.supplier)
    agency_report_mail.tell(report, "finding", now=now, number=finding.number)
    return finding


@transaction.atomic
def lead_to_audit(
    *,
    report: AgencyReport,
    actor: User,
    now: datetime,
    today: date,
    audit: Audit | None = None,
    kind: str = "",
    planned_on: date | None = None,
    announcement: str = Audit.Announcement.ANNOUNCED,
    supplier: Organisation | None = None,
) -> Audit:
    """It is looked into by an audit: a new one, or one that is planned already. The supplier is never told why it was chosen."""
    states.hold(AGENCY_REPORT, report, "lead_to_audit", actor=actor)
    supplier = supplier or report.supplier
    if audit is None:
        _must_be_said(supplier=supplier, kind=kind, planned_on=planned_on)
        assert planned_on is not None
        assert supplier is not None
        audit = audits.plan(
            framework=report.framework,
            supplier=supplier,
            kind=kind,
            planned_on=planned_on,
            announcement=announcement,
            trigger=Audit.Trigger.AGENCY_REPORT,
            reason=f"{report.case_number}: {report.text}"[:2000],
            actor=actor,
            now=now,
            today=today,
        )
    elif audit.framework_id != report.framework_id:
        raise Invalid.one("audit", "another_agreement", _("This audit is on another agreement."))
    about = {"audit": str(audit)}  # not for the agency's history: the supplier may know nothing of it yet
    _conclude(report, "lead_to_audit", actor=actor, now=now, changes=about, is_internal=True, audit=audit, supplier=audit.supplier)
    agency_report_mail.tell(report, "audit", now=now)
    return audit


@transaction.atomic
def close(*, report: AgencyReport, reason: str, actor: User, now: datetime, today: date) -> None:
    """Nothing more is done about it, and the agency is told why."""
    states.hold(AGENCY_REPORT, report, "close_report", actor=actor)
    reason = must_say(reason, "reason", _("Say why it is closed. The agency reads it."))
    _conclude(report, "close_report", actor=actor, now=now, changes={"reason": reason}, close_reason=reason)
    agency_report_mail.tell(report, "closed", now=now, because=reason)


def _take(
    report: AgencyReport, change: str, *, actor: User, now: datetime, today: date, changes: dict[str, Any], keeps: bool = False
) -> None:
    """The first answer is given: what is owed from here on is what comes of it. `keeps`: whoever has it already goes on having it."""
    was_received = report.status == S.RECEIVED
    states.advance(AGENCY_REPORT, report, change, actor=actor, now=now, changes=changes)
    if not (keeps and report.taken_by_id):
        rows.write(report, taken_by=actor)
    if was_received:
        agency_report_news.owe(report, today=today, now=now)


def _conclude(
    report: AgencyReport, change: str, *, actor: User, now: datetime, changes: dict[str, Any], is_internal: bool = False, **written: Any
) -> None:
    """It is over for us; whoever does this has it, if nobody had."""
    states.advance(AGENCY_REPORT, report, change, actor=actor, now=now, changes=changes, is_internal=is_internal)
    rows.write(report, taken_by=report.taken_by or actor, **written)
    deadlines.close(report.deadline, now=now)


MISSING: dict[str, str | Promise] = {"text": gettext_lazy("Write what was found."), "planned_on": gettext_lazy("Choose the day.")}


def _must_be_said(**said: Any) -> None:
    """What something new needs; what is there already has it."""
    if faults := [FieldError(name, "required", str(MISSING.get(name, _("Choose one.")))) for name, value in said.items() if not value]:
        raise Invalid(faults)


def _say(report: AgencyReport, text: str, *, is_ours: bool, actor: User, now: datetime) -> ReportMessage:
    return ReportMessage.objects.create(report=report, is_ours=is_ours, text=text.strip(), written_by=actor, written_at=now)


def _keep(report: AgencyReport, files: Sequence[KeptFile], *, actor: User, now: datetime) -> None:
    for file in files:
        AgencyReportFile.objects.create(report=report, uploaded_by=actor, created_at=now, **file.columns)


def _case_number() -> str:
    """Short enough to be said, and telling nothing of how many there are."""
    while True:
        found = "M-" + "".join(secrets.choice(LETTERS) for _n in range(6))
        if not AgencyReport.objects.filter(case_number=found).exists():
            return found


def _check(
    agency: Organisation,
    framework: Framework | None,
    supplier: Organisation | None,
    call_off: CallOff | None,
    text: str,
    happened_on: date | None,
    today: date,
) -> None:
    if faults := list(_faults(agency, framework, supplier, call_off, text, happened_on, today)):
        raise Invalid(faults)


def _faults(
    agency: Organisation,
    framework: Framework | None,
    supplier: Organisation | None,
    call_off: CallOff | None,
    text: str,
    happened_on: date | None,
    today: date,
) -> Iterator[FieldError]:
    if not text.strip():
        yield FieldError("text", "required", _("Write what happened."))
    if framework is None:
        yield FieldError("framework", "required", _("Choose the agreement, or the call-off."))
    elif supplier and not framework.participations.filter(supplier=supplier).exists():
        yield FieldError("supplier", "not_on_agreement", _("This supplier does not take part in the agreement."))
    if call_off and call_off.agency_id != agency.pk:
        yield FieldError("call_off", "not_yours", _("Choose a call-off of your own."))
    elif call_off and framework and call_off.framework_id != framework.pk:
        yield FieldError("call_off", "another_agreement", _("This call-off is on another agreement."))
    if happened_on and happened_on > today:
        yield FieldError("happened_on", "future", _("This day has not come yet."))
