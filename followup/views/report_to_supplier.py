"""A written audit report as the supplier meets it: the draft with a place to comment on each section, later what is final.

The firm that made the audit reads the same page, and comments on nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from core import clock, files, states, uploads
from core.clock import Clock
from core.errors import Invalid
from core.forms import blamed_on
from core.pages import done
from followup import writing_together
from followup.forms.audit_reports import CommentsForm
from followup.models import ReportComment, WrittenReport
from followup.report_reading import content_of
from followup.services import briefs, report_comments
from followup.states import WRITTEN_REPORT
from followup.views import report_page
from followup.views.doors import key_of
from followup.views.report_doors import address_of, audit_address, report_for
from notifications import deadlines

S = WrittenReport.Status


def show(request: SignedInRequest, it: WrittenReport, *, form: CommentsForm | None = None) -> HttpResponse:
    at, limit = clock.read(), it.comment_deadline
    is_theirs = it.audit.supplier_id in request.user.supplier_ids
    if request.method == "GET" and is_theirs and limit is not None and limit.seen_at is None:
        deadlines.see(limit, now=at["now"])  # the supplier has opened it, signed in
    content = content_of(it, request.user)
    comments = _comments(it) if is_theirs and not it.is_final else {}
    possible = states.possible(WRITTEN_REPORT, it, request.user)
    form = form or _form(content["sections"], comments)
    context = {
        "it": it,
        "content": content,
        "parts": [(each, comments.get(each["key"]), form.of(each["key"])) for each in content["sections"]],
        "form": form,
        "is_theirs": is_theirs,
        "possible": possible,
        "count": sum(bool(comment.text or comment.documents.all()) for comment in comments.values()),
        "is_late": it.status == S.SENT and limit is not None and limit.due_on < at["today"],
        "files": report_page.files_of(it, it.files.all()),
        "audit_url": audit_address(request, it.audit),
        "brief": briefs.of_agreement(it.audit.framework),
    }
    return render(request, "followup/written_report_to_supplier.html", context, status=422 if form.errors else 200)


@csrf_exempt  # the check reads the body, and that waits until we know that this person may send one
@require_POST
def save(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return csrf_protect(_save)(request, report_for(request, pk, "save_comment"))


def _save(request: SignedInRequest, it: WrittenReport) -> HttpResponse:
    form = _kept(request, it, clock.read())
    if form.errors:
        return show(request, it, form=form)
    is_gone = bool(request.POST.get("remove"))
    return done(
        request,
        _("The file was removed.") if is_gone else _("Saved. You can close the page and come back."),
        address_of(it, _anchor(request)),
    )


@csrf_exempt
@require_POST
def send(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return csrf_protect(_send)(request, report_for(request, pk, "send_comments"))


def _send(request: SignedInRequest, it: WrittenReport) -> HttpResponse:
    """What was written and added is kept first, so that a fault loses nothing."""
    if it.status != S.SENT:
        messages.info(request, _("Your comments have been sent in already."))
        return HttpResponseRedirect(address_of(it))
    at = clock.read()
    form = _kept(request, it, at)
    if form.errors:
        return show(request, it, form=form)
    report_comments.submit(report=it, actor=request.user, **at)
    return done(request, _("We have received your comments. You get a receipt by e-mail."), address_of(it))


def _kept(request: SignedInRequest, it: WrittenReport, at: Clock) -> CommentsForm:
    """Each comment, and each file by itself: one that we cannot take stops neither the words nor the others."""
    sections = it.content["sections"]
    form = CommentsForm(request.POST, request.FILES, sections=sections, said={})
    refused = request.META.get(uploads.REFUSED)
    with blamed_on(form):
        if refused:
            raise refused
    removed = key_of(request.POST.get("remove", ""))
    for section in it.sections.filter(pk__in=form.keys):
        by: dict[str, Any] = {"report": it, "section": section, "actor": request.user, **at}
        said: dict[str, Any] = {"text": request.POST.get(f"text-{section.pk}"), "seen_mark": request.POST.get(f"seen-{section.pk}")}
        with _at_section(form, section.pk):
            report_comments.save(**said, removed=removed, **by)
        name = f"files-{section.pk}"
        for content in () if refused else request.FILES.getlist(name):  # what was refused is not there any more
            with blamed_on(form), files.kept(files.inspect_all([content], name)) as kept:
                report_comments.save(files=kept, **by)
    writing_together.seen_now(form, {key: comment.text for key, comment in _comments(it).items()})
    return form


@contextmanager
def _at_section(form: CommentsForm, key: UUID) -> Iterator[None]:
    """What is wrong with the comment on a section is said there."""
    try:
        yield
    except Invalid as error:
        for fault in error.errors:
            name = f"{fault.field}-{key}"
            form.add_error(name if name in form.fields else None, str(fault.detail))


def _form(sections: list[Any], comments: dict[str, ReportComment]) -> CommentsForm:
    return CommentsForm(sections=sections, said={key: comment.text for key, comment in comments.items()})


def _comments(it: WrittenReport) -> dict[str, ReportComment]:
    return {str(comment.section_id): comment for comment in report_comments.of(it)}


def _anchor(request: SignedInRequest) -> str:
    """Back to the section whose button was pressed."""
    key = key_of(request.POST.get("at", ""))
    return f"section-{key}" if key else ""
