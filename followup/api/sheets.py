"""`/sheets/`: the sheets of audits, and taking in what devices have kept while there was no net."""

from datetime import UTC
from typing import Any
from uuid import UUID

from django.db.models import OuterRef
from django.http.response import HttpResponseBase
from django.utils.translation import get_language
from django_filters import FilterSet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Action
from core import access, files
from core.api.filters import Id
from core.api.resources import Resource, Row
from core.api.schema import CHANGING, REFUSED
from core.errors import Invalid, NotAllowed
from core.files import CheckedFile
from core.sql import json_list, parts
from followup import sheet_reading
from followup.api import sheet_shapes as shapes
from followup.models import AuditSheet, ChecklistQuestion, ChecklistVersion, Part, SheetChecklist, SheetEntry, SheetPhoto
from followup.services import photo_pieces, sheet_findings, sheet_merging, sheet_photos, sheets
from followup.services.photo_pieces import Whole
from followup.services.sheet_merging import NewEntry
from followup.sheet_reading import Answered

MINE = OuterRef("pk")
PHOTO = ("id", "name", "size", "sha256", "content_type", "taken_at")
CONFLICT = ("id", "question", "part", "text", "device_name", "written_by", "written_at")


class SheetFilters(FilterSet):
    audit = Id(field_name="audit_id")

    class Meta:
        model = AuditSheet
        fields: list[str] = []


class SheetResource(Resource):
    """A sheet is there for those who carry its audit out: who leads it, the audit firm, and whoever may log what came of it."""

    queryset = AuditSheet.objects.all()
    output = shapes.SheetOut
    inputs = {
        "create": shapes.SheetIn,
        "merge": shapes.MergeIn,
        "photos": shapes.PhotoIn,
        "pieces": shapes.PieceIn,
        "choose": shapes.ChooseIn,
        "log_finding": shapes.LogFindingIn,
    }
    filterset_class = SheetFilters
    columns = ("id", "audit_id", "audit__framework_id", "audit__supplier_id", "created_at")

    def shown(self, rows: list[Row]) -> list[Row]:
        language = get_language() or "nb"
        below = parts(
            AuditSheet,
            [row["id"] for row in rows],
            checklists=json_list(
                SheetChecklist.objects.filter(sheet=MINE).order_by("number"),
                id="version_id",
                code="version__checklist__code",
                number="version__number",
                name=f"version__name_{language}",
            ),
            conflicts=json_list(
                SheetEntry.objects.filter(sheet=MINE, outcome=SheetEntry.Outcome.CONFLICT).order_by("received_at", "pk"),
                **{name: name for name in CONFLICT},
            ),
        )
        return [_shown(row, **below[row["id"]]) for row in rows]

    @extend_schema(responses={200: shapes.WholeSheetOut, **REFUSED})
    def retrieve(self, request: Request, pk: str) -> Response:
        """With every question and what stands there."""
        row = self.one(pk)
        self.only(frozenset())
        read = sheet_reading.read(self.at(pk, "audit").audit, language=get_language() or "nb")
        return Response({**row, "questions": [_question(each, part.version.pk) for part in read for each in part.answered]})

    def create(self, request: Request) -> HttpResponseBase:
        """Give an audit its sheet, or more checklists."""
        if not (self.user.works_here or self.user.auditor_ids):
            raise NotAllowed
        body = self.body()
        if not sheets.may_open(self.user, body["audit"]):
            raise NotAllowed
        versions = [_newest(code) for code in body["checklists"]]
        return self.once(lambda: self.one(sheets.begin(audit=body["audit"], versions=versions, **self.by).pk), status=201)

    @extend_schema(responses={200: shapes.MergeOut, **CHANGING})
    @action(detail=True, methods=["post"])
    def merge(self, request: Request, pk: str) -> HttpResponseBase:
        """Take in what was written, field by field. What another device wrote meanwhile is never overwritten: both are kept."""
        sheet = self.at(pk, "audit__framework", "audit__supplier")
        body = self.body()
        device = {"device": body["device"], "device_name": body.get("device_name", "")}
        entries = [NewEntry(**each, **device) for each in body["entries"]]
        return self.once(lambda: {"results": [vars(each) for each in sheet_merging.merge(sheet=sheet, entries=entries, **self.by)]})

    @extend_schema(responses={201: shapes.SheetPhotoOut, **CHANGING})
    @action(detail=True, methods=["post"], parser_classes=[MultiPartParser])
    def photos(self, request: Request, pk: str) -> HttpResponseBase:
        """Take in one photo. Known by its id and checksum: one that was sent before is not kept again."""
        sheet = self.at(pk, "audit__framework", "audit__supplier")
        sheets.must_be_open(sheet.audit, actor=self.user)
        body, checked = self.body(), files.received(self.request, "file")
        if checked[0].sha256 != body["sha256"]:
            raise Invalid.one("sha256", "not_whole", shapes.NOT_WHOLE)
        sheet_photos.check(sheet, checked, actor=self.user)

        def act() -> Row:
            if before := sheet_photos.known(sheet, photo=body["id"], sha256=body["sha256"]):
                return _photo(before)
            return self._kept(sheet, body, _asked(sheet, body["question"]), checked[0])

        return self.once(act, status=201)

    def _kept(self, sheet: AuditSheet, body: Row, question: ChecklistQuestion, checked: CheckedFile) -> Row:
        said = {"photo": body["id"], "device": body["device"], "taken_at": body["taken_at"]}
        with files.kept([checked]) as kept:
            return _photo(sheet_photos.add(sheet=sheet, question=question, file=kept[0], **said, **self.by))

    @extend_schema(responses={200: shapes.PieceOut, **CHANGING})
    @action(detail=True, methods=["post"], parser_classes=[MultiPartParser])
    def pieces(self, request: Request, pk: str) -> HttpResponseBase:
        """Take in one photo piece by piece, each beginning where the one before ends. Cut off, it goes on where `arrived` says."""
        sheet = self.at(pk, "audit__framework", "audit__supplier")
        sheets.must_be_open(sheet.audit, actor=self.user)
        body, content = self.body(), files.received_piece(self.request, "file")
        whole = Whole(body["id"], body["sha256"], body["size"], files.safe_name(body["name"]))

        def act() -> Row:
            if before := sheet_photos.known(sheet, photo=whole.id, sha256=whole.sha256):
                return {"arrived": whole.size, "photo": _photo(before)}
            question, there = _asked(sheet, body["question"]), photo_pieces.arrived(sheet, whole)
            if content is not None:
                there = photo_pieces.take(sheet=sheet, whole=whole, start=body.get("start", 0), content=content, **self.by)
            if there < whole.size:
                return {"arrived": there, "photo": None}
            with photo_pieces.put_together(sheet, whole) as checked:
                return {"arrived": there, "photo": self._kept(sheet, body, question, checked)}

        return self.once(act)

    @extend_schema(responses={201: shapes.LoggedFindingOut, **CHANGING})
    @action(detail=True, methods=["post"])
    def log_finding(self, request: Request, pk: str) -> HttpResponseBase:
        """Make a finding of what is noted at a question. A critical one tells the supplier and the agreement owner at once."""
        sheet = self.at(pk, "audit__framework__scope", "audit__supplier")
        access.require(self.user, Action.FINDING_LOG, sheet.audit)
        question = _asked(sheet, self.body()["question"])
        return self.once(lambda: {"finding": sheet_findings.log(sheet=sheet, question=question, **self.by_today).pk}, status=201)

    @action(detail=True, methods=["post"])
    def choose(self, request: Request, pk: str) -> HttpResponseBase:
        """Of two that were written at the same time, say which is to stand."""
        sheet = self.at(pk, "audit__framework", "audit__supplier")
        body = self.body()
        entry = SheetEntry.objects.filter(sheet=sheet, pk=body["entry"]).select_related("question").first()
        if entry is None:
            raise Invalid.one("entry", "does_not_exist", shapes.NOT_ASKED)

        def act() -> Row:
            sheet_merging.choose(sheet=sheet, entry=entry, takes_it=body["takes_it"], **self.by)
            return self.one(pk)

        return self.once(act)


