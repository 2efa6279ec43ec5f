"""A control of wages at a cleaning firm in a browser: from the year's programme to the re-audit, with back pay recorded.

`tests/journeys/test_a_wage_control.py` tells the same story through the API.
"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Person, User
from contracts.models import Obligation
from followup.models import Audit, Finding, FindingEffect
from tests.browser import finding_steps as steps
from tests.browser.walker import Walker, of_history, on_a_phone, path_of, post
from tests.cast import Cast
from tests.followup.conftest import pdf
from tests.journeys.cleaning import Cleaning, cleaning

__all__ = ["cleaning"]
pytestmark = pytest.mark.django_db(transaction=True)
Enter = Callable[[User, str], None]


def test_from_the_programme_to_the_re_audit(page: Page, enter: Enter, cast: Cast, cleaning: Cleaning, tmp_path: Path) -> None:
    Person.objects.update(language="en")
    (tmp_path / "report.pdf").write_bytes(pdf().read())
    (tmp_path / "slips.txt").write_text("Lønnsslipper, fire ansatte")
    walker = Walker(page, "mouse")
    first = planned_in_a_programme(walker, enter, cast)
    held_and_reported(walker, tmp_path / "report.pdf", "Breaches", "Not met")
    finding = found_and_told(walker)
    the_firm_plans_back_pay(walker, enter, cleaning, finding)
    the_plan_is_accepted(walker, enter, cast, finding)
    the_firm_shows_what_it_did(walker, enter, cleaning, finding, tmp_path / "slips.txt")
    another_closes_it(walker, enter, cast, finding)
    back_pay_is_recorded(walker, enter, cast, finding)
    second = audited_again(walker, enter, cast, first, tmp_path / "report.pdf")
    it_has_lasted(walker, enter, cast, first, finding)
    assert Obligation.objects.get(requirement=cleaning.pay).verified == "met"
    assert of_history(first) >= {"plan", "announce", "report", "judge", "close"}
    assert of_history(second) >= {"plan", "report", "judge", "close"}
    of_finding = {"log", "tell", "plan", "accept_plan", "finish_action", "evidence", "close", "record_effect", "check_effect"}
    assert of_history(finding) >= of_finding


def planned_in_a_programme(walker: Walker, enter: Enter, cast: Cast) -> str:
    page = walker.page
    enter(cast.manager, "/audit-programmes/new/")
    page.get_by_label("Title").fill("Wages in cleaning")
    page.get_by_label("Year").fill(str(timezone.localdate().year))
    page.get_by_label("Purpose").fill("Are those who clean paid what they are owed?")
    page.get_by_label("Budget").fill("200 000")
    walker.button("Make the programme")
    walker.look("programme")
    walker.link("Plan an audit")
    page.get_by_label("Which agreement").select_option(label="Fellesavtale for renhold")
    walker.button("Go on")
    page.get_by_label("Which supplier is it about?").select_option(label="Blank Renhold AS (never audited)")
    walker.button("Go on")
    plan(walker, kind="wage_control")
    walker.link("Announce it")
    walker.button("Announce it")
    expect(page.get_by_text("The supplier has been told that it is held")).to_be_visible()
    walker.look("announced")
    post()
    return page.url


def plan(walker: Walker, **said: str) -> None:
    page = walker.page
    if "kind" in said:
        page.get_by_label("Kind of audit").select_option(said["kind"])
    page.get_by_role("textbox", name="Day").fill(timezone.localdate().isoformat())
    walker.tick(page.get_by_label("Lønn etter allmenngjort tariffavtale"))
    walker.look("plan")
    walker.button("Plan it")
    expect(page.get_by_text("The audit is planned.")).to_be_visible()


def held_and_reported(walker: Walker, report: Path, result: str, outcome: str) -> None:
    page = walker.page
    walker.link("Write down what came of it")
    walker.tick(page.get_by_label(result, exact=True))
    page.get_by_label("Conclusion").fill("Ten pay slips were compared with the rates.")
    page.locator("input[type=file]").set_input_files(report)
    walker.button("Write it down")
    expect(page.get_by_text("The audit is reported, and the supplier is told.")).to_be_visible()
    walker.link("Judge the requirements")
    page.get_by_label("Outcome").select_option(label=outcome)
    page.get_by_label("Valid until").fill((timezone.localdate() + timedelta(days=365)).isoformat())
    page.get_by_label("Grounds").fill("As the pay slips show.")
    walker.button("Save the judgement")
    expect(page.get_by_text("is judged on “Lønn")).to_be_visible()
    walker.look("reported")


def found_and_told(walker: Walker) -> str:
    page = walker.page
    walker.link("Write down a finding")
    walker.tick(page.get_by_label("Serious"))
    page.get_by_label("What was found").fill("Four of ten were paid less than the rate.")
    walker.tick(page.get_by_label("Lønn etter allmenngjort tariffavtale"))
    walker.button("Save")
    steps.tell(walker)
    return page.url


def the_firm_plans_back_pay(walker: Walker, enter: Enter, cleaning: Cleaning, finding: str) -> None:
    with on_a_phone(walker.page):
        enter(cleaning.contact, path_of(finding))
        walker.look("to put right")
        pay = "Pay four employees what they are owed."
        steps.send_plan(walker, cause="Old rates in the payroll system.", action=pay, responsible="Berit Blank")


def the_plan_is_accepted(walker: Walker, enter: Enter, cast: Cast, finding: str) -> None:
    enter(cast.manager, path_of(finding))
    steps.accept_plan(walker)


def the_firm_shows_what_it_did(walker: Walker, enter: Enter, cleaning: Cleaning, finding: str, slips: Path) -> None:
    with on_a_phone(walker.page):
        enter(cleaning.contact, path_of(finding))
        steps.finish_action(walker, slips)
        steps.send_evidence(walker, "All four have their money.")


def another_closes_it(walker: Walker, enter: Enter, cast: Cast, finding: str) -> None:
    enter(cast.manager, path_of(finding))
    steps.cannot_close(walker, finding)
    enter(cast.owner, path_of(finding))
    walker.look("evidence to judge")
    steps.close(walker, "Workers heard", "Two of them confirmed it.")


def back_pay_is_recorded(walker: Walker, enter: Enter, cast: Cast, finding: str) -> None:
    page = walker.page
    enter(cast.manager, path_of(finding))
    walker.link("Write down a figure")
    walker.tick(page.get_by_label("Paid back to workers"))
    page.get_by_label("How much").fill("38 400")
    page.get_by_label("How it was reckoned").fill("Pay slips of four employees, March to June")
    walker.look("a figure")
    walker.button("Keep the figure")
    expect(page.get_by_text("The figure is kept.")).to_be_visible()
    figure = FindingEffect.objects.get()
    assert (figure.what, int(figure.amount)) == ("repaid", 38400)


def audited_again(walker: Walker, enter: Enter, cast: Cast, first: str, report: Path) -> str:
    page = walker.page
    enter(cast.manager, path_of(first))
    walker.link("Plan a follow-up audit")
    plan(walker)
    held_and_reported(walker, report, "Nothing to remark", "Met")
    walker.link("Close the audit")
    walker.button("Close it")
    expect(page.get_by_text("The audit is closed.")).to_be_visible()
    assert Audit.objects.get(re_audit_of__isnull=False).status == "closed"
    return page.url


def it_has_lasted(walker: Walker, enter: Enter, cast: Cast, first: str, finding: str) -> None:
    page = walker.page
    enter(cast.manager, path_of(finding))
    steps.it_lasted(walker, "Everybody had the right pay at the re-audit.")
    assert Finding.objects.get().effect_checked_on == timezone.localdate()
    enter(cast.manager, path_of(first))
    walker.link("Close the audit")
    walker.button("Close it")
    expect(page.get_by_text("The audit is closed.")).to_be_visible()
