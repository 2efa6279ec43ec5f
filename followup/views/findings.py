"""Lists of findings, and logging one."""

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from accounts.models import Organisation
from accounts.permissions import Action
from accounts.requests import SignedInRequest
from contracts.models import Framework, Obligation
from core import access, clock, files, listing, paging, sheets, uploads
from core.errors import NotAllowed
from core.forms import blamed_on
from core.listing import View
from core.pages import done
from core.paging import Order
from followup.filters_findings import PageFilters
from followup.forms.findings import FindingForm, PlaceForm
from followup.models import Audit, Finding, Severity
from followup.services import findings
from followup.services.sheet_findings import as_kept
from followup.sheet_reading import Answered
from followup.views import sheet_findings
from followup.views.doors import key_of
from followup.views.finding_doors import address_of, finding_to

ORDERS = paging.both_ways(due_on=Order("mend_by"), created_at=Order("created_at"))
RELATED = ("framework", "supplier", "severity")
MOST_EARLIER = 20

STATED_BY = ("status", "audit")
VIEWS = {
    "open": View(gettext_lazy("Open"), lambda findings, user: findings.open()),
    "judge": View(gettext_lazy("To be judged"), lambda findings, user: findings.to_judge()),
    "all": View(gettext_lazy("All"), lambda findings, user: findings),
}
TO_MEND = {
    "open": View(gettext_lazy("Open"), lambda findings, user: findings.open().with_next_on()),
    "over": View(gettext_lazy("Closed"), lambda findings, user: findings.filter(status=Finding.Status.CLOSED)),
}
"""A supplier's own."""

HEADER = [
    gettext_lazy("No."),
    gettext_lazy("Finding"),
    gettext_lazy("Severity"),
    gettext_lazy("Theme"),
    gettext_lazy("Agreement"),
    gettext_lazy("Reference"),
    gettext_lazy("Supplier"),
    gettext_lazy("State"),
    gettext_lazy("To be put right by"),
    gettext_lazy("Logged"),
    gettext_lazy("Outcome"),
    gettext_lazy("How we know"),
]


def index(request: SignedInRequest) -> HttpResponse:
    """Ours with filters; what a supplier has to mend; what an audit firm found."""
    user = request.user
    if not (user.works_here or user.supplier_ids or user.auditor_ids):
        raise NotAllowed
    if not user.works_here and user.supplier_ids:
        return _to_mend(request)
    view = listing.view_of(request, VIEWS, stated_by=STATED_BY)
    context = {
        "listing": listing.of(request, narrowed(request), orders=ORDERS, usual="-created_at"),
        "today": clock.today(),
        "is_ours": user.works_here,
        "may_log": access.may(user, Action.FINDING_LOG),
        "views": listing.tabs(request, VIEWS, view),
    }
    return render(request, "followup/findings.html", context)


def narrowed(request: SignedInRequest) -> PageFilters:
    """The list as the address describes it; the sheet downloads the same."""
    view = listing.view_of(request, VIEWS, stated_by=STATED_BY)
    return PageFilters(
        request.GET,
        queryset=VIEWS[view].rows(Finding.objects.visible_to(request.user).select_related(*RELATED), request.user),
        frameworks=Framework.objects.visible_to(request.user).order_by("title").only("pk", "title"),
        suppliers=Organisation.objects.visible_to(request.user).suppliers().order_by("name").only("pk", "name"),
    )


def sheet(request: SignedInRequest, kind: str) -> FileResponse:
    """The list as the address describes it, whole, as a spreadsheet."""
    if not request.user.works_here:
        raise NotAllowed
    rows = narrowed(request).qs.order_by(*ORDERS["-created_at"].names)
    lines = (_line(it) for it in rows.iterator(chunk_size=500))
    return sheets.spreadsheet(name=str(_("findings")), header=HEADER, rows=lines, kind=kind)


def _line(it: Finding) -> list[object]:
    return [
        it.number,
        it.text,
        it.severity.get_code_display(),
        it.get_theme_display(),
        it.framework.title,
        it.framework.reference,
        it.supplier.name,
        it.get_status_display(),
        it.due_on,
        timezone.localdate(it.created_at),
        it.get_outcome_display() if it.outcome else "",
        it.get_method_display(),
    ]


