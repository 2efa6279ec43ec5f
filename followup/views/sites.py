"""Production sites as each side meets them: the list, its sheet, and one of them."""

from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from accounts.permissions import Action
from accounts.requests import SignedInRequest
from core import access, clock, listing, paging, sheets, states
from core.errors import NotAllowed
from core.listing import View
from core.models import History
from core.paging import Order
from followup.filters_sites import SitePageFilters
from followup.models import Audit, Site
from followup.states import SITE
from notifications import kinds
from notifications.views.seen import seen

ORDERS = paging.both_ways(name=Order("name_key"), created_at=Order("created_at"))
MOST_AUDITS = 50
MOST_HISTORY = 100


VIEWS = {
    "in_use": View(_("In use"), lambda sites, user: sites.in_use()),
    "to_confirm": View(_("To confirm"), lambda sites, user: sites.to_confirm()),
    "all": View(_("All"), lambda sites, user: sites),
}

HEADER = [
    _("Name"),
    _("Supplier"),
    _("Address"),
    _("Country"),
    _("Country code"),
    _("Latitude"),
    _("Longitude"),
    "OS ID",
    _("Place in the chain"),
    _("What is made there"),
    _("Number of workers"),
    _("State"),
]


def index(request: SignedInRequest) -> HttpResponse:
    """Everybody's for us, with tabs; a supplier's own; for an audit firm those where it audits."""
    user = request.user
    if not user.works_here and not user.supplier_ids and not user.auditor_ids:
        raise NotAllowed
    view = _view(request)
    context = {
        "listing": listing.of(request, narrowed(request, view), orders=ORDERS, usual="name"),
        "view": view,
        "views": listing.tabs(request, VIEWS, view) if user.works_here else [],
        "is_ours": user.works_here,
        "is_firm": not user.works_here and not user.supplier_ids,
        "shows_supplier": len(user.supplier_ids) != 1,
        "may_add": may_add(user),
    }
    return render(request, "followup/sites.html", context)


def may_add(user: Any) -> bool:
    return access.may(user, Action.SITE_EDIT) or any(user.may(Action.SITE_SUGGEST, organisation_id=key) for key in user.supplier_ids)


def _view(request: SignedInRequest) -> str:
    """Others than us have one list."""
    return listing.view_of(request, VIEWS) if request.user.works_here else "all"


def narrowed(request: SignedInRequest, view: str) -> SitePageFilters:
    """The list as the address describes it; the sheet downloads the same."""
    return SitePageFilters(
        request.GET,
        queryset=VIEWS[view].rows(Site.objects.visible_to(request.user).select_related("supplier"), request.user),
        suppliers=Organisation.objects.visible_to(request.user).suppliers().order_by("name").only("pk", "name"),
    )


def sheet(request: SignedInRequest, kind: str) -> FileResponse:
    """The list as the address describes it, whole, as a spreadsheet: ours, or a supplier's own."""
    if not request.user.works_here and not request.user.supplier_ids:
        raise NotAllowed
    rows = narrowed(request, _view(request)).qs.order_by(*ORDERS["name"].names)
    name = str(_("production sites"))
    return sheets.spreadsheet(name=name, header=HEADER, rows=(_line(it) for it in rows.iterator(chunk_size=500)), kind=kind)


def _line(it: Site) -> list[object]:
    return [
        it.name,
        it.supplier.name,
        it.address,
        it.country_name,
        it.country,
        it.latitude,
        it.longitude,
        it.os_id,
        it.get_tier_display() if it.tier else "",
        it.products,
        it.workers,
        it.get_status_display(),
    ]


def site_for(request: SignedInRequest, pk: UUID, *changes: str) -> Site:
    """The site, if it exists for this person (404) and their role may make one of the changes (403)."""
    it: Site = get_object_or_404(Site.objects.visible_to(request.user).select_related("supplier", "suggested_by__person"), pk=pk)
    if changes and not any(access.may(request.user, SITE[change].needs, it) for change in changes):
        raise NotAllowed
    return it


def site_to(request: SignedInRequest, pk: UUID, change: str) -> Site:
    """To make the change: as `site_for`, and it is possible now (409)."""
    it = site_for(request, pk, change)
    states.check(SITE, it, change, actor=request.user)
    return it


def one(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it, user = site_for(request, pk), request.user
    seen(request, kinds.SITE, it.pk)
    audits = Audit.objects.visible_to(user).filter(site=it).select_related("framework", "supplier", "deadline")
    can = states.possible(SITE, it, user)
    context = {
        "it": it,
        "is_ours": user.works_here,
        "possible": can,
        "may_remove": "remove" in can or ("take_back" in can and it.confirmed_at is None),
        "audits": list(audits.order_by("-created_at")[:MOST_AUDITS]),
        "today": clock.today(),
        "history": list(History.objects.visible_to(user).of(it).order_by("-at", "-id")[:MOST_HISTORY]),
    }
    return render(request, "followup/site.html", context)
