"""The list of agreements: mine and all, filters, order, pages and the spreadsheet, each with a fixed number of questions."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from contracts.models import Framework, Requirement
from contracts.services import obligations, options
from tests import factories
from tests.cast import Cast
from tests.contracts.conftest import Visit
from tests.contracts.pages import html, text
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db

LIST = "/frameworks/"
AT = {"today": TODAY, "now": NOW}


def shown(answer: Any) -> list[str]:
    return [row.framework.reference for row in answer.context["rows"]]


def test_a_manager_sees_the_own_agreements_first_and_all_on_request(cast: Cast, visit: Visit) -> None:
    client = visit(cast.manager)
    assert shown(client.get(LIST)) == ["SI-PC"]
    assert shown(client.get(LIST, {"who": "all"})) == ["SI-KONTOR", "SI-PC"]


def test_who_is_named_nowhere_sees_all(cast: Cast, visit: Visit) -> None:
    answer = visit(cast.reader).get(LIST)
    assert shown(answer) == ["SI-KONTOR", "SI-PC"]
    assert "New agreement" not in text(answer)


def test_a_row_tells_state_next_date_manager_and_how_the_requirements_stand(cast: Cast, visit: Visit) -> None:
    checked = cast.pc.obligations.filter(supplier=cast.nordvare).order_by("created_at", "id")
    obligations.judge(obligation=checked[0], verified="met", method="document", checked_on=TODAY, actor=cast.manager, **AT)
    obligations.judge(obligation=checked[1], declared="yes", method="self_declared", checked_on=TODAY, actor=cast.manager, **AT)
    options.add(framework=cast.pc, months=12, kind="must_be_used", notice_days=30, actor=cast.manager, **AT)
    row = text(visit(cast.manager).get(LIST))
    for words in (
        "In force",
        "Maja Forvalter",
        "notice deadline of an option",
        "1 met, 1 stated by the supplier, 4 not assessed",
    ):
        assert words in row


@pytest.mark.parametrize(
    ("changes", "phase"),
    [
        ({"status": "planned"}, "planned"),
        ({"starts_on": TODAY + timedelta(days=1)}, "signed"),
        ({"starts_on": TODAY - timedelta(days=10)}, "onboarding"),
        ({}, "active"),
        ({"ends_on": TODAY + timedelta(days=180)}, "expiring"),
        ({"ends_on": TODAY - timedelta(days=1)}, "ended"),
        ({"ends_on": None}, "active"),
        ({"status": "terminated"}, "terminated"),
        ({"status": "evaluated"}, "evaluated"),
    ],
)
def test_the_filter_finds_what_the_row_says(cast: Cast, visit: Visit, changes: dict[str, Any], phase: str) -> None:
    Framework.objects.filter(pk=cast.pc.pk).update(**changes)
    client = visit(cast.manager)
    for asked in Framework.Phase.values:
        answer = client.get(LIST, {"phase": asked})
        assert shown(answer) == (["SI-PC"] if asked == phase else [])
        assert all(row.phase == asked for row in answer.context["rows"])


def test_a_used_option_extends(cast: Cast, visit: Visit) -> None:
    Framework.objects.filter(pk=cast.pc.pk).update(ends_on=TODAY + timedelta(days=30))
    option = options.add(framework=cast.pc, months=24, kind="must_be_used", notice_days=10, actor=cast.manager, **AT)
    client = visit(cast.manager)
    assert shown(client.get(LIST, {"phase": "expiring"})) == ["SI-PC"]
    options.decide(option=option, use=True, reason="Dekker behovet.", decided_on=TODAY, actor=cast.owner, **AT)
    assert shown(client.get(LIST, {"phase": "extended"})) == ["SI-PC"]
    assert shown(client.get(LIST, {"phase": "expiring"})) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "pc-utstyr"}, ["SI-PC"]),
        ({"q": "SI-K"}, ["SI-KONTOR"]),
        ({"q": "finnes ikke"}, []),
        ({"status": "signed"}, ["SI-KONTOR", "SI-PC"]),
        ({"ending_before": "2026-03-03"}, []),
        ({"ordering": "-title"}, ["SI-PC", "SI-KONTOR"]),
        ({"ordering": "tull"}, ["SI-KONTOR", "SI-PC"]),
        ({"phase": "tull"}, ["SI-KONTOR", "SI-PC"]),
    ],
)
def test_search_filters_and_order_stand_in_the_address(cast: Cast, visit: Visit, query: dict[str, str], found: list[str]) -> None:
    assert shown(visit(cast.manager).get(LIST, {"who": "all", **query})) == found


def test_filters_by_supplier_and_manager(cast: Cast, visit: Visit) -> None:
    client = visit(cast.reader)
    assert shown(client.get(LIST, {"supplier": str(cast.nordvare.pk)})) == ["SI-PC"]
    assert shown(client.get(LIST, {"manager": str(cast.other_manager.person.pk)})) == ["SI-KONTOR"]


def test_pages_follow_each_other_both_ways(cast: Cast, visit: Visit) -> None:
    for number in range(70):
        factories.framework(cast.cpb, f"Avtale {number:03}")
    client = visit(cast.reader)
    first = client.get(LIST)
    second = client.get(LIST + first.context["listing"].next_url)
    assert len(shown(first)) == 50
    assert len(shown(second)) == 22
    assert not set(shown(first)) & set(shown(second))
    assert shown(client.get(LIST + second.context["listing"].previous_url)) == shown(first)
    assert "72 agreements" in text(second)


def test_ordered_by_end_says_what_it_leaves_out(cast: Cast, visit: Visit) -> None:
    Framework.objects.filter(pk=cast.office.pk).update(ends_on=None)
    answer = visit(cast.reader).get(LIST, {"ordering": "ends_on"})
    assert shown(answer) == ["SI-PC"]
    assert "Agreements without an end date are not shown in this order." in text(answer)


def test_an_empty_list_says_what_to_do(cast: Cast, visit: Visit) -> None:
    assert "No agreement matches" in text(visit(cast.manager).get(LIST, {"q": "tull"}))
    Requirement.objects.all().delete()
    Framework.objects.all().delete()
    assert "Type one in" in text(visit(cast.manager).get(LIST))


def test_the_sheet_holds_what_the_filters_leave_and_no_formulas(cast: Cast, visit: Visit) -> None:
    Framework.objects.filter(pk=cast.pc.pk).update(title="=1+1")
    client = visit(cast.manager)
    answer = client.get("/frameworks/sheet/xlsx/", {"who": "all", "q": "SI-PC"})
    rows = list(load_workbook(BytesIO(b"".join(answer))).active.values)
    assert len(rows) == 2
    assert rows[1][0] == "'=1+1"
    assert rows[1][1] == "SI-PC"
    assert client.get("/frameworks/sheet/pdf/").status_code == 404


def test_the_number_of_questions_does_not_grow(cast: Cast, visit: Visit, django_assert_max_num_queries: Any) -> None:
    for number in range(60):
        made = factories.framework(cast.cpb, f"Avtale {number:03}")
        factories.participation(made, cast.nordvare)
        factories.role(made, cast.cpb, "manager", cast.manager.person)
        factories.requirement(made)
        options.add(framework=made, months=12, kind="must_be_used", notice_days=30, actor=cast.admin, **AT)
    client = visit(cast.manager)
    client.get(LIST)
    with django_assert_max_num_queries(12):
        answer = client.get(LIST, {"who": "all"})
    assert len(shown(answer)) == 50
    assert "Next page" in html(answer)
