"""`/received-results/`: files in which other public bodies share their results with us."""

from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request

from accounts.models import Organisation
from accounts.permissions import Action
from contracts.models import Framework, Requirement
from core import access, files, states, uploads
from core.api.bodies import Body
from core.api.fields import Visible, VisibleMany
from core.api.parsers import JSONParser
from core.api.resources import Resource, Row
from core.api.schema import FOR_SOME
from core.errors import Invalid, WrongState
from followup import uploaded_results
from followup.api.audits import bound_under
from followup.api.shapes import LONG
from followup.filters_sharings import ReceivedFilters
from followup.models import ReceivedAudit, ReceivedFile
from followup.results import refusals
from followup.services import receiving, relying
from followup.states import RECEIVED_FILE

AUDIT = ("scheme", "number", "origin", "audit_id", "declined_because", "withdrawn_on", "content")
PLAIN = ("id", "name", "size", "sha256", "status", "sharing", "serial", "issued_at", "created_at")


class ReceivedAuditOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="The issuer's.")
    audit = serializers.UUIDField(allow_null=True, help_text="Ours that relies on it.")
    declined_because = serializers.CharField(help_text="Why we do not rely on it; empty where that is not decided, or we do.")
    withdrawn_on = serializers.DateField(allow_null=True, help_text="When we read that the body has taken it back.")
    content = serializers.JSONField(help_text="As the newest file says it; the schema is in docs/shared-results.md.")


class ReceivedFileOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    status = serializers.ChoiceField(choices=ReceivedFile.Status.choices)
    refusal = serializers.CharField(help_text="Why it was not read, for programs; empty where it was.")
    refusal_detail = serializers.CharField(help_text="The same for people.")
    issuer = serializers.CharField(help_text="The body whose key fits; empty where none does.")
    supplier = serializers.UUIDField(allow_null=True)
    sharing = serializers.UUIDField(allow_null=True, help_text="The issuer's.")
    serial = serializers.IntegerField(allow_null=True)
    issued_at = serializers.DateTimeField(allow_null=True)
    audits = ReceivedAuditOut(many=True)
    created_at = serializers.DateTimeField()


class ReceivedFileIn(Body):
    file = serializers.FileField(allow_empty_file=True, help_text="As the body made it.")


class ReceivedSupplierIn(Body):
    supplier = Visible(Organisation)


class ReceivedAsideIn(Body):
    reason = serializers.CharField(max_length=LONG)


class ReceivedRelyIn(Body):
    """What nobody has vouched for is not vouched for."""

    audit = serializers.UUIDField(help_text="Which audit of the file: the issuer's id.")
    framework = Visible(Framework, help_text="The agreement of ours on which we rely on it.")
    is_as_strict = serializers.BooleanField(required=False, default=False, help_text="What it checked is as strict as our requirements.")
    is_similar = serializers.BooleanField(required=False, default=False, help_text="It was made in a similar way as we would have.")
    accepted_because = serializers.CharField(max_length=LONG, required=False, default="", allow_blank=True, help_text="How we know.")
    requirements = VisibleMany(
        Requirement, required=False, help_text="Stipulated requirements that it is about: they choose the supplier's obligations."
    )


class ReceivedDeclineIn(Body):
    audit = serializers.UUIDField(help_text="Which audit of the file: the issuer's id.")
    reason = serializers.CharField(max_length=LONG)


