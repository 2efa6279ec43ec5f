"""`/frameworks/`: the agreements."""

from typing import Any

from django.db import transaction
from django.db.models import OuterRef, QuerySet
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request

from accounts.models import Organisation, ScopeRole, User
from accounts.permissions import Action
from contracts.api.organisations import IdentifierOut, identifier
from contracts.models import Framework, Lot, Participation
from contracts.services import frameworks, participations, roles
from core import access
from core.api.bodies import Body
from core.api.fields import Day, Line, Visible
from core.api.resources import Resource, Row
from core.errors import Invalid, WrongState
from core.paging import Order, both_ways
from core.sql import json_list, parts


class LotOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    number = serializers.IntegerField()
    title = serializers.CharField()


class SupplierOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="The organisation's.")
    name = serializers.CharField()
    identifier = IdentifierOut()
    lots = serializers.ListField(child=serializers.UUIDField(), help_text="None: the whole agreement.")
    rank = serializers.IntegerField(allow_null=True, help_text="The best, where it differs between lots.")


class FrameworkOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    reference = serializers.CharField()
    ocid = serializers.CharField(allow_null=True)
    title = serializers.CharField()
    description = serializers.CharField()
    case_number = serializers.CharField()
    status = serializers.ChoiceField(choices=Framework.Phase.choices, help_text="What the stored state and the dates say together.")
    signed_on = serializers.DateField(allow_null=True)
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True, help_text="Before options.")
    runs_until = serializers.DateField(allow_null=True, help_text="With the options that are used.")
    value = serializers.DecimalField(max_digits=18, decimal_places=2, allow_null=True)
    currency = serializers.CharField()
    manager = serializers.UUIDField(allow_null=True, help_text="The contract manager's user id.")
    lots = LotOut(many=True)
    suppliers = SupplierOut(many=True)


class LotIn(Body):
    number = serializers.IntegerField(min_value=1, max_value=9999, required=False)
    title = Line(max_length=300)
    description = serializers.CharField(max_length=20_000, required=False, allow_blank=True)


class SupplierIn(Body):
    answer = SupplierOut
    id = Visible(Organisation)
    lots = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=9999), required=False, max_length=200, help_text="Numbers of lots."
    )
    rank = serializers.IntegerField(min_value=1, max_value=999, required=False, allow_null=True)
    share = serializers.DecimalField(max_digits=5, decimal_places=2, min_value=0, max_value=100, required=False, allow_null=True)


class StaffId(Visible):
    """The user id of somebody on our staff."""

    def __init__(self, **options: Any) -> None:
        super().__init__(User, **options)

    def rows(self, user: Any) -> QuerySet[Any]:
        return User.objects.filter(person__in=roles.staff()).select_related("person")


class FrameworkIn(Body):
    answer = FrameworkOut
    reference = Line(max_length=80)
    title = Line(max_length=300)
    description = serializers.CharField(max_length=20_000, required=False, allow_blank=True)
    case_number = Line(max_length=60, required=False, allow_blank=True)
    ocid = Line(max_length=120, required=False, allow_null=True, allow_blank=True)
    signed_on = Day(required=False, allow_null=True)
    starts_on = Day(required=False, allow_null=True)
    ends_on = Day(required=False, allow_null=True)
    value = serializers.DecimalField(max_digits=18, decimal_places=2, min_value=0, required=False, allow_null=True)
    currency = Line(max_length=3, required=False)
    mailbox = serializers.EmailField(required=False, allow_blank=True)
    status = serializers.ChoiceField(choices=Framework.Status.choices, required=False)
    reason = serializers.CharField(max_length=20_000, required=False, help_text="With status terminated or evaluated.")
    manager = StaffId(required=False, allow_null=True)
    lots = serializers.ListField(child=LotIn(), required=False, max_length=500)
    suppliers = serializers.ListField(child=SupplierIn(), required=False, max_length=500)


