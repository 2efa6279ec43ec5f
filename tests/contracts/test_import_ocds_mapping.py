"""What a release says in our words, without a database: values that are wrong in every way, and who won which lot."""

from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from contracts.ocds import mapping, merging, parties, values
from contracts.ocds.problems import TEXTS, problem
from contracts.ocds.process import Kind, Process, RejectedError
from core import countries
from tests.contracts.samples import OCID, release

OSLO = ZoneInfo("Europe/Oslo")


def read(data: dict[str, Any], *, as_framework: bool = False) -> Process:
    return mapping.read(data["ocid"], data, zone=OSLO, as_framework=as_framework)


def tender(**changes: Any) -> dict[str, Any]:
    return release()["tender"] | changes


def codes(process: Process) -> set[str]:
    return {found.code for found in process.problems}


def placed(process: Process) -> set[tuple[str, str | None]]:
    return {(place.supplier.name, place.lot) for place in process.places}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2022-10-14T23:59:59Z", date(2022, 10, 14)),  # as written, though it is the 15th with us
        ("2023-03-08T23:00:00Z", date(2023, 3, 9)),  # our midnight in another zone's time
        ("2023-07-08T22:00:00+00:00", date(2023, 7, 9)),
        ("2024-01-31T23:59:59+01:00", date(2024, 1, 31)),
        ("2024-02-01", date(2024, 2, 1)),
        ("2024-02-01Z", date(2024, 2, 1)),
        ("2024-02-01+02:00", date(2024, 2, 1)),
        ("2024-02-30", None),
        ("31.12.2024", None),
        ("9999-12-31T23:59:59-11:00", date(9999, 12, 31)),
        (20240101, None),
        ({}, None),
    ],
)
def test_the_day_a_publisher_means(written: Any, meant: date | None) -> None:
    assert values.day(written, zone=OSLO) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (1000, Decimal("1000.00")),
        (1000.5, Decimal("1000.50")),
        ("1 000,50", Decimal("1000.50")),
        ("1\u00a0000", Decimal("1000.00")),
        ("tusen", None),
        ("1e9", None),
        (-1, None),
        (True, None),
        (1e30, None),
        (None, None),
        ([1], None),
    ],
)
def test_amounts(written: Any, meant: Decimal | None) -> None:
    assert values.amount(written) == meant


@pytest.mark.parametrize(
    ("scheme", "number", "country", "kept", "told"),
    [
        ("NO-BRC", "923609016", "NO", ("NO-BRC", "923609016"), ""),
        ("GB-COH", "974 761 157", "NO", ("NO-BRC", "974761157"), "scheme_corrected"),
        ("GB-COH", "NO943184097MVA", "NO", ("NO-BRC", "943184097"), "scheme_corrected"),
        ("", "NO 923 609 016 MVA", "", ("NO-BRC", "923609016"), ""),
        ("NO-BRC", "923609017", "NO", None, "false_check_digit"),
        ("GB-COH", "923609017", "NO", None, "false_check_digit"),
        ("GB-COH", "Elvia AS", "NO", None, "useless_identifier"),
        ("GB-COH", "09506232", "GB", ("GB-COH", "09506232"), ""),
        ("GB-COH", "923609016", "GB", ("GB-COH", "923609016"), ""),  # valid here, but nobody says it is Norwegian
        ("CL-RUT", "    12124463", "", ("CL-RUT", "12124463"), ""),
        ("", "12345", "SE", None, "useless_identifier"),
        ("SE-ORG", "556677 8899", "SE", ("SE-ORG", "5566778899"), ""),
        ("X" * 41, "1", "SE", None, "useless_identifier"),
    ],
)
def test_organisation_numbers(scheme: str, number: str, country: str, kept: tuple[str, str] | None, told: str) -> None:
    found, problems = parties.read_number(scheme=scheme, number=number, country=country, name="Alfa")
    assert found == kept
    assert [item.code for item in problems] == ([told] if told else [])


def test_a_number_from_a_spreadsheet_and_one_in_the_partys_own_id() -> None:
    data = release(
        parties=[
            {"id": "A", "name": "Anycorp", "identifier": {"scheme": "GB-COH", "id": "11111111.0"}},
            {"id": "NO-BRC-971277882", "name": "Beta AS"},
        ],
        awards=[{"id": "1", "suppliers": [{"id": "A"}, {"id": "NO-BRC-971277882"}]}],
    )
    numbers = {place.supplier.number for place in read(data).places}
    assert numbers == {"11111111", "971277882"}


def test_the_flag_counts_on_the_tender_and_on_any_lot() -> None:
    lots = [{"id": "L1", "title": "Øst"}, {"id": "L2", "title": "Vest", "techniques": {"hasFrameworkAgreement": True}}]
    assert read(release()).kind is Kind.FRAMEWORK
    assert read(release(tender=tender(techniques=None, lots=lots))).kind is Kind.FRAMEWORK
    assert read(release(tender=tender(techniques={"hasFrameworkAgreement": "yes"}))).kind is Kind.OTHER
    assert read(release(tender=tender(techniques={}))).kind is Kind.OTHER
    assert read(release(tender=tender(techniques={})), as_framework=True).kind is Kind.FRAMEWORK


