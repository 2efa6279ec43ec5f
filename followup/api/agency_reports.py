"""`/agency-reports/`: what agencies tell us of suppliers. A supplier never sees any."""

from typing import Any

from django.db.models import OuterRef
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request

from accounts.models import Organisation
from accounts.permissions import Action
from core import access, files
from core.api.parsers import JSONParser
from core.api.resources import Resource, Row
from core.errors import Invalid, NotAllowed
from core.sql import json_list, parts
from followup.api import agency_report_shapes as shapes
from followup.filters_meetings import AgencyReportFilters
from followup.models import AgencyReport, AgencyReportFile, Audit, ReportMessage
from followup.querysets_agency_reports import REPORT_ORDERS
from followup.services import agency_reports
from followup.states import AGENCY_REPORT

SEVERAL = _("You belong to several agencies: say for which one.")
ABOUT = ("framework__organisation", "framework__scope", "supplier", "agency", "deadline__organisation", "taken_by__person")
MINE = OuterRef("pk")


class AgencyReportResource(Resource):
    """Our staff see all of them, an agency its own."""

    queryset = AgencyReport.objects.all()
    output = shapes.AgencyReportOut
    inputs = {
        "create": shapes.AgencyReportIn,
        "answer": shapes.ReportTextIn,
        "add": shapes.ReportMoreIn,
        "finding": shapes.ReportFindingIn,
        "audit": shapes.ReportAuditIn,
        "close": shapes.ReportCloseIn,
    }
    parser_classes = [MultiPartParser, JSONParser]
    filterset_class = AgencyReportFilters
    orders = REPORT_ORDERS
    columns = (
        *("id", "case_number", "agency_id", "framework_id", "supplier_id", "call_off_id", "text", "happened_on", "place", "phone"),
        *("status", "due_on", "taken_by_id", "finding_id", "audit_id", "audit__announced_at", "audit__status"),
        *("close_reason", "reported_by_id", "created_at"),
    )

    def shown(self, rows: list[Row]) -> list[Row]:
        below = parts(AgencyReport, [row["id"] for row in rows], **BELOW)
        return [self._shown(row, **below[row["id"]]) for row in rows]

    def _shown(self, row: Row, **lists: list[Row]) -> Row:
        announced, status = row.pop("audit__announced_at"), row.pop("audit__status")
        is_told = announced is not None or status in (Audit.Status.REPORTED, Audit.Status.CLOSED)
        audit = row.pop("audit_id")
        return {
            **{
                name: row.pop(f"{name}_id")
                for name in ("agency", "framework", "supplier", "call_off", "taken_by", "finding", "reported_by")
            },
            "audit": audit if is_told or self.user.works_here else None,
            **row,
            **lists,
        }

    def create(self, request: Request) -> HttpResponseBase:
        """Tell of something. The answer holds the case number."""
        access.require(self.user, Action.AGENCY_REPORT_WRITE)
        body = self.body()
        body.pop("files", None)
        agency = body.pop("agency", None) or self._agency()
        if agency.pk not in self.user.agency_ids:
            raise NotAllowed
        return self._with_files(None, agency_reports.report, agency=agency, **body)

    @action(detail=True, methods=["post"])
    def take(self, request: Request, pk: str) -> HttpResponseBase:
        """“I have this.” The agency is told who."""
        return self._do(pk, "take_on", agency_reports.take)

    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: str) -> HttpResponseBase:
        """Write to the agency."""
        return self._do(pk, "answer_report", agency_reports.answer)

    @action(detail=True, methods=["post"])
    def add(self, request: Request, pk: str) -> HttpResponseBase:
        """The agency tells more."""
        it, body = self._at(pk, "add_to_report"), self.body()
        body.pop("files", None)
        return self._with_files(pk, agency_reports.add, report=it, **body)

    @action(detail=True, methods=["post"])
    def finding(self, request: Request, pk: str) -> HttpResponseBase:
        """It is a finding: a new one, or one that is logged already."""
        return self._do(pk, "become_finding", agency_reports.become_finding)

    @action(detail=True, methods=["post"])
    def audit(self, request: Request, pk: str) -> HttpResponseBase:
        """It is looked into by an audit: a new one, or one that is planned already."""
        return self._do(pk, "lead_to_audit", agency_reports.lead_to_audit)

    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> HttpResponseBase:
        """Nothing more is done about it."""
        return self._do(pk, "close_report", agency_reports.close)

    def _agency(self) -> Organisation:
        own = self.user.agency_ids
        if len(own) != 1:
            raise Invalid.one("agency", "required", SEVERAL)
        return Organisation.objects.get(pk=own[0])

    def _at(self, pk: str, change: str) -> AgencyReport:
        it: AgencyReport = self.found(pk, AGENCY_REPORT[change].needs, *ABOUT)
        return it

    def _do(self, pk: str, change: str, service: Any) -> HttpResponseBase:
        it, body = self._at(pk, change), self.body()

        def act() -> Row:
            service(report=it, **body, **self.by_today)
            return self.one(pk)

        return self.once(act)

    def _with_files(self, pk: str | None, service: Any, **said: Any) -> HttpResponseBase:
        checked = files.received(self.request)

        def act() -> Row:
            with files.kept(checked) as kept:
                made = service(files=kept, **said, **self.by_today)
            return self.one(pk or made.pk)

        return self.once(act, status=200 if pk else 201)


BELOW = {
    "messages": json_list(
        ReportMessage.objects.filter(report=MINE).order_by("written_at", "pk"),
        is_ours="is_ours",
        text="text",
        by="written_by_id",
        at="written_at",
    ),
    "files": json_list(
        AgencyReportFile.objects.filter(report=MINE).order_by("created_at", "pk"), id="pk", name="name", size="size", sha256="sha256"
    ),
}
"""The same for every reader, so put together once."""
