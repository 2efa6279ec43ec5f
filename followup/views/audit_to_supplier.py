"""An audit as the supplier meets it: what is coming and what to prepare, later the report and what was found."""

from django.http import HttpResponse
from django.shortcuts import render

from accounts.requests import SignedInRequest
from core import clock
from followup import audit_days, audit_reading
from followup.models import Audit
from followup.services import briefs
from followup.views import audit_page


def show(request: SignedInRequest, it: Audit) -> HttpResponse:
    today = clock.today()
    whole = audit_reading.whole(it, viewer=request.user, today=today)
    asked = {each.requirement_id: each.requirement for each in whole.obligations}
    clauses = {each.clause_id: each.clause for each in asked.values() if each.clause}
    context = {
        "it": it,
        "when": audit_days.in_words(it),
        "has_week": audit_days.told(it)[0] != audit_days.told(it)[1],
        "who": it.auditor.name if it.auditor else "",
        "leader": it.lead,
        "requirements": list(asked.values()),
        "clauses": list(clauses.values()),
        "findings": whole.findings,
        "team": whole.team,
        "meetings": whole.meetings,
        "reports": [audit_page.file_of(it, each) for each in whole.reports] if it.is_reported else [],
        "written": whole.written,
        "today": today,
        "brief": briefs.of_agreement(it.framework),
    }
    return render(request, "followup/audit_to_supplier.html", context)
