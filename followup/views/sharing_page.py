"""One sharing of results, as each side meets it: with whom, by what right, and exactly what is told."""

from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.requests import SignedInRequest
from core import access, clock, files, states
from core.models import History
from followup.models import Sharing, SharingFile
from followup.results import content
from followup.services import briefs
from followup.states import SHARING
from notifications import deadlines, kinds
from notifications.views.seen import seen

ABOUT = ("framework__organisation", "framework__scope", "supplier", "clause", "decided_by__person", "created_by__person", "answer_deadline")
MOST_HISTORY = 100
MOST_FILES = 100


def sharing_for(request: SignedInRequest, pk: UUID, change: str | None = None) -> Sharing:
    """The sharing, if it exists for this person (404) and their role may make the change (403)."""
    it: Sharing = get_object_or_404(Sharing.objects.visible_to(request.user).select_related(*ABOUT), pk=pk)
    if change is not None:
        access.require(request.user, SHARING[change].needs, it)
    return it


def sharing_to(request: SignedInRequest, pk: UUID, change: str) -> Sharing:
    """To make the change: as `sharing_for`, and it is possible now (409)."""
    it = sharing_for(request, pk, change)
    states.check(SHARING, it, change, actor=request.user)
    return it


def one(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it, today = sharing_for(request, pk), clock.today()
    seen(request, kinds.SHARING, it.pk)
    told = content.of(it)
    context = {
        "it": it,
        "state": it.state(today),
        "today": today,
        "possible": states.possible(SHARING, it, request.user),
        "audits": [{"content": audit} for audit in told["audits"]],
        "files": it.files.all()[:MOST_FILES],
    }
    return _to_us(request, context) if request.user.works_here else _to_supplier(request, context)


def _to_us(request: SignedInRequest, context: dict[str, Any]) -> HttpResponse:
    it = context["it"]
    context["can_be_fetched"] = it.is_open_on(context["today"]) and "fetch" in context["possible"]
    context["history"] = list(History.objects.visible_to(request.user).of(it).order_by("-at", "-id")[:MOST_HISTORY])
    context["is_silent"] = it.answer_deadline is not None and it.answer_deadline.is_open and it.answer_deadline.due_on < context["today"]
    context["can_be_taken_back"] = it.status == Sharing.Status.ENDED and "fetch" in context["possible"] and bool(context["files"])
    context["has_number"] = bool(it.framework.organisation.identifier)
    return render(request, "followup/sharing/page.html", context)


def _to_supplier(request: SignedInRequest, context: dict[str, Any]) -> HttpResponse:
    it = context["it"]
    if it.answer_deadline and request.method == "GET":
        deadlines.see(it.answer_deadline, now=clock.now())
    context["brief"] = briefs.of_agreement(it.framework)
    return render(request, "followup/sharing/to_supplier.html", context)


def file(request: SignedInRequest, pk: UUID) -> FileResponse:
    """A file as it was handed out: for our own records."""
    kept: SharingFile = get_object_or_404(SharingFile.objects.visible_to(request.user), pk=pk)
    return files.download(kept)