def _to_mend(request: SignedInRequest) -> HttpResponse:
    """Everything of the supplier's over all its agreements: what it has to mend by date, what we look at, and what is over."""
    view = listing.view_of(request, TO_MEND)
    rows = Finding.objects.visible_to(request.user).filter(supplier_id__in=request.user.supplier_ids).select_related(*RELATED)
    order = ORDERS["-created_at" if view == "over" else "due_on"]
    page = paging.page(TO_MEND[view].rows(rows, request.user), order=order, size=listing.SIZE, cursor=request.GET.get("cursor"))
    context = {
        "findings": page.rows,
        "is_over": view == "over",
        "views": listing.tabs(request, TO_MEND, view),
        "today": clock.today(),
        "has_several": len(request.user.supplier_ids) > 1,
        "next_url": listing.url_of(request, page.next),
        "previous_url": listing.url_of(request, page.previous),
    }
    return render(request, "followup/findings_to_mend.html", context)


@csrf_exempt  # the check reads the body, and that waits until we know that this person may send one
def new(request: SignedInRequest) -> HttpResponse:
    """Log a finding on an audit, or on a supplier of an agreement; without either the page asks where."""
    if not request.user.works_here:
        raise NotAllowed
    access.require(request.user, Action.FINDING_LOG)
    return csrf_protect(_new)(request)


def _new(request: SignedInRequest) -> HttpResponse:
    place = _place(request)
    if place is None:
        return _where(request)
    framework, supplier, audit = place
    access.require(request.user, Action.FINDING_LOG, Finding(framework=framework, supplier=supplier))
    seen = sheet_findings.asked(request)
    form = _form(request, framework, supplier, seen=seen, audit=audit)
    if form.is_valid():
        with blamed_on(form), _received(request) as kept:
            photos = [as_kept(photo) for photo in form.cleaned_data.pop("photos", [])]
            said = {**form.cleaned_data, "files": [*kept, *photos], "actor": request.user, **clock.read()}
            if said.pop("is_of_all", False):
                return _logged_at_each(request, framework, said)
            it = findings.log(framework=framework, supplier=supplier, audit=audit, **said)
            sheet_findings.link(it, seen)
            return done(request, sheet_findings.logged(it), address_of(it))
    return _form_page(request, form, framework, supplier, audit)


def _logged_at_each(request: SignedInRequest, framework: Framework, said: dict[str, Any]) -> HttpResponse:
    """To the list of them. What one supplier's repeats is said on its own page."""
    said = {name: value for name, value in said.items() if name not in ("repeats", "is_systemic")}
    logged = findings.log_at_each(framework=framework, **{"obligations": (), **said})
    return done(
        request,
        _("The finding is logged at each supplier (%(number)d).") % {"number": len(logged)},
        f"{reverse('followup:findings')}?framework={framework.pk}",
    )


def _received(request: SignedInRequest) -> Any:
    if refused := request.META.get(uploads.REFUSED):
        raise refused
    return files.kept(files.inspect_all(request.FILES.getlist("files")))


def _place(request: SignedInRequest) -> tuple[Framework, Organisation, Audit | None] | None:
    if key := key_of(request.GET.get("audit", "")):
        audit = get_object_or_404(Audit.objects.visible_to(request.user).select_related("framework__scope", "supplier"), pk=key)
        return audit.framework, audit.supplier, audit
    framework_key, supplier_key = key_of(request.GET.get("framework", "")), key_of(request.GET.get("supplier", ""))
    if framework_key and supplier_key:
        framework = get_object_or_404(Framework.objects.visible_to(request.user).select_related("scope", "organisation"), pk=framework_key)
        return framework, get_object_or_404(_suppliers_on(request, framework), pk=supplier_key), None
    return None


def _suppliers_on(request: SignedInRequest, framework: Framework) -> Any:
    return Organisation.objects.visible_to(request.user).filter(pk__in=framework.participations.values("supplier_id")).order_by("name")


