"""A supplier on one page, to print for a meeting."""

from uuid import UUID

from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.models import Organisation
from accounts.requests import SignedInRequest
from contracts.models import Framework
from core import clock, files
from core.errors import NotAllowed
from followup import supplier_pack
from followup.views.doors import key_of


@require_safe
def pack(request: SignedInRequest, pk: UUID) -> FileResponse:
    """On all its agreements, or on the one in the address. Ours only: it says how we see the supplier."""
    if not request.user.works_here:
        raise NotAllowed
    supplier = get_object_or_404(Organisation.objects.visible_to(request.user).suppliers(), pk=pk)
    framework = None
    if key := request.GET.get("framework", ""):
        framework = get_object_or_404(Framework.objects.visible_to(request.user), pk=key_of(key))
    said = supplier_pack.words(supplier, framework=framework, viewer=request.user, today=clock.today())
    return files.handed_out(supplier_pack.made(said))
