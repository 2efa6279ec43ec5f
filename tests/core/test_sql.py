"""Lists below a row come back with the same values and types that the ORM gives."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db.models import F, OuterRef

from contracts.models import CallOff, Framework, Lot, Participation
from core.sql import json_list, monday_of, parts, row_list
from followup.models import DocumentRequest, Item
from notifications.models import Deadline, PolicyVersion
from tests import factories
from tests.cast import Cast
from tests.factories import NOW, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_rows_in_order_with_their_types(cast: Cast) -> None:
    CallOff.objects.create(framework=cast.pc, supplier=cast.nordvare, reference="B", signed_on=TODAY, value="1234.50", created_at=NOW)
    CallOff.objects.create(framework=cast.pc, supplier=cast.polar, reference="A ‘“\\", created_at=NOW)
    names = {"id": "pk", "ref": "reference", "on": "signed_on", "value": "value", "at": "created_at", "name": "supplier__name"}
    mine = CallOff.objects.filter(framework=OuterRef("pk")).order_by("-reference")
    found = parts(Framework, [cast.pc.pk, cast.office.pk], orders=json_list(mine, **names))
    expected = [dict(zip(names, row, strict=True)) for row in CallOff.objects.order_by("-reference").values_list(*names.values())]
    assert found[cast.pc.pk]["orders"] == expected
    assert found[cast.office.pk]["orders"] == []


def test_json_in_a_row_is_taken_apart_on_both_databases(cast: Cast) -> None:
    request = factories.document_request(cast.pc, cast.nordvare, cast.manager)
    mine = Deadline.objects.filter(scope=OuterRef("pk"), about_id=request.pk)
    found = parts(Framework, [cast.pc.pk], deadlines=json_list(mine, brief="brief"))[cast.pc.pk]["deadlines"]
    assert request.deadline.brief["agreement"] == cast.pc.title
    assert found == [{"brief": request.deadline.brief}]


def test_several_lists_and_one_below_another_in_one_query(cast: Cast, django_assert_num_queries: object) -> None:
    request = factories.document_request(cast.pc, cast.nordvare, cast.manager)
    item = request.items.get()
    item.obligations.set(cast.pc.obligations.filter(supplier=cast.nordvare))
    below = Item.obligations.through.objects.filter(item__request=OuterRef("pk"))
    with django_assert_num_queries(1):  # type: ignore[operator]
        found = parts(
            DocumentRequest,
            [request.pk],
            items=json_list(Item.objects.filter(request=OuterRef("pk")), id="pk", required="is_required"),
            obligations=json_list(below, item="item_id", obligation="obligation_id"),
        )[request.pk]
    assert found["items"] == [{"id": item.pk, "required": True}]
    assert {row["obligation"] for row in found["obligations"]} == set(item.obligations.values_list("pk", flat=True))
    assert {row["item"] for row in found["obligations"]} == {item.pk}


def test_whole_rows_are_those_of_the_orm(cast: Cast, django_assert_num_queries: object) -> None:
    request = factories.document_request(cast.pc, cast.nordvare, cast.manager)
    CallOff.objects.create(framework=cast.pc, supplier=cast.nordvare, reference="B", signed_on=TODAY, value="1234.50", created_at=NOW)
    mine = {"framework": OuterRef("pk")}
    orders = CallOff.objects.filter(**mine).annotate(twice=F("value") * 2).order_by("reference")[:5]
    with django_assert_num_queries(1):  # type: ignore[operator]
        found = parts(
            Framework,
            [cast.pc.pk, cast.office.pk],
            orders=row_list(orders, "agency", supplier=["name"]),
            asked=row_list(DocumentRequest.objects.filter(**mine), "deadline", "deadline__policy_version"),
        )
        assert (found[cast.office.pk]["orders"], found[cast.office.pk]["asked"]) == ([], [])
        order, asked = found[cast.pc.pk]["orders"][0], found[cast.pc.pk]["asked"][0]
        assert (order.supplier.name, order.agency, order.twice) == ("Nordvare AS", None, Decimal("2469.00"))
        policy = asked.deadline.policy_version
    for row, model in ((order, CallOff), (asked, DocumentRequest), (asked.deadline, Deadline), (policy, PolicyVersion)):
        same = model.objects.get(pk=row.pk)
        for field in model._meta.concrete_fields:
            assert getattr(row, field.attname) == getattr(same, field.attname), field
    assert asked.deadline.brief == request.deadline.brief
    assert order.supplier.get_deferred_fields()


def test_nothing_and_null(cast: Cast) -> None:
    lots = json_list(Lot.objects.filter(framework=OuterRef("pk")), id="pk")
    ranks = json_list(Participation.objects.filter(framework=OuterRef("pk")), rank="rank")
    found = parts(Framework, [cast.office.pk], lots=lots, ranks=ranks)
    assert found[cast.office.pk] == {"lots": [], "ranks": [{"rank": None}]}


def test_a_week_begins_on_its_monday(cast: Cast) -> None:
    days = [date(2026, 12, 24) + timedelta(days=number) for number in range(12)]  # over New Year and a week of two years
    for day in days:
        CallOff.objects.create(framework=cast.pc, supplier=cast.nordvare, reference=f"{day}", signed_on=day, created_at=NOW)
    found = CallOff.objects.annotate(monday=monday_of("signed_on")).order_by("signed_on").values_list("monday", flat=True)
    assert list(found) == [day - timedelta(days=day.weekday()) for day in days]
