"""More time: what is possible is said before anybody asks, the policy's limits hold for managers, and both dates are kept."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from followup.models import DocumentRequest, TimeRequest
from followup.services import more_time, reviewing
from notifications import delivery
from notifications.models import Deadline, Delivery, Message, PlannedStep
from reports import queries
from tests import factories
from tests.cast import Cast
from tests.contracts.pages import said, text
from tests.factories import NOW, TODAY
from tests.followup.conftest import Visit
from tests.followup.stories import submitted, url

FIRST = date(2026, 4, 13)
LATEST = FIRST + timedelta(days=60)  # 12 June
BEYOND = LATEST + timedelta(days=3)


@pytest.fixture
def it(cast: Cast) -> DocumentRequest:
    return factories.document_request(cast.pc, cast.nordvare, cast.manager, title="Yearly report")


def wish(cast: Cast, it: DocumentRequest, wanted_on: date, *, today: date = TODAY) -> TimeRequest:
    it = DocumentRequest.objects.select_related("deadline").get(pk=it.pk)
    now = NOW + (today - TODAY)
    return more_time.ask(request=it, wanted_on=wanted_on, reason="The report is late.", actor=cast.csr, now=now, today=today)


def due(it: DocumentRequest) -> date:
    return Deadline.objects.get(pk=it.deadline_id).due_on


def test_the_supplier_is_told_what_is_possible_before_it_asks(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    page = text(visit(cast.csr).get(url(it)))
    assert "More time can be given until 12 June 2026. It can be given 2 more times." in page
    assert "Ask all the same: then the agreement owner or the section head decides." in page


def test_a_manager_gives_what_the_policy_allows_and_the_owner_more(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    asked = wish(cast, it, BEYOND)
    page = text(visit(cast.manager).get(url(it)))
    assert "This date can only be given by the agreement owner or the section head." in page
    assert "Give time until" not in page
    refused = visit(cast.manager).post(url(it, "more-time", asked.pk), {"decision": "granted"})
    assert refused.status_code == 403
    assert "More time can be given until 12 June 2026" in text(refused)
    assert due(it) == FIRST
    assert visit(cast.admin).post(url(it, "more-time", asked.pk), {"decision": "granted"}).status_code == 403
    assert "Give time until Monday 15 June 2026" in text(visit(cast.owner).get(url(it)))
    assert visit(cast.owner).post(url(it, "more-time", asked.pk), {"decision": "granted"}).status_code == 302
    assert due(it) == BEYOND


def test_the_owner_is_told_of_a_wish_that_needs_the_owner(cast: Cast, it: DocumentRequest) -> None:
    wish(cast, it, BEYOND)
    told = Delivery.objects.filter(kind="more_time_wanted")
    assert set(told.values_list("person__email", flat=True)) == {"manager@cpb.example", "owner@cpb.example"}


def test_an_ordinary_wish_is_for_the_manager_alone(cast: Cast, it: DocumentRequest) -> None:
    wish(cast, it, LATEST)
    assert [line.person.email for line in Delivery.objects.filter(kind="more_time_wanted")] == ["manager@cpb.example"]


def test_after_as_often_as_the_policy_says_only_the_owner_gives_more(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    for day in (20, 27):
        answer = visit(cast.manager).post(url(it, "extend"), {"due_on": f"2026-04-{day}", "reason": "Strike"})
        assert answer.status_code == 302
    page = text(visit(cast.csr).get(url(it)))
    assert "More time has been given as often as our rules allow." in page
    asked = wish(cast, it, date(2026, 5, 4))
    assert visit(cast.manager).post(url(it, "more-time", asked.pk), {"decision": "granted"}).status_code == 403
    assert visit(cast.deputy).post(url(it, "extend"), {"due_on": "2026-05-04", "reason": "x"}).status_code == 403
    assert visit(cast.manager).post(url(it, "extend"), {"due_on": "2026-04-24", "reason": "Agreed"}).status_code == 302, "earlier"
    assert visit(cast.section).post(url(it, "more-time", asked.pk), {"decision": "granted"}).status_code == 302
    assert due(it) == date(2026, 5, 4)


def test_whom_the_policy_names_may_go_beyond(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    version: Any = it.deadline.policy_version
    type(version).objects.filter(pk=version.pk).update(beyond_limits="section_head")
    asked = wish(cast, it, BEYOND)
    assert visit(cast.owner).post(url(it, "more-time", asked.pk), {"decision": "granted"}).status_code == 403
    type(version).objects.filter(pk=version.pk).update(beyond_limits="manager")
    assert visit(cast.manager).post(url(it, "more-time", asked.pk), {"decision": "granted"}).status_code == 302


def test_without_limits_a_manager_gives_any_date(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    version: Any = it.deadline.policy_version
    type(version).objects.filter(pk=version.pk).update(most_extensions=None, longest_extension=None)
    assert "More time can be given" not in text(visit(cast.csr).get(url(it)))
    assert visit(cast.manager).post(url(it, "extend"), {"due_on": "2027-04-13", "reason": "x"}).status_code == 302


@pytest.mark.parametrize("choice", ["grant", "other", "refuse"])
def test_the_mails_buttons_lead_to_the_page_and_opening_one_decides_nothing(
    cast: Cast, visit: Visit, it: DocumentRequest, choice: str
) -> None:
    asked = wish(cast, it, date(2026, 5, 4))
    delivery.deliver(clock=lambda: NOW, is_any_time=True)
    mail = Message.objects.get(person=cast.manager.person)
    found = re.search(rf"https?://\S+?(/document-requests/\S+\?choice={choice})#more-time", mail.text)
    assert found
    assert f"?choice={choice}#more-time" in mail.html
    page = visit(cast.manager).get(found[1]).content.decode()
    asked.refresh_from_db()
    assert asked.decision == "pending"
    ready = {"grant": "autofocus", "other": '<details class="ds-details" open>', "refuse": '<details class="ds-details" open>'}
    assert page.count(ready[choice]) == 1


def test_asking_after_the_date_stops_the_reminders_and_the_ladder_starts_anew(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    delivery.deliver(clock=lambda: NOW, is_any_time=True)
    late = FIRST + timedelta(days=4)
    asked = wish(cast, it, FIRST + timedelta(days=21), today=late)
    more_time.grant(wish=asked, actor=cast.manager, now=NOW + (late - TODAY), today=late)
    deadline = Deadline.objects.get(pk=it.deadline_id)
    assert (deadline.original_due_on, deadline.due_on) == (FIRST, date(2026, 5, 4))
    coming = PlannedStep.objects.planned().filter(deadline=deadline).order_by("on")
    assert [step.on for step in coming][:2] == [date(2026, 4, 20), date(2026, 5, 1)], "14 and 3 days before the new date"
    page = text(visit(cast.manager).get(url(it)))
    assert "Due 4 May 2026 first 13 April 2026" in page


def test_who_delivers_meanwhile_needs_no_answer_and_may_ask_again(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    asked = wish(cast, it, date(2026, 5, 4))
    it = DocumentRequest.objects.select_related("deadline").get(pk=it.pk)
    submitted(it, cast.csr, it.items.get().title)
    asked.refresh_from_db()
    task: Any = asked.deadline
    assert (asked.decision, task.is_open) == ("dropped", False), "the manager is not reminded of what cannot be decided"
    it = DocumentRequest.objects.select_related("deadline").get(pk=it.pk)
    reviewing.return_(request=it, reason="incomplete", actor=cast.manager, now=NOW, today=TODAY)
    assert "The date stands." not in text(visit(cast.csr).get(url(it)))
    assert wish(cast, it, date(2026, 5, 4)).decision == "pending"


def test_another_date_must_be_later_than_the_present(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    asked = wish(cast, it, date(2026, 5, 4))
    answer = visit(cast.manager).post(url(it, "more-time", asked.pk), {"decision": "granted", "due_on": "2026-04-13"})
    assert answer.status_code == 422
    assert "Choose a day after the present date." in text(answer)


def test_figures_count_by_the_first_date_and_by_the_agreed_one(cast: Cast, it: DocumentRequest) -> None:
    asked = wish(cast, it, date(2026, 5, 4))
    more_time.grant(wish=asked, actor=cast.manager, now=NOW, today=TODAY)
    it.refresh_from_db()
    submitted(it, cast.csr, it.items.get().title, now=NOW + timedelta(days=50))
    figures = queries.on_time(queries.requests_of(cast.manager), TODAY + timedelta(days=60))
    assert {figure.code: (figure.part, figure.whole) for figure in figures} == {"on_time_first_date": (0, 1), "on_time_agreed_date": (1, 1)}


def test_a_batch_says_which_could_not_get_the_date(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    body = {"due_on": BEYOND.isoformat(), "reason": "Strike"}
    answer = visit(cast.manager).post(f"/document-requests/bulk/?do=extend&id={it.pk}", body, follow=True)
    assert "More time can be given until 12 June 2026" in said(answer)
    assert due(it) == FIRST
