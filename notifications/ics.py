"""Deadlines as a calendar (RFC 5545) that calendar programs subscribe to, and a meeting as an entry that is sent to people.

The same deadlines give the same text, octet for octet."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vDuration, vText

from notifications import links
from notifications.models import Deadline, Turn

CONTENT_TYPE = "text/calendar; charset=utf-8"
ONE_DAY = timedelta(days=1)
READ_AGAIN_AFTER = timedelta(hours=1)
CONTROLS = {code: " " for code in (*range(32), 127) if code != ord("\n")}
"""What a calendar may not hold, whoever pasted it into a title."""


class Unreadable(Exception):
    """The library could not write a value; it says so in a list, and nobody would look there."""


def feed(deadlines: Iterable[Deadline], *, name: str, language: str, is_ours: bool) -> bytes:
    """All-day entries, without alarms: reminding is the ladder's. What is closed is left out, so it disappears."""
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.ORGANISATION_NAME}//Deadlines//{language.upper()}")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    for known_as in ("name", "x-wr-calname"):  # as vText, or the library writes it without escaping
        calendar.add(known_as, vText(name.translate(CONTROLS)))
    calendar.add("refresh-interval", vDuration(READ_AGAIN_AFTER, params={"VALUE": "DURATION"}))
    calendar.add("x-published-ttl", vDuration(READ_AGAIN_AFTER))  # the same for Outlook
    for deadline in deadlines:
        calendar.add_component(_entry(deadline, is_ours))
    _check(calendar)
    return calendar.to_ical()


def meeting(said: dict[str, Any], *, at: datetime, url: str = "", attendee: str = "", organiser: str = "") -> bytes:
    """One meeting as a calendar file. `said` is what its brief has under `calendar`: uid, starts_at, ends_at, title, place, text,
    revision and is_cancelled. `at` is when it was said. With an attendee it is an invitation (RFC 5546), else an entry to keep.
    """
    calendar, event = Calendar(), Event()
    calendar.add("prodid", f"-//{settings.ORGANISATION_NAME}//Meetings")
    calendar.add("version", "2.0")
    calendar.add("method", method_of(said) if attendee else "PUBLISH")
    event.add("uid", f"{said['uid']}@{urlsplit(settings.BASE_URL).hostname}")
    event.add("dtstamp", _second(at))
    event.add("sequence", int(said["revision"]))
    event.add("dtstart", _second(datetime.fromisoformat(said["starts_at"])))
    event.add("dtend", _second(datetime.fromisoformat(said["ends_at"])))
    event.add("summary", str(said["title"]).translate(CONTROLS))
    event.add("location", str(said["place"]).translate(CONTROLS))
    event.add("description", "\n\n".join(part for part in (str(said["text"]), url) if part).translate(CONTROLS))
    event.add("status", "CANCELLED" if said["is_cancelled"] else "CONFIRMED")
    if url:
        event.add("url", url)
    if attendee:
        event.add("organizer", f"mailto:{organiser}")
        event.add("attendee", f"mailto:{attendee}")
    calendar.add_component(event)
    _check(calendar)
    return calendar.to_ical()


def method_of(said: dict[str, Any]) -> str:
    return "CANCEL" if said["is_cancelled"] else "REQUEST"


def _entry(deadline: Deadline, is_ours: bool) -> Event:
    event = Event()
    changed = _second(deadline.moved_at or deadline.opened_at or deadline.created_at)
    event.add("uid", f"{deadline.pk}@{urlsplit(settings.BASE_URL).hostname}")
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("created", _second(deadline.created_at))
    event.add("sequence", deadline.times_moved)
    event.add("dtstart", deadline.due_on)
    if deadline.due_on < date.max:
        event.add("dtend", deadline.due_on + ONE_DAY)  # the first day that is no longer part of it
    event.add("summary", _summary(deadline, is_ours).translate(CONTROLS))
    event.add("description", _description(deadline).translate(CONTROLS))
    event.add("url", _address(deadline))
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    return event


def _summary(deadline: Deadline, is_ours: bool) -> str:
    """What, and on which agreement; for us also who owes it."""
    words = {"title": deadline.title, "agreement": deadline.scope.name, "supplier": deadline.organisation.name}
    if is_ours and deadline.turn == Turn.SUPPLIER:
        return _("%(title)s, %(supplier)s (%(agreement)s)") % words
    return _("%(title)s (%(agreement)s)") % words


def _description(deadline: Deadline) -> str:
    whose = _("Waiting for: %(who)s") % {
        "who": deadline.organisation.name if deadline.turn == Turn.SUPPLIER else settings.ORGANISATION_NAME
    }
    lines = [str(deadline.get_kind_display()).capitalize(), whose]
    if deadline.due_on != deadline.original_due_on:
        lines.append(_("First date: %(day)s") % {"day": deadline.original_due_on.isoformat()})
    return "\n".join([*lines, _address(deadline)])


def _address(deadline: Deadline) -> str:
    return links.absolute(reverse("notifications:deadline", args=[deadline.pk]))


def _second(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)


def _check(calendar: Calendar) -> None:
    faults: list[Any] = [fault for part in calendar.walk() for fault in part.errors]
    if faults:
        raise Unreadable(faults)
