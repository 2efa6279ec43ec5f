"""The scale of severity: how much time each grade gives, and what it asks of us. Administrators change it."""

from functools import partial
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.permissions import Action
from accounts.requests import SignedInRequest
from core import access, clock
from core.errors import NotAllowed
from core.pages import asked, posted
from followup.forms.findings import SeverityForm
from followup.models import Severity
from followup.services import severities


def index(request: SignedInRequest) -> HttpResponse:
    if not request.user.works_here:
        raise NotAllowed
    order = list(Severity.Code)
    rows = sorted(Severity.objects.all(), key=lambda row: order.index(Severity.Code(row.code)))
    context = {"severities": rows, "may_edit": access.may(request.user, Action.SEVERITY_EDIT)}
    return render(request, "followup/severities.html", context)


def edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    access.require(request.user, Action.SEVERITY_EDIT)
    row = get_object_or_404(Severity, pk=pk)
    return asked(
        request,
        partial(severities.edit, severity=get_object_or_404(Severity, pk=pk), actor=request.user, now=clock.now()),
        form=SeverityForm(posted(request), instance=row),
        title=capfirst(str(row)),
        text=_("An empty number means that there is no such date."),
        note=_("Dates that a supplier has been told stand."),
        label=_("Save"),
        told=_("Saved. It holds for findings that are told from now on."),
        back_url=reverse("followup:severities"),
    )