def _where(request: SignedInRequest) -> HttpResponse:
    """Which agreement, then which supplier on it."""
    framework = Framework.objects.visible_to(request.user).filter(pk=key_of(request.GET.get("framework", ""))).first()
    suppliers = (
        _suppliers_on(request, framework) if framework else Organisation.objects.visible_to(request.user).suppliers().order_by("name")
    )
    frameworks = Framework.objects.visible_to(request.user).where_may(request.user, Action.FINDING_LOG).order_by("title")
    form = PlaceForm(request.POST or None, frameworks=frameworks, suppliers=suppliers, initial={"framework": framework})
    if form.is_valid():
        chosen, supplier = form.cleaned_data["framework"], form.cleaned_data["supplier"]
        if _suppliers_on(request, chosen).filter(pk=supplier.pk).exists():
            return HttpResponseRedirect(f"{reverse('followup:finding-new')}?framework={chosen.pk}&supplier={supplier.pk}")
        form.add_error("supplier", _("This supplier is not on the agreement."))
    context = {
        "title": _("Log a finding"),
        "text": "",
        "form": form,
        "label": _("Go on"),
        "back_url": reverse("followup:findings"),
    }
    return render(request, "core/confirm.html", context, status=422 if form.errors else 200)


def _form(
    request: SignedInRequest,
    framework: Framework,
    supplier: Organisation,
    it: Finding | None = None,
    *,
    seen: Answered | None = None,
    audit: Audit | None = None,
) -> FindingForm:
    chosen = request.GET.getlist("obligation")
    data = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    return FindingForm(
        *data,
        obligations=_bound(request, framework, supplier, it),
        earlier=_earlier(request, supplier, it),
        scale=Severity.objects.all(),
        is_told=bool(it and it.is_told),
        may_be_of_all=it is None and audit is None and _suppliers_on(request, framework).count() > 1,
        photos=seen.photos if seen else (),
        initial=FindingForm.initial_of(it) if it else sheet_findings.initial(seen, audit) if seen else {"obligations": chosen},
    )


def _bound(request: SignedInRequest, framework: Framework, supplier: Organisation, it: Finding | None) -> QuerySet[Obligation]:
    """What binds the supplier today, and what the finding is about already: changing something else takes nothing of it away."""
    mine = Obligation.objects.visible_to(request.user).filter(framework=framework, supplier=supplier)
    now = mine.on(clock.today()).values("pk")
    chosen = mine.filter(Q(pk__in=now) | Q(findings=it)) if it else mine.filter(pk__in=now)
    return chosen.distinct().select_related("requirement", "lot").order_by("requirement__number", "lot__number")


def _earlier(request: SignedInRequest, supplier: Organisation, it: Finding | None) -> list[Finding]:
    """What it may repeat, the newest first, and what it is said to repeat already."""
    rows = Finding.objects.visible_to(request.user).filter(supplier=supplier).select_related("framework").order_by("-created_at")
    found = list(rows.filter(outcome__in=("", "put_right")).exclude(pk=it.pk if it else None)[:MOST_EARLIER])
    said = it.repeats if it else None
    return found if said is None or said in found else [*found, said]


def _form_page(
    request: SignedInRequest,
    form: FindingForm,
    framework: Framework,
    supplier: Organisation,
    audit: Audit | None,
    it: Finding | None = None,
) -> HttpResponse:
    back_url = address_of(it) if it else reverse("followup:findings")
    context = {"form": form, "framework": framework, "supplier": supplier, "audit": audit, "it": it, "back_url": back_url}
    return render(request, "followup/finding_form.html", context, status=422 if form.errors else 200)


@csrf_exempt
def edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = finding_to(request, pk, "edit")
    return csrf_protect(_edit)(request, it)


def _edit(request: SignedInRequest, it: Finding) -> HttpResponse:
    form = _form(request, it.framework, it.supplier, it)
    if form.is_valid():
        with blamed_on(form), _received(request) as kept:
            findings.edit(finding=it, actor=request.user, **{**form.cleaned_data, "files": kept}, **clock.read())
            return done(request, _("Saved."), address_of(it))
    return _form_page(request, form, it.framework, it.supplier, it.audit, it)
