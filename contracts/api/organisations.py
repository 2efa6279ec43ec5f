"""`/organisations/`."""

from typing import Any

from django.http.response import HttpResponseBase
from rest_framework import serializers
from rest_framework.request import Request

from accounts.models import Organisation
from accounts.permissions import Action
from contracts.services import organisations
from core import access
from core.api.bodies import Body
from core.api.fields import Line
from core.api.resources import Resource, Row


class IdentifierOut(serializers.Serializer[Any]):
    scheme = serializers.CharField()
    id = serializers.CharField()


class OrganisationOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=Organisation.Kind.choices)
    identifier = IdentifierOut()
    country = serializers.CharField()


class IdentifierIn(Body):
    scheme = Line(max_length=40, allow_blank=True, default="", help_text="A register, as in OCDS; NO-BRC when left out.")
    id = Line(max_length=60, allow_blank=True, help_text="Empty where none is known.")


class OrganisationIn(Body):
    answer = OrganisationOut
    name = Line(max_length=250)
    identifier = IdentifierIn(required=False, allow_null=True)
    country = Line(max_length=2, required=False, allow_blank=True)


class NewOrganisationIn(OrganisationIn):
    kind = serializers.ChoiceField(choices=[kind for kind in Organisation.Kind.choices if kind[0] != Organisation.Kind.CPB])


class OrganisationResource(Resource):
    """The central body, suppliers, agencies and auditors. A supplier sees itself and the central body."""

    queryset = Organisation.objects.all()
    output = OrganisationOut
    inputs = {"create": NewOrganisationIn, "partial_update": OrganisationIn}
    columns = ("id", "created_at", "name", "kind", "identifier_scheme", "identifier", "country")

    def shown(self, rows: list[Row]) -> list[Row]:
        return [
            {"id": row["id"], "name": row["name"], "kind": row["kind"], "identifier": identifier(row), "country": row["country"]}
            for row in rows
        ]

    def create(self, request: Request) -> HttpResponseBase:
        access.require(self.user, Action.ORGANISATION_EDIT)
        given = _columns(self.body())

        def act() -> Row:
            return self.one(organisations.create(**given, **self.by).pk)

        return self.once(act, status=201)

    def partial_update(self, request: Request, pk: str) -> HttpResponseBase:
        organisation = self.found(pk, Action.ORGANISATION_EDIT)
        given: Any = _columns(self.changes(pk))
        organisations.edit(organisation=organisation, changes=given, **self.by)
        return self.answered(pk)


def identifier(row: Row) -> Row:
    """An organisation's number as it is answered everywhere; empty where we know none."""
    return {"scheme": row["identifier_scheme"], "id": row["identifier"]}


def _columns(body: dict[str, Any]) -> dict[str, Any]:
    if "identifier" in body:
        given = body.pop("identifier") or {}
        body |= {"identifier_scheme": given.get("scheme", ""), "identifier": given.get("id", "")}
    return body
