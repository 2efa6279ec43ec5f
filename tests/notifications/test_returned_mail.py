"""A mail comes back: its address is no longer used, the next contact is told, and a person finds the right one."""

import json
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import hypothesis
import pytest
import time_machine
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from accounts.models import Person
from core.logs import without_secrets
from notifications import delivery, reminders, timeline
from notifications.bounces import mailbox
from notifications.channels import imap
from notifications.models import Deadline, MailEvent, Message
from tests import factories
from tests.cast import Cast, SignIn
from tests.factories import NOW, TODAY
from tests.imap_server import ImapServer
from tests.notifications import returned_mail as shapes
from tests.notifications.engine import at, open_request

pytestmark = [pytest.mark.django_db, pytest.mark.both]

DAY = timedelta(days=1)
CSR = "csr@nordvare.example"
SECRET = "a-secret-of-the-mail-provider"
HOOK = f"/hooks/mail/{SECRET}"


def send(now: Any = NOW) -> dict[str, int]:
    return dict(delivery.deliver(clock=lambda: now, is_any_time=True))


@pytest.fixture
def sent(cast: Cast) -> Message:
    """Nordvare has been asked, by one mail to its responsible contact; there is a second contact."""
    quality = factories.person("kvalitet@nordvare.example", "Kari Kvalitet")
    factories.contact(cast.nordvare, quality)
    factories.role(cast.pc, cast.nordvare, "csr", quality)
    open_request(cast)
    reminders.sweep(today=TODAY, now=NOW)
    assert send() == {"sent": 1}
    return Message.objects.get(person=cast.csr.person)


@pytest.fixture
def hook(settings: Any, client: Client) -> Iterator[Any]:
    settings.MAIL_HOOK_SECRET = SECRET
    with time_machine.travel(NOW, tick=False):
        yield partial(client.post, HOOK, content_type="application/json")


@pytest.fixture
def box(settings: Any) -> Iterator[ImapServer]:
    server = ImapServer()
    settings.BOUNCE_URL = urlsplit(server.url(handled="Handled"))
    yield server
    server.stop()


def events() -> list[tuple[str, str]]:
    return list(MailEvent.objects.values_list("kind", "source"))


def is_reachable(address: str = CSR) -> bool:
    return Person.objects.get(email=address).undeliverable_since is None


@pytest.mark.parametrize("shape", ["postfix", "exchange", "gmail", "exim", "in_utf8"])
def test_a_mail_that_came_back_reaches_the_next_contact_and_opens_a_task(sent: Message, cast: Cast, box: ImapServer, shape: str) -> None:
    returned = box.arrives(getattr(shapes, shape)(sent.message_id, CSR))
    assert mailbox.read_all(now=NOW + DAY) == 1
    assert (returned.folder, returned.flags) == ("Handled", {"\\Seen"})
    assert events() == [("bounced", "mailbox")]
    sent.refresh_from_db()
    assert (sent.status, sent.sent_at) == ("failed", NOW)
    assert not is_reachable()
    cast.csr.refresh_from_db()
    assert cast.csr.is_active, "nobody's account is closed"
    task = Deadline.objects.get(kind="follow_up")
    assert (task.brief["task"], task.brief["address"]) == ("delivery_failed", CSR)
    reminders.sweep(today=TODAY + DAY, now=at(TODAY + DAY))
    send(at(TODAY + DAY))
    assert Message.objects.filter(person__email="kvalitet@nordvare.example", status="sent").count() == 1


def test_the_same_news_twice_changes_nothing(sent: Message, box: ImapServer, hook: Any) -> None:
    for _ in range(2):
        box.arrives(shapes.postfix(sent.message_id, CSR))
    mailbox.read_all(now=NOW)
    Person.objects.update(undeliverable_since=None)  # somebody has found that the address is right after all
    event = {"message_id": sent.message_id, "event": "bounced", "diagnostic": "550 5.1.1"}
    assert hook(data=json.dumps([event, event])).json() == {"recorded": 2, "ignored": 0}
    assert events() == [("bounced", "mailbox")]
    assert is_reachable()
    assert Deadline.objects.filter(kind="follow_up").count() == 1


def test_news_that_it_arrived_settles_a_mail_whose_outcome_was_unknown(sent: Message, hook: Any) -> None:
    Message.objects.update(status="uncertain", sent_at=None, error="no answer")
    assert hook(data=json.dumps([{"message_id": sent.message_id, "event": "delivered"}])).status_code == 200
    sent.refresh_from_db()
    assert (sent.status, sent.error, sent.sent_at) == ("sent", "", NOW)
    assert send(NOW + DAY) == {}, "it is not sent again"


