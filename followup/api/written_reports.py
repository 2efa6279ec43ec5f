"""`/written-reports/`: the report of an audit that is written here, from draft to final."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import OuterRef
from django.http.response import HttpResponseBase
from django_filters import FilterSet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from core import access, files
from core.api.filters import Choice, Id
from core.api.parsers import JSONParser
from core.api.resources import Resource, Row
from core.api.schema import CHANGING, REFUSED
from core.errors import Invalid
from core.sql import json_list, parts
from followup import report_reading
from followup.api import written_report_shapes as shapes
from followup.models import ReportComment, ReportFile, ReportSection, WrittenReport
from followup.report_sheet import Asked
from followup.report_words import Section, Written
from followup.services import audit_reporting, report_comments, report_finishing
from followup.states import AUDIT, WRITTEN_REPORT

MINE = OuterRef("pk")
PLAIN = ("id", "number", "status", "language", "sheet", "why", "comment_days", "told_at", "commented_on", "final_on", "created_at")
FILE = ("stage", "form", "name", "size", "sha256", "created_at")
NO_WORDS = Section(key="", heading="", quote="", facts=[], texts=[], said=[])


class WrittenReportFilters(FilterSet):
    audit = Id(field_name="audit_id")
    supplier = Id(field_name="audit__supplier_id")
    framework = Id(field_name="audit__framework_id")
    status = Choice(choices=WrittenReport.Status.choices)

    class Meta:
        model = WrittenReport
        fields: list[str] = []


class WrittenReportResource(Resource):
    """A supplier sees its own from when it is told, with the words it was sent; an audit firm those of its audits."""

    queryset = WrittenReport.objects.all()
    output = shapes.WrittenReportOut
    inputs = {
        "create": shapes.ReportIn,
        "partial_update": shapes.ReportWordsIn,
        "send": shapes.SendReportIn,
        "move_limit": shapes.MoveLimitIn,
        "comment": shapes.CommentIn,
        "answer": shapes.AnswerIn,
        "finish": shapes.FinishReportIn,
    }
    filterset_class = WrittenReportFilters
    columns = (*PLAIN, "audit_id", "audit__framework_id", "audit__supplier_id", "comment_deadline__due_on")

    def shown(self, rows: list[Row]) -> list[Row]:
        kept = json_list(ReportFile.objects.filter(report=MINE).order_by("created_at", "form"), **{name: name for name in FILE})
        below = parts(WrittenReport, [row["id"] for row in rows], files=kept)
        return [_head(row, **below[row["id"]]) for row in rows]

    @extend_schema(responses={200: shapes.WholeReportOut, **REFUSED})
    def retrieve(self, request: Request, pk: str) -> Response:
        """With its words, section by section, and what was said of them, as far as you may read it."""
        it = self.at(pk, *report_reading.ABOUT)
        self.only(frozenset())
        return Response(self._whole(it))

    def one(self, pk: Any) -> Row:
        return self._whole(self.at(pk, *report_reading.ABOUT))

    def _whole(self, it: WrittenReport) -> Row:
        content, comments = report_reading.content_of(it, self.user), report_reading.comments_of(it, self.user)
        words = {section["key"]: section for section in content["sections"]}
        sections = report_reading.sections_of(it, content)
        if not report_reading.writes(it, self.user):
            sections = [each for each in sections if str(each.pk) in words]
        shown = [self._section(it, each, words.get(str(each.pk)), comments.get(str(each.pk)), content) for each in sections]
        return {**super().one(it.pk), "sections": shown, "asked": [_asked(each) for each in content.get("asked", [])]}

    def _section(
        self, it: WrittenReport, each: ReportSection, words: Section | None, comment: ReportComment | None, content: Written
    ) -> Row:
        said = words or NO_WORDS
        finding = each.finding
        return {
            "id": each.pk,
            "kind": each.kind,
            "obligation": each.obligation_id,
            "finding": finding.pk if finding and (self.user.works_here or finding.is_told) else None,
            "heading": said["heading"] or report_reading.heading_of(each, content["language"]),
            "quote": said["quote"],
            "facts": [{"name": name, "value": value} for name, value in said["facts"]],
            "text": "\n\n".join(said["texts"]),
            "written": each.text if it.is_open and report_reading.writes(it, self.user) else None,
            "comment": _comment(comment, knows_answer=self.user.works_here or it.is_final) if comment else None,
        }

    # What we do

    @extend_schema(responses={201: shapes.WholeReportOut, **CHANGING})
    def create(self, request: Request) -> HttpResponseBase:
        """Begin it from what is known of the audit. After a final one it is a correction, and says why."""
        access.require(self.user, AUDIT["write_report"].needs)
        body = self.body()
        access.require(self.user, AUDIT["write_report"].needs, body["audit"])
        return self.once(lambda: self.one(audit_reporting.begin(**body, **self.by_today).pk), status=201)

    @extend_schema(examples=[shapes.WORDS], responses={200: shapes.WholeReportOut, **CHANGING})
    def partial_update(self, request: Request, pk: str) -> HttpResponseBase:
        """Write sections anew, add one, or choose the language and what is told of the sheet."""
        it = self._at(pk, "edit")
        said = self.changes(pk)
        sections = said.pop("sections", [])
        said["texts"] = {each["id"]: each["written"] for each in sections if "written" in each}
        said["headings"] = {each["id"]: each["heading"] for each in sections if "heading" in each}
        audit_reporting.edit(report=it, **said, **self.by_today)
        return self.answered(pk)

    @extend_schema(responses={200: shapes.WholeReportOut, **CHANGING})
    @action(detail=True, methods=["post"])
    def send(self, request: Request, pk: str) -> HttpResponseBase:
        """Give the supplier the draft to comment on. What it gets is kept, as PDF and Word."""
        return self._do(pk, "send", audit_reporting.send)

    @extend_schema(responses={200: shapes.WholeReportOut, **CHANGING})
    @action(detail=True, methods=["post"])
    def move_limit(self, request: Request, pk: str) -> HttpResponseBase:
        """Another day for the comments. The supplier is told, and why."""
        return self._do(pk, "move_limit", audit_reporting.move_limit)

    @extend_schema(responses={200: shapes.WholeReportOut, **CHANGING})
    @action(detail=True, methods=["post"])
    def end_comments(self, request: Request, pk: str) -> HttpResponseBase:
        """Go on without comments, after the limit."""
        return self._do(pk, "end_comments", audit_reporting.end_comments)

    @extend_schema(examples=[shapes.ANSWERED], responses={200: shapes.WholeReportOut, **CHANGING})
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: str) -> HttpResponseBase:
        """Say whether a comment changed the report; where it did not, say why."""
        it, body = self._at(pk, "answer_comment"), self.body()
        said = {"section": _section(it, body.pop("section")), "text": "", **body}
        return self._act(pk, lambda: report_comments.answer(report=it, **said, **self.by_today))

    @extend_schema(responses={200: shapes.WholeReportOut, **CHANGING})
    @action(detail=True, methods=["post"])
    def finish(self, request: Request, pk: str) -> HttpResponseBase:
        """Make it final. The audit is then reported, and findings that were ours are told."""
        return self._do(pk, "finish", report_finishing.finish)

    @extend_schema(responses={200: shapes.WholeReportOut, **CHANGING})
    @action(detail=True, methods=["post"])
    def drop(self, request: Request, pk: str) -> HttpResponseBase:
        """A draft that nobody has been given is not to be used."""
        return self._do(pk, "drop", audit_reporting.drop)

    # What the supplier does

    @extend_schema(responses={200: shapes.WholeReportOut, **CHANGING})
    @action(detail=True, methods=["post"], parser_classes=[MultiPartParser, JSONParser])
    def comment(self, request: Request, pk: str) -> HttpResponseBase:
        """Keep what you say of a section, with files. It is yours until everything is sent in."""
        it, body = self._at(pk, "save_comment"), self.body()
        checked = files.received(self.request) if body.pop("files", None) else []
        section = _section(it, body["section"])

        def act() -> None:
            with files.kept(checked) as kept:
                said: Row = {"section": section, "text": body.get("text"), "removed": body.get("remove"), "files": kept}
                report_comments.save(report=it, **said, **self.by_today)

        return self._act(pk, act)

    @extend_schema(responses={200: shapes.WholeReportOut, **CHANGING})
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: str) -> HttpResponseBase:
        """Send in everything that was kept. Nothing kept means nothing to remark."""
        return self._do(pk, "send_comments", report_comments.submit)

    # The files

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY, **REFUSED})
    @action(detail=True)
    def pdf(self, request: Request, pk: str) -> HttpResponseBase:
        """As it was kept; for those who write it, the draft as it stands now."""
        return self._file(pk, "pdf")

    @extend_schema(responses={(200, "*/*"): OpenApiTypes.BINARY, **REFUSED})
    @action(detail=True)
    def docx(self, request: Request, pk: str) -> HttpResponseBase:
        """The same for Word."""
        return self._file(pk, "docx")

    def _file(self, pk: str, form: str) -> HttpResponseBase:
        it = self.at(pk, *report_reading.ABOUT)
        self.only(frozenset())
        return report_reading.file_for(it, form, self.user)

    def _at(self, pk: str, change: str) -> WrittenReport:
        it: WrittenReport = self.found(pk, WRITTEN_REPORT[change].needs, *report_reading.ABOUT)
        return it

    def _do(self, pk: str, change: str, service: Any) -> HttpResponseBase:
        it, body = self._at(pk, change), self.body()
        return self._act(pk, lambda: service(report=it, **body, **self.by_today))

    def _act(self, pk: str, service: Callable[[], Any]) -> HttpResponseBase:
        def act() -> Row:
            service()
            return self.one(pk)

        return self.once(act)


def _head(row: Row, files: list[Row]) -> Row:
    return {
        **{name: row[name] for name in PLAIN},
        "audit": row["audit_id"],
        "framework": row["audit__framework_id"],
        "supplier": row["audit__supplier_id"],
        "comments_due_on": row["comment_deadline__due_on"],
        "files": files,
    }


def _asked(it: Asked) -> Row:
    """As the page shows it: where a photo lies is nobody's to know."""
    return {"name": it["name"], "lines": [{**line, "photos": [photo["said"] for photo in line["photos"]]} for line in it["lines"]]}


def _comment(it: ReportComment, *, knows_answer: bool) -> Row:
    return {
        "text": it.text,
        "documents": [{name: getattr(each, name) for name in ("id", "name", "size", "sha256")} for each in it.documents.all()],
        "submitted_at": it.submitted_at,
        "verdict": it.verdict if knows_answer else "",
        "answer": it.answer if knows_answer else "",
    }


def _section(it: WrittenReport, key: UUID) -> ReportSection:
    found: ReportSection | None = it.sections.filter(pk=key).first()
    if found is None:
        raise Invalid.one("section", "unknown_section", shapes.NOT_A_SECTION)
    return found
