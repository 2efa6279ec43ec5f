"""Audit programmes: the list, one with its figures and audits, and what is done with it. Ours alone."""

from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.permissions import Action
from accounts.requests import SignedInRequest
from core import access, clock, listing, paging, states
from core.forms import blamed_on
from core.models import History
from core.pages import asked, done, form_page, posted
from core.paging import Order
from followup.filters_sites import ProgrammePageFilters
from followup.forms.programmes import ProgrammeForm
from followup.models import Audit, Programme
from followup.programme_reading import figures_of
from followup.services import programmes
from followup.states import AUDIT, PROGRAMME

ORDERS = paging.both_ways(year=Order("year"), created_at=Order("created_at"))
WRITTEN = ("title", "year", "purpose", "reason", "budget", "currency")
MOST_AUDITS = 100
PLANNED_AHEAD = timedelta(days=92)
"""From October on it is next year's audits that are planned."""
MOST_HISTORY = 50


def index(request: SignedInRequest) -> HttpResponse:
    access.require(request.user, Action.PROGRAMME_READ)
    filters = ProgrammePageFilters(request.GET, queryset=Programme.objects.visible_to(request.user))
    found = listing.of(request, filters, orders=ORDERS, usual="-year")
    figures = figures_of(found.rows)
    context = {
        "listing": found,
        "rows": [(it, figures[it.pk]) for it in found.rows],
        "may_edit": access.may(request.user, Action.PROGRAMME_EDIT),
    }
    return render(request, "followup/programmes.html", context)


def _programme(request: SignedInRequest, pk: UUID, change: str | None = None) -> Programme:
    """The programme, if it exists for this person (404) and their role may make the change (403)."""
    it: Programme = get_object_or_404(Programme.objects.visible_to(request.user).select_related("created_by__person"), pk=pk)
    if change is not None:
        access.require(request.user, PROGRAMME[change].needs)
        states.check(PROGRAMME, it, change, actor=request.user)
    return it


def one(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it, user = _programme(request, pk), request.user
    audits = Audit.objects.visible_to(user).filter(programme=it).select_related("framework", "supplier", "deadline")
    context = {
        "it": it,
        "figures": figures_of([it])[it.pk],
        "audits": list(audits.order_by("planned_on", "id")[:MOST_AUDITS]),
        "possible": states.possible(PROGRAMME, it, user),
        "may_plan": it.status == Programme.Status.OPEN and access.may(user, AUDIT["edit"].needs),
        "today": clock.today(),
        "history": list(History.objects.visible_to(user).of(it).order_by("-at", "-id")[:MOST_HISTORY]),
    }
    return render(request, "followup/programme.html", context)


def new(request: SignedInRequest) -> HttpResponse:
    access.require(request.user, Action.PROGRAMME_EDIT)
    form = ProgrammeForm(posted(request), initial={"year": (clock.today() + PLANNED_AHEAD).year})
    if form.is_valid():
        with blamed_on(form):
            it = programmes.create(actor=request.user, now=clock.now(), **form.cleaned_data)
            return done(request, _("The programme is made. Plan its audits now."), address_of(it))
    title, back_url = _("Make an audit programme"), reverse("followup:programmes")
    context = {"form": form, "title": title, "label": _("Make the programme"), "back_url": back_url}
    return form_page(request, "followup/programme_form.html", context)


def edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = _programme(request, pk, "edit")
    form = ProgrammeForm(posted(request), initial={name: getattr(it, name) for name in WRITTEN})
    if form.is_valid():
        with blamed_on(form):
            programmes.edit(programme=it, actor=request.user, now=clock.now(), **form.cleaned_data)
            return done(request, _("The programme is changed."), address_of(it))
    title = _("Change the programme")
    context = {"form": form, "it": it, "title": title, "label": _("Save"), "back_url": address_of(it)}
    return form_page(request, "followup/programme_form.html", context)


def close(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return _asked(
        request,
        pk,
        "close",
        programmes.close,
        title=_("Close the programme"),
        label=_("Close it"),
        note=_("No audit can be planned in it any more. Its audits, costs and history stay."),
        told=_("The programme is closed."),
    )


def reopen(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return _asked(
        request,
        pk,
        "reopen",
        programmes.reopen,
        title=_("Open the programme again"),
        label=_("Open it"),
        note=_("Audits can be planned in it again."),
        told=_("The programme is open again."),
    )


def _asked(request: SignedInRequest, pk: UUID, change: str, service: Any, **words: Any) -> HttpResponse:
    it = _programme(request, pk, change)
    act = partial(service, programme=it, actor=request.user, now=clock.now())
    return asked(request, act, text=f"{it.title}, {it.year}", back_url=address_of(it), **words)


def address_of(it: Programme) -> str:
    return reverse("followup:programme", args=[it.pk])
