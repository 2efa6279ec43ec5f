"""Writing an audit report: begun, written, sent for comments, the comments answered, made final; each on a page of its own."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from core import clock
from core.forms import blamed_on
from core.locales import long_day
from core.pages import asked, done, form_page, posted
from followup import writing_together
from followup.forms.audit_reports import AnswerForm, BeginReportForm, FinishForm, MoveLimitForm, SectionsForm, SendReportForm
from followup.models import WrittenReport
from followup.services import audit_mail, audit_reporting, report_comments, report_finishing, report_sections
from followup.views import audit_doors, report_page
from followup.views.audit_doors import audit_to
from followup.views.report_doors import address_of, report_for, report_to


def new(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Begin the report of an audit, or a correction of it."""
    it = audit_to(request, pk, "write_report")
    is_correction = audit_reporting.is_final(it)
    form = BeginReportForm(posted(request), is_correction=is_correction, initial={"language": _language_of(it)})
    if form.is_valid():
        with blamed_on(form):
            report = audit_reporting.begin(audit=it, actor=request.user, **form.cleaned_data, **clock.read())
            return done(request, _("A draft is begun from what is known. The supplier sees nothing of it yet."), address_of(report))
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
    it = report_to(request, pk, "edit")
    sections = report_sections.read(it)
    form = SectionsForm(posted(request), sections=sections, is_told=it.told_at is not None, language=it.language, sheet=_sheet_of(it))
    if form.is_valid():
        with blamed_on(form):
            audit_reporting.edit(report=it, actor=request.user, **form.given(), **clock.read())
        if not form.errors:
            return done(request, _("The report is saved."), address_of(it))
        writing_together.seen_now(form, {each.pk: each.text for each in report_sections.read(it)})
    return form_page(request, "followup/written_report_form.html", {"form": form, "it": it, "back_url": address_of(it)})


def _sheet_of(it: WrittenReport) -> str | None:
    return it.sheet if hasattr(it.audit, "sheet") else None


def send(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = report_to(request, pk, "send")
    return _asked(
        request,
        it,
        audit_reporting.send,
        form=SendReportForm(posted(request), initial={"comment_days": it.comment_days}),
        title=_("Send the draft for comments"),
        label=_("Send it"),
        note=_("The draft goes to these, who can read it as a page, PDF and Word. What they get is kept as it is."),
        names=[f"{person.name}, {person.email}" for person in audit_mail.people(it.audit, clock.today())],
        told=_("The draft is sent. The supplier gets a mail, and can comment on each section."),
    )


def move_limit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = report_to(request, pk, "move_limit")
    return _asked(
        request,
        it,
        audit_reporting.move_limit,
        form=MoveLimitForm(posted(request), initial={"due_on": audit_reporting.limit_of(it).due_on}),
        title=_("Change the limit for comments"),
        label=_("Change it"),
        told=_("The supplier has another limit, and is told."),
    )


def end_comments(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = report_to(request, pk, "end_comments")
    day = long_day(audit_reporting.limit_of(it).due_on)
    note = _("The supplier could comment until %(day)s, and has sent nothing in. After this it can no longer comment on this draft.")
    return _asked(
        request,
        it,
        audit_reporting.end_comments,
        title=_("Go on without comments"),
        label=_("Go on"),
        note=note % {"day": day},
        told=_("The time for comments is over. You can finish the report."),
    )


@require_POST
def answer(request: SignedInRequest, pk: UUID, section: UUID) -> HttpResponse:
    it = report_for(request, pk, "answer_comment")
    part = get_object_or_404(it.sections, pk=section)
    form = AnswerForm(request.POST, section=section)
    if form.is_valid():
        with blamed_on(form):
            report_comments.answer(report=it, section=part, actor=request.user, **form.cleaned_data, **clock.read())
            return done(request, _("The answer is saved. The supplier reads it in the final report."), address_of(it, f"section-{section}"))
    return report_page.show(request, it, **{str(section): form})


def finish(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = report_to(request, pk, "finish")
    untold = report_finishing.untold(it.audit)
    note = _("Text and files then stay as they are, and the supplier gets a mail. A later correction is a new version beside it.")
    if untold:
        note += " " + _("The supplier is also told of these findings, and their limits begin:")
    return _asked(
        request,
        it,
        report_finishing.finish,
        form=FinishForm(posted(request), initial={"result": it.audit.result}),
        title=_("Make the report final"),
        label=_("Make it final"),
        note=note,
        names=[f"{finding}: {finding.title}" for finding in untold],
        told=_("The report is final. The supplier is told."),
    )


def drop(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = report_to(request, pk, "drop")
    return _asked(
        request,
        it,
        audit_reporting.drop,
        title=_("Drop the draft"),
        label=_("Drop it"),
        note=_("Nobody outside has read it. Its words stay in the history of the tool, and are not used."),
        told=_("The draft is dropped."),
        next_url=audit_doors.address_of(it.audit),
        is_dangerous=True,
    )


def _asked(request: SignedInRequest, it: WrittenReport, service: Callable[..., None], **words: Any) -> HttpResponse:
    text = f"{it.audit.supplier.name} · {it.audit.framework.title}"
    act = partial(service, report=it, actor=request.user, **clock.read())
    return asked(request, act, text=text, back_url=address_of(it), **words)
