"""What the supplier does about a finding: says that it has read it, disputes it, plans, and shows what was done."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from core import clock, files, formsets, uploads
from core.clock import Clock
from core.errors import Invalid
from core.forms import blamed_on
from core.pages import done
from followup import reading
from followup.forms.finding_answers import Actions, DisputeForm, EvidenceForm, PlanForm
from followup.models import Finding
from followup.services import action_plans, finding_disputes, finding_evidence
from followup.services.action_plans import NewAction
from followup.views import finding_page
from followup.views.doors import key_of
from followup.views.finding_doors import address_of, finding_for, finding_to


@require_POST
def acknowledge(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = finding_for(request, pk, "acknowledge")
    finding_disputes.acknowledge(finding=it, actor=request.user, **clock.read())
    return done(request, _("Thank you. We know that you have read it."), address_of(it))


@require_POST
def dispute(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it, form = finding_for(request, pk, "dispute"), DisputeForm(request.POST)
    if form.is_valid():
        with blamed_on(form):
            finding_disputes.dispute(finding=it, actor=request.user, **form.cleaned_data, **clock.read())
            return done(
                request, _("We have got it. Somebody else than who found it decides, and we do not remind you meanwhile."), address_of(it)
            )
    return finding_page.theirs(request, it, dispute_form=form)


def plan(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The action plan on a page of its own: why it happened, and as many actions as are needed."""
    it = finding_to(request, pk, "plan")
    if request.method != "POST":
        return _plan_page(request, it, PlanForm(initial=_root_cause(it)), _before(it))
    if "more" in request.POST:
        form = PlanForm(initial=formsets.typed(PlanForm(), request.POST))
        return _plan_page(request, it, form, formsets.longer(Actions, request.POST))
    form, formset = PlanForm(request.POST), Actions(request.POST, prefix=formsets.PREFIX)
    if form.is_valid() & formset.is_valid():
        actions = [NewAction(**{name: row[name] for name in ("kind", "text", "responsible", "due_on")}) for row in formset.filled()]
        if _submitted(request, it, form, formset, actions):
            return done(request, _("Your action plan is sent. We look at it, and do not remind you meanwhile."), address_of(it))
    return _plan_page(request, it, form, formset, status=422)


def _submitted(request: SignedInRequest, it: Finding, form: PlanForm, formset: Any, actions: list[NewAction]) -> bool:
    """What the service finds wrong with an action is said in that action."""
    try:
        action_plans.submit(finding=it, root_cause=form.cleaned_data["root_cause"], actions=actions, actor=request.user, **clock.read())
    except Invalid as error:
        formsets.blame(form, formset, error.errors)
        return False
    return True


def _root_cause(it: Finding) -> dict[str, str]:
    last = it.plans.order_by("-number").first()
    return {"root_cause": last.root_cause} if last else {}


def _before(it: Finding) -> Any:
    """What was sent back, to be written on; or one empty action."""
    last = it.plans.order_by("-number").first()
    rows = last.actions.select_related("deadline") if last else []
    shown = [{"kind": a.kind, "text": a.text, "responsible": a.responsible, "due_on": a.deadline.due_on} for a in rows]
    return formsets.shown(Actions, shown, more=0 if shown else 1)


def _plan_page(request: SignedInRequest, it: Finding, form: PlanForm, formset: Any, *, status: int = 200) -> HttpResponse:
    last = it.plans.order_by("-number").prefetch_related("actions").first()
    context = {"it": it, "form": form, "formset": formset, "last": last, "until": it.framework.runs_until, "back_url": address_of(it)}
    return render(request, "followup/finding_plan.html", context, status=status)


@csrf_exempt  # the check reads the body, and that waits until we know that this person may send one
@require_POST
def save(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return csrf_protect(_save)(request, finding_for(request, pk, "upload"))


@csrf_exempt
@require_POST
def send(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return csrf_protect(_send)(request, finding_for(request, pk, "evidence"))


def _save(request: SignedInRequest, it: Finding) -> HttpResponse:
    form = _kept(request, it, clock.read())
    if form.errors:
        return finding_page.theirs(request, it, evidence_form=form)
    text = _("The file was removed.") if request.POST.get("remove") else _("Saved. You can close the page and come back.")
    return done(request, text, address_of(it, "mend"))


def _send(request: SignedInRequest, it: Finding) -> HttpResponse:
    """What was written and added is kept first, so that a fault loses nothing."""
    at = clock.read()
    if it.status == Finding.Status.EVIDENCE_SUBMITTED:
        messages.info(request, _("This has been delivered already."))
        return HttpResponseRedirect(address_of(it))
    form = _kept(request, it, at)
    if not form.errors:
        with blamed_on(form):
            finding_evidence.submit(finding=it, actor=request.user, **at)
    if form.errors:
        return finding_page.theirs(request, it, evidence_form=form)
    return done(request, _("We have received it. We look at it, and do not remind you meanwhile."), address_of(it))


def _kept(request: SignedInRequest, it: Finding, at: Clock) -> EvidenceForm:
    """The text, and each file by itself: one that we cannot take stops neither the text nor the others."""
    usable = reading.usable_again(it, today=at["today"])
    form, refused = EvidenceForm(request.POST, request.FILES, usable=usable), request.META.get(uploads.REFUSED)
    with blamed_on(form):
        if refused:
            raise refused
    again = form.cleaned_data.get("again", []) if form.is_valid() else []
    with blamed_on(form):
        finding_evidence.save(
            finding=it,
            statement=request.POST.get("statement", ""),
            seen_mark=request.POST.get("seen-statement"),
            again=again,
            removed=key_of(request.POST.get("remove", "")),
            actor=request.user,
            **at,
        )
    for field in () if refused else ("files", "photos"):  # what was refused is not there any more
        for content in request.FILES.getlist(field):
            with blamed_on(form), files.kept(files.inspect_all([content], field)) as kept:
                finding_evidence.save(finding=it, files=kept, actor=request.user, **at)
    return form


@csrf_exempt
@require_POST
def finish_action(request: SignedInRequest, pk: UUID, action: UUID) -> HttpResponse:
    return csrf_protect(_finish_action)(request, finding_for(request, pk, "finish_action"), action)


def _finish_action(request: SignedInRequest, it: Finding, action: UUID) -> HttpResponse:
    row = get_object_or_404(action_plans.actions_of(it), pk=action)
    checked = files.received(request, "files")
    with files.kept(checked) as kept:
        finding_evidence.finish_action(finding=it, action=row, files=kept, actor=request.user, **clock.read())
    return done(request, _("Thank you. The action is marked as done."), address_of(it, "plan"))
