"""OCDS processes become agreements and call-offs."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.models import Contact, Organisation, Person
from contracts.models import CallOff, CpvCode, Framework, Lot, Participation, SourceRelease
from core.models import History
from tests.contracts.samples import OCID, SHARED, Importing, call_off, package, party, real, release

NORWEGIAN = "ocds-abcd1234-a891e664-6f0a-49e0-a2cf-0c0ff729ca1f"


def places(framework: Framework) -> set[tuple[str, str]]:
    rows = Participation.objects.filter(framework=framework).select_related("supplier", "lot")
    return {(row.supplier.identifier or row.supplier.name, row.lot.source_id if row.lot else "") for row in rows}


@pytest.mark.parametrize("chosen", [[], [NORWEGIAN]], ids=["as it is", "with the option"])
def test_the_awarded_norwegian_framework(import_ocds: Importing, chosen: list[str]) -> None:
    """Its lots carry the flag, its numbers the wrong scheme, spaces and VAT letters, and its award no lot that exists."""
    [(outcome, ocid, text)] = import_ocds(real("ocds/no_can-social_2022-927623.json"), as_framework=chosen)
    assert (outcome, ocid) == ("created", NORWEGIAN)

    agreement = Framework.objects.get()
    assert (agreement.reference, agreement.case_number, agreement.ocid) == ("21/183479", "21/183479", NORWEGIAN)
    assert agreement.title == "Rammeavtale vakt- og sikkerhetstjenester"
    assert (agreement.signed_on, agreement.starts_on, agreement.ends_on) == (date(2022, 10, 14), None, None)
    assert agreement.status == "planned", "dates are missing"
    assert list(agreement.lots.values_list("number", "source_id")) == [(1, "LOT-0001"), (2, "LOT-0002")]
    assert places(agreement) == {("943184097", "LOT-0001"), ("920144950", "LOT-0002")}, "by the titles of the contracts"
    assert set(agreement.cpv.values_list("code", flat=True)) == {"79710000", "79713000"}
    assert set(Organisation.objects.suppliers().values_list("identifier_scheme", flat=True)) == {"NO-BRC"}
    assert not Contact.objects.exists(), "the addresses in the file are placeholders"
    assert "MISSING" in text
    assert "GB-COH" in text


@pytest.mark.skipif(not SHARED.exists(), reason="The real data is kept beside the repository and is not here.")
def test_every_real_file_is_reported_and_a_second_time_changes_nothing(import_ocds: Importing) -> None:
    files = sorted((SHARED / "ocds").glob("*.json"))
    first = import_ocds(*files)
    assert [outcome for outcome, _, _ in first].count("created") == 10
    assert [outcome for outcome, _, _ in first].count("skipped") == 96
    assert len(first) == 106, "94 of them in the British package of 100 releases"
    before = (Framework.objects.count(), History.objects.count(), SourceRelease.objects.count())

    second = import_ocds(*files)
    assert {outcome for outcome, _, _ in second} == {"unchanged", "skipped"}
    assert (Framework.objects.count(), History.objects.count(), SourceRelease.objects.count()) == before


def test_an_agreement_with_everything_is_signed(import_ocds: Importing) -> None:
    [(outcome, _, _)] = import_ocds(release())
    agreement = Framework.objects.get()
    assert (outcome, agreement.status) == ("created", "signed")
    assert (agreement.starts_on, agreement.ends_on) == (date(2026, 2, 1), date(2028, 1, 31))
    assert (agreement.value, agreement.currency) == (Decimal("1000000.50"), "NOK")
    assert places(agreement) == {("923609016", "L1"), ("971277882", "L1"), ("971277882", "L2")}
    assert CpvCode.objects.get(code="39112000") in agreement.cpv.all()
    assert agreement.expiry is not None, "its end is a deadline of ours"
    assert agreement.organisation.kind == "cpb"


def test_what_is_no_agreement_is_skipped_and_kept(import_ocds: Importing) -> None:
    tender = release()["tender"] | {"techniques": {}}
    [(outcome, _, text)] = import_ocds(release(tender=tender))
    assert outcome == "skipped"
    assert "neither" in text
    assert "can be taken in" in text, "the title says rammeavtale, and it was awarded"
    assert not Framework.objects.exists()
    assert SourceRelease.objects.get().data["tender"]["title"] == tender["title"]

    [(outcome, _, text)] = import_ocds(release(ocid="other", tender=tender | {"title": "Stoler"}))
    assert "can be taken in" not in text


def test_a_person_can_take_it_in_and_then_it_stays_an_agreement(import_ocds: Importing) -> None:
    one = release(tender=release()["tender"] | {"techniques": {}})
    assert import_ocds(one, as_framework=[OCID])[0][0] == "created"
    assert import_ocds(one)[0][0] == "unchanged", "without the option too"


def test_a_call_off_finds_its_agreement_wherever_it_stands_in_the_file(import_ocds: Importing) -> None:
    lines = import_ocds(package(call_off(), release()))
    assert [(outcome, ocid) for outcome, ocid, _ in lines] == [("created", OCID), ("created", "ocds-test01-2")]
    order = CallOff.objects.select_related("supplier", "agency", "lot", "framework").get()
    assert order.framework.ocid == OCID
    assert (order.supplier.name, order.agency and order.agency.name, order.lot and order.lot.source_id) == (
        "Alfa AS",
        "Kjøper kommune",
        "L1",
    )
    assert (order.reference, order.title, order.value, order.signed_on) == ("B-7", "20 stoler", Decimal(40000), date(2026, 3, 1))
    assert import_ocds(call_off())[0][0] == "unchanged"


def test_a_call_off_without_its_agreement_waits(import_ocds: Importing) -> None:
    [(outcome, _, text)] = import_ocds(call_off())
    assert outcome == "skipped"
    assert OCID in text
    assert not CallOff.objects.exists()
    import_ocds(release())
    assert import_ocds(call_off())[0][0] == "created"


def test_a_call_off_with_several_awards_and_suppliers(import_ocds: Importing) -> None:
    import_ocds(release())
    awards = [
        {"id": "1", "suppliers": [{"id": "A"}, {"id": "K"}], "value": {"amount": 100, "currency": "NOK"}},
        {"id": "2", "suppliers": [{"id": "A"}], "value": {"amount": 50, "currency": "NOK"}},
    ]
    [(_, _, text)] = import_ocds(call_off(awards=awards))
    assert list(CallOff.objects.order_by("reference").values_list("reference", "supplier__name", "value")) == [
        ("B-7", "Alfa AS", None),
        ("B-7 (2)", "Kjøper kommune", None),
        ("B-7 (3)", "Alfa AS", Decimal(50)),
    ]
    assert "One amount is given for several suppliers" in text
    assert "Kjøper kommune is not a supplier on agreement" in text
    assert import_ocds(call_off(awards=awards))[0][0] == "unchanged"


def test_a_call_off_that_is_not_awarded_yet(import_ocds: Importing) -> None:
    import_ocds(release())
    [(outcome, _, text)] = import_ocds(call_off(awards=[]))
    assert outcome == "skipped"
    assert "nothing was awarded" in text


def test_contacts_are_taken_in_unconfirmed(import_ocds: Importing) -> None:
    parties = release()["parties"]
    parties[0]["contactPoint"] = {"name": "Anne Alfa", "email": "Anne@Alfa.no", "telephone": "+47 99 88 77 66"}
    parties[1]["contactPoint"] = {"name": "Contact person", "email": "contact@example.org", "telephone": "+00 00000000"}
    import_ocds(release(parties=parties))
    contact = Contact.objects.select_related("person", "organisation").get()
    assert (contact.organisation.name, contact.person.name, contact.person.email) == ("Alfa AS", "Anne Alfa", "anne@alfa.no")
    assert contact.source == "imported"
    assert contact.confirmed_at is None
    assert import_ocds(release(parties=parties))[0][0] == "unchanged"
    assert Person.objects.count() == 1


def test_thirty_five_suppliers_and_one_of_them_twice(import_ocds: Importing) -> None:
    parties = [party(str(number), f"Leverandør {number}", "", scheme="") for number in range(35)]
    award = {"id": "1", "suppliers": [{"id": str(number)} for number in range(35)] + [{"id": "7"}], "relatedLots": ["L1"]}
    [(outcome, _, text)] = import_ocds(release(parties=parties, awards=[award]))
    assert outcome == "created"
    assert Participation.objects.count() == 35
    assert "Leverandør 7 is listed twice" in text


def test_a_supplier_we_know_by_name_gets_its_number(import_ocds: Importing) -> None:
    import_ocds(release(parties=[{"id": "A", "name": "Alfa AS"}, {"id": "B", "name": "Beta AS"}]))
    assert Organisation.objects.get(name="Alfa AS").identifier == ""
    import_ocds(release(id="2", date="2026-02-01T00:00:00Z"))
    assert Organisation.objects.get(name="Alfa AS").identifier == "923609016"


def test_references_that_are_taken_already(import_ocds: Importing) -> None:
    import_ocds(package(release(), release(ocid="ocds-test01-9"), release(ocid="ocds-test01-10")))
    assert set(Framework.objects.values_list("reference", flat=True)) == {"26/1234", "T-1", "ocds-test01-10"}


def test_a_dry_run_says_the_same_and_writes_nothing(import_ocds: Importing) -> None:
    content = package(
        call_off(), release(), release(ocid="ocds-test01-3", tender={"title": "Noe annet"}), release(ocid="bad", awards="none")
    )
    foreseen = import_ocds(content, dry_run=True)
    for model in (Framework, Lot, Organisation, CallOff, SourceRelease, History):
        assert not model.objects.exists()
    assert foreseen == import_ocds(content)
    assert [outcome for outcome, _, _ in foreseen] == ["created", "skipped", "rejected", "created"]


def test_a_line_stays_a_line_whatever_a_publisher_writes(import_ocds: Importing) -> None:
    tender = release()["tender"] | {"title": "Stoler\tog\nbord\r\n" + "x" * 5000}
    [(outcome, _, text)] = import_ocds(release(tender=tender))
    assert outcome == "created"
    assert text.startswith("Stoler og bord xxx")
    assert len(text) <= 2000
    assert len(Framework.objects.get().title) == 300


def test_a_process_named_for_an_agreement_that_no_file_has_is_told(import_ocds: Importing) -> None:
    import_ocds(real("ocds/no_can-social_2022-927623.json"), as_framework=["ocds-none-1"])
    assert "ocds-none-1: named by --as-framework, and in none of the files" in import_ocds.log
