"""An audit as the supplier meets it: what is coming and what to prepare, later the report and what was found."""

from django.http import HttpResponse
from django.shortcuts import render

from accounts.requests import SignedInRequest
from core import clock
from followup import audit_days
from followup.models import Audit
from followup.services import briefs
from followup.views import audit_page


def show(request: SignedInRequest, it: Audit) -> HttpResponse:
    bound = list(it.obligations.visible_to(request.user).select_related("requirement__clause", "lot").order_by("requirement__number"))
    clauses = {each.requirement.clause_id: each.requirement.clause for each in bound if each.requirement.clause}
    context = {
        "it": it,
        "when": audit_days.in_words(it),
        "has_week": audit_days.told(it)[0] != audit_days.told(it)[1],
        "who": it.auditor.name if it.auditor else "",
        "leader": it.lead,
        "requirements": list({each.requirement_id: each.requirement for each in bound}.values()),
        "clauses": list(clauses.values()),
        "findings": audit_page.findings(request, it),
        **audit_page.rests_on(request, it),
        "reports": audit_page.reports_of(it) if it.is_reported else [],
        "written": audit_page.written_reports(request, it),
        "brief": briefs.of_agreement(it.framework),
        "today": clock.today(),
    }
    return render(request, "followup/audit_to_supplier.html", context)
