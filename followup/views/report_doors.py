"""What every page about a written audit report does first."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.requests import SignedInRequest
from core import access
from followup import report_words
from followup.models import Audit, WrittenReport
from followup.report_words import Written
from followup.services import report_sections
from followup.states import WRITTEN_REPORT

ABOUT = (
    *("audit__framework__organisation", "audit__framework__scope", "audit__supplier", "audit__deadline__organisation"),
    *("audit__auditor", "audit__site", "audit__lead__person", "comment_deadline__organisation", "comment_deadline__policy_version"),
    *("answer_deadline", "final_by__person", "created_by__person", "commented_by__person"),
)


def report_for(request: SignedInRequest, pk: UUID, change: str | None = None) -> WrittenReport:
    """The report, if it exists for this person (404) and their role may make the change (403). The body is not read yet."""
    visible = WrittenReport.objects.visible_to(request.user).select_related(*ABOUT)
    it: WrittenReport = get_object_or_404(visible, pk=pk)
    if change is not None:
        access.require(request.user, WRITTEN_REPORT[change].needs, it)
    return it


def address_of(it: WrittenReport, anchor: str = "") -> str:
    return reverse("followup:written-report", args=[it.pk]) + (f"#{anchor}" if anchor else "")


def done(request: SignedInRequest, text: str, it: WrittenReport, anchor: str = "") -> HttpResponse:
    messages.success(request, text)
    return HttpResponseRedirect(address_of(it, anchor))


def content_of(it: WrittenReport, user: Any) -> Written:
    """What this person reads: what is final; of a draft ours as it stands now, the supplier's as it was sent."""
    if it.is_final or not (user.works_here or it.audit.auditor_id in user.auditor_ids):
        sent: Written = it.content
        return sent
    return report_words.write(it, report_sections.read(it), is_final=False)


def audit_address(request: SignedInRequest, audit: Audit) -> str:
    """Its page, where it is this person's to see."""
    is_seen = Audit.objects.visible_to(request.user).filter(pk=audit.pk).exists()
    return reverse("followup:audit", args=[audit.pk]) if is_seen else ""
