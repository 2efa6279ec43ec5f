"""What a sharing tells, as the file has it: the supplier, our pages and the file are shown the same. Without the reports' bytes."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone

from accounts.models import Organisation
from contracts.models import Obligation
from followup.models import Audit, AuditReport, Finding, ReportFile, Sharing
from followup.models.findings import NO_DATE
from followup.results.checking import Content

PDF = "application/pdf"
Report = ReportFile | AuditReport


def of(sharing: Sharing) -> Content:
    """As things stand now. A file adds its number and moment: `stamped`."""
    audits = chosen(sharing)
    return {
        "sharing": str(sharing.pk),
        "issuer": party(sharing.framework.organisation),
        "recipient": {
            "name": sharing.body_name,
            "identifier": {"scheme": sharing.body_scheme, "id": sharing.body_number},
            "country": sharing.body_country,
        },
        "supplier": party(sharing.supplier),
        "agreement": {"reference": sharing.framework.reference, "title": sharing.framework.title},
        "basis": {"kind": sharing.basis, "text": _right(sharing), "on": _day(sharing.consent_on)},
        "valid": {"from": sharing.starts_on.isoformat(), "to": sharing.ends_on.isoformat()},
        "audits": [_audit(audit, with_report=sharing.includes_reports) for audit in audits],
    }


def taken_back(sharing: Sharing) -> Content:
    """That the sharing has ended, and nothing of it may be relied on any more."""
    assert sharing.ended_on is not None
    return {**of(sharing), "audits": [], "withdrawn": sharing.ended_on.isoformat()}


def stamped(content: Content, *, serial: int, now: datetime) -> Content:
    return {**content, "serial": serial, "issued_at": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}


def chosen(sharing: Sharing) -> list[Audit]:
    """The audits with everything that is told of them. Findings that the supplier knows of; one that was withdrawn is none."""
    told = Finding.objects.filter(told_at__isnull=False).exclude(outcome=Finding.Outcome.WITHDRAWN)
    bound = Obligation.objects.select_related("requirement").order_by("requirement__number", "id")
    final = ReportFile.objects.filter(report__status="final", stage=ReportFile.Stage.FINAL, form=ReportFile.Form.PDF)
    rows = sharing.audits.select_related("auditor", "site").prefetch_related(
        Prefetch("obligations", to_attr="bound", queryset=bound),
        Prefetch("findings", told.select_related("severity", "framework").order_by("number"), to_attr="told"),
        Prefetch("reports", AuditReport.objects.filter(content_type=PDF).order_by("-created_at"), to_attr="added"),
        Prefetch("written_reports__files", final.order_by("-report__number"), to_attr="final"),
    )
    return list(rows.order_by("-performed_on", "id"))


def report_of(audit: Any) -> Report | None:
    """The newest that was written here, else the newest that was added as PDF."""
    written = [file for report in audit.written_reports.all() for file in report.final]
    return next(iter([*sorted(written, key=lambda file: file.created_at, reverse=True), *audit.added]), None)


def _audit(audit: Any, *, with_report: bool) -> dict[str, Any]:
    name, address, country = audit.site_as_held
    report = report_of(audit) if with_report else None
    return {
        "id": str(audit.pk),
        "kind": audit.kind,
        "status": audit.status,
        "performed_on": audit.performed_on.isoformat(),
        "result": audit.result,
        "purpose": audit.purpose,
        "conclusion": audit.conclusion,
        "place": audit.place,
        "site": {"name": name, "address": address, "country": country} if name else None,
        "auditor": audit.auditor.name if audit.auditor else "",
        "requirements": _requirements(audit.bound),
        "findings": [_finding(finding) for finding in audit.told],
        "report": {"name": report.name, "content_type": PDF, "size": report.size, "sha256": report.sha256} if report else None,
    }


def _requirements(bound: Sequence[Any]) -> list[dict[str, str]]:
    """Each once, however many lots it binds on."""
    once = {each.requirement_id: each.requirement for each in bound}
    return [{"title": each.title, "theme": each.theme, "text": each.text} for each in once.values()]


def _finding(finding: Finding) -> dict[str, Any]:
    """Whether it stands where the supplier disputes it, nobody knows yet: the status says so."""
    return {
        "id": str(finding.pk),
        "number": str(finding),
        "severity": finding.severity.code,
        "theme": finding.theme,
        "text": finding.text,
        "status": finding.status,
        "outcome": finding.outcome,
        "method": finding.method,
        "told_on": _day(finding.told_at and timezone.localdate(finding.told_at)),
        "mend_by": None if finding.mend_by == NO_DATE else _day(finding.mend_by),
        "closed_on": _day(finding.closed_on),
    }


def _right(sharing: Sharing) -> str:
    """Who at the supplier consented, the body need not know."""
    return sharing.supplier.name if sharing.basis == Sharing.Basis.CONSENT else sharing.basis_in_words


def party(organisation: Organisation) -> dict[str, Any]:
    number = {"scheme": organisation.identifier_scheme, "id": organisation.identifier}
    return {"name": organisation.name, "identifier": number, "country": organisation.country}


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None
