"""Reports from agencies: the list that each side has, telling us of something, and one report as each side reads it."""

from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Organisation
from accounts.permissions import Action
from accounts.requests import SignedInRequest
from contracts.models import CallOff, Framework, Participation
from core import access, clock, files, listing, paging, sheets, states, thumbnails, uploads
from core.errors import NotAllowed
from core.forms import blamed_on
from core.listing import View
from core.models import History
from core.pages import done
from followup.filters_meetings import AgencyReportPageFilters
from followup.forms.agency_reports import AddForm, ReportForm
from followup.models import AgencyReport, AgencyReportFile
from followup.querysets_agency_reports import REPORT_ORDERS
from followup.services import agency_reports
from followup.states import AGENCY_REPORT
from followup.views.agency_report_doors import address_of, report_for
from followup.views.doors import key_of
from notifications import kinds, timeline
from notifications.views.seen import seen

RELATED = ("framework", "supplier", "agency", "deadline", "taken_by__person")
MOST_OWN, MOST_HISTORY = 100, 100

VIEWS = {
    "open": View(gettext_lazy("To be answered"), lambda reports, user: reports.open()),
    "mine": View(gettext_lazy("Mine"), lambda reports, user: reports.filter(taken_by=user)),
    "all": View(gettext_lazy("All"), lambda reports, user: reports),
}

HEADER = [
    gettext_lazy("Case number"),
    gettext_lazy("Received"),
    gettext_lazy("Agency"),
    gettext_lazy("Agreement"),
    gettext_lazy("Supplier"),
    gettext_lazy("What happened"),
    gettext_lazy("State"),
    gettext_lazy("Who has it"),
    gettext_lazy("Due date"),
    gettext_lazy("Finding"),
    gettext_lazy("Why it is closed"),
]


def index(request: SignedInRequest) -> HttpResponse:
    """Ours with filters; an agency's own."""
    user = request.user
    if user.works_here:
        return _ours(request)
    if not user.agency_ids:
        raise NotAllowed
    rows = AgencyReport.objects.visible_to(user).select_related("framework", "supplier", "finding")
    page = paging.page(rows, order=REPORT_ORDERS["-created_at"], size=listing.SIZE, cursor=request.GET.get("cursor"))
    context = {
        "reports": page.rows,
        "next_url": listing.url_of(request, page.next),
        "previous_url": listing.url_of(request, page.previous),
    }
    return render(request, "followup/report/own.html", context)


def _ours(request: SignedInRequest) -> HttpResponse:
    view = listing.view_of(request, VIEWS)
    context = {
        "listing": listing.of(request, narrowed(request), orders=REPORT_ORDERS, usual="-created_at"),
        "today": clock.today(),
        "views": listing.tabs(request, VIEWS, view),
    }
    return render(request, "followup/report/list.html", context)


def narrowed(request: SignedInRequest) -> AgencyReportPageFilters:
    """The list as the address describes it; the sheet downloads the same."""
    view = listing.view_of(request, VIEWS)
    seen_by = Organisation.objects.visible_to(request.user)
    return AgencyReportPageFilters(
        request.GET,
        queryset=VIEWS[view].rows(AgencyReport.objects.visible_to(request.user).select_related(*RELATED), request.user),
        pickers={
            "framework": Framework.objects.visible_to(request.user).order_by("title").only("pk", "title"),
            "supplier": seen_by.suppliers().order_by("name").only("pk", "name"),
            "agency": seen_by.agencies().order_by("name").only("pk", "name"),
        },
    )


def sheet(request: SignedInRequest, kind: str) -> FileResponse:
    """The list as the address describes it, whole, as a spreadsheet."""
    if not request.user.works_here:
        raise NotAllowed
    rows = narrowed(request).qs.select_related(*RELATED, "finding__framework").order_by(*REPORT_ORDERS["-created_at"].names)
    return sheets.spreadsheet(name=str(_("reports")), header=HEADER, rows=(_line(it) for it in rows.iterator(chunk_size=500)), kind=kind)


def _line(it: AgencyReport) -> list[Any]:
    return [
        it.case_number,
        timezone.localdate(it.created_at),
        it.agency.name,
        it.framework.title,
        it.supplier.name if it.supplier else "",
        it.text,
        it.get_status_display(),
        it.taken_by.name if it.taken_by else "",
        it.deadline.due_on,
        str(it.finding) if it.finding else "",
        it.close_reason,
    ]


