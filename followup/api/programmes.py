"""`/audit-programmes/`: the year's audits together. For the central body alone."""

from typing import Any

from django.http.response import HttpResponseBase
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from accounts.permissions import Action
from core import access
from core.api.bodies import Body
from core.api.fields import Line
from core.api.resources import Resource, Row
from followup.api.shapes import LONG
from followup.filters_sites import ProgrammeFilters
from followup.models import Programme
from followup.programme_reading import Figures, figures_of
from followup.services import programmes
from followup.states import PROGRAMME

PLAIN = ("id", "title", "year", "purpose", "reason", "budget", "currency", "status", "created_at")


class CountsOut(serializers.Serializer[Any]):
    planned = serializers.IntegerField()
    held = serializers.IntegerField(help_text="The report is to come.")
    reported = serializers.IntegerField()
    cancelled = serializers.IntegerField()


class ProgrammeOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    title = serializers.CharField()
    year = serializers.IntegerField()
    purpose = serializers.CharField()
    reason = serializers.CharField(help_text="Why these audits and not others.")
    budget = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)
    currency = serializers.CharField()
    status = serializers.ChoiceField(choices=Programme.Status.choices)
    audits = CountsOut()
    hours = serializers.DecimalField(max_digits=12, decimal_places=2)
    used = serializers.DecimalField(max_digits=14, decimal_places=2, help_text="Of the budget, in its currency.")
    left = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)
    created_at = serializers.DateTimeField()


class ProgrammeIn(Body):
    answer = ProgrammeOut

    title = Line(max_length=200)
    year = serializers.IntegerField()
    purpose = serializers.CharField(max_length=LONG)
    reason = serializers.CharField(max_length=LONG, required=False, allow_blank=True)
    budget = serializers.DecimalField(max_digits=14, decimal_places=2, required=False, allow_null=True)
    currency = Line(max_length=3, required=False)


class ProgrammeResource(Resource):
    queryset = Programme.objects.all()
    output = ProgrammeOut
    inputs = {"create": ProgrammeIn, "partial_update": ProgrammeIn}
    filterset_class = ProgrammeFilters
    needs = Action.PROGRAMME_READ
    columns = PLAIN

    def shown(self, rows: list[Row]) -> list[Row]:
        figures = figures_of([Programme(**{name: row[name] for name in ("id", "budget", "currency")}) for row in rows])
        return [{**{name: row[name] for name in PLAIN}, **_figures(figures[row["id"]])} for row in rows]

    def create(self, request: Request) -> HttpResponseBase:
        access.require(self.user, Action.PROGRAMME_EDIT)
        body = self.body()
        return self.once(lambda: self.one(programmes.create(**body, **self.by).pk), status=201)

    def partial_update(self, request: Request, pk: str) -> HttpResponseBase:
        it = self.found(pk, PROGRAMME["edit"].needs)
        programmes.edit(programme=it, **self.changes(pk), **self.by)
        return self.answered(pk)

    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> HttpResponseBase:
        """Refused while an audit of it is under way."""
        return self._do(pk, "close", programmes.close)

    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> HttpResponseBase:
        """Audits can be planned in it again."""
        return self._do(pk, "reopen", programmes.reopen)

    def _do(self, pk: str, change: str, service: Any) -> HttpResponseBase:
        it = self.found(pk, PROGRAMME[change].needs)
        self.body()

        def act() -> Row:
            service(programme=it, **self.by)
            return self.one(pk)

        return self.once(act)


def _figures(figures: Figures) -> Row:
    counts = {name: getattr(figures, name) for name in ("planned", "held", "reported", "cancelled")}
    return {"audits": counts, "hours": figures.costs.hours, "used": figures.used, "left": figures.left}
