"""Audits as each side meets them: the list, one of them, and its report."""

from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.models import Organisation
from accounts.requests import SignedInRequest
from contracts.models import Framework
from core import access, clock, files, listing, paging, sheets
from core.errors import NotAllowed
from followup.filters import AuditPageFilters
from followup.models import Audit
from followup.querysets import AUDIT_ORDERS, TOLD_ORDERS
from followup.states import AUDIT
from followup.views import audit_page, audit_to_supplier
from followup.views.audit_doors import audit_for
from notifications import kinds
from notifications.views.seen import seen

RELATED = ("framework", "supplier", "deadline", "auditor", "site")


class View(NamedTuple):
    """A tab: what it holds in words, and its rows."""

    label: str | Promise
    words: str | Promise
    rows: Callable[[Any], QuerySet[Any]]


VIEWS = {
    "open": View(_("Under way"), _("Planned, announced, or held with the report to come."), lambda audits: audits.under_way()),
    "reported": View(_("Reported"), _("Also those made by others that we rely on."), lambda audits: audits.reported()),
    "all": View(_("All"), _("Also those that were called off."), lambda audits: audits),
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
    rows = Audit.objects.visible_to(user).with_told().select_related(*RELATED)
    page = paging.page(rows, order=TOLD_ORDERS["-due_on"], size=listing.SIZE, cursor=request.GET.get("cursor"))
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
    view = _view(request)
    context = {
        "listing": listing.of(request, narrowed(request, view), orders=AUDIT_ORDERS, usual="due_on" if view == "open" else "-due_on"),
        "view": view,
        "views": [(name, tab.label, _tab(request, name)) for name, tab in VIEWS.items()],
        "words": VIEWS[view].words,
        "today": clock.today(),
        "may_plan": access.may(request.user, AUDIT["edit"].needs),
        "query": request.GET.urlencode(),
    }
    return render(request, "followup/audits.html", context)


def _view(request: SignedInRequest) -> str:
    """Asking for a state or a result means all that have it."""
    usual = "all" if any(request.GET.get(name) for name in ("status", "result", "scheme")) else "open"
    view = request.GET.get("view", usual)
    return view if view in VIEWS else usual


def narrowed(request: SignedInRequest, view: str) -> AuditPageFilters:
    """The list as the address describes it; the sheet downloads the same."""
    return AuditPageFilters(
        request.GET,
        queryset=VIEWS[view].rows(Audit.objects.visible_to(request.user).select_related(*RELATED)),
        frameworks=Framework.objects.visible_to(request.user).order_by("title").only("pk", "title"),
        suppliers=Organisation.objects.visible_to(request.user).suppliers().order_by("name").only("pk", "name"),
    )


def _tab(request: SignedInRequest, name: str) -> str:
    query = request.GET.copy()
    query["view"] = name
    for gone in ("cursor", "status"):
        query.pop(gone, None)
    return f"?{query.urlencode()}"


def sheet(request: SignedInRequest, kind: str) -> FileResponse:
    """The list as the address describes it, whole, as a spreadsheet."""
    if not request.user.works_here:
        raise NotAllowed
    if kind not in ("xlsx", "csv"):
        raise Http404
    rows = narrowed(request, _view(request)).qs.with_findings_count().order_by(*AUDIT_ORDERS["due_on"].names)
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
    return files.download(name=kept.name, content_type=kept.content_type, storage_name=kept.storage_name, scan_state=kept.scan_state)
