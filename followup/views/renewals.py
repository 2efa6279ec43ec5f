"""What runs out: the supplier renews it, or we ask for a new one."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.permissions import Action
from accounts.requests import SignedInRequest
from core import access, clock
from core.pages import done
from followup.models import Document, DocumentRequest, Renewal
from followup.services import renewals
from notifications import deadlines, kinds, timeline
from notifications.views.seen import seen

ABOUT = ("framework__organisation", "supplier", "document__kind", "item__document_kind", "deadline__organisation", "request")


def renewal(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """What runs out and when, and the one thing to do about it."""
    it = _found(request, pk)
    at = clock.read()
    seen(request, kinds.RENEWAL, it.pk)
    if not request.user.works_here:
        deadlines.see(it.deadline, now=at["now"])
    asked = DocumentRequest.objects.visible_to(request.user).filter(pk=it.request_id).first()
    context = {
        "it": it,
        "today": at["today"],
        "is_ours": request.user.works_here,
        "asked": asked,
        "document": Document.objects.visible_to(request.user).filter(pk=it.document_id).first(),
        "obligations": list(it.obligations.visible_to(request.user).select_related("requirement", "lot").order_by("requirement__number")),
        "may_ask": it.deadline.is_open and access.may(request.user, Action.DOCUMENT_REQUEST_EDIT, it),
        "may_begin": it.deadline.is_open and not request.user.works_here and access.may(request.user, Action.DOCUMENT_UPLOAD, it),
        "entries": timeline.of([it.deadline_id], viewer=request.user),
    }
    return render(request, "followup/renewal.html", context)


@require_POST
def ask(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = _found(request, pk)
    access.require(request.user, Action.DOCUMENT_REQUEST_EDIT, it)
    made = renewals.ask(renewal=it, actor=request.user, **clock.read())
    return HttpResponseRedirect(reverse("followup:batch", args=[made.batch]))


@require_POST
def begin(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = _found(request, pk)
    access.require(request.user, Action.DOCUMENT_UPLOAD, it)
    made = renewals.begin(renewal=it, actor=request.user, **clock.read())
    return done(request, _("Add the new document here, and send it in."), reverse("followup:document-request", args=[made.pk]))


def _found(request: SignedInRequest, pk: UUID) -> Renewal:
    found: Renewal = get_object_or_404(Renewal.objects.visible_to(request.user).select_related(*ABOUT), pk=pk)
    return found
