"""`/sharings/`: a supplier's results shared with another public body."""

from typing import Any

from django.db.models import OuterRef
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from accounts.models import Organisation
from contracts.models import Clause, Framework
from core import access, files
from core.api.bodies import Body
from core.api.fields import Day, Line, Visible, VisibleMany
from core.api.resources import Resource, Row
from core.api.schema import FOR_SOME
from core.errors import NotAllowed, WrongState
from core.sql import json_list, parts
from followup.api.shapes import LONG
from followup.filters_sharings import SharingFilters
from followup.models import Audit, Sharing, SharingFile
from followup.services import sharing_consents, sharing_files, sharings
from followup.states import SHARING

ABOUT = ("framework__organisation", "framework__scope", "supplier", "clause", "decided_by__person")
BODY = ("body_name", "body_scheme", "body_number", "body_country", "contact_name", "contact_email")
PLAIN = (
    *("id", *BODY, "purpose", "includes_reports", "basis", "law", "starts_on", "ends_on", "status", "consent_by", "consent_on"),
    *("answer", "decided_on", "ended_on", "end_reason", "created_at"),
)
OURS = ("contact_name", "contact_email")
MINE = OuterRef("pk")


class SharedFileOut(serializers.Serializer[Any]):
    serial = serializers.IntegerField()
    created_at = serializers.DateTimeField(help_text="When it was fetched.")
    size = serializers.IntegerField()
    sha256 = serializers.CharField()


class SharingOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    framework = serializers.UUIDField()
    supplier = serializers.UUIDField()
    body_name = serializers.CharField()
    body_scheme = serializers.CharField(help_text="Register, as in OCDS.")
    body_number = serializers.CharField()
    body_country = serializers.CharField()
    contact_name = serializers.CharField(allow_null=True, help_text="For the central body.")
    contact_email = serializers.CharField(allow_null=True, help_text="For the central body.")
    purpose = serializers.CharField()
    audits = serializers.ListField(child=serializers.UUIDField())
    includes_reports = serializers.BooleanField()
    basis = serializers.ChoiceField(choices=Sharing.Basis.choices)
    clause = serializers.UUIDField(allow_null=True)
    law = serializers.CharField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    status = serializers.ChoiceField(choices=Sharing.Status.choices)
    consent_by = serializers.CharField()
    consent_on = serializers.DateField(allow_null=True)
    answer = serializers.CharField(help_text="What the supplier said when it refused.")
    decided_on = serializers.DateField(allow_null=True)
    ended_on = serializers.DateField(allow_null=True)
    end_reason = serializers.CharField()
    files = SharedFileOut(many=True)
    created_at = serializers.DateTimeField()


class SharingWrittenIn(Body):
    """What is left out of a PATCH stays. Only a draft is changed."""

    answer = SharingOut

    body_name = Line(max_length=250)
    body_scheme = Line(max_length=40, required=False)
    body_number = Line(max_length=60)
    body_country = Line(max_length=2, required=False)
    contact_name = Line(max_length=200, required=False, allow_blank=True)
    contact_email = serializers.EmailField(required=False, allow_blank=True)
    purpose = serializers.CharField(max_length=LONG)
    audits = VisibleMany(Audit)
    includes_reports = serializers.BooleanField(required=False)
    basis = serializers.ChoiceField(choices=Sharing.Basis.choices)
    clause = Visible(Clause, required=False, allow_null=True)
    law = Line(max_length=300, required=False, allow_blank=True)
    starts_on = Day()
    ends_on = Day()


class SharingIn(SharingWrittenIn):
    framework = Visible(Framework)
    supplier = Visible(Organisation)


class SharingConsentIn(Body):
    consent_by = Line(max_length=200, help_text="Name and position at the supplier.")
    consent_on = Day()


class SharingAnswerIn(Body):
    reason = serializers.CharField(max_length=LONG, required=False, allow_blank=True, source="answer")


class SharingEndIn(Body):
    reason = serializers.CharField(max_length=LONG)