class SheetPhotoFilters(FilterSet):
    sheet = Id(field_name="sheet_id")

    class Meta:
        model = SheetPhoto
        fields: list[str] = []


class SheetPhotoResource(Resource):
    """The photos of the sheets that are there for you, without those that were taken away."""

    queryset = SheetPhoto.objects.kept()
    output = shapes.SheetPhotoOut
    filterset_class = SheetPhotoFilters
    columns = (*PHOTO, "sheet_id", "question_id", "created_at")

    def shown(self, rows: list[Row]) -> list[Row]:
        return [{"sheet": row["sheet_id"], "question": row["question_id"], **{name: row[name] for name in PHOTO}} for row in rows]

    @extend_schema(responses={(200, "*/*"): OpenApiTypes.BINARY, **REFUSED})
    @action(detail=True)
    def content(self, request: Request, pk: str) -> HttpResponseBase:
        """The file itself, always as a download."""
        kept = self.at(pk)
        self.only(frozenset())
        return files.download(kept)


def _shown(row: Row, checklists: list[Row], conflicts: list[Row]) -> Row:
    return {
        "id": row["id"],
        "audit": row["audit_id"],
        "framework": row["audit__framework_id"],
        "supplier": row["audit__supplier_id"],
        "checklists": checklists,
        "conflicts": conflicts,
        "created_at": row["created_at"],
    }


def _question(it: Answered, version: UUID) -> Row:
    question = it.question
    stands = {part: it.stands.get(part) for part in Part.values}
    return {
        "id": question.pk,
        "checklist": version,
        **{name: getattr(question, name) for name in ("code", "theme", "topic", "kind")},
        "choices": [code for code, _words in sheet_reading.alternatives(question, "nb")],
        "text": it.text,
        **{part: row.text if row else "" for part, row in stands.items()},
        **{f"{part}_revision": row.revision if row else 0 for part, row in stands.items()},
        "photos": [_photo(each) for each in it.photos],
    }


def _photo(it: Any) -> Row:
    return {
        "sheet": it.sheet_id,
        "question": it.question_id,
        **{name: getattr(it, name) for name in PHOTO},
        "taken_at": it.taken_at.astimezone(UTC),
    }


def _asked(sheet: AuditSheet, key: UUID) -> ChecklistQuestion:
    found = ChecklistQuestion.objects.filter(pk=key, version__sheets__sheet=sheet).first()
    if found is None:
        raise Invalid.one("question", "not_asked", shapes.NOT_ASKED)
    return found


def _newest(code: str) -> ChecklistVersion:
    found = ChecklistVersion.objects.filter(checklist__code=code, checklist__is_retired=False).order_by("-number").first()
    if found is None:
        raise Invalid.one("checklists", "does_not_exist", shapes.NO_CHECKLIST)
    return found
