"""The list of requests on our side: tabs, filters, search, order, pages, and the same as a spreadsheet."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import paging
from followup.models import DocumentRequest
from followup.querysets import ORDERS
from followup.services import asking, more_time, questions
from followup.services.drafting import NewItem
from tests import factories
from tests.cast import Cast
from tests.contracts.pages import text
from tests.factories import NOW, TODAY
from tests.followup.conftest import Visit
from tests.followup.stories import submitted

URL = "/document-requests/"


@pytest.fixture
def some(cast: Cast) -> dict[str, Any]:
    def asked(supplier: Any, title: str, days: int, **fields: Any) -> Any:
        due_on = TODAY + timedelta(days=days)
        return factories.document_request(cast.pc, supplier, cast.manager, **{"title": title, "due_on": due_on, **fields})

    office = factories.document_request(cast.office, cast.polar, cast.other_manager, title="Paper", due_on=TODAY + timedelta(days=60))
    return {
        "late": asked(cast.nordvare, "Late one", 0, now=NOW - timedelta(days=30)),
        "soon": asked(cast.fjordtek, "Soon one", 3),
        "draft": asked(cast.polar, "Draft one", 50, sent=False),
        "other": office,
    }


def titles(response: Any) -> list[str]:
    return [it.title for it in response.context["listing"].rows]


def test_open_ones_by_date(cast: Cast, visit: Visit, some: dict[str, Any]) -> None:
    response = visit(cast.manager).get(URL)
    assert titles(response) == ["Late one", "Soon one", "Paper"]
    assert "Due today" in text(response)
    assert "Drafts are in a tab of their own" in text(response)


def test_whose_turn_it_is_and_why(cast: Cast, visit: Visit, some: dict[str, Any]) -> None:
    browser = visit(cast.manager)
    assert "Waiting for: us" not in text(browser.get(URL))
    question = questions.ask(request=some["late"], item=None, text="Which year?", actor=cast.csr, now=NOW, today=TODAY)
    more_time.ask(
        request=some["soon"], wanted_on=TODAY + timedelta(days=20), reason="Holiday", actor=cast.csr_fjordtek, now=NOW, today=TODAY
    )
    submitted(some["other"], cast.csr_polar, some["other"].items.get().title)
    page = text(browser.get(URL))
    assert page.count("Waiting for: us (a question has no answer)") == 1
    assert page.count("Waiting for: us (more time is asked for)") == 1
    assert page.count("Waiting for: us (to be reviewed)") == 1
    one = f"{URL}{some['late'].pk}/"
    assert "Waiting for: us" in text(browser.get(one))

    questions.answer(question=question, text="2025.", actor=cast.manager, now=NOW, today=TODAY)
    assert "a question has no answer" not in text(browser.get(URL))
    assert "Waiting for: the supplier" in text(browser.get(one))


def test_tabs_narrow_the_list(cast: Cast, visit: Visit, some: dict[str, Any]) -> None:
    asking.withdraw(request=some["soon"], actor=cast.manager, now=NOW, today=TODAY)
    browser = visit(cast.manager)
    assert titles(browser.get(URL, {"view": "drafts"})) == ["Draft one"]
    assert titles(browser.get(URL, {"view": "review"})) == []
    assert "Soon one" not in titles(browser.get(URL))
    assert "Soon one" in titles(browser.get(URL, {"view": "all"}))
    assert titles(browser.get(URL, {"status": "withdrawn"})) == ["Soon one"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "polar paper"}, ["Paper"]),
        ({"q": "SI-PC late"}, ["Late one"]),
        ({"due_before": "2026-03-05"}, ["Late one", "Soon one"]),
        ({"due_after": "3.3.2026", "due_before": "2026-03-06"}, ["Soon one"]),
        ({"status": "draft"}, ["Draft one"]),
        ({"ordering": "-due_on", "due_before": "2026-03-05"}, ["Soon one", "Late one"]),
        ({"ordering": "nonsense", "due_before": "2026-03-05"}, ["Late one", "Soon one"]),
    ],
)
def test_what_was_asked_for(cast: Cast, visit: Visit, some: dict[str, Any], query: dict[str, str], found: list[str]) -> None:
    assert titles(visit(cast.manager).get(URL, query)) == found


def test_by_agreement_and_supplier(cast: Cast, visit: Visit, some: dict[str, Any]) -> None:
    browser = visit(cast.manager)
    assert titles(browser.get(URL, {"framework": cast.office.pk})) == ["Paper"]
    assert titles(browser.get(URL, {"supplier": cast.fjordtek.pk})) == ["Soon one"]


def test_overdue_ticked_and_not_ticked(cast: Cast, visit: Visit, some: dict[str, Any], monday_morning: Any) -> None:
    monday_morning.shift(timedelta(days=1))
    browser = visit(cast.manager)
    assert titles(browser.get(URL, {"overdue": "true"})) == ["Late one"]
    assert len(titles(browser.get(URL))) == 3


def test_a_wrong_filter_is_said_at_its_field(cast: Cast, visit: Visit, some: dict[str, Any]) -> None:
    response = visit(cast.manager).get(URL, {"due_after": "soon", "q": "late"})
    assert response.context["listing"].form.errors["due_after"]
    assert titles(response) == ["Late one"]


def test_pages_follow_each_other_without_gaps(cast: Cast, visit: Visit) -> None:
    for number in range(55):
        factories.document_request(cast.pc, cast.nordvare, cast.manager, title=f"{number:02}", sent=False)
    browser = visit(cast.manager)
    first = browser.get(URL, {"view": "drafts"})
    second = browser.get(URL + first.context["listing"].next_url)
    assert len(titles(first)) == 50
    assert sorted(titles(first) + titles(second)) == [f"{number:02}" for number in range(55)]
    assert titles(browser.get(URL + second.context["listing"].previous_url)) == titles(first)


@pytest.mark.parametrize("amount", [1, 12])
def test_queries_do_not_grow_with_the_list(cast: Cast, visit: Visit, django_assert_num_queries: Any, amount: int) -> None:
    for number in range(amount):
        factories.document_request(cast.pc, cast.nordvare, cast.manager, items=[NewItem(title=f"{n}") for n in range(number % 4 + 1)])
    browser = visit(cast.manager)
    browser.get(URL)
    with django_assert_num_queries(8):
        browser.get(URL)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_spreadsheet_has_the_filters_in_use_and_runs_nothing(cast: Cast, visit: Visit, some: dict[str, Any], kind: str) -> None:
    factories.document_request(cast.pc, cast.fjordtek, cast.manager, title="=1+1", due_on=date(2026, 3, 4))
    response = visit(cast.manager).get(f"{URL}sheet/{kind}/", {"supplier": cast.fjordtek.pk})
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    assert response.headers["Content-Disposition"].startswith("attachment")
    if kind == "csv":
        lines = content.decode("utf-8-sig").splitlines()
        assert len(lines) == 3
        assert "'=1+1" in lines[1]
    assert visit(cast.manager).get(f"{URL}sheet/exe/").status_code == 404


def test_an_empty_list_says_what_to_do(cast: Cast, visit: Visit) -> None:
    browser = visit(cast.manager)
    assert "Ask for documentation" in text(browser.get(URL))
    assert "Nothing matches" in text(browser.get(URL, {"q": "xyzzy"}))


def test_who_may_not_ask_sees_no_button_and_who_has_no_part_in_it_no_list(cast: Cast, visit: Visit, some: dict[str, Any]) -> None:
    assert "Ask for documentation" not in text(visit(cast.reader).get(URL))
    assert visit(cast.agency).get(URL).status_code == 403
    assert visit(cast.auditor).get(URL).status_code == 403
    assert visit(cast.csr).get(f"{URL}sheet/csv/").status_code == 403


def test_a_list_by_date_holds_the_same_as_any_other(cast: Cast) -> None:
    for supplier in (cast.nordvare, cast.fjordtek, cast.polar):
        framework = cast.office if supplier == cast.polar else cast.pc
        factories.document_request(framework, supplier, cast.other_manager if supplier == cast.polar else cast.manager)
        factories.document_request(framework, supplier, cast.other_manager if supplier == cast.polar else cast.manager, sent=False)
    for user in cast.everybody.values():
        found = DocumentRequest.objects.visible_to(user).values_list("pk", flat=True)
        assert {*DocumentRequest.objects.visible_by_date(user).values_list("pk", flat=True)} == {*found}
    assert {user: DocumentRequest.objects.visible_by_date(getattr(cast, user)).count() for user in ("reader", "csr", "agency")} == {
        "reader": 6,
        "csr": 1,
        "agency": 0,
    }


def test_pages_by_date_are_read_along_the_deadlines(cast: Cast) -> None:
    """Every row once, ties too; and where a page begins is said of one table, whose index can answer it."""
    for number in range(7):
        factories.document_request(cast.pc, cast.nordvare, cast.manager, due_on=TODAY + timedelta(days=50 + number // 3))
    for name, order in ORDERS.items():
        rows = DocumentRequest.objects.visible_to(cast.manager).select_related("deadline")
        page = paging.page(rows, order=order, size=2)
        walked = page.rows
        while page.next:
            with CaptureQueriesContext(connection) as asked:
                page = paging.page(rows, order=order, size=2, cursor=page.next)
            walked += page.rows
            table = "notifications_deadline" if "due_on" in name else "followup_documentrequest"
            column = "due_on" if "due_on" in name else "created_at"
            assert f'("{table}"."{column}", "{table}"."id")' in asked[0]["sql"]
        assert walked == list(rows.order_by(*order.names))
        assert len(walked) == 7
