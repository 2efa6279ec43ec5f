"""Orders placed on an agreement: the list, and writing one."""

from collections import Counter
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.requests import SignedInRequest
from contracts import forms, ordering_sheet, reading
from contracts.filters import CallOffFilters
from contracts.models import CallOff, Framework
from contracts.services import call_offs
from contracts.views.doors import address, form_page, framework_for, part_for, shell
from core import clock, listing, paging, sheets
from core.forms import blamed_on
from core.pages import done
from core.paging import Order

ORDERS = paging.both_ways(created_at=Order("created_at"))
TAB = "framework-call-offs"


def of_framework(request: SignedInRequest, pk: UUID) -> HttpResponse:
    framework = framework_for(request, pk)
    found = listing.of(request, narrowed(request, framework), orders=ORDERS, usual="-created_at")
    context = {**shell(request, framework, TAB, clock.today()), "listing": found}
    return render(request, "contracts/framework_call_offs.html", context)


def narrowed(request: SignedInRequest, framework: Framework) -> CallOffFilters:
    """The list as the address describes it; the sheet downloads the same."""
    rows = framework.call_offs.visible_to(request.user).select_related("supplier", "agency", "lot")
    return CallOffFilters(request.GET, rows, user=request.user, today=clock.today(), framework=framework)


def add(request: SignedInRequest, pk: UUID) -> HttpResponse:
    framework = framework_for(request, pk, "call_off")
    form = forms.CallOffForm(request.POST or None, framework=framework, initial={"currency": framework.currency})
    if request.method == "POST" and form.is_valid():
        with blamed_on(form):
            call_offs.add(framework=framework, details=form.cleaned_data, actor=request.user, now=clock.now())  # type: ignore[arg-type]
            return done(request, _("The call-off has been added."), address(framework, TAB))
    return form_page(
        request, form, title=_("Add a call-off"), over=framework.title, label=_("Add the call-off"), back_url=address(framework, TAB)
    )


def bring_in(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Many at once from a spreadsheet, with a result for each row. A bad row stops no other."""
    framework = framework_for(request, pk, "call_off")
    is_sent = request.method == "POST"
    form = forms.SheetForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    results: list[call_offs.Result] = []
    if is_sent and form.is_valid():
        with blamed_on(form):
            rows = ordering_sheet.read(sheets.read_table(form.cleaned_data["file"]), reading.ordering_world(framework))
            results = call_offs.add_many(framework=framework, sheet=rows, actor=request.user, now=clock.now())
    context = {
        "form": form,
        "framework": framework,
        "results": sorted(results, key=lambda result: (result.outcome != "rejected", result.number)),
        "counts": Counter(result.outcome for result in results),
        "back_url": address(framework, TAB),
    }
    return render(request, "contracts/call_offs_import.html", context, status=422 if form.errors else 200)


def edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it: CallOff = part_for(request, CallOff.objects.visible_to(request.user), pk, "call_off")
    names = ("reference", "title", "supplier", "lot", "agency", "signed_on", "value", "currency")
    form = forms.CallOffForm(request.POST or None, framework=it.framework, initial={name: getattr(it, name) for name in names})
    if request.method == "POST" and form.is_valid():
        with blamed_on(form):
            call_offs.edit(call_off=it, changes=form.cleaned_data, actor=request.user, now=clock.now())  # type: ignore[arg-type]
            return done(request, _("The call-off has been changed."), address(it.framework, TAB))
    return form_page(
        request, form, title=_("Change the call-off"), over=it.framework.title, label=_("Save"), back_url=address(it.framework, TAB)
    )
