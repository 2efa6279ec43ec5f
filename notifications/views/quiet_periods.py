"""Quiet periods: the organisation's own days off, and what another one would mean for the cases that run."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import model_to_dict
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.permissions import Action
from accounts.requests import SignedInRequest
from core import access, clock, sheets
from core.errors import NotAllowed
from core.forms import blamed_on
from notifications import quiet_periods, replanning
from notifications.forms import QuietPeriodForm
from notifications.models import QuietPeriod
from notifications.rendering import ROLE_WORDS
from notifications.replanning import Change, Summary
from notifications.templatetags.planning import message_words

HERE = "notifications:quiet-periods"
WEEKS = (28, 30)
"""The common holiday, by the weeks that most of the country has it."""


def listed(request: SignedInRequest) -> HttpResponse:
    if not request.user.works_here:
        raise NotAllowed
    context = {"periods": QuietPeriod.objects.all(), "may_edit": access.may(request.user, Action.POLICY_EDIT)}
    return render(request, "notifications/quiet_periods.html", context)


def new(request: SignedInRequest) -> HttpResponseBase:
    access.require(request.user, Action.POLICY_EDIT)
    return _edit(request, None)


def edit(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    access.require(request.user, Action.POLICY_EDIT)
    return _edit(request, get_object_or_404(QuietPeriod, pk=pk))


def remove(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Asked first, with what it moves."""
    access.require(request.user, Action.POLICY_EDIT)
    period, at = get_object_or_404(QuietPeriod, pk=pk), clock.read()
    if request.method == "POST" and "sheet" in request.POST:
        return _sheet(quiet_periods.what_if(None, period=period, today=at["today"]))
    if request.method == "POST":
        return _done(request, _("The quiet period is removed."), quiet_periods.remove(period=period, actor=request.user, **at))
    summary = replanning.summarise(quiet_periods.what_if(None, period=period, today=at["today"]))
    return render(request, "notifications/quiet_period_remove.html", {"period": period, "summary": summary, **at})


def _edit(request: SignedInRequest, period: QuietPeriod | None) -> HttpResponseBase:
    """Sent once, it is saved if nothing moves; else what would move is shown, and sending it again saves it."""
    initial = model_to_dict(period, quiet_periods.FIELDS) if period else _suggestion(request)
    form = QuietPeriodForm(request.POST if request.method == "POST" else None, initial=initial)
    at, summary = clock.read(), None
    if form.is_valid():
        with blamed_on(form):
            fields = quiet_periods.checked(form.cleaned_data)
            if "sheet" in request.POST:
                return _sheet(quiet_periods.what_if(fields, period=period, today=at["today"]))
            summary = replanning.summarise(quiet_periods.what_if(fields, period=period, today=at["today"]))
            if not summary.steps or request.POST.get("confirmed") == _shown(fields):
                saved = quiet_periods.save(fields=fields, period=period, actor=request.user, **at)
                return _done(request, _("The quiet period is saved."), saved)
    title = _("Change a quiet period") if period else _("New quiet period")
    is_faulty = request.method == "POST" and summary is None
    context = {"form": form, "title": title, "period": period, "summary": summary, "shown": summary and _shown(fields), **at}
    return render(request, "notifications/quiet_period.html", context, status=422 if is_faulty else 200)


def _shown(fields: dict[str, Any]) -> str:
    """What the difference was shown for: written otherwise since, it is shown anew."""
    return "|".join(str(fields[name]) for name in quiet_periods.FIELDS)


def _suggestion(request: SignedInRequest) -> dict[str, Any]:
    """The common holiday in July, for who asks for it: nothing is set by itself."""
    if "suggest" not in request.GET:
        return {}
    today = clock.today()
    year = today.year + (today > date.fromisocalendar(today.year, WEEKS[1], 7))
    first, last = date.fromisocalendar(year, WEEKS[0], 1), date.fromisocalendar(year, WEEKS[1], 7)
    return {"name": _("Common holiday"), "starts_on": first, "ends_on": last}


def _done(request: SignedInRequest, text: str, summary: Summary) -> HttpResponse:
    moved = ngettext("%(steps)d reminder was moved.", "%(steps)d reminders were moved.", summary.steps) % {"steps": summary.steps}
    messages.success(request, f"{text} {moved}" if summary.steps else text)
    return HttpResponseRedirect(reverse(HERE))


def _sheet(changes: Iterator[Change]) -> HttpResponseBase:
    header = [_("Case"), _("Agreement"), _("Owed by"), _("Message"), _("To"), _("Planned"), _("Would be")]
    return sheets.spreadsheet(name=_("What changes"), header=header, rows=map(_cells, changes))


def _cells(change: Change) -> list[Any]:
    about, step = change.deadline, change.step
    to = ROLE_WORDS.get(step.audience, step.audience)
    return [about.title, about.scope.name, about.organisation.name, message_words(change), to, change.before, change.after]
