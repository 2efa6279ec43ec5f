"""What is written down around an audit: its team, its two meetings, its hours and costs."""

from typing import Any

from django.db.models import OuterRef
from django.http.response import HttpResponseBase
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from accounts.models import Organisation, User
from core.api.bodies import Body
from core.api.fields import NOT_OPEN_TO_YOU, Day, Line, TimeOfDay, Visible
from core.api.resources import Resource, Row
from core.errors import Invalid
from core.sql import json_list
from followup.api.shapes import LONG
from followup.models import Audit, AuditCost, AuditMeeting, TeamMember
from followup.services import audit_records, audit_teams
from followup.states import AUDIT

MEMBER = ("id", "role", "user_id", "name", "organisation")
MEETING = ("kind", "held_on", "began_at", "participants", "notes")
COST = (
    "id",
    "kind",
    "member_id",
    "spent_by",
    "hours",
    "amount",
    "currency",
    "counted",
    "counted_currency",
    "rate",
    "rate_on",
    "spent_on",
    "note",
)


class MemberOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    role = serializers.ChoiceField(choices=TeamMember.Role.choices)
    user = serializers.UUIDField(allow_null=True, help_text="For the central body.")
    name = serializers.CharField()
    organisation = serializers.CharField()


class AuditMeetingOut(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=AuditMeeting.Kind.choices)
    held_on = serializers.DateField()
    began_at = TimeOfDay(allow_null=True)
    participants = serializers.CharField()
    notes = serializers.CharField(allow_null=True, help_text="For the central body and the audit firm.")


class CostOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=AuditCost.Kind.choices)
    member = serializers.UUIDField(allow_null=True)
    spent_by = serializers.CharField()
    hours = serializers.DecimalField(max_digits=7, decimal_places=2, allow_null=True)
    amount = serializers.DecimalField(max_digits=12, decimal_places=2, allow_null=True)
    currency = serializers.CharField()
    counted = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True, help_text="In the currency of a budget.")
    counted_currency = serializers.CharField(help_text="Which one; empty where nothing is counted.")
    rate = serializers.DecimalField(max_digits=14, decimal_places=6, allow_null=True)
    rate_on = serializers.DateField(allow_null=True)
    spent_on = serializers.DateField()
    note = serializers.CharField()


class CanJoin(Visible):
    """The id of a user of the body or of an audit firm; whether of the right one, the service says."""

    def __init__(self, **options: Any) -> None:
        super().__init__(User, **options)

    def rows(self, user: Any) -> Any:
        kinds = (Organisation.Kind.CPB, Organisation.Kind.AUDITOR)
        found = User.objects.filter(is_active=True, memberships__ended_at=None, memberships__organisation__kind__in=kinds).distinct()
        return found if user.works_here else User.objects.none()


class MemberIn(Body):
    role = serializers.ChoiceField(choices=TeamMember.Role.choices)
    user = CanJoin(required=False, allow_null=True)
    name = Line(max_length=200, required=False, allow_blank=True, help_text="Of somebody without a user.")
    organisation = Line(max_length=200, required=False, allow_blank=True)


class LeaveIn(Body):
    member = serializers.UUIDField()


class AuditMeetingIn(Body):
    kind = serializers.ChoiceField(choices=AuditMeeting.Kind.choices)
    held_on = Day()
    began_at = TimeOfDay(required=False, allow_null=True)
    participants = serializers.CharField(max_length=LONG)
    notes = serializers.CharField(max_length=LONG, required=False, allow_blank=True)


class WorthIn(Body):
    """What money in another currency than the budget's comes to there: one of the two is enough."""

    counted = serializers.DecimalField(max_digits=14, decimal_places=2, min_value=0, required=False, allow_null=True)
    rate = serializers.DecimalField(max_digits=14, decimal_places=6, min_value=0, required=False, allow_null=True)
    rate_on = Day(required=False, allow_null=True, help_text="The day of the cost unless said.")


class ConvertIn(WorthIn):
    cost = serializers.UUIDField()


class CostIn(WorthIn):
    kind = serializers.ChoiceField(choices=AuditCost.Kind.choices)
    spent_on = Day()
    hours = serializers.DecimalField(max_digits=7, decimal_places=2, min_value=0, required=False, allow_null=True)
    amount = serializers.DecimalField(max_digits=12, decimal_places=2, min_value=0, required=False, allow_null=True)
    currency = Line(max_length=3, required=False)
    member = serializers.UUIDField(required=False, allow_null=True)
    note = Line(max_length=300, required=False, allow_blank=True)