def test_a_mailbox_that_does_not_answer_raises_the_alarm_until_it_does(
    client: Client, sent: Message, box: ImapServer, settings: Any
) -> None:
    settings.BOUNCE_URL, right = urlsplit("imap://a:b@127.0.0.1:9"), settings.BOUNCE_URL
    mailbox.read_all(now=NOW)
    mailbox.read_all(now=NOW + timedelta(minutes=5))
    with time_machine.travel(NOW + timedelta(minutes=14), tick=False):
        assert "returned_mail" not in client.get("/health/engine").json().get("failing", ())
    with time_machine.travel(NOW + timedelta(minutes=15), tick=False):
        assert "returned_mail" in client.get("/health/engine").json().get("failing", ())
        settings.BOUNCE_URL = right
        mailbox.read_all(now=NOW + timedelta(minutes=15))
        assert "returned_mail" not in client.get("/health/engine").json().get("failing", ())


@pytest.mark.parametrize("shape", shapes.AWAY)
def test_somebody_who_is_away_is_still_written_to(sent: Message, box: ImapServer, shape: str) -> None:
    box.arrives(shapes.away(shape, sent.message_id, CSR))
    mailbox.read_all(now=NOW)
    assert events() == [("auto_reply", "mailbox")]
    assert is_reachable()
    sent.refresh_from_db()
    assert sent.status == "sent"
    assert not Deadline.objects.filter(kind="follow_up").exists()


def test_what_we_do_not_understand_stays_unread_for_a_person(sent: Message, box: ImapServer) -> None:
    letter = box.arrives(shapes.written_by_a_person(sent.message_id, CSR))
    strange = box.arrives(b"\xff\x00 no mail at all")
    foreign = box.arrives(shapes.postfix("<somebody.elses@mail.example>", CSR))
    assert mailbox.read_all(now=NOW) == 0
    for kept in (letter, strange, foreign):
        assert (kept.folder, kept.flags) == ("INBOX", {imap.LOOKED_AT})
    assert events() == []
    assert is_reachable(), "another sender's returned mail says nothing about ours"
    box.commands.clear()
    mailbox.read_all(now=NOW)
    assert not [command for command in box.commands if "FETCH" in command], "it is looked at once"
    assert not [command for command in box.commands if "Deleted" in command or "EXPUNGE" in command]


def test_a_server_that_keeps_no_marks_and_cannot_move(sent: Message, settings: Any) -> None:
    server = ImapServer(keeps_marks=False, can_move=False)
    settings.BOUNCE_URL = urlsplit(server.url(handled="Handled"))
    returned, letter = server.arrives(shapes.gmail(sent.message_id, CSR)), server.arrives(shapes.written_by_a_person("<a@b>", CSR))
    assert mailbox.read_all(now=NOW) == 1
    assert (returned.folder, returned.flags, letter.flags) == ("INBOX", {"\\Seen"}, set())
    assert "UID SEARCH UNSEEN SINCE 27-Feb-2026" in server.commands
    server.stop()


def test_a_mailbox_that_cannot_be_opened_is_tried_again(sent: Message, box: ImapServer, settings: Any) -> None:
    box.arrives(shapes.postfix(sent.message_id, CSR))
    for url in (box.url(password="wrong"), box.url().replace("INBOX", "Elsewhere"), "imap://a:b@127.0.0.1:9/INBOX"):
        settings.BOUNCE_URL = urlsplit(url)
        assert mailbox.read_all(now=NOW) == 0
    settings.BOUNCE_URL = urlsplit(box.url())
    assert mailbox.read_all(now=NOW) == 1


def test_without_a_mailbox_nothing_is_asked(settings: Any) -> None:
    settings.BOUNCE_URL = urlsplit("")
    assert mailbox.read_all(now=NOW) == 0


@pytest.mark.parametrize("diagnostic", ["552 5.2.2 Mailbox full", "550 5.7.1 Blocked"])
def test_a_mail_that_was_refused_for_another_reason_has_failed_but_the_address_is_kept(sent: Message, hook: Any, diagnostic: str) -> None:
    hook(data=json.dumps({"recipient": CSR.upper(), "event": "bounced", "diagnostic": diagnostic}))
    sent.refresh_from_db()
    assert (events(), sent.status, sent.error) == ([("refused", "hook")], "failed", diagnostic)
    assert is_reachable()


def test_one_dead_address_behind_a_shared_one_is_a_task_and_no_more(sent: Message, box: ImapServer) -> None:
    box.arrives(shapes.postfix(sent.message_id, "sluttet@nordvare.example"))
    mailbox.read_all(now=NOW)
    assert events() == [("passed_on", "mailbox")]
    assert is_reachable()
    assert Deadline.objects.get(kind="follow_up").brief["task"] == "delivery_failed"


def test_a_report_that_anybody_can_write_cuts_nobody_off_and_proves_nothing(sent: Message, box: ImapServer) -> None:
    """It names an address that we write to, and shows nothing of the mail that is said to have come back, or to have arrived."""
    box.arrives(shapes.postfix("", CSR))
    assert mailbox.read_all(now=NOW) == 1
    sent.refresh_from_db()
    assert (events(), sent.status, is_reachable()) == ([("unproved", "mailbox")], "sent", True)
    assert Deadline.objects.get(kind="follow_up").brief["task"] == "delivery_failed", "but somebody looks at the contact"
    Message.objects.update(status="uncertain")
    box.arrives(shapes.postfix("", CSR, action="delivered", status="2.0.0"))
    assert mailbox.read_all(now=NOW) == 0


