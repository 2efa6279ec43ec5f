"""What is done with what another body has shared with us: whose it is, put aside, taken up again, relied on."""

from functools import partial
from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpResponse
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
from core.pages import asked, done, form_page, posted
from followup import uploaded_results
from followup.forms.received_results import AgreementForm, AsideForm, RelyForm, SupplierForm
from followup.models import ReceivedAudit, ReceivedFile
from followup.services import receiving, relying
from followup.states import RECEIVED_FILE
from followup.views.audit_doors import obligations_of
from followup.views.doors import key_of
from followup.views.received_results import file_for, file_to


def supplier(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = file_to(request, pk, "choose_supplier")
    suppliers = Organisation.objects.visible_to(request.user).suppliers().order_by("name")
    said: dict[str, Any] = it.said["supplier"]
    return asked(
        request,
        partial(receiving.choose_supplier, file=it, actor=request.user, now=clock.now()),
        form=SupplierForm(posted(request), suppliers=suppliers, initial={"supplier": it.supplier_id}),
        title=_("Choose the supplier"),
        text=f"{said['name']} {said['identifier']['id']}",
        note=_("We know nobody with this number. Choose only when you are sure that it is the same company."),
        label=_("Choose"),
        told=_("The supplier is chosen."),
        back_url=address_of(it),
    )


def set_aside(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = file_to(request, pk, "set_aside")
    note = _("The file stays, and can be taken up again. We rely on nothing in it.")
    if it.status == ReceivedFile.Status.IN_USE:
        note = _("For instance because the body has taken it back. What we rely on already stands; nothing more of it can be relied on.")
    return asked(
        request,
        partial(receiving.set_aside, file=it, actor=request.user, now=clock.now()),
        form=AsideForm(posted(request)),
        title=_("Put the file aside"),
        text=it.from_whom,
        note=note,
        label=_("Put it aside"),
        told=_("Put aside."),
        back_url=address_of(it),
    )


def take_up(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = file_to(request, pk, "take_up")
    return asked(
        request,
        partial(receiving.take_up, file=it, actor=request.user, now=clock.now()),
        title=_("Take the file up again"),
        text=it.from_whom,
        label=_("Take it up again"),
        told=_("Taken up again."),
        back_url=address_of(it),
    )


def rely(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """What the body signed stands; the rest somebody of ours answers for. Asked on one agreement at a time."""
    received = audit_for(request, pk, "rely")
    states.check(RECEIVED_FILE, received.file, "rely", actor=request.user)
    framework = _agreement(request, received)
    if isinstance(framework, HttpResponse):
        return framework
    assert received.file.supplier is not None
    form = RelyForm(posted(request), obligations=obligations_of(request, framework, received.file.supplier))
    if form.is_valid():
        with blamed_on(form):
            by: dict[str, Any] = {"actor": request.user, **clock.read()}
            it = uploaded_results.rely(received, framework=framework, **form.cleaned_data, **by)
            return done(
                request,
                _("The audit is written down. Say now what it means for each requirement."),
                reverse("followup:audit", args=[it.pk]) + "#checked",
            )
    context = {"form": form, "framework": framework, "received": received, "audits": [{"content": received.content}]}
    return form_page(request, "followup/received/rely.html", {**context, "back_url": address_of(received.file)})


def decline(request: SignedInRequest, pk: UUID) -> HttpResponse:
    received = audit_for(request, pk, "decline_audit")
    states.check(RECEIVED_FILE, received.file, "decline_audit", actor=request.user)
    return asked(
        request,
        partial(relying.decline, received=received, actor=request.user, **clock.read()),
        form=AsideForm(posted(request)),
        title=_("Do not rely on this audit"),
        text=f"{received.file.from_whom}, {locales.long_day(received.performed_on)}",
        note=_("It stays in the file, and can be relied on later."),
        label=_("Do not rely on it"),
        told=_("Kept: we do not rely on this audit."),
        back_url=address_of(received.file),
    )


@require_POST
def look_through(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = file_for(request, pk, "look_through")
    relying.look_through(file=it, actor=request.user, now=clock.now())
    return done(request, _("Looked through. What we rely on stands."), address_of(it))


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


def address_of(it: ReceivedFile) -> str:
    return reverse("followup:received-file", args=[it.pk])
