"""One audit as we meet it, and the firm that makes it for us: what is known, the one next step, what was found, the story at the side."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.permissions import Action
from accounts.requests import SignedInRequest
from contracts import standings
from contracts.models import Obligation
from core import access, clock, states
from core.models import History
from followup import audit_days, audit_reading, reading, scheme_comparing
from followup.forms.audits import AuditJudgeForm
from followup.models import Audit, AuditMeeting, Finding, ReceivedAudit, WrittenReport
from followup.services import audit_outcomes, sheets
from followup.states import AUDIT
from followup.views.audit_doors import warnings, who
from notifications import timeline

Checked = tuple[Obligation, AuditJudgeForm]
MOST_HISTORY = 100


def show(request: SignedInRequest, it: Audit, **faulty: Any) -> HttpResponse:
    """`faulty` are forms that were sent with faults, by the name under which the page has them."""
    at, is_ours = clock.read(), request.user.works_here
    whole = audit_reading.whole(it, viewer=request.user, today=at["today"])
    received = _received(request, it)
    can = states.possible(AUDIT, it, request.user) - ({"judge"} if received and received.withdrawn_on else set())
    if it.is_reported:  # what was found since it was judged comes before the judgement, here too
        standings.attach(whole.obligations, user=request.user)
    checked = [_checked(it, each, faulty) for each in whole.obligations]
    being_written = next((each for each in whole.written if each.is_open), None)
    may_open_sheet = not it.is_reused and sheets.may_open(request.user, it, team=whole.team)
    context = {
        "it": it,
        "is_ours": is_ours,
        "today": at["today"],
        "possible": can,
        "may_announce": _may_announce(it, can),
        "next_step": (next_step := _next_step(it, can, checked, whole.findings, being_written, at["today"])),
        "to_judge": next(_unjudged(checked), None) if next_step == "judge" else None,
        "report_due": whole.due[0] if whole.due else None,
        "written": whole.written,
        "being_written": being_written,
        "when": audit_days.in_words(it),
        "who": who(it),
        "warnings": warnings(it) if is_ours else [],
        "checked": checked,
        "less_strict": _less_strict(it, checked) if is_ours else [],
        "may_judge": "judge" in can,
        "may_follow": it.performed_on is not None and access.may(request.user, Action.AUDIT_EDIT, it),
        "may_open_sheet": may_open_sheet,
        "is_sheet_near": may_open_sheet and (it.is_coming or it.status == Audit.Status.PERFORMED),
        "noted": len(whole.noted) if may_open_sheet else 0,
        "findings": whole.findings,
        "documents": whole.documents,
        "reports": [file_of(it, each) for each in whole.reports],
        "added": whole.reports,
        "team": whole.team,
        "meetings": whole.meetings,
        "unwritten_meetings": set(AuditMeeting.Kind.values) - {each.kind for each in whole.meetings},
        "shows_notes": True,
        "costs": whole.costs,
        "may_find": _may_find(request, it),
        "contacts": [person for person, _roles in reading.contacts_among(whole.people)],
        "again": whole.again,
        "agency_reports": whole.agency_reports,
        "received": received,
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


def _may_announce(it: Audit, can: set[str]) -> bool:
    return "announce" in can and it.announcement != Audit.Announcement.UNANNOUNCED


def _next_step(
    it: Audit, can: set[str], checked: list[Checked], found: list[Finding], being_written: WrittenReport | None, today: date
) -> str:
    """The one thing to do now; nothing while a day is waited for, or the supplier's comments."""
    day_has_come = it.deadline.due_on <= today
    if _may_announce(it, can) and not day_has_come:
        return "announce"
    if it.status == Audit.Status.PERFORMED and "write_report" in can:
        return "" if being_written and being_written.status == WrittenReport.Status.SENT else "write"
    if "perform" in can and (day_has_come or it.status == Audit.Status.PERFORMED):
        return "log"
    if "judge" in can and any(_unjudged(checked)):
        return "judge"
    return "close" if "close" in can and all(finding.is_closed for finding in found) else ""


def _unjudged(checked: list[Checked]) -> Iterator[Obligation]:
    return (each for each, _form in checked if not each.of_audit)  # type: ignore[attr-defined]


def _checked(it: Audit, obligation: Obligation, faulty: dict[str, Any]) -> Checked:
    """Nothing is chosen beforehand: what nobody judges stays as it is."""
    usual = {"method": audit_outcomes.method_of(it), "valid_until": audit_days.relied_until(it)}
    form = AuditJudgeForm(obligation=obligation, initial=usual)
    return obligation, faulty.get(f"judge-{obligation.pk}") or form


def _received(request: SignedInRequest, it: Audit) -> ReceivedAudit | None:
    """As the body that made it shares it with us: a query of its own, for few audits have it, and a key is no text."""
    if not it.is_reused:
        return None
    return ReceivedAudit.objects.visible_to(request.user).filter(audit=it).select_related("file__key").first()


def file_of(it: Audit, kept: Any) -> dict[str, Any]:
    names = ("name", "size", "sha256", "scan_state", "created_at")
    return {**{name: getattr(kept, name) for name in names}, "url": reverse("followup:audit-report", args=[it.pk, kept.pk])}


def _story(request: SignedInRequest, it: Audit) -> dict[str, Any]:
    case = timeline.case(it.pk, viewer=request.user)
    return {
        "entries": case.entries,
        "history": list(History.objects.visible_to(request.user).of(it).order_by("-at", "-id")[:MOST_HISTORY]),
        "clock_of_case": case.clock,
        "may_take": access.may(request.user, Action.DEADLINE_TAKE, it),
    }
