"""What every page about a report from an agency does first, and the few manners they share."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.requests import SignedInRequest
from core import access
from followup.models import AgencyReport
from followup.states import AGENCY_REPORT

ABOUT = (
    *("framework__organisation", "framework__scope", "supplier", "agency", "call_off", "deadline__organisation"),
    *("taken_by__person", "reported_by__person", "finding__framework", "audit__supplier"),
)


def report_for(request: SignedInRequest, pk: UUID, change: str | None = None) -> AgencyReport:
    """The report, if it exists for this person (404) and their role may make the change (403). The body is not read yet."""
    it: AgencyReport = get_object_or_404(AgencyReport.objects.visible_to(request.user).select_related(*ABOUT), pk=pk)
    if change is not None:
        access.require(request.user, AGENCY_REPORT[change].needs, it)
    return it


def address_of(it: AgencyReport, anchor: str = "") -> str:
    return reverse("followup:agency-report", args=[it.pk]) + (f"#{anchor}" if anchor else "")
