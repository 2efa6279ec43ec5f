"""One audit as we meet it, and the firm that makes it for us: what is known, the one next step, what was found, the story at the side."""

from datetime import date
from typing import Any

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse

from accounts.permissions import Action
from accounts.requests import SignedInRequest
from contracts.models import Obligation
from core import access, clock, states
from core.menus import url_or_none
from core.models import History
from followup import audit_days, programme_reading, scheme_comparing, sheet_noted
from followup.forms.audits import AuditJudgeForm
from followup.models import Audit, AuditMeeting, Document, Finding, ReceivedAudit, TeamMember, WrittenReport
from followup.services import audit_mail, audit_outcomes, report_clocks, sheets
from followup.states import AUDIT
from followup.views.audit_doors import warnings, who
from notifications import taking, timeline
from notifications.models import Deadline

Checked = tuple[Obligation, AuditJudgeForm]
MOST_HISTORY = 100
MOST_FINDINGS = 200
MOST_DOCUMENTS = 50


def show(request: SignedInRequest, it: Audit, **faulty: Any) -> HttpResponse:
    """`faulty` are forms that were sent with faults, by the name under which the page has them."""
    at, is_ours = clock.read(), request.user.works_here
    can = states.possible(AUDIT, it, request.user)
    checked, found = [_checked(it, each, faulty) for each in _obligations(it)], findings(request, it)
    written = written_reports(request, it)
    being_written = next((each for each in written if each.is_open), None)
    may_open_sheet = not it.is_reused and sheets.may_open(request.user, it)
    context = {
        "it": it,
        "is_ours": is_ours,
        "today": at["today"],
        "possible": can,
        "may_announce": _may_announce(it, can),
        "next_step": _next_step(it, can, checked, found, being_written, at["today"]),
        "report_due": _report_due(it),
        "written": written,
        "being_written": being_written,
        "when": audit_days.in_words(it),
        "who": who(it),
        "warnings": warnings(it) if is_ours else [],
        "checked": checked,
        "less_strict": _less_strict(it, checked) if is_ours else [],
        "may_judge": "judge" in can,
        "may_follow": it.performed_on is not None and access.may(request.user, Action.AUDIT_EDIT, it),
        "may_open_sheet": may_open_sheet,
        "noted": sheet_noted.count(it) if may_open_sheet else 0,
        "findings": found,
        "documents": _documents(request, it),
        "reports": reports_of(it),
        **rests_on(request, it),
        "shows_notes": True,
        "costs": programme_reading.costs_of(it) if is_ours else None,
        "finding_url": url_or_none("followup:finding-new") if _may_find(request, it) else None,
        "contacts": audit_mail.people(it, at["today"]) if is_ours and it.is_coming else [],
        "received": _received(request, it),
        "may_share": it.is_reported and not it.is_reused and access.may(request.user, Action.SHARING_EDIT, it),
        **(_story(request, it) if is_ours else {}),
    }
    return render(request, "followup/audit.html", context, status=422 if faulty else 200)


def _less_strict(it: Audit, checked: list[Checked]) -> list[tuple[str, str]]:
    """Themes of what it checked on which its scheme asks less than we do, by our list."""
    strictness = it.listed_scheme.strictness if it.listed_scheme else {}
    return scheme_comparing.shortfalls(strictness, [each.requirement.theme for each, _form in checked])


def _may_find(request: SignedInRequest, it: Audit) -> bool:
    return it.performed_on is not None and it.status != Audit.Status.CLOSED and access.may(request.user, Action.FINDING_LOG, it)


def _report_due(it: Audit) -> Deadline | None:
    """By when its report is to be there, as long as it is to come."""
    return report_clocks.to_write(it) if it.status == Audit.Status.PERFORMED else None


def _may_announce(it: Audit, can: set[str]) -> bool:
    return "announce" in can and it.announcement != Audit.Announcement.UNANNOUNCED


