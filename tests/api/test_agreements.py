"""Agreements, call-offs, requirements and obligations through the API."""

from collections.abc import Callable
from typing import Any

import pytest

from contracts.models import Framework, Obligation, Participation
from tests import factories
from tests.api.conftest import Program, problem_of
from tests.cast import Cast

Api = Callable[..., Program]


def test_an_agreement_is_read_with_lots_suppliers_and_manager(cast: Cast, api: Api) -> None:
    agreement = api(cast.reader).get(f"frameworks/{cast.pc.pk}/").json()
    assert agreement["reference"] == "SI-PC"
    assert agreement["status"] == "active"
    assert agreement["manager"] == str(cast.manager.pk)
    assert [lot["number"] for lot in agreement["lots"]] == [1, 2]
    nordvare, *others = sorted(agreement["suppliers"], key=lambda supplier: supplier["rank"])
    assert nordvare == {
        "id": str(cast.nordvare.pk),
        "name": "Nordvare AS",
        "identifier": {"scheme": "NO-BRC", "id": cast.nordvare.identifier},
        "lots": [str(cast.lot1.pk), str(cast.lot2.pk)],
        "rank": 1,
    }
    assert {supplier["name"] for supplier in others} == {"Fjordtek AS", "Polar Kontor AS"}


def test_a_supplier_sees_itself_alone_on_it(cast: Cast, api: Api) -> None:
    agreements = api(cast.csr).get("frameworks/").json()["results"]
    assert [agreement["reference"] for agreement in agreements] == ["SI-PC"]
    assert [supplier["name"] for supplier in agreements[0]["suppliers"]] == ["Nordvare AS"]
    problem_of(api(cast.csr).get(f"frameworks/{cast.office.pk}/"), 404)


def test_a_new_agreement_with_lots_and_suppliers_is_signed_and_managed(cast: Cast, api: Api) -> None:
    body = {
        "reference": "SI-MØBEL",
        "title": "Møbler  fra Vietnam",
        "signed_on": "2026-02-02",
        "starts_on": "2026-02-10",
        "ends_on": "2028-02-09",
        "value": "120000000.00",
        "lots": [{"title": "Stoler"}, {"number": 7, "title": "Bord"}],
        "suppliers": [{"id": str(cast.polar.pk), "lots": [1, 7], "rank": 2}, {"id": str(cast.nordvare.pk), "lots": [1], "rank": 1}],
    }
    response = api(cast.manager).post("frameworks/", body)
    assert response.status_code == 201, response.content
    made = response.json()
    assert made["title"] == "Møbler fra Vietnam"
    assert made["status"] == "onboarding"
    assert made["manager"] == str(cast.manager.pk)
    assert [lot["number"] for lot in made["lots"]] == [1, 7]
    assert {(supplier["name"], len(supplier["lots"])) for supplier in made["suppliers"]} == {("Polar Kontor AS", 2), ("Nordvare AS", 1)}


def test_every_part_of_a_new_agreement_has_one_history_row_under_its_own_id(cast: Cast, api: Api) -> None:
    manager = api(cast.manager)
    supplier = {"id": str(cast.polar.pk), "lots": [1, 2]}
    made = manager.post(
        "frameworks/", {"reference": "M", "title": "Møbler", "lots": [{"title": "Stoler"}, {"title": "Bord"}], "suppliers": [supplier]}
    ).json()

    def rows(object_id: Any) -> list[tuple[str, str, Any]]:
        found = manager.get("history/", object_id=object_id).json()["results"]
        return [(row["object_type"], row["verb"], row["changes"]) for row in found]

    ((kind, verb, _changes),) = rows(made["id"])
    assert (kind, verb) == ("framework", "create")
    for lot in made["lots"]:
        assert rows(lot["id"]) == [("lot", "create", {"number": lot["number"], "title": lot["title"], "description": ""})]
    for place in Participation.objects.filter(framework=made["id"]).select_related("lot"):
        assert place.lot
        named = {"supplier": "Polar Kontor AS", "lot": place.lot.number, "rank": None, "share": None}
        assert rows(place.pk) == [("participation", "create", named)]


def test_all_of_it_or_nothing(cast: Cast, api: Api) -> None:
    body = {"reference": "X", "title": "X", "suppliers": [{"id": str(cast.polar.pk), "lots": [3]}]}
    content = problem_of(api(cast.manager).post("frameworks/", body), 400)
    assert content["errors"] == [{"field": "suppliers", "code": "unknown_lot", "detail": content["errors"][0]["detail"]}]
    assert not Framework.objects.filter(reference="X").exists()


