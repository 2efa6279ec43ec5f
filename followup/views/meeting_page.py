"""One meeting as each side meets it, its calendar file, and the files of what was agreed."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from core import clock, files, states, thumbnails
from core.models import History
from followup import meeting_reading
from followup.forms.meetings import ObjectionForm
from followup.models import Meeting, MeetingFile
from followup.services import meeting_mail, minutes, minutes_corrections
from followup.states import MEETING
from followup.views.meeting_doors import address_of, meeting_for
from notifications import ics, kinds, links, timeline
from notifications.models import Turn
from notifications.views.seen import seen

MOST_HISTORY = 100


def meeting(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = meeting_for(request, pk)
    seen(request, kinds.MEETING, it.pk)
    return page(request, it)


def page(request: SignedInRequest, it: Meeting, *, objection_form: ObjectionForm | None = None) -> HttpResponse:
    at, user = clock.read(), request.user
    can = states.possible(MEETING, it, user)
    whole = meeting_reading.whole(it, viewer=user, today=at["today"])
    sent = [each for each in whole.versions if each.sent_at]
    draft = next((each for each in whole.versions if each.sent_at is None), None) if user.works_here else None
    has_begun = it.starts_at <= at["now"]
    context = {
        "it": it,
        "today": at["today"],
        "is_ours": user.works_here,
        "possible": can,
        "has_begun": has_begun,
        "minutes": sent[-1] if sent else None,
        "earlier": sent[:-1],
        "draft": draft,
        "read": minutes.mark_of(it, draft, whole.people, whole.actions) if draft else "",
        "unreached": meeting_mail.unreached(it, whole.people) if user.works_here and it.is_coming else (),
        "upcoming": minutes_corrections.upcoming(draft) if draft else [],
        "tells_who_came": user.works_here or bool(sent),
        "actions": whole.actions,
        "ours": [each for each in whole.people if each.side == Turn.CPB],
        "theirs": [each for each in whole.people if each.side == Turn.SUPPLIER],
        "findings": whole.findings,
        "unanswered": whole.unanswered,
        "objection_form": objection_form or ObjectionForm(),
        "history": list(History.objects.visible_to(user).of(it).order_by("-at", "-id")[:MOST_HISTORY]),
        "entries": timeline.about(it.pk, viewer=user) if user.works_here else [],
        "next_step": _next_step(it, can, draft is not None, is_over=has_begun),
    }
    template = "followup/meeting.html" if user.works_here else "followup/meeting_to_supplier.html"
    return render(request, template, context, status=422 if objection_form is not None else 200)


@require_safe
def calendar(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The meeting for one's own calendar, for whoever did not get the mail."""
    it = meeting_for(request, pk)
    said = meeting_mail.entry(it, is_cancelled=it.status == Meeting.Status.CANCELLED)
    content = ics.meeting(said, at=clock.now(), url=links.absolute(address_of(it)))
    return files.as_download(HttpResponse(content, content_type=ics.CONTENT_TYPE), "meeting.ics")


@require_safe
def file(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    kept = get_object_or_404(MeetingFile.objects.visible_to(request.user), pk=pk)
    return files.download(kept)


@require_safe
def small_file(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    return thumbnails.handed_out(request, get_object_or_404(MeetingFile.objects.visible_to(request.user), pk=pk))


def _next_step(it: Meeting, can: set[str], has_draft: bool, *, is_over: bool) -> str:
    """The one thing that we should do now."""
    if "invite" in can and it.told_at is None and not is_over:
        return "invite"
    if "send_minutes" in can and has_draft:
        return "send"
    if ("write_minutes" in can and (is_over or it.held_on)) or "correct_minutes" in can:
        return "write"
    return ""


def context_of(it: Meeting) -> dict[str, Any]:
    """What a page below the meeting's needs of it."""
    return {"it": it, "back_url": address_of(it)}
