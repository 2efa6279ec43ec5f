"""Documents: the supplier's own, where each is used, and handing files out."""

from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from core import clock, files, listing, paging, thumbnails
from core.errors import NotAllowed
from core.paging import Order
from followup import reading
from followup.filters import DocumentFilters
from followup.models import Attachment, Document

ORDERS = paging.both_ways(received_at=Order("received_at"))


def documents(request: SignedInRequest) -> HttpResponse:
    """A supplier sees its own, with how long each is valid; we see what has been delivered to us."""
    if not request.user.works_here and not request.user.supplier_ids:
        raise NotAllowed
    rows = reading.with_renewals(reading.with_uses(Document.objects.visible_to(request.user), request.user), request.user)
    filters = DocumentFilters(request.GET, queryset=rows)
    context = {
        "listing": listing.of(request, filters, orders=ORDERS, usual="-received_at"),
        "today": clock.today(),
        "is_ours": request.user.works_here,
        "has_several": request.user.works_here or len(request.user.supplier_ids) > 1,
    }
    return render(request, "followup/documents.html", context)


def content(request: SignedInRequest, pk: UUID) -> FileResponse:
    return files.download(get_object_or_404(Document.objects.visible_to(request.user), pk=pk))


@require_safe
def small(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    return thumbnails.handed_out(request, get_object_or_404(Document.objects.visible_to(request.user), pk=pk))


def attachment(request: SignedInRequest, pk: UUID) -> FileResponse:
    return files.download(get_object_or_404(Attachment.objects.visible_to(request.user), pk=pk))