class StrikeIn(Body):
    cost = serializers.UUIDField()


INPUTS: dict[str, type[Body]] = {
    "team": MemberIn,
    "leave": LeaveIn,
    "meeting": AuditMeetingIn,
    "cost": CostIn,
    "convert": ConvertIn,
    "strike": StrikeIn,
}


def lists() -> dict[str, json_list]:
    """For `parts`: what belongs to each audit."""
    mine = {"audit": OuterRef("pk")}
    return {
        "team": json_list(TeamMember.objects.filter(**mine).order_by("created_at", "pk"), **_same(MEMBER)),
        "meetings": json_list(AuditMeeting.objects.filter(**mine).order_by("held_on", "created_at"), **_same(MEETING)),
        "costs": json_list(AuditCost.objects.filter(**mine).order_by("spent_on", "created_at", "pk"), **_same(COST)),
    }


def shown(found: Row, *, is_ours: bool, knows_all: bool) -> Row:
    """The same as the reader may know it."""
    costs = [{"member": each.pop("member_id"), **each} for each in found["costs"]]
    return {
        "team": [{"user": (user if is_ours else None), **each} for each in found["team"] for user in [each.pop("user_id")]],
        "meetings": [{**each, "notes": each["notes"] if knows_all else None} for each in found["meetings"]],
        "costs": costs if is_ours else None,
    }


def _same(names: tuple[str, ...]) -> dict[str, str]:
    return {name: name for name in names}


class AuditRecords(Resource):
    """The actions; the audits themselves are in `audits.py`."""

    @action(detail=True, methods=["post"])
    def team(self, request: Request, pk: str) -> HttpResponseBase:
        """One more on the team: a user of the body or of the audit firm, or a name in words."""
        return self._write(pk, "team", audit_teams.add, self.by)

    @action(detail=True, methods=["post"])
    def leave(self, request: Request, pk: str) -> HttpResponseBase:
        """Off the team again. What was spent for them stays."""
        it = self.found(pk, AUDIT["team"].needs, "deadline", "supplier")
        member = _part(TeamMember, it, self.body()["member"], "member")
        return self.once(lambda: self._after(pk, audit_teams.remove, member=member, **self.by))

    @action(detail=True, methods=["post"])
    def meeting(self, request: Request, pk: str) -> HttpResponseBase:
        """The opening or the closing meeting, written down or corrected."""
        return self._write(pk, "meeting", audit_records.write_meeting, self.by_today)

    @action(detail=True, methods=["post"])
    def cost(self, request: Request, pk: str) -> HttpResponseBase:
        """Hours, money or both. Only the central body sees what an audit costs."""
        it = self.found(pk, AUDIT["cost"].needs, "deadline", "supplier", "programme")
        body = self.body()
        if key := body.get("member"):
            body["member"] = _part(TeamMember, it, key, "member")
        return self.once(lambda: self._after(pk, audit_records.add_cost, audit=it, **body, **self.by_today))

    @action(detail=True, methods=["post"])
    def convert(self, request: Request, pk: str) -> HttpResponseBase:
        """Say what a cost in another currency comes to in that of the programme's budget."""
        it = self.found(pk, AUDIT["cost"].needs, "deadline", "supplier", "programme")
        body = self.body()
        cost = _part(AuditCost, it, body.pop("cost"), "cost")
        return self.once(lambda: self._after(pk, audit_records.convert_cost, cost=cost, **body, **self.by_today))

    @action(detail=True, methods=["post"])
    def strike(self, request: Request, pk: str) -> HttpResponseBase:
        """Written down by mistake; the history keeps it."""
        it = self.found(pk, AUDIT["cost"].needs, "deadline", "supplier")
        cost = _part(AuditCost, it, self.body()["cost"], "cost")
        return self.once(lambda: self._after(pk, audit_records.remove_cost, cost=cost, **self.by))

    def _write(self, pk: str, change: str, service: Any, by: Row) -> HttpResponseBase:
        it = self.found(pk, AUDIT[change].needs, "deadline", "supplier", "auditor")
        body = self.body()
        return self.once(lambda: self._after(pk, service, audit=it, **body, **by))

    def _after(self, pk: str, service: Any, **given: Any) -> Row:
        service(**given)
        return self.one(pk)


def _part(model: Any, it: Audit, key: Any, field: str) -> Any:
    found = model.objects.filter(audit=it, pk=key).first()
    if found is None:
        raise Invalid.one(field, "does_not_exist", NOT_OPEN_TO_YOU)
    found.audit = it
    return found
