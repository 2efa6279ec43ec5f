"""`/call-offs/`: orders that agencies placed on an agreement."""

from typing import Any

from django.http.response import HttpResponseBase
from rest_framework import serializers
from rest_framework.request import Request

from accounts.models import Organisation
from accounts.permissions import Action
from contracts.api.fields import LotId
from contracts.models import CallOff, Framework
from contracts.services import call_offs
from core import access
from core.api.bodies import Body
from core.api.fields import Day, Line, Visible
from core.api.resources import Resource, Row


class CallOffOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    framework = serializers.UUIDField()
    lot = serializers.UUIDField(allow_null=True)
    supplier = serializers.UUIDField()
    agency = serializers.UUIDField(allow_null=True)
    reference = serializers.CharField()
    title = serializers.CharField()
    signed_on = serializers.DateField(allow_null=True)
    value = serializers.DecimalField(max_digits=18, decimal_places=2, allow_null=True)
    currency = serializers.CharField()


class CallOffIn(Body):
    answer = CallOffOut
    lot = LotId(required=False, allow_null=True)
    supplier = Visible(Organisation)
    agency = Visible(Organisation, required=False, allow_null=True)
    reference = Line(max_length=120)
    title = Line(max_length=300, required=False, allow_blank=True)
    signed_on = Day(required=False, allow_null=True)
    value = serializers.DecimalField(max_digits=18, decimal_places=2, min_value=0, required=False, allow_null=True)
    currency = Line(max_length=3, required=False)


class NewCallOffIn(CallOffIn):
    framework = Visible(Framework)


class CallOffResource(Resource):
    """An agency sees its own, a supplier those placed with it."""

    queryset = CallOff.objects.all()
    output = CallOffOut
    inputs = {"create": NewCallOffIn, "partial_update": CallOffIn}
    columns = (
        "id",
        "created_at",
        "framework_id",
        "lot_id",
        "supplier_id",
        "agency_id",
        "reference",
        "title",
        "signed_on",
        "value",
        "currency",
    )

    def shown(self, rows: list[Row]) -> list[Row]:
        return [
            {
                "id": row["id"],
                "framework": row["framework_id"],
                "lot": row["lot_id"],
                "supplier": row["supplier_id"],
                "agency": row["agency_id"],
                "reference": row["reference"],
                "title": row["title"],
                "signed_on": row["signed_on"],
                "value": row["value"],
                "currency": row["currency"],
            }
            for row in rows
        ]

    def create(self, request: Request) -> HttpResponseBase:
        access.require(self.user, Action.CALL_OFF_EDIT)
        details: Any = self.body()
        framework = details.pop("framework")

        def act() -> Row:
            return self.one(call_offs.add(framework=framework, details=details, **self.by).pk)

        return self.once(act, status=201)

    def partial_update(self, request: Request, pk: str) -> HttpResponseBase:
        call_off = self.found(pk, Action.CALL_OFF_EDIT, "framework")
        changes: Any = self.changes(pk)
        call_offs.edit(call_off=call_off, changes=changes, **self.by)
        return self.answered(pk)
