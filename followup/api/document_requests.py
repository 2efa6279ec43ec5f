"""`/document-requests/`: asking, delivering, judging."""

from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request

from accounts.models import Organisation
from core import access, files
from core.api.parsers import JSONParser
from core.api.resources import Resource, Row
from core.errors import Invalid
from core.files import KeptFile
from core.sql import json_list, parts
from followup import date_words
from followup.api import shapes
from followup.filters import DocumentRequestFilters
from followup.models import Document, DocumentRequest, Item, Round, Submission
from followup.querysets import ORDERS
from followup.services import asking, delivering, drafting, more_time, reviewing
from followup.services.answering import NewFile
from followup.states import DOCUMENT_REQUEST
from notifications import calendars

MINE = OuterRef("pk")
ABOUT = ("framework__organisation", "supplier", "deadline__organisation")
S = DocumentRequest.Status


class DocumentRequestResource(Resource):
    """What suppliers are asked for. A supplier sees its own once they are sent."""

    queryset = DocumentRequest.objects.all()
    output = shapes.DocumentRequestOut
    inputs = {
        "create": shapes.DocumentRequestIn,
        "submit": shapes.SubmitIn,
        "accept": shapes.AcceptIn,
        "return_": shapes.ReturnIn,
        "withdraw": shapes.WithdrawIn,
        "close": shapes.CloseIn,
        "extend": shapes.ExtendIn,
    }
    filterset_class = DocumentRequestFilters
    orders = ORDERS
    columns = (
        "id",
        "framework_id",
        "supplier_id",
        "title",
        "instructions",
        "status",
        "close_reason",
        "deadline__id",
        "deadline__due_on",
        "deadline__closed_at",
        "due_is_typed",
        "due_basis",
        "created_at",
        "sent_at",
    )

    # Reading

    def visible(self) -> QuerySet[Any]:
        is_by_date = "due_on" in self.request.query_params.get("ordering", "")
        return DocumentRequest.objects.visible_by_date(self.user) if is_by_date else DocumentRequest.objects.visible_to(self.user)

    def shown(self, rows: list[Row]) -> list[Row]:
        papers = Document.objects.visible_to(self.user).filter(evidence__item__request=MINE)
        below = parts(
            DocumentRequest,
            [row["id"] for row in rows],
            papers=json_list(papers.order_by("evidence__added_at", "pk"), **PAPER),
            **BELOW,
        )
        warnings = self._warnings(rows)
        return [self._shown(row, **below[row["id"]]) | {"warnings": warnings.get(row["id"], [])} for row in rows]

    def _warnings(self, rows: list[Row]) -> dict[Any, list[str]]:
        """Of dates that somebody of ours typed, while they still matter. Two queries where there are any."""
        typed = [row for row in rows if row["due_is_typed"] and row["deadline__closed_at"] is None]
        if not typed or not self.user.works_here:
            return {}
        known, suppliers = calendars.read(), Organisation.objects.in_bulk([row["supplier_id"] for row in typed])
        country = {key: supplier.country for key, supplier in suppliers.items()}
        return {row["id"]: date_words.warnings([row["deadline__due_on"]], country[row["supplier_id"]], known) for row in typed}

    def _shown(self, row: Row, items: list[Row], rests: list[Row], papers: list[Row], rounds: list[Row], submissions: list[Row]) -> Row:
        unfinished = row["status"] == S.SUBMITTED and not self.user.works_here
        return {
            **{name: row[name] for name in ("id", "title", "instructions", "status", "close_reason", "created_at", "sent_at")},
            "framework": row["framework_id"],
            "supplier": row["supplier_id"],
            "due_on": row["deadline__due_on"],
            "due_rule": date_words.basis(row["due_basis"]) or None,
            "deadline": row["deadline__id"],
            "items": [_item(_unjudged(item) if unfinished else item, rests, papers) for item in items],
            "rounds": [{**round_, "verdict": round_["verdict"] or None} for round_ in rounds],
            "submissions": [{**each, "documents": _ids(papers, "document", submission=each["id"])} for each in submissions],
        }

    # Our side

    def create(self, request: Request) -> HttpResponseBase:
        access.require(self.user, DOCUMENT_REQUEST["edit"].needs)
        body = self.body()
        items = [drafting.NewItem(**item) for item in body.pop("items", [])]

        def act() -> Row:
            return self.one(drafting.create(items=items, **body, **self.by_today).pk)

        return self.once(act, status=201)

    @action(detail=True, methods=["post"])
    def send(self, request: Request, pk: str) -> HttpResponseBase:
        """Ask the supplier. Its contacts are told, and the reminders begin."""
        return self._do(pk, "send", asking.send)

    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> HttpResponseBase:
        """Take the request back."""
        return self._do(pk, "withdraw", asking.withdraw)

    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> HttpResponseBase:
        """End a request that will not be answered."""
        return self._do(pk, "close", asking.close)

    @action(detail=True, methods=["post"])
    def extend(self, request: Request, pk: str) -> HttpResponseBase:
        """Give another date. The original stays on the round. Beyond the policy's limits only for whom it names: 403."""
        return self._do(pk, "extend", more_time.extend)

    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> HttpResponseBase:
        """The documentation is good enough. When nothing is left to judge, the request is accepted."""
        return self._do(pk, "accept", reviewing.accept)

    @action(detail=True, methods=["post"], url_path="return")
    def return_(self, request: Request, pk: str) -> HttpResponseBase:
        """The documentation must be supplemented. Opens the next round."""
        return self._do(pk, "return", reviewing.return_)

    # The supplier's side

    @action(detail=True, methods=["post"], parser_classes=[MultiPartParser, JSONParser])
    def submit(self, request: Request, pk: str) -> HttpResponseBase:
        """Deliver these files, with what was saved before. Every required item needs a file or a reason."""
        asked = self._asked(pk, "submit")
        body, checked = self.body(), files.received(self.request)
        claims = {claim["item"]: claim["reason"] for claim in body.get("not_applicable", ())}

        def act() -> Row:
            with files.kept(checked) as kept:
                new = _described(kept, body.get("manifest", []))
                delivering.submit(request=asked, files=new, claims=claims, note=body.get("note", ""), **self.by_today)
            return self.one(pk)

        return self.once(act)

    @action(detail=True, methods=["post"])
    def recall(self, request: Request, pk: str) -> HttpResponseBase:
        """Take the delivery back before anybody has begun to review it."""
        return self._do(pk, "recall", delivering.recall)

    def _asked(self, pk: str, change: str) -> DocumentRequest:
        asked: DocumentRequest = self.found(pk, DOCUMENT_REQUEST[change].needs, *ABOUT)
        return asked

    def _do(self, pk: str, change: str, service: Any) -> HttpResponseBase:
        asked = self._asked(pk, change)
        body = self.body()
        if body.get("items") is not None:
            body["items"] = _items(asked, body["items"])

        def act() -> Row:
            service(request=asked, **body, **self.by_today)
            return self.one(pk)

        return self.once(act)


