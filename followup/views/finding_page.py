"""One finding as each side meets it: what was found, the one next step, the dates, the plan and what shows that it is put right."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.permissions import Action
from accounts.requests import SignedInRequest
from core import access, clock, files, states, thumbnails
from core.locales import weekday
from core.models import History
from followup import finding_reading, finding_rules, reading
from followup.finding_reading import Whole
from followup.forms.finding_answers import DisputeForm, EvidenceForm
from followup.forms.findings import JudgePlanForm
from followup.models import ActionPlan, Finding, FindingClock, FindingFile
from followup.seen import mark
from followup.services import finding_disputes, finding_silence, meeting_mail
from followup.states import FINDING
from followup.views.finding_doors import finding_for
from notifications import deadlines, kinds, timeline
from notifications.models import Turn
from notifications.views.seen import seen

S, W = Finding.Status, FindingClock.What
MOST_HISTORY = 200


def finding(request: SignedInRequest, pk: UUID) -> HttpResponse:
    it = finding_for(request, pk)
    seen(request, kinds.FINDING, it.pk)
    if it.supplier_id in request.user.supplier_ids and not request.user.works_here:
        return theirs(request, it)
    return ours(request, it)


@require_safe
def file(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """What we saw: a picture or a paper of ours."""
    kept = get_object_or_404(FindingFile.objects.visible_to(request.user), pk=pk)
    return files.download(kept)


@require_safe
def small_file(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    return thumbnails.handed_out(request, get_object_or_404(FindingFile.objects.visible_to(request.user), pk=pk))


def ours(request: SignedInRequest, it: Finding, *, plan_form: JudgePlanForm | None = None) -> HttpResponse:
    """Our staff, and an audit firm, which only reads."""
    at, user = clock.read(), request.user
    whole = finding_reading.whole(it, viewer=user, today=at["today"])
    plan = whole.plans[-1] if whole.plans else None
    can = states.possible(FINDING, it, user)
    is_finder = it.was_found_by(user)
    case = timeline.case(it.pk, viewer=user) if user.works_here else None
    context = {
        **_both(it, whole, at["today"]),
        "possible": can,
        "is_ours": user.works_here,
        "is_firm": not user.works_here,  # it reads findings of its audits, not how the supplier stands otherwise
        "is_finder": is_finder,
        "silence": _silence(it, whole, at["today"]),
        "may_close": "close" in can and not (is_finder and it.severity.needs_another),
        "plan_form": plan_form or (JudgePlanForm(actions=plan.steps) if plan and "accept_plan" in can else None),
        "contacts": reading.contacts_among(whole.people),
        "clock_of_case": case.clock if case else None,
        "may_take": access.may(user, Action.DEADLINE_TAKE, it),
        "may_read_restricted": access.may(user, Action.DOCUMENT_READ_RESTRICTED),
        "may_judge": access.may(user, Action.OBLIGATION_JUDGE, it),
        "entries": case.entries if case else [],
        "history": _history(request, it),
        "rules": finding_rules.of(it, at["today"]).values(),
    }
    return render(request, "followup/finding.html", context, status=422 if plan_form is not None else 200)


def _silence(it: Finding, whole: Whole, today: date) -> dict[str, Any] | None:
    """Where nobody has answered in time and a status meeting takes it up: which one, and by when it has to be."""
    late = [each.deadline.due_on for each in whole.clocks if each.deadline.is_overdue(today) and each.deadline.turn == Turn.SUPPLIER]
    if not late or not it.is_with_supplier or it.severity.silence_offset is None:
        return None
    by = finding_silence.latest_day(it, min(late))
    return {"meeting": next((each for each in whole.takes_up if meeting_mail.day_of(each) <= by), None), "by": by}


def theirs(request: SignedInRequest, it: Finding, **faulty: Any) -> HttpResponse:
    """The supplier's page. `faulty` are forms that were sent with faults."""
    at, user = clock.read(), request.user
    whole = finding_reading.whole(it, viewer=user, today=at["today"])
    if request.method == "GET":
        deadlines.see(*(each.deadline for each in whole.clocks), now=at["now"])  # the supplier has opened it, signed in
    can = states.possible(FINDING, it, user)
    until = finding_disputes.dispute_until(whole.clocks)
    may_mend = bool({"act", "upload"} & can)
    context = {
        **_both(it, whole, at["today"]),
        "possible": can,
        "title": _title(it, whole.clocks, whole.plans),
        "dispute_until": until,
        "may_read_restricted": True,  # it is their own
        "may_dispute": "dispute" in can and not it.decision and (until is None or at["today"] <= until),
        "is_too_late_to_dispute": "dispute" in can and until is not None and at["today"] > until,
        "saved": [one for one in whole.evidence if one.submitted_at is None],
        "evidence_form": EvidenceForm(usable=reading.usable_again(it, today=at["today"]), initial={"statement": it.statement})
        if may_mend
        else None,
        "seen_statement": mark(it.statement),
        "dispute_form": DisputeForm(),
        "brief": whole.deadlines[0].brief if whole.deadlines else {"mailbox": it.framework.mailbox},
        "history": _history(request, it),
        **faulty,
    }
    return render(request, "followup/finding_to_supplier.html", context, status=422 if faulty else 200)


