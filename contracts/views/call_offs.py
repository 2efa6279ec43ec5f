"""Orders placed on an agreement: the list, and writing one."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.requests import SignedInRequest
from contracts import forms
from contracts.filters import CallOffFilters
from contracts.models import CallOff
from contracts.services import call_offs
from contracts.views.doors import address, done, form_page, framework_for, part_for, shell
from core import clock, listing, paging
from core.forms import blamed_on
from core.paging import Order

ORDERS = paging.both_ways(created_at=Order("created_at"))
TAB = "framework-call-offs"


def of_framework(request: SignedInRequest, pk: UUID) -> HttpResponse:
    framework = framework_for(request, pk)
    today = clock.today()
    rows = framework.call_offs.visible_to(request.user).select_related("supplier", "agency", "lot")
    filters = CallOffFilters(request.GET, rows, user=request.user, today=today, framework=framework)
    context = {**shell(request, framework, TAB, today), "listing": listing.of(request, filters, orders=ORDERS, usual="-created_at")}
    return render(request, "contracts/framework_call_offs.html", context)


def add(request: SignedInRequest, pk: UUID) -> HttpResponse:
    framework = framework_for(request, pk, "call_off")
    form = forms.CallOffForm(request.POST or None, framework=framework, initial={"currency": framework.currency})
    if request.method == "POST" and form.is_valid():
        with blamed_on(form):
            call_offs.add(framework=framework, details=form.cleaned_data, actor=request.user, now=clock.read()["now"])  # type: ignore[arg-type]
            return done(request, _("The call-off has been added."), address(framework, TAB))
    return form_page(
        request, form, title=_("Add a call-off"), over=framework.title, label=_("Add the call-off"), back_url=address(framework, TAB)
    )


def edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it: CallOff = part_for(request, CallOff.objects.visible_to(request.user), pk, "call_off")
    names = ("reference", "title", "supplier", "lot", "agency", "signed_on", "value", "currency")
    form = forms.CallOffForm(request.POST or None, framework=it.framework, initial={name: getattr(it, name) for name in names})
    if request.method == "POST" and form.is_valid():
        with blamed_on(form):
            call_offs.edit(call_off=it, changes=form.cleaned_data, actor=request.user, now=clock.read()["now"])  # type: ignore[arg-type]
            return done(request, _("The call-off has been changed."), address(it.framework, TAB))
    return form_page(
        request, form, title=_("Change the call-off"), over=it.framework.title, label=_("Save"), back_url=address(it.framework, TAB)
    )
