"""Suppliers and their numbers: the register of everybody, and one supplier across its agreements."""

from typing import Any

import pytest

from accounts.models import Organisation
from contracts.services import organisations
from core.errors import Invalid
from tests import factories
from tests.cast import Cast
from tests.contracts.conftest import Visit
from tests.contracts.pages import filled, said, text
from tests.factories import NOW

pytestmark = pytest.mark.django_db

NEW = "/suppliers/new/"


def somebody(**changes: str) -> dict[str, str]:
    return {"name": "Ny Leverandør AS", "kind": "supplier", "country": "NO", "identifier": "", "identifier_scheme": "", **changes}


@pytest.mark.parametrize("written", ["923609016", "923 609 016", "NO 923 609 016 MVA", "no923609016mva", "923.609.016", "\u00a0923609016 "])
def test_a_norwegian_number_is_kept_as_nine_digits_however_it_is_written(cast: Cast, visit: Visit, written: str) -> None:
    visit(cast.manager).post(NEW, somebody(identifier=written))
    made = Organisation.objects.get(name="Ny Leverandør AS")
    assert (made.identifier_scheme, made.identifier, made.country) == ("NO-BRC", "923609016", "NO")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("923609017", "923 609 017 is not an organisation number. With these first eight digits the last would be 6, not 7."),
        ("12345678", "has nine digits"),
        ("9236090160", "has nine digits"),
        ("SE5560000000", "has nine digits"),
    ],
)
def test_a_false_number_says_what_is_false(cast: Cast, visit: Visit, number: str, words: str) -> None:
    answer = visit(cast.manager).post(NEW, somebody(identifier=number))
    assert answer.status_code == 422
    assert words in said(answer)
    assert filled(answer)["identifier"] == [number]


def test_eight_digits_that_no_ninth_fits_are_told_apart() -> None:
    with pytest.raises(Invalid, match="Check the first eight digits"):
        organisations.norwegian_number("923609130")


def test_a_foreign_number_is_taken_with_its_register(cast: Cast, visit: Visit) -> None:
    visit(cast.manager).post(NEW, somebody(country="SE", identifier="556000-0000", identifier_scheme="SE-BLR"))
    made = Organisation.objects.get(name="Ny Leverandør AS")
    assert (made.identifier_scheme, made.identifier, made.country) == ("SE-BLR", "556000-0000", "SE")


def test_a_number_belongs_to_one_supplier(cast: Cast, visit: Visit) -> None:
    answer = visit(cast.manager).post(NEW, somebody(identifier=cast.nordvare.identifier))
    assert answer.status_code == 422
    assert "Nordvare AS already has this organisation number." in said(answer)


def test_an_organisation_is_corrected(cast: Cast, visit: Visit) -> None:
    client, edit = visit(cast.manager), f"/organisations/{cast.fjordtek.pk}/edit/"
    client.post(edit, {**filled(client.get(edit)), "name": "Fjordtek Norge AS", "identifier": "923 609 016"})
    cast.fjordtek.refresh_from_db()
    assert (cast.fjordtek.name, cast.fjordtek.identifier) == ("Fjordtek Norge AS", "923609016")


def test_nobody_makes_another_central_body(cast: Cast, visit: Visit) -> None:
    assert visit(cast.admin).post(NEW, somebody(kind="cpb")).status_code == 422


def test_the_list_tells_who_cannot_be_reached(cast: Cast, visit: Visit) -> None:
    factories.organisation("Uten Kontakt AS")
    cast.csr_polar.person.undeliverable_since = NOW
    cast.csr_polar.person.save()
    rows = {row.supplier.name: row for row in visit(cast.reader).get("/suppliers/").context["rows"]}
    assert {name: (row.agreements, row.contacts, row.reachable) for name, row in rows.items()} == {
        "Fjordtek AS": (1, 1, 1),
        "Nordvare AS": (1, 1, 1),
        "Polar Kontor AS": (2, 1, 0),
        "Uten Kontakt AS": (0, 0, 0),
    }
    content = text(visit(cast.reader).get("/suppliers/"))
    assert "No contact" in content
    assert "Nobody can be reached" in content


def test_one_supplier_across_its_agreements(cast: Cast, visit: Visit) -> None:
    answer = visit(cast.reader).get(f"/suppliers/{cast.polar.pk}/")
    assert [(one.framework.reference, len(one.obligations)) for one in answer.context["agreements"]] == [("SI-KONTOR", 1), ("SI-PC", 1)]
    assert "Per Polar" in text(answer)


def test_search_by_name_and_number(cast: Cast, visit: Visit) -> None:
    client = visit(cast.reader)

    def found(**query: str) -> list[str]:
        return [row.supplier.name for row in client.get("/suppliers/", query).context["rows"]]

    assert found(q="fjord") == ["Fjordtek AS"]
    assert found(q="123 456 785") == ["Nordvare AS"]
    assert found(framework=str(cast.office.pk)) == ["Polar Kontor AS"]


def test_the_number_of_questions_does_not_grow(cast: Cast, visit: Visit, django_assert_max_num_queries: Any) -> None:
    for number in range(80):
        supplier = factories.organisation(f"Leverandør {number:03}")
        factories.participation(cast.pc, supplier, cast.lot1)
        factories.contact(supplier, factories.person(f"kontakt{number}@example.com"))
    for number in range(30):
        factories.requirement(factories.framework(cast.cpb), f"Krav {number}")
    client = visit(cast.manager)
    client.get("/suppliers/")
    with django_assert_max_num_queries(12):
        answer = client.get("/suppliers/")
    assert len(answer.context["rows"]) == 50
    for number in range(20):
        framework = factories.framework(cast.cpb)
        factories.participation(framework, cast.nordvare)
        factories.requirement(framework, f"Krav {number}")
    with django_assert_max_num_queries(12):
        client.get(f"/suppliers/{cast.nordvare.pk}/")


@pytest.mark.parametrize("who", ["specialist", "reader", "agency", "csr"])
def test_others_may_not_write(cast: Cast, visit: Visit, who: str) -> None:
    client = visit(getattr(cast, who))
    assert client.post(NEW, somebody()).status_code == 403
    assert client.post(f"/organisations/{cast.nordvare.pk}/edit/", somebody()).status_code == 403
