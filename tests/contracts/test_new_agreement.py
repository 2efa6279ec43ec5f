"""Typing in an agreement on one page: whole in one go, row by row without script, and never losing a word."""

from datetime import date
from typing import Any

import pytest

from accounts.models import Organisation, ScopeRole
from contracts.models import Framework
from core.models import History
from tests.cast import Cast
from tests.contracts.conftest import Visit
from tests.contracts.pages import filled, said, text

pytestmark = pytest.mark.django_db

NEW = "/frameworks/new/"


def rows(prefix: str, *given: dict[str, str]) -> dict[str, str]:
    return {f"{prefix}-count": str(len(given))} | {
        f"{prefix}-{n}-{name}": value for n, row in enumerate(given) for name, value in row.items()
    }


def sent(**changes: Any) -> dict[str, str]:
    """What a person types for an agreement with two lots and two suppliers."""
    about = {
        "title": "Fellesavtale for mobiltelefoner",
        "reference": "SI-2026-07",
        "signed_on": "1.3.2026",
        "starts_on": "2026-04-01",
        "ends_on": "31.03.2028",
        "value": "1 500 000,50",
        "currency": "nok",
    }
    parts = (
        rows(
            "options",
            {"months": "12", "kind": "must_be_used", "notice_days": "62"},
            {"months": "", "kind": "must_be_used", "notice_days": "90"},
        ),
        rows("lots", {"title": "Telefoner"}, {"title": "Nettbrett"}),
        rows(
            "suppliers",
            {
                "name": "nordvare as",
                "identifier": "",
                "place_1": "1",
                "place_2": "",
                "contact_name": "Kari Kontakt",
                "contact_email": "Kari@Nordvare.example",
                "contact_phone": "22 00 00 00",
                "contact_role": "csr",
            },
            {
                "name": "Helt Ny AS",
                "identifier": "NO 923 609 016 MVA",
                "place_1": "2",
                "place_2": "0",
                "contact_name": "",
                "contact_email": "",
                "contact_phone": "",
                "contact_role": "responsible",
            },
        ),
    )
    return {**about, **parts[0], **parts[1], **parts[2], **changes}


def test_everything_in_one_go(cast: Cast, visit: Visit) -> None:
    answer = visit(cast.manager).post(NEW, sent())
    framework = Framework.objects.get(reference="SI-2026-07")
    assert (answer.status_code, answer["Location"]) == (302, f"/frameworks/{framework.pk}/")
    assert (framework.status, framework.starts_on, framework.ends_on) == ("signed", date(2026, 4, 1), date(2028, 3, 31))
    assert (str(framework.value), framework.currency) == ("1500000.50", "NOK")
    assert list(framework.lots.values_list("number", "title")) == [(1, "Telefoner"), (2, "Nettbrett")]
    assert list(framework.options.values_list("number", "months", "notice_days")) == [(1, 12, 62)]
    new = Organisation.objects.get(name="Helt Ny AS")
    assert (new.identifier, new.identifier_scheme, new.kind) == ("923609016", "NO-BRC", "supplier")
    places = set(framework.participations.values_list("supplier__name", "lot__number", "rank"))
    assert places == {("Nordvare AS", 1, 1), ("Helt Ny AS", 1, 2), ("Helt Ny AS", 2, None)}


def test_the_one_who_types_it_in_manages_it_and_its_dates_are_watched(cast: Cast, visit: Visit) -> None:
    visit(cast.manager).post(NEW, sent())
    framework = Framework.objects.get(reference="SI-2026-07")
    roles = ScopeRole.objects.filter(scope_id=framework.pk)
    assert set(roles.values_list("organisation__kind", "role", "person__email")) == {
        ("cpb", "manager", "manager@cpb.example"),
        ("supplier", "csr", "kari@nordvare.example"),
    }
    contact = cast.nordvare.contacts.get(person__email="kari@nordvare.example")
    assert contact.confirmed_at, "what our own staff types counts as confirmed"
    assert contact.confirmed_by == cast.manager
    option = framework.options.get()
    assert option.deadline
    assert option.deadline.is_open
    assert option.deadline.due_on == date(2028, 1, 28), "62 days before 31 March 2028 is a Saturday, and Friday is in time"
    assert framework.expiry
    assert framework.expiry.due_on == date(2028, 3, 31)
    done = set(History.objects.filter(scope_id=framework.pk).values_list("object_type", "verb"))
    assert {("framework", "create"), ("framework", "sign"), ("lot", "create"), ("participation", "create")} <= done


def test_title_and_reference_are_enough(cast: Cast, visit: Visit) -> None:
    client = visit(cast.manager)
    page = client.get(NEW)
    answer = client.post(NEW, {**filled(page), "title": "Renhold", "reference": "R-1"}, follow=True)
    framework = Framework.objects.get(reference="R-1")
    assert (framework.status, framework.lots.count(), framework.options.count(), framework.participations.count()) == ("planned", 0, 0, 0)
    page_text = text(answer)
    for missing in ("no start date", "no end date", "not marked as signed", "has no suppliers", "No requirement has been stipulated"):
        assert missing in page_text


