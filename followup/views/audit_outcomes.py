"""What came of an audit: written down, judged, closed; and audits made by others that we rely on."""

from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from contracts.models import Obligation
from contracts.services.obligations import passed_over
from core import access, clock, files, states, uploads
from core.forms import Form, blamed_on
from core.pages import asked, done, form_page, posted
from followup import sheet_noted
from followup.forms.audits import AuditJudgeForm, CancelForm, LogForm, ReusedForm
from followup.models import Audit
from followup.services import audit_outcomes, audit_report_files
from followup.states import AUDIT
from followup.views import audit_page
from followup.views.audit_doors import address_of, audit_for, audit_to, obligations_of, sites_of
from followup.views.audit_planning import chosen_place


@csrf_exempt  # the check reads the body, and that waits until we know that this person may send one
def log(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """That it was held and what came of it, with the report or before it."""
    return csrf_protect(_log)(request, audit_for(request, pk, "perform"))


def _log(request: SignedInRequest, it: Audit) -> HttpResponse:
    states.check(AUDIT, it, "report", actor=request.user)
    today = clock.today()
    held_on = it.performed_on or min(it.deadline.due_on, today)
    initial = {"performed_on": held_on, "result": it.result, "conclusion": it.conclusion}
    form = LogForm(*_sent(request), initial=initial)
    if checked := _received(request, form):
        with blamed_on(form), files.kept(checked[0]) as kept:
            said = {name: form.cleaned_data[name] for name in ("performed_on", "result", "conclusion")}
            audit_outcomes.log(audit=it, files=kept, actor=request.user, **said, **clock.read())
            return done(request, _what_was_logged(it, has_report=bool(kept)), address_of(it))
    context = {"form": form, "it": it, "back_url": address_of(it), "has_report": it.is_reported}
    return form_page(request, "followup/audit_log.html", context)


def _what_was_logged(it: Audit, *, has_report: bool) -> str:
    if has_report:
        return _("The audit is reported, and the supplier is told.")
    return _("Corrected.") if it.is_reported else _("Written down. The report is to come.")


def _sent(request: SignedInRequest) -> tuple[Any, ...]:
    return (request.POST, request.FILES) if request.method == "POST" else ()


def _received(request: SignedInRequest, form: Form) -> tuple[Sequence[files.CheckedFile]] | None:
    """The files that were sent, looked into, where the whole form can be used."""
    if request.method != "POST":
        return None
    with blamed_on(form):
        if refused := request.META.get(uploads.REFUSED):
            raise refused
        checked = files.inspect_all(request.FILES.getlist("report"), "report")
    return (checked,) if form.is_valid() else None


def take_report_away(request: SignedInRequest, pk: UUID, report: UUID) -> HttpResponse:
    """One that was added by mistake. Asks why, and says what that does not undo."""
    it = audit_to(request, pk, "take_report_away")
    file = get_object_or_404(it.reports.select_related("audit__supplier", "audit__framework__scope"), pk=report)
    form = CancelForm(posted(request))
    form.fields["reason"].help_text = _("Only we read this.")
    return asked(
        request,
        partial(audit_report_files.take_away, report=file, actor=request.user, now=clock.now()),
        form=form,
        title=_("Take the file away"),
        text=f"{it.supplier.name} · {file.name}",
        note=_("Nobody can open it here any more. Whoever has downloaded it still has it: tell them, if it is not theirs to read."),
        label=_("Take it away"),
        told=_("The file is taken away. The history keeps its name."),
        back_url=address_of(it),
        is_dangerous=True,
    )


@csrf_exempt
def reused(request: SignedInRequest) -> HttpResponse:
    """Write down an audit made by others, on the agreement and supplier of the address."""
    access.require(request.user, AUDIT["report"].needs)
    place = chosen_place(request, "report", _("Rely on an audit made by others"))
    if isinstance(place, HttpResponse):
        return place
    return csrf_protect(_reused)(request, *place)


def _reused(request: SignedInRequest, framework: Any, supplier: Any) -> HttpResponse:
    form = ReusedForm(*_sent(request), obligations=obligations_of(request, framework, supplier), sites=sites_of(request, supplier))
    if checked := _received(request, form):
        with blamed_on(form), files.kept(checked[0]) as kept:
            said = {name: value for name, value in form.cleaned_data.items() if name != "report"}
            it = audit_outcomes.log_reused(framework=framework, supplier=supplier, files=kept, actor=request.user, **said, **clock.read())
            return done(request, _("The audit is written down. Say now what it means for each requirement."), address_of(it, "checked"))
    context = {"form": form, "framework": framework, "supplier": supplier, "back_url": reverse("followup:audits")}
    return form_page(request, "followup/audit_reused.html", context)


@require_POST
def judge(request: SignedInRequest, pk: UUID, obligation: UUID) -> HttpResponse:
    it = audit_for(request, pk, "judge")
    bound: Obligation = get_object_or_404(it.obligations.select_related("requirement", "lot"), pk=obligation)
    form = AuditJudgeForm(request.POST, obligation=bound)
    if form.is_valid():
        with blamed_on(form):
            judgement = audit_outcomes.judge(audit=it, obligation=bound, actor=request.user, **form.cleaned_data, **clock.read())
            said_of = {"requirement": bound.requirement.title, "supplier": it.supplier.name}
            text = _("%(supplier)s is judged on “%(requirement)s”.") % said_of
            return done(request, " ".join([text, passed_over(judgement)]).strip(), address_of(it, f"checked-{bound.pk}"))
    return audit_page.show(request, it, **{f"judge-{obligation}": form})


def close(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = audit_to(request, pk, "close")
    return asked(
        request,
        partial(audit_outcomes.close, audit=it, actor=request.user, now=clock.now()),
        title=_("Close the audit"),
        text=f"{it.supplier.name} · {it.framework.title}",
        note=_before_closing(it),
        label=_("Close it"),
        told=_("The audit is closed."),
        back_url=address_of(it),
    )


def _before_closing(it: Audit) -> str:
    """What stands in the way, or would be forgotten."""
    if open_still := audit_outcomes.left_open(it):
        return open_still
    if noted := sheet_noted.waiting(sheet__audit=it).count():
        return _("Findings noted in the sheet are not logged (%(number)s), and cannot be logged from there afterwards.") % {"number": noted}
    return _("Everything that it found is mended or noted. Its report and its history stay.")
