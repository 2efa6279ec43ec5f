"""`/findings/`: what was found at a supplier, and how it is put right."""

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.http.response import HttpResponseBase
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request

from accounts.permissions import Action
from core import access, files
from core.api.parsers import JSONParser
from core.api.resources import Resource, Row
from core.errors import Invalid
from core.paging import Order, both_ways
from core.sql import json_list, parts
from followup.api import finding_shapes as shapes
from followup.filters_findings import FindingFilters
from followup.models import ActionPlan, Audit, CorrectiveAction, Finding, FindingClock, FindingEffect, FindingEvidence
from followup.models.findings import NO_DATE
from followup.services import action_plans, finding_closing, finding_disputes, finding_evidence, findings
from followup.services.action_plans import NewAction
from followup.states import FINDING
from notifications.models import Deadline

ABOUT = ("framework__organisation", "framework__scope", "supplier", "severity", "audit", "noted_in")
MINE = OuterRef("pk")
UNKNOWN_ACTION = "unknown_action"


class FindingResource(Resource):
    """A supplier sees its own once it is told, an audit firm those of its audits."""

    queryset = Finding.objects.all()
    output = shapes.FindingOut
    inputs = {
        "create": shapes.FindingIn,
        "partial_update": shapes.FindingWrittenIn,
        "dispute": shapes.ReasonIn,
        "uphold": shapes.GroundsIn,
        "withdraw": shapes.GroundsIn,
        "ask_for_plan": shapes.AskPlanIn,
        "plan": shapes.PlanIn,
        "accept_plan": shapes.AcceptPlanIn,
        "return_plan": shapes.ReturnPlanIn,
        "evidence": shapes.EvidenceIn,
        "finish_action": shapes.FinishActionIn,
        "return_evidence": shapes.ReturnEvidenceIn,
        "close": shapes.FindingCloseIn,
        "reopen": shapes.ReasonIn,
        "record_effect": shapes.EffectIn,
        "strike_effect": shapes.StrikeEffectIn,
        "check_effect": shapes.CheckEffectIn,
        "hand_over": shapes.AuthorityIn,
        "meet": shapes.MeetIn,
    }
    filterset_class = FindingFilters
    orders = both_ways(due_on=Order("mend_by"), created_at=Order("created_at"))
    columns = (
        *("id", "audit_id", "framework_id", "supplier_id", "number", "severity__code", "theme", "text", "is_systemic"),
        *("repeats_id", "repeats__told_at", "audit__announced_at", "audit__status"),
        *("status", "mend_by", "told_at", "dispute", "decision", "statement", "outcome", "method", "closing_note", "closed_on"),
        *("effect_checked_on", "authority", "found_by_id", "created_at"),
    )

    # Reading

    def shown(self, rows: list[Row]) -> list[Row]:
        seen = Deadline.objects.visible_to(self.user)
        clocks = FindingClock.objects.filter(finding=MINE, deadline__in=seen.values("pk")).order_by("deadline__due_on", "pk")
        below = parts(Finding, [row["id"] for row in rows], clocks=json_list(clocks, **CLOCK), **BELOW)
        return [self._shown(row, **below[row["id"]]) for row in rows]

    def _shown(self, row: Row, obligations: list[Row], plans: list[Row], **lists: list[Row]) -> Row:
        plan = plans[-1] if plans else None
        is_ours, is_sent_in = self.user.works_here, row["status"] in ("evidence_submitted", "closed")
        repeats, knows_it = row.pop("repeats_id"), row.pop("repeats__told_at") is not None and bool(self.user.supplier_ids)
        audit, was_told, status = row.pop("audit_id"), row.pop("audit__announced_at"), row.pop("audit__status")
        knows_audit = is_ours or bool(self.user.auditor_ids) or was_told or status in (Audit.Status.REPORTED, Audit.Status.CLOSED)
        return {
            "audit": audit if knows_audit else None,
            "framework": row.pop("framework_id"),
            "supplier": row.pop("supplier_id"),
            "severity": row.pop("severity__code"),
            "systemic": row.pop("is_systemic"),
            "repeats": repeats if is_ours or knows_it else None,
            "due_on": None if row["mend_by"] == NO_DATE else row["mend_by"],
            "found_by": row.pop("found_by_id"),
            "obligations": [each["obligation"] for each in obligations],
            "plan": {name: value for name, value in plan.items() if name != "id"} if plan else None,
            **{name: value for name, value in row.items() if name != "mend_by"},
            "authority": row["authority"] if is_ours else "",
            "statement": row["statement"] if is_sent_in or not is_ours else "",
            **lists,
        }

    # Our side

    def create(self, request: Request) -> HttpResponseBase:
        """Log a finding. A critical one tells the supplier and the agreement owner at once."""
        access.require(self.user, Action.FINDING_LOG)
        body = self.body()

        def act() -> Row:
            return self.one(findings.log(**body, **self.by_today).pk)

        return self.once(act, status=201)

    def partial_update(self, request: Request, pk: str) -> HttpResponseBase:
        """Correct it. Text, severity and whether it is systemic only until the supplier is told."""
        it = self._at(pk, "edit")
        findings.edit(finding=it, **self.changes(pk), **self.by_today)
        return self.answered(pk)

    @action(detail=True, methods=["post"])
    def tell(self, request: Request, pk: str) -> HttpResponseBase:
        """Tell the supplier. The clocks of the severity begin."""
        return self._do(pk, "tell", findings.tell)

    @action(detail=True, methods=["post"])
    def uphold(self, request: Request, pk: str) -> HttpResponseBase:
        """The dispute is decided: it stands. Not by whoever found it: 403."""
        return self._do(pk, "uphold", finding_disputes.uphold)

    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> HttpResponseBase:
        """It does not stand. Not by whoever found it: 403."""
        return self._do(pk, "withdraw", finding_disputes.withdraw)

    @action(detail=True, methods=["post"])
    def ask_for_plan(self, request: Request, pk: str) -> HttpResponseBase:
        """Ask the supplier for an action plan."""
        return self._do(pk, "ask_for_plan", action_plans.ask)

    @action(detail=True, methods=["post"])
    def accept_plan(self, request: Request, pk: str) -> HttpResponseBase:
        """Every action is good enough. Their dates begin."""
        return self._do(pk, "accept_plan", action_plans.accept)

    @action(detail=True, methods=["post"])
    def return_plan(self, request: Request, pk: str) -> HttpResponseBase:
        """Send the plan back, with comments on the actions that are not good enough."""
        it, body = self._at(pk, "return_plan"), self.body()
        comments = {each["action"]: each["comment"] for each in body.pop("actions", [])}
        return self._act(pk, action_plans.return_, finding=it, comments=comments, **body, **self.by_today)

    @action(detail=True, methods=["post"])
    def return_evidence(self, request: Request, pk: str) -> HttpResponseBase:
        """What was sent does not show that it is put right."""
        return self._do(pk, "return_evidence", finding_evidence.return_)

    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> HttpResponseBase:
        """It is put right. At some severities not by whoever found it: 403."""
        return self._do(pk, "close", finding_closing.close)

    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> HttpResponseBase:
        """It is not put right after all."""
        return self._do(pk, "reopen", finding_closing.reopen)

    @action(detail=True, methods=["post"])
    def record_effect(self, request: Request, pk: str) -> HttpResponseBase:
        """What it meant in figures."""
        return self._do(pk, "record_effect", finding_closing.record_effect)

    @action(detail=True, methods=["post"])
    def strike_effect(self, request: Request, pk: str) -> HttpResponseBase:
        """A figure was written down by mistake; the history keeps it."""
        it = self._at(pk, "strike_effect")
        figure = it.effects.filter(pk=self.body()["effect"]).first()
        if figure is None:
            raise Invalid.one("effect", "unknown_effect", shapes.NO_SUCH_FIGURE)
        return self._act(pk, finding_closing.strike_effect, effect=figure, **self.by)

    @action(detail=True, methods=["post"])
    def check_effect(self, request: Request, pk: str) -> HttpResponseBase:
        """Whether it lasted. If not, it is opened again."""
        return self._do(pk, "check_effect", finding_closing.check_effect)

    @action(detail=True, methods=["post"])
    def hand_over(self, request: Request, pk: str) -> HttpResponseBase:
        """An authority has got it. The case under the contract goes on."""
        return self._do(pk, "hand_over", findings.hand_over)

    @action(detail=True, methods=["post"])
    def meet(self, request: Request, pk: str) -> HttpResponseBase:
        """The meeting about a critical finding has been held."""
        return self._do(pk, "meet", findings.meet)

    # The supplier's side

    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Request, pk: str) -> HttpResponseBase:
        """“We have read this.” The first answer."""
        return self._do(pk, "acknowledge", finding_disputes.acknowledge)

    @action(detail=True, methods=["post"])
    def dispute(self, request: Request, pk: str) -> HttpResponseBase:
        """The supplier does not agree, within the limit for its first answer; after it 409."""
        return self._do(pk, "dispute", finding_disputes.dispute)

    @action(detail=True, methods=["post"])
    def plan(self, request: Request, pk: str) -> HttpResponseBase:
        """Send in the action plan, whole."""
        it, body = self._at(pk, "plan"), self.body()
        actions = [NewAction(**each) for each in body["actions"]]
        return self._act(pk, action_plans.submit, finding=it, root_cause=body["root_cause"], actions=actions, **self.by_today)

    @action(detail=True, methods=["post"], parser_classes=[MultiPartParser, JSONParser])
    def evidence(self, request: Request, pk: str) -> HttpResponseBase:
        """It is put right: files that show it, words, or both."""
        it, body = self._at(pk, "evidence"), self.body()
        body.pop("files", None)
        return self._with_files(pk, finding_evidence.submit, finding=it, **body)

    @action(detail=True, methods=["post"], parser_classes=[MultiPartParser, JSONParser])
    def finish_action(self, request: Request, pk: str) -> HttpResponseBase:
        """One action of the accepted plan is done."""
        it, body = self._at(pk, "finish_action"), self.body()
        done = action_plans.actions_of(it).filter(pk=body["action"]).first()
        if done is None:
            raise Invalid.one("action", UNKNOWN_ACTION, shapes.NO_SUCH_ACTION)
        return self._with_files(pk, finding_evidence.finish_action, finding=it, action=done)

    def _at(self, pk: str, change: str) -> Finding:
        it: Finding = self.found(pk, FINDING[change].needs, *ABOUT)
        return it

    def _do(self, pk: str, change: str, service: Any) -> HttpResponseBase:
        it = self._at(pk, change)
        return self._act(pk, service, finding=it, **self.body(), **self.by_today)

    def _with_files(self, pk: str, service: Any, **said: Any) -> HttpResponseBase:
        checked = files.received(self.request)

        def act() -> Row:
            with files.kept(checked) as kept:
                service(files=kept, **said, **self.by_today)
            return self.one(pk)

        return self.once(act)

    def _act(self, pk: str, service: Any, **said: Any) -> HttpResponseBase:
        def act() -> Row:
            service(**said)
            return self.one(pk)

        return self.once(act)


