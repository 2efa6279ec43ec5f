"""A mail server that says later, never, nothing, or goes away: what was promised is tried again, and what failed is seen."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
import time_machine

from accounts.models import ScopeRole
from notifications import claims, deadlines, delivery, health, reminders, tasks_for_us
from notifications.models import Deadline, Delivery, Message
from tests import factories
from tests.cast import Cast
from tests.factories import NOW, TODAY
from tests.mail_server import MailServer
from tests.notifications.engine import open_request

pytestmark = [pytest.mark.django_db, pytest.mark.both]

MINUTE = timedelta(minutes=1)
Send = Callable[..., dict[str, int]]


@pytest.fixture
def send(mail_server: MailServer, settings: Any) -> Send:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", mail_server.port, 2
    settings.EMAIL_USE_SSL = settings.EMAIL_USE_TLS = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    return lambda now=NOW: dict(delivery.deliver(clock=lambda: now))


@pytest.fixture
def three(cast: Cast) -> Cast:
    """Three suppliers are asked: three mails wait."""
    for supplier in (cast.nordvare, cast.fjordtek, cast.polar):
        open_request(cast, supplier=supplier)
    reminders.sweep(today=TODAY, now=NOW)
    return cast


def statuses() -> dict[str, str]:
    return dict(Message.objects.values_list("person__email", "status"))


def test_one_connection_serves_a_batch(three: Cast, send: Send, mail_server: MailServer) -> None:
    assert send() == {"sent": 3}
    assert sorted(recipients[0] for recipients in mail_server.recipients) == [
        "csr@fjordtek.example",
        "csr@nordvare.example",
        "csr@polar.example",
    ]


def test_a_temporary_refusal_is_tried_again_with_growing_pauses(three: Cast, send: Send, mail_server: MailServer) -> None:
    mail_server.behaviour_for["csr@polar.example"] = "4xx"
    assert send() == {"sent": 2, "retry": 1}
    message = Message.objects.get(status="retry")
    assert "451" in message.error
    pauses, now = [], NOW
    for _ in range(4):
        message.refresh_from_db()
        pauses.append(message.not_before - now)
        now = message.not_before
        assert send(now - timedelta(seconds=1)) == {}
        assert send(now) == {"retry": 1}
    assert all(later > earlier for earlier, later in pairwise(pauses)), pauses
    mail_server.behaviour_for.clear()
    message.refresh_from_db()
    assert send(message.not_before) == {"sent": 1}
    assert len(mail_server.messages) == 3
    assert mail_server.to("csr@polar.example")[0]["Message-ID"] == message.message_id


def test_a_wrong_address_fails_visibly_the_next_contact_is_told_and_we_get_a_task(three: Cast, send: Send, mail_server: MailServer) -> None:
    other = factories.person("kvalitet@polar.example")
    factories.contact(three.polar, other)
    factories.role(three.pc, three.polar, "csr", other)
    mail_server.behaviour_for["csr@polar.example"] = "5xx"
    assert send() == {"sent": 2, "failed": 1}
    failed = Message.objects.get(status="failed")
    assert "550" in failed.error
    three.csr_polar.person.refresh_from_db()
    assert three.csr_polar.person.undeliverable_since == NOW
    task = Deadline.objects.get(kind="follow_up")
    assert (task.brief["task"], task.brief["address"]) == ("delivery_failed", "csr@polar.example")
    reminders.sweep(today=TODAY, now=NOW + 5 * MINUTE)
    assert send(NOW + 5 * MINUTE)["sent"] == 2
    assert len(mail_server.to("kvalitet@polar.example")) == len(mail_server.to("manager@cpb.example")) == 1
    assert send(NOW + 60 * MINUTE) == {}, "an address that was refused is not tried over and over"


def test_when_our_own_managers_address_is_refused_the_deputy_is_told(cast: Cast, send: Send, mail_server: MailServer) -> None:
    deadline = open_request(cast)
    deadlines.close(deadline, now=NOW)
    tasks_for_us.find_contact(deadline, "no_contact", today=TODAY, now=NOW)
    reminders.sweep(today=TODAY, now=NOW)
    mail_server.behaviour_for["manager@cpb.example"] = "5xx"
    assert send() == {"failed": 1}
    reminders.sweep(today=TODAY, now=NOW + 5 * MINUTE)
    assert send(NOW + 5 * MINUTE) == {"sent": 1}
    assert len(mail_server.to("deputy@cpb.example")) == 1


def test_nobody_to_talk_to_costs_no_attempt(three: Cast, send: Send, mail_server: MailServer) -> None:
    mail_server.stop()
    assert send() == {"no_server": 1}
    assert set(statuses().values()) == {"retry"}
    assert set(Message.objects.values_list("attempts", flat=True)) == {0}
    mail_server.start_again()
    assert send(NOW + 2 * MINUTE) == {"sent": 3}


def test_a_line_that_breaks_after_the_message_is_uncertain_and_comes_again_under_the_same_name(
    three: Cast, send: Send, mail_server: MailServer
) -> None:
    mail_server.behaviour_for["csr@polar.example"] = "drop"
    assert send() == {"sent": 2, "uncertain": 1}
    message = Message.objects.get(status="uncertain")
    assert message.text, "what may have arrived is kept"
    mail_server.behaviour_for.clear()
    assert send(NOW + 2 * MINUTE) == {"sent": 1}
    assert [mail["Message-ID"] for mail in mail_server.to("csr@polar.example")] == [message.message_id]


def test_a_server_that_says_nothing_is_given_up_in_time_and_the_others_go(three: Cast, send: Send, mail_server: MailServer) -> None:
    mail_server.behaviour_for["csr@fjordtek.example"] = "hang"
    assert send() == {"sent": 2, "uncertain": 1}
    assert statuses()["csr@fjordtek.example"] == "uncertain"


def test_after_a_day_and_a_half_it_has_failed_and_is_shown(three: Cast, send: Send, mail_server: MailServer) -> None:
    mail_server.behaviour = "4xx"
    Message.objects.all().delete()
    send()
    Message.objects.update(attempts=delivery.MOST_ATTEMPTS - 1, not_before=NOW, earliest_at=NOW)
    assert send() == {"failed": 3}
    assert not Deadline.objects.filter(kind="follow_up").exists(), "the server was at fault, not the address"


def test_a_lease_that_ran_out_is_taken_over_by_the_next(three: Cast, send: Send, mail_server: MailServer) -> None:
    """As after a kill between claim and sending."""
    with pytest.raises(KeyboardInterrupt):
        delivery.deliver(clock=_killed_after(3))
    assert set(statuses().values()) == {"sending"}
    assert send(NOW + claims.LEASE / 2) == {}
    assert send(NOW + claims.LEASE + MINUTE) == {"sent": 3}
    assert set(Message.objects.values_list("attempts", flat=True)) == {2}


def _killed_after(readings: int) -> Callable[[], datetime]:
    """A clock that takes the process down when it is read once too often: right after the claim."""
    left = [readings]

    def clock() -> datetime:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        return NOW

    return clock


def test_the_alarm_rings_when_mail_waits_or_no_sweep_runs(three: Cast, monkeypatch: pytest.MonkeyPatch, client: Any) -> None:
    monkeypatch.setattr(health, "STARTED_AT", NOW)
    with time_machine.travel(NOW + 5 * MINUTE, tick=False):
        assert client.get("/health/engine").status_code == 200
    with time_machine.travel(NOW + 16 * MINUTE, tick=False):
        answer = client.get("/health/engine")
        assert (answer.status_code, list(answer.json()["failing"])) == (503, ["sweep"])
        reminders.sweep(today=TODAY, now=NOW + 16 * MINUTE, is_scheduled=True)
        assert list(client.get("/health/engine").json()["failing"]) == ["outbox"]
        delivery.deliver(clock=lambda: NOW + 16 * MINUTE)
        assert client.get("/health/engine").status_code == 200
        Delivery.objects.filter(person=three.csr.person).update(message=None, held_at=NOW)
        assert list(client.get("/health/engine").json()["failing"]) == ["held"]


def test_a_refused_contact_that_nobody_can_replace_is_one_task(cast: Cast, send: Send, mail_server: MailServer) -> None:
    ScopeRole.objects.filter(organisation=cast.polar).exclude(person=cast.csr_polar.person).delete()
    open_request(cast, supplier=cast.polar)
    reminders.sweep(today=TODAY, now=NOW)
    mail_server.behaviour = "5xx"
    send()
    mail_server.behaviour = "accept"
    reminders.sweep(today=TODAY, now=NOW + 5 * MINUTE)
    assert Deadline.objects.filter(kind="follow_up").count() == 1
    assert Deadline.objects.get(kind="document_request").steps.filter(status="unreached").exists()
