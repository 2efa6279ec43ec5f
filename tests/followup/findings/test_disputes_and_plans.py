"""The supplier answers a finding: it has read it, disputes it, or sends a plan."""

from datetime import date, timedelta
from typing import Any

import pytest

from core.models import History
from followup.models import CorrectiveAction, Finding
from followup.services import action_plans, finding_disputes
from notifications import delivery
from notifications.models import Deadline, Delivery, Message
from tests.cast import Cast
from tests.contracts.pages import said, text
from tests.factories import NOW, TODAY
from tests.followup.conftest import Visit
from tests.followup.findings.stories import BY, clocks, disputed, fresh, logged, page_of, planned
from tests.walking import at, walk


def plan_form(*actions: dict[str, str], root_cause: str = "Nobody checks the hours.", **more: str) -> dict[str, str]:
    rows = {f"items-{number}-{name}": value for number, action in enumerate(actions) for name, value in action.items()}
    return {"root_cause": root_cause, "items-TOTAL_FORMS": str(len(actions)), "items-INITIAL_FORMS": "0", **rows, **more}


PAY = {"kind": "correction", "text": "Pay the four workers.", "responsible": "Kari Lønn", "due_on": "30.4.2026"}


# Disputes


def test_the_supplier_says_that_it_has_read_it(cast: Cast, visit: Visit, finding: Finding) -> None:
    assert "We have read this" in text(visit(cast.csr).get(page_of(finding)))
    assert visit(cast.sales).post(page_of(finding, "acknowledge")).status_code == 403
    visit(cast.csr).post(page_of(finding, "acknowledge"))
    assert set(clocks(finding)) == {"plan", "correction"}
    page = text(visit(cast.csr).get(page_of(finding)))
    assert "We have read this" not in page
    assert "Send us an action plan by Monday 16 March 2026" in page
    assert visit(cast.csr).post(page_of(finding, "acknowledge")).status_code == 409


def test_a_dispute_is_decided_by_another_than_who_found_it(cast: Cast, visit: Visit, clock: Any, finding: Finding) -> None:
    theirs = visit(cast.csr)
    assert theirs.post(page_of(finding, "dispute"), {"reason": " "}).status_code == 422
    theirs.post(page_of(finding, "dispute"), {"reason": "They were paid in July."})
    assert fresh(finding).status == "disputed"
    assert set(clocks(finding)) == {"plan", "correction", "judgement"}
    assert clocks(finding)["plan"].waits_for_us == 1
    told = set(Delivery.objects.filter(kind="finding_to_judge").values_list("person", flat=True))
    assert told == {cast.manager.person_id, cast.owner.person_id}, "the manager found it, so the owner is told too"
    walk(TODAY, TODAY + timedelta(days=16))
    assert not Delivery.objects.filter(kind__in=["finding_due", "finding_overdue"]).exists(), "we owe the answer"

    finder = visit(cast.manager)
    assert "somebody else decides" in text(finder.get(page_of(finding)))
    for part in ("uphold", "withdraw"):
        assert finder.get(page_of(finding, part)).status_code == 403, "no form for who may not send it"
        assert finder.post(page_of(finding, part), {"grounds": "x"}).status_code == 403
        assert visit(cast.specialist).post(page_of(finding, part), {"grounds": "x"}).status_code == 403
    day = date(2026, 3, 18)
    clock.move_to(at(day))
    owner = visit(cast.owner)
    assert "They were paid in July." in text(owner.get(page_of(finding)))
    assert owner.post(page_of(finding, "uphold"), {"grounds": " "}).status_code == 422
    owner.post(page_of(finding, "uphold"), {"grounds": "The slips for July do not show it."})
    assert fresh(finding).status == "open"
    now = clocks(finding)
    assert set(now) == {"plan", "correction"}
    assert (now["plan"].due_on, now["plan"].waits_for_us) == (date(2026, 4, 1), 0), "14 days from the decision"
    assert now["correction"].due_on == date(2026, 6, 16), "90 days from the decision"
    told = History.objects.get(object_id=finding.pk, verb="uphold").changes
    assert told["mend_by"] == now["correction"].due_on.isoformat(), "that the date moved stands in the history"
    theirs = visit(cast.csr)
    page = text(theirs.get(page_of(finding)))
    assert "The slips for July do not show it." in page
    assert Delivery.objects.get(kind="finding_decided").person == cast.csr.person
    assert "We do not agree" not in page
    assert theirs.post(page_of(finding, "dispute"), {"reason": "Again."}).status_code == 409


