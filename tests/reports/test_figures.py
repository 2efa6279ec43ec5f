"""Figures with of how many, no percentage under five, and the rows behind each."""

from datetime import timedelta
from typing import Any

from django.test import Client

from contracts.services import obligations
from followup.services import asking, more_time, reviewing
from followup.services.drafting import NewItem
from reports import queries
from tests import factories
from tests.cast import Cast
from tests.contracts.pages import text
from tests.factories import NOW, TODAY
from tests.followup.conftest import Visit
from tests.followup.stories import item, submitted

URL = "/reports/"


def request(cast: Cast, title: str, **fields: Any) -> Any:
    return factories.document_request(cast.pc, cast.nordvare, cast.manager, title=title, items=[NewItem(title="Report")], **fields)


def figures(response: Any, name: str) -> dict[str, tuple[int, int]]:
    return {figure.code: (figure.part, figure.whole) for figure in response.context[name]}


def test_on_time_by_the_first_date_and_by_the_agreed_one(cast: Cast, visit: Visit, monday_morning: Any) -> None:
    early, moved, late = (request(cast, title, due_on=TODAY + timedelta(days=5)) for title in ("Early", "Moved", "Late"))
    more_time.extend(request=moved, due_on=TODAY + timedelta(days=20), reason="x", actor=cast.manager, now=NOW, today=TODAY)
    submitted(early, cast.csr, "Report", now=NOW + timedelta(days=1))
    submitted(moved, cast.csr, "Report", now=NOW + timedelta(days=10))
    monday_morning.shift(timedelta(days=12))
    response = visit(cast.manager).get(URL)
    assert figures(response, "on_time") == {"on_time_first_date": (1, 3), "on_time_agreed_date": (2, 3)}
    assert "1 of 3" in text(response)
    assert "%" not in text(response), "under five there is no percentage"
    rows = text(visit(cast.manager).get(f"{URL}on_time_agreed_date/"))
    assert "Early" in rows
    assert "Moved" in rows
    assert "Late" not in rows
    assert late.title not in rows


def test_a_percentage_from_five_on() -> None:
    assert queries.Figure("x", "x", 1, 4).percent is None
    assert queries.Figure("x", "x", 2, 5).percent == 40
    assert queries.Figure("x", "x", 0, 0).percent is None


def test_open_overdue_and_silent(cast: Cast, visit: Visit, monday_morning: Any) -> None:
    silent, begun = (request(cast, title, due_on=TODAY + timedelta(days=1)) for title in ("Silent", "Begun"))
    request(cast, "Ahead")
    visit(cast.csr).post(
        f"/document-requests/{begun.pk}/save/",
        {"item": [str(item(begun, "Report").pk)], f"item-{item(begun, 'Report').pk}-not_applicable": "No"},
    )
    monday_morning.shift(timedelta(days=3))
    assert figures(visit(cast.manager).get(URL), "open_now") == {"overdue": (2, 3), "silent": (1, 3), "not_reached": (0, 3)}
    rows = text(visit(cast.manager).get(f"{URL}silent/"))
    assert silent.title in rows
    assert "Begun" not in rows


def test_accepted_and_why_sent_back(cast: Cast, visit: Visit) -> None:
    good, bad = request(cast, "Good"), request(cast, "Bad")
    for each in (good, bad):
        submitted(each, cast.csr, "Report")
    reviewing.accept(request=good, actor=cast.manager, now=NOW, today=TODAY)
    reviewing.return_(request=bad, reason="too_old", actor=cast.manager, now=NOW, today=TODAY)
    asking.close(request=bad, reason="not_documented", actor=cast.manager, now=NOW, today=TODAY)
    response = visit(cast.manager).get(URL)
    assert figures(response, "verdicts") == {"accepted": (1, 2)}
    assert figures(response, "returns") == {"returned_too_old": (1, 1)}
    assert "Bad" in text(visit(cast.manager).get(f"{URL}returned_too_old/"))
    assert "Good" in text(visit(cast.manager).get(f"{URL}accepted/"))


