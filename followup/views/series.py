"""Requests that come back: all series, one with its times, starting and changing it."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.permissions import Action
from accounts.requests import SignedInRequest
from contracts.models import Framework
from core import access, clock, listing, paging, states
from core.errors import NotAllowed
from core.forms import Form, blamed_on
from core.pages import asked, done, form_page, posted
from core.paging import Order
from followup.filters import SeriesFilters
from followup.forms.series import MoveForm, NewSeriesForm, NoForm, SeriesForm, WhyForm, initial_of
from followup.models import DocumentRequest, Series
from followup.services import series as services
from followup.states import SERIES
from followup.views.doors import key_of

ORDERS = paging.both_ways(created_at=Order("created_at"))
MOST_TIMES = 100


class Change(NamedTuple):
    """What one can do with a series: its form, and the words of its page. `{…}` in `text` is filled in."""

    form: type[Form]
    act: Callable[..., None]
    title: str | Promise
    label: str | Promise
    told: str | Promise
    needs_today: bool = True


CHANGES = {
    "move": Change(
        MoveForm,
        services.move,
        gettext_lazy("Move the next time"),
        gettext_lazy("Move it"),
        gettext_lazy("The next time is moved. Those after it stay where they were."),
    ),
    "skip": Change(
        WhyForm,
        services.skip,
        gettext_lazy("Leave the next time out"),
        gettext_lazy("Leave it out"),
        gettext_lazy("The next time is left out."),
        needs_today=False,
    ),
    "pause": Change(
        WhyForm, services.pause, gettext_lazy("Let the series rest"), gettext_lazy("Let it rest"), gettext_lazy("The series rests."), False
    ),
    "resume": Change(
        NoForm, services.resume, gettext_lazy("Let the series go on"), gettext_lazy("Go on"), gettext_lazy("The series goes on.")
    ),
    "end": Change(
        WhyForm, services.end, gettext_lazy("End the series"), gettext_lazy("End it"), gettext_lazy("The series is ended."), False
    ),
}


def listed(request: SignedInRequest) -> HttpResponse:
    if not request.user.works_here:
        raise NotAllowed
    rows = Series.objects.visible_to(request.user).select_related("framework").with_next()
    filters = SeriesFilters(request.GET, queryset=rows)
    found = listing.of(request, filters, orders=ORDERS, usual="-created_at")
    context = {"listing": found, "today": clock.today(), "may_ask": access.may(request.user, Action.DOCUMENT_REQUEST_SEND)}
    return render(request, "followup/series_list.html", context)


def new(request: SignedInRequest) -> HttpResponse:
    """On the agreement of the address; without one the person chooses among those it may ask on."""
    access.require(request.user, Action.DOCUMENT_REQUEST_SEND)
    key = key_of(request.GET.get("framework", ""))
    if key is None:
        return _choose(request)
    framework = get_object_or_404(Framework.objects.visible_to(request.user).select_related("organisation"), pk=key)
    access.require(request.user, Action.DOCUMENT_REQUEST_SEND, framework)
    form = NewSeriesForm(posted(request), framework=framework)
    if form.is_valid():
        with blamed_on(form):
            rhythm = {name: form.cleaned_data[name] for name in ("anchor_on", "interval", "unit")}
            made = services.start(framework=framework, wording=form.wording(), actor=request.user, **rhythm, **clock.read())
            return done(request, _("The series is begun."), reverse("followup:series", args=[made.pk]))
    return _form(request, form, _("New series of requests"), framework, reverse("contracts:framework-follow-up", args=[framework.pk]))


def _choose(request: SignedInRequest) -> HttpResponse:
    frameworks = Framework.objects.visible_to(request.user).filter(status=Framework.Status.SIGNED).order_by("title")
    mine = [each for each in frameworks if access.may(request.user, Action.DOCUMENT_REQUEST_SEND, each)]
    return render(request, "followup/series_choose.html", {"frameworks": mine})


def one(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = _found(request, pk)
    times = list(it.occurrences.order_by("-number")[:MOST_TIMES])
    made: dict[UUID | None, list[DocumentRequest]] = {}
    asked = DocumentRequest.objects.visible_to(request.user).filter(batch__in=[time.pk for time in times])
    for row in asked.select_related("supplier").order_by("supplier__name", "id"):
        made.setdefault(row.batch, []).append(row)
    context = {
        "it": it,
        "times": [(time, made.get(time.pk, [])) for time in times],
        "suppliers": list(it.suppliers.order_by("name")),
        "possible": states.possible(SERIES, it, request.user),
        "today": clock.today(),
    }
    return render(request, "followup/series.html", context)


def edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = _found(request, pk)
    states.check(SERIES, it, "edit", actor=request.user)
    form = SeriesForm(posted(request), framework=it.framework, initial=initial_of(it))
    if form.is_valid():
        with blamed_on(form):
            services.edit(series=it, wording=form.wording(), actor=request.user, now=clock.now())
            return done(
                request, _("The series is changed. What has been asked for stays as it is."), reverse("followup:series", args=[it.pk])
            )
    return _form(request, form, _("Change the series"), it.framework, reverse("followup:series", args=[pk]))


def change(request: SignedInRequest, pk: UUID, change: str) -> HttpResponse:
    """Move or skip the next time; let the series rest, go on, or end."""
    it = _found(request, pk)
    if change not in CHANGES:
        raise Http404
    states.check(SERIES, it, change, actor=request.user)
    what, at = CHANGES[change], clock.read()
    return asked(
        request,
        partial(what.act, series=it, actor=request.user, **(at if what.needs_today else {"now": at["now"]})),
        form=what.form(posted(request)),
        title=what.title,
        text=f"{it.title} · {it.framework}",
        label=what.label,
        told=what.told,
        back_url=reverse("followup:series", args=[pk]),
    )


def _found(request: SignedInRequest, pk: UUID) -> Series:
    rows = Series.objects.visible_to(request.user).select_related("framework__organisation", "template", "created_by__person")
    found: Series = get_object_or_404(rows, pk=pk)
    return found


def _form(request: SignedInRequest, form: Any, title: str, framework: Framework, back_url: str) -> HttpResponse:
    return form_page(request, "followup/series_form.html", {"form": form, "title": title, "framework": framework, "back_url": back_url})