class SharingResource(Resource):
    """A supplier sees who has access to its results, from when it is told. Nobody else outside sees any."""

    queryset = Sharing.objects.all()
    output = SharingOut
    inputs = {
        "create": SharingIn,
        "partial_update": SharingWrittenIn,
        "consent": SharingConsentIn,
        "refuse": SharingAnswerIn,
        "take_back": SharingAnswerIn,
        "end": SharingEndIn,
    }
    filterset_class = SharingFilters
    columns = (*PLAIN, "framework_id", "supplier_id", "clause_id")

    def shown(self, rows: list[Row]) -> list[Row]:
        below = parts(
            Sharing,
            [row["id"] for row in rows],
            audits=json_list(Sharing.audits.through.objects.filter(sharing=MINE).order_by("audit_id"), id="audit_id"),
            files=json_list(
                SharingFile.objects.filter(sharing=MINE).order_by("-serial"),
                **{name: name for name in ("serial", "created_at", "size", "sha256")},
            ),
        )
        return [self._shown(row, **below[row["id"]]) for row in rows]

    def _shown(self, row: Row, audits: list[Row], files: list[Row]) -> Row:
        is_ours = self.user.works_here
        return {
            **{name: row[name] for name in PLAIN},
            **{name: row[f"{name}_id"] for name in ("framework", "supplier", "clause")},
            **{name: row[name] if is_ours else None for name in OURS},
            "audits": [each["id"] for each in audits],
            "files": files,
        }

    def create(self, request: Request) -> HttpResponseBase:
        """A draft, which only the body sees."""
        access.require(self.user, SHARING["edit"].needs)
        body = self.body()
        access.require(self.user, SHARING["edit"].needs, Sharing(framework=body["framework"], supplier=body["supplier"]))
        return self.once(lambda: self.one(sharings.create(**body, **self.by).pk), status=201)

    def partial_update(self, request: Request, pk: str) -> HttpResponseBase:
        it = self.found(pk, SHARING["edit"].needs, *ABOUT)
        sharings.edit(sharing=it, **self.changes(pk), **self.by)
        return self.answered(pk)

    @action(detail=True, methods=["post"])
    def share(self, request: Request, pk: str) -> HttpResponseBase:
        """By a clause or a law. The supplier is told."""
        return self._do(pk, "share", sharings.share)

    @action(detail=True, methods=["post"])
    def ask(self, request: Request, pk: str) -> HttpResponseBase:
        """Ask the supplier for its consent."""
        return self._do(pk, "ask_consent", sharing_consents.ask)

    @action(detail=True, methods=["post"])
    def consent(self, request: Request, pk: str) -> HttpResponseBase:
        """Consent that was given another way: by whom, and when."""
        return self._do(pk, "register_consent", sharing_consents.register)

    @action(detail=True, methods=["post"])
    def give(self, request: Request, pk: str) -> HttpResponseBase:
        """The supplier says yes."""
        return self._do(pk, "give_consent", sharing_consents.give)

    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: str) -> HttpResponseBase:
        """The supplier says no."""
        return self._do(pk, "refuse_consent", sharing_consents.refuse)

    @action(detail=True, methods=["post"])
    def take_back(self, request: Request, pk: str) -> HttpResponseBase:
        """The supplier takes its consent back. No more files are made."""
        return self._do(pk, "take_back_consent", sharing_consents.take_back)

    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> HttpResponseBase:
        """Before its time. The supplier is told."""
        return self._do(pk, "end_sharing", sharings.end)

    @action(detail=True, methods=["post"])
    def fetch(self, request: Request, pk: str) -> HttpResponseBase:
        """Make the file as things stand now; of an ended sharing, the one that takes back what earlier files told.

        `file/` then hands it out. The supplier sees that it was fetched.
        """
        return self._do(pk, "fetch", sharing_files.fetch)

    @extend_schema(responses={(200, "*/*"): OpenApiTypes.BINARY, **FOR_SOME})
    @action(detail=True)
    def file(self, request: Request, pk: str) -> HttpResponseBase:
        """The newest file, as it was made. For the central body."""
        it = self.at(pk, "supplier")
        if not self.user.works_here:
            raise NotAllowed
        self.only(frozenset())
        kept = it.files.order_by("-serial").first()
        if kept is None:
            raise WrongState(_("No file has been fetched yet."))
        return files.download(kept)

    def _do(self, pk: str, change: str, service: Any) -> HttpResponseBase:
        it = self.found(pk, SHARING[change].needs, *ABOUT)
        body = self.body()

        def act() -> Row:
            service(sharing=it, **body, **self.by_today)
            return self.one(pk)

        return self.once(act)