def test_a_process_that_is_related_to_itself_is_no_call_off() -> None:
    related = [{"id": "1", "relationship": ["framework"], "scheme": "ocid", "identifier": OCID}]
    assert read(release(tender=tender(techniques={}), relatedProcesses=related)).kind is Kind.OTHER


@pytest.mark.parametrize(
    "section",
    [
        {"awards": "none"},
        {"awards": {"id": "1"}},
        {"awards": ["1"]},
        {"awards": [{"id": "1", "suppliers": "Alfa AS"}]},
        {"awards": [{"id": "1", "suppliers": ["A", "B"]}]},
        {"tender": "T"},
        {"tender": [release()["tender"]]},
        {"tender": tender(lots="L1")},
        {"tender": tender(techniques=True)},
        {"parties": {"A": {}}},
        {"contracts": 5},
        {"relatedProcesses": "x"},
        {"bids": []},
    ],
    ids=str,
)
def test_a_section_of_the_wrong_type_rejects_the_process_with_a_reason(section: dict[str, Any]) -> None:
    with pytest.raises(RejectedError) as refused:
        read(release(**section))
    assert refused.value.why.code == "wrong_shape"


def test_nulls_are_nothing() -> None:
    process = read(release(contracts=None, bids=None, relatedProcesses=None, awards=[None, *release()["awards"]]))
    assert len(process.places) == 3


