"""`/clauses/`: the clauses of an agreement, the deadlines they give, and what they let us do when they are broken."""

from typing import Any

import django_filters
from django.db.models import OuterRef
from django.http.response import HttpResponseBase
from rest_framework import serializers
from rest_framework.request import Request

from accounts.permissions import Action
from contracts.models import Clause, DeadlineRule, FineDay, Framework, Means, Requirement
from contracts.services import clause_means, stipulations
from core import access
from core.api.bodies import Body
from core.api.fields import Day, Line, Visible
from core.api.filters import Id
from core.api.resources import Resource, Row
from core.sql import json_list, parts
from notifications.models import UNITS

WORDS = ("title", "text", "number", "version", "source")
GIVES = ("means", "fine_rate", "fine_unit", "fine_base_words", "fine_base", "fine_cap")
OF_RULE = ("offset", "unit", "anchor", "calendar", "valid_from", "source")
SHARE: dict[str, Any] = {"max_digits": 7, "decimal_places": 4, "allow_null": True}
MONEY: dict[str, Any] = {"max_digits": 18, "decimal_places": 2, "allow_null": True}


class RuleOut(serializers.Serializer[Any]):
    offset = serializers.IntegerField(help_text="Negative: before what it is counted from.")
    unit = serializers.ChoiceField(choices=UNITS)
    anchor = serializers.ChoiceField(choices=DeadlineRule.Anchor.choices)
    calendar = serializers.CharField(help_text="The country whose days off count.")
    valid_from = serializers.DateField(
        allow_null=True, help_text="Another form of the rule before it in the list, which takes over from that day."
    )
    source = serializers.CharField(allow_blank=True)  # type: ignore[assignment]


class ClauseOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    framework = serializers.UUIDField()
    number = serializers.CharField()
    title = serializers.CharField()
    version = serializers.CharField()
    text = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    rules = RuleOut(many=True)
    means = serializers.ListField(child=serializers.ChoiceField(choices=Means.choices), help_text="None named: nobody has written it down.")
    fine_rate = serializers.DecimalField(**SHARE, help_text="Per cent of the base for each day.")
    fine_unit = serializers.ChoiceField(choices=FineDay.choices)
    fine_base_words = serializers.CharField()
    fine_base = serializers.DecimalField(**MONEY, help_text="In the currency of the agreement.")
    fine_cap = serializers.DecimalField(**SHARE, help_text="At most, per cent of the base.")
    is_frozen = serializers.BooleanField(
        help_text="Requirements rest on it: its words and deadlines stand, what it lets us do may still be written down."
    )


class RuleIn(Body):
    offset = serializers.IntegerField(min_value=-1000, max_value=1000)
    unit = serializers.ChoiceField(choices=UNITS)
    anchor = serializers.ChoiceField(choices=DeadlineRule.Anchor.choices, required=False)
    calendar = Line(max_length=2, required=False)
    valid_from = Day(required=False, allow_null=True)
    source = Line(max_length=300, required=False, allow_blank=True)  # type: ignore[assignment]


class ClauseIn(Body):
    answer = ClauseOut
    title = Line(max_length=200)
    text = serializers.CharField(max_length=50_000)
    number = Line(max_length=40, required=False, allow_blank=True)
    version = Line(max_length=60, required=False, allow_blank=True)
    source = Line(max_length=300, required=False, allow_blank=True)  # type: ignore[assignment]
    rules = RuleIn(many=True, required=False)
    means = serializers.ListField(child=serializers.ChoiceField(choices=Means.choices), required=False, max_length=len(Means))
    fine_rate = serializers.DecimalField(**SHARE, required=False)
    fine_unit = serializers.ChoiceField(choices=FineDay.choices, required=False)
    fine_base_words = Line(max_length=300, required=False, allow_blank=True)
    fine_base = serializers.DecimalField(**MONEY, required=False)
    fine_cap = serializers.DecimalField(**SHARE, required=False)


class NewClauseIn(ClauseIn):
    framework = Visible(Framework)


class ClauseFilters(django_filters.FilterSet):
    framework = Id()


class ClauseResource(Resource):
    """Clauses. Once a requirement rests on one, its words and deadlines are what was agreed; what it lets us do is our reading."""

    queryset = Clause.objects.all()
    output = ClauseOut
    inputs = {"create": NewClauseIn, "partial_update": ClauseIn}
    filterset_class = ClauseFilters
    columns = ("id", "created_at", "framework_id", *WORDS, *GIVES)

    def shown(self, rows: list[Row]) -> list[Row]:
        below = parts(
            Clause,
            [row["id"] for row in rows],
            rules=json_list(
                DeadlineRule.objects.filter(clause=OuterRef("pk")).order_by("id"),
                **{name: name for name in ("id", "first_id", *OF_RULE)},
            ),
            resting=json_list(Requirement.objects.filter(clause=OuterRef("pk")).order_by("id")[:1], id="id"),
        )
        return [_shown(row, **below[row["id"]]) for row in rows]

    def create(self, request: Request) -> HttpResponseBase:
        access.require(self.user, Action.REQUIREMENT_STIPULATE)
        body = self.body()
        gives, rules = _taken_out(body, GIVES), _rules(body.pop("rules", []))

        def act() -> Row:
            return self.one(stipulations.add_clause(rules=rules, gives=gives, **body, **self.by).pk)  # type: ignore[arg-type]

        return self.once(act, status=201)

    def partial_update(self, request: Request, pk: str) -> HttpResponseBase:
        """What is sent as it is changes nothing, so that what was read can be sent back whole."""
        clause: Clause = self.found(pk, Action.REQUIREMENT_STIPULATE, "framework")
        body, present = self.changes(pk), self.one(pk)
        gives, sent = _taken_out(body, GIVES), body.pop("rules", None)
        rules = None if sent is None or _rules(sent) == _rules(present["rules"]) else _rules(sent)
        if rules is None and all(body[name] == present[name] for name in body):
            clause_means.write_down(clause=clause, gives=gives, **self.by)  # type: ignore[arg-type]
        else:
            words = {name: body.get(name, present[name]) for name in WORDS}
            stipulations.edit_clause(clause=clause, rules=rules, gives=gives, **words, **self.by)  # type: ignore[arg-type]
        return self.answered(pk)


def _shown(row: Row, rules: list[Row], resting: list[Row]) -> Row:
    return {
        **{name: row[name] for name in ("id", *WORDS, *GIVES)},
        "framework": row["framework_id"],
        "rules": [{name: rule[name] for name in OF_RULE} for rule in _in_order(rules)],
        "is_frozen": bool(resting),
    }


def _in_order(rules: list[Row]) -> list[Row]:
    """Each rule with its later forms behind it, as they are sent."""
    return [each for rule in rules if rule["first_id"] is None for each in (rule, *_later(rules, rule["id"]))]


def _later(rules: list[Row], first: Any) -> list[Row]:
    return sorted((rule for rule in rules if rule["first_id"] == first), key=lambda rule: str(rule["valid_from"]))


def _rules(rows: list[Row]) -> list[stipulations.Rule]:
    return [stipulations.Rule(**row) for row in rows]


def _taken_out(body: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: body.pop(name) for name in names if name in body}
