"""Bringing in agreements from published notices: send a file, look at what it would do, confirm."""

from collections import Counter
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.permissions import Action
from accounts.requests import SignedInRequest
from contracts import forms
from contracts.models import ImportRun
from contracts.ocds.problems import Problem
from contracts.ocds.rows import Outcome, Row
from contracts.services import imports
from core import access, clock, uploads
from core.forms import blamed_on
from core.pages import done

MOST_SHOWN = 300
ORDER = (Outcome.CREATED, Outcome.UPDATED, Outcome.SKIPPED, Outcome.REJECTED, Outcome.UNCHANGED)


def begin(request: SignedInRequest) -> HttpResponse:
    access.require(request.user, Action.FRAMEWORK_IMPORT)
    is_sent = request.method == "POST"
    form = forms.NoticeForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    if refused := request.META.get(uploads.REFUSED):
        raise refused
    if is_sent and form.is_valid():
        with blamed_on(form):
            file = form.cleaned_data["file"]
            run = imports.begin(file=file, name=file.name, actor=request.user, now=clock.now())
            return HttpResponseRedirect(reverse("contracts:import", args=[run.pk]))
    runs = ImportRun.objects.visible_to(request.user).select_related("started_by__person").order_by("-created_at")
    context = {"form": form, "runs": runs.defer("report")[:10]}
    return render(request, "contracts/import_begin.html", context, status=422 if is_sent else 200)


def run(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """How far it is; the preview; what was done. The page looks again by itself while somebody is at it."""
    it = get_object_or_404(ImportRun.objects.visible_to(request.user).select_related("started_by__person"), pk=pk)
    access.require(request.user, Action.FRAMEWORK_IMPORT)
    if request.method == "POST":
        imports.confirm(run=it, chosen=request.POST.getlist("chosen"), actor=request.user, now=clock.now())
        return HttpResponseRedirect(reverse("contracts:import", args=[pk]))
    lines = [Row.from_json(line) for line in it.report if "outcome" in line]
    shown = _wanted(request, lines)
    context = {
        "it": it,
        "notes": [Problem.from_json(line["note"]) for line in it.report if "note" in line],
        "rows": shown[:MOST_SHOWN],
        "suggested": [row.ocid for row in lines if row.is_suggested and row not in shown[:MOST_SHOWN]],
        "left_out": max(len(shown) - MOST_SHOWN, 0),
        "counts": _counts(lines),
        "outcome": request.GET.get("outcome", ""),
        "total": len(lines),
        "is_working": it.state in (ImportRun.State.READING, ImportRun.State.RUNNING),
        "effect": sum(row.outcome in (Outcome.CREATED, Outcome.UPDATED) for row in lines),
        "reminders": _reminders(lines),
        "may_choose": any(row.outcome == Outcome.SKIPPED for row in lines),
    }
    return render(request, "contracts/import.html", context)


def _reminders(lines: list[Row]) -> list[tuple[date, int]]:
    """What bringing it in would have sent, by day. Options and expiry of an agreement taken in late are told of at once."""
    counted: Counter[str] = Counter()
    for row in lines:
        counted.update(row.reminders)
    return [(date.fromisoformat(day), count) for day, count in sorted(counted.items())]


def _wanted(request: SignedInRequest, lines: list[Row]) -> list[Row]:
    """What can be taken in as an agreement first: there a person has to decide."""
    wanted = request.GET.get("outcome", "")
    rows = [row for row in lines if not wanted or row.outcome == wanted]
    return sorted(rows, key=lambda row: (not row.is_suggested, ORDER.index(row.outcome)))


def _counts(lines: list[Row]) -> list[dict[str, Any]]:
    counted = Counter(row.outcome for row in lines)
    return [{"outcome": outcome.value, "count": counted[outcome]} for outcome in ORDER if counted[outcome]]


@require_POST
def drop(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = get_object_or_404(ImportRun.objects.visible_to(request.user), pk=pk)
    imports.drop(run=it, actor=request.user, now=clock.now())
    return done(request, _("The file has been put away. Nothing was brought in."), reverse("contracts:import-begin"))