class ReceivedResource(Resource):
    """For the central body alone. A file that is refused is a row too, with its reason."""

    queryset = ReceivedFile.objects.all()
    output = ReceivedFileOut
    inputs = {
        "create": ReceivedFileIn,
        "choose_supplier": ReceivedSupplierIn,
        "set_aside": ReceivedAsideIn,
        "rely": ReceivedRelyIn,
        "decline": ReceivedDeclineIn,
    }
    filterset_class = ReceivedFilters
    needs = Action.RESULTS_READ
    parser_classes = [MultiPartParser, JSONParser]
    columns = (*PLAIN, "supplier_id", "refusal", "refusal_about", "origins", "key__name", "key__scheme", "key__number")

    def shown(self, rows: list[Row]) -> list[Row]:
        wanted = {origin for row in rows for origin in row["origins"]}
        told = ReceivedAudit.objects.filter(origin__in=wanted).values(*AUDIT)
        known = {(each["scheme"], each["number"], str(each["origin"])): each for each in told}
        return [self._shown(row, known) for row in rows]

    def _shown(self, row: Row, known: dict[tuple[str, str, str], Row]) -> Row:
        found = [known.get((row["key__scheme"], row["key__number"], origin)) for origin in row["origins"]]
        return {
            **{name: row[name] for name in PLAIN},
            "refusal": row["refusal"],
            "refusal_detail": refusals.in_words(row["refusal"], row["refusal_about"]) if row["refusal"] else "",
            "issuer": row["key__name"] or "",
            "supplier": row["supplier_id"],
            "audits": [_told(each) for each in found if each],
        }

    def create(self, request: Request) -> HttpResponseBase:
        """Read a file in (part `file`). 201 also where it is refused: the answer says why, and the file is kept."""
        access.require(self.user, Action.RESULTS_RECEIVE)
        body = self.body()
        if refused := request.META.get(uploads.REFUSED):
            raise refused
        return self.once(lambda: self.one(uploaded_results.receive(request, body["file"]).pk), status=201)

    @action(detail=True, methods=["post"])
    def choose_supplier(self, request: Request, pk: str) -> HttpResponseBase:
        """Where the number in the file is nobody's that we know."""
        return self._do(pk, "choose_supplier", receiving.choose_supplier)

    @action(detail=True, methods=["post"])
    def rely(self, request: Request, pk: str) -> HttpResponseBase:
        """Rely on one audit of the file: it becomes one of ours, made by others, once. The row then names it."""
        it = self.found(pk, RECEIVED_FILE["rely"].needs, "supplier", "key")
        states.check(RECEIVED_FILE, it, "rely", actor=self.user)
        said = self.body()
        received, wanted = self._audit(it, said.pop("audit")), said.pop("requirements", [])

        def act() -> Row:
            if it.supplier is None:
                raise WrongState(_("Say first which of our suppliers the file is about."))
            obligations = bound_under(wanted, framework=said["framework"], supplier=it.supplier)
            uploaded_results.rely(received, obligations=obligations, **said, **self.by_today)
            return self.one(pk)

        return self.once(act)

    @action(detail=True, methods=["post"])
    def decline(self, request: Request, pk: str) -> HttpResponseBase:
        """Do not rely on one audit of the file, with why. It can be relied on later."""
        it = self.found(pk, RECEIVED_FILE["decline_audit"].needs, "supplier", "key")
        states.check(RECEIVED_FILE, it, "decline_audit", actor=self.user)
        said = self.body()
        received = self._audit(it, said.pop("audit"))

        def act() -> Row:
            relying.decline(received=received, **said, **self.by_today)
            return self.one(pk)

        return self.once(act)

    @action(detail=True, methods=["post"])
    def look_through(self, request: Request, pk: str) -> HttpResponseBase:
        """A newer file about what we rely on already has been seen."""
        return self._do(pk, "look_through", relying.look_through)

    @action(detail=True, methods=["post"])
    def set_aside(self, request: Request, pk: str) -> HttpResponseBase:
        """Nothing in it is to be relied on."""
        return self._do(pk, "set_aside", receiving.set_aside)

    @action(detail=True, methods=["post"])
    def take_up(self, request: Request, pk: str) -> HttpResponseBase:
        """Look at it again."""
        return self._do(pk, "take_up", receiving.take_up)

    @extend_schema(responses={(200, "*/*"): OpenApiTypes.BINARY, **FOR_SOME})
    @action(detail=True)
    def content(self, request: Request, pk: str) -> HttpResponseBase:
        """The file as it came."""
        it = self.at(pk)
        self.only(frozenset())
        if not it.storage_name:
            raise WrongState(_("The file was too large to be kept."))
        return files.download(it)

    def _audit(self, it: ReceivedFile, origin: UUID) -> ReceivedAudit:
        found: ReceivedAudit | None = relying.in_file(it).select_related("file__key", "file__supplier").filter(origin=origin).first()
        if found is None:
            raise Invalid.one("audit", "unknown", _("There is no such audit in this file."))
        return found

    def _do(self, pk: str, change: str, service: Any) -> HttpResponseBase:
        it = self.found(pk, RECEIVED_FILE[change].needs, "supplier", "key")
        body = self.body()

        def act() -> Row:
            service(file=it, **body, **self.by)
            return self.one(pk)

        return self.once(act)


def _told(row: Row) -> Row:
    same = ("declined_because", "withdrawn_on", "content")
    return {"id": row["origin"], "audit": row["audit_id"], **{name: row[name] for name in same}}
