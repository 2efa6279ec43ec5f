"""A suspension in force: what each side sees, whom agencies order from instead, who is told, and the way back."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction

from accounts.models import User
from contracts import suspending
from contracts.models import Suspension
from core.errors import WrongState
from core.models import History
from followup.models import Sanction
from followup.services import hearings, sanction_decisions, sanctions
from notifications import delivery
from notifications.models import Delivery, Message, Notice
from tests import factories
from tests.cast import Cast
from tests.contracts.pages import said, text
from tests.followup.conftest import Visit
from tests.followup.sanctions.stories import AFTER, START, page_of
from tests.walking import at


def decide_and_notify(case: Sanction, cast: Cast) -> None:
    hearings.hear(sanction=case, actor=cast.manager, now=at(START), today=START)
    hearings.send_reply(sanction=case, text="We disagree.", actor=cast.csr, now=at(START), today=START)
    sanction_decisions.decide(sanction=case, outcome="imposed", grounds="No report.", actor=cast.owner, now=at(START), today=START)
    sanction_decisions.notify(sanction=case, actor=cast.manager, now=at(START), today=START)


@pytest.fixture
def notified(cast: Cast, case: Sanction) -> Sanction:
    decide_and_notify(case, cast)
    return case


@pytest.fixture
def in_force(cast: Cast, notified: Sanction) -> Sanction:
    sanction_decisions.enforce(sanction=notified, actor=cast.manager, now=at(START), today=START)
    return notified


def test_everybody_sees_what_concerns_them(cast: Cast, visit: Visit, in_force: Sanction) -> None:
    agreement = f"/frameworks/{cast.pc.pk}/"
    ours = text(visit(cast.manager).get(agreement))
    assert "Nordvare AS is suspended from" in ours
    assert "Order from: Polar Kontor AS" in ours
    agency = visit(cast.agency)
    for address in (agreement, f"{agreement}suppliers/"):
        theirs = text(agency.get(address))
        assert "2. Skjermer: Nordvare AS is suspended from" in theirs
        assert "Order from: Polar Kontor AS" in theirs
        assert "No report." not in theirs
        assert "Yearly report" not in theirs
    supplier = visit(cast.csr)
    for address in (agreement, f"{agreement}suppliers/", page_of(in_force)):
        own = text(supplier.get(address))
        assert "Your participation is suspended from" in own
        assert "Polar" not in own, "a supplier never learns of another"
    assert "is suspended from" in text(supplier.get("/document-requests/"))
    assert "Suspended" in text(visit(cast.manager).get(f"/suppliers/{cast.nordvare.pk}/"))
    assert "Suspended" in text(visit(cast.manager).get(f"{agreement}suppliers/"))


def test_other_suppliers_never_learn_of_it(cast: Cast, visit: Visit, in_force: Sanction) -> None:
    for other in (cast.csr_polar, factories.user("csr2@fjordtek.example", (cast.fjordtek, "main_contact"), name="Fia")):
        browser = visit(other)
        for address in (f"/frameworks/{cast.pc.pk}/", f"/frameworks/{cast.pc.pk}/suppliers/", "/document-requests/"):
            page = text(browser.get(address))
            assert "suspended" not in page.lower()
            assert "Nordvare" not in page
        assert not Suspension.objects.visible_to(other).exists()
        assert not History.objects.visible_to(other).filter(verb="suspend").exists()
        assert not Delivery.objects.filter(person=other.person, kind__startswith="suspen").exists()


def test_the_agencies_that_order_are_told_by_mail_and_inbox_and_no_others(
    cast: Cast, visit: Visit, notified: Sanction, elsewhere: User
) -> None:
    factories.user("gone@agency.example", (cast.agency_body, "agency")).memberships.update(ended_at=at(START))
    browser = visit(cast.manager)
    assert "told at once that they cannot order from this supplier" in text(browser.get(page_of(notified, "enforce")))
    assert "It is in force." in said(browser.post(page_of(notified, "enforce"), follow=True))
    line = Delivery.objects.get(kind="supplier_suspended")
    assert (line.person, line.organisation) == (cast.agency.person, cast.agency_body)
    assert Notice.objects.filter(kind="supplier_suspended", person=cast.agency.person).exists()
    assert not Delivery.objects.filter(person=elsewhere.person).exists()
    delivery.deliver(clock=lambda: at(START), is_any_time=True)
    mail = Message.objects.get(lines__kind="supplier_suspended")
    assert "Nordvare AS" in mail.subject
    assert "2. Skjermer: gjør avrop hos Polar Kontor AS" in mail.text
    assert "No report." not in mail.text
    assert "Yearly report" not in mail.text
    assert f"/frameworks/{cast.pc.pk}/" in mail.text
    inbox = text(visit(cast.agency).get("/inbox/"))
    assert "Nordvare AS" in inbox
    assert browser.post(page_of(notified, "enforce")).status_code == 409


def test_it_is_lifted_and_the_agencies_hear_that_too(cast: Cast, visit: Visit, in_force: Sanction, clock: time_machine.Traveller) -> None:
    clock.move_to(at(AFTER))
    owner = visit(cast.owner)
    for wrong in (
        {"how": "lift", "ended_on": (AFTER + timedelta(days=1)).isoformat(), "reason": "x"},
        {"how": "lift", "ended_on": (START - timedelta(days=1)).isoformat(), "reason": "x"},
        {"how": "lift", "ended_on": AFTER.isoformat(), "reason": ""},
        {"how": "forget", "ended_on": AFTER.isoformat(), "reason": "x"},
    ):
        assert owner.post(page_of(in_force, "over"), wrong).status_code == 422
    assert visit(cast.manager).post(page_of(in_force, "over"), {"how": "lift"}).status_code == 403
    owner.post(page_of(in_force, "over"), {"how": "lift", "ended_on": AFTER.isoformat(), "reason": "The report came."})
    in_force.refresh_from_db()
    assert (in_force.status, in_force.ended_on) == ("lifted", AFTER)
    assert Delivery.objects.get(kind="suspension_lifted").person == cast.agency.person
    assert Delivery.objects.filter(kind="sanction_closed", person=cast.sales.person).exists()
    for who in (cast.agency, cast.manager, cast.csr):
        assert "is suspended from" not in text(visit(who).get(f"/frameworks/{cast.pc.pk}/"))
    assert "The report came." in text(visit(cast.csr).get(page_of(in_force)))
    delivery.deliver(clock=lambda: at(AFTER), is_any_time=True)
    assert "The report came." not in Message.objects.get(lines__kind="suspension_lifted").text


# Whom to order from


def test_the_first_in_rank_who_is_not_suspended_is_named(cast: Cast, in_force: Sanction) -> None:
    third = factories.organisation("Tredje AS")
    factories.participation(cast.pc, third, cast.lot2, rank=3)
    assert named(cast) == ["Polar Kontor AS"]
    suspend(cast, cast.polar)
    assert named(cast) == ["Tredje AS"]
    suspend(cast, third)
    assert named(cast) == []


def test_without_ranks_all_others_are_named(cast: Cast, in_force: Sanction) -> None:
    cast.pc.participations.filter(lot=cast.lot2).update(rank=None)
    factories.participation(cast.pc, cast.fjordtek, cast.lot2)
    assert named(cast) == ["Fjordtek AS", "Polar Kontor AS"]


def test_who_starts_later_is_nobody_to_order_from(cast: Cast, in_force: Sanction) -> None:
    cast.pc.participations.filter(supplier=cast.polar).update(starts_on=START + timedelta(days=1))
    assert named(cast) == []


def suspend(cast: Cast, supplier: Any) -> None:
    Suspension.objects.create(
        framework=cast.pc, supplier=supplier, lot=cast.lot2, starts_on=START, case_id=supplier.pk, created_at=at(START)
    )


def named(cast: Cast) -> list[str]:
    standing = list(Suspension.objects.on(START).select_related("lot", "supplier"))
    running = cast.pc.participations.on(START).select_related("supplier")
    found = suspending.suspended(running, standing, START)
    return next([each.name for each in one.instead] for one in found if one.suspension.supplier_id == cast.nordvare.pk)


# Twice


@pytest.mark.both
def test_a_lot_is_not_suspended_twice(cast: Cast, in_force: Sanction) -> None:
    again = sanctions.propose(
        framework=cast.pc,
        supplier=cast.nordvare,
        means="suspension",
        clause=cast.clause,
        lots=[cast.lot1, cast.lot2],
        requests=list(in_force.requests.all()),
        actor=cast.manager,
        now=at(START),
        today=START,
    )
    decide_and_notify(again, cast)
    with pytest.raises(WrongState, match="Skjermer"):
        sanction_decisions.enforce(sanction=again, actor=cast.manager, now=at(START), today=START)
    again.refresh_from_db()
    assert again.status == "notified"
    assert Suspension.objects.count() == 1


@pytest.mark.both
def test_the_database_itself_knows_one_suspension_of_a_lot(cast: Cast, in_force: Sanction) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        suspend(cast, cast.nordvare)
    with pytest.raises(IntegrityError), transaction.atomic():
        Suspension.objects.update(lifted_on=START - timedelta(days=1))


# Other means


def test_agencies_see_every_sanction_that_applies_and_hear_of_what_they_have_to_act_by(
    cast: Cast, visit: Visit, in_force: Sanction
) -> None:
    agreement = f"/frameworks/{cast.pc.pk}/"
    assert "Sanctions that apply" not in text(visit(cast.agency).get(agreement)), "the suspension stands by itself"
    by = {"actor": cast.manager, "now": at(START), "today": START}
    for means, mails in (("plan", 0), ("termination", 1)):
        Sanction.objects.filter(pk=in_force.pk).update(status="notified", means=means, in_force_from=None)
        in_force.refresh_from_db()
        sanction_decisions.enforce(sanction=in_force, **by)
        assert Delivery.objects.filter(kind="supplier_sanctioned", person=cast.agency.person).count() == mails
        assert "Sanctions that apply" in text(visit(cast.agency).get(agreement))
    page = text(visit(cast.agency).get(agreement))
    assert "Nordvare AS: termination" in page
    assert "Order nothing more from it" in page
    assert "Yearly report" not in page
    for other in (cast.csr, cast.csr_polar):
        assert "Sanctions that apply" not in text(visit(other).get(agreement))
    delivery.deliver(clock=lambda: at(START), is_any_time=True)
    mail = " ".join(Message.objects.get(lines__kind="supplier_sanctioned").text.split())
    assert "Bestill ikke mer hos den" in mail
    assert "Det gjelder 2. Skjermer." in mail
    sanction_decisions.end(sanction=in_force, ended_on=START, reason="Over.", **{**by, "actor": cast.owner})
    assert Delivery.objects.filter(kind="sanction_over", person=cast.agency.person).count() == 1
    assert "Sanctions that apply" not in text(visit(cast.agency).get(agreement))
