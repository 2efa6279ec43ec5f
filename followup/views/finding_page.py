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
from followup import finding_rules, reading
from followup.forms.finding_answers import DisputeForm, EvidenceForm
from followup.forms.findings import JudgePlanForm
from followup.models import ActionPlan, Document, Finding, FindingClock, FindingFile, Sanction
from followup.services import finding_disputes, findings
from followup.states import FINDING
from followup.views.finding_doors import finding_for
from notifications import deadlines, kinds, taking, timeline
from notifications.models import Deadline, Turn
from notifications.views.seen import seen

S, W = Finding.Status, FindingClock.What
MOST_HISTORY = 200
MOST_USABLE = 30


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
    return files.download(name=kept.name, content_type=kept.content_type, storage_name=kept.storage_name, scan_state=kept.scan_state)


@require_safe
def small_file(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    return thumbnails.handed_out(request, get_object_or_404(FindingFile.objects.visible_to(request.user), pk=pk))


def ours(request: SignedInRequest, it: Finding, *, plan_form: JudgePlanForm | None = None) -> HttpResponse:
    """Our staff, and an audit firm, which only reads."""
    at, user = clock.read(), request.user
    plans = _plans(it)
    can = states.possible(FINDING, it, user)
    clocks = _clocks(request, it)
    is_finder = user.pk == it.found_by_id
    may_judge_plan = "accept_plan" in can
    may_judge = access.may(user, Action.OBLIGATION_JUDGE, it)
    context = {
        **_both(it, plans, clocks, at["today"]),
        "possible": can,
        "is_ours": user.works_here,
        "is_firm": not user.works_here,  # it reads findings of its audits, not how the supplier stands otherwise
        "is_finder": is_finder,
        "may_close": "close" in can and not (is_finder and it.severity.needs_another),
        "plan_form": plan_form or (JudgePlanForm(plan=plans[-1]) if may_judge_plan and plans else None),
        "contacts": reading.contacts_of(it, today=at["today"]) if user.works_here else [],
        "clock_of_case": taking.clock_of(it.pk, viewer=user) if user.works_here else None,
        "may_take": access.may(user, Action.DEADLINE_TAKE, it),
        "may_judge": may_judge,
        "entries": timeline.about(it.pk, viewer=user) if user.works_here else [],
        "history": _history(request, it),
        "rules": finding_rules.of(it, at["today"]).values(),
        "sanctions": Sanction.objects.visible_to(user).filter(findings=it).order_by("number"),
        "earlier": list(findings.same_before(viewer=user, supplier=it.supplier, theme=it.theme, today=at["today"], but=it)[:5])
        if user.works_here and it.theme and it.repeats_id is None
        else [],
    }
    return render(request, "followup/finding.html", context, status=422 if plan_form is not None else 200)


def theirs(request: SignedInRequest, it: Finding, **faulty: Any) -> HttpResponse:
    """The supplier's page. `faulty` are forms that were sent with faults."""
    at, user = clock.read(), request.user
    plans, clocks = _plans(it), _clocks(request, it)
    if request.method == "GET":
        for each in clocks:
            deadlines.see(each.deadline, now=at["now"])  # the supplier has opened it, signed in
    can = states.possible(FINDING, it, user)
    until = finding_disputes.dispute_until(it)
    may_mend = bool({"act", "upload"} & can)
    context = {
        **_both(it, plans, clocks, at["today"]),
        "possible": can,
        "title": _title(it, clocks),
        "dispute_until": until,
        "may_dispute": "dispute" in can and not it.decision and (until is None or at["today"] <= until),
        "is_too_late_to_dispute": "dispute" in can and until is not None and at["today"] > until,
        "saved": [one for one in it.evidence.all() if one.submitted_at is None],
        "evidence_form": EvidenceForm(usable=usable(request, it, at["today"]), initial={"statement": it.statement}) if may_mend else None,
        "dispute_form": DisputeForm(),
        "brief": _contact_with_us(request, it),
        "sanctions": Sanction.objects.visible_to(user).filter(findings=it).order_by("number"),
        "history": _history(request, it),
        **faulty,
    }
    return render(request, "followup/finding_to_supplier.html", context, status=422 if faulty else 200)


def usable(request: SignedInRequest, it: Finding, today: date) -> list[Document]:
    """What the supplier has delivered before and can show again, newest first."""
    rows = Document.objects.visible_to(request.user).filter(supplier=it.supplier_id).usable_again(today)
    return list(rows.order_by("-received_at", "-id")[:MOST_USABLE])


def _both(it: Finding, plans: list[ActionPlan], clocks: list[FindingClock], today: Any) -> dict[str, Any]:
    running = {each.what: each.deadline for each in clocks if each.deadline.is_open}
    return {
        "it": it,
        "today": today,
        "clocks": clocks,
        "running": running,
        "plan": plans[-1] if plans else None,
        "earlier_plans": plans[:-1],
        "shown": [one for one in it.evidence.select_related("document", "action") if one.submitted_at],
        "files": list(it.files.all()),
        "effects": list(it.effects.all()),
        "obligations": list(it.obligations.select_related("requirement", "lot").order_by("requirement__number")),
    }


def _plans(it: Finding) -> list[ActionPlan]:
    rows = it.plans.select_related("submitted_by__person", "judged_by__person").prefetch_related("actions__deadline")
    return list(rows.order_by("number"))


def _clocks(request: SignedInRequest, it: Finding) -> list[FindingClock]:
    """Those that the reader may see; for the supplier what it owes."""
    if not request.user.works_here and it.supplier_id not in request.user.supplier_ids:
        return []
    mine = it.clocks.select_related("deadline")
    return list(mine if request.user.works_here else mine.filter(deadline__turn=Turn.SUPPLIER))


def _history(request: SignedInRequest, it: Finding) -> list[History]:
    return list(History.objects.visible_to(request.user).of(it).order_by("-at", "-id")[:MOST_HISTORY])


def _contact_with_us(request: SignedInRequest, it: Finding) -> dict[str, Any]:
    """Whom to call, as the mails say it."""
    newest = (
        Deadline.objects.visible_to(request.user).filter(about_id=it.pk).order_by("-created_at").values_list("brief", flat=True).first()
    )
    return newest or {"mailbox": it.framework.mailbox}


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
NO_DATE = {
    "good_practice": gettext_lazy("We have seen good practice"),
    "observation": gettext_lazy("A point that can be better"),
}


def _title(it: Finding, clocks: list[FindingClock]) -> str:
    """The page's answer in one sentence: what we wait for, and by when."""
    if it.is_closed:
        return str(OVER.get(Finding.Outcome(it.outcome), OVER[Finding.Outcome.NOTED]))
    if it.is_to_judge:
        return str(WAITS_FOR_US[S(it.status)])
    owed = {each.what: each.deadline.due_on for each in clocks if each.deadline.is_open}
    first = next((what for what in OWED if what in owed), None)
    if first is not None:
        return str(OWED[first]) % {"date": weekday(owed[first])}
    return str(NO_DATE.get(it.severity.code, _("Put this right, and show us")))
