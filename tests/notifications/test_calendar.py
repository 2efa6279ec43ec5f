"""A private calendar address: what stands in it, for whom, and who gets no further. Read by two libraries that share nothing."""

import logging
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

import icalendar
import pytest
import time_machine
from django.test import Client
from ical.calendar_stream import IcsCalendarStream

from accounts.models import Person
from core.logs import without_secrets
from core.models import History
from notifications import calendar_feeds, deadlines, ics
from notifications.models import CalendarFeed, Deadline
from tests import factories
from tests.cast import Cast, SignIn
from tests.factories import NOW, TODAY
from tests.notifications.engine import DUE, open_request

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday_morning() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def address(sign_in: SignIn, user: Any) -> str:
    page = sign_in(user).post("/inbox/calendar/")
    assert page["Cache-Control"] == "no-store"
    return urlsplit(page.context["address"]).path


def read(text: bytes) -> list[Any]:
    """The entries, if both libraries read the same out of it and neither complains."""
    (calendar,) = icalendar.Calendar.from_ical(text, multiple=True)
    entries = calendar.walk("VEVENT")
    assert not [fault for part in calendar.walk() for fault in part.errors]
    strict = IcsCalendarStream.calendar_from_ics(text.decode())
    assert [(e.uid, e.summary, e.dtstart, e.dtend, e.sequence) for e in strict.events] == [
        (e["UID"], str(e["SUMMARY"]), e["DTSTART"].dt, e["DTEND"].dt, e["SEQUENCE"]) for e in entries
    ]
    return list(entries)


def test_a_supplier_reads_what_it_owes_without_signing_in(cast: Cast, sign_in: SignIn) -> None:
    asked = open_request(cast)
    open_request(cast, supplier=cast.polar)
    answer = Client().get(address(sign_in, cast.csr))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert not answer.cookies
    (entry,) = read(answer.content)
    assert entry["UID"].startswith(str(asked.pk))
    assert (entry["DTSTART"].dt, entry["DTEND"].dt) == (DUE, DUE + timedelta(days=1))
    assert entry["DTSTART"].params["VALUE"] == "DATE"
    assert cast.pc.title in entry["SUMMARY"]
    assert entry["URL"].endswith(f"/deadlines/{asked.pk}/")
    assert not entry.walk("VALARM")
    assert cast.polar.name not in answer.content.decode()


def test_we_read_the_agreements_that_we_are_named_on_and_our_own_tasks(cast: Cast, sign_in: SignIn) -> None:
    asked = factories.document_request(cast.pc, cast.nordvare, cast.manager)
    foreign = factories.document_request(cast.office, cast.polar, cast.other_manager)
    task = deadlines.open_new(
        kind="follow_up",
        about_id=asked.pk,
        title="Finn riktig kontakt",
        scope=cast.pc.scope,
        organisation=cast.cpb,
        turn="cpb",
        starts_on=TODAY,
        due_on=TODAY,
        brief={},
        now=NOW,
    )
    uids = {str(entry["UID"]).partition("@")[0] for entry in read(Client().get(address(sign_in, cast.manager)).content)}
    assert {str(asked.deadline_id), str(task.pk)} <= uids
    assert str(foreign.deadline_id) not in uids
    assert read(Client().get(address(sign_in, cast.reader)).content) == []


def test_a_contributor_has_only_the_agreements_where_it_is_named(cast: Cast, sign_in: SignIn) -> None:
    open_request(cast)
    mine = address(sign_in, cast.sales)
    assert read(Client().get(mine).content) == []
    factories.role(cast.pc, cast.nordvare, "csr", cast.sales.person)
    assert len(read(Client().get(mine).content)) == 1


def test_whoever_belongs_to_two_suppliers_reads_both_and_no_third(cast: Cast, sign_in: SignIn) -> None:
    for supplier in (cast.nordvare, cast.fjordtek, cast.polar):
        open_request(cast, supplier=supplier)
    feed = address(sign_in, cast.csr_fjordtek)
    assert len(read(Client().get(feed).content)) == 2
    cast.csr_fjordtek.memberships.filter(organisation=cast.nordvare).update(ended_at=NOW)
    assert len(read(Client().get(feed).content)) == 1


def test_a_moved_date_is_the_same_entry_with_a_higher_number_and_a_closed_one_is_gone(cast: Cast, sign_in: SignIn) -> None:
    asked, feed = open_request(cast), address(sign_in, cast.csr)
    (before,) = read(Client().get(feed).content)
    deadlines.move(asked, due_on=DUE + timedelta(days=7), today=TODAY, now=NOW + timedelta(hours=1))
    (after,) = read(Client().get(feed).content)
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] == before["SEQUENCE"] + 1
    assert after["LAST-MODIFIED"].dt > before["LAST-MODIFIED"].dt
    assert after["DTSTART"].dt == DUE + timedelta(days=7)
    deadlines.close(asked, now=NOW)
    assert read(Client().get(feed).content) == []