def _both(it: Finding, whole: Whole, today: date) -> dict[str, Any]:
    running = {each.what: each.deadline for each in whole.clocks if each.deadline.is_open}
    return {
        "it": it,
        "whole": whole,
        "today": today,
        "running": running,
        "next_due": next((running[what].due_on for what in OWED if what in running), None),
        "plan": whole.plans[-1] if whole.plans else None,
        "earlier_plans": whole.plans[:-1],
        "shown": [one for one in whole.evidence if one.submitted_at],
    }


def _history(request: SignedInRequest, it: Finding) -> list[History]:
    return list(History.objects.visible_to(request.user).of(it).order_by("-at", "-id")[:MOST_HISTORY])


WAITS_FOR_US = {
    S.DISPUTED: gettext_lazy("You do not agree. We are looking at it"),
    S.PLAN_SUBMITTED: gettext_lazy("We have your action plan, and are looking at it"),
    S.EVIDENCE_SUBMITTED: gettext_lazy("We have what you sent, and are looking at it"),
}
OVER = {
    Finding.Outcome.WITHDRAWN: gettext_lazy("We have withdrawn this finding"),
    Finding.Outcome.PUT_RIGHT: gettext_lazy("This is put right"),
    Finding.Outcome.NOTED: gettext_lazy("This is closed. There is nothing for you to do"),
}
OWED = {
    W.RESPONSE: gettext_lazy("Answer this by %(date)s"),
    W.PLAN: gettext_lazy("Send us an action plan by %(date)s"),
    W.CORRECTION: gettext_lazy("Put this right by %(date)s, and show us"),
}
PLAN_AGAIN = gettext_lazy("Your action plan is not good enough yet. Send it again by %(date)s")
NO_DATE = {
    "good_practice": gettext_lazy("We have seen good practice"),
    "observation": gettext_lazy("A point that can be better"),
}


def _title(it: Finding, clocks: list[FindingClock], plans: list[ActionPlan]) -> str:
    """The page's answer in one sentence: what we wait for, and by when."""
    if it.is_closed:
        return str(OVER.get(Finding.Outcome(it.outcome), OVER[Finding.Outcome.NOTED]))
    if it.is_to_judge:
        return str(WAITS_FOR_US[S(it.status)])
    owed = {each.what: each.deadline.due_on for each in clocks if each.deadline.is_open}
    first = next((what for what in OWED if what in owed), None)
    if first is not None:
        is_again = first == W.PLAN and plans and plans[-1].verdict == ActionPlan.Verdict.RETURNED
        return str(PLAN_AGAIN if is_again else OWED[first]) % {"date": weekday(owed[first])}
    return str(NO_DATE.get(it.severity.code, _("Put this right, and show us")))