class FrameworkResource(Resource):
    """Agreements. Our staff see all of them, an agency what is signed, a supplier those that it takes or took part in.

    One that is created with `signed_on` is signed at once. `lots` and `suppliers` that are sent are added to those
    there are (one that is there already is refused); nothing is taken away by leaving it out.
    """

    queryset = Framework.objects.all()
    output = FrameworkOut
    inputs = {"create": FrameworkIn, "partial_update": FrameworkIn}
    orders = both_ways(created_at=Order("created_at", "scope_id"))

    def rows(self, frameworks: QuerySet[Any]) -> QuerySet[Any]:
        return frameworks.prefetch_related("options")

    def shown(self, rows: list[Framework]) -> list[Row]:
        today, mine = self.clock["today"], OuterRef("pk")
        taking_part = Participation.objects.visible_to(self.user).on(today).filter(framework=mine)
        managers = ScopeRole.objects.on(today).filter(scope=mine, role=ScopeRole.Role.MANAGER)
        below = parts(
            Framework,
            [framework.pk for framework in rows],
            lots=json_list(Lot.objects.filter(framework=mine).order_by("number"), id="pk", number="number", title="title"),
            places=json_list(taking_part.order_by("lot__number", "rank", "pk"), lot="lot_id", rank="rank", **SUPPLIER),
            managers=json_list(managers.order_by("-starts_on", "-pk"), user="person__user__pk"),
        )
        return [{**_facts(framework), "status": framework.phase(today), **_below(below[framework.pk])} for framework in rows]

    def create(self, request: Request) -> HttpResponseBase:
        access.require(self.user, Action.FRAMEWORK_CREATE)
        body = self.body()

        @transaction.atomic
        def act() -> Row:
            rest = _rest(body)
            framework = frameworks.create(details=body, **self.by_today)  # type: ignore[arg-type]
            if framework.signed_on:
                rest.setdefault("status", Framework.Status.SIGNED)
            self._change(framework, rest)
            return self.one(framework.pk)

        return self.once(act, status=201)

    def partial_update(self, request: Request, pk: str) -> HttpResponseBase:
        framework = self.found(pk, Action.FRAMEWORK_EDIT)
        body = self.changes(pk)
        with transaction.atomic():
            rest = _rest(body)
            if body:
                frameworks.edit(framework=framework, changes=body, **self.by_today)  # type: ignore[arg-type]
            self._change(framework, rest)
        return self.answered(pk)

    def _change(self, framework: Framework, rest: dict[str, Any]) -> None:
        """What has services of its own. The manager last: whoever gives the agreement away could not go on."""
        for lot in rest.get("lots", ()):
            frameworks.add_lot(framework=framework, **lot, **self.by)
        for supplier in rest.get("suppliers", ()):
            self._take_in(framework, supplier)
        if "status" in rest:
            self._move(framework, rest["status"], rest.get("reason", ""))
        if "manager" in rest:
            self._give_to(framework, rest["manager"])

    def _take_in(self, framework: Framework, new: dict[str, Any]) -> None:
        numbers = new.get("lots", [])
        lots: list[Lot | None] = list(framework.lots.filter(number__in=numbers))
        if len(lots) != len(set(numbers)):
            raise Invalid.one("suppliers", "unknown_lot", _("The agreement has no lot with this number."))
        place: dict[str, Any] = {"rank": new.get("rank"), "share": new.get("share")}
        for lot in lots or [None]:
            participations.add(framework=framework, supplier=new["id"], lot=lot, **place, **self.by_today)

    def _move(self, framework: Framework, status: str, reason: str) -> None:
        today = self.clock["today"]
        match status:
            case framework.status:
                return
            case Framework.Status.SIGNED:
                frameworks.sign(framework=framework, signed_on=framework.signed_on or today, **self.by_today)
            case Framework.Status.TERMINATED:
                frameworks.terminate(framework=framework, reason=reason, on=today, **self.by_today)
            case Framework.Status.EVALUATED:
                frameworks.evaluate(framework=framework, summary=reason, **self.by_today)
            case _:
                raise WrongState(_("A signed agreement is never planned again."))

    def _give_to(self, framework: Framework, manager: User | None) -> None:
        held = roles.holders(framework, self.clock["today"])
        owner, deputy = held.get(ScopeRole.Role.OWNER), held.get(ScopeRole.Role.DEPUTY)
        person = manager.person if manager else None
        roles.set_roles(framework=framework, owner=owner, manager=person, deputy=deputy, **self.by_today)


REST = ("lots", "suppliers", "status", "reason", "manager")
SUPPLIER = {
    "id": "supplier_id",
    "name": "supplier__name",
    "identifier_scheme": "supplier__identifier_scheme",
    "identifier": "supplier__identifier",
}


def _rest(body: dict[str, Any]) -> dict[str, Any]:
    """Take out what is no fact of the agreement itself."""
    return {name: body.pop(name) for name in REST if name in body}


def _facts(framework: Framework) -> Row:
    names = [
        "reference",
        "ocid",
        "title",
        "description",
        "case_number",
        "signed_on",
        "starts_on",
        "ends_on",
        "runs_until",
        "value",
        "currency",
    ]
    return {"id": framework.pk, **{name: getattr(framework, name) for name in names}}


def _below(found: dict[str, Any]) -> Row:
    suppliers: dict[Any, Row] = {}
    for place in found["places"]:
        empty = {"id": place["id"], "name": place["name"], "identifier": identifier(place), "lots": [], "rank": None}
        supplier = suppliers.setdefault(place["id"], empty)
        supplier["lots"] += [place["lot"]] if place["lot"] else []
        supplier["rank"] = min((rank for rank in (supplier["rank"], place["rank"]) if rank is not None), default=None)
    manager = found["managers"][0]["user"] if found["managers"] else None
    return {"manager": manager, "lots": found["lots"], "suppliers": list(suppliers.values())}
