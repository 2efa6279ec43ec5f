"""What we publish: accepted by an independent validator, and read back by our own import without a change."""

import json
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from libcoveocds.api import ocds_json_output
from libcoveocds.config import LibCoveOCDSConfig

from accounts.models import SYSTEM
from contracts.models import CallOff, Framework, Obligation, Participation
from contracts.services import call_offs, options
from core.models import History
from tests import factories
from tests.cast import Cast
from tests.contracts.samples import Importing, call_off, package, real, release

TODAY, NOW = factories.TODAY, factories.NOW


def export(**options: Any) -> dict[str, Any]:
    out = StringIO()
    call_command("export_ocds", stdout=out, **options)
    return json.loads(out.getvalue())


def validated(data: dict[str, Any]) -> dict[str, Any]:
    """What the validator says of a package, by the schema of the standard with its extensions, without the network."""
    schema = real("ocds-schema/standard-offline-full.zip")
    config = LibCoveOCDSConfig()
    config.config |= {"standard_zip": f"file://{schema}", "context": "api"}
    # The schema has the extensions already; fetching those that the package names needs the network.
    return ocds_json_output(json_data={**data, "extensions": []}, lib_cove_ocds_config=config)


def of(data: dict[str, Any], framework: Framework) -> dict[str, Any]:
    return next(item for item in data["releases"] if item["tender"]["id"] == framework.reference)


@pytest.fixture
def world(cast: Cast) -> Cast:
    """The cast with everything that an export can hold."""
    framework = cast.pc
    framework.cpv.set(framework.cpv.model.objects.filter(code__in=["30213000", "30231300"]))
    Framework.objects.filter(pk=framework.pk).update(value=Decimal("250000000.00"), description="PC-er og skjermer.")
    for months in (12, 6):
        options.add(framework=framework, months=months, kind="must_be_used", notice_days=90, actor=SYSTEM, today=TODAY, now=NOW)
    Obligation.objects.filter(framework=framework, supplier=cast.nordvare).update(promised_text="ISO 14001", promised_value=Decimal(30))
    Participation.objects.filter(framework=framework, supplier=cast.fjordtek).update(ends_on=date(2026, 2, 28))
    details: Any = {"reference": "B-1", "supplier": cast.nordvare, "agency": cast.agency_body, "lot": cast.lot1, "value": Decimal("99.50")}
    call_offs.add(framework=framework, details={**details, "signed_on": TODAY}, actor=SYSTEM, now=NOW)
    call_offs.add(framework=framework, details={"reference": "B-2", "supplier": cast.polar}, actor=SYSTEM, now=NOW)
    return cast


def assert_clean(report: dict[str, Any]) -> None:
    assert report["validation_errors"] == []
    assert report["additional_fields"] == []
    assert report["additional_checks"] == {}
    assert report["additional_closed_codelist_values"] == {}
    assert report["additional_open_codelist_values"] == {}
    assert report["deprecated_fields"] == []


def test_the_validator_accepts_the_cast(world: Cast) -> None:
    data = export()
    assert len(data["releases"]) == 4
    assert_clean(validated(data))


def test_the_validator_accepts_what_was_imported_from_the_real_files(import_ocds: Importing) -> None:
    import_ocds(*sorted(real("ocds").glob("*.json")))
    data = export()
    assert len(data["releases"]) == 10
    assert_clean(validated(data))


def test_the_validator_is_not_asleep(world: Cast) -> None:
    data = export()
    data["releases"][0]["awards"][0]["suppliers"] = "Nordvare"
    data["releases"][0]["surprise"] = True
    report = validated(data)
    assert report["validation_errors"]
    assert report["additional_fields"]


def test_what_an_agreement_looks_like(world: Cast) -> None:
    found = of(export(), world.pc)
    tender, awards = found["tender"], found["awards"]
    assert found["ocid"] == f"ocds-cpb000-{world.pc.pk}"
    assert "contracts" not in found, "a framework has awards; its contracts are the call-offs"
    assert tender["techniques"]["hasFrameworkAgreement"] is True
    assert tender["value"] == {"amount": 250000000, "currency": "NOK"}
    assert [lot["title"] for lot in tender["lots"]] == ["PC-klienter", "Skjermer"]
    assert [item["title"] for item in tender["criteria"]] == ["Aktsomhetsvurderinger", "Miljøledelse"]
    assert tender["criteria"][1]["relatedLots"] == [tender["lots"][0]["id"]]
    assert tender["criteria"][0]["requirementGroups"][0]["requirements"][0]["description"] == world.due_diligence.text
    assert [milestone["id"] for milestone in tender["milestones"]] == ["signing", "option-1", "option-2"]
    assert tender["contractPeriod"]["maxExtentDate"] > tender["contractPeriod"]["endDate"]
    assert {award["suppliers"][0]["name"] for award in awards} == {"Nordvare AS", "Fjordtek AS", "Polar Kontor AS"}
    promised = [answer for award in awards for answer in award.get("requirementResponses", [])]
    assert promised
    assert {answer["value"] for answer in promised} == {30.0}


