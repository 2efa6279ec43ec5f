"""Meetings as the tests need them: planned, held, with minutes sent."""

from datetime import date, timedelta
from typing import Any

from followup.models import Meeting
from followup.services import meetings, minutes
from followup.services.meeting_actions import NewAction
from followup.services.meetings import Guest
from tests.cast import Cast
from tests.factories import NOW, TODAY
from tests.walking import at

STARTS = NOW + timedelta(days=7, hours=1)
HELD = TODAY + timedelta(days=7)
THEIRS = NewAction("supplier", "Send the list of factories.", TODAY + timedelta(days=40), "Nora Nordvare")
OURS = NewAction("cpb", "Send the template.", TODAY + timedelta(days=30))


def page_of(it: Meeting, *parts: str) -> str:
    return "/".join(["", "meetings", str(it.pk), *parts, ""])


def fresh(it: Meeting) -> Meeting:
    """As a page would read it."""
    about = ("framework__organisation", "framework__scope", "supplier", "deadline__organisation")
    return Meeting.objects.select_related(*about).get(pk=it.pk)


def planned(cast: Cast, **said: Any) -> Meeting:
    """By the manager, with the main contact of Nordvare and somebody who is only a name."""
    guests = [Guest("cpb", cast.manager.person), Guest("supplier", cast.csr.person), Guest("supplier", None, "Arne Advokat")]
    fields = {
        "kind": "status",
        "starts_at": STARTS,
        "agenda": "Factories\nWages",
        "place": "Room 3",
        "participants": guests,
        "actor": cast.manager,
        **said,
    }
    return meetings.plan(framework=cast.pc, supplier=cast.nordvare, now=NOW, today=TODAY, **fields)


def held(cast: Cast, it: Meeting, *, text: str = "We spoke of factories.", actions: Any = (THEIRS, OURS), day: date = HELD) -> None:
    minutes.write(meeting=it, text=text, held_on=HELD, actions=list(actions), actor=cast.manager, now=at(day), today=day)


def sent(cast: Cast, it: Meeting, *, day: date = HELD) -> None:
    held(cast, it, day=day)
    minutes.send(meeting=it, actor=cast.manager, now=at(day), today=day)