ITEM = {
    "id": "pk",
    "title": "title",
    "guidance": "guidance",
    "required": "is_required",
    "document_kind": "document_kind__code",
    "state": "state",
    "claim": "claim",
    "reason": "reason",
    "comment": "comment",
}
PAPER = {"item": "evidence__item_id", "submission": "evidence__submission_id", "document": "pk"}
ROUND = {
    "number": "number",
    "due_on": "deadline__due_on",
    "original_due_on": "deadline__original_due_on",
    "submitted_at": "submission__submitted_at",
    "verdict": "verdict",
}
SUBMISSION = {
    "id": "pk",
    "round": "round__number",
    "submitted_at": "submitted_at",
    "received_on": "received_on",
    "by": "submitted_by_id",
    "channel": "channel",
    "note": "note",
}
BELOW = {
    "items": json_list(Item.objects.filter(request=MINE).order_by("number"), **ITEM),
    "rests": json_list(Item.obligations.through.objects.filter(item__request=MINE), item="item_id", obligation="obligation_id"),
    "rounds": json_list(Round.objects.filter(request=MINE).order_by("number"), **ROUND),
    "submissions": json_list(Submission.objects.filter(request=MINE, recalled_at=None).order_by("submitted_at"), **SUBMISSION),
}
"""The same for every reader, so put together once."""


def _item(item: Row, rests: list[Row], papers: list[Row]) -> Row:
    return {**item, "obligations": _ids(rests, "obligation", item=item["id"]), "documents": _ids(papers, "document", item=item["id"])}


def _unjudged(item: Row) -> Row:
    """As the supplier sees it until the review is finished: what will be sent back is not told piece by piece."""
    if item["state"] != Item.State.RETURNED:
        return item
    return {**item, "state": Item.State.NOT_APPLICABLE if item["claim"] else Item.State.DELIVERED, "reason": "", "comment": ""}


def _ids(rows: list[Row], wanted: str, **of: Any) -> list[UUID]:
    ((name, key),) = of.items()
    return list(dict.fromkeys(row[wanted] for row in rows if row[name] == key))


def _items(asked: DocumentRequest, keys: list[UUID]) -> list[Item]:
    found = {item.pk: item for item in asked.items.all()}
    if set(keys) - set(found):
        raise Invalid.one("items", "unknown_item", _("One of the items is not part of this request."))
    return [found[key] for key in dict.fromkeys(keys)]


def _described(kept: list[KeptFile], manifest: list[dict[str, Any]]) -> list[NewFile]:
    """Each file with its entry, by name; of files with one name the first has the first entry."""
    left = list(manifest)
    described = []
    for file in kept:
        entry = next((entry for entry in left if files.safe_name(entry["file"]) == file.name), None)
        if entry is not None:
            left.remove(entry)
        about = entry or {}
        new = NewFile(file=file, item_ids=about.get("items"), issued_on=about.get("issued_on"), valid_until=about.get("valid_until"))
        described.append(new)
    if left:
        raise Invalid.one("manifest", "unknown_file", _("The manifest names a file that was not sent."))
    return described