def test_an_agreement_is_changed_and_handed_over(cast: Cast, api: Api) -> None:
    path = f"frameworks/{cast.pc.pk}/"
    changed = api(cast.manager).patch(path, {"title": "PC og skjerm", "manager": str(cast.other_manager.pk)}).json()
    assert changed["title"] == "PC og skjerm"
    assert changed["manager"] == str(cast.other_manager.pk)
    problem_of(api(cast.manager).patch(path, {"title": "Igjen"}), 403)
    ended = api(cast.section).patch(path, {"status": "terminated", "reason": "Leverandørene falt fra."})
    assert ended.json()["status"] == "terminated"
    problem_of(api(cast.section).patch(path, {"status": "planned"}), 409)


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"title": "Uten referanse"}, "reference", "required"),
        ({"reference": "Y", "title": "Y", "starts_on": "2026-03-01", "ends_on": "2026-02-01"}, "ends_on", "before_start"),
        ({"reference": "SI-PC", "title": "Y"}, "reference", "duplicate"),
        ({"reference": "Y", "title": "Y", "currency": "XYZ"}, "currency", "unknown"),
        ({"reference": "Y", "title": "Y", "starts_on": "0026-03-01"}, "starts_on", "range"),
        ({"reference": "Y", "title": "Y", "lots": [{"title": "1"}, {"title": ""}]}, "lots.1.title", "blank"),
        ({"reference": "Y", "title": "Y", "manager": "nobody"}, "manager", "does_not_exist"),
    ],
)
def test_what_is_wrong_is_named(cast: Cast, api: Api, body: dict[str, Any], field: str, code: str) -> None:
    errors = problem_of(api(cast.manager).post("frameworks/", body), 400)["errors"]
    assert [(error["field"], error["code"]) for error in errors] == [(field, code)]


def test_call_offs(cast: Cast, api: Api) -> None:
    body = {"framework": str(cast.pc.pk), "supplier": str(cast.nordvare.pk), "agency": str(cast.agency_body.pk)}
    body |= {"lot": str(cast.lot1.pk), "reference": "2026/17", "signed_on": "2026-03-01", "value": 1000}  # type: ignore[dict-item]
    made = api(cast.manager).post("call-offs/", body).json()
    assert made["value"] == 1000
    assert made["currency"] == "NOK"
    changed = api(cast.deputy).patch(f"call-offs/{made['id']}/", {"lot": None, "currency": "eur"}).json()
    assert (changed["lot"], changed["currency"]) == (None, "EUR")
    for user, seen in ((cast.csr, 1), (cast.agency, 1), (cast.csr_polar, 0), (cast.auditor, 0)):
        assert len(api(user).get("call-offs/").json()["results"]) == seen
    problem_of(api(cast.csr).patch(f"call-offs/{made['id']}/", {}), 403)


def test_a_requirement_binds_its_suppliers(cast: Cast, api: Api) -> None:
    body = {
        "framework": str(cast.pc.pk),
        "lots": [str(cast.lot1.pk)],
        "theme": "ilo_core",
        "text": "Leverandøren skal følge ILOs kjernekonvensjoner. Det gjelder hele leverandørkjeden.",
        "source": {"criterion": "Kriterieveiviseren 12", "version": "2025-1"},
        "clause": str(cast.clause.pk),
    }
    made = api(cast.manager).post("requirements/", body).json()
    assert made["lots"] == [str(cast.lot1.pk)]
    assert made["title"].startswith("Leverandøren skal følge ILO")
    assert made["source"] == {"criterion": "Kriterieveiviseren 12", "version": "2025-1"}
    bound = api(cast.reader).get("obligations/", requirement=made["id"]).json()["results"]
    assert {row["supplier"] for row in bound} == {str(cast.nordvare.pk), str(cast.fjordtek.pk)}
    assert {row["verified"] for row in bound} == {"unknown"}
    changed = api(cast.manager).patch(f"requirements/{made['id']}/", {"level": "advanced", "lots": []}).json()
    assert (changed["level"], changed["lots"]) == ("advanced", [])
    assert [row["id"] for row in api(cast.csr_polar).get("requirements/").json()["results"]].count(made["id"]) == 1


