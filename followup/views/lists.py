"""Lists of requests: ours with filters, the supplier's most urgent first, and what was delivered."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Q
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from accounts.requests import SignedInRequest
from contracts.models import Framework, Suspension
from core import access, clock, listing, paging, sheets
from core.errors import NotAllowed
from core.listing import View
from core.paging import Order
from followup import reading
from followup.filters import PageFilters
from followup.models import DocumentRequest, Finding, FormalNotice, Sanction
from followup.querysets import FINDING_TO_JUDGE, ORDERS
from followup.states import DOCUMENT_REQUEST
from notifications.models import Deadline, DeadlineKind

RELATED = ("framework", "supplier", "deadline")
MOST_TO_MEND = 10


VIEWS = {
    "open": View(_("Open"), lambda requests, user: requests.under_way(), _("Sent and not finished. Drafts are in a tab of their own.")),
    "review": View(
        _("To be reviewed"), lambda requests, user: requests.to_review(), _("Delivered by the supplier. We are to look through it.")
    ),
    "drafts": View(
        _("Drafts"), lambda requests, user: requests.filter(status="draft"), _("Not sent: the supplier knows nothing of them yet.")
    ),
    "all": View(_("All"), lambda requests, user: requests, _("Drafts, open and finished ones.")),
}
"""What is usually looked for. The filters narrow it further."""


TO_SAY: dict[str, str] = {
    DeadlineKind.REPORT_COMMENTS: "drafts",
    DeadlineKind.SHARING_CONSENT: "consents",
    DeadlineKind.MINUTES: "minutes",
    DeadlineKind.MEETING_ACTION: "agreed",
}
"""Beside documentation and findings, on the supplier's start page: reports to comment on, consents asked for, minutes to confirm,
what it promised in meetings."""

HEADER = [
    _("Title"),
    _("Agreement"),
    _("Reference"),
    _("Supplier"),
    _("State"),
    _("Due"),
    _("First date"),
    _("Sent"),
    _("Items"),
    _("Accepted"),
]


def document_requests(request: SignedInRequest) -> HttpResponse:
    if request.user.works_here:
        return _ours(request)
    if request.user.supplier_ids:
        return _wanted(request)
    raise NotAllowed


def _ours(request: SignedInRequest) -> HttpResponse:
    view = listing.view_of(request, VIEWS)
    filters = narrowed(request, view)
    context = {
        "listing": listing.of(request, filters, orders=ORDERS, usual="due_on"),
        "views": listing.tabs(request, VIEWS, view),
        "today": clock.today(),
        "may_ask": access.may(request.user, DOCUMENT_REQUEST["edit"].needs),
    }
    return render(request, "followup/document_requests.html", context)


def narrowed(request: SignedInRequest, view: str) -> PageFilters:
    """The list as the address describes it; the sheet downloads the same."""
    is_by_date = "due_on" in request.GET.get("ordering", "due_on")
    user = request.user
    visible = DocumentRequest.objects.visible_by_date(user) if is_by_date else DocumentRequest.objects.visible_to(user)
    return PageFilters(
        request.GET,
        queryset=reading.with_owed_answers(reading.with_progress(VIEWS[view].rows(visible.select_related(*RELATED), user))),
        frameworks=Framework.objects.visible_to(request.user).order_by("title").only("pk", "title"),
        suppliers=Organisation.objects.visible_to(request.user).suppliers().order_by("name").only("pk", "name"),
    )


def sheet(request: SignedInRequest, kind: str) -> FileResponse:
    """The list as the address describes it, whole, as a spreadsheet."""
    if not request.user.works_here:
        raise NotAllowed
    requests = narrowed(request, listing.view_of(request, VIEWS)).qs.order_by(*ORDERS["due_on"].names)
    rows = (_line(it) for it in requests.iterator(chunk_size=500))
    return sheets.spreadsheet(name=str(_("document-requests")), header=HEADER, rows=rows, kind=kind)


def _line(it: DocumentRequest) -> list[object]:
    states = [item.state for item in it.items.all()]
    sent = it.sent_at and timezone.localdate(it.sent_at)
    dates = [it.deadline.due_on, it.deadline.original_due_on, sent]
    return [
        it.title,
        it.framework.title,
        it.framework.reference,
        it.supplier.name,
        it.get_status_display(),
        *dates,
        len(states),
        states.count("accepted"),
    ]


def _wanted(request: SignedInRequest) -> HttpResponse:
    """What the supplier still has to deliver, most urgent first, then what waits for us."""
    wanted = DocumentRequest.objects.visible_by_date(request.user).with_supplier().select_related(*RELATED)
    waiting = DocumentRequest.objects.visible_to(request.user).to_review().select_related(*RELATED)
    cursor = request.GET.get("cursor")
    page = paging.page(reading.with_progress(wanted), order=ORDERS["due_on"], size=listing.SIZE, cursor=cursor)
    findings = {} if cursor else _findings(request)
    context = {
        "requests": page.rows,
        "documents_first": _are_late(page.rows, findings.get("findings", []), clock.today()),
        "notices": _to_answer(request),
        "cases": _to_be_heard(request),
        **_to_say(request),
        "suspensions": Suspension.objects.visible_to(request.user).on(clock.today()).select_related("lot", "framework"),
        **findings,
        "waiting": [] if cursor else waiting.order_by("-created_at")[: listing.SIZE],
        "today": clock.today(),
        "has_several": len(request.user.supplier_ids) > 1,
        "next_url": listing.url_of(request, page.next),
        "previous_url": listing.url_of(request, page.previous),
    }
    return render(request, "followup/wanted.html", context)


def _are_late(requests: Sequence[DocumentRequest], findings: Iterable[Finding], today: date) -> bool:
    """Whether the date of documentation has passed while nothing found is as urgent: then it stands above what must be put right."""
    urgent = any(it.severity.is_critical or it.mend_by < today for it in findings)
    return bool(requests) and requests[0].deadline.due_on < today and not urgent


def _to_answer(request: SignedInRequest) -> list[FormalNotice]:
    rows = FormalNotice.objects.visible_to(request.user).awaiting_reply().select_related("request", "reply_deadline")
    return list(rows.order_by("reply_deadline__due_on", "id")[: listing.SIZE])


def _to_be_heard(request: SignedInRequest) -> list[Sanction]:
    rows = Sanction.objects.visible_to(request.user).filter(status=Sanction.Status.HEARD).select_related("framework", "reply_deadline")
    return list(rows.order_by("reply_deadline__due_on", "id")[: listing.SIZE])


def _to_say(request: SignedInRequest) -> dict[str, list[Deadline]]:
    """What the supplier may say a word to, and what it promised in meetings, in one query."""
    rows = Deadline.objects.visible_to(request.user).open().filter(kind__in=TO_SAY).order_by("due_on", "id")[: listing.SIZE]
    found: dict[str, list[Deadline]] = {name: [] for name in TO_SAY.values()}
    for deadline in rows:
        found[TO_SAY[deadline.kind]].append(deadline)
    return found


def _findings(request: SignedInRequest) -> dict[str, list[Finding]]:
    """The most urgent of what was found, and of what we are to judge, in one query; all of it has a list of its own."""
    mine = Finding.objects.visible_to(request.user).filter(supplier_id__in=request.user.supplier_ids)
    near = [rows.order_by("mend_by", "id").values("pk")[:MOST_TO_MEND] for rows in (mine.to_mend(), mine.to_judge())]
    rows = mine.filter(Q(pk__in=near[0]) | Q(pk__in=near[1])).with_next_on().select_related("framework", "supplier", "severity")
    found: dict[str, list[Finding]] = {"findings": [], "with_us": []}
    for it in rows.order_by("mend_by", "id"):
        found["with_us" if it.status in FINDING_TO_JUDGE else "findings"].append(it)
    return found


def delivered(request: SignedInRequest) -> HttpResponse:
    """Everything the supplier has delivered, newest first, with our verdict and its receipt."""
    if not request.user.supplier_ids:
        raise NotAllowed
    rows = reading.submissions_of(DocumentRequest.objects.visible_to(request.user))
    page = paging.page(rows, order=Order("submitted_at", descending=True), size=listing.SIZE, cursor=request.GET.get("cursor"))
    context = {
        "submissions": page.rows,
        "has_several": len(request.user.supplier_ids) > 1,
        "next_url": listing.url_of(request, page.next),
        "previous_url": listing.url_of(request, page.previous),
    }
    return render(request, "followup/delivered.html", context)
