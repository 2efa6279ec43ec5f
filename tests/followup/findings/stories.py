"""Days, addresses and small readings that the tests of findings share."""

from datetime import date, timedelta
from typing import Any

from accounts.models import Organisation
from core import ids
from followup.models import Audit, Finding, Severity
from followup.services import action_plans, finding_disputes, finding_evidence, findings
from followup.services.action_plans import NewAction
from notifications import deadlines
from notifications.models import Deadline
from tests.cast import Cast
from tests.factories import NOW, TODAY
from tests.walking import at

BY = date(2026, 4, 30)


def page_of(it: Finding, *parts: str) -> str:
    return "/".join(["", "findings", str(it.pk), *parts, ""])


def logged(cast: Cast, severity: str = "major", *, told: bool = True, **fields: Any) -> Finding:
    """Found by the manager at Nordvare."""
    obligation = cast.due_diligence.obligations.filter(supplier=cast.nordvare).first()
    said: dict[str, Any] = {
        "framework": cast.pc,
        "supplier": cast.nordvare,
        "text": "Four workers were not paid overtime in June.",
        "obligations": [obligation],
        "actor": cast.manager,
        "now": NOW,
        "today": TODAY,
        **fields,
    }
    it = findings.log(severity=Severity.objects.get(code=severity), **said)
    if told and not it.is_told:
        findings.tell(finding=it, actor=said["actor"], now=said["now"], today=said["today"])
    return it


def audited(cast: Cast, firm: Organisation | None = None) -> Audit:
    """An audit of Nordvare that has been carried out, by that firm or by us."""
    key = ids.new()
    deadline = deadlines.prepare(
        kind="audit",
        about_id=key,
        title="Audit",
        scope=cast.pc.scope,
        organisation=cast.cpb,
        turn="cpb",
        starts_on=TODAY,
        due_on=TODAY,
        brief={},
        now=NOW,
    )
    return Audit.objects.create(
        id=key,
        framework=cast.pc,
        supplier=cast.nordvare,
        kind="wage_control",
        status="performed",
        performed_on=TODAY,
        auditor=firm,
        deadline=deadline,
        planned_on=TODAY,
        created_at=NOW,
    )


def planned(cast: Cast, it: Finding, *, by: date = BY, day: date = TODAY) -> None:
    actions = [
        NewAction("correction", "Pay the four workers.", "Kari Lønn", by),
        NewAction("preventive", "Check overtime every month.", "Kari Lønn", by + timedelta(days=10)),
    ]
    action_plans.submit(finding=it, root_cause="No check of the hours.", actions=actions, actor=cast.csr, now=at(day), today=day)


def accepted(cast: Cast, it: Finding, **options: Any) -> None:
    planned(cast, it, **options)
    day = options.get("day", TODAY)
    action_plans.accept(finding=it, actor=cast.manager, now=at(day), today=day)


def shown(cast: Cast, it: Finding, *, day: date = TODAY) -> None:
    finding_evidence.submit(finding=it, statement="The workers are paid.", actor=cast.csr, now=at(day), today=day)


def disputed(cast: Cast, it: Finding, *, day: date = TODAY) -> None:
    finding_disputes.dispute(finding=it, reason="They were paid in July.", actor=cast.csr, now=at(day), today=day)


def clocks(it: Finding) -> dict[str, Deadline]:
    """The open ones by their name; actions are left out."""
    running = it.clocks.filter(deadline__closed_at=None).select_related("deadline")
    return {clock.what: clock.deadline for clock in running}


def fresh(it: Finding) -> Finding:
    """As a page would read it."""
    return Finding.objects.get(pk=it.pk)