def test_one_more_row_without_script_keeps_what_was_written(cast: Cast, visit: Visit) -> None:
    client = visit(cast.manager)
    typed = sent(title="", starts_on="ikke en dato", **{"suppliers-1-identifier": "tull"})
    page = client.post(NEW, {**typed, "add": "suppliers"})
    assert page.status_code == 200
    back = filled(page)
    assert back["suppliers-count"] == ["3"]
    assert {name: back[name][0] for name in ("starts_on", "suppliers-1-identifier", "suppliers-0-place_1", "suppliers-0-contact_name")} == {
        "starts_on": "ikke en dato",
        "suppliers-1-identifier": "tull",
        "suppliers-0-place_1": "1",
        "suppliers-0-contact_name": "Kari Kontakt",
    }
    assert "ds-error-summary" not in page.content.decode(), "nothing is judged before it is sent"
    assert not Framework.objects.filter(reference="SI-2026-07").exists()


def test_lots_that_were_just_written_are_offered_at_the_suppliers(cast: Cast, visit: Visit) -> None:
    client = visit(cast.manager)
    page = client.post(NEW, {**filled(client.get(NEW)), "lots-0-title": "Skrivere", "add": "show"})
    assert "Lot 1: Skrivere" in text(page)


def test_errors_stand_at_their_fields_and_nothing_is_lost_or_half_made(cast: Cast, visit: Visit) -> None:
    client = visit(cast.manager)
    wrong = sent(
        title="", ends_on="2026-03-01", currency="KRONER", **{"suppliers-1-identifier": "923609017", "suppliers-0-contact_email": "kari"}
    )
    page = client.post(NEW, wrong)
    assert page.status_code == 422
    content = said(page)
    assert "With these first eight digits the last would be 6, not 7." in content
    assert filled(page)["suppliers-1-identifier"] == ["923609017"]
    assert not Organisation.objects.filter(name="Helt Ny AS").exists()
    assert not Framework.objects.filter(reference="SI-2026-07").exists()


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"ends_on": "2026-03-31"}, "ends_on", "cannot end before it starts"),
        ({"currency": "QQQ"}, "currency", "QQQ is not a currency"),
        ({"reference": "SI-PC"}, "reference", "Another agreement has this reference"),
        ({"signed_on": "2026-03-03"}, "signed_on", "cannot be ahead of today"),
        ({"starts_on": "0001-01-01"}, "starts_on", "between 1900 and 2199"),
        ({"ends_on": "9999-12-31"}, "ends_on", "between 1900 and 2199"),
    ],
)
def test_what_the_service_finds_wrong_is_said_at_the_field(
    cast: Cast, visit: Visit, changes: dict[str, str], field: str, words: str
) -> None:
    page = visit(cast.manager).post(NEW, sent(**changes))
    assert page.status_code == 422
    assert words in said(page)
    assert f'id="id_{field}_error"' in page.content.decode()
    assert not Framework.objects.filter(title="Fellesavtale for mobiltelefoner").exists(), "all of it or nothing"


def test_the_same_supplier_twice_is_refused_with_its_name(cast: Cast, visit: Visit) -> None:
    twice = sent(**{"suppliers-1-name": "Nordvare AS", "suppliers-1-identifier": "", "suppliers-1-place_1": "2"})
    page = visit(cast.manager).post(NEW, twice)
    assert page.status_code == 422
    assert "Nordvare AS is already on this lot." in said(page)


def test_a_supplier_without_a_lot_is_asked_about(cast: Cast, visit: Visit) -> None:
    page = visit(cast.manager).post(NEW, sent(**{"suppliers-0-place_1": ""}))
    assert page.status_code == 422
    assert "Choose at least one lot for this supplier." in said(page)


def test_thirty_five_suppliers_fit(cast: Cast, visit: Visit) -> None:
    many = [{"name": f"Leverandør {n}", "place": str(n + 1), "contact_role": "responsible"} for n in range(35)]
    typed = {**sent(), **rows("lots", {"title": ""}), **rows("suppliers", *many)}
    answer = visit(cast.manager).post(NEW, {name: value for name, value in typed.items() if "place_" not in name})
    assert answer.status_code == 302, said(answer)
    assert Framework.objects.get(reference="SI-2026-07").participations.count() == 35


@pytest.mark.parametrize("who", ["specialist", "reader", "agency", "csr", "auditor"])
def test_others_may_not(cast: Cast, visit: Visit, who: str) -> None:
    client = visit(getattr(cast, who))
    assert client.get(NEW).status_code == 403
    assert client.post(NEW, sent()).status_code == 403


def test_beginning_with_another_agreement_leads_to_its_copy(cast: Cast, visit: Visit) -> None:
    client = visit(cast.manager)
    assert client.get("/frameworks/copy/", {"source": cast.pc.pk})["Location"] == f"/frameworks/{cast.pc.pk}/copy/"
    assert client.get("/frameworks/copy/", {"source": "x"})["Location"] == NEW


def test_the_page_asks_few_questions(cast: Cast, visit: Visit, django_assert_max_num_queries: Any) -> None:
    client = visit(cast.manager)
    client.get(NEW)
    with django_assert_max_num_queries(12):
        client.get(NEW)
