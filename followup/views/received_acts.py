"""What is done with what another body has shared with us: whose it is, put aside, taken up again, relied on."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Organisation
from accounts.requests import SignedInRequest
from contracts.models import Framework
from core import access, clock, files, locales, states
from core.errors import WrongState
from core.forms import blamed_on
from followup import uploaded_results
from followup.forms.received_results import AgreementForm, AsideForm, RelyForm, SupplierForm
from followup.models import ReceivedAudit, ReceivedFile
from followup.services import receiving, relying
from followup.states import RECEIVED_FILE
from followup.views.audit_doors import obligations_of
from followup.views.doors import form_page, key_of
from followup.views.received_results import file_for


def supplier(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = file_for(request, pk, "choose_supplier")
    states.check(RECEIVED_FILE, it, "choose_supplier", actor=request.user)
    suppliers = Organisation.objects.visible_to(request.user).suppliers().order_by("name")
    form = SupplierForm(_sent(request), suppliers=suppliers, initial={"supplier": it.supplier_id})
    if form.is_valid():
        with blamed_on(form):
            receiving.choose_supplier(file=it, supplier=form.cleaned_data["supplier"], actor=request.user, now=clock.read()["now"])
            return done(request, _("The supplier is chosen."), it)
    said: dict[str, Any] = it.said["supplier"]
    context = {
        "title": _("Choose the supplier"),
        "text": f"{said['name']} {said['identifier']['id']}",
        "note": _("We know nobody with this number. Choose only when you are sure that it is the same company."),
        "label": _("Choose"),
        "form": form,
        "back_url": address_of(it),
    }
    return form_page(request, "core/confirm.html", context)


def set_aside(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = file_for(request, pk, "set_aside")
    states.check(RECEIVED_FILE, it, "set_aside", actor=request.user)
    form = AsideForm(_sent(request))
    if form.is_valid():
        with blamed_on(form):
            receiving.set_aside(file=it, actor=request.user, now=clock.read()["now"], **form.cleaned_data)
            return done(request, _("Put aside."), it)
    note = _("The file stays, and can be taken up again. We rely on nothing in it.")
    if it.status == ReceivedFile.Status.IN_USE:
        note = _("For instance because the body has taken it back. What we rely on already stands; nothing more of it can be relied on.")
    context = {"title": _("Put the file aside"), "text": it.from_whom, "note": note, "label": _("Put it aside"), "form": form}
    return form_page(request, "core/confirm.html", {**context, "back_url": address_of(it)})


def take_up(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = file_for(request, pk, "take_up")
    states.check(RECEIVED_FILE, it, "take_up", actor=request.user)
    if request.method == "POST":
        receiving.take_up(file=it, actor=request.user, now=clock.read()["now"])
        return done(request, _("Taken up again."), it)
    context = {"title": _("Take the file up again"), "text": it.from_whom, "label": _("Take it up again"), "back_url": address_of(it)}
    return render(request, "core/confirm.html", context)


def rely(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """What the body signed stands; the rest somebody of ours answers for. Asked on one agreement at a time."""
    received = audit_for(request, pk, "rely")
    states.check(RECEIVED_FILE, received.file, "rely", actor=request.user)
    framework = _agreement(request, received)
    if isinstance(framework, HttpResponse):
        return framework
    assert received.file.supplier is not None
    form = RelyForm(_sent(request), obligations=obligations_of(request, framework, received.file.supplier))
    if form.is_valid():
        with blamed_on(form):
            by: dict[str, Any] = {"actor": request.user, **clock.read()}
            it = uploaded_results.rely(received, framework=framework, **form.cleaned_data, **by)
            messages.success(request, _("The audit is written down. Say now what it means for each requirement."))
            return HttpResponseRedirect(reverse("followup:audit", args=[it.pk]) + "#checked")
    context = {"form": form, "framework": framework, "received": received, "audits": [{"content": received.content}]}
    return form_page(request, "followup/received/rely.html", {**context, "back_url": address_of(received.file)})


def decline(request: SignedInRequest, pk: UUID) -> HttpResponse:
    received = audit_for(request, pk, "decline_audit")
    states.check(RECEIVED_FILE, received.file, "decline_audit", actor=request.user)
    form = AsideForm(_sent(request))
    if form.is_valid():
        with blamed_on(form):
            relying.decline(received=received, actor=request.user, **form.cleaned_data, **clock.read())
            return done(request, _("Kept: we do not rely on this audit."), received.file)
    said: dict[str, Any] = {"title": _("Do not rely on this audit"), "label": _("Do not rely on it"), "form": form}
    said["note"] = _("It stays in the file, and can be relied on later.")
    said["text"] = f"{received.file.from_whom}, {locales.long_day(received.performed_on)}"
    return form_page(request, "core/confirm.html", {**said, "back_url": address_of(received.file)})


@require_POST
def look_through(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = file_for(request, pk, "look_through")
    relying.look_through(file=it, actor=request.user, now=clock.read()["now"])
    return done(request, _("Looked through. What we rely on stands."), it)


def _agreement(request: SignedInRequest, received: ReceivedAudit) -> Framework | HttpResponse:
    """The one of the address, the only one there is, or the page that asks."""
    if received.file.supplier is None:
        raise WrongState(_("Say first which of our suppliers the file is about."))
    seen = Framework.objects.visible_to(request.user).select_related("organisation", "scope")
    concerned = seen.filter(participations__supplier=received.file.supplier).distinct().order_by("title")
    offered = concerned.where_may(request.user, RECEIVED_FILE["rely"].needs)
    if key := key_of(request.GET.get("framework", "")):
        return get_object_or_404(offered, pk=key)
    found = list(offered[:2])
    if len(found) == 1:
        return found[0]
    context = {"form": AgreementForm(frameworks=offered), "received": received, "has_any": bool(found)}
    return render(request, "followup/received/agreement.html", context)


def report(request: SignedInRequest, pk: UUID) -> FileResponse:
    """The report of one audit, taken out of the file."""
    found = relying.report_in(audit_for(request, pk))
    if found is None:
        raise Http404
    return files.as_download(FileResponse(found.content, content_type=found.content_type), found.name)


def audit_for(request: SignedInRequest, pk: UUID, change: str | None = None) -> ReceivedAudit:
    rows = ReceivedAudit.objects.visible_to(request.user).select_related("file__key", "file__supplier", "audit")
    it: ReceivedAudit = get_object_or_404(rows, pk=pk)
    if change is not None:
        access.require(request.user, RECEIVED_FILE[change].needs)
    return it


def _sent(request: SignedInRequest) -> Any:
    return request.POST if request.method == "POST" else None


def address_of(it: ReceivedFile) -> str:
    return reverse("followup:received-file", args=[it.pk])


def done(request: SignedInRequest, text: str, it: ReceivedFile) -> HttpResponse:
    messages.success(request, text)
    return HttpResponseRedirect(address_of(it))
