"""What each rule about a meeting refuses, and what of it the supplier does not read."""

from datetime import timedelta
from typing import Any

import pytest

from core.errors import Invalid, WrongState
from core.models import History
from followup.models import Meeting, MeetingAction
from followup.services import meetings, minutes
from followup.services.meeting_actions import NewAction
from notifications.models import Deadline, Delivery
from tests.cast import Cast
from tests.factories import NOW, TODAY
from tests.followup.findings.stories import logged
from tests.followup.meetings.stories import HELD, OURS, THEIRS, fresh, held, planned, sent
from tests.walking import at

AT: dict[str, Any] = {"now": NOW, "today": TODAY}


def read_by_supplier(cast: Cast, it: Meeting) -> set[str]:
    return set(History.objects.visible_to(cast.csr).filter(object_id=it.pk).values_list("verb", flat=True))


def test_of_a_meeting_to_which_it_was_not_invited_the_supplier_reads_nothing(cast: Cast, meeting: Meeting) -> None:
    meetings.edit(meeting=meeting, place="Room 4", actor=cast.manager, **AT)
    meetings.cancel(meeting=meeting, reason="Not needed.", actor=cast.manager, **AT)
    assert History.objects.filter(object_id=meeting.pk).count() == 3
    assert read_by_supplier(cast, meeting) == set()
    assert not Delivery.objects.filter(organisation=cast.nordvare).exists()


def test_that_minutes_are_being_written_is_ours(cast: Cast, meeting: Meeting) -> None:
    meetings.invite(meeting=meeting, actor=cast.manager, **AT)
    held(cast, meeting)
    assert read_by_supplier(cast, meeting) == {"invite"}
    minutes.send(meeting=fresh(meeting), actor=cast.manager, now=at(HELD), today=HELD)
    assert read_by_supplier(cast, meeting) == {"invite", "send_minutes"}


def test_nobody_is_invited_to_what_has_begun(cast: Cast) -> None:
    it = planned(cast, starts_at=NOW)
    with pytest.raises(WrongState, match="has begun already"):
        meetings.invite(meeting=it, actor=cast.manager, **AT)


def test_a_meeting_is_about_the_suppliers_own_findings(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        planned(cast, findings=[logged(cast, supplier=cast.polar, obligations=())])
    assert [fault.code for fault in refused.value.errors] == ["not_the_suppliers"]


def test_an_action_that_the_other_side_takes_over_is_chased_as_theirs(cast: Cast, meeting: Meeting) -> None:
    held(cast, meeting, actions=[THEIRS])
    was = MeetingAction.objects.get()
    held(cast, fresh(meeting), actions=[NewAction("cpb", THEIRS.text, THEIRS.due_on, id=was.pk), OURS])
    owed = Deadline.objects.filter(about_id=meeting.pk).exclude(kind="meeting").values_list("kind", "turn", "organisation")
    assert list(owed) == [("meeting_task", "cpb", cast.cpb.pk)] * 2


def test_minutes_that_end_without_a_yes_are_not_asked_for_any_more(cast: Cast, meeting: Meeting) -> None:
    sent(cast, meeting)
    minutes.settle(meeting=fresh(meeting), reason="No answer.", actor=cast.manager, now=at(HELD), today=HELD + timedelta(days=20))
    assert not Deadline.objects.open().filter(about_id=meeting.pk, kind="minutes").exists()
    assert Deadline.objects.open().filter(about_id=meeting.pk).count() == 2, "what was agreed is owed all the same"