def _next_step(
    it: Audit, can: set[str], checked: list[Checked], found: list[tuple[Finding, str]], being_written: WrittenReport | None, today: date
) -> str:
    """The one thing to do now; nothing while a day is waited for, or the supplier's comments."""
    day_has_come = it.deadline.due_on <= today
    if _may_announce(it, can) and not day_has_come:
        return "announce"
    if it.status == Audit.Status.PERFORMED and "write_report" in can:
        return "" if being_written and being_written.status == WrittenReport.Status.SENT else "write"
    if "perform" in can and (day_has_come or it.status == Audit.Status.PERFORMED):
        return "log"
    if "judge" in can and not all(each.of_audit for each, _form in checked):  # type: ignore[attr-defined]
        return "judge"
    return "close" if "close" in can and all(finding.is_closed for finding, _url in found) else ""


def _obligations(it: Audit) -> list[Obligation]:
    """With the judgements that this audit led to."""
    of_it = Prefetch("judgements", it.judgements.select_related("judged_by__person"), to_attr="of_audit")
    rows = it.obligations.select_related("requirement__clause", "lot").order_by("requirement__number", "lot__number")
    return list(rows.prefetch_related(of_it))


def _checked(it: Audit, obligation: Obligation, faulty: dict[str, Any]) -> Checked:
    """Nothing is chosen beforehand: what nobody judges stays as it is."""
    form = AuditJudgeForm(obligation=obligation, initial={"method": audit_outcomes.method_of(it)})
    return obligation, faulty.get(f"judge-{obligation.pk}") or form


def _documents(request: SignedInRequest, it: Audit) -> list[Document]:
    """What the supplier has delivered on the requirements that it checks, newest first."""
    rows = Document.objects.visible_to(request.user).filter(evidence__item__obligations__audits=it, supplier=it.supplier_id)
    return list(rows.distinct().order_by("-received_at", "-id")[:MOST_DOCUMENTS])


def findings(request: SignedInRequest, it: Audit) -> list[tuple[Finding, str]]:
    """What it found, as far as the reader may see, each with the address of its page."""
    rows = it.findings.visible_to(request.user).select_related("severity", "framework").order_by("number")
    return [(finding, _page_of(finding)) for finding in rows[:MOST_FINDINGS]]


def _page_of(finding: Finding) -> str:
    try:
        return reverse("followup:finding", args=[finding.pk])
    except NoReverseMatch:
        return ""


def _file(it: Audit, kept: Any) -> dict[str, Any]:
    names = ("name", "size", "sha256", "scan_state", "created_at")
    return {**{name: getattr(kept, name) for name in names}, "url": reverse("followup:audit-report", args=[it.pk, kept.pk])}


def _story(request: SignedInRequest, it: Audit) -> dict[str, Any]:
    return {
        "again": list(Audit.objects.visible_to(request.user).filter(re_audit_of=it)),
        "entries": timeline.about(it.pk, viewer=request.user),
        "history": list(History.objects.visible_to(request.user).of(it).order_by("-at", "-id")[:MOST_HISTORY]),
        "clock_of_case": taking.clock_of(it.pk, viewer=request.user),
        "may_take": access.may(request.user, Action.DEADLINE_TAKE, it),
    }


def _received(request: SignedInRequest, it: Audit) -> ReceivedAudit | None:
    """As the body that made it shares it with us, where it came so."""
    if not it.is_reused:
        return None
    return ReceivedAudit.objects.visible_to(request.user).filter(audit=it).select_related("file__key").first()


def written_reports(request: SignedInRequest, it: Audit) -> list[WrittenReport]:
    """Those that are written here, the newest version first."""
    if it.performed_on is None:
        return []
    rows = WrittenReport.objects.visible_to(request.user).filter(audit=it).exclude(status=WrittenReport.Status.DROPPED)
    return list(rows.order_by("-number"))


def rests_on(request: SignedInRequest, it: Audit) -> dict[str, Any]:
    """Who takes part, and the two meetings."""
    return {
        "team": list(TeamMember.objects.visible_to(request.user).filter(audit=it)),
        "meetings": list(AuditMeeting.objects.visible_to(request.user).filter(audit=it)),
    }


def reports_of(it: Audit) -> list[dict[str, Any]]:
    return [_file(it, each) for each in it.reports.all()]
