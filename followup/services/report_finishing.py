"""The final report: every comment answered, text and files kept as they are, the audit reported, the supplier told."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import rows, states
from core.errors import Invalid, WrongState
from followup import report_files, report_words
from followup.models import Audit, Finding, ReportFile, ReportSection, WrittenReport
from followup.services import (
    agency_report_news,
    audit_mail,
    audit_outcomes,
    audit_reporting,
    findings,
    report_clocks,
    report_comments,
    report_sections,
)
from followup.states import AUDIT, WRITTEN_REPORT
from notifications.webhooks import events


@transaction.atomic
def finish(*, report: WrittenReport, actor: User, now: datetime, today: date, result: str = "") -> None:
    """Make it final. Findings that the supplier has not been told of are told now, and their clocks begin.

    `result` is what came of the audit; what was written down when it was held stands unless another is given.
    """
    audit = report.audit
    states.hold(AUDIT, audit, "report", actor=actor)  # before its report, as whoever logs a finding does: neither waits for the other
    states.hold(WRITTEN_REPORT, report, "finish", actor=actor)  # what is final is what is written: nobody writes on meanwhile
    report.audit = audit
    result = result or audit.result
    if faults := list(audit_outcomes.faults_of_result(audit, result)):
        raise Invalid(faults)
    _must_be_heard(report)
    sections = audit_reporting.written(report)
    _tell_findings(audit, actor=actor, now=now, today=today)
    rows.write(report, final_on=today, final_by=actor)
    rows.write(audit, result=result, conclusion=_conclusion(sections))
    content = report_words.write(report, report_sections.read(report), is_final=True)
    with report_files.kept(content, report) as files:
        sums = {file.name: file.sha256 for file in files}
        states.advance(WRITTEN_REPORT, report, "finish", actor=actor, now=now, changes={"result": result, "sha256": sums})
        rows.write(report, content=content, told_at=report.told_at or now)
        audit_reporting.keep_files(report, files, ReportFile.Stage.FINAL, now=now)
        report_clocks.end_all(report, now=now)
        report_clocks.stop_writing(audit, now=now)
        changes = {"performed_on": audit.performed_on, "result": result, "files": "; ".join(sums)}
        if not audit.is_reported:
            agency_report_news.audit_reported(audit, now=now)
        states.advance(AUDIT, audit, "report", actor=actor, now=now, changes=changes)
        audit_mail.tell_reported(audit, key=str(report.pk), now=now, today=today, is_correction=report.is_correction)
        events.tell("report.final", about_type="written_report", about_id=report.pk, now=now)


def _must_be_heard(report: WrittenReport) -> None:
    """Of a first report the supplier is heard; a correction may be made without."""
    if report.status == WrittenReport.Status.DRAFT and not report.is_correction:
        raise WrongState(_("Send the draft to the supplier first, so that it can comment on it."))
    left = report_comments.unanswered(report)
    if left:
        raise WrongState(_("Comments are still without our answer (%(number)s). Answer them first.") % {"number": left})


def untold(audit: Audit) -> list[Finding]:
    """Findings that the supplier is told of when the report is final."""
    return list(audit.findings.untold().select_related("framework").order_by("number"))


def _tell_findings(audit: Audit, *, actor: User, now: datetime, today: date) -> None:
    for finding in untold(audit):
        findings.tell(finding=finding, actor=actor, now=now, today=today)


def _conclusion(sections: list[ReportSection]) -> str:
    return next((each.text for each in sections if each.kind == ReportSection.Kind.CONCLUSION), "")
