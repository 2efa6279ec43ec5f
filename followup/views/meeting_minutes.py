"""The minutes of a meeting and what was agreed: written and sent by us, confirmed or objected to by the supplier, done by either."""

from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from core import access, clock, files, formsets, states, uploads
from core.errors import Invalid, NotAllowed
from core.forms import blamed_on
from core.pages import done
from followup.forms.findings import NothingForm
from followup.forms.meetings import Agreed, AgreedForm, DoneForm, MinutesForm, ObjectionForm, SettleForm
from followup.models import Meeting, MeetingAction
from followup.services import meeting_actions, meeting_mail, minutes, minutes_corrections
from followup.services.meeting_actions import NewAction
from followup.states import MEETING
from followup.views import meeting_page
from followup.views.meeting_doors import act_page, address_of, meeting_for
from notifications.models import Turn


def write(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Who was there, what was said, what was agreed. Kept as a draft; sent from the meeting's page."""
    it = meeting_for(request, pk, "write_minutes")
    states.check(MEETING, it, _change(it), actor=request.user)
    if request.method != "POST":
        return _page(request, it, _form(it), formsets.shown(Agreed, _agreed(it), more=1), read=minutes.mark_now(it))
    read = request.POST.get("read", "")
    if "more" in request.POST:
        form = _form(it, initial=formsets.typed(_form(it), request.POST))
        return _page(request, it, form, formsets.longer(Agreed, request.POST), read=read)
    form, formset = _form(it, data=request.POST), Agreed(request.POST, prefix=formsets.PREFIX)
    if form.is_valid() & formset.is_valid() and _written(request, it, form, formset):
        return done(request, _("The minutes are kept as a draft. Read them through, then send them."), address_of(it, "minutes"))
    if form.has_error("text", "changed"):  # whoever saves again has seen what stands now
        read = minutes.mark_now(it)
    return _page(request, it, form, formset, read=read, status=422)


def send(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return act_page(
        request,
        pk,
        "send_minutes",
        partial(minutes.send, read=request.POST.get("read")),
        NothingForm,
        read=request.GET.get("read", ""),
        title=_("Send the minutes"),
        label=_("Send the minutes"),
        told=_("The minutes are sent. The supplier is asked to confirm them."),
        note=_(
            "The supplier's people who were there, and its responsible contact, get the minutes and are asked to confirm them. "
            "By sending them you say that they are right. What was agreed is owed from now on."
        ),
    )


def settle(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return act_page(
        request,
        pk,
        "settle_minutes",
        minutes.settle,
        SettleForm,
        title=_("End it without confirmation"),
        label=_("End it without confirmation"),
        told=_("The meeting is over. The minutes stand as not confirmed."),
        note=_(
            "The minutes stay as they were sent, and it is said that the supplier has not confirmed them. "
            "What was agreed is owed all the same."
        ),
    )


@require_POST
def confirm(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = meeting_for(request, pk, "confirm_minutes")
    minutes.confirm(meeting=it, actor=request.user, version=_version(request), **clock.read())
    return done(request, _("Thank you. The minutes are confirmed by both sides."), address_of(it))


@require_POST
def object_(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it, form = meeting_for(request, pk, "object_to_minutes"), ObjectionForm(request.POST)
    if form.is_valid():
        with blamed_on(form):
            minutes.object_(meeting=it, actor=request.user, version=_version(request), **form.cleaned_data, **clock.read())
            return done(request, _("We have got it. We look at it, and you get an answer."), address_of(it))
    return meeting_page.page(request, it, objection_form=form)


def _version(request: SignedInRequest) -> int | None:
    """The version of the minutes that the page showed."""
    said = request.POST.get("version", "")
    return int(said) if said.isdecimal() and len(said) < 6 else None


@csrf_exempt  # the check reads the body, and that waits until we know that this person may send one
def finish(request: SignedInRequest, pk: UUID, action: UUID) -> HttpResponse:
    """A word about what was done, and files that show it."""
    it = meeting_for(request, pk, "finish_action")
    agreed = get_object_or_404(it.actions.filter(deadline__opened_at__isnull=False).select_related("deadline__organisation"), pk=action)
    if agreed.side == Turn.CPB and not request.user.works_here:
        raise NotAllowed
    states.check(MEETING, it, "finish_action", actor=request.user)
    return csrf_protect(_finish)(request, it, agreed)


def _finish(request: SignedInRequest, it: Meeting, agreed: MeetingAction) -> HttpResponse:
    form = DoneForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if form.is_valid():
        with blamed_on(form), files.kept(_received(request)) as kept:
            said = {"note": form.cleaned_data["note"], "files": kept}
            meeting_actions.finish(meeting=it, action=agreed.pk, actor=request.user, **said, **clock.read())
            return done(request, _("Marked as done."), address_of(it, "actions"))
    context = {"form": form, "action": agreed, **meeting_page.context_of(it)}
    return render(request, "followup/meeting_done.html", context, status=422 if request.method == "POST" else 200)


def _received(request: SignedInRequest) -> Any:
    if refused := request.META.get(uploads.REFUSED):
        raise refused
    return files.inspect_all(request.FILES.getlist("files"))


def _change(it: Meeting) -> str:
    return "correct_minutes" if it.status == Meeting.Status.OBJECTED else "write_minutes"


def _form(it: Meeting, *, data: Any = None, initial: dict[str, Any] | None = None) -> MinutesForm:
    people, draft = list(it.participants.all()), minutes.draft_of(it)
    if data is None and initial is None:
        held = minutes_corrections.were_there(draft)
        there = [str(each.pk) for each in people if each.was_there is not False] if held is None else sorted(held)
        held_on = (draft and minutes_corrections.held_on(draft)) or it.held_on or meeting_mail.day_of(it)
        initial = {"held_on": held_on, "were_there": there, "text": _text(it)}
    return MinutesForm(data, participants=people, initial=initial)


def _text(it: Meeting) -> str:
    """The draft, else the version to correct, else the agenda to write under."""
    last = it.versions.order_by("-number").first()
    return last.text if last else "\n\n".join(f"{number}. {point}\n" for number, point in enumerate(it.points, start=1))


def _agreed(it: Meeting) -> list[dict[str, Any]]:
    """As the draft of a correction has it, else as it stands."""
    if (held := minutes_corrections.actions_of(minutes.draft_of(it))) is not None:
        return [AgreedForm.initial_of_held(each) for each in held]
    return [AgreedForm.initial_of(each) for each in it.actions.select_related("deadline") if each.is_open]


def _written(request: SignedInRequest, it: Meeting, form: MinutesForm, formset: Any) -> bool:
    said, there = form.cleaned_data, form.cleaned_data.get("were_there")
    rows = [{name: row[name] for name in ("id", "side", "text", "responsible", "due_on")} for row in formset.filled()]
    try:
        minutes.write(
            meeting=it,
            text=said["text"],
            held_on=said["held_on"],
            were_there=None if there is None else [UUID(key) for key in there],
            actions=[NewAction(**row) for row in rows],
            read=request.POST.get("read"),
            actor=request.user,
            **clock.read(),
        )
    except Invalid as error:
        formsets.blame(form, formset, error.errors)
        return False
    return True


def _page(request: SignedInRequest, it: Meeting, form: MinutesForm, formset: Any, *, read: str, status: int = 200) -> HttpResponse:
    access.require(request.user, MEETING["write_minutes"].needs, it)
    last = it.versions.filter(sent_at__isnull=False).order_by("-number").first()
    context = {"form": form, "formset": formset, "last": last, "read": read, **meeting_page.context_of(it)}
    return render(request, "followup/meeting_minutes.html", context, status=status)
