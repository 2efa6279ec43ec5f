"""One written audit report as each side reads it, and its files."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from contracts.models import Obligation
from core import access, clock, files, states
from core.errors import NotAllowed
from core.models import History
from followup import report_beside, report_files, report_words
from followup.forms.audit_reports import AnswerForm
from followup.models import ReportComment, ReportFile, ReportSection, WrittenReport
from followup.report_reading import content_of, writes
from followup.services import audit_reporting, report_sections
from followup.states import AUDIT, WRITTEN_REPORT
from followup.views import report_to_supplier
from followup.views.report_doors import report_for
from notifications import timeline

S = WrittenReport.Status
MOST_HISTORY = 100


def report(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = report_for(request, pk)
    return show(request, it) if request.user.works_here else report_to_supplier.show(request, it)


def show(request: SignedInRequest, it: WrittenReport, **faulty: Any) -> HttpResponse:
    """`faulty` are answers that were sent with faults, by the id of their section."""
    today, possible = clock.today(), states.possible(WRITTEN_REPORT, it, request.user)
    sections = [] if it.is_final else report_sections.read(it)
    content = it.content if it.is_final else report_words.write(it, sections, is_final=False)
    by_key = {str(each.pk): each for each in sections}
    limit = it.comment_deadline
    is_over = it.status == S.SENT and limit is not None and limit.due_on < today
    empty = [report_words.heading_of(each) for each in report_sections.unwritten(sections)]
    whole = report_beside.whole(it, viewer=request.user)
    parts = [(section, _about(by_key.get(section["key"]), faulty)) for section in content["sections"]]
    to_answer = next((section["key"] for section, about in parts if about and not about["comment"].verdict), "")
    context = {
        "it": it,
        "content": content,
        "parts": parts,
        "to_answer": to_answer,
        "possible": possible,
        "next_step": _next_step(it, possible, is_over=is_over, empty=empty, to_answer=to_answer),
        "to_judge": _to_judge(request, it, whole["to_judge"]),
        "empty": empty if it.status in (S.DRAFT, S.COMMENTED) else [],
        "untold": whole["untold"] if it.is_open else [],
        "files": files_of(it, whole["files"]),
        "audit_url": reverse("followup:audit", args=[it.audit_id]),
        "versions": whole["versions"],
        "may_correct": it.is_final and _may_correct(request, it),
        "entries": timeline.about(it.pk, viewer=request.user),
        "history": list(History.objects.visible_to(request.user).of(it).order_by("-at", "-id")[:MOST_HISTORY]),
        "today": today,
    }
    return render(request, "followup/written_report.html", context, status=422 if faulty else 200)


def _about(section: ReportSection | None, faulty: dict[str, Any]) -> dict[str, Any]:
    """What the supplier said of a section, the form of our answer, and whether the words are others than it read."""
    comment: ReportComment | None = getattr(section, "comment", None)
    if section is None or comment is None or comment.submitted_at is None:
        return {}
    initial = {"verdict": comment.verdict, "text": comment.answer}
    form = faulty.get(str(section.pk)) or AnswerForm(section=section.pk, initial=initial)
    sent = section.sent_text if section.sent_text != report_words.words_of(section) else ""
    return {"comment": comment, "form": form, "sent_text": sent, "pk": section.pk}


def _next_step(it: WrittenReport, possible: set[str], *, is_over: bool, empty: list[str], to_answer: str) -> str:
    """The one thing to do now; nothing while the supplier has its time."""
    if "end_comments" in possible and is_over:
        return "end_comments"
    if "edit" in possible and empty:
        return "edit"
    if "answer_comment" in possible and to_answer:
        return "answer"
    if "finish" in possible and (it.status == S.COMMENTED or it.is_correction):
        return "finish"
    return "send" if "send" in possible else ""


def _to_judge(request: SignedInRequest, it: WrittenReport, unjudged: list[Obligation]) -> Obligation | None:
    """A final report is what the requirements are judged by: the first one that waits for it."""
    return next(iter(unjudged), None) if it.is_final and "judge" in states.possible(AUDIT, it.audit, request.user) else None


def _may_correct(request: SignedInRequest, it: WrittenReport) -> bool:
    is_written = audit_reporting.is_being_written(it.audit)
    return not is_written and it.audit.status == "reported" and access.may(request.user, AUDIT["write_report"].needs, it.audit)


def files_of(it: WrittenReport, kept: Iterable[ReportFile]) -> list[dict[str, Any]]:
    """Of those that were kept the newest stage, each with its checksum and the address of its download."""
    rows = sorted(kept, key=lambda each: each.form, reverse=True)  # PDF first
    wanted = ReportFile.Stage.FINAL if it.is_final else ReportFile.Stage.DRAFT
    names = ("name", "size", "sha256", "scan_state")
    return [
        {**{name: getattr(each, name) for name in names}, "url": reverse("followup:written-report-kept", args=[it.pk, each.pk])}
        for each in rows
        if each.stage == wanted
    ]


@require_safe
def kept(request: SignedInRequest, pk: UUID, file: UUID) -> HttpResponseBase:
    return files.download(get_object_or_404(report_for(request, pk).files.all(), pk=file))


@require_safe
def as_it_stands(request: SignedInRequest, pk: UUID, form: str) -> HttpResponseBase:
    """Made on the spot from what is written now: for us, and for the firm that makes the audit. What was sent or is final is kept."""
    it = report_for(request, pk)
    if form not in report_files.TYPES:
        raise Http404
    if not writes(it, request.user):
        raise NotAllowed
    return files.handed_out(report_files.made(content_of(it, request.user), it, form))