def test_nothing_new_is_answered_with_304(cast: Cast, sign_in: SignIn) -> None:
    asked, feed = open_request(cast), address(sign_in, cast.csr)
    tag = Client().get(feed)["ETag"]
    with time_machine.travel(NOW + timedelta(days=3)):
        again = Client().get(feed, headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    deadlines.move(asked, due_on=DUE + timedelta(days=1), today=TODAY, now=NOW)
    assert Client().get(feed, headers={"If-None-Match": tag}).status_code == 200


def test_the_secret_is_shown_once_and_nowhere_kept(cast: Cast, sign_in: SignIn, caplog: Any) -> None:
    secret = address(sign_in, cast.csr).removeprefix("/calendar/").removesuffix(".ics")
    assert secret not in sign_in(cast.csr).get("/inbox/calendar/").content.decode()
    assert secret not in str(list(CalendarFeed.objects.values()))
    with caplog.at_level(logging.INFO, "django_structlog"):
        Client().get(f"/calendar/{secret}.ics")
    assert "GET /calendar/…" in caplog.text
    assert secret not in caplog.text
    said = {"event": f"Not Found: /calendar/{secret}.ics", "request": f"GET /accounts/invitation/{secret}/?next=/x"}
    assert without_secrets(None, "info", said) == {"event": "Not Found: /calendar/…", "request": "GET /accounts/invitation/…/?next=/x"}
    assert {row.verb for row in History.objects.filter(object_type="calendar_feed")} == {"make_calendar"}


def test_a_renewed_or_revoked_address_stops_working(cast: Cast, sign_in: SignIn) -> None:
    first = address(sign_in, cast.csr)
    second = address(sign_in, cast.csr)
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200
    browser = sign_in(cast.csr)
    assert browser.post("/inbox/calendar/revoke/").status_code == 302
    assert browser.post("/inbox/calendar/revoke/").status_code == 302
    assert Client().get(second).status_code == 404
    assert Client().get("/calendar/made-up.ics").status_code == 404


def test_an_account_that_is_closed_has_no_calendar(cast: Cast, sign_in: SignIn) -> None:
    feed = address(sign_in, cast.csr)
    type(cast.csr).objects.filter(pk=cast.csr.pk).update(is_active=False)
    assert Client().get(feed).status_code == 404


def test_it_speaks_the_persons_language_not_the_programs(cast: Cast, sign_in: SignIn) -> None:
    open_request(cast)
    feed = address(sign_in, cast.csr)
    for language, word in (("nb", "Frister"), ("nn", "Fristar"), ("en", "Deadlines")):
        Person.objects.filter(pk=cast.csr.person_id).update(language=language)
        assert f"X-WR-CALNAME:{word}" in Client().get(feed, headers={"Accept-Language": "en"}).content.decode()


def test_too_many_questions_are_refused(cast: Cast, sign_in: SignIn) -> None:
    feed = address(sign_in, cast.csr)
    with time_machine.travel(NOW, tick=False):
        codes = [Client().get(feed).status_code for _ in range(32)]
    assert codes[:30] == [200] * 30
    assert codes[30:] == [429] * 2


def test_it_costs_the_same_however_long(cast: Cast, sign_in: SignIn, django_assert_num_queries: Any) -> None:
    feed = address(sign_in, cast.manager)
    Client().get(feed)
    for _ in range(5):
        open_request(cast)
    with django_assert_num_queries(3):
        assert len(read(Client().get(feed).content)) == 5


@pytest.mark.parametrize("title", ["A, b; c\\d", "linje\nto", "\x00\x1b\r", "é" * 300, "🦊" * 200, "", ":", "BEGIN:VEVENT"])
@pytest.mark.parametrize("due_on", [DUE, date(2028, 2, 29), date(2026, 12, 31), date(2026, 3, 29)])
def test_whatever_stands_in_a_title_both_libraries_read_it(cast: Cast, title: str, due_on: date) -> None:
    deadline = open_request(cast)
    deadline.title, deadline.due_on = title, due_on
    text = ics.feed([deadline], name=title, language="nb", is_ours=True)
    (entry,) = read(text)
    assert entry["DTEND"].dt - entry["DTSTART"].dt == timedelta(days=1)
    assert all(len(line) <= 75 for line in text.split(b"\r\n"))


def test_the_last_day_there_is_has_no_day_after(cast: Cast) -> None:
    deadline = open_request(cast)
    deadline.due_on = date.max
    text = ics.feed([deadline], name="x", language="nb", is_ours=False)
    assert b"DTEND" not in text
    assert len(IcsCalendarStream.calendar_from_ics(text.decode()).events) == 1


def test_what_cannot_be_written_is_said_and_not_swallowed(cast: Cast) -> None:
    deadline = open_request(cast)
    deadline.times_moved = "many"  # type: ignore[assignment]
    with pytest.raises((ics.Unreadable, ValueError)):
        ics.feed([deadline], name="x", language="nb", is_ours=False)


def test_the_page_of_ones_settings_leads_there(cast: Cast, sign_in: SignIn) -> None:
    assert "/inbox/calendar/" in sign_in(cast.csr).get("/accounts/settings/").content.decode()
    assert Deadline.objects.count() == 0
    assert calendar_feeds.owner("made-up", today=TODAY) is None
