"""`/sanctions/`: cases against a supplier, from what is considered to what is lifted. Agencies see suspensions, not cases."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet, Value
from django.http.response import HttpResponseBase
from django_filters import FilterSet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request

from accounts.permissions import Action
from core import access, files
from core.api.filters import Choice, Id
from core.api.parsers import JSONParser
from core.api.resources import Resource, Row, grouped
from core.api.schema import REFUSED
from core.paging import Order, both_ways
from followup import sanction_papers
from followup.api.letter_shapes import REPLY_COLUMNS, ReplyIn, reply_of
from followup.api.sanction_shapes import (
    EnforceIn,
    OverIn,
    SanctionDecideIn,
    SanctionDropIn,
    SanctionIn,
    SanctionOut,
    SanctionWrittenIn,
    SendIn,
)
from followup.models import Document, Sanction, SanctionLetter
from followup.services import hearings, sanction_decisions, sanctions
from followup.states import SANCTION

ABOUT = ("framework__organisation", "framework__scope", "supplier", "clause", "proposed_by__person", "reply_deadline__organisation")
FINE = ("rate", "base", "currency", "cap", "unit", "starts_on", "base_words", "from_clause")
UNTOLD = {"outcome": "", "grounds": "", "applies_from": None, "decided_by_id": None, "decided_at": None}
"""What of a decision the supplier is not shown before it is told."""


class SanctionFilters(FilterSet):
    status = Choice(field_name="seen_status", choices=Sanction.Status.choices)
    means = Choice(choices=Sanction.Means.choices)
    framework = Id(field_name="framework_id")
    supplier = Id(field_name="supplier_id")

    class Meta:
        model = Sanction
        fields: list[str] = []


class SanctionResource(Resource):
    """A supplier sees its own from the hearing on, and what was decided once it has been told."""

    queryset = Sanction.objects.all()
    output = SanctionOut
    inputs = {
        "create": SanctionIn,
        "partial_update": SanctionWrittenIn,
        "hear": SendIn,
        "reply": ReplyIn,
        "decide": SanctionDecideIn,
        "notify": SendIn,
        "enforce": EnforceIn,
        "lift": OverIn,
        "end": OverIn,
        "drop": SanctionDropIn,
    }
    filterset_class = SanctionFilters
    orders = both_ways(created_at=Order("created_at"))
    columns = (
        *("id", "framework_id", "supplier_id", "number", "means", "clause_id", "status", "seen_status", "facts", "measure", "reply_days"),
        *("proposed_by_id", "decided_by_id", "outcome", "grounds", "applies_from", "decided_at", "in_force_from", "ended_on"),
        *("end_reason", "created_at", "reply_deadline__due_on"),
        *REPLY_COLUMNS,
        *(f"fine__{name}" for name in FINE),
    )

    def visible(self) -> QuerySet[Any]:
        return super().visible().seen_by(self.user)  # type: ignore[attr-defined]

    def shown(self, rows: list[Row]) -> list[Row]:
        ids = [row["id"] for row in rows]
        linked, letters = self._linked(ids), grouped(_letters(ids), "sanction_id")
        return [
            {
                **self._shown(row, linked[row["id"], "papers"]),
                **{name: linked[row["id"], name] for name in ("lots", "document_requests", "formal_notices", "findings")},
                "letters": letters.get(row["id"], []),
            }
            for row in rows
        ]

    def _linked(self, ids: list[Any]) -> defaultdict[tuple[Any, str], list[Any]]:
        """What a case rests on and what its reply holds, by case and name; in one query, whose ids are in the order they were made."""
        papers = Document.objects.visible_to(self.user).filter(sanction_replies__sanction__in=ids)
        first, *others = [
            Sanction.lots.through.objects.filter(sanction__in=ids).values_list("sanction_id", Value("lots"), "lot_id"),
            Sanction.requests.through.objects.filter(sanction__in=ids).values_list(
                "sanction_id", Value("document_requests"), "documentrequest_id"
            ),
            Sanction.notices.through.objects.filter(sanction__in=ids).values_list(
                "sanction_id", Value("formal_notices"), "formalnotice_id"
            ),
            Sanction.findings.through.objects.filter(sanction__in=ids).values_list("sanction_id", Value("findings"), "finding_id"),
            papers.values_list("sanction_replies__sanction_id", Value("papers"), "id"),
        ]
        found: defaultdict[tuple[Any, str], list[Any]] = defaultdict(list)
        for case, name, key in sorted(first.union(*others, all=True)):
            found[case, name].append(key)
        return found

    def _shown(self, row: Row, papers: list[Any]) -> Row:
        if not self.user.works_here:
            row |= {"proposed_by_id": None}  # who of us it was is not the supplier's to know
            row |= UNTOLD if row["status"] == Sanction.Status.DECIDED else {}
        row["status"] = row.pop("seen_status")
        return {
            "framework": row.pop("framework_id"),
            "supplier": row.pop("supplier_id"),
            "clause": row.pop("clause_id"),
            "proposed_by": row.pop("proposed_by_id"),
            "decided_by": row.pop("decided_by_id"),
            "reply_due_on": row.pop("reply_deadline__due_on"),
            "reply": reply_of(row, papers),
            "fine": _terms(row),
            **row,  # last: what was taken out above is not in it
        }

    def create(self, request: Request) -> HttpResponseBase:
        """Propose a sanction. Nothing is sent; another person decides it after the supplier has been heard."""
        access.require(self.user, Action.SANCTION_PROPOSE)
        body = self.body()
        access.require(self.user, Action.SANCTION_PROPOSE, body["framework"])
        return self.once(lambda: self.one(sanctions.propose(**body, **self.by_today).pk), status=201)

    def partial_update(self, request: Request, pk: str) -> HttpResponseBase:
        """Correct it before the supplier is heard."""
        it = self._at(pk, "edit")
        sanctions.edit(sanction=it, **self.changes(pk), **self.by_today)
        return self.answered(pk)

    @action(detail=True, methods=["post"])
    def hear(self, request: Request, pk: str) -> HttpResponseBase:
        """Send the hearing letter by the portal; with `how` and `sent_on` it was sent another way on that day."""
        return self._do(pk, "hear", hearings.hear)

    @action(detail=True, methods=["post"], parser_classes=[MultiPartParser, JSONParser])
    def reply(self, request: Request, pk: str) -> HttpResponseBase:
        """Hand in the supplier's reply: text, files, or both, with what was saved before. A late one is taken and marked late."""
        it = self._at(pk, "reply")
        body, checked = self.body(), files.received(self.request)

        def act() -> Row:
            with files.kept(checked) as kept:
                hearings.send_reply(sanction=it, text=body.get("text"), files=kept, **self.by_today)
            return self.one(pk)

        return self.once(act)

    @action(detail=True, methods=["post"])
    def decide(self, request: Request, pk: str) -> HttpResponseBase:
        """Impose it or not, with grounds. Never by who proposed it, and nothing is imposed before the supplier has been heard."""
        return self._do(pk, "impose", sanction_decisions.decide)

    @action(detail=True, methods=["post"])
    def notify(self, request: Request, pk: str) -> HttpResponseBase:
        """Send the decision letter by the portal; with `how` and `sent_on` it was sent another way on that day."""
        return self._do(pk, "notify", sanction_decisions.notify)

    @action(detail=True, methods=["post"])
    def enforce(self, request: Request, pk: str) -> HttpResponseBase:
        """Put it into force. A suspension is seen from then on, and the agencies that order on the agreement are told."""
        return self._do(pk, "enforce", sanction_decisions.enforce)

    @action(detail=True, methods=["post"])
    def lift(self, request: Request, pk: str) -> HttpResponseBase:
        """Take it back from a day on."""
        return self._do(pk, "lift", sanction_decisions.lift)

    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> HttpResponseBase:
        """It has run its course."""
        return self._do(pk, "end", sanction_decisions.end)

    @action(detail=True, methods=["post"])
    def drop(self, request: Request, pk: str) -> HttpResponseBase:
        """Go no further with it, before it is decided."""
        return self._do(pk, "drop", sanctions.drop)

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY, **REFUSED})
    @action(detail=True)
    def hearing_letter(self, request: Request, pk: str) -> HttpResponseBase:
        """The hearing letter as PDF: as it was sent, or as it would be today."""
        return self._letter(pk, "hearing")

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY, **REFUSED})
    @action(detail=True)
    def decision_letter(self, request: Request, pk: str) -> HttpResponseBase:
        """The decision letter as PDF: as it was sent, or once it is decided as it would be today."""
        return self._letter(pk, "decision")

    def _letter(self, pk: str, purpose: str) -> HttpResponseBase:
        it: Sanction = self.at(pk, *ABOUT)
        self.only(frozenset())
        return sanction_papers.handed_out(it, purpose, reader=self.user, today=self.clock["today"])

    def _at(self, pk: str, change: str) -> Sanction:
        it: Sanction = self.found(pk, SANCTION[change].needs, *ABOUT)
        return it

    def _do(self, pk: str, change: str, service: Callable[..., None]) -> HttpResponseBase:
        it, body = self._at(pk, change), self.body()

        def act() -> Row:
            service(sanction=it, **body, **self.by_today)
            return self.one(pk)

        return self.once(act)


def _letters(ids: list[Any]) -> list[Row]:
    names = ("sanction_id", "purpose", "text", "recipients", "how", "receipt_number", "sent_on", "sent_at")
    rows = SanctionLetter.objects.filter(sanction__in=ids).values(*names, "signed_by_id")
    return [{"signed_by": row.pop("signed_by_id"), **row} for row in rows]


def _terms(row: Row) -> Row | None:
    """Taken out of the row it was read with."""
    terms = {name: row.pop(f"fine__{name}") for name in FINE}
    return terms if terms["rate"] is not None else None
