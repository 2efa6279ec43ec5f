"""What every page about a written audit report does first."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.requests import SignedInRequest
from core import access, states
from followup.models import Audit, WrittenReport
from followup.report_reading import ABOUT
from followup.states import WRITTEN_REPORT


def report_for(request: SignedInRequest, pk: UUID, change: str | None = None) -> WrittenReport:
    """The report, if it exists for this person (404) and their role may make the change (403). The body is not read yet."""
    visible = WrittenReport.objects.visible_to(request.user).select_related(*ABOUT)
    it: WrittenReport = get_object_or_404(visible, pk=pk)
    if change is not None:
        access.require(request.user, WRITTEN_REPORT[change].needs, it)
    return it


def report_to(request: SignedInRequest, pk: UUID, change: str) -> WrittenReport:
    """To make the change: as `report_for`, and it is possible now (409)."""
    it = report_for(request, pk, change)
    states.check(WRITTEN_REPORT, it, change, actor=request.user)
    return it


def address_of(it: WrittenReport, anchor: str = "") -> str:
    return reverse("followup:written-report", args=[it.pk]) + (f"#{anchor}" if anchor else "")


def audit_address(request: SignedInRequest, audit: Audit) -> str:
    """Its page, where it is this person's to see."""
    is_seen = Audit.objects.visible_to(request.user).filter(pk=audit.pk).exists()
    return reverse("followup:audit", args=[audit.pk]) if is_seen else ""
