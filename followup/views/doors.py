"""What every page about a request does first, and the few manners they share."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from core import states
from core.errors import NotAllowed
from core.paging import Page
from followup.models import DocumentRequest
from followup.states import DOCUMENT_REQUEST

ABOUT = ("framework__organisation", "supplier", "deadline__organisation")


def request_for(request: HttpRequest, pk: UUID, change: str | None = None) -> DocumentRequest:
    """The request, if it exists for this person (404) and their role may make the change (403). The body is not read yet."""
    it: DocumentRequest = get_object_or_404(DocumentRequest.objects.visible_to(request.user).select_related(*ABOUT), pk=pk)
    if change is not None:
        must_may(request, it, change)
    return it


def must_may(request: HttpRequest, it: DocumentRequest, change: str) -> None:
    if not request.user.may(DOCUMENT_REQUEST[change].needs, scope_id=it.scope_id, organisation_id=it.organisation_id):
        raise NotAllowed


def possible(request: HttpRequest, it: DocumentRequest) -> set[str]:
    return states.possible(DOCUMENT_REQUEST, it, request.user)


def page_of(it: DocumentRequest, anchor: str = "") -> str:
    return reverse("followup:document-request", args=[it.pk]) + (f"#{anchor}" if anchor else "")


def done(request: HttpRequest, text: str, it: DocumentRequest, anchor: str = "") -> HttpResponse:
    """Say what was done and go back to the request's page."""
    messages.success(request, text)
    return HttpResponseRedirect(page_of(it, anchor))


def form_page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A form's page: 422 when what was sent had faults, so that htmx shows it too."""
    return render(request, template, context, status=422 if request.method == "POST" else 200)


def neighbours(request: HttpRequest, page: Page[Any]) -> dict[str, str | None]:
    return {"next_url": _at(request, page.next), "previous_url": _at(request, page.previous)}


def _at(request: HttpRequest, cursor: str | None) -> str | None:
    if cursor is None:
        return None
    query = request.GET.copy()
    query["cursor"] = cursor
    return f"?{query.urlencode()}"
