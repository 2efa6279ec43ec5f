"""Writing an audit report: begun, written, sent for comments, the comments answered, made final; each on a page of its own."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from core import clock, states
from core.forms import blamed_on
from core.locales import long_day
from followup import writing_together
from followup.forms.audit_reports import AnswerForm, BeginReportForm, FinishForm, MoveLimitForm, SectionsForm, SendReportForm
from followup.models import WrittenReport
from followup.services import audit_mail, audit_reporting, report_comments, report_finishing, report_sections
from followup.states import AUDIT, WRITTEN_REPORT
from followup.views import audit_doors, report_page
from followup.views.audit_doors import audit_for
from followup.views.doors import form_page
from followup.views.report_doors import address_of, done, report_for


def new(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Begin the report of an audit, or a correction of it."""
    it = audit_for(request, pk, "write_report")
    states.check(AUDIT, it, "write_report", actor=request.user)
    is_correction = audit_reporting.is_final(it)
    form = BeginReportForm(_sent(request), is_correction=is_correction, initial={"language": _language_of(it)})
    if form.is_valid():
        with blamed_on(form):
            report = audit_reporting.begin(audit=it, actor=request.user, **form.cleaned_data, **clock.read())
            return done(request, _("A draft is begun from what is known. The supplier sees nothing of it yet."), report)
    context = {
        "form": form,
        "title": _("Correct the report") if is_correction else _("Write the report"),
        "text": f"{it.supplier.name} · {it.framework.title}",
        "note": _("The draft begins with what is known: the audit, the requirements that it checked, the findings, and the sheet."),
        "label": _("Begin"),
        "back_url": audit_doors.address_of(it),
    }
    return form_page(request, "core/confirm.html", context)


def _language_of(it: Any) -> str:
    """That of whoever gets it at the supplier."""
    people = audit_mail.people(it, clock.today())
    return people[0].language if people else "nb"


def edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """All its words on one page."""
    it = report_for(request, pk, "edit")
    states.check(WRITTEN_REPORT, it, "edit", actor=request.user)
    sections = report_sections.read(it)
    form = SectionsForm(_sent(request), sections=sections, is_told=it.told_at is not None, language=it.language, sheet=_sheet_of(it))
    if form.is_valid():
        with blamed_on(form):
            audit_reporting.edit(report=it, actor=request.user, **form.given(), **clock.read())
        if not form.errors:
            return done(request, _("The report is saved."), it)
        writing_together.seen_now(form, {each.pk: each.text for each in report_sections.read(it)})
    return form_page(request, "followup/written_report_form.html", {"form": form, "it": it, "back_url": address_of(it)})


def _sheet_of(it: WrittenReport) -> str | None:
    return it.sheet if hasattr(it.audit, "sheet") else None


def send(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = report_for(request, pk, "send")
    states.check(WRITTEN_REPORT, it, "send", actor=request.user)
    form = SendReportForm(_sent(request), initial={"comment_days": it.comment_days})
    if form.is_valid():
        with blamed_on(form):
            audit_reporting.send(report=it, actor=request.user, **form.cleaned_data, **clock.read())
            return done(request, _("The draft is sent. The supplier gets a mail, and can comment on each section."), it)
    note = _("The draft goes to these, who can read it as a page, PDF and Word. What they get is kept as it is.")
    people = [f"{person.name}, {person.email}" for person in audit_mail.people(it.audit, clock.today())]
    return _confirm(request, it, form=form, title=_("Send the draft for comments"), label=_("Send it"), note=note, names=people)


def move_limit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = report_for(request, pk, "move_limit")
    states.check(WRITTEN_REPORT, it, "move_limit", actor=request.user)
    form = MoveLimitForm(_sent(request), initial={"due_on": audit_reporting.limit_of(it).due_on})
    if form.is_valid():
        with blamed_on(form):
            audit_reporting.move_limit(report=it, actor=request.user, **form.cleaned_data, **clock.read())
            return done(request, _("The supplier has another limit, and is told."), it)
    return _confirm(request, it, form=form, title=_("Change the limit for comments"), label=_("Change it"))


def end_comments(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = report_for(request, pk, "end_comments")
    states.check(WRITTEN_REPORT, it, "end_comments", actor=request.user)
    if request.method == "POST":
        audit_reporting.end_comments(report=it, actor=request.user, **clock.read())
        return done(request, _("The time for comments is over. You can finish the report."), it)
    day = long_day(audit_reporting.limit_of(it).due_on)
    note = _("The supplier could comment until %(day)s, and has sent nothing in. After this it can no longer comment on this draft.")
    return _confirm(request, it, title=_("Go on without comments"), label=_("Go on"), note=note % {"day": day})


@require_POST
def answer(request: SignedInRequest, pk: UUID, section: UUID) -> HttpResponse:
    it = report_for(request, pk, "answer_comment")
    part = get_object_or_404(it.sections, pk=section)
    form = AnswerForm(request.POST, section=section)
    if form.is_valid():
        with blamed_on(form):
            report_comments.answer(report=it, section=part, actor=request.user, **form.cleaned_data, **clock.read())
            return done(request, _("The answer is saved. The supplier reads it in the final report."), it, f"section-{section}")
    return report_page.show(request, it, **{str(section): form})


def finish(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = report_for(request, pk, "finish")
    states.check(WRITTEN_REPORT, it, "finish", actor=request.user)
    form = FinishForm(_sent(request), initial={"result": it.audit.result})
    if form.is_valid():
        with blamed_on(form):
            report_finishing.finish(report=it, actor=request.user, **form.cleaned_data, **clock.read())
            return done(request, _("The report is final. The supplier is told."), it)
    untold = report_finishing.untold(it.audit)
    note = _("Text and files then stay as they are, and the supplier gets a mail. A later correction is a new version beside it.")
    if untold:
        note += " " + _("The supplier is also told of these findings, and their limits begin:")
    names = [f"{finding}: {finding.title}" for finding in untold]
    return _confirm(request, it, form=form, title=_("Make the report final"), label=_("Make it final"), note=note, names=names)


def drop(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = report_for(request, pk, "drop")
    states.check(WRITTEN_REPORT, it, "drop", actor=request.user)
    if request.method == "POST":
        audit_reporting.drop(report=it, actor=request.user, **clock.read())
        return audit_doors.done(request, _("The draft is dropped."), it.audit)
    note = _("Nobody outside has read it. Its words stay in the history of the tool, and are not used.")
    return _confirm(request, it, title=_("Drop the draft"), label=_("Drop it"), note=note, is_dangerous=True)


def _sent(request: SignedInRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _confirm(request: SignedInRequest, it: WrittenReport, **page: Any) -> HttpResponse:
    text = f"{it.audit.supplier.name} · {it.audit.framework.title}"
    return form_page(request, "core/confirm.html", {"text": text, "back_url": address_of(it), **page})
