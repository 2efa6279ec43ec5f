"""`/deadlines/`: what is due and whose turn it is. `/deliveries/`: what was told to whom, and how it went."""

from typing import Any

from django.db.models import Min, QuerySet
from django.http.response import HttpResponseBase
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from accounts.permissions import Action
from core.api.bodies import Body
from core.api.resources import Resource, Row, grouped
from core.paging import Order, both_ways
from notifications import resending, taking
from notifications.filters import DeadlineFilters, DeliveryFilters
from notifications.models import Channel, Deadline, DeadlineKind, Delivery, MailEvent, Message, PlannedStep, Turn


class DeadlineOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=DeadlineKind.choices)
    about = serializers.UUIDField(help_text="The row that is due; its kind says of what resource.")
    title = serializers.CharField()
    framework = serializers.UUIDField()
    organisation = serializers.UUIDField(help_text="Who owes it.")
    turn = serializers.ChoiceField(choices=Turn.choices)
    due_on = serializers.DateField()
    original_due_on = serializers.DateField()
    opened_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    next_step_on = serializers.DateField(allow_null=True, help_text="When somebody is told next, if nothing happens before.")
    taken_until = serializers.DateField(
        allow_null=True, help_text="Somebody of ours has this; nobody higher up is told before. Ours to know."
    )
    taken_by = serializers.CharField(allow_null=True, help_text="Who has it.")


class TakeIn(Body):
    until = serializers.DateField(help_text="The day included; at most 30 days from today.")
    note = serializers.CharField(required=False, allow_blank=True, max_length=500)


class DeadlineResource(Resource):
    """A supplier sees what it owes itself, once it has been asked."""

    queryset = Deadline.objects.all()
    output = DeadlineOut
    filterset_class = DeadlineFilters
    orders = both_ways(due_on=Order("due_on"), created_at=Order("created_at"))
    usual_order = "due_on"
    columns = (
        "id",
        "kind",
        "about_id",
        "title",
        "scope_id",
        "organisation_id",
        "turn",
        "due_on",
        "original_due_on",
        "opened_at",
        "closed_at",
        "created_at",
        "taken_until",
        "taken_by__name",
        "taken_by__email",
    )
    inputs = {"take": TakeIn}

    def shown(self, rows: list[Row]) -> list[Row]:
        steps = PlannedStep.objects.planned().filter(deadline_id__in=[row["id"] for row in rows])
        coming = dict(steps.values_list("deadline_id").annotate(Min("on")))
        same = ("id", "kind", "title", "turn", "due_on", "original_due_on", "opened_at", "closed_at")
        return [
            {
                **{name: row[name] for name in same},
                "about": row["about_id"],
                "framework": row["scope_id"],
                "organisation": row["organisation_id"],
                "next_step_on": coming.get(row["id"]),
                **self._taken(row),
            }
            for row in rows
        ]

    def _taken(self, row: Row) -> Row:
        """That one of us has it is ours to know."""
        if not self.user.works_here or row["taken_until"] is None:
            return {"taken_until": None, "taken_by": None}
        return {"taken_until": row["taken_until"], "taken_by": row["taken_by__name"] or row["taken_by__email"]}

    @action(detail=True, methods=["post"])
    def take(self, request: Request, pk: str) -> HttpResponseBase:
        """“I have this”: nobody higher up is told about the case until that day is over. The date does not move."""
        it = self.found(pk, Action.DEADLINE_TAKE, "taken_by")
        body = self.body()
        return self.once(lambda: taking.take(deadline=it, **body, **self.by_today) or self.one(it.pk))

    @action(detail=True, methods=["post"])
    def release(self, request: Request, pk: str) -> HttpResponseBase:
        """Nobody has it any more: what was held back is told with the next sweep."""
        it = self.found(pk, Action.DEADLINE_TAKE, "taken_by")
        self.only(frozenset())
        return self.once(lambda: taking.release(deadline=it, **self.by) or self.one(it.pk))


class MailEventOut(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=MailEvent.Kind.choices)
    at = serializers.DateTimeField(help_text="When we learned of it.")
    diagnostic = serializers.CharField(help_text="In the words of the mail server.")


class DeliveryOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.CharField()
    recipient = serializers.CharField()
    channel = serializers.ChoiceField(choices=Channel.choices)
    status = serializers.ChoiceField(choices=Message.Status.choices)
    attempts = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    message_id = serializers.CharField(allow_null=True, help_text="Null until it is put into a mail.")
    deadline = serializers.UUIDField(allow_null=True)
    rung = serializers.IntegerField(allow_null=True, help_text="The step of the ladder, where it is a reminder.")
    about = serializers.UUIDField(allow_null=True)
    reason = serializers.CharField()
    error = serializers.CharField()
    events = MailEventOut(many=True, help_text="What became of the mail after it had left.")


class DeliveryResource(Resource):
    """The delivery log, one line to one person: our staff's. What a supplier was sent stands in its request's timeline."""

    needs = Action.DELIVERY_READ
    queryset = Delivery.objects.all()
    output = DeliveryOut
    filterset_class = DeliveryFilters
    columns = (
        "id",
        "kind",
        "channel",
        "state",
        "created_at",
        "deadline_id",
        "about_id",
        "reason",
        "cancel_reason",
        "message_id",
        "step__rung",
        "person__email",
        "message__recipient",
        "message__attempts",
        "message__sent_at",
        "message__message_id",
        "message__error",
    )

    def visible(self) -> QuerySet[Any]:
        return super().visible().with_status()  # type: ignore[attr-defined]

    def shown(self, rows: list[Row]) -> list[Row]:
        events = MailEvent.objects.filter(message_id__in=[row["message_id"] for row in rows]).values(
            "message_id", "kind", "at", "diagnostic"
        )
        news = grouped(events, "message_id")
        return [_told(row, news.get(row["message_id"], [])) for row in rows]

    @action(detail=True, methods=["post"])
    def resend(self, request: Request, pk: str) -> HttpResponseBase:
        """Send it again at once, as a new line with a Message-ID of its own; answers with the new line."""
        line = self.found(pk, Action.DELIVERY_RESEND)
        self.body()
        return self.once(lambda: self.one(resending.resend(line=line, **self.by).pk))


def _told(row: Row, events: list[Row]) -> Row:
    return {
        "id": row["id"],
        "kind": row["kind"],
        "recipient": row["message__recipient"] or row["person__email"],
        "channel": row["channel"],
        "status": row["state"],
        "attempts": row["message__attempts"] or 0,
        "created_at": row["created_at"],
        "sent_at": row["message__sent_at"],
        "message_id": row["message__message_id"],
        "deadline": row["deadline_id"],
        "rung": row["step__rung"],
        "about": row["about_id"],
        "reason": row["reason"],
        "error": row["message__error"] or row["cancel_reason"],
        "events": events,
    }
