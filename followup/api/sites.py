"""`/sites/`: where what suppliers deliver is made."""

from typing import Any

from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from accounts.models import Organisation
from accounts.permissions import Action
from core import access
from core.api.bodies import Body
from core.api.fields import Line, Visible
from core.api.resources import Resource, Row
from core.errors import FieldError, Invalid, NotAllowed
from followup.api.shapes import LONG
from followup.filters_sites import SiteFilters
from followup.models import Site
from followup.services import sites
from followup.states import SITE

PLAIN = ("id", "name", "address", "country", "os_id", "tier", "products", "workers", "status", "comment", "confirmed_at", "created_at")


class CoordinatesOut(serializers.Serializer[Any]):
    latitude = serializers.DecimalField(max_digits=9, decimal_places=6)
    longitude = serializers.DecimalField(max_digits=9, decimal_places=6)


class CoordinatesIn(Body):
    latitude = serializers.DecimalField(max_digits=20, decimal_places=12, help_text="Degrees, north is positive.")
    longitude = serializers.DecimalField(max_digits=20, decimal_places=12, help_text="Degrees, east is positive.")


class SiteOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    supplier = serializers.UUIDField()
    name = serializers.CharField()
    address = serializers.CharField()
    country = serializers.CharField(help_text="ISO 3166, two letters.")
    coordinates = CoordinatesOut(allow_null=True)
    os_id = serializers.CharField(help_text="Of Open Supply Hub.")
    tier = serializers.ChoiceField(choices=Site.Tier.choices, allow_null=True, help_text="1 makes what is delivered to us.")
    products = serializers.CharField()
    workers = serializers.IntegerField(allow_null=True)
    status = serializers.ChoiceField(choices=Site.Status.choices)
    comment = serializers.CharField(help_text="What is to be corrected, where it was sent back.")
    confirmed_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


class SiteIn(Body):
    """What is left out of a PATCH stays. What the supplier changes is looked at again."""

    answer = SiteOut

    name = Line(max_length=200)
    address = Line(max_length=300, required=False, allow_blank=True)
    country = Line(max_length=2)
    coordinates = CoordinatesIn(required=False, allow_null=True)
    os_id = Line(max_length=20, required=False, allow_blank=True)
    tier = serializers.ChoiceField(choices=Site.Tier.choices, required=False, allow_null=True)
    products = Line(max_length=300, required=False, allow_blank=True)
    workers = serializers.IntegerField(min_value=0, max_value=1_000_000, required=False, allow_null=True)


class NewSiteIn(SiteIn):
    supplier = Visible(Organisation, required=False, help_text="A supplier may leave this out and means itself.")


class SiteSendBackIn(Body):
    comment = serializers.CharField(max_length=LONG)


class SiteResource(Resource):
    """A supplier sees its own and suggests them; an audit firm those where it audits. We add, confirm and send back."""

    queryset = Site.objects.all()
    output = SiteOut
    inputs = {"create": NewSiteIn, "partial_update": SiteIn, "send_back": SiteSendBackIn}
    filterset_class = SiteFilters
    columns = (*PLAIN, "supplier_id", "latitude", "longitude")

    def shown(self, rows: list[Row]) -> list[Row]:
        return [{**{name: row[name] for name in PLAIN}, "supplier": row["supplier_id"], "coordinates": _coordinates(row)} for row in rows]

    def create(self, request: Request) -> HttpResponseBase:
        """Added by us it is confirmed; told by a supplier it waits for us to confirm it."""
        is_ours, own = access.may(self.user, Action.SITE_EDIT), self.user.supplier_ids
        if not is_ours and not any(self.user.may(Action.SITE_SUGGEST, organisation_id=key) for key in own):
            raise NotAllowed
        body = _split(self.body())
        supplier = body.pop("supplier", None) or self._only_supplier()

        def act() -> Row:
            made = sites.add(supplier=supplier, **body, **self.by) if is_ours else sites.suggest(supplier=supplier, **body, **self.by_today)
            return self.one(made.pk)

        return self.once(act, status=201)

    def _only_supplier(self) -> Organisation:
        own = list(Organisation.objects.filter(pk__in=self.user.supplier_ids)[:2])
        if len(own) != 1:
            raise Invalid([FieldError("supplier", "required", _("Say which supplier's site it is."))])
        return own[0]

    def partial_update(self, request: Request, pk: str) -> HttpResponseBase:
        it = self.at(pk, "supplier", "suggested_by__person")
        change = "edit" if self.user.works_here else "correct"
        access.require(self.user, SITE[change].needs, it)
        written = _split(self.changes(pk))
        if change == "edit":
            sites.edit(site=it, **written, **self.by)
        else:
            sites.correct(site=it, **written, **self.by_today)
        return self.answered(pk)

    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> HttpResponseBase:
        """It can then be chosen for audits."""
        return self._do(pk, "confirm", sites.confirm)

    @action(detail=True, methods=["post"])
    def send_back(self, request: Request, pk: str) -> HttpResponseBase:
        """Not as it should be; whoever suggested it is told what to correct."""
        return self._do(pk, "send_back", sites.send_back)

    @action(detail=True, methods=["post"])
    def retire(self, request: Request, pk: str) -> HttpResponseBase:
        """Nothing for us is made there any more. Refused while an audit is planned there."""
        return self._do(pk, "retire", sites.retire)

    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> HttpResponseBase:
        """In use again."""
        return self._do(pk, "restore", sites.restore)

    def _do(self, pk: str, change: str, service: Any) -> HttpResponseBase:
        it = self.found(pk, SITE[change].needs, "supplier", "suggested_by__person")
        body = self.body()

        def act() -> Row:
            service(site=it, **body, **self.by)
            return self.one(pk)

        return self.once(act)


def _coordinates(row: Row) -> Row | None:
    if row["latitude"] is None:
        return None
    return {"latitude": row["latitude"], "longitude": row["longitude"]}


def _split(body: Row) -> Row:
    """Coordinates as the two columns that services take."""
    if "coordinates" not in body:
        return body
    point = body.pop("coordinates") or {"latitude": None, "longitude": None}
    return {**body, **point}