def test_a_finding_that_does_not_stand_is_withdrawn(cast: Cast, visit: Visit, finding: Finding) -> None:
    disputed(cast, finding)
    visit(cast.owner).post(page_of(finding, "withdraw"), {"grounds": "They are right."})
    it = fresh(finding)
    assert (it.status, it.outcome, it.closed_by) == ("closed", "withdrawn", cast.owner)
    assert not Deadline.objects.open().filter(about_id=it.pk).exists()
    assert "We have withdrawn this finding" in text(visit(cast.csr).get(page_of(finding)))
    assert visit(cast.owner).post(page_of(finding, "reopen"), {"reason": "x"}).status_code == 409


@pytest.mark.both
def test_a_dispute_after_the_limit_is_refused_and_says_what_to_do(cast: Cast, visit: Visit, clock: Any, finding: Finding) -> None:
    last = clocks(finding)["response"].due_on
    clock.move_to(at(last + timedelta(days=1)))
    page = text(visit(cast.csr).get(page_of(finding)))
    assert "The time for saying that you do not agree ended on Monday 9 March 2026" in page
    answer = visit(cast.csr).post(page_of(finding, "dispute"), {"reason": "Is it too late?"})
    assert answer.status_code == 409
    assert "What you wrote has not been sent. Here it is, so that you can copy it. Is it too late?" in text(answer)
    assert "write it in your action plan, or write to Maja Forvalter, pc-avtalen@cpb.example" in text(answer)
    clock.move_to(at(last))
    visit(cast.csr).post(page_of(finding, "dispute"), {"reason": "In time."})
    assert fresh(finding).status == "disputed"


def test_of_one_that_it_was_never_told_of_the_supplier_hears_nothing(cast: Cast) -> None:
    it = logged(cast, told=False)
    finding_disputes.withdraw(finding=it, grounds="Two lists were mixed up.", actor=cast.owner, now=NOW, today=TODAY)
    assert it.is_closed
    assert not Delivery.objects.exists()
    assert not History.objects.visible_to(cast.csr).filter(object_id=it.pk).exists()


# Plans


def test_a_plan_is_written_longer_and_sent(cast: Cast, visit: Visit, finding: Finding) -> None:
    browser = visit(cast.csr)
    assert "Why did it happen?" in text(browser.get(page_of(finding, "plan")))
    longer = browser.post(page_of(finding, "plan"), plan_form(PAY, more="1"))
    assert "Pay the four workers." in longer.content.decode()
    assert "Action 2" in text(longer)
    answer = browser.post(
        page_of(finding, "plan"), plan_form(PAY, {**PAY, "kind": "preventive", "text": "Check every month."}), follow=True
    )
    assert "Your action plan is sent." in said(answer)
    it = fresh(finding)
    assert it.status == "plan_submitted"
    assert [action.text for action in it.plans.get().actions.all()] == ["Pay the four workers.", "Check every month."]
    assert set(clocks(it)) == {"plan", "correction", "judgement"}
    assert not Deadline.objects.open().filter(kind="corrective_action").exists(), "a date is nobody's task until the plan is accepted"


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (plan_form(PAY, root_cause=" "), "required"),
        (plan_form(), "Write at least one action."),
        (plan_form({**PAY, "due_on": "1.1.2030"}), "The agreement ends on"),
        (plan_form({**PAY, "due_on": "1.1.2026"}), "This date has passed."),
        (plan_form({**PAY, "responsible": ""}), "required"),
    ],
)
def test_what_is_wrong_with_a_plan_is_said_where_it_is(
    cast: Cast, visit: Visit, finding: Finding, form: dict[str, str], words: str
) -> None:
    answer = visit(cast.csr).post(page_of(finding, "plan"), form)
    assert answer.status_code == 422
    assert words in text(answer)
    assert not finding.plans.exists()
    assert fresh(finding).status == "open"


