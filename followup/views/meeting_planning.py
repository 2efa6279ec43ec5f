"""A meeting before it is held: planned with a proposed agenda, changed, invited to, called off."""

from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.permissions import Action
from accounts.requests import SignedInRequest
from contracts.models import Framework
from core import access, clock
from core.errors import NotAllowed
from core.forms import blamed_on
from core.pages import done, posted
from followup import meeting_seats
from followup.forms.findings import NothingForm
from followup.forms.meetings import KindForm, MeetingForm, ReasonForm
from followup.models import Finding, Meeting
from followup.services import meeting_agenda, meetings
from followup.views.doors import key_of
from followup.views.meeting_doors import act_page, address_of, meeting_to

USUAL_IN, USUAL_AT = timedelta(days=14), time(10)


def new(request: SignedInRequest) -> HttpResponse:
    """Which kind with whom; then when, about what and who. A finding in the address is what it is about."""
    if not request.user.works_here:
        raise NotAllowed
    access.require(request.user, Action.MEETING_EDIT)
    finding = _finding(request)
    place = (finding.framework, finding.supplier) if finding else _place(request)
    kind = request.GET.get("kind", Meeting.Kind.LEADERS if finding else "")
    if place is None or kind not in Meeting.Kind.values:
        return _which(request)
    framework, supplier = place
    access.require(request.user, Action.MEETING_EDIT, Meeting(framework=framework, supplier=supplier))
    form = _form(request, framework, supplier, initial=_proposed(request, framework, supplier, kind, finding))
    if form.is_valid():
        with blamed_on(form):
            it = meetings.plan(framework=framework, supplier=supplier, kind=kind, actor=request.user, **form.said(), **clock.read())
            return done(request, _("The meeting is planned. Nobody has been invited yet."), address_of(it))
    return _form_page(request, form, framework, supplier, kind)


def edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = meeting_to(request, pk, "edit")
    form = _form(request, it.framework, it.supplier, initial=MeetingForm.initial_of(it), it=it)
    if form.is_valid():
        with blamed_on(form):
            meetings.edit(meeting=it, actor=request.user, **form.said(), **clock.read())
            told = _("Saved. Whoever was invited is told what is new.") if it.told_at else _("Saved.")
            return done(request, told, address_of(it))
    return _form_page(request, form, it.framework, it.supplier, it.kind, it)


def invite(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return act_page(
        request,
        pk,
        "invite",
        meetings.invite,
        NothingForm,
        title=_("Send the meeting invitation"),
        label=_("Send the meeting invitation"),
        told=_("The invitation is sent."),
        note=_("Everybody on the list who has an address with us gets a mail with the agenda and a file for the calendar."),
    )


def cancel(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return act_page(
        request,
        pk,
        "cancel",
        meetings.cancel,
        ReasonForm,
        title=_("Call the meeting off"),
        label=_("Call it off"),
        told=_("The meeting is called off."),
        note=_("Whoever was invited gets a mail with your reason, and the entry goes from their calendars."),
        is_dangerous=True,
    )


def _finding(request: SignedInRequest) -> Finding | None:
    key = key_of(request.GET.get("finding", ""))
    visible = Finding.objects.visible_to(request.user).select_related("framework__scope", "framework__organisation", "supplier")
    return get_object_or_404(visible, pk=key) if key else None


def _place(request: SignedInRequest) -> tuple[Framework, Organisation] | None:
    framework_key, supplier_key = key_of(request.GET.get("framework", "")), key_of(request.GET.get("supplier", ""))
    if not framework_key or not supplier_key:
        return None
    frameworks = Framework.objects.visible_to(request.user).select_related("scope", "organisation")
    framework = get_object_or_404(frameworks, pk=framework_key)
    return framework, get_object_or_404(_suppliers_on(request, framework), pk=supplier_key)


def _suppliers_on(request: SignedInRequest, framework: Framework) -> Any:
    return Organisation.objects.visible_to(request.user).filter(pk__in=framework.participations.values("supplier_id")).order_by("name")


def _which(request: SignedInRequest) -> HttpResponse:
    framework = Framework.objects.visible_to(request.user).filter(pk=key_of(request.GET.get("framework", ""))).first()
    everybody = Organisation.objects.visible_to(request.user).suppliers().order_by("name")
    form = KindForm(
        request.POST or None,
        frameworks=Framework.objects.visible_to(request.user).where_may(request.user, Action.MEETING_EDIT).order_by("title"),
        suppliers=_suppliers_on(request, framework) if framework else everybody,
        initial={"framework": framework, "supplier": key_of(request.GET.get("supplier", "")), "kind": Meeting.Kind.STATUS},
    )
    if form.is_valid():
        said = form.cleaned_data
        if _suppliers_on(request, said["framework"]).filter(pk=said["supplier"].pk).exists():
            query = {"framework": said["framework"].pk, "supplier": said["supplier"].pk, "kind": said["kind"]}
            return HttpResponseRedirect(f"{reverse('followup:meeting-new')}?{urlencode(query)}")
        form.add_error("supplier", _("This supplier is not on the agreement."))
    context = {
        "title": _("Plan a meeting"),
        "text": "",
        "form": form,
        "label": _("Go on"),
        "back_url": reverse("followup:meetings"),
    }
    return render(request, "core/confirm.html", context, status=422 if form.errors else 200)


def _proposed(request: SignedInRequest, framework: Framework, supplier: Organisation, kind: str, finding: Finding | None) -> dict[str, Any]:
    today = clock.today()
    return {
        "day": (finding and meeting_seats.owed_by(finding)) or _working_day(today + USUAL_IN),
        "time": USUAL_AT,
        "agenda": meeting_agenda.proposed(framework=framework, supplier=supplier, kind=kind, viewer=request.user, today=today),
        "ours": [str(request.user.person_id)],
        "theirs": [str(key) for key in meeting_seats.responsible(framework, supplier, today)],
        "findings": [str(finding.pk)] if finding else [],
    }


def _working_day(day: date) -> date:
    return day - timedelta(days=max(day.weekday() - 4, 0))


def _form(
    request: SignedInRequest, framework: Framework, supplier: Organisation, *, initial: dict[str, Any], it: Meeting | None = None
) -> MeetingForm:
    ours, theirs = meeting_seats.people(framework, supplier, viewer=request.user, today=clock.today(), it=it)
    seen = Finding.objects.visible_to(request.user).filter(framework=framework, supplier=supplier)
    return MeetingForm(
        posted(request),
        ours=ours,
        theirs=theirs,
        findings=meeting_seats.owing(seen, it=it),
        initial=initial,
    )


def _form_page(
    request: SignedInRequest, form: MeetingForm, framework: Framework, supplier: Organisation, kind: str, it: Meeting | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "framework": framework,
        "supplier": supplier,
        "kind": Meeting.Kind(kind).label,
        "it": it,
        "back_url": address_of(it) if it else reverse("followup:meetings"),
    }
    return render(request, "followup/meeting_form.html", context, status=422 if form.errors else 200)