@pytest.mark.parametrize("event", ["delivered", "deferred", "complained", "auto_reply"])
def test_other_news_are_only_kept(sent: Message, hook: Any, event: str) -> None:
    answer = hook(data=json.dumps({"message_id": sent.message_id.strip("<>"), "event": event, "diagnostic": "x\0y \ud800"}))
    assert answer.json() == {"recorded": 1, "ignored": 0}
    assert events() == [(event, "hook")]
    assert is_reachable()
    assert not Deadline.objects.filter(kind="follow_up").exists()


def test_an_address_alone_is_believed_only_soon_after_a_mail(sent: Message, hook: Any) -> None:
    event = json.dumps({"recipient": CSR, "event": "bounced"})
    with time_machine.travel(NOW + 15 * DAY, tick=False):
        assert hook(data=event).json() == {"recorded": 0, "ignored": 1}
    with time_machine.travel(NOW + 13 * DAY, tick=False):
        assert hook(data=event).json() == {"recorded": 1, "ignored": 0}
    assert not is_reachable()


def test_the_provider_may_hand_over_the_mail_itself(sent: Message, hook: Any) -> None:
    raw = shapes.postfix(sent.message_id, CSR)
    for kind in ("message/rfc822", "multipart/report; boundary=x", "application/octet-stream"):
        assert hook(data=raw, content_type=kind).json() == {"recorded": 1, "ignored": 0}
    assert events() == [("bounced", "hook")]


def test_who_does_not_know_the_secret_finds_nothing(sent: Message, hook: Any, client: Client, settings: Any) -> None:
    event = json.dumps({"message_id": sent.message_id, "event": "bounced"})
    assert client.post("/hooks/mail/guessed", event, content_type="application/json").status_code == 404
    assert client.get(HOOK).status_code == 405
    settings.MAIL_HOOK_SECRET = ""
    assert hook(data=event).status_code == 404
    assert client.post("/hooks/mail/", event, content_type="application/json").status_code == 404
    assert events() == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ("{", ""),
        ("[" * 100_000, ""),
        ("null", "0"),
        ('{"event": "bounced"}', "0.message_id"),
        ('{"event": "opened", "recipient": "a@b.example"}', "0.event"),
        ('[{"event": "bounced", "recipient": "a@b.example"}, {"event": 5}]', "1.event"),
        (json.dumps([{}] * 1001), ""),
    ],
)
def test_what_cannot_be_read_is_refused_whole(hook: Any, body: str, field: str) -> None:
    answer = hook(data=body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field
    assert events() == []


def test_too_much_is_refused(hook: Any) -> None:
    assert hook(data=" " * (2**20 + 1)).status_code == 413


BODIES = st.binary(max_size=300) | st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists).map(
    lambda value: json.dumps(value).encode()
)


@given(body=BODIES, kind=st.sampled_from(["application/json", "message/rfc822", "multipart/form-data; boundary=x", "x" * 300]))
@hypothesis.settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)  # nothing is written
def test_no_body_is_an_accident(hook: Any, body: bytes, kind: str) -> None:
    assert hook(data=body, content_type=kind).status_code in (200, 400)
    assert events() == []


def test_the_log_the_timeline_and_the_api_tell_what_became_of_it(sent: Message, cast: Cast, hook: Any, sign_in: SignIn) -> None:
    hook(data=json.dumps({"message_id": sent.message_id, "event": "bounced", "diagnostic": "550 5.1.1 User unknown"}))
    line = sent.lines.get()
    assert line.deadline_id
    page = sign_in(cast.reader).get(f"/deliveries/{line.pk}/").content.decode()
    assert "550 5.1.1 User unknown" in page
    assert "Kom i retur: adressen virker ikke" in page
    entries = timeline.of([line.deadline_id], viewer=cast.reader)
    assert [entry["text"] for entry in entries if entry["title"].startswith("Kom i retur")] == ["550 5.1.1 User unknown"]
    theirs = timeline.of([line.deadline_id], viewer=cast.csr)
    assert not [entry for entry in theirs if "550" in entry.get("text", "")], "what servers say to us is ours"
    row = sign_in(cast.manager).get(f"/api/v1/deliveries/{line.pk}/").json()
    assert [(event["kind"], event["diagnostic"]) for event in row["events"]] == [("bounced", "550 5.1.1 User unknown")]
    assert row["status"] == "failed"


def test_the_log_does_not_give_the_secret_away() -> None:
    entry = without_secrets(None, "info", {"event": "request_started", "request": f"POST {HOOK}?a=1"})
    assert entry["request"] == "POST /hooks/mail/…?a=1"