def test_after_the_agreements_end_a_plan_has_the_dates_that_it_needs(cast: Cast, finding: Finding) -> None:
    assert cast.pc.ends_on
    after = cast.pc.ends_on + timedelta(days=30)
    planned(cast, finding, by=after + timedelta(days=14), day=after)
    assert fresh(finding).status == "plan_submitted"


def test_a_plan_is_sent_back_action_by_action_and_then_accepted(cast: Cast, visit: Visit, finding: Finding) -> None:
    planned(cast, finding, by=date(2026, 5, 28))
    browser = visit(cast.manager)
    assert text(browser.get(page_of(finding))).count("After the date for putting it right") == 1, "which is 1 June"
    first, second = CorrectiveAction.objects.order_by("number")
    assert "Action plan to judge" in text(browser.get(page_of(finding)))
    judge = {f"action-{first.pk}": "By when exactly, and how much?", f"action-{second.pk}": "", "comment": "", "due_on": ""}
    assert browser.post(page_of(finding, "judge-plan"), {**judge, "verdict": "accepted"}).status_code == 422, "a comment is no yes"
    nothing = {**judge, f"action-{first.pk}": "", "verdict": "returned"}
    assert browser.post(page_of(finding, "judge-plan"), nothing).status_code == 422
    browser.post(page_of(finding, "judge-plan"), {**judge, "verdict": "returned"})
    it = fresh(finding)
    assert it.status == "plan_requested"
    assert clocks(it)["plan"].due_on == date(2026, 3, 16)
    page = text(visit(cast.csr).get(page_of(finding, "plan")))
    assert "By when exactly, and how much?" in page
    assert "Check overtime every month." in page, "written on, not anew"
    assert "Your action plan is not good enough yet. Send it again by Monday 16 March 2026" in text(visit(cast.csr).get(page_of(finding)))

    planned(cast, it)
    browser.post(page_of(finding, "judge-plan"), {"comment": "Good.", "due_on": "", "verdict": "accepted"})
    it = fresh(finding)
    assert it.status == "plan_accepted"
    assert set(clocks(it)) == {"correction"}
    dates = Deadline.objects.open().filter(kind="corrective_action").order_by("due_on").values_list("due_on", flat=True)
    assert list(dates) == [BY, BY + timedelta(days=10)]
    assert set(Delivery.objects.filter(person=cast.csr.person).values_list("kind", flat=True)) == {
        "finding_told",
        "finding_returned",
        "finding_decided",
    }
    delivery.deliver(clock=lambda: NOW, is_any_time=True)
    accepted = Message.objects.get(lines__kind="finding_decided").text
    assert "- Innen torsdag 30. april 2026: Pay the" in accepted


def test_the_days_that_we_took_to_judge_are_the_suppliers(cast: Cast, finding: Finding) -> None:
    owed = fresh(finding).due_on
    planned(cast, finding, by=TODAY + timedelta(days=7))
    late = TODAY + timedelta(days=14)
    action_plans.accept(finding=finding, actor=cast.owner, now=at(late), today=late)
    assert owed
    assert fresh(finding).due_on == clocks(finding)["correction"].due_on == owed + timedelta(days=14)
    due = Deadline.objects.open().filter(kind="corrective_action").order_by("due_on").values_list("due_on", flat=True)
    assert list(due) == [late + timedelta(days=3), late + timedelta(days=7)], "one still to come stands; one that passed has its days again"


def test_a_plan_is_asked_for_where_the_severity_asks_for_none(cast: Cast, visit: Visit) -> None:
    it = logged(cast, "observation")
    visit(cast.manager).post(page_of(it, "ask-for-plan"), {"due_on": "2026-03-20"})
    assert (fresh(it).status, clocks(it)["plan"].due_on) == ("plan_requested", date(2026, 3, 20))
    asked = Delivery.objects.get(kind="finding_due")
    delivery.deliver(clock=lambda: NOW, is_any_time=True)
    assert "Vi ber dere om en tiltaksplan" in Message.objects.get(lines=asked).text
    assert "Write the action plan" in text(visit(cast.csr).get(page_of(it)))
