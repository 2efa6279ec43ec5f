"""`/documents/`: what suppliers sent, for our staff and for the supplier itself."""

from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from core import files
from core.api.resources import Resource, Row
from core.api.schema import REFUSED
from core.models import ScanState
from core.paging import Order, both_ways
from followup.models import Document


class DocumentOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    supplier = serializers.UUIDField()
    name = serializers.CharField()
    kind = serializers.CharField(allow_null=True, help_text="The code of the document kind.")
    size = serializers.IntegerField(help_text="Bytes.")
    sha256 = serializers.CharField()
    content_type = serializers.CharField()
    issued_on = serializers.DateField(allow_null=True)
    valid_until = serializers.DateField(allow_null=True)
    received_on = serializers.DateField(help_text="The day we had it, which counts for being on time.")
    received_at = serializers.DateTimeField()
    channel = serializers.ChoiceField(choices=Document.Channel.choices)
    access = serializers.ChoiceField(choices=Document.Access.choices)
    scan_state = serializers.ChoiceField(choices=ScanState.choices)


class DocumentResource(Resource):
    """Restricted documents exist only for those roles that may read them."""

    queryset = Document.objects.all()
    output = DocumentOut
    orders = both_ways(created_at=Order("received_at"))
    columns = (
        "id",
        "supplier_id",
        "name",
        "kind__code",
        "size",
        "sha256",
        "content_type",
        "issued_on",
        "valid_until",
        "received_on",
        "received_at",
        "channel",
        "access",
        "scan_state",
    )

    def shown(self, rows: list[Row]) -> list[Row]:
        return [{"supplier": row.pop("supplier_id"), "kind": row.pop("kind__code"), **row} for row in rows]

    @extend_schema(responses={(200, "*/*"): OpenApiTypes.BINARY, **REFUSED})
    @action(detail=True)
    def content(self, request: Request, pk: str) -> HttpResponseBase:
        """The file itself, always as a download."""
        document = self.at(pk)
        self.only(frozenset())
        try:
            return files.download(document)
        except FileNotFoundError:
            raise Http404 from None
