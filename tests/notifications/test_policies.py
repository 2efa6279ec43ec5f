"""How we remind: reading a ladder, changing it after seeing what that would do, and moving running cases."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from core.models import History
from notifications import calendars, delivery, forecast, policies, what_if
from notifications.models import Deadline, PolicyVersion, ReminderPolicy
from tests.cast import Cast, SignIn
from tests.factories import NOW, TODAY
from tests.notifications import engine

pytestmark = pytest.mark.django_db

EDIT = "/policies/document_request/edit/"


@pytest.fixture(autouse=True)
def monday_morning() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def policy(cast: Cast) -> ReminderPolicy:
    return ReminderPolicy.objects.get(code="document_request")


def as_sent(browser: Any, code: str = "document_request", **changes: Any) -> dict[str, Any]:
    """The form of the newest version as a browser would send it."""
    page = browser.get(f"/policies/{code}/edit/")
    form, formset = page.context["form"], page.context["formset"]
    data = {f"{formset.prefix}-TOTAL_FORMS": len(formset.forms), f"{formset.prefix}-INITIAL_FORMS": 0, "note": "Roligere."}
    for part in (form, *formset):
        values = {part.add_prefix(name): part[name].value() for name in part.fields}
        data |= {name: value for name, value in values.items() if value is not None and value is not False}
    return data | {"note": "Roligere."} | changes


def row_of(data: dict[str, Any], kind: str, audience: str) -> str:
    return next(
        key.rpartition("-")[0] for key, value in data.items() if value == kind and data[f"{key.rpartition('-')[0]}-audience"] == audience
    )


def test_all_of_us_read_every_ladder_as_a_picture_and_a_table(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.reader)
    page = browser.get("/policies/", headers={"Accept-Language": "en"}).content.decode()
    for policy in ReminderPolicy.objects.all():
        assert policy.name in page
        shown = browser.get(f"/policies/{policy.code}/", headers={"Accept-Language": "en"})
        assert shown.status_code == 200
        assert "<desc" in shown.content.decode()
        assert "Change the ladder" not in shown.content.decode()
        assert sum(len(row.steps) for row in shown.context["rows"]) == shown.context["version"].steps.count()
    assert sign_in(cast.csr).get("/policies/").status_code == 403
    assert sign_in(cast.csr).get("/policies/document_request/").status_code == 403
    assert browser.get(EDIT).status_code == browser.post(EDIT).status_code == 403
    assert browser.get("/policies/document_request/?version=77").status_code == 404


def test_a_change_is_a_new_version_and_running_cases_keep_theirs(cast: Cast, sign_in: SignIn, policy: ReminderPolicy) -> None:
    before, running = policies.latest(policy), engine.open_request(cast)
    browser = sign_in(cast.admin)
    data = as_sent(browser)
    data[f"{row_of(data, 'overdue_second', 'responsible')}-distance"] = 10
    shown = browser.post(EDIT, {**data, "action": "preview"})
    assert shown.status_code == 200, shown.context["formset"].errors
    assert policies.latest(policy) == before, "looking saves nothing"
    assert browser.post(EDIT, {**data, "action": "save"}).status_code == 302
    after = policies.latest(policy)
    assert (after.number, after.created_by, after.note) == (before.number + 1, cast.admin, "Roligere.")
    assert {rung.offset for rung in policies.rungs_of(after) if rung.kind == "overdue_second" and rung.audience == "responsible"} == {10}
    running.refresh_from_db()
    assert running.policy_version == before
    assert engine.open_request(cast).policy_version == after
    assert browser.get(f"/policies/document_request/?version={before.number}").context["version"] == before
    assert History.objects.filter(object_id=policy.pk, verb="change_ladder").count() == 1


def test_how_long_we_give_ourselves_is_said_by_the_policy(cast: Cast, sign_in: SignIn) -> None:
    edit, monday = "/policies/question/edit/", date(2027, 3, 1)
    browser = sign_in(cast.admin)
    assert calendars.due_from_us("question", monday) == date(2027, 3, 4), "three working days, as the tool comes"
    data = as_sent(browser, "question")
    assert (data["own_offset"], data["own_unit"]) == (3, "working_days")
    assert "own_offset" not in as_sent(browser), "a date of the supplier's comes from elsewhere"
    assert browser.post(edit, {**data, "action": "save"}).status_code == 422, "nothing has been changed"
    assert browser.post(edit, {**data, "own_offset": "", "action": "save"}).status_code == 422
    assert browser.post(edit, {**data, "own_offset": 1, "own_unit": "weeks", "action": "save"}).status_code == 302
    assert calendars.due_from_us("question", monday) == date(2027, 3, 8)
    assert "own_offset" in as_sent(browser, "follow_up"), "as of what the next step in a case of ours takes"
    assert "1 week" in browser.get("/policies/question/", headers={"Accept-Language": "en"}).content.decode()


def test_what_was_sent_before_and_what_would_have_been(cast: Cast, sign_in: SignIn) -> None:
    engine.open_request(cast, starts_on=TODAY - timedelta(days=20), due_on=TODAY - timedelta(days=5))
    engine.walk(TODAY - timedelta(days=20), TODAY - timedelta(days=1), send=True)
    browser = sign_in(cast.admin)
    past = browser.post(EDIT, {**as_sent(browser), "most_extensions": 1, "action": "preview"}).context["past"]
    assert past.cases == 1
    assert (past.mails, past.people) == (past.sent_mails, past.sent_people)
    assert past.mails > 2
    data = as_sent(browser)
    data[f"{row_of(data, 'reminder_before', 'responsible')}-DELETE"] = "on"  # then the one for the unopened is told, later
    data[f"{row_of(data, 'reminder_unopened', 'responsible')}-DELETE"] = "on"
    fewer = browser.post(EDIT, {**data, "action": "preview"}).context["past"]
    assert fewer.mails == past.mails - 1


def test_a_row_that_breaks_a_rule_is_named_and_nothing_is_lost(cast: Cast, sign_in: SignIn, policy: ReminderPolicy) -> None:
    browser = sign_in(cast.admin)
    data = as_sent(browser)
    row = row_of(data, "overdue_first", "responsible")
    data[f"{row}-where"] = "before_due"
    answer = browser.post(EDIT, {**data, "action": "save"}, headers={"Accept-Language": "en"})
    assert answer.status_code == 422
    assert "This message says that the date has passed." in answer.content.decode()
    assert 'value="Roligere."' in answer.content.decode()
    data[f"{row}-distance"] = ""
    assert browser.post(EDIT, {**data, "action": "save"}).status_code == 422
    assert PolicyVersion.objects.filter(policy=policy, created_by=cast.admin).count() == 0


def test_the_end_cannot_be_taken_away(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.admin)
    data = as_sent(browser)
    data[f"{row_of(data, 'reminders_used', 'manager')}-DELETE"] = "on"
    answer = browser.post(EDIT, {**data, "action": "save"}, headers={"Accept-Language": "en"})
    assert answer.status_code == 422
    assert "never ends in silence" in answer.content.decode()


def test_so_many_times_more_becomes_real_steps(cast: Cast, sign_in: SignIn, policy: ReminderPolicy) -> None:
    browser = sign_in(cast.admin)
    data = as_sent(browser)
    data[f"{row_of(data, 'overdue_second', 'responsible')}-times"] = 1
    assert browser.post(EDIT, {**data, "action": "save"}).status_code == 302
    told = [
        rung.offset
        for rung in policies.rungs_of(policies.latest(policy))
        if rung.kind == "overdue_second" and rung.audience == "responsible"
    ]
    assert told == [8, 22]


def test_one_more_row_is_offered_and_an_empty_one_is_no_step(cast: Cast, sign_in: SignIn, policy: ReminderPolicy) -> None:
    browser = sign_in(cast.admin)
    page = browser.post(EDIT, {**as_sent(browser), "more": "1"})
    assert len(page.context["formset"].forms) == policies.latest(policy).steps.count() + 1
    number = len(page.context["formset"].forms) - 1
    data = as_sent(browser, **{"items-TOTAL_FORMS": number + 1, f"items-{number}-unit": "days", "most_extensions": 1})
    assert browser.post(EDIT, {**data, "action": "save"}).status_code == 302


def test_saving_what_is_the_same_or_stale_is_refused(cast: Cast, sign_in: SignIn, policy: ReminderPolicy) -> None:
    browser = sign_in(cast.admin)
    data = as_sent(browser)
    assert browser.post(EDIT, {**data, "action": "save"}).status_code == 422
    assert browser.post(EDIT, {**data, "most_extensions": 1, "action": "save"}).status_code == 302
    assert browser.post(EDIT, {**data, "most_extensions": 3, "action": "save"}).status_code == 409


def test_running_cases_are_moved_after_the_difference_was_shown(cast: Cast, sign_in: SignIn, policy: ReminderPolicy) -> None:
    cases = [engine.open_request(cast), engine.open_request(cast, supplier=cast.polar)]
    engine.walk(TODAY, TODAY)
    browser = sign_in(cast.admin)
    data = as_sent(browser)
    data[f"{row_of(data, 'reminder_unopened', 'responsible')}-distance"] = 10
    browser.post(EDIT, {**data, "action": "save"})
    shown = browser.get("/policies/document_request/move/")
    assert shown.context["others"] == shown.context["summary"].cases == 2
    assert {(day.on - TODAY).days: day.difference for day in shown.context["outlook"].changed} == {7: -2, 10: 2}
    week = TODAY + timedelta(days=7), TODAY + timedelta(days=10)
    assert {(it.before, it.after) for it in shown.context["summary"].first} == {(week[0], None), (None, week[1])}
    assert sign_in(cast.manager).post("/policies/document_request/move/").status_code == 403
    assert browser.post("/policies/document_request/move/").status_code == 302
    newest = policies.latest(policy)
    assert {case.policy_version for case in Deadline.objects.filter(pk__in=[case.pk for case in cases])} == {newest}
    assert [day.mails for day in forecast.coming(start=TODAY, days=11)][7::3] == [0, 2]
    assert History.objects.filter(verb="move_to_version", object_type="deadline").count() == 2
    assert browser.get("/policies/document_request/").context["others"] == 0


def test_nobody_is_told_twice_or_forgotten_when_a_case_moves(cast: Cast, sign_in: SignIn, policy: ReminderPolicy) -> None:
    """The numbers of the other version are other numbers; the moments are the same."""
    case = engine.open_request(cast)
    engine.walk(TODAY, engine.DUE - timedelta(days=13))
    told = engine.lines()
    today = engine.DUE - timedelta(days=13)
    browser = sign_in(cast.admin)
    browser.post(EDIT, {**as_sent(browser), "most_extensions": 1, "action": "save"})
    policies.move_running(version=policies.latest(policy), actor=cast.admin, today=today, now=engine.at(today))
    engine.walk(today, today)
    assert engine.lines() == told
    later = engine.walk(today + timedelta(days=1), engine.DUE + timedelta(days=30))
    kinds = [kind for _on, kind, to in later if to == cast.csr.email]
    assert kinds == ["reminder_before", "overdue_first", "overdue_second"]
    assert case.steps.filter(status="planned").count() == 0


def test_the_outlook_starts_from_what_the_forecast_says(cast: Cast) -> None:
    for supplier in (cast.nordvare, cast.polar, cast.fjordtek):
        engine.open_request(cast, supplier=supplier, starts_on=TODAY - timedelta(days=3), due_on=TODAY + timedelta(days=18))
    found = what_if.outlook([], today=TODAY)
    assert [day.before for day in found.days] == [day.mails for day in forecast.coming(start=TODAY, days=30)]
    assert found.before == found.after > 0


def test_looking_ahead_costs_the_same_however_many_cases(cast: Cast, sign_in: SignIn, django_assert_max_num_queries: Any) -> None:
    for _number in range(12):
        engine.open_request(cast)
    delivery.deliver(clock=lambda: NOW)
    browser = sign_in(cast.admin)
    data = {**as_sent(browser), "most_extensions": 1, "action": "preview"}
    for address in ("/policies/", "/policies/document_request/", EDIT, "/policies/document_request/move/"):
        with django_assert_max_num_queries(40):  # most of them make the forecast's working tables
            browser.get(address)
    with django_assert_max_num_queries(46):
        assert browser.post(EDIT, data).status_code == 200
