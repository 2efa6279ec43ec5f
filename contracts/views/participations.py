"""The suppliers of an agreement: where they stand, from when, and whom we write to there."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.requests import SignedInRequest
from contracts import forms, reading
from contracts.models import Participation
from contracts.services import participations
from contracts.views.doors import address, form_page, framework_for, onward, part_for, shell
from core import clock
from core.forms import blamed_on
from core.pages import done

TAB = "framework-suppliers"


def of_framework(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Each supplier with its places and contacts; who was on the agreement before stands below."""
    framework = framework_for(request, pk)
    today = clock.today()
    places = reading.places_on(framework, user=request.user, today=today)
    context = {
        **shell(request, framework, TAB, today),
        "suspended": places.suspended,
        "lots": places.lots,
        "suppliers": reading.suppliers_of(framework, places.running, user=request.user, today=today),
        "former": places.former,
    }
    return render(request, "contracts/framework_suppliers.html", context)


def add(request: SignedInRequest, pk: UUID) -> HttpResponse:
    framework = framework_for(request, pk, "set_suppliers")
    form = forms.ParticipationForm(request.POST or None, framework=framework, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        with blamed_on(form):
            participations.add(framework=framework, actor=request.user, **form.cleaned_data, **clock.read())
            return done(request, _("The supplier is on the agreement."), onward(request, framework, TAB))
    return form_page(
        request,
        form,
        title=_("Add a supplier to the agreement"),
        over=framework.title,
        label=_("Add the supplier"),
        back_url=onward(request, framework, TAB),
        framework=framework,
        template="contracts/participation_form.html",
    )


def change(request: SignedInRequest, pk: UUID) -> HttpResponse:
    row: Participation = part_for(
        request, Participation.objects.visible_to(request.user).select_related("supplier", "lot"), pk, "set_suppliers"
    )
    form = forms.RankForm(request.POST or None, initial={"rank": row.rank, "share": row.share, "on": clock.today()})
    if request.method == "POST" and form.is_valid():
        with blamed_on(form):
            participations.change(participation=row, actor=request.user, **form.cleaned_data, **clock.read())
            return done(request, _("The rank has been changed. What was before stays in the history."), address(row.framework, TAB))
    return form_page(request, form, title=_("Change rank or share"), over=_over(row), label=_("Save"), back_url=address(row.framework, TAB))


def end(request: SignedInRequest, pk: UUID) -> HttpResponse:
    row: Participation = part_for(
        request, Participation.objects.visible_to(request.user).select_related("supplier", "lot"), pk, "set_suppliers"
    )
    form = forms.EndForm(request.POST or None, initial={"ends_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        with blamed_on(form):
            participations.end(participation=row, actor=request.user, **form.cleaned_data, **clock.read())
            return done(request, _("The supplier's participation ends."), address(row.framework, TAB))
    return form_page(
        request,
        form,
        title=_("End the participation"),
        over=_over(row),
        text=_("From the day after, no requirement of the agreement binds the supplier here."),
        label=_("End the participation"),
        back_url=address(row.framework, TAB),
        is_dangerous=True,
    )


def _over(row: Participation) -> str:
    return f"{row.supplier} · {row.lot or row.framework}"
