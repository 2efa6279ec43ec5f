"""Another person decides on the sanction, the supplier is told, and nobody else learns of it."""

from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction

from core.models import History
from followup.models import Sanction
from followup.services import hearings, sanction_decisions, sanctions
from notifications import delivery
from notifications.models import Deadline, Delivery, MailEvent, Message
from tests.cast import Cast
from tests.contracts.pages import text
from tests.factories import TODAY
from tests.followup.conftest import Visit
from tests.followup.sanctions.stories import AFTER, LIMIT, START, is_pdf, page_of, verbs
from tests.walking import at

# Deciding


@pytest.fixture
def answered(cast: Cast, heard: Sanction) -> Sanction:
    hearings.send_reply(sanction=heard, text="We disagree.", actor=cast.csr, now=at(START), today=START)
    return heard


@pytest.mark.parametrize("who", ["manager", "deputy", "admin", "specialist", "reader", "csr"])
def test_only_the_owner_or_the_section_head_decides(cast: Cast, visit: Visit, answered: Sanction, who: str) -> None:
    browser = visit(getattr(cast, who))
    assert browser.post(page_of(answered, "decide"), {"outcome": "imposed", "grounds": "x"}).status_code == 403
    assert "Keep the decision" not in text(browser.get(page_of(answered)))


def test_the_owner_decides_what_the_manager_proposed(cast: Cast, visit: Visit, answered: Sanction) -> None:
    browser = visit(cast.owner)
    assert "We disagree." in text(browser.get(page_of(answered)))
    for wrong in (
        {"outcome": "", "grounds": "x"},
        {"outcome": "imposed", "grounds": " "},
        {"outcome": "imposed", "grounds": "x", "applies_from": "01.04.2026"},
    ):
        assert browser.post(page_of(answered, "decide"), wrong).status_code == 422
    browser.post(page_of(answered, "decide"), {"outcome": "imposed", "grounds": "The report is missing.", "applies_from": "04.05.2026"})
    answered.refresh_from_db()
    assert (answered.status, answered.decided_by, str(answered.applies_from)) == ("decided", cast.owner, "2026-05-04")
    theirs = text(visit(cast.csr).get(page_of(answered)))
    assert "The report is missing." not in theirs
    assert "We have your reply, and are considering it" in theirs
    assert not History.objects.visible_to(cast.csr).filter(object_id=answered.pk, verb="impose").exists()
    assert Deadline.objects.open().get(about_id=answered.pk).brief["task"] == "sanction_to_notify"
    assert browser.post(page_of(answered, "decide"), {"outcome": "not_imposed", "grounds": "x"}).status_code == 409


def test_one_person_alone_is_refused_and_told_why(cast: Cast, visit: Visit, answered: Sanction) -> None:
    Sanction.objects.filter(pk=answered.pk).update(proposed_by=cast.owner)
    answered.refresh_from_db()
    assert sanctions.deciders(answered, today=START) == [cast.section.person]
    browser = visit(cast.owner)
    page = text(browser.get(page_of(answered)))
    assert "You proposed this sanction, so another person must decide it" in page
    assert "Keep the decision" not in page
    refused = browser.post(page_of(answered, "decide"), {"outcome": "not_imposed", "grounds": "x"})
    assert refused.status_code == 403
    assert "another person must decide it" in text(refused)
    assert visit(cast.section).post(page_of(answered, "decide"), {"outcome": "not_imposed", "grounds": "Not needed."}).status_code == 302


@pytest.mark.both
def test_the_database_itself_refuses_one_person(cast: Cast, case: Sanction) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Sanction.objects.filter(pk=case.pk).update(decided_by=case.proposed_by)


@pytest.mark.both
def test_nothing_is_imposed_while_the_supplier_may_reply(cast: Cast, visit: Visit, heard: Sanction, clock: time_machine.Traveller) -> None:
    clock.move_to(at(LIMIT))
    browser = visit(cast.owner)
    refused = browser.post(page_of(heard, "decide"), {"outcome": "imposed", "grounds": "Nothing came."})
    assert refused.status_code == 409
    assert "Nothing is imposed before then." in text(refused)
    clock.move_to(at(AFTER))
    browser = visit(cast.owner)
    assert "Keep the decision" in text(browser.get(page_of(heard)))
    browser.post(page_of(heard, "decide"), {"outcome": "imposed", "grounds": "Nothing came."})
    heard.refresh_from_db()
    assert heard.status == "decided"


def test_decided_against_it_ends_and_the_supplier_is_told_why(cast: Cast, visit: Visit, answered: Sanction) -> None:
    visit(cast.section).post(page_of(answered, "decide"), {"outcome": "not_imposed", "grounds": "The auditor confirms it."})
    answered.refresh_from_db()
    assert (answered.status, answered.ended_on) == ("not_imposed", START)
    assert "The auditor confirms it." in text(visit(cast.csr).get(page_of(answered)))
    told = {line.person for line in Delivery.objects.filter(kind="sanction_closed")}
    assert told == {cast.sales.person, cast.csr.person}
    assert not Deadline.objects.open().filter(about_id=answered.pk).exists()
    assert verbs(answered) == ["decline", "hear", "propose", "reply", "save_reply"]


