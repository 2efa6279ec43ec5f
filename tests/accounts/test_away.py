"""Somebody is away: written down by oneself or by who leads, with a colleague who stands in, and seen where it matters."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from accounts import absences
from accounts.models import Absence, Membership
from core.errors import Invalid, NotAllowed, WrongState
from core.models import History
from tests import factories
from tests.cast import Cast, SignIn
from tests.factories import NOW, TODAY

DAY = timedelta(days=1)
AWAY = "/accounts/away/"


@pytest.fixture(autouse=True)
def monday_morning() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def add(person: Any, actor: Any, first: date = TODAY, last: date = TODAY + 7 * DAY, deputy: Any = None) -> Absence:
    return absences.add(
        person=person.person, starts_on=first, ends_on=last, deputy=deputy and deputy.person, actor=actor, today=TODAY, now=NOW
    )


def test_one_writes_it_down_changes_it_and_is_here_again(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.manager)
    sent = {"starts_on": "2026-03-02", "ends_on": "2026-03-20", "deputy": str(cast.other_manager.person_id)}
    page = browser.post(f"{AWAY}new/", sent, follow=True).content.decode()
    assert "Mons Forvalter" in page
    absence = Absence.objects.get()
    assert (absence.person, absence.ends_on, absence.deputy) == (cast.manager.person, date(2026, 3, 20), cast.other_manager.person)
    browser.post(f"{AWAY}{absence.pk}/", {**sent, "ends_on": "2026-03-13", "deputy": ""})
    absence.refresh_from_db()
    assert (absence.ends_on, absence.deputy) == (date(2026, 3, 13), None)
    with time_machine.travel(NOW + 2 * DAY, tick=False):
        assert browser.get(f"{AWAY}{absence.pk}/end/").status_code == 200
        browser.post(f"{AWAY}{absence.pk}/end/")
    absence.refresh_from_db()
    assert absence.ends_on == date(2026, 3, 3), "what was true before today stays"
    assert set(History.objects.filter(object_type="absence").values_list("verb", flat=True)) == {"add", "change", "end"}


def test_one_that_has_not_begun_is_called_off(cast: Cast) -> None:
    absence = add(cast.manager, cast.manager, TODAY + DAY)
    absences.end(absence=absence, actor=cast.manager, today=TODAY, now=NOW)
    assert not Absence.objects.exists()


@pytest.mark.parametrize(
    ("first", "last", "deputy", "field"),
    [
        (TODAY, TODAY - DAY, "deputy", "ends_on"),
        (TODAY - 9 * DAY, TODAY - DAY, "deputy", "ends_on"),
        (TODAY, TODAY, "manager", "deputy"),
        (TODAY, TODAY, "csr", "deputy"),
        (TODAY + 20 * DAY, TODAY + 40 * DAY, None, "starts_on"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(cast: Cast, first: date, last: date, deputy: str | None, field: str) -> None:
    add(cast.manager, cast.manager, TODAY + 30 * DAY, TODAY + 35 * DAY)
    with pytest.raises(Invalid) as refusal:
        add(cast.manager, cast.manager, first, last, deputy and getattr(cast, deputy))
    assert refusal.value.errors[0].field == field


def test_what_is_over_is_not_changed(cast: Cast) -> None:
    absence = add(cast.manager, cast.manager)
    later = TODAY + 8 * DAY
    with pytest.raises(WrongState):
        absences.end(absence=absence, actor=cast.manager, today=later, now=NOW)
    with pytest.raises(WrongState):
        absences.change(absence=absence, starts_on=later, ends_on=later, deputy=None, actor=cast.manager, today=later, now=NOW)


def test_a_deputy_who_is_away_too_is_warned_of(cast: Cast, sign_in: SignIn) -> None:
    add(cast.deputy, cast.deputy, TODAY + 3 * DAY)
    sent = {"starts_on": "2026-03-02", "ends_on": "2026-03-20", "deputy": str(cast.deputy.person_id)}
    page = sign_in(cast.manager).post(f"{AWAY}new/", sent, follow=True).content.decode()
    assert "Dag Stedfortreder er også borte noen av disse dagene" in page
    assert Absence.objects.filter(person=cast.manager.person, deputy=cast.deputy.person).exists()


@pytest.mark.parametrize("leader", ["admin", "section"])
def test_who_leads_writes_it_for_a_colleague(cast: Cast, sign_in: SignIn, leader: str) -> None:
    browser = sign_in(getattr(cast, leader))
    address = f"{AWAY}new/?person={cast.manager.person_id}"
    assert "Maja Forvalter" in browser.get(address).content.decode()
    browser.post(address, {"starts_on": "2026-03-02", "ends_on": "2026-03-20", "deputy": ""})
    assert Absence.objects.get().person == cast.manager.person
    assert "Maja Forvalter" in browser.get(AWAY).content.decode()
    assert browser.get(f"{AWAY}new/?person={cast.csr.person_id}").status_code == 404, "a supplier's people write for themselves"


@pytest.mark.parametrize("name", ["manager", "owner", "reader", "csr", "agency"])
def test_others_write_only_for_themselves(cast: Cast, sign_in: SignIn, name: str) -> None:
    actor = getattr(cast, name)
    with pytest.raises(NotAllowed):
        add(cast.deputy, actor)
    absence = add(cast.deputy, cast.deputy)
    browser = sign_in(actor)
    assert browser.get(f"{AWAY}new/?person={cast.deputy.person_id}").status_code == 403
    assert browser.post(f"{AWAY}{absence.pk}/end/").status_code in (403, 404)
    assert add(actor, actor).person == actor.person


def test_a_suppliers_contact_names_somebody_at_the_same_supplier(cast: Cast, sign_in: SignIn) -> None:
    quality = factories.person("kvalitet@nordvare.example", "Kari Kvalitet")
    factories.contact(cast.nordvare, quality)
    unsure = factories.person("kanskje@nordvare.example", "Ukjent")
    factories.contact(cast.nordvare, unsure, confirmed=False)
    page = sign_in(cast.csr).get(f"{AWAY}new/").content.decode()
    assert all(name in page for name in ("Sven Salg", "Kari Kvalitet", "Frida Fjord"))
    assert not any(name in page for name in ("Ukjent", "Per Polar", "Maja Forvalter"))
    Membership.objects.filter(user=cast.sales).update(ended_at=NOW)
    with pytest.raises(Invalid):
        add(cast.csr, cast.csr, deputy=cast.sales)


def test_it_is_seen_on_the_agreement_and_on_the_request(cast: Cast, sign_in: SignIn) -> None:
    it = factories.document_request(cast.pc, cast.nordvare, cast.manager)
    add(cast.manager, cast.manager, deputy=cast.other_manager)
    add(cast.csr, cast.csr, deputy=cast.sales)
    browser = sign_in(cast.reader)
    said = "Borte til"
    assert "Mons Forvalter er stedfortreder" in browser.get(f"/frameworks/{cast.pc.pk}/").content.decode()
    assert "Sven Salg er stedfortreder" in browser.get(f"/frameworks/{cast.pc.pk}/suppliers/").content.decode()
    assert "Sven Salg er stedfortreder" in browser.get(f"/document-requests/{it.pk}/").content.decode()
    assert said not in sign_in(cast.csr_polar).get(f"/frameworks/{cast.pc.pk}/").content.decode(), "who of ours is away is ours to know"
