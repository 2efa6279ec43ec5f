"""Walking a list by cursors, whatever its rows, meets every row once and finds the way back."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Organisation
from core import paging
from core.errors import Invalid
from core.paging import Order

pytestmark = [pytest.mark.django_db, pytest.mark.both]

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
BY_DATE, BY_NAME = Order("created_at"), Order("name")


def organisations(*days: int) -> QuerySet[Organisation]:
    """One for each, created so many days after noon: equal days are ties."""
    Organisation.objects.all().delete()
    Organisation.objects.bulk_create(
        Organisation(name=f"Ærlig {day}", kind="supplier", created_at=NOON + dt.timedelta(days=day)) for day in days
    )
    return Organisation.objects.all()


def walk(rows: QuerySet[Any, Any], order: Order, size: int) -> list[list[Any]]:
    pages = [paging.page(rows, order=order, size=size)]
    while pages[-1].next:
        pages.append(paging.page(rows, order=order, size=size, cursor=pages[-1].next))
    return [page.rows for page in pages]


def walk_back(rows: QuerySet[Any, Any], order: Order, size: int) -> list[list[Any]]:
    """From the last page to the first, in reading order."""
    page = paging.page(rows, order=order, size=size)
    while page.next:
        page = paging.page(rows, order=order, size=size, cursor=page.next)
    pages = [page.rows]
    while page.previous:
        page = paging.page(rows, order=order, size=size, cursor=page.previous)
        pages.insert(0, page.rows)
    return pages


@pytest.mark.parametrize("order", [BY_DATE, BY_DATE.reverse, BY_NAME, BY_NAME.reverse], ids=str)
@given(days=st.lists(st.integers(0, 3), max_size=12), size=st.integers(1, 5))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_row_once_and_back_again(order: Order, days: list[int], size: int) -> None:
    rows = organisations(*days)
    expected = list(rows.order_by(*order.names))
    there, back = walk(rows, order, size), walk_back(rows, order, size)
    assert [row for page in there for row in page] == expected
    assert [row for page in back for row in page] == expected


def test_rows_that_come_in_between_do_not_shift_the_next_page() -> None:
    rows = organisations(2, 4, 6)
    first = paging.page(rows, order=BY_DATE, size=2)
    Organisation.objects.create(name="Ny", kind="supplier", created_at=NOON)
    second = paging.page(rows, order=BY_DATE, size=2, cursor=first.next)
    assert [row.name for row in second.rows] == ["Ærlig 6"]
    assert second.next is None


def test_rows_of_dicts_are_paged_too() -> None:
    rows = organisations(1, 2, 3).values("id", "created_at", "name")
    assert [row["name"] for page in walk(rows, BY_DATE.reverse, 2) for row in page] == ["Ærlig 3", "Ærlig 2", "Ærlig 1"]


@pytest.mark.parametrize("cursor", ["1", "WyJ4Il0", "é", "\x00", "eyJ9" * 50])
def test_a_cursor_of_ones_own_making_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid):
        paging.page(organisations(1), order=BY_DATE, size=1, cursor=cursor)


def test_a_cursor_belongs_to_its_order() -> None:
    rows = organisations(1, 2)
    cursor = paging.page(rows, order=BY_DATE, size=1).next
    with pytest.raises(Invalid):
        paging.page(rows, order=BY_DATE.reverse, size=1, cursor=cursor)


@pytest.mark.parametrize("order", [BY_DATE, BY_DATE.reverse], ids=str)
def test_a_page_far_in_is_read_from_the_index(order: Order) -> None:
    """Ties, the worst case: with equal times the index must be entered at the key too."""
    organisations(*[1] * 500)
    rows = Organisation.objects.all()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
    page = paging.page(rows, order=order, size=450)
    plan = explain_next(rows, order, page)
    assert "organisation_created" in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan
    assert "(created_at,id)" in plan or "ROW(" in plan, plan


def explain_next(rows: QuerySet[Organisation], order: Order, page: paging.Page[Organisation]) -> str:
    """The database's plan for the page after this one."""
    assert page.next
    point = paging._Point.read(page.next, order)
    return rows.filter(paging._beyond(rows, order, point)).order_by(*order.names)[:10].explain()


def test_counting_stops_at_the_limit() -> None:
    rows = organisations(1, 2, 3)
    assert paging.count_up_to(rows, 10) == 3
    assert paging.count_up_to(rows, 2) == 3
    assert paging.count_up_to(rows, 1) == 2