def test_people_and_outcomes_are_not_published(world: Cast) -> None:
    text = json.dumps(export(), ensure_ascii=False)
    for person in ("Nora Nordvare", "csr@nordvare.example", "Maja Forvalter"):
        assert person not in text
    Obligation.objects.filter(supplier=world.nordvare).update(verified="not_met", method="document")
    assert json.loads(text)["releases"] == [item | {"date": json.loads(text)["releases"][0]["date"]} for item in export()["releases"]], (
        "how a promise was kept changes nothing here"
    )


def test_what_a_call_off_looks_like(world: Cast) -> None:
    data = export()
    found = next(item for item in data["releases"] if item["tender"]["id"] == "B-1")
    assert found["relatedProcesses"][0]["identifier"] == of(data, world.pc)["ocid"]
    assert found["buyer"]["name"] == "Kartverksdirektoratet"
    assert found["awards"][0]["value"] == {"amount": 99.5, "currency": "NOK"}
    assert found["contracts"][0]["dateSigned"].startswith("2026-03-02T00:00:00")


def test_our_own_package_read_back_changes_nothing(world: Cast, import_ocds: Importing) -> None:
    data = json.dumps(export()).encode()
    before = [list(model.objects.order_by("pk").values()) for model in (CallOff, Participation)]
    counts = [model.objects.count() for model in (Framework, CallOff, Participation, History)]
    lines = import_ocds(data)
    assert {outcome for outcome, _, _ in lines} == {"unchanged"}, lines
    assert [model.objects.count() for model in (Framework, CallOff, Participation, History)] == counts
    after = [list(model.objects.order_by("pk").values()) for model in (CallOff, Participation)]
    assert [[{**row, "imported": {}} for row in rows] if "imported" in rows[0] else rows for rows in after] == before


def test_a_package_taken_in_under_other_ids_gives_the_same_agreement_again(import_ocds: Importing) -> None:
    import_ocds(package(release(), call_off()))
    text = json.dumps(export()).replace("ocds-test01-", "ocds-other-")
    assert [outcome for outcome, _, _ in import_ocds(text.encode())] == ["created", "created"]

    first, second = (Framework.objects.get(ocid=ocid) for ocid in ("ocds-test01-1", "ocds-other-1"))
    for name in ("title", "description", "starts_on", "ends_on", "value", "currency"):
        assert getattr(first, name) == getattr(second, name)
    for framework in (first, second):
        rows = Participation.objects.filter(framework=framework)
        assert set(rows.values_list("supplier__name", "lot__title")) == {("Alfa AS", "Øst"), ("Beta AS", "Øst"), ("Beta AS", "Vest")}
        assert framework.call_offs.get().value == Decimal(40000)


def test_the_same_content_is_the_same_release(world: Cast) -> None:
    first, second = export(), export()
    assert [item["id"] for item in first["releases"]] == [item["id"] for item in second["releases"]]
    Framework.objects.filter(pk=world.pc.pk).update(title="Annen tittel")
    assert of(export(), world.pc)["id"] != of(first, world.pc)["id"]


def test_one_agreement_to_a_file(world: Cast, tmp_path: Path) -> None:
    path = tmp_path / "ut.json"
    call_command("export_ocds", framework=world.office.reference, output=path)
    assert [item["tender"]["id"] for item in json.loads(path.read_text())["releases"]] == [world.office.reference]
    assert list(tmp_path.iterdir()) == [path], "nothing is left beside it"


def test_a_reference_that_nobody_has_and_a_folder_that_is_not_there(world: Cast, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No agreement has the reference X-1"):
        export(framework="X-1")
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("export_ocds", output=tmp_path / "nowhere" / "ut.json")


def test_an_empty_house_exports_an_empty_package(db: None) -> None:
    assert export()["releases"] == []
