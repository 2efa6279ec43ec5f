"""What every page about an audit's sheet does first."""

from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import get_language

from accounts.requests import SignedInRequest
from core.errors import NotAllowed
from followup.models import Audit, AuditSheet
from followup.services import sheets

ABOUT = ("framework", "supplier", "deadline", "auditor", "sheet")


def audit_for(request: SignedInRequest, pk: UUID) -> Audit:
    """The audit, if it is there for this person (404) and they carry it out (403). The body is not read yet."""
    it: Audit = get_object_or_404(Audit.objects.visible_to(request.user).select_related(*ABOUT), pk=pk)
    if not sheets.may_open(request.user, it):
        raise NotAllowed
    return it


def sheet_of(it: Audit) -> AuditSheet | None:
    """Read with the audit. One who may open the audit's sheet may see it; there is no narrower rule."""
    return getattr(it, "sheet", None)


def sheet_for(request: SignedInRequest, pk: UUID) -> AuditSheet:
    """The sheet of this audit, by the same rules."""
    found = sheet_of(audit_for(request, pk))
    if found is None:
        raise Http404
    return found


def language_of(request: SignedInRequest) -> str:
    return get_language() or request.user.person.language


def address_of(it: Audit, anchor: str = "") -> str:
    return reverse("followup:sheet", args=[it.pk]) + (f"#{anchor}" if anchor else "")