def test_a_case_that_was_heard_is_dropped_and_the_supplier_is_told(cast: Cast, visit: Visit, answered: Sanction) -> None:
    visit(cast.manager).post(page_of(answered, "drop"), {"reason": "The report came today."})
    assert "The report came today." in text(visit(cast.csr).get(page_of(answered)))
    assert Delivery.objects.filter(kind="sanction_closed", person=cast.sales.person).exists()
    assert visit(cast.owner).post(page_of(answered, "decide"), {"outcome": "imposed", "grounds": "x"}).status_code == 409


# Telling


@pytest.fixture
def decided(cast: Cast, answered: Sanction) -> Sanction:
    sanction_decisions.decide(
        sanction=answered, outcome="imposed", grounds="The report is missing.", actor=cast.owner, now=at(START), today=START
    )
    return answered


def test_the_decision_letter_is_kept_and_its_delivery_proved(cast: Cast, visit: Visit, decided: Sanction) -> None:
    browser = visit(cast.manager)
    assert "The report is missing." in text(browser.get(page_of(decided)))
    browser.post(page_of(decided, "notify"))
    decided.refresh_from_db()
    assert decided.status == "notified"
    delivery.deliver(clock=lambda: at(START))
    mail = Message.objects.get(lines__kind="sanction_decision")
    assert "The report is missing." in mail.text
    page = text(browser.get(page_of(decided)))
    assert mail.message_id in page
    theirs = text(visit(cast.csr).get(page_of(decided)))
    assert "We have decided on a sanction." in theirs
    assert "The report is missing." in theirs
    assert is_pdf(visit(cast.csr).get(page_of(decided, "decision-letter")))


def test_a_decision_that_came_back_is_not_put_into_force_before_it_went_another_way(cast: Cast, visit: Visit, decided: Sanction) -> None:
    browser = visit(cast.manager)
    browser.post(page_of(decided, "notify"))
    delivery.deliver(clock=lambda: at(START))
    message = Message.objects.get(lines__kind="sanction_decision")
    MailEvent.objects.create(message=message, kind="refused", at=at(START), source="mailbox")
    assert "could not be delivered" in text(browser.get(page_of(decided)))
    assert browser.post(page_of(decided, "enforce")).status_code == 409
    browser.post(page_of(decided, "mark-sent"), {"sent_on": START.isoformat(), "how": "post", "receipt_number": " RR 123 "})
    assert "Receipt number: RR 123" in text(browser.get(page_of(decided)))
    assert browser.post(page_of(decided, "enforce")).status_code == 302
    decided.refresh_from_db()
    assert decided.status == "in_force"


def test_it_applies_from_no_day_before_the_supplier_was_told(cast: Cast, decided: Sanction) -> None:
    assert decided.applies_from == START
    sanction_decisions.notify(sanction=decided, actor=cast.manager, now=at(AFTER), today=AFTER)
    assert decided.applies_from == AFTER


def test_it_is_not_put_into_force_before_its_day(cast: Cast, visit: Visit, answered: Sanction, clock: time_machine.Traveller) -> None:
    visit(cast.owner).post(page_of(answered, "decide"), {"outcome": "imposed", "grounds": "x", "applies_from": LIMIT.isoformat()})
    browser = visit(cast.manager)
    browser.post(page_of(answered, "notify"))
    assert "It applies from" in text(browser.get(page_of(answered)))
    assert browser.post(page_of(answered, "enforce")).status_code == 400
    clock.move_to(at(LIMIT))
    visit(cast.manager).post(page_of(answered, "enforce"))
    answered.refresh_from_db()
    assert (answered.status, answered.in_force_from) == ("in_force", LIMIT)


# Lists


def test_the_list_can_be_narrowed_and_costs_the_same(cast: Cast, visit: Visit, heard: Sanction, django_assert_max_num_queries: Any) -> None:
    browser = visit(cast.manager)
    assert "Nordvare AS" in text(browser.get("/sanctions/?status=heard&q=nordvare"))
    assert "Nothing matches" in text(browser.get("/sanctions/?status=lifted"))
    for number in range(2, 8):
        copy = Sanction.objects.get(pk=heard.pk)
        copy.pk, copy.id, copy.number, copy.reply_deadline = None, Sanction().id, number, None
        copy.save(force_insert=True)
    Sanction.objects.filter(number__gt=1).update(status="dropped")
    for user in (cast.manager, cast.csr):
        browser = visit(user)
        with django_assert_max_num_queries(12):
            assert browser.get("/sanctions/").status_code == 200


def test_the_case_costs_few_queries(cast: Cast, visit: Visit, answered: Sanction, django_assert_max_num_queries: Any) -> None:
    for user, most in ((cast.owner, 12), (cast.csr, 12)):
        browser = visit(user)
        browser.get(page_of(answered))
        with django_assert_max_num_queries(most):
            assert browser.get(page_of(answered)).status_code == 200


@pytest.mark.parametrize("who", ["csr_polar", "agency", "auditor"])
def test_nobody_else_learns_of_it(cast: Cast, visit: Visit, decided: Sanction, who: str) -> None:
    browser = visit(getattr(cast, who))
    for address in (page_of(decided), page_of(decided, "hearing-letter"), page_of(decided, "edit")):
        assert browser.get(address).status_code == 404
    for act in ("hear", "mark-sent", "decide", "notify", "enforce", "over", "drop", "reply"):
        assert browser.post(page_of(decided, act), {"text": "x"}).status_code == 404
    assert browser.get("/sanctions/new/").status_code == 403
    assert "Nordvare" not in text(browser.get("/sanctions/"))
    assert not Delivery.objects.filter(about_id=decided.pk, person=getattr(cast, who).person).exists()
    assert TODAY < START
