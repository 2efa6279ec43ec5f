"""`/obligations/`: who is bound by what, what they say, and what we checked."""

from typing import Any

import django_filters
from django.http.response import HttpResponseBase
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from accounts.permissions import Action
from contracts import standings
from contracts.models import Declared, Method, Obligation, Verified
from contracts.services import obligations
from contracts.standings import Judged
from core.api.bodies import Body
from core.api.fields import Day
from core.api.filters import Choice, Id
from core.api.resources import Resource, Row


class PromisedOut(serializers.Serializer[Any]):
    text = serializers.CharField()
    value = serializers.DecimalField(max_digits=18, decimal_places=4, allow_null=True)
    unit = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]


class ObligationOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    requirement = serializers.UUIDField()
    framework = serializers.UUIDField()
    supplier = serializers.UUIDField()
    lot = serializers.UUIDField(allow_null=True, help_text="Null where the agreement has no lots.")
    promised = PromisedOut()
    valid_from = serializers.DateField(allow_null=True)
    valid_to = serializers.DateField(allow_null=True)
    declared = serializers.ChoiceField(choices=Declared.choices)
    verified = serializers.ChoiceField(choices=Verified.choices)
    method = serializers.ChoiceField(choices=Method.choices, allow_blank=True)
    checked_on = serializers.DateField(allow_null=True)
    valid_until = serializers.DateField(allow_null=True)
    is_expired = serializers.BooleanField(help_text="The check has run out: it no longer says that the requirement is met.")
    standing = serializers.ChoiceField(
        choices=[*Verified.choices, ("expired", "expired"), ("to_judge", "to be judged anew")],
        help_text="How it reads: `verified`, unless the check has run out or something was found since.",
    )


class JudgeIn(Body):
    verified = serializers.ChoiceField(choices=Verified.choices, required=False, allow_blank=True)
    declared = serializers.ChoiceField(choices=Declared.choices, required=False, allow_blank=True)
    method = serializers.ChoiceField(choices=Method.choices)
    checked_on = Day(required=False, help_text="Today when left out.")
    valid_until = Day(required=False, allow_null=True)
    reason = serializers.CharField(max_length=20_000, required=False, allow_blank=True)


class ObligationFilters(django_filters.FilterSet):
    framework = Id(field_name="framework_id")
    supplier = Id(field_name="supplier_id")
    lot = Id(field_name="lot_id")
    requirement = Id(field_name="requirement_id")
    verified = Choice(choices=Verified.choices)


class ObligationResource(Resource):
    """One for each requirement, supplier and lot. A supplier sees its own."""

    queryset = Obligation.objects.all()
    output = ObligationOut
    inputs = {"judge": JudgeIn}
    filterset_class = ObligationFilters
    columns = (
        "id",
        "created_at",
        "requirement_id",
        "framework_id",
        "supplier_id",
        "lot_id",
        "promised_text",
        "promised_value",
        "promised_unit",
        "promised_source",
        "valid_from",
        "valid_to",
        "declared",
        "verified",
        "method",
        "checked_on",
        "valid_until",
    )

    def shown(self, rows: list[Row]) -> list[Row]:
        found = standings.of((Judged(row["id"], row["verified"], row["checked_on"]) for row in rows), user=self.user)
        return [self._shown(row, found.get(row["id"])) for row in rows]

    def _shown(self, row: Row, found: Any) -> Row:
        is_expired = row["valid_until"] is not None and row["valid_until"] < self.clock["today"]
        own = "expired" if is_expired and row["verified"] != Verified.UNKNOWN else row["verified"]
        same = ("id", "valid_from", "valid_to", "declared", "verified", "method", "checked_on", "valid_until")
        return {
            **{name: row[name] for name in same},
            "requirement": row["requirement_id"],
            "framework": row["framework_id"],
            "supplier": row["supplier_id"],
            "lot": row["lot_id"],
            "promised": _promised(row),
            "is_expired": is_expired,
            "standing": found.code if found and found.because else own,
        }

    @action(detail=True, methods=["post"])
    def judge(self, request: Request, pk: str) -> HttpResponseBase:
        """Record whether the requirement is met. A self-declaration moves what is declared, never what is verified."""
        obligation = self.found(pk, Action.OBLIGATION_JUDGE)
        judgement = {"checked_on": self.clock["today"], **self.body()}

        def act() -> Row:
            obligations.judge(obligation=obligation, **judgement, **self.by_today)
            return self.one(pk)

        return self.once(act)


def _promised(row: Row) -> Row:
    return {name: row[f"promised_{name}"] for name in ("text", "value", "unit", "source")}
