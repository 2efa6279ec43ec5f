"""What the clauses of an agreement say of the time for a finding's plan and correction (rules counted from the day a finding is sent)."""

from datetime import date

from contracts.models import DeadlineRule
from followup.models import Finding, FindingClock

W = FindingClock.What
IN_DAYS = {"days": 1.0, "working_days": 1.4, "weeks": 7.0, "months": 30.4}
"""Roughly, to tell which of two rules is the shorter."""


def of(finding: Finding, today: date) -> dict[str, DeadlineRule]:
    """The rule for the plan and the one for putting it right, from the clause of the first requirement that has any.

    A clause with two rules gives the shorter for the plan and the longer for putting it right. One alone is for the plan where the severity
    asks for one, else for putting it right. What no clause says the severity does.
    """
    rules = _rules(finding)
    if not rules:
        return {}
    in_force = sorted((rule.in_force(finding.framework, sent_on=today) for rule in rules), key=_days)
    if len(in_force) > 1:
        return {W.PLAN: in_force[0], W.CORRECTION: in_force[-1]}
    return {W.PLAN if finding.severity.plan_offset is not None else W.CORRECTION: in_force[0]}


def _rules(finding: Finding) -> list[DeadlineRule]:
    """Those of one clause, the first that has any."""
    seen = DeadlineRule.objects.filter(
        anchor=DeadlineRule.Anchor.FINDING_SENT, first=None, clause__requirements__obligations__findings=finding
    )
    found = list(seen.distinct().order_by("clause__requirements__number", "id").select_related("clause").prefetch_related("later"))
    return [rule for rule in dict.fromkeys(found) if rule.clause_id == found[0].clause_id]


def _days(rule: DeadlineRule) -> float:
    return rule.offset * IN_DAYS[rule.unit]
