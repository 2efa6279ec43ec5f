"""`/audit-schemes/`: schemes and bodies whose audits we may rely on. For the central body alone."""

from typing import Any

from django.http.response import HttpResponseBase
from django_filters import FilterSet
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from accounts.permissions import Action
from contracts.models import Theme
from core import access
from core.api.bodies import Body
from core.api.fields import Line
from core.api.filters import Flag
from core.api.resources import Resource, Row
from followup.api.shapes import LONG
from followup.models import AuditScheme
from followup.services import schemes

COLUMNS = ("id", "code", "sort", "name", "owner", "covers_nb", "covers_nn", "covers_en", "link", "strictness", "is_retired", "created_at")


class SchemeOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    code = serializers.CharField()
    sort = serializers.ChoiceField(choices=AuditScheme.Sort.choices)
    name = serializers.CharField()
    owner = serializers.CharField()
    covers_nb = serializers.CharField()
    covers_nn = serializers.CharField()
    covers_en = serializers.CharField()
    link = serializers.CharField()
    strictness = serializers.DictField(
        child=serializers.ChoiceField(choices=AuditScheme.Level.choices), help_text="By theme; one that is not there is not compared yet."
    )
    is_retired = serializers.BooleanField(help_text="No longer offered when an audit is written down.")
    created_at = serializers.DateTimeField()


class StrictnessIn(Body):
    """The themes of requirements, each with how strict the scheme is for it."""

    def get_fields(self) -> dict[str, Any]:
        return {theme: serializers.ChoiceField(choices=AuditScheme.Level.choices, required=False) for theme in Theme.values}


class SchemeIn(Body):
    answer = SchemeOut

    sort = serializers.ChoiceField(choices=AuditScheme.Sort.choices, required=False)
    name = Line(max_length=120)
    owner = Line(max_length=200)
    covers_nb = serializers.CharField(max_length=LONG)
    covers_nn = serializers.CharField(max_length=LONG)
    covers_en = serializers.CharField(max_length=LONG)
    link = serializers.URLField(max_length=300, required=False, allow_blank=True)
    strictness = StrictnessIn(required=False)


class SchemeFilters(FilterSet):
    is_retired = Flag(field_name="is_retired")

    class Meta:
        model = AuditScheme
        fields: list[str] = []


class SchemeResource(Resource):
    queryset = AuditScheme.objects.all()
    output = SchemeOut
    inputs = {"create": SchemeIn, "partial_update": SchemeIn}
    filterset_class = SchemeFilters
    columns = COLUMNS

    def shown(self, rows: list[Row]) -> list[Row]:
        return rows

    def create(self, request: Request) -> HttpResponseBase:
        access.require(self.user, Action.AUDIT_SCHEME_EDIT)
        body = self.body()
        return self.once(lambda: self.one(schemes.save(written=body, **self.by).pk), status=201)

    def partial_update(self, request: Request, pk: str) -> HttpResponseBase:
        """What is named is written; audits that rest on it stand."""
        it = self.found(pk, Action.AUDIT_SCHEME_EDIT)
        schemes.save(written=self.changes(pk), scheme=it, **self.by)
        return self.answered(pk)

    @action(detail=True, methods=["post"])
    def retire(self, request: Request, pk: str) -> HttpResponseBase:
        """No longer offered when an audit is written down."""
        return self._retire(pk, is_retired=True)

    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> HttpResponseBase:
        """Offered again."""
        return self._retire(pk, is_retired=False)

    def _retire(self, pk: str, *, is_retired: bool) -> HttpResponseBase:
        it = self.found(pk, Action.AUDIT_SCHEME_EDIT)
        self.body()

        def act() -> Row:
            schemes.retire(scheme=it, is_retired=is_retired, **self.by)
            return self.one(pk)

        return self.once(act)
