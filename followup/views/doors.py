"""What every page about a request does first, and the few manners they share."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from accounts.requests import SignedInRequest
from core import states
from core.errors import NotAllowed, WrongState
from followup import date_words
from followup.models import DocumentRequest
from followup.states import DOCUMENT_REQUEST
from notifications import calendars

ABOUT = ("framework__organisation", "supplier", "deadline__organisation")
ROUND = ("deadline__round__submission__submitted_by__person", "deadline__round__review_deadline", "deadline__policy_version")
"""The present round and the limits it runs by, which a page shows."""


def request_for(request: SignedInRequest, pk: UUID, change: str | None = None) -> DocumentRequest:
    """The request, if it exists for this person (404) and their role may make the change (403). The body is not read yet."""
    it: DocumentRequest = get_object_or_404(DocumentRequest.objects.visible_to(request.user).select_related(*ABOUT, *ROUND), pk=pk)
    if change is not None:
        must_may(request, it, change)
    return it


def must_may(request: SignedInRequest, it: DocumentRequest, change: str) -> None:
    if not request.user.may(DOCUMENT_REQUEST[change].needs, scope_id=it.scope_id, organisation_id=it.organisation_id):
        raise NotAllowed


def possible(request: SignedInRequest, it: DocumentRequest) -> set[str]:
    return states.possible(DOCUMENT_REQUEST, it, request.user)


def page_of(it: DocumentRequest, anchor: str = "") -> str:
    return reverse("followup:document-request", args=[it.pk]) + (f"#{anchor}" if anchor else "")


def warn_of_day_off(request: SignedInRequest, it: DocumentRequest, day: date | None) -> None:
    """A date that somebody typed is kept whatever day it is; we say which day off it is, and whose."""
    for text in date_words.warnings([day] if day else [], it.supplier.country, calendars.read()):
        messages.warning(request, text)


def whole(request: SignedInRequest, answer: HttpResponse) -> HttpResponse:
    """The whole page anew, also where a part of it was asked for: more has changed than that part."""
    return HttpResponseClientRedirect(answer["Location"].partition("#")[0]) if request.headers.get("HX-Request") else answer


def key_of(text: str) -> UUID | None:
    """An id that somebody wrote into an address or a form; what is none belongs to nothing."""
    try:
        return UUID(text)
    except ValueError:
        return None


def batch_of(request: SignedInRequest, batch: UUID) -> list[DocumentRequest]:
    """The requests that were made in one go. A supplier knows nothing of the others, so for it there is none (404)."""
    visible = DocumentRequest.objects.visible_to(request.user).select_related("framework__scope", *ABOUT)
    found = list(visible.filter(batch=batch).order_by("supplier__name", "id"))
    if not found or not request.user.works_here:
        raise Http404
    return found


def drafts_of(request: SignedInRequest, batch: UUID) -> list[DocumentRequest]:
    """Those of them that can still be changed (409 without any), by whom it may be done (403)."""
    found = batch_of(request, batch)
    must_may(request, found[0], "edit")
    drafts = [it for it in found if it.status == DocumentRequest.Status.DRAFT]
    if not drafts:
        raise WrongState(_("This has been sent, so it cannot be changed any more. Withdraw it, or ask anew."))
    return drafts
