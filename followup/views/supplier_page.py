"""One request as the supplier meets it: what we need, by when, and a place to put each thing."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.requests import SignedInRequest
from core import clock
from core.locales import weekday
from followup import limits, reading
from followup.answers import Sheet
from followup.forms.answering import AskForm, MoreTimeForm
from followup.models import DocumentRequest, Item
from followup.views.doors import possible
from notifications import deadlines

S = DocumentRequest.Status
NOTE = "note-{}"


def show(request: SignedInRequest, it: DocumentRequest, *, sheet: Sheet | None = None, **forms: Any) -> HttpResponse:
    """With forms that have faults: 422."""
    at = clock.read()
    if request.method == "GET" and it.deadline.seen_at is None:
        deadlines.see(it.deadline, now=at["now"])  # the one thing that looking changes: the supplier has opened it, signed in
    sheet = sheet or Sheet(it, today=at["today"])
    sheet.note.initial.setdefault("note", request.session.get(NOTE.format(it.pk), ""))
    questions = list(it.questions.all())
    for answer in sheet.answers:
        answer.questions = [question for question in questions if question.item_id == answer.item.pk]
    wishes = list(it.time_requests.all())
    context = {
        "it": it,
        "sheet": sheet,
        "title": _title(it, sheet, at["today"]),
        "today": at["today"],
        "brief": it.deadline.brief,
        "round": it.deadline.round,
        "possible": possible(request, it),
        "why_ended": reading.why_ended(it),
        "attachments": list(it.attachments.all()),
        "questions": [question for question in questions if question.item_id is None],
        "wish": next((wish for wish in wishes if wish.decision == wish.Decision.PENDING), None),
        "decided": [wish for wish in wishes if wish.decision in (wish.Decision.GRANTED, wish.Decision.REFUSED)],
        "ask_form": AskForm(items=sheet.items, initial={"item": request.GET.get("about", "")}),
        "time_form": MoreTimeForm(),
        "limits": limits.of(it),
        "is_reviewed": any(_is_judged(it, item) for item in sheet.items),
        **forms,
    }
    return render(request, "followup/wanted_request.html", context, status=422 if request.method == "POST" else 200)


def _is_judged(it: DocumentRequest, item: Item) -> bool:
    submission = it.deadline.round.submission
    return submission is not None and item.judged_at is not None and item.judged_at >= submission.submitted_at


def _title(it: DocumentRequest, sheet: Sheet, today: date) -> str:
    """The page's answer in one sentence. What is only welcome is not counted with what must come."""
    match it.status:
        case S.SUBMITTED:
            return _("Delivered. We are looking at it.")
        case S.ACCEPTED:
            return _("Your documentation is accepted")
        case S.WITHDRAWN:
            return _("We no longer ask for this")
        case S.CLOSED:
            return _("This request is closed")
    again, needed = [answer for answer in sheet.redo if answer.item.is_required], sheet.to_answer
    count = len(again or needed or sheet.unsettled)
    if it.deadline.due_on < today and (again or needed):
        text = ngettext(
            "We still need %(count)d thing. The date was %(date)s", "We still need %(count)d things. The date was %(date)s", count
        )
    elif again:
        text = ngettext("%(count)d thing must be done again by %(date)s", "%(count)d things must be done again by %(date)s", count)
    elif needed:
        text = ngettext("We need %(count)d thing by %(date)s", "We need %(count)d things by %(date)s", count)
    else:
        text = ngettext(
            "%(count)d thing is welcome by %(date)s, if you have it", "%(count)d things are welcome by %(date)s, if you have them", count
        )
    return text % {"date": weekday(it.deadline.due_on), "count": count}
