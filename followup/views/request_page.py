"""The page of one request: ours to review and manage, or the supplier's to answer."""

from uuid import UUID

from django.http import HttpResponse

from accounts.requests import SignedInRequest
from followup.views import staff_page, supplier_page
from followup.views.doors import request_for
from notifications import kinds
from notifications.views.seen import seen


def document_request(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = request_for(request, pk)
    seen(request, kinds.REQUEST, it.pk)
    return staff_page.show(request, it) if request.user.works_here else supplier_page.show(request, it)
