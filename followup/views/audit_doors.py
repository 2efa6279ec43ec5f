"""What every page about an audit does first, and what its forms choose among."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.requests import SignedInRequest
from contracts.models import Framework, Obligation
from core import access, clock, states
from followup import audit_days, reading
from followup.models import Audit, Programme, Site
from followup.states import AUDIT
from notifications import calendars

ABOUT = ("framework__organisation", "framework__scope", "supplier", "deadline__organisation", "auditor", "lead__person")
MORE = ("site", "listed_scheme", "programme", "re_audit_of", "created_by__person")


def audit_for(request: SignedInRequest, pk: UUID, change: str | None = None) -> Audit:
    """The audit, if it exists for this person (404) and their role may make the change (403). The body is not read yet."""
    visible = Audit.objects.visible_to(request.user).select_related(*ABOUT, *MORE)
    if request.user.works_here:
        visible = visible.prefetch_related("framework__options")  # what speaks against the day
    it: Audit = get_object_or_404(visible, pk=pk)
    if change is not None:
        access.require(request.user, AUDIT[change].needs, it)
    return it


def audit_to(request: SignedInRequest, pk: UUID, change: str) -> Audit:
    """To make the change: as `audit_for`, and it is possible now (409)."""
    it = audit_for(request, pk, change)
    states.check(AUDIT, it, change, actor=request.user)
    return it


def address_of(it: Audit, anchor: str = "") -> str:
    return reverse("followup:audit", args=[it.pk]) + (f"#{anchor}" if anchor else "")


def warnings(it: Audit) -> list[str]:
    """What speaks against the day."""
    if not it.is_coming:
        return []
    is_to_be_told = audit_days.is_to_be_told(it.status, it.announcement)
    coming = audit_days.Coming(it.deadline.due_on, it.supplier.country, it.framework.runs_until, is_to_be_told)
    return audit_days.warnings(coming, calendars.read(), clock.today())


def obligations_of(request: SignedInRequest, framework: Framework, supplier: Organisation) -> Sequence[Obligation]:
    """What binds the supplier on the agreement today, in the order of the requirements."""
    seen = Obligation.objects.visible_to(request.user).on(clock.today())
    bound = seen.filter(framework=framework, supplier=supplier, requirement__withdrawn_on=None)
    return list(bound.select_related("requirement", "lot").order_by("requirement__number", "lot__number"))


def choices(request: SignedInRequest, supplier: Organisation, but: Audit | None = None) -> dict[str, Any]:
    """What the form of a plan chooses among."""
    earlier = Audit.objects.visible_to(request.user).filter(supplier=supplier, performed_on__isnull=False).order_by("-performed_on")
    return {
        "earlier": earlier.exclude(pk=but.pk) if but else earlier,
        "firms": Organisation.objects.visible_to(request.user).filter(kind=Organisation.Kind.AUDITOR).order_by("name"),
        "staff": reading.staff(),
        "sites": sites_of(request, supplier, but),
        "programmes": Programme.objects.visible_to(request.user).open().order_by("-year", "title"),
    }


def sites_of(request: SignedInRequest, supplier: Organisation, it: Audit | None = None) -> Any:
    """The supplier's sites that an audit can be held at, and the one that is chosen already."""
    seen = Site.objects.visible_to(request.user).filter(supplier=supplier)
    return (seen.auditable() | seen.filter(pk=it.site_id if it else None)).order_by("name_key")


def who(it: Audit) -> str:
    """Who audits, in words for both sides."""
    return it.auditor.name if it.auditor else _("we ourselves")
