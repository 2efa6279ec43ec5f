"""The start page of each role."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from accounts.permissions import Action
from accounts.requests import SignedInRequest
from core import access, clock
from followup.models import Audit
from reports import today


def start(request: SignedInRequest) -> HttpResponse:
    """Ours: what needs me today. A supplier: what it has to deliver. An agency: the agreements it may order from. A firm: its audits."""
    if request.user.works_here:
        return _ours(request)
    if request.user.supplier_ids:
        return HttpResponseRedirect(reverse("followup:wanted"))
    if request.user.agency_ids:
        return HttpResponseRedirect(reverse("contracts:frameworks"))
    is_auditor = bool(request.user.auditor_ids)
    if is_auditor and Audit.objects.visible_to(request.user).exists():
        return HttpResponseRedirect(reverse("followup:audits"))
    return render(request, "reports/nothing_here.html", {"is_auditor": is_auditor})


def _ours(request: SignedInRequest) -> HttpResponse:
    day = clock.today()
    context = {
        "found": today.of(request.user, day),
        "today": day,
        "may_ask": access.may(request.user, Action.DOCUMENT_REQUEST_EDIT),
    }
    return render(request, "reports/today.html", context)
