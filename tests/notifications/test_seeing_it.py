"""What is to come, and whether it runs: the pages of coming mail and of the queue, and the filters of the log."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from core.models import History
from notifications import deadlines, delivery, forecast, reminders
from notifications.models import Deadline, Delivery, Message, SweepRun
from tests.cast import Cast, SignIn
from tests.factories import NOW, TODAY
from tests.notifications import engine

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday_morning() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def test_each_coming_day_has_its_bar_and_the_page_says_what_the_command_says(cast: Cast, sign_in: SignIn) -> None:
    for supplier in (cast.nordvare, cast.fjordtek):
        engine.open_request(cast, supplier=supplier, due_on=TODAY + timedelta(days=20))
    page = sign_in(cast.reader).get("/forecast/")
    days = list(forecast.coming(start=TODAY, days=30))
    assert {row.on: row.mails for row in page.context["rows"]} == {day.on: day.mails for day in days if day.mails}
    assert len(page.context["bars"]) == 30
    assert page.context["total"] == sum(day.mails for day in days) > 3
    assert sign_in(cast.csr).get("/forecast/").status_code == 403


def test_behind_a_bar_stand_the_cases_with_who_and_why(cast: Cast, sign_in: SignIn) -> None:
    mine = engine.open_request(cast)
    other = engine.open_request(cast, supplier=cast.polar)
    deadlines.close(other, now=NOW)
    week = TODAY + timedelta(days=7)
    page = sign_in(cast.manager).get(f"/forecast/?on={week}", headers={"Accept-Language": "en"})
    (row,) = page.context["steps"]
    assert (row["step"].deadline_id, row["people"], row["why"]) == (mine.pk, [cast.csr.person], "7 days after it was sent")
    assert cast.csr.name in page.content.decode()


def test_it_narrows_to_an_agreement_and_takes_nonsense_calmly(cast: Cast, sign_in: SignIn) -> None:
    engine.open_request(cast)
    browser = sign_in(cast.manager)
    assert browser.get(f"/forecast/?framework={cast.office.scope_id}").context["total"] == 0
    assert browser.get(f"/forecast/?framework={cast.pc.scope_id}&days=14").context["total"] > 0
    for nonsense in ("?days=4000000", "?framework=x", "?on=yesterday", "?on=0001-01-01", "?on=9999-12-31", "?days="):
        assert browser.get(f"/forecast/{nonsense}").status_code == 200


def test_the_page_costs_the_same_however_much_is_coming(cast: Cast, sign_in: SignIn, django_assert_max_num_queries: Any) -> None:
    browser = sign_in(cast.manager)
    for _number in range(8):
        engine.open_request(cast)
    with django_assert_max_num_queries(40):  # most of them make the forecast's working tables
        browser.get("/forecast/")
    with django_assert_max_num_queries(48):
        assert len(browser.get(f"/forecast/?on={TODAY + timedelta(days=7)}").context["steps"]) == 8


def test_an_administrator_sees_whether_the_queue_moves(cast: Cast, sign_in: SignIn) -> None:
    engine.open_request(cast)
    reminders.sweep(today=TODAY, now=NOW, is_scheduled=True)
    delivery.deliver(clock=lambda: NOW)
    Message.objects.update(status="failed", error="550 no such user")
    engine.open_request(cast, supplier=cast.polar)
    reminders.sweep(today=TODAY, now=NOW, is_scheduled=True)
    Delivery.objects.filter(message=None).update(held_at=NOW)
    page = sign_in(cast.admin).get("/deliveries/health/", headers={"Accept-Language": "en"})
    found = page.context["queue"]
    assert [(it.name, it.failed, it.waiting, it.error) for it in found.domains] == [("nordvare.example", 1, 0, "550 no such user")]
    assert found.statuses == [("failed", 1)]
    assert found.held == 1
    assert len(found.sweeps) == SweepRun.objects.count() == 2
    assert "Send them" in page.content.decode()
    assert sign_in(cast.manager).get("/deliveries/health/").status_code == 403


def test_what_an_error_set_aside_is_shown_and_tried_again(cast: Cast, sign_in: SignIn) -> None:
    bad = engine.open_request(cast, round="many")
    reminders.sweep(today=TODAY, now=NOW)
    browser = sign_in(cast.admin)
    page = browser.get("/deliveries/health/", headers={"Accept-Language": "en"}).content.decode()
    assert bad.title in page
    assert "cannot be read" in page
    deadlines.rewrite(bad, brief={**bad.brief, "round": 1})
    assert browser.post("/deliveries/set-aside/").status_code == 302
    assert [it.status for it in reminders.sweep(today=TODAY, now=NOW)] == ["done"]
    assert History.objects.get(verb="try_again").object_id == bad.pk
    assert "set-aside" not in browser.get("/deliveries/health/").content.decode()


def test_the_log_is_narrowed_by_person_day_and_server(cast: Cast, sign_in: SignIn) -> None:
    for supplier in (cast.nordvare, cast.polar):
        engine.open_request(cast, supplier=supplier)
    reminders.sweep(today=TODAY, now=NOW)
    delivery.deliver(clock=lambda: NOW)
    Message.objects.filter(person=cast.csr.person).update(status="retry", error="451 later")
    Delivery.objects.filter(person=cast.csr.person).update(created_at=NOW - timedelta(days=2))
    browser = sign_in(cast.manager)

    def people(query: str) -> list[str]:
        return sorted(line.person.email for line in browser.get(f"/deliveries/?{query}").context["listing"].rows)

    assert people(f"person={cast.csr.person_id}") == people("server=@NORDVARE.example") == people("refused=true") == [cast.csr.email]
    assert people(f"after={TODAY}") == [cast.csr_polar.email]
    assert people(f"before={TODAY - timedelta(days=2)}") == [cast.csr.email]
    assert people(f"after={TODAY - timedelta(days=2)}&before={TODAY}") == [cast.csr.email, cast.csr_polar.email]
    assert people("before=9999-12-31&server=nowhere.example") == []


def test_a_task_shows_what_was_sent_about_it_and_what_comes(cast: Cast, sign_in: SignIn) -> None:
    engine.open_request(cast)
    engine.walk(TODAY, engine.DUE + timedelta(days=30), send=True)
    engine.walk(engine.DUE + timedelta(days=30), engine.DUE + timedelta(days=30), send=True)
    task = Deadline.objects.get(kind="follow_up", brief__task="reminders_used")
    with time_machine.travel(engine.at(engine.DUE + timedelta(days=30)), tick=False):
        page = sign_in(cast.manager).get(f"/deadlines/{task.pk}/task/")
    entries = page.context["entries"]
    assert any(entry.get("is_coming") for entry in entries)
    assert any(cast.manager.name in entry["title"] for entry in entries)
