"""`/webhooks/`: which other systems are told of what; for administrators. A secret is shown to a person, on the page, and never here."""

from typing import Any

from django.http.response import HttpResponseBase
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from accounts.permissions import Action
from core.api.bodies import Body
from core.api.fields import Line
from core.api.resources import Resource, Row
from notifications.models import Webhook
from notifications.webhooks import managing
from notifications.webhooks.events import EVENTS


class WebhookOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    url = serializers.CharField()
    events = serializers.ListField(child=serializers.ChoiceField(choices=list(EVENTS)))
    is_on = serializers.BooleanField()
    ended_because = serializers.CharField()
    created_at = serializers.DateTimeField()


class WebhookIn(Body):
    answer = WebhookOut
    name = Line(max_length=120)
    url = Line(max_length=500)
    events = serializers.ListField(child=serializers.ChoiceField(choices=list(EVENTS)), min_length=1)


class WebhookResource(Resource):
    queryset = Webhook.objects.all()
    output = WebhookOut
    inputs = {"create": WebhookIn, "partial_update": WebhookIn}
    needs = Action.POLICY_EDIT
    columns = ("id", "name", "url", "events", "ended_at", "ended_because", "created_at")

    def shown(self, rows: list[Row]) -> list[Row]:
        return [{"is_on": row.pop("ended_at") is None, **row} for row in rows]

    def create(self, request: Request) -> HttpResponseBase:
        said = self.body()

        def act() -> Row:
            webhook, _secret = managing.add(name=said["name"], url=said["url"], wanted=said["events"], **self.by)
            return self.one(webhook.pk)

        return self.once(act, status=201)

    def partial_update(self, request: Request, pk: str) -> HttpResponseBase:
        webhook = self.found(pk, Action.POLICY_EDIT)
        said = {"name": webhook.name, "url": webhook.url, "events": webhook.events} | self.changes(pk)
        managing.change(webhook=webhook, name=said["name"], url=said["url"], wanted=said["events"], **self.by)
        return self.answered(pk)

    @action(detail=True, methods=["post"])
    def test(self, request: Request, pk: str) -> HttpResponseBase:
        """Send a call of the type `webhook.test`; its outcome stands in the log on the page."""
        webhook = self.found(pk, Action.POLICY_EDIT)
        self.only(frozenset())

        def act() -> Row:
            managing.test(webhook=webhook, **self.by)
            return self.one(pk)

        return self.once(act)
