"""What is told about a report from an agency: to whoever reported it, and to us. The supplier is never told."""

from datetime import date, datetime
from typing import Any

from accounts.models import Person, ScopeRole
from followup.models import AgencyReport
from followup.services import briefs
from notifications import audience, outbox

MOST_TOLD = 1000


def brief(report: AgencyReport) -> dict[str, Any]:
    """What mails to us say. Who told is on the page, not in every mailbox."""
    return {
        **briefs.of_agreement(report.framework),
        "supplier": report.supplier.name if report.supplier else "",
        "agency": report.agency.name,
        "case": report.case_number,
        "text": report.text[:MOST_TOLD],
    }


def confirm(report: AgencyReport, *, now: datetime) -> None:
    """The case number and by when we answer, at once."""
    _publish(report, "report_received", {"due_on": report.deadline.due_on.isoformat()}, key=str(report.pk), now=now)


def tell(report: AgencyReport, what: str, *, now: datetime, **said: Any) -> None:
    """What came of it: `what` is taken, answered, finding, audit or closed."""
    _publish(report, "report_told", {"what": what, **said}, key=f"{report.pk}:{now.isoformat()}", now=now)


def tell_us(report: AgencyReport, text: str, *, today: date, now: datetime) -> None:
    """The agency has added something: whoever has the report, else the contract manager."""
    outbox.publish(
        kind="report_added",
        people=_who_has_it(report) or audience.staff(scope_id=report.framework_id, role=ScopeRole.Role.MANAGER, today=today),
        organisation=report.framework.organisation,
        scope_id=report.framework_id,
        about_id=report.pk,
        context={**brief(report), "added": text[:MOST_TOLD]},
        key=f"{report.pk}:{now.isoformat()}",
        now=now,
    )


def _who_has_it(report: AgencyReport) -> list[Person]:
    """Nobody, where whoever took it does not work here any more."""
    taken = report.taken_by
    body = report.framework.organisation_id
    return [taken.person] if taken and audience.still_belong([(taken.person_id, body)]) else []


def _publish(report: AgencyReport, kind: str, said: dict[str, Any], *, key: str, now: datetime) -> None:
    reporter: Person = report.reported_by.person
    outbox.publish(
        kind=kind,
        people=[reporter],
        organisation=report.agency,
        scope_id=report.framework_id,
        about_id=report.pk,
        context={**brief(report), **said},
        key=key,
        now=now,
    )