@pytest.mark.parametrize(
    ("changes", "code", "field", "value"),
    [
        ({"contractPeriod": {"startDate": "2028-01-01T00:00:00Z", "endDate": "2026-01-01T00:00:00Z"}}, "dates_reversed", "ends_on", None),
        ({"contractPeriod": {"startDate": "soon", "endDate": "2028-01-31T00:00:00Z"}}, "bad_date", "starts_on", None),
        ({"contractPeriod": {"startDate": "0001-01-01T00:00:00Z"}}, "bad_date", "starts_on", None),
        ({"value": {"amount": 10, "currency": "KRONER"}}, "unknown_currency", "value", None),
        ({"value": {"amount": 10, "currency": "XXX"}}, "unknown_currency", "value", None),
        ({"value": {"amount": 10}}, "unknown_currency", "value", None),
        ({"value": {"amount": "mye", "currency": "NOK"}}, "bad_amount", "value", None),
        ({"value": {"amount": -5, "currency": "NOK"}}, "bad_amount", "value", None),
        (
            {"contractPeriod": {"startDate": "2020-01-01T00:00:00Z", "endDate": "2021-12-31T00:00:00Z"}},
            "signed_after_end",
            "signed_on",
            None,
        ),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_wrong_value_is_left_out_with_a_sentence(changes: dict[str, Any], code: str, field: str, value: Any) -> None:
    process = read(release(tender=tender(**changes)))
    assert getattr(process, field) == value
    assert code in codes(process)
    assert (process.title, len(process.places)) == ("Rammeavtale kontorstoler", 3), "the rest is read"


def test_a_duration_gives_the_end_where_the_start_is_known() -> None:
    process = read(release(tender=tender(contractPeriod={"startDate": "2026-02-01T00:00:00+01:00", "durationInDays": 365})))
    assert (process.starts_on, process.ends_on) == (date(2026, 2, 1), date(2027, 1, 31))
    assert read(release(tender=tender(contractPeriod={"durationInDays": 365}))).ends_on is None
    assert read(release(tender=tender(contractPeriod={"startDate": "2026-02-01", "durationInDays": 10**9}))).ends_on is None


def test_values_of_the_lots_are_added_up_when_they_are_in_one_currency() -> None:
    def with_lots(*currencies: str) -> Process:
        lots = [{"id": str(n), "title": str(n), "value": {"amount": 10, "currency": code}} for n, code in enumerate(currencies)]
        return read(release(tender=tender(value=None, lots=lots)))

    assert (with_lots("NOK", "NOK").value, with_lots("NOK", "NOK").currency) == (Decimal(20), "NOK")
    assert with_lots("NOK", "SEK").value is None
    assert (
        read(release(tender=tender(value=None, lots=[{"id": n, "value": {"amount": 9e15, "currency": "NOK"}} for n in "ab"]))).value is None
    )
    assert "mixed_currencies" in codes(with_lots("NOK", "SEK"))


def test_cpv_codes_as_publishers_write_them() -> None:
    written = ["45233162-2", "45233130.0", 39112000, "4523", "hus"]
    items = [{"id": str(n), "classification": {"scheme": "CPV", "id": code}} for n, code in enumerate(written)]
    items.append({"id": "u", "classification": {"scheme": "UNSPSC", "id": "44121600"}})
    assert set(read(release(tender=tender(items=items))).cpv) == {"45233162", "45233130", "39112000"}


def test_who_won_which_lot() -> None:
    """Each way of saying it, from the plainest to none."""
    awards = [{"id": "1", "suppliers": [{"id": "A"}, {"id": "B"}], "relatedLots": ["MISSING"], "relatedBids": ["T1", "T2"]}]
    bids = {"details": [{"id": "T1", "tenderers": [{"id": "A"}]}, {"id": "T2", "tenderers": [{"id": "B"}]}]}
    apart = {("Alfa AS", "L1"), ("Beta AS", "L2")}

    by_title = [
        {"id": "1", "awardID": "1", "title": "ØST", "relatedBids": ["T1"]},
        {"id": "2", "awardID": "1", "title": "Vest", "relatedBids": ["T2"]},
    ]
    process = read(release(awards=awards, bids=bids, contracts=by_title))
    assert placed(process) == apart
    assert {"no_such_lot", "placed_by_contract"} <= codes(process)

    by_item = [
        {"id": "1", "awardID": "1", "suppliers": [{"id": "A"}], "items": [{"id": "1", "relatedLot": "L1"}]},
        {"id": "2", "awardID": "1", "suppliers": [{"id": "B"}], "items": [{"id": "1", "relatedLot": "L2"}]},
    ]
    assert placed(read(release(awards=awards, contracts=by_item))) == apart

    with_lots = {"details": [bid | {"relatedLots": [lot]} for bid, lot in zip(bids["details"], ("L1", "L2"), strict=True)]}
    assert placed(read(release(awards=awards, bids=with_lots, contracts=[]))) == apart

    items = [{"id": "1", "relatedLot": "L2"}]
    assert placed(read(release(awards=[awards[0] | {"items": items}], contracts=[]))) == {("Alfa AS", "L2"), ("Beta AS", "L2")}

    process = read(release(awards=awards, contracts=[]))
    assert placed(process) == {(name, lot) for name in ("Alfa AS", "Beta AS") for lot in ("L1", "L2")}
    assert "placed_on_all" in codes(process)

    one = read(release(awards=awards, contracts=[], tender=tender(lots=[{"id": "L1", "title": "Alt"}])))
    assert placed(one) == {("Alfa AS", "L1"), ("Beta AS", "L1")}
    assert "placed_on_all" not in codes(one)
    assert placed(read(release(awards=awards, contracts=[], tender=tender(lots=[])))) == {("Alfa AS", None), ("Beta AS", None)}


def test_awards_that_are_not_in_force_bring_nobody_in() -> None:
    awards = [award | {"status": status} for award, status in zip(release()["awards"], ("pending", "cancelled"), strict=True)]
    process = read(release(awards=awards))
    assert process.places == []
    assert "award_pending" in codes(process)


def test_a_supplier_without_name_or_number_is_left_out_and_one_with_a_number_is_called_by_it() -> None:
    data = release(
        parties=[{"id": "B", "identifier": {"scheme": "NO-BRC", "id": "971277882"}}],
        awards=[{"id": "1", "suppliers": [{"id": "A"}, {"id": "B"}, {}], "relatedLots": ["L1"]}],
    )
    process = read(data)
    assert placed(process) == {("971277882", "L1")}
    assert "nameless_supplier" in codes(process)


def test_lots_without_an_id_or_with_the_same_one() -> None:
    process = read(release(tender=tender(lots=[{"title": "Øst"}, {"id": "L2"}, {"id": "L2", "title": "To"}]), awards=[]))
    assert [(lot.source_id, lot.title) for lot in process.lots] == [("#1", "Øst"), ("L2", "L2")]
    assert "lot_without_id" in codes(process)


def test_releases_that_contradict_each_other_in_form_give_the_newest() -> None:
    merged, problems = merging.merge([release(awards={"id": "1"}), release(), release(id="9", title="Sist")])
    assert merged["title"] == "Sist"
    assert [item.code for item in problems] == ["not_mergeable"]


def test_the_same_id_twice_in_a_list_is_told_when_releases_are_merged() -> None:
    awards = [{"id": "1", "title": "a"}, {"id": "1", "title": "b"}]
    _, problems = merging.merge([release(awards=awards), release(id="2")])
    assert [item.code for item in problems] == ["same_id"]


@pytest.mark.parametrize(
    ("given", "code"),
    [("NO", "NO"), ("nor", "NO"), ("Norge", "NO"), ("United Kingdom", "GB"), ("UK", "GB"), ("Sverige", "SE"), ("Atlantis", ""), ("", "")],
)
def test_countries(given: str, code: str) -> None:
    assert countries.code_of(given) == code


def test_countries_are_listed_in_our_alphabet() -> None:
    names = [name for _, name in countries.choices("nb")]
    assert names[-1] == "Åland"
    assert names[-3:-1] == ["Øst-Timor", "Østerrike"]
    assert countries.name("NO", "nn") == "Noreg"
    assert countries.name("NO", "en") == "Norway"


def test_every_problem_has_a_sentence_that_its_values_fit() -> None:
    for code, text in TEXTS.items():
        names = {part.split(")s")[0] for part in str(text).split("%(")[1:]}
        assert str(problem(code, **dict.fromkeys(names, "x")))
        assert type(problem(code)).from_json(problem(code, a="1").as_json()) == problem(code, a="1")