@csrf_exempt  # the check reads the body, and that waits until we know that this person may send one
def new(request: SignedInRequest) -> HttpResponse:
    """Tell us of something."""
    if not request.user.agency_ids:
        raise NotAllowed
    access.require(request.user, Action.AGENCY_REPORT_WRITE)
    return csrf_protect(_new)(request)


def _new(request: SignedInRequest) -> HttpResponse:
    agency = _agency_of(request)
    form = _form(request, agency)
    if form.is_valid():
        with blamed_on(form), _received(request) as kept:
            it = agency_reports.report(agency=agency, files=kept, actor=request.user, **form.said(), **clock.read())
            return done(request, _("Thank you. Your case number is %(number)s.") % {"number": it.case_number}, address_of(it))
    context = {"form": form, "back_url": reverse("followup:agency-reports"), "agency": agency}
    return render(request, "followup/report/new.html", context, status=422 if form.errors else 200)


def _agency_of(request: SignedInRequest) -> Organisation:
    """For whom this person speaks: the one chosen in the menu, else the first."""
    chosen, own = key_of(request.session.get("organisation") or ""), request.user.agency_ids
    return Organisation.objects.visible_to(request.user).get(pk=chosen if chosen in own else own[0])


def _form(request: SignedInRequest, agency: Organisation) -> ReportForm:
    """Own orders first, then every supplier of the agreements that run; on one agreement where the address names it."""
    user, today = request.user, clock.today()
    orders = CallOff.objects.visible_to(user).filter(agency=agency).select_related("framework", "supplier")
    rows = Participation.objects.visible_to(user).on(today).filter(framework__status=Framework.Status.SIGNED)
    if key := key_of(request.GET.get("framework", "")):
        orders, rows = orders.filter(framework=key), rows.filter(framework=key)
    data = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    return ReportForm(
        *data,
        call_offs=list(orders.order_by("-signed_on", "-id")[:MOST_OWN]),
        participations=list(rows.select_related("framework", "supplier").order_by("framework__title", "supplier__name", "id")),
        initial={"phone": user.person.phone, "place": _first(request)},
    )


def _first(request: SignedInRequest) -> str:
    """What the address says it is about."""
    framework, supplier = key_of(request.GET.get("framework", "")), key_of(request.GET.get("supplier", ""))
    return f"s:{framework}:{supplier}" if framework and supplier else ""


def _received(request: SignedInRequest) -> Any:
    if refused := request.META.get(uploads.REFUSED):
        raise refused
    return files.kept(files.inspect_all(request.FILES.getlist("photos"), "photos"))


def one(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = report_for(request, pk)
    seen(request, kinds.AGENCY_REPORT, it.pk)
    return page(request, it)


def page(request: SignedInRequest, it: AgencyReport, *, add_form: AddForm | None = None) -> HttpResponse:
    user = request.user
    can = states.possible(AGENCY_REPORT, it, user)
    context = {
        "it": it,
        "today": clock.today(),
        "is_ours": user.works_here,
        "possible": can,
        "is_mine": it.taken_by_id == user.pk,
        "photos": list(it.files.all()),
        "said": list(it.messages.select_related("written_by__person")),
        "add_form": add_form or AddForm(),
        "audit": it.audit if it.audit and (user.works_here or it.audit.is_told) else None,
    }
    if user.works_here:
        context |= {
            "entries": timeline.about(it.pk, viewer=user),
            "history": list(History.objects.visible_to(user).of(it).order_by("-at", "-id")[:MOST_HISTORY]),
        }
    template = "followup/report/page.html" if user.works_here else "followup/report/to_agency.html"
    return render(request, template, context, status=422 if add_form is not None else 200)


@require_POST
@csrf_exempt
def add(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = report_for(request, pk, "add_to_report")
    return csrf_protect(_add)(request, it)


def _add(request: SignedInRequest, it: AgencyReport) -> HttpResponse:
    form = AddForm(request.POST, request.FILES)
    if form.is_valid():
        with blamed_on(form), _received(request) as kept:
            agency_reports.add(report=it, text=form.cleaned_data["text"], files=kept, actor=request.user, **clock.read())
            return done(request, _("Thank you. It is added to your report."), address_of(it))
    return page(request, it, add_form=form)


@require_safe
def file(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    kept = get_object_or_404(AgencyReportFile.objects.visible_to(request.user), pk=pk)
    return files.download(kept)


@require_safe
def small_file(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    return thumbnails.handed_out(request, get_object_or_404(AgencyReportFile.objects.visible_to(request.user), pk=pk))
