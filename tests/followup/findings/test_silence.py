"""Silence about a minor finding is taken up at the next status meeting, where one is planned in time."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from followup.models import Finding
from followup.services import finding_silence, meeting_agenda, meetings
from notifications.models import Deadline, Delivery, Message
from tests.cast import Cast
from tests.contracts.pages import text
from tests.factories import NOW, TODAY
from tests.followup.conftest import Visit
from tests.followup.findings.stories import clocks, logged, page_of
from tests.followup.meetings import stories
from tests.walking import DAY, at, walk


@pytest.fixture
def finding(cast: Cast) -> Finding:
    return logged(cast, "minor", text="No hour lists for March.")


def told_owner() -> list[str]:
    return [line.person.email for line in Delivery.objects.filter(kind="finding_escalation")]


def status_meeting(cast: Cast, day: date) -> Any:
    return stories.planned(cast, starts_at=at(day) + timedelta(hours=1))


@pytest.mark.both
def test_it_waits_for_the_meeting_and_then_climbs(cast: Cast, visit: Visit, clock: time_machine.Traveller, finding: Finding) -> None:
    response = clocks(finding)["response"].due_on
    meeting = status_meeting(cast, response + 30 * DAY)
    finding_silence.sweep(today=TODAY)
    walk(TODAY, response + 10 * DAY)
    assert told_owner() == []
    task = Deadline.objects.open().get(kind="follow_up", about_id=finding.pk)
    assert task.brief["task"] == "finding_silent", "the manager has it to decide all the same"
    assert "statusmøtet" in Message.objects.filter(lines__kind="finding_silent").get().text
    clock.move_to(at(response + 10 * DAY))
    browser = visit(cast.manager)
    page = text(browser.get(page_of(finding)))
    assert "A status meeting takes it up" in page
    assert "Rests until the status meeting" in page
    assert "taken up at the status meeting" in text(browser.get(f"/deadlines/{task.pk}/task/"))
    assert "Findings without an answer" in text(browser.get(stories.page_of(meeting)))
    proposed = meeting_agenda.proposed(
        framework=cast.pc, supplier=cast.nordvare, kind="status", viewer=cast.manager, today=response + 10 * DAY
    )
    assert "No hour lists for March – should have been done by" in proposed
    walk(response + 10 * DAY, response + 31 * DAY)
    assert set(told_owner()) == {cast.owner.email}, "the meeting has been, and nobody has answered"


def test_without_a_meeting_in_time_the_owner_is_told(cast: Cast, visit: Visit, clock: time_machine.Traveller, finding: Finding) -> None:
    response = clocks(finding)["response"].due_on
    too_late = status_meeting(cast, response + 61 * DAY)
    finding_silence.sweep(today=TODAY)
    assert clocks(finding)["response"].taken_until is None
    assert clocks(finding)["plan"].taken_until == response + 61 * DAY, "what is due later may wait for it"
    meetings.cancel(meeting=too_late, reason="Nobody can come.", actor=cast.manager, now=NOW, today=TODAY)
    finding_silence.sweep(today=TODAY)
    assert clocks(finding)["plan"].taken_until is None
    clock.move_to(at(response + DAY))
    assert "Plan a status meeting" in text(visit(cast.manager).get(page_of(finding)))
    walk(TODAY, response + 8 * DAY)
    assert told_owner() == [cast.owner.email]


def test_a_serious_one_waits_for_no_meeting(cast: Cast) -> None:
    serious = logged(cast)
    status_meeting(cast, TODAY + 20 * DAY)
    finding_silence.sweep(today=TODAY)
    assert not Deadline.objects.filter(about_id=serious.pk, taken_until__isnull=False).exists()
