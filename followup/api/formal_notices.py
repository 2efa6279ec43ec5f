"""`/formal-notices/`: notices of breach, the supplier's reply and what came of it."""

from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django_filters import FilterSet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request

from accounts.permissions import Action
from core import access, files
from core.api.bodies import Body
from core.api.fields import Day, Line, Visible
from core.api.filters import Choice, Id
from core.api.parsers import JSONParser
from core.api.resources import Resource, Row
from core.api.schema import REFUSED
from core.paging import Order, both_ways
from followup import letter_pdf
from followup.api.letter_shapes import REPLY_COLUMNS, Addressee, ReplyIn, ReplyOut, reply_of
from followup.api.shapes import LONG
from followup.models import Document, DocumentRequest, FormalNotice
from followup.services import formal_notices, formal_replies
from followup.states import FORMAL_NOTICE

ABOUT = (
    *("framework__organisation", "framework__scope", "supplier", "missed__organisation", "reply_deadline__organisation"),
    *("request__framework__scope", "request__supplier", "request__deadline__organisation"),
)
MOST_FACTS = 50


class FormalNoticeOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    document_request = serializers.UUIDField()
    framework = serializers.UUIDField()
    supplier = serializers.UUIDField()
    number = serializers.IntegerField(help_text="Counted for the supplier on the agreement.")
    status = serializers.ChoiceField(choices=FormalNotice.Status.choices)
    facts = serializers.ListField(child=serializers.CharField())
    consequences = serializers.CharField()
    cure_days = serializers.IntegerField(help_text="Working days.")
    reply_days = serializers.IntegerField(help_text="Working days.")
    signer_title = serializers.CharField()
    text = serializers.CharField(help_text="The letter as it was sent; empty until then.")
    recipients = Addressee(many=True)
    how = serializers.ChoiceField(choices=FormalNotice.How.choices, allow_blank=True)
    receipt_number = serializers.CharField(help_text="Of the post, or of digital mail, for a letter that was sent another way.")
    sent_on = serializers.DateField(allow_null=True)
    sent_at = serializers.DateTimeField(allow_null=True)
    signed_by = serializers.UUIDField(allow_null=True)
    cure_on = serializers.DateField(allow_null=True)
    reply_due_on = serializers.DateField(allow_null=True)
    reply = ReplyOut(allow_null=True)
    outcome = serializers.ChoiceField(choices=FormalNotice.Outcome.choices, allow_blank=True)
    grounds = serializers.CharField()
    decided_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


class WrittenIn(Body):
    """What is left out is drafted by the tool, or stays as it is."""

    answer = FormalNoticeOut

    facts = serializers.ListField(child=serializers.CharField(max_length=LONG), required=False, min_length=1, max_length=MOST_FACTS)
    consequences = serializers.CharField(max_length=LONG, required=False)
    cure_days = serializers.IntegerField(min_value=1, max_value=formal_notices.LONGEST_DAYS, required=False, help_text="Working days.")
    reply_days = serializers.IntegerField(min_value=1, max_value=formal_notices.LONGEST_DAYS, required=False, help_text="Working days.")
    signer_title = Line(max_length=200, required=False, allow_blank=True)


class FormalNoticeIn(WrittenIn):
    document_request = Visible(DocumentRequest)


class MarkSentIn(Body):
    sent_on = Day()
    how = serializers.ChoiceField(choices=[choice for choice in FormalNotice.How.choices if choice[0] != FormalNotice.How.PORTAL])
    receipt_number = serializers.CharField(max_length=60, required=False, allow_blank=True)


class DropIn(Body):
    reason = serializers.CharField(max_length=LONG)


class DecideIn(Body):
    outcome = serializers.ChoiceField(choices=FormalNotice.Outcome.choices)
    grounds = serializers.CharField(max_length=LONG, help_text="The supplier reads them.")


class FormalNoticeFilters(FilterSet):
    status = Choice(choices=FormalNotice.Status.choices)
    framework = Id(field_name="framework_id")
    supplier = Id(field_name="supplier_id")
    document_request = Id(field_name="request_id")

    class Meta:
        model = FormalNotice
        fields: list[str] = []


