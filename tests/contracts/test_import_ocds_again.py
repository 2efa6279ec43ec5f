"""A newer notice of an agreement that we have: what it changes, what a person's edit keeps, and what is left to a person."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from accounts.models import SYSTEM
from contracts.models import CallOff, Framework, Lot, Participation, SourceRelease
from contracts.services import call_offs, frameworks, participations
from core.models import History
from tests import factories
from tests.contracts.samples import OCID, Importing, call_off, package, release

TODAY, NOW = factories.TODAY, factories.NOW


def newer(**changes: Any) -> dict[str, Any]:
    return release(id="2", date="2026-02-10T12:00:00Z", **changes)


def tender(**changes: Any) -> dict[str, Any]:
    return release()["tender"] | changes


def edit(**changes: Any) -> Framework:
    framework = Framework.objects.get()
    frameworks.edit(framework=framework, changes=changes, actor=SYSTEM, today=TODAY, now=NOW)  # type: ignore[arg-type]
    framework.refresh_from_db()
    return framework


def test_twice_changes_nothing(import_ocds: Importing) -> None:
    import_ocds(package(release(), call_off()))
    counts = [model.objects.count() for model in (Framework, Lot, Participation, CallOff, History, SourceRelease)]
    before = Framework.objects.values().get()
    assert [outcome for outcome, _, _ in import_ocds(package(release(), call_off()))] == ["unchanged", "unchanged"]
    assert [model.objects.count() for model in (Framework, Lot, Participation, CallOff, History, SourceRelease)] == counts
    assert Framework.objects.values().get() == before


def test_a_newer_release_updates_what_nobody_touched(import_ocds: Importing) -> None:
    import_ocds(release())
    [(outcome, _, text)] = import_ocds(newer(tender=tender(title="Rammeavtale stoler", value={"amount": 5, "currency": "EUR"})))
    assert outcome == "updated"
    assert "Rammeavtale stoler" in text
    assert "Rammeavtale kontorstoler" in text
    framework = Framework.objects.get()
    assert (framework.title, framework.value, framework.currency) == ("Rammeavtale stoler", Decimal(5), "EUR")
    assert framework.scope.name == "Rammeavtale stoler"


def test_an_older_release_that_comes_later_does_not_win(import_ocds: Importing) -> None:
    import_ocds(newer(tender=tender(title="Ny")))
    [(outcome, _, _)] = import_ocds(release(tender=tender(title="Gammel")))
    assert outcome == "unchanged"
    assert Framework.objects.get().title == "Ny"
    assert SourceRelease.objects.count() == 2


def test_releases_are_ordered_by_moment_and_not_by_text(import_ocds: Importing) -> None:
    late = release(id="late", date="2026-01-01T23:00:00-05:00", tender=tender(title="Sist"))
    early = release(id="early", date="2026-01-02T01:00:00+01:00", tender=tender(title="Først"))
    import_ocds(package(late, early))
    assert Framework.objects.get().title == "Sist"


def test_what_a_person_edited_is_kept_and_the_difference_shown(import_ocds: Importing) -> None:
    import_ocds(release())
    edit(title="Stoler for alle", ends_on=date(2029, 1, 31))

    [(outcome, _, text)] = import_ocds(release())
    assert outcome == "unchanged"
    assert all(title in text for title in ("Stoler for alle", "Rammeavtale kontorstoler")), "the difference is shown"

    [(outcome, _, text)] = import_ocds(newer(tender=tender(title="Kontorstoler II", description="Nytt.")))
    framework = Framework.objects.get()
    assert outcome == "updated", "the description nobody had touched"
    assert (framework.title, framework.description, framework.ends_on) == ("Stoler for alle", "Nytt.", date(2029, 1, 31))
    assert framework.disputed == {"title": "Kontorstoler II"}
    assert "Kontorstoler II" in text


def test_a_difference_that_was_settled_is_not_asked_about_again(import_ocds: Importing) -> None:
    import_ocds(release())
    edit(title="Vår tittel")
    import_ocds(newer(tender=tender(title="Deres tittel")))
    frameworks.settle(framework=Framework.objects.get(), field="title", take=False, actor=SYSTEM, today=TODAY, now=NOW)
    import_ocds(newer(tender=tender(title="Deres tittel")))
    assert Framework.objects.get().disputed == {}

    import_ocds(release(id="3", date="2026-02-11T12:00:00Z", tender=tender(title="Enda en")))
    assert Framework.objects.get().disputed == {"title": "Enda en"}
    frameworks.settle(framework=Framework.objects.get(), field="title", take=True, actor=SYSTEM, today=TODAY, now=NOW)
    assert Framework.objects.get().title == "Enda en"


def test_what_a_person_emptied_stays_empty_and_what_was_empty_is_filled(import_ocds: Importing) -> None:
    import_ocds(release(tender=tender(description="")))
    import_ocds(newer(tender=tender(description="Stoler.")))
    assert Framework.objects.get().description == "Stoler."
    edit(description="")
    import_ocds(newer(tender=tender(description="Stoler.")))
    assert Framework.objects.get().description == ""


def test_dates_that_would_be_out_of_order_with_ours_are_held_back(import_ocds: Importing) -> None:
    import_ocds(release())
    edit(ends_on=date(2026, 12, 31))
    period = {"startDate": "2027-01-01T00:00:00+01:00", "endDate": "2029-12-31T00:00:00+01:00"}
    [(outcome, _, _)] = import_ocds(newer(tender=tender(contractPeriod=period)))
    framework = Framework.objects.get()
    assert outcome == "unchanged"
    assert (framework.starts_on, framework.ends_on) == (date(2026, 2, 1), date(2026, 12, 31))
    assert framework.disputed == {"starts_on": "2027-01-01", "ends_on": "2029-12-31"}


def test_codes_that_a_person_chose_are_kept(import_ocds: Importing) -> None:
    import_ocds(release())
    framework = Framework.objects.get()
    edit(cpv=[framework.cpv.model.objects.get(code="39130000")])
    items = [{"id": "1", "classification": {"scheme": "CPV", "id": "30213000"}}]
    [(outcome, _, text)] = import_ocds(newer(tender=tender(items=items)))
    assert outcome == "unchanged"
    assert "30213000" in text
    assert list(framework.cpv.values_list("code", flat=True)) == ["39130000"]


def test_lots_follow_the_notice_until_a_person_renames_them(import_ocds: Importing) -> None:
    import_ocds(release())
    lots = [{"id": "L1", "title": "Østlandet"}, {"id": "L2", "title": "Vest"}, {"id": "L3", "title": "Nord"}]
    assert import_ocds(newer(tender=tender(lots=lots)))[0][0] == "updated"
    assert list(Lot.objects.values_list("number", "title")) == [(1, "Østlandet"), (2, "Vest"), (3, "Nord")]

    frameworks.edit_lot(lot=Lot.objects.get(number=2), title="Vestlandet", description="", actor=SYSTEM, now=NOW)
    lots[1]["title"] = "Vest og sør"
    [(_, _, text)] = import_ocds(release(id="3", date="2026-03-01T00:00:00Z", tender=tender(lots=lots)))
    assert Lot.objects.get(number=2).title == "Vestlandet"
    assert "Vestlandet" in text
    assert "Vest og sør" in text


def test_suppliers_are_added_and_nobody_is_taken_off_or_brought_back(import_ocds: Importing) -> None:
    import_ocds(release())
    alfa = Participation.objects.get(supplier__name="Alfa AS")
    participations.end(participation=alfa, ends_on=TODAY, reason="Hevet.", actor=SYSTEM, today=TODAY, now=NOW)
    gamma = {"id": "G", "name": "Gamma AS"}
    awards = [*release()["awards"][:1], {"id": "3", "suppliers": [{"id": "G"}], "relatedLots": ["L2"]}]
    [(outcome, _, text)] = import_ocds(newer(parties=[*release()["parties"], gamma], awards=awards))
    assert outcome == "updated"
    assert "Gamma AS (2. Vest) is new on the agreement" in text
    assert "Alfa AS (1. Øst) was ended on this agreement here" in text
    assert Participation.objects.filter(supplier__name="Alfa AS", ends_on=None).count() == 0
    assert Participation.objects.filter(supplier__name="Beta AS", ends_on=None).count() == 2


def test_an_award_that_ends_early_ends_the_participation(import_ocds: Importing) -> None:
    import_ocds(release())
    awards = release()["awards"]
    awards[1]["contractPeriod"] = {"startDate": "2026-02-01T00:00:00+01:00", "endDate": "2026-12-31T23:59:59+01:00"}
    awards[0]["contractPeriod"] = {"startDate": "2026-02-01T00:00:00+01:00", "endDate": "2028-01-31T23:59:59+01:00"}
    import_ocds(newer(awards=awards))
    ended = Participation.objects.get(lot__source_id="L2")
    assert ended.ends_on == date(2026, 12, 31)
    assert ended.reason
    assert not Participation.objects.filter(lot__source_id="L1").exclude(ends_on=None).exists()
    assert import_ocds(newer(awards=awards))[0][0] == "unchanged"


def test_an_agreement_typed_in_by_hand_is_found_by_its_ocid(import_ocds: Importing) -> None:
    details: Any = {"reference": "SI-9", "title": "Skrevet her", "ocid": OCID}
    import_ocds(release(ocid="ocds-first"))  # sets up the central body
    framework = frameworks.create(details=details, actor=SYSTEM, today=TODAY, now=NOW)
    [(outcome, _, _)] = import_ocds(release())
    framework.refresh_from_db()
    assert outcome == "updated"
    assert (framework.title, framework.starts_on) == ("Skrevet her", date(2026, 2, 1))
    assert framework.disputed == {"title": "Rammeavtale kontorstoler"}


def test_an_agreement_that_is_finished_with_is_left_alone(import_ocds: Importing) -> None:
    import_ocds(release())
    framework = Framework.objects.get()
    frameworks.evaluate(framework=framework, summary="Ferdig.", actor=SYSTEM, today=TODAY, now=NOW)
    [(outcome, _, text)] = import_ocds(newer(tender=tender(title="Ny")))
    assert outcome == "unchanged"
    assert "final evaluation" in text


def test_a_call_off_that_a_person_edited(import_ocds: Importing) -> None:
    import_ocds(package(release(), call_off()))
    order = CallOff.objects.get()
    call_offs.edit(call_off=order, changes={"value": Decimal(41000)}, actor=SYSTEM, now=NOW)
    awards = call_off()["awards"]
    awards[0] |= {"value": {"amount": 42000, "currency": "NOK"}, "title": "Stoler, endret"}
    [(outcome, _, text)] = import_ocds(call_off(id="2", date="2026-04-01T00:00:00Z", awards=awards))
    order.refresh_from_db()
    assert outcome == "updated"
    assert (order.value, order.title) == (Decimal(41000), "Stoler, endret")
    assert "42000.00" in text


def test_a_release_corrected_under_the_same_id_replaces_the_old(import_ocds: Importing) -> None:
    import_ocds(release())
    [(outcome, _, _)] = import_ocds(release(tender=tender(title="Rettet")))
    assert outcome == "updated"
    assert SourceRelease.objects.get().data["tender"]["title"] == "Rettet"


def test_history_names_what_the_import_did(import_ocds: Importing) -> None:
    import_ocds(release())
    import_ocds(newer(tender=tender(title="Ny")))
    framework = Framework.objects.get()
    assert (
        list(History.objects.of(framework).filter(object_type="framework").order_by("at", "id").values_list("verb", flat=True))[-1]
        == "edit"
    )
    assert datetime.fromisoformat("2026-01-10T12:00:00+00:00") in SourceRelease.objects.values_list("date", flat=True)
