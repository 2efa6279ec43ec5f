"""`/checklists/`: what audits ask. A version that a sheet uses never changes: the first change after that begins the next."""

from typing import Any

from django.db.models import Count, OuterRef, QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils.translation import get_language
from django_filters import FilterSet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Action
from core import access
from core.api.filters import Flag
from core.api.resources import Resource, Row
from core.api.schema import CHANGING, REFUSED
from core.sql import json_list, parts
from followup.api import checklist_shapes as shapes
from followup.models import Checklist, ChecklistQuestion, ChecklistVersion
from followup.services import checklists

NAMES = checklists.NAMES
QUESTION = (
    *("id", "number", "code", "theme", "topic", "kind", "choices"),
    *(f"{part}_{language}" for part in ("text", "guidance", "evidence") for language in shapes.LANGUAGES),
)
VERSION = OpenApiParameter("version", int, description="Its number; without it the newest.")
WHOLE: dict[Any, Any] = {200: shapes.WholeChecklistOut, **CHANGING}


class ChecklistFilters(FilterSet):
    is_retired = Flag(field_name="is_retired")

    class Meta:
        model = Checklist
        fields: list[str] = []


class ChecklistResource(Resource):
    """For our staff and the firms that audit for us; a supplier does not read beforehand what is asked."""

    queryset = Checklist.objects.all()
    output = shapes.ChecklistOut
    inputs = {
        "create": shapes.ChecklistIn,
        "rename": shapes.RenameIn,
        "add_question": shapes.AddQuestionIn,
        "edit_question": shapes.EditQuestionIn,
        "remove_question": shapes.RemoveQuestionIn,
    }
    filterset_class = ChecklistFilters
    columns = ("id", "code", "is_retired", "created_at")

    def rows(self, visible: QuerySet[Any]) -> QuerySet[Any]:
        newest = ChecklistVersion.objects.filter(checklist=OuterRef("pk")).order_by("-number")
        return visible.values(*self.columns, **{name: newest.values(name)[:1] for name in NAMES})

    def shown(self, rows: list[Row]) -> list[Row]:
        versions = ChecklistVersion.objects.filter(checklist=OuterRef("pk")).annotate(asked=Count("sheets")).order_by("number")
        columns = {"id": "pk", "number": "number", "name": f"name_{get_language() or 'nb'}", "sheets": "asked", "created_at": "created_at"}
        below = parts(Checklist, [row["id"] for row in rows], versions=json_list(versions, **columns))
        return [{**row, **below[row["id"]]} for row in rows]

    @extend_schema(parameters=[VERSION], responses={200: shapes.WholeChecklistOut, **REFUSED})
    def retrieve(self, request: Request, pk: str) -> Response:
        """With the questions of its newest version, or of the one that `version` names."""
        row = super().one(pk)
        self.only(frozenset({"version"}))
        return Response(self._whole(row, request.query_params.get("version")))

    def one(self, pk: Any) -> Row:
        return self._whole(super().one(pk))

    def _whole(self, row: Row, wanted: str | None = None) -> Row:
        version = next((each for each in reversed(row["versions"]) if wanted in (None, str(each["number"]))), None)
        if version is None:
            raise Http404
        asked = ChecklistQuestion.objects.filter(version=version["id"]).order_by("number").values(*QUESTION)
        return {**row, "version": version["number"], "questions": list(asked)}

    @extend_schema(responses={201: shapes.WholeChecklistOut, **CHANGING})
    def create(self, request: Request) -> HttpResponseBase:
        """One of our own, still without questions. It is offered for sheets when it has one."""
        access.require(self.user, Action.CHECKLIST_EDIT)
        body = self.body()
        return self.once(lambda: self.one(checklists.create(code=body.pop("code"), names=body, **self.by).pk), status=201)

    @extend_schema(responses=WHOLE)
    @action(detail=True, methods=["post"])
    def rename(self, request: Request, pk: str) -> HttpResponseBase:
        """Other names."""
        it, body = self._at(pk), self.body()
        return self._do(pk, lambda: checklists.rename(checklist=it, based_on=body.pop("based_on"), names=body, **self.by))

    @extend_schema(examples=[shapes.QUESTION], responses=WHOLE)
    @action(detail=True, methods=["post"])
    def add_question(self, request: Request, pk: str) -> HttpResponseBase:
        """One more. New sheets ask it; sheets that have begun stay as they are."""
        it, body = self._at(pk), self.body()
        place, based_on = body.pop("number", checklists.MOST_QUESTIONS), body.pop("based_on")
        return self._do(
            pk, lambda: checklists.write_question(checklist=it, based_on=based_on, code=None, place=place, written=body, **self.by)
        )

    @extend_schema(responses=WHOLE)
    @action(detail=True, methods=["post"])
    def edit_question(self, request: Request, pk: str) -> HttpResponseBase:
        """Another wording or place. Its code stays, so that answers can be compared."""
        it, body = self._at(pk), self.body()
        said: Row = {"based_on": body.pop("based_on"), "code": body.pop("code"), "place": body.pop("number", None)}
        return self._do(pk, lambda: checklists.write_question(checklist=it, written=body, **said, **self.by))

    @extend_schema(responses=WHOLE)
    @action(detail=True, methods=["post"])
    def remove_question(self, request: Request, pk: str) -> HttpResponseBase:
        """Not asked any more from the next sheet on."""
        it, body = self._at(pk), self.body()
        return self._do(pk, lambda: checklists.remove_question(checklist=it, **body, **self.by))

    @extend_schema(responses=WHOLE)
    @action(detail=True, methods=["post"])
    def retire(self, request: Request, pk: str) -> HttpResponseBase:
        """No longer offered for new sheets."""
        return self._retire(pk, is_retired=True)

    @extend_schema(responses=WHOLE)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> HttpResponseBase:
        """Offered again."""
        return self._retire(pk, is_retired=False)

    def _retire(self, pk: str, *, is_retired: bool) -> HttpResponseBase:
        it = self._at(pk)
        self.body()
        return self._do(pk, lambda: checklists.retire(checklist=it, is_retired=is_retired, **self.by))

    def _at(self, pk: str) -> Checklist:
        it: Checklist = self.found(pk, Action.CHECKLIST_EDIT)
        return it

    def _do(self, pk: str, service: Any) -> HttpResponseBase:
        def act() -> Row:
            service()
            return self.one(pk)

        return self.once(act)