def test_stated_beside_checked_and_what_has_run_out_is_known_no_more(cast: Cast, visit: Visit, monday_morning: Any) -> None:
    one, two, _three, _four = cast.due_diligence.obligations.order_by("id")
    check = {"verified": "met", "method": "document", "checked_on": TODAY, "actor": cast.manager, "today": TODAY, "now": NOW}
    obligations.judge(obligation=one, valid_until=TODAY + timedelta(days=10), **check)
    obligations.judge(obligation=two, **{**check, "method": "self_declared"})
    row = {row.theme: row for row in visit(cast.manager).get(URL).context["themes"]}["human_rights"]
    assert (row.total, row.verified, row.declared, row.unknown, row.partly, row.failed) == (4, 1, 1, 2, 0, 0)
    assert behind_each_part(visit(cast.manager), row) == {"verified": 1, "partly": 0, "failed": 0, "declared": 1, "unknown": 2}
    monday_morning.shift(timedelta(days=11))
    row = {row.theme: row for row in visit(cast.manager).get(URL).context["themes"]}["human_rights"]
    assert (row.verified, row.declared, row.unknown) == (0, 1, 3)


def behind_each_part(browser: Client, row: Any) -> dict[str, int]:
    """How many rows the list has that each number opens; it must be the number itself."""
    found = {part: browser.get("/obligations/", {"theme": row.theme, "standing": part}).context["listing"].total for part, *_ in row.cells}
    assert found == {part: number for part, _label, number in row.cells}
    return found


def test_partly_met_is_neither_met_nor_not_met(cast: Cast, visit: Visit) -> None:
    rows = cast.due_diligence.obligations.order_by("id")
    check = {"method": "document", "checked_on": TODAY, "reason": "Read on site", "actor": cast.manager, "today": TODAY, "now": NOW}
    for each, outcome in zip(rows, ("partly_met", "not_met", "not_documented", "met"), strict=True):
        obligations.judge(obligation=each, verified=outcome, **check)
    response = visit(cast.manager).get(URL)
    row = {row.theme: row for row in response.context["themes"]}["human_rights"]
    assert behind_each_part(visit(cast.manager), row) == {"verified": 1, "partly": 1, "failed": 2, "declared": 0, "unknown": 0}
    assert "1 met, 1 partly met, 2 not met or not documented" in text(response)
    assert "1 met, 1 partly met, 2 not met or not documented" in text(visit(cast.manager).get("/frameworks/"))


def test_one_agreement_at_a_time(cast: Cast, visit: Visit) -> None:
    factories.document_request(cast.office, cast.polar, cast.other_manager)
    request(cast, "PC")
    browser = visit(cast.manager)
    assert figures(browser.get(URL, {"framework": cast.office.pk}), "open_now")["overdue"] == (0, 1)
    assert figures(browser.get(URL), "open_now")["overdue"] == (0, 2)
    assert browser.get(URL, {"framework": "nonsense"}).status_code == 404


def test_who_reads_what(cast: Cast, visit: Visit) -> None:
    agency = visit(cast.agency).get(URL)
    assert agency.status_code == 200
    assert "On time" not in text(agency)
    for person in (cast.csr, cast.auditor):
        assert visit(person).get(URL).status_code == 403
    for person in (cast.csr, cast.agency):
        assert visit(person).get(f"{URL}overdue/").status_code == 403
    assert visit(cast.reader).get(f"{URL}overdue/").status_code == 200
    assert visit(cast.reader).get(f"{URL}made-up/").status_code == 404


def test_the_page_costs_the_same_for_few_and_many(cast: Cast, visit: Visit, django_assert_num_queries: Any) -> None:
    browser = visit(cast.manager)
    for _round in range(2):
        for number in range(4):
            submitted(request(cast, f"{number}"), cast.csr, "Report")
        browser.get(URL)
        with django_assert_num_queries(11):
            browser.get(URL)
