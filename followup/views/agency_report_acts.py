"""What we do about a report from an agency: take it, answer, make a finding or an audit of it, or close it with a reason."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Organisation
from accounts.requests import SignedInRequest
from core import clock, states
from core.forms import Form
from core.pages import asked, done, posted
from followup.forms.agency_reports import AnswerForm, CloseReportForm, ReportAuditForm, ReportFindingForm
from followup.models import AgencyReport, Audit, Finding
from followup.services import agency_reports
from followup.states import AGENCY_REPORT
from followup.views.agency_report_doors import address_of, report_for


@require_POST
def take(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = report_for(request, pk, "take_on")
    agency_reports.take(report=it, actor=request.user, **clock.read())
    return done(request, _("You have this report now, and the agency knows."), address_of(it))


def answer(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return _page(
        request,
        pk,
        "answer_report",
        agency_reports.answer,
        lambda sent, it: AnswerForm(sent),
        title=_("Answer the agency"),
        label=_("Send the answer"),
        told=_("The agency has your answer."),
        note=_("Whoever reported it gets a mail. If nobody has the report yet, you have it from now on."),
    )


def finding(request: SignedInRequest, pk: UUID) -> HttpResponse:
    def form(sent: Any, it: AgencyReport) -> Form:
        known = Finding.objects.visible_to(request.user).open().filter(framework=it.framework_id)
        rows = known.select_related("framework", "supplier").order_by("supplier__name", "-created_at")
        return ReportFindingForm(sent, findings=rows, suppliers=_suppliers(request, it), initial={"supplier": it.supplier_id})

    return _page(
        request,
        pk,
        "become_finding",
        agency_reports.become_finding,
        form,
        title=_("Make it a finding"),
        label=_("Make it a finding"),
        told=_("The report is a finding now, and the agency is told so."),
        note=_("The agency is told the number of the finding. The supplier sees the finding once you tell it, and nothing of the report."),
        next_url=lambda made: reverse("followup:finding", args=[made.pk]),
    )


def audit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    def form(sent: Any, it: AgencyReport) -> Form:
        known = Audit.objects.visible_to(request.user).under_way().filter(framework=it.framework_id)
        rows = known.select_related("supplier", "deadline").order_by("supplier__name", "deadline__due_on")
        return ReportAuditForm(sent, audits=rows, suppliers=_suppliers(request, it), initial={"supplier": it.supplier_id})

    return _page(
        request,
        pk,
        "lead_to_audit",
        agency_reports.lead_to_audit,
        form,
        title=_("Look into it by an audit"),
        label=_("Look into it by an audit"),
        told=_("The audit is planned, and the agency is told that we look into it."),
        note=_("The agency is told that we look into it. It sees that there is an audit when the supplier may know of it."),
        next_url=lambda made: reverse("followup:audit", args=[made.pk]),
    )


def close(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return _page(
        request,
        pk,
        "close_report",
        agency_reports.close,
        lambda sent, it: CloseReportForm(sent),
        title=_("Close the report"),
        label=_("Close the report"),
        told=_("The report is closed, and the agency is told why."),
        note=_("Whoever reported it gets a mail with your reason."),
    )


def _suppliers(request: SignedInRequest, it: AgencyReport) -> Any:
    on_it = it.framework.participations.values("supplier_id")
    return Organisation.objects.visible_to(request.user).filter(pk__in=on_it).order_by("name")


def _page(
    request: SignedInRequest, pk: UUID, change: str, act: Callable[..., Any], form: Callable[[Any, AgencyReport], Form], **words: Any
) -> HttpResponse:
    """A page with the report to read, one form and one button."""
    it = report_for(request, pk, change)
    states.check(AGENCY_REPORT, it, change, actor=request.user)
    return asked(
        request,
        partial(act, report=it, actor=request.user, **clock.read()),
        form=form(posted(request), it),
        back_url=address_of(it),
        template="followup/report/act.html",
        it=it,
        **words,
    )
