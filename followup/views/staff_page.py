"""One request as we meet it: each item with the file beside it, what is asked of us, and the story at the side."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Action
from accounts.requests import SignedInRequest
from contracts.models import Obligation
from core import access, clock
from core.models import History
from followup import due_dates, limits, reading
from followup.forms.judging import JudgeForm
from followup.forms.managing import AnswerForm, DecideTimeForm, RefuseTimeForm, RequestEntryForm, ReturnForm, SendBackForm
from followup.models import ContactEntry, DocumentRequest, Evidence, Item, Question
from followup.views.doors import possible
from notifications import calendars, timeline
from notifications.models import DeadlineKind

TABS = {"documentation": _("Documentation"), "asked": _("What we asked"), "log": _("Contact log"), "history": _("History")}
MOST_HISTORY = 200


@dataclass
class Review:
    """One item under review. `is_next` is the first that is to be judged, whose button is the filled one; `then` the one after it."""

    item: Item
    current: list[Evidence]
    earlier: list[Evidence]
    saved_count: int
    return_form: ReturnForm
    judge_forms: list[JudgeForm]
    is_last: bool = False
    is_next: bool = False
    then: Item | None = None

    @property
    def is_to_judge(self) -> bool:
        return self.item.state in (Item.State.DELIVERED, Item.State.NOT_APPLICABLE, Item.State.RETURNED)

    @property
    def seen(self) -> str:
        return self.item.judged_at.isoformat() if self.item.judged_at else ""


def show(request: SignedInRequest, it: DocumentRequest, **faulty: Any) -> HttpResponse:
    """`faulty` are forms that were sent with faults, by the name under which the page has them."""
    tab = request.GET.get("tab", "documentation")
    tab = tab if tab in TABS and not faulty else faulty.pop("tab", "documentation")
    at = clock.read()
    can = possible(request, it)
    contacts = reading.contacts_of(it, today=at["today"])
    case = timeline.case(it.pk, viewer=request.user)
    context = {
        "it": it,
        "today": at["today"],
        "brief": it.deadline.brief,
        "round": it.deadline.round,
        "possible": can,
        "why_ended": reading.why_ended(it),
        "may_log": access.may(request.user, Action.CONTACT_LOG_WRITE, it),
        "notice": it.formal_notices.order_by("-number").first(),
        "may_give_notice": _may_give_notice(request, it, at["today"]),
        "tab": tab,
        "tabs": [(name, label, f"?tab={name}") for name, label in TABS.items()],
        "contacts": contacts,
        "clock_of_case": case.clock,
        "may_take": access.may(request.user, Action.DEADLINE_TAKE, it),
        "entries": case.entries,
        **PARTS[tab](request, it, faulty),
    }
    return render(request, "followup/document_request.html", context, status=422 if request.method == "POST" else 200)


def _may_give_notice(request: SignedInRequest, it: DocumentRequest, today: date) -> bool:
    return it.is_with_supplier and it.deadline.due_on < today and access.may(request.user, Action.FORMAL_NOTICE_SEND, it)


def _documentation(request: SignedInRequest, it: DocumentRequest, faulty: dict[str, Any]) -> dict[str, Any]:
    reviews = [_review(request, it, item, faulty) for item in reading.items_of(it)]
    waiting = [review for review in reviews if review.item.is_required or review.item.state != Item.State.OPEN]
    left = [review for review in waiting if not review.item.is_settled]
    if len(left) == 1:
        left[0].is_last = True
    unjudged = [review for review in left if review.item.state in ("delivered", "not_applicable")]
    if unjudged:
        unjudged[0].is_next = True
        unjudged[0].then = unjudged[1].item if len(unjudged) > 1 else None
    questions = [
        _with_form(question, faulty) for question in it.questions.visible_to(request.user).select_related("asked_by__person", "item")
    ]
    pending = it.time_requests.visible_to(request.user).filter(decision="pending").select_related("asked_by__person")
    wish = pending.first() if it.deadline.waits_for_us else None
    room = limits.of(it) if wish else None
    return {
        "reviews": reviews,
        "returned": [review for review in reviews if review.item.state == Item.State.RETURNED],
        "unjudged": unjudged,
        "accepted": [review for review in reviews if review.item.is_settled],
        "may_judge": access.may(request.user, Action.OBLIGATION_JUDGE, it),
        "may_read_restricted": access.may(request.user, Action.DOCUMENT_READ_RESTRICTED),
        "questions": questions,
        "wish": wish,
        "limits": room,
        "may_grant": room.allow_to(request.user, wish.wanted_on, it) if wish and room else False,
        "choice": request.GET.get("choice", ""),
        "time_form": faulty.get("time_form") or DecideTimeForm(initial={"due_on": wish.wanted_on} if wish else None),
        "refuse_form": faulty.get("refuse_form") or RefuseTimeForm(),
        "send_back_form": faulty.get("send_back_form") or SendBackForm(initial={"due_on": _usual_date(it)}),
    }


def _usual_date(it: DocumentRequest) -> Any:
    return due_dates.after_return(
        today=clock.today(), country=it.supplier.country, calendars=calendars.of_kind(DeadlineKind.DOCUMENT_REQUEST)
    )


def _review(request: SignedInRequest, it: DocumentRequest, item: Item, faulty: dict[str, Any]) -> Review:
    submission = it.deadline.round.submission_id
    evidence = [one for one in item.evidence.all() if one.submission_id]
    refused = faulty.get(f"return-{item.pk}")
    initial = {"reason": "other" if item.claim else "", "comment": ""} if item.state != Item.State.RETURNED else _said(item)
    return Review(
        item=item,
        current=[one for one in evidence if one.submission_id == submission],
        earlier=[one for one in evidence if one.submission_id != submission],
        saved_count=sum(one.submission_id is None for one in item.evidence.all()),
        return_form=refused or ReturnForm(prefix=f"return-{item.pk}", initial=initial),
        judge_forms=[faulty.get(f"judge-{item.pk}-{each.pk}") or judge_form(item, each) for each in item.obligations.all()],
    )


def _said(item: Item) -> dict[str, str]:
    return {"reason": item.reason, "comment": item.comment}


def judge_form(item: Item, obligation: Obligation, data: Any = None) -> JudgeForm:
    is_statement = bool(item.document_kind and item.document_kind.is_self_declaration)
    initial = {"checked_on": clock.today(), "method": "self_declared" if is_statement else "document", "verified": obligation.verified}
    return JudgeForm(data, item=item, obligation=obligation, initial=initial)


def _with_form(question: Question, faulty: dict[str, Any]) -> tuple[Question, AnswerForm]:
    return question, faulty.get(f"answer-{question.pk}") or AnswerForm(prefix=f"answer-{question.pk}")


def _asked(request: SignedInRequest, it: DocumentRequest, faulty: dict[str, Any]) -> dict[str, Any]:
    rounds = it.rounds.select_related("deadline", "submission__submitted_by__person", "review_deadline")
    return {"items": reading.items_of(it), "attachments": list(it.attachments.visible_to(request.user)), "rounds": list(rounds)}


def _log(request: SignedInRequest, it: DocumentRequest, faulty: dict[str, Any]) -> dict[str, Any]:
    entries = ContactEntry.objects.visible_to(request.user).filter(request=it).select_related("written_by__person")
    form = faulty.get("log_form") or RequestEntryForm(initial={"happened_on": clock.today(), "with_whom": _first_contact(it)})
    return {"logged": list(entries), "log_form": form}


def _first_contact(it: DocumentRequest) -> str:
    return next((str(person) for person, _roles in reading.contacts_of(it, today=clock.today())), "")


def _history(request: SignedInRequest, it: DocumentRequest, faulty: dict[str, Any]) -> dict[str, Any]:
    return {"history": list(History.objects.visible_to(request.user).of(it).order_by("-at", "-id")[:MOST_HISTORY])}


PARTS = {"documentation": _documentation, "asked": _asked, "log": _log, "history": _history}


def item_anchor(key: UUID) -> str:
    return f"item-{key}"


def own_url(it: DocumentRequest, tab: str) -> str:
    return reverse("followup:document-request", args=[it.pk]) + f"?tab={tab}"