def test_a_clause_is_written_with_its_deadlines_and_what_it_gives(cast: Cast, api: Api) -> None:
    manager = api(cast.manager)
    rules = [{"offset": 6, "unit": "weeks"}, {"offset": 4, "unit": "weeks", "valid_from": "2027-01-01"}]
    fine = {"means": ["daily_fine", "correction"], "fine_rate": "0.15", "fine_unit": "working_days", "fine_cap": 10}
    body = {"framework": str(cast.pc.pk), "number": "9.2", "title": "Dagbot", "text": "Ved forsinkelse …", "rules": rules, **fine}
    made = manager.post("clauses/", body).json()
    assert (made["means"], made["fine_rate"], made["fine_cap"], made["fine_base"]) == (["correction", "daily_fine"], 0.15, 10, None)
    assert [(rule["offset"], rule["anchor"], rule["valid_from"]) for rule in made["rules"]] == [
        (6, "sent", None),
        (4, "sent", "2027-01-01"),
    ]
    path = f"clauses/{made['id']}/"
    changed = manager.patch(path, {"title": "Dagmulkt", "fine_base": "5000.00"}).json()
    assert (changed["title"], changed["fine_base"], len(changed["rules"])) == ("Dagmulkt", 5000, 2)
    assert problem_of(manager.patch(path, {"means": ["plan"]}), 400)["errors"][0]["field"] == "means", "a fine without its means"
    wording = {"framework": str(cast.pc.pk), "theme": "ilo_core", "text": "Et krav.", "clause": made["id"]}
    assert manager.post("requirements/", wording).status_code == 201
    problem_of(manager.patch(path, {"text": "Et annet ord."}), 409)
    problem_of(manager.patch(path, {"rules": []}), 409)
    as_read = manager.get(path).json()
    assert as_read["is_frozen"]
    assert manager.patch(path, {**as_read, "fine_rate": 0.2}).json()["fine_rate"] == 0.2, "our reading of it may be corrected"
    assert api(cast.csr).get(path).json()["title"] == "Dagmulkt"
    problem_of(api(cast.csr).patch(path, {}), 403)
    assert made["id"] in [row["id"] for row in manager.get("clauses/", framework=str(cast.pc.pk)).json()["results"]]


def test_judging_moves_one_axis(cast: Cast, api: Api) -> None:
    obligation = Obligation.objects.get(supplier=cast.nordvare, requirement=cast.due_diligence, lot=cast.lot1)
    path = f"obligations/{obligation.pk}/judge/"
    said = api(cast.specialist).post(path, {"method": "self_declared", "declared": "yes"}).json()
    assert (said["declared"], said["verified"]) == ("yes", "unknown")
    body = {"verified": "met", "method": "document", "checked_on": "2026-03-01", "valid_until": "2026-03-01"}
    checked = api(cast.specialist).post(path, body).json()
    assert (checked["verified"], checked["is_expired"], checked["declared"]) == ("met", True, "yes")
    problem_of(api(cast.specialist).post(path, {"method": "document", "verified": "not_met"}), 400)
    problem_of(api(cast.csr).post(path, body), 403)
    problem_of(api(cast.csr_polar).post(path, body), 404)
    judged = api(cast.reader).get("obligations/", verified="met").json()["results"]
    assert [row["id"] for row in judged] == [str(obligation.pk)]


def test_organisations(cast: Cast, api: Api) -> None:
    body = {"name": "Sørtre AS", "kind": "supplier", "identifier": {"id": "974 760 673"}}
    made = api(cast.manager).post("organisations/", body).json()
    assert made["identifier"] == {"scheme": "NO-BRC", "id": "974760673"}
    path = f"organisations/{made['id']}/"
    assert api(cast.manager).patch(path, {"country": "se"}).json()["country"] == "SE"
    assert api(cast.manager).patch(path, {"identifier": None}).json()["identifier"] == {"scheme": "", "id": ""}
    bad = problem_of(api(cast.manager).post("organisations/", {**body, "identifier": {"id": "974760674"}}), 400)
    assert bad["errors"][0]["code"] == "check_digit"
    names = {row["name"] for row in api(cast.csr).get("organisations/").json()["results"]}
    assert names == {"Nordvare AS", "Statens innkjøp"}
    problem_of(api(cast.csr).get(path), 404)


def test_history_tells_what_was_done(cast: Cast, api: Api) -> None:
    api(cast.manager).patch(f"frameworks/{cast.pc.pk}/", {"title": "PC"})
    (row,) = api(cast.reader).get("history/", object_id=str(cast.pc.pk), actor=str(cast.manager.pk), after="2026-03-02").json()["results"]
    assert (row["verb"], row["object_type"], row["changes"]["title"][1]) == ("edit", "framework", "PC")
    assert row["at"] == "2026-03-02T09:00:00Z"
    assert api(cast.reader).get("history/", before="2026-03-02T09:59:59+01:00").json()["results"] == []
    assert api(cast.csr).get("history/").json()["results"] == []


def test_lists_ask_the_database_a_fixed_number_of_times(cast: Cast, api: Api, django_assert_max_num_queries: Any) -> None:
    for number in range(12):
        framework = factories.framework(cast.cpb, reference=f"SI-{number}")
        factories.participation(framework, cast.nordvare, factories.lot(framework, 1), rank=1)
        factories.requirement(framework)
    reader = api(cast.reader)
    reader.get("me/")
    for name in ("frameworks", "organisations", "clauses", "requirements", "obligations", "call-offs", "history"):
        with django_assert_max_num_queries(6) as asked:
            assert reader.get(f"{name}/", page_size=2, count=1).status_code == 200
        with django_assert_max_num_queries(len(asked)):
            assert len(reader.get(f"{name}/", page_size=100, count=1).json()["results"]) >= (
                10 if name in ("frameworks", "obligations") else 0
            )
