"""The timeline of a case: what was sent, to whom, by which step, and what will be sent next and why."""

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from accounts.models import ScopeRole
from notifications import deadlines, timeline
from notifications.models import Deadline, Delivery
from tests.cast import Cast
from tests.factories import NOW, TODAY
from tests.notifications.engine import DUE, open_request, walk

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


def shown(entries: list[timeline.Entry]) -> list[str]:
    return [f"{entry['title']} | {entry.get('text', '')}" for entry in entries]


def test_the_past_with_its_outcome_then_the_future_with_its_reason(cast: Cast) -> None:
    deadline = open_request(cast)
    walk(TODAY, TODAY + 7 * DAY, send=True)
    entries = timeline.of([deadline.pk], viewer=cast.manager)
    past = [entry for entry in entries if not entry.get("is_coming")]
    coming = [entry for entry in entries if entry.get("is_coming")]
    assert entries == past + coming
    assert shown(past) == [
        "Request for documentation, to Nora Nordvare | Sent · When it was sent (“Dokumentasjonsforespørsel”)",
        (
            "Reminder: the request has not been opened, to Nora Nordvare | Sent · 7 days after it was sent (“Dokumentasjonsforespørsel”). "
            "Only if it has not been opened"
        ),
    ]
    assert [entry["at"] for entry in coming] == sorted(entry["at"] for entry in coming if isinstance(entry["at"], date))
    assert (
        shown(coming)[0] == "Reminder before the date, to the responsible contact | 14 days before the date (“Dokumentasjonsforespørsel”)"
    )
    assert any("1 working day after the date" in text for text in shown(coming))


def test_what_waits_says_so_and_what_rests_says_why(cast: Cast) -> None:
    deadline = open_request(cast)
    walk(TODAY, TODAY)
    assert "Waiting to be sent" in shown(timeline.of([deadline.pk], viewer=cast.manager))[0]
    deadlines.wait_for_us(deadline, more=1)
    assert "Rests while it is our turn" in shown(timeline.of([deadline.pk], viewer=cast.manager))[-1]
    deadlines.wait_for_us(deadline, more=-1)
    deadlines.pause(deadline, until=date(2026, 4, 1))
    coming = [entry for entry in timeline.of([deadline.pk], viewer=cast.manager) if entry.get("is_coming")]
    assert ["Rests until 1 April 2026" in text for text in shown(coming)][:3] == [True, True, False], "the third comes after that day"
    Deadline.objects.filter(pk=deadline.pk).update(paused_until=None, taken_until=DUE + timedelta(days=9), taken_by=cast.manager.person)
    resting = [text for text in shown(timeline.of([deadline.pk], viewer=cast.manager)) if "somebody has this" in text]
    assert len(resting) == 1, "the call of the manager, and nothing to the supplier or after that day"


def test_what_was_overtaken_or_reached_nobody_is_not_hidden(cast: Cast) -> None:
    deadline = open_request(cast)
    walk(TODAY, TODAY)
    walk(DUE - 3 * DAY, DUE - 3 * DAY)
    assert any("Replaced by a later message" in text for text in shown(timeline.of([deadline.pk], viewer=cast.manager)))
    ScopeRole.objects.filter(organisation=cast.polar).delete()
    cast.csr_polar.memberships.update(ended_at=NOW)
    silent = open_request(cast, supplier=cast.polar)
    walk(TODAY, TODAY)
    assert any("Reached nobody" in text for text in shown(timeline.of([silent.pk], viewer=cast.manager)))


def test_a_line_through_another_role_says_through_which(cast: Cast) -> None:
    ScopeRole.objects.filter(organisation=cast.nordvare).update(role="csr")
    deadline = open_request(cast)
    walk(TODAY, TODAY)
    text = shown(timeline.of([deadline.pk], viewer=cast.manager))[0]
    assert "because nobody was there as responsible contact" in text


def test_the_supplier_sees_its_own_mails_and_reminders_and_none_of_ours(cast: Cast) -> None:
    deadline = open_request(cast)
    walk(TODAY, DUE + 9 * DAY, send=True)
    ours, theirs = (timeline.of([deadline.pk], viewer=viewer) for viewer in (cast.manager, cast.csr))
    assert any("Call a supplier" in text for text in shown(ours))
    assert not any("Call a supplier" in text or "Formal notice" in text or "agreement owner" in text for text in shown(theirs))
    assert all(not entry.get("url") for entry in theirs)
    assert len([entry for entry in theirs if not entry.get("is_coming")]) == 7
    assert timeline.of([deadline.pk], viewer=cast.csr_polar) == []


def test_a_cancelled_case_has_nothing_to_come(cast: Cast) -> None:
    deadline = open_request(cast)
    walk(TODAY, TODAY, send=True)
    deadlines.close(deadline, now=NOW)
    assert [entry for entry in timeline.of([deadline.pk], viewer=cast.manager) if entry.get("is_coming")] == []


def test_it_costs_the_same_however_much_happened(cast: Cast, django_assert_max_num_queries: Any) -> None:
    deadline = open_request(cast)
    walk(TODAY, DUE + 40 * DAY, send=True)
    assert Delivery.objects.count() > 8
    with django_assert_max_num_queries(6):
        entries = timeline.of([deadline.pk], viewer=cast.manager)
        html = render_to_string("notifications/timeline.html", {"entries": entries})
    assert html.count("<li") == len(entries)
    assert all(isinstance(entry["at"], date | datetime) for entry in entries)


@pytest.mark.parametrize(
    ("past", "coming", "folded"), [(0, 3, []), (6, 4, []), (7, 5, ["See 2 earlier events", "See 2 more that are planned"])]
)
def test_a_long_past_and_a_long_row_of_plans_are_folded(past: int, coming: int, folded: list[str]) -> None:
    """Everything is on the page; what lies near today stands open."""
    events = [
        {"at": TODAY + (number - past) * DAY, "title": f"No. {number}", "is_coming": number >= past} for number in range(past + coming)
    ]
    page = render_to_string("notifications/timeline.html", {"entries": events})
    assert [f"No. {number}<" in page for number in range(past + coming)] == [True] * (past + coming)
    assert re.findall(r"<summary>(.*)</summary>", page) == folded
