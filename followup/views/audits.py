"""Audits as each side meets them: the list, one of them, and its report."""

from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.models import Organisation
from accounts.requests import SignedInRequest
from contracts.models import Framework
from core import access, clock, files, listing, paging, sheets
from core.errors import NotAllowed
from core.listing import View
from followup.filters import AuditPageFilters
from followup.models import Audit
from followup.querysets import AUDIT_ORDERS, audit_orders
from followup.states import AUDIT
from followup.views import audit_page, audit_to_supplier
from followup.views.audit_doors import audit_for
from notifications import kinds
from notifications.views.seen import seen

RELATED = ("framework", "supplier", "deadline", "auditor", "site")


STATED_BY = ("status", "result", "scheme")
"""Asking for one of them means all that have it, whatever their state."""

VIEWS = {
    "open": View(_("Under way"), lambda audits, user: audits.under_way(), _("Planned, announced, or held with the report to come.")),
    "reported": View(_("Reported"), lambda audits, user: audits.reported(), _("Also those made by others that we rely on.")),
    "all": View(_("All"), lambda audits, user: audits, _("Also those that were called off.")),
}

HEADER = [
    _("Kind"),
    _("Agreement"),
    _("Reference"),
    _("Supplier"),
    _("State"),
    _("Planned for"),
    _("Held on"),
    _("Result"),
    _("Audit firm"),
    _("Made by"),
    _("Where"),
    _("Findings"),
]


def audits(request: SignedInRequest) -> HttpResponse:
    """Ours with filters; an audit firm's own; a supplier's own, those that it has been told of."""
    user = request.user
    if user.works_here:
        return _ours(request)
    if not user.supplier_ids and not user.auditor_ids:
        raise NotAllowed
    rows = Audit.objects.visible_to(user).select_related(*RELATED)
    page = paging.page(rows, order=audit_orders(user)["-due_on"], size=listing.SIZE, cursor=request.GET.get("cursor"))
    context = {
        "rows": page.rows,
        "today": clock.today(),
        "is_firm": not user.supplier_ids,
        "has_several": len(user.supplier_ids) != 1,
        "next_url": listing.url_of(request, page.next),
        "previous_url": listing.url_of(request, page.previous),
    }
    return render(request, "followup/audits_seen.html", context)


def _ours(request: SignedInRequest) -> HttpResponse:
    view = listing.view_of(request, VIEWS, stated_by=STATED_BY)
    context = {
        "listing": listing.of(request, narrowed(request, view), orders=AUDIT_ORDERS, usual="due_on" if view == "open" else "-due_on"),
        "view": view,
        "views": listing.tabs(request, VIEWS, view),
        "today": clock.today(),
        "may_plan": access.may(request.user, AUDIT["edit"].needs),
    }
    return render(request, "followup/audits.html", context)


def narrowed(request: SignedInRequest, view: str) -> AuditPageFilters:
    """The list as the address describes it; the sheet downloads the same."""
    return AuditPageFilters(
        request.GET,
        queryset=VIEWS[view].rows(Audit.objects.visible_to(request.user).select_related(*RELATED), request.user),
        frameworks=Framework.objects.visible_to(request.user).order_by("title").only("pk", "title"),
        suppliers=Organisation.objects.visible_to(request.user).suppliers().order_by("name").only("pk", "name"),
    )


def sheet(request: SignedInRequest, kind: str) -> FileResponse:
    """The list as the address describes it, whole, as a spreadsheet."""
    if not request.user.works_here:
        raise NotAllowed
    rows = (
        narrowed(request, listing.view_of(request, VIEWS, stated_by=STATED_BY))
        .qs.with_findings_count()
        .order_by(*AUDIT_ORDERS["due_on"].names)
    )
    return sheets.spreadsheet(name=str(_("audits")), header=HEADER, rows=(_line(it) for it in rows.iterator(chunk_size=500)), kind=kind)


def _line(it: Audit) -> list[object]:
    return [
        it.get_kind_display(),
        it.framework.title,
        it.framework.reference,
        it.supplier.name,
        it.get_status_display(),
        it.deadline.due_on,
        it.performed_on,
        it.get_result_display() if it.result else "",
        it.auditor.name if it.auditor else "",
        it.scheme,
        it.where,
        it.findings_count,  # type: ignore[attr-defined]
    ]


def audit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = audit_for(request, pk)
    seen(request, kinds.AUDIT, it.pk)
    if request.user.works_here or it.auditor_id in request.user.auditor_ids:
        return audit_page.show(request, it)
    return audit_to_supplier.show(request, it)


@require_safe
def report(request: SignedInRequest, pk: UUID, report: UUID) -> FileResponse:
    kept = get_object_or_404(audit_for(request, pk).reports.all(), pk=report)
    return files.download(kept)
