"""What a device needs to open a sheet without a net: the service worker, and the manifest by which the page is put on its home screen."""

from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from followup.views.sheet_doors import audit_for

WORKER = "followup/sheet_worker.js"


@login_not_required
@require_safe
def worker(request: HttpRequest) -> HttpResponse | FileResponse:
    """The same for everybody. Its address decides which pages it may serve: those below `/audits/`."""
    found = finders.find(WORKER)
    if not isinstance(found, str):
        raise Http404
    with open(found, "rb") as file:
        return HttpResponse(file.read(), content_type="text/javascript", headers={"Cache-Control": "no-cache"})


@require_safe
def manifest(request: SignedInRequest, pk: UUID) -> JsonResponse:
    it, address = audit_for(request, pk), reverse("followup:sheet", args=[pk])
    content = {
        "id": address,
        "name": _("Sheet: %(supplier)s") % {"supplier": it.supplier.name},
        "short_name": it.supplier.name[:12],
        "description": settings.ORGANISATION_NAME,
        "start_url": address,
        "scope": address,
        "display": "standalone",
        "icons": [{"src": static("core/mark.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
    return JsonResponse(content, content_type="application/manifest+json")
