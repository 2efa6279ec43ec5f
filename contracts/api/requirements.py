"""`/requirements/`: what an agreement stipulates."""

from typing import Any

from django.db.models import OuterRef
from django.http.response import HttpResponseBase
from rest_framework import serializers
from rest_framework.request import Request

from accounts.permissions import Action
from contracts.api.fields import LotIds
from contracts.models import Clause, Convention, DeadlineRule, Framework, Requirement, Theme
from contracts.services import stipulations
from core import access
from core.api.bodies import Body
from core.api.fields import Day, Line, Visible
from core.api.resources import Resource, Row
from core.sql import json_list, parts


class SourceOut(serializers.Serializer[Any]):
    criterion = serializers.CharField()
    version = serializers.CharField()


class RequirementOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    framework = serializers.UUIDField()
    number = serializers.IntegerField()
    lots = serializers.ListField(child=serializers.UUIDField(), help_text="None: the whole agreement.")
    theme = serializers.ChoiceField(choices=Theme.choices)
    convention = serializers.ChoiceField(choices=Convention.choices, allow_blank=True)
    kind = serializers.ChoiceField(choices=Requirement.Kind.choices)
    level = serializers.ChoiceField(choices=Requirement.Level.choices)
    title = serializers.CharField()
    text = serializers.CharField()
    documentation = serializers.CharField()
    source = SourceOut()  # type: ignore[assignment]
    clause = serializers.UUIDField(allow_null=True)
    valid_from = serializers.DateField(allow_null=True)
    withdrawn_on = serializers.DateField(allow_null=True)


class SourceIn(Body):
    criterion = Line(max_length=200, required=False, allow_blank=True)
    version = Line(max_length=60, required=False, allow_blank=True)


class RequirementIn(Body):
    answer = RequirementOut
    lots = LotIds(required=False)
    theme = serializers.ChoiceField(choices=Theme.choices)
    convention = serializers.ChoiceField(choices=Convention.choices, required=False, allow_blank=True)
    kind = serializers.ChoiceField(choices=Requirement.Kind.choices, required=False)
    level = serializers.ChoiceField(choices=Requirement.Level.choices, required=False)
    title = Line(max_length=200, required=False, help_text="The beginning of the text when left out.")
    text = serializers.CharField(max_length=20_000)
    documentation = serializers.CharField(max_length=20_000, required=False, allow_blank=True)
    source = SourceIn(required=False)  # type: ignore[assignment]
    clause = Visible(Clause, required=False, allow_null=True)
    valid_from = Day(required=False, allow_null=True)


class NewRequirementIn(RequirementIn):
    framework = Visible(Framework)


class RequirementResource(Resource):
    """Stipulated requirements. A new one binds every supplier on its lots at once. A supplier sees those that bind it."""

    queryset = Requirement.objects.all()
    output = RequirementOut
    inputs = {"create": NewRequirementIn, "partial_update": RequirementIn}
    columns = (
        "id",
        "created_at",
        "framework_id",
        "number",
        "theme",
        "convention",
        "kind",
        "level",
        "title",
        "text",
        "documentation",
        "source_criterion",
        "source_version",
        "clause_id",
        "valid_from",
        "withdrawn_on",
    )

    def shown(self, rows: list[Row]) -> list[Row]:
        lots = json_list(Requirement.lots.through.objects.filter(requirement=OuterRef("pk")).order_by("lot__number"), id="lot_id")
        below = parts(Requirement, [row["id"] for row in rows], lots=lots)
        return [_shown(row, [lot["id"] for lot in below[row["id"]]["lots"]]) for row in rows]

    def create(self, request: Request) -> HttpResponseBase:
        access.require(self.user, Action.REQUIREMENT_STIPULATE)
        body = self.body()
        framework, lots = body.pop("framework"), body.pop("lots", [])
        wording = _wording(body)

        def act() -> Row:
            return self.one(stipulations.stipulate(framework=framework, wording=wording, lots=lots, **self.by_today).pk)

        return self.once(act, status=201)

    def partial_update(self, request: Request, pk: str) -> HttpResponseBase:
        requirement = self.found(pk, Action.REQUIREMENT_STIPULATE, "framework")
        body = self.changes(pk)
        lots = body.pop("lots", None)
        stipulations.edit(requirement=requirement, wording=_wording(body, partial=True), lots=lots, **self.by_today)
        return self.answered(pk)


def _shown(row: Row, lots: list[Any]) -> Row:
    same = ("id", "number", "theme", "convention", "kind", "level", "title", "text", "documentation", "valid_from", "withdrawn_on")
    return {
        **{name: row[name] for name in same},
        "framework": row["framework_id"],
        "lots": lots,
        "source": {"criterion": row["source_criterion"], "version": row["source_version"]},
        "clause": row["clause_id"],
    }


def _wording(body: dict[str, Any], *, partial: bool = False) -> Any:
    """The service's words for what was sent. With a clause comes the deadline rule that the clause gives."""
    source = body.pop("source", {})
    body |= {f"source_{name}": value for name, value in source.items()}
    if not partial:
        body.setdefault("title", _beginning(body["text"]))
    if "clause" in body:
        rules = body["clause"] and body["clause"].rules.filter(first=None).exclude(anchor__in=DeadlineRule.OF_NOTICES)
        body["rule"] = rules and rules.order_by("pk").first()
    return body


def _beginning(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 120 else line[:119].rsplit(" ", 1)[0] + "…"
