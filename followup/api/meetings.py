"""`/meetings/`: meetings with suppliers, their minutes and what was agreed."""

from typing import Any

from django.db.models import OuterRef
from django.http.response import HttpResponseBase
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request

from accounts.permissions import Action
from core import access, files
from core.api.parsers import JSONParser
from core.api.resources import Resource, Row
from core.sql import json_list, parts
from followup.api import meeting_shapes as shapes
from followup.filters_meetings import MeetingFilters
from followup.models import Meeting, MeetingAction, MeetingMinutes, MeetingParticipant
from followup.querysets_meetings import MEETING_ORDERS
from followup.services import meeting_actions, meeting_agenda, meetings, minutes
from followup.states import MEETING

ABOUT = ("framework__organisation", "framework__scope", "supplier", "deadline__organisation")
MINE = OuterRef("pk")


class MeetingResource(Resource):
    """A supplier sees its own once it is told; agencies and audit firms see none."""

    queryset = Meeting.objects.all()
    output = shapes.MeetingOut
    inputs = {
        "create": shapes.MeetingIn,
        "partial_update": shapes.MeetingWrittenIn,
        "cancel": shapes.MeetingReasonIn,
        "minutes": shapes.MinutesIn,
        "confirm": shapes.ReadIn,
        "object": shapes.ObjectionIn,
        "settle": shapes.MeetingReasonIn,
        "finish_action": shapes.AgreedDoneIn,
    }
    filterset_class = MeetingFilters
    orders = MEETING_ORDERS
    columns = (
        *("id", "framework_id", "supplier_id", "kind", "status", "starts_at", "minutes_long", "place", "agenda", "held_on"),
        *("deadline_id", "told_at", "end_reason", "created_at"),
    )

    def shown(self, rows: list[Row]) -> list[Row]:
        versions, agreed = MeetingMinutes.objects.filter(meeting=MINE), MeetingAction.objects.filter(meeting=MINE)
        if not self.user.works_here:  # a draft is ours, and so is what was never sent
            versions, agreed = versions.filter(sent_at__isnull=False), agreed.filter(deadline__opened_at__isnull=False, dropped_at=None)
        below = parts(
            Meeting,
            [row["id"] for row in rows],
            minutes=json_list(versions.order_by("number"), **MINUTES),
            actions=json_list(agreed.order_by("number", "pk"), **AGREED),
            **BELOW,
        )
        return [self._shown(row, **below[row["id"]]) for row in rows]

    def _shown(self, row: Row, findings: list[Row], minutes: list[Row], **lists: list[Row]) -> Row:
        if not minutes and not self.user.works_here:  # who came is told with the minutes
            row["held_on"] = None
            lists["participants"] = [{**each, "was_there": None} for each in lists["participants"]]
        return {
            "framework": row.pop("framework_id"),
            "supplier": row.pop("supplier_id"),
            "deadline": row.pop("deadline_id"),
            "findings": [each["finding"] for each in findings],
            "minutes": [{**each, "held": each["held"] if self.user.works_here else None} for each in minutes],
            **row,
            **lists,
        }

    def create(self, request: Request) -> HttpResponseBase:
        """Plan a meeting. Nobody is invited yet."""
        access.require(self.user, Action.MEETING_EDIT)
        body = self.body()
        access.require(self.user, Action.MEETING_EDIT, Meeting(framework=body["framework"], supplier=body["supplier"]))
        about = {name: body[name] for name in ("framework", "supplier", "kind")}
        body.setdefault("agenda", meeting_agenda.proposed(**about, viewer=self.user, today=self.clock["today"]))
        return self.once(lambda: self.one(meetings.plan(**body, **self.by_today).pk), status=201)

    def partial_update(self, request: Request, pk: str) -> HttpResponseBase:
        """Change it. Whoever was invited is told anew."""
        it = self._at(pk, "edit")
        meetings.edit(meeting=it, **self.changes(pk), **self.by_today)
        return self.answered(pk)

    @action(detail=True, methods=["post"])
    def invite(self, request: Request, pk: str) -> HttpResponseBase:
        """Send the invitation, with an entry for the calendar."""
        return self._do(pk, "invite", meetings.invite)

    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> HttpResponseBase:
        """Call it off. Whoever was invited is told."""
        return self._do(pk, "cancel", meetings.cancel)

    @action(detail=True, methods=["post"])
    def minutes(self, request: Request, pk: str) -> HttpResponseBase:
        """Keep the minutes as a draft, with what was agreed. Objected to, this writes the next version."""
        it = self.at(pk, *ABOUT)
        access.require(self.user, Action.MEETING_EDIT, it)
        return self._act(pk, minutes.write, meeting=it, **self.body())

    @action(detail=True, methods=["post"])
    def send_minutes(self, request: Request, pk: str) -> HttpResponseBase:
        """Send them to be confirmed. What was agreed is owed from now on."""
        return self._do(pk, "send_minutes", minutes.send)

    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> HttpResponseBase:
        """The supplier says that the minutes are right."""
        return self._do(pk, "confirm_minutes", minutes.confirm)

    @action(detail=True, methods=["post"])
    def object(self, request: Request, pk: str) -> HttpResponseBase:
        """The supplier says what is not right."""
        return self._do(pk, "object_to_minutes", minutes.object_)

    @action(detail=True, methods=["post"])
    def settle(self, request: Request, pk: str) -> HttpResponseBase:
        """End it without the supplier's confirmation."""
        return self._do(pk, "settle_minutes", minutes.settle)

    @action(detail=True, methods=["post"], parser_classes=[MultiPartParser, JSONParser])
    def finish_action(self, request: Request, pk: str) -> HttpResponseBase:
        """Something that was agreed is done: a word, files, or both. A supplier finishes its own."""
        it, body = self._at(pk, "finish_action"), self.body()
        checked = files.received(self.request)

        def act() -> Row:
            with files.kept(checked) as kept:
                said = {"action": body["action"], "note": body.get("note", ""), "files": kept}
                meeting_actions.finish(meeting=it, **said, **self.by_today)
            return self.one(pk)

        return self.once(act)

    def _at(self, pk: str, change: str) -> Meeting:
        it: Meeting = self.found(pk, MEETING[change].needs, *ABOUT)
        return it

    def _do(self, pk: str, change: str, service: Any) -> HttpResponseBase:
        it = self._at(pk, change)
        return self._act(pk, service, meeting=it, **self.body())

    def _act(self, pk: str, service: Any, **said: Any) -> HttpResponseBase:
        def act() -> Row:
            service(**said, **self.by_today)
            return self.one(pk)

        return self.once(act)


MINUTES = {
    **{name: name for name in ("number", "text", "sent_at", "verdict", "objection", "answered_at", "held", "changed")},
    "sent_by": "sent_by_id",
    "answered_by": "answered_by_id",
}
AGREED = {
    **{name: name for name in ("side", "text", "responsible", "done_at", "note", "dropped_at")},
    "id": "pk",
    "due_on": "deadline__due_on",
    "deadline": "deadline_id",
}
BELOW = {
    "participants": json_list(
        MeetingParticipant.objects.filter(meeting=MINE).order_by("side", "name", "pk"),
        id="pk",
        side="side",
        name="name",
        email="person__email",
        was_there="was_there",
    ),
    "findings": json_list(Meeting.findings.through.objects.filter(meeting=MINE), finding="finding_id"),
}
"""The same for every reader, so put together once."""