class FormalNoticeResource(Resource):
    """A supplier sees its own once they are sent. What it has written of a reply is its own until it is sent in."""

    queryset = FormalNotice.objects.all()
    output = FormalNoticeOut
    inputs = {
        "create": FormalNoticeIn,
        "partial_update": WrittenIn,
        "mark_sent": MarkSentIn,
        "drop": DropIn,
        "reply": ReplyIn,
        "decide": DecideIn,
    }
    filterset_class = FormalNoticeFilters
    orders = both_ways(created_at=Order("created_at"))
    columns = (
        *("id", "request_id", "framework_id", "supplier_id", "number", "status", "facts", "consequences", "cure_days", "reply_days"),
        *(
            "signer_title",
            "text",
            "recipients",
            "how",
            "receipt_number",
            "sent_on",
            "sent_at",
            "signed_by_id",
            "cure_on",
            "reply_deadline__due_on",
        ),
        *("outcome", "grounds", "decided_at", "created_at"),
        *REPLY_COLUMNS,
    )

    def shown(self, rows: list[Row]) -> list[Row]:
        papers = self._papers(Document.objects.visible_to(self.user).filter(replies__notice__in=[row["id"] for row in rows]))
        return [_shown(row, papers) for row in rows]

    def _papers(self, documents: QuerySet[Any]) -> list[tuple[Any, Any]]:
        return list(documents.order_by("received_at", "id").values_list("replies__notice_id", "id"))

    def create(self, request: Request) -> HttpResponseBase:
        """Draft a notice about a request whose date has passed."""
        access.require(self.user, Action.FORMAL_NOTICE_SEND)
        body = self.body()
        about = body.pop("document_request")

        def act() -> Row:
            return self.one(formal_notices.start(request=about, **body, **self.by_today).pk)

        return self.once(act, status=201)

    def partial_update(self, request: Request, pk: str) -> HttpResponseBase:
        """Correct a draft."""
        it = self._at(pk, "edit")
        formal_notices.edit(notice=it, **self.changes(pk), **self.by)
        return self.answered(pk)

    @action(detail=True, methods=["post"])
    def send(self, request: Request, pk: str) -> HttpResponseBase:
        """Approve and send it. Whoever calls this signs it."""
        return self._do(pk, "send", formal_notices.send, self.by_today)

    @action(detail=True, methods=["post"])
    def mark_sent(self, request: Request, pk: str) -> HttpResponseBase:
        """It was sent another way on that day."""
        return self._do(pk, "mark_sent", formal_notices.mark_sent, self.by_today)

    @action(detail=True, methods=["post"])
    def drop(self, request: Request, pk: str) -> HttpResponseBase:
        """No letter is sent."""
        return self._do(pk, "drop", formal_notices.drop, self.by)

    @action(detail=True, methods=["post"])
    def decide(self, request: Request, pk: str) -> HttpResponseBase:
        """What follows, with the grounds. The supplier is told."""
        return self._do(pk, "decide", formal_replies.decide, self.by_today)

    @action(detail=True, methods=["post"], parser_classes=[MultiPartParser, JSONParser])
    def reply(self, request: Request, pk: str) -> HttpResponseBase:
        """Send in the supplier's reply: text, files, or both, with what was saved before. A late one is taken and marked late."""
        it = self._at(pk, "reply")
        body, checked = self.body(), files.received(self.request)

        def act() -> Row:
            with files.kept(checked) as kept:
                formal_replies.send(notice=it, text=body.get("text"), files=kept, **self.by_today)
            return self.one(pk)

        return self.once(act)

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY, **REFUSED})
    @action(detail=True)
    def letter(self, request: Request, pk: str) -> HttpResponseBase:
        """The letter as PDF: as it was sent, or as it would be today."""
        it = self.at(pk, *ABOUT, "pdf")
        self.only(frozenset())
        if it.has_left:
            return files.download(it.pdf)
        return files.handed_out(letter_pdf.made(formal_notices.as_of(it, signer=self.user, today=self.clock["today"]).letter))

    def _at(self, pk: str, change: str) -> FormalNotice:
        it: FormalNotice = self.found(pk, FORMAL_NOTICE[change].needs, *ABOUT)
        return it

    def _do(self, pk: str, change: str, service: Any, by: Row) -> HttpResponseBase:
        it = self._at(pk, change)
        body = self.body()

        def act() -> Row:
            service(notice=it, **body, **by)
            return self.one(pk)

        return self.once(act)


def _shown(row: Row, papers: list[tuple[Any, Any]]) -> Row:
    return {
        "document_request": row.pop("request_id"),
        "framework": row.pop("framework_id"),
        "supplier": row.pop("supplier_id"),
        "signed_by": row.pop("signed_by_id"),
        "reply_due_on": row.pop("reply_deadline__due_on"),
        "reply": reply_of(row, [document for notice, document in papers if notice == row["id"]]),
        **row,  # last: what was taken out above is not in it
    }