def _latest_plan() -> QuerySet[ActionPlan]:
    return ActionPlan.objects.filter(finding=OuterRef("plan__finding")).order_by("-number")


CLOCK = {"what": "what", "deadline": "deadline_id", "due_on": "deadline__due_on", "closed_at": "deadline__closed_at"}
PLAN = {name: name for name in ("number", "root_cause", "submitted_at", "verdict", "comment")}
ACTION = {
    "id": "pk",
    "due_on": "deadline__due_on",
    **{name: name for name in ("kind", "text", "responsible", "verdict", "comment", "done_on")},
}
LATEST = CorrectiveAction.objects.filter(plan__finding=MINE, plan=Subquery(_latest_plan().values("pk")[:1]))
BELOW = {
    "obligations": json_list(Finding.obligations.through.objects.filter(finding=MINE), obligation="obligation_id"),
    "plans": json_list(ActionPlan.objects.filter(finding=MINE).order_by("number"), **PLAN),
    "actions": json_list(LATEST.order_by("number"), **ACTION),
    "effects": json_list(
        FindingEffect.objects.filter(finding=MINE).order_by("recorded_at", "pk"),
        id="pk",
        **{name: name for name in ("what", "amount", "currency", "method")},
    ),
    "evidence": json_list(
        FindingEvidence.objects.filter(finding=MINE, submitted_at__isnull=False).order_by("added_at", "pk"),
        document="document_id",
        action="action_id",
        submitted_at="submitted_at",
    ),
}
"""The same for every reader, so put together once."""
