"""All that the page of an audit shows of it, beside the audit itself: read in one query, however much there is."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import OuterRef

from accounts.models import ScopeRole, User
from contracts.models import Judgement, Obligation
from core.sql import parts, row_list
from followup import sheet_noted
from followup.models import (
    AgencyReport,
    Audit,
    AuditCost,
    AuditMeeting,
    AuditReport,
    Document,
    Finding,
    SheetAnswer,
    TeamMember,
    WrittenReport,
)
from followup.programme_reading import Costs
from followup.services.audit_mail import TOLD
from notifications.models import Deadline

MOST_FINDINGS = 200
MOST_DOCUMENTS = 50
MINE = {"audit": OuterRef("pk")}


@dataclass
class Whole:
    """As far as the reader may see it. Each of the `obligations` has the judgements that this audit led to, as `of_audit`.

    `due` is the open deadline of its report, `noted` what its sheet says and nobody
    has logged. What only our own staff see is empty for an audit firm.
    """

    obligations: list[Any]
    findings: list[Finding]
    documents: list[Document]
    noted: list[SheetAnswer]
    reports: list[AuditReport]
    written: list[WrittenReport]
    team: list[TeamMember]
    meetings: list[AuditMeeting]
    due: list[Deadline]
    again: list[Audit] = field(default_factory=list)
    agency_reports: list[AgencyReport] = field(default_factory=list)
    people: list[ScopeRole] = field(default_factory=list)
    spent: list[AuditCost] = field(default_factory=list)

    @property
    def costs(self) -> Costs:
        costs = Costs()
        for each in self.spent:
            costs.add(each.hours, each.amount, each.counted, each.currency, each.counted_currency)
        return costs


def whole(it: Audit, *, viewer: User, today: date) -> Whole:
    bound = Obligation.objects.filter(audits=OuterRef("pk")).order_by("requirement__number", "lot__number")
    judged = Judgement.objects.filter(audits=OuterRef("pk")).order_by("-judged_at", "-pk")
    lists = {
        "obligations": row_list(bound, "requirement", "requirement__clause", "lot"),
        "judged": row_list(judged, "judged_by", "judged_by__person"),
        "documents": row_list(_documents(it, viewer)),
        "noted": row_list(sheet_noted.waiting(sheet__audit=OuterRef("pk"))),
        **told_to_all(it, viewer),
        **(_ours(viewer, today) if viewer.works_here else {}),
    }
    found = parts(Audit, [it.pk], **lists)[it.pk]
    judgements = found.pop("judged")
    for obligation in found["obligations"]:
        obligation.of_audit = [each for each in judgements if each.obligation_id == obligation.pk]
    return Whole(**found)


def told_to_all(it: Audit, viewer: User) -> dict[str, row_list]:
    """What each side sees of it: what was found, the reports, who took part and when they met."""
    written = WrittenReport.objects.visible_to(viewer).filter(**MINE).exclude(status=WrittenReport.Status.DROPPED)
    is_awaited = it.status == Audit.Status.PERFORMED
    due = Deadline.objects.open().filter(report_clock__audit=OuterRef("pk"))
    findings = Finding.objects.visible_to(viewer).filter(**MINE).order_by("number")
    return {
        "findings": row_list(findings[:MOST_FINDINGS], "severity", framework=("title", "reference")),
        "reports": row_list(AuditReport.objects.filter(**MINE).order_by("created_at")),
        "written": row_list((written if it.performed_on else written.none()).order_by("-number")),
        "team": row_list(TeamMember.objects.visible_to(viewer).filter(**MINE).order_by("created_at", "pk")),
        "meetings": row_list(AuditMeeting.objects.visible_to(viewer).filter(**MINE).order_by("held_on", "created_at")),
        "due": row_list(due if is_awaited else due.none()),
    }


def _documents(it: Audit, viewer: User) -> Any:
    """What the supplier has delivered on the requirements that it checks, newest first."""
    rows = Document.objects.visible_to(viewer).filter(evidence__item__obligations__audits=OuterRef("pk"), supplier=it.supplier_id)
    return rows.distinct().order_by("-received_at", "-id")[:MOST_DOCUMENTS]


def _ours(viewer: User, today: date) -> dict[str, row_list]:
    """Whom to call at the supplier, where it came from, what followed it, and what it took."""
    held = ScopeRole.objects.on(today).filter(scope=OuterRef("framework"), organisation=OuterRef("supplier"), role__in=TOLD)
    return {
        "people": row_list(held, "person"),
        "again": row_list(Audit.objects.visible_to(viewer).filter(re_audit_of=OuterRef("pk")).order_by("created_at")),
        "agency_reports": row_list(AgencyReport.objects.visible_to(viewer).filter(**MINE).order_by("created_at")),
        "spent": row_list(AuditCost.objects.filter(**MINE)),
    }
