"""How many mails a person and a mail server get in a while; what is above waits, says so, and arrives in its order."""

import threading
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Contact, Person
from core import ids
from notifications import binding, claims, delivery, outbox
from notifications.models import Message
from tests.cast import Cast, SignIn
from tests.factories import NOW
from tests.mail_server import MailServer
from tests.servers import wait_until

pytestmark = [pytest.mark.django_db, pytest.mark.both]

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def server(mail_server: MailServer, settings: Any) -> MailServer:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", mail_server.port, 5
    settings.EMAIL_USE_SSL = settings.EMAIL_USE_TLS = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    return mail_server


def tell(cast: Cast, people: list[Person], times: int = 1, *, now: Any = NOW) -> None:
    """A receipt, which cannot wait."""
    context = {"title": "x", "agreement": cast.pc.title, "documents": [{"name": "a.pdf", "size": 10, "sha256": "0" * 64}]}
    for _ in range(times):
        outbox.publish(
            kind="receipt",
            people=people,
            organisation=cast.nordvare,
            scope_id=cast.pc.pk,
            about_id=None,
            context=context | {"title": f"Dokumentasjon {Message.objects.count()}"},
            key=str(ids.new()),
            now=now,
        )


def crowd(cast: Cast, count: int, domain: str = "nordvare.example") -> list[Person]:
    people = Person.objects.bulk_create(Person(email=f"kontakt{number}@{domain}", created_at=NOW) for number in range(count))
    Contact.objects.bulk_create(Contact(organisation=cast.nordvare, person=each, created_at=NOW, confirmed_at=NOW) for each in people)
    return people


def send(now: Any = NOW, **options: Any) -> dict[str, int]:
    return dict(delivery.deliver(clock=lambda: now, **options))


def test_what_one_person_gets_above_the_limit_waits_says_so_and_is_not_lost(
    cast: Cast, settings: Any, server: MailServer, sign_in: SignIn
) -> None:
    settings.MAIL_LIMITS = {"person_hour": 3, "person_day": 5, "server_minute": 0}
    tell(cast, [cast.csr.person], 8)
    tell(cast, [cast.sales.person])
    assert send() == {"sent": 4}, "three to the one, and the other's"
    waiting = Message.objects.filter(status="pending")
    assert set(waiting.values_list("waits_for", "not_before")) == {("person", NOW + HOUR)}
    line: Any = waiting.latest("id").lines.get()
    page = sign_in(cast.manager).get(f"/deliveries/{line.pk}/", headers={"Accept-Language": "en"}).content.decode()
    assert "many mails have gone to this person lately" in page
    assert send(NOW + HOUR / 2) == {}
    assert send(NOW + HOUR) == {"sent": 2}, "five a day"
    assert send(NOW + 2 * HOUR) == {}
    assert send(NOW + DAY + HOUR)["sent"] == 3
    names = list(Message.objects.filter(person=cast.csr.person).order_by("id").values_list("message_id", flat=True))
    assert [mail["Message-ID"] for mail in server.to(cast.csr.email)] == names, "in the order in which they were written"


def test_by_hand_the_limit_of_a_person_does_not_count(cast: Cast, settings: Any) -> None:
    settings.MAIL_LIMITS = {"person_hour": 1, "person_day": 1, "server_minute": 0}
    tell(cast, [cast.csr.person], 3)
    assert send(is_any_time=True) == {"sent": 3}


def test_a_way_in_is_never_held_up(cast: Cast, settings: Any, server: MailServer) -> None:
    settings.MAIL_LIMITS = {"person_hour": 1, "person_day": 1, "server_minute": 1}
    server.behaviour = "4xx"
    tell(cast, [cast.csr.person], 2)
    assert send() == {"retry": 1}
    server.behaviour = "accept"
    outbox.publish(
        kind="password_reset",
        people=[cast.csr.person],
        organisation=None,
        scope_id=None,
        about_id=None,
        context={},
        key="a",
        now=NOW,
    )
    assert send() == {"sent": 1}
    assert "Dokumentasjon" not in str(server.messages[0]["Subject"])


def test_a_mail_server_gets_so_many_a_minute_and_each_mail_is_put_off_once(cast: Cast, settings: Any) -> None:
    settings.MAIL_LIMITS = {"person_hour": 0, "person_day": 0, "server_minute": 20}
    tell(cast, crowd(cast, 130))
    tell(cast, crowd(cast, 3, "polar.example"))
    assert send() == {"sent": 23}
    assert set(Message.objects.filter(status="pending").values_list("waits_for", flat=True)) == {"server"}
    for minute in range(1, 6):
        assert send(NOW + minute * MINUTE) == {"sent": 20}, minute
    assert send(NOW + 6 * MINUTE) == {"sent": 10}
    assert set(Message.objects.values_list("attempts", "waits_for")) == {(1, "")}


def test_none_overtakes_one_that_the_server_put_off(cast: Cast, server: MailServer) -> None:
    server.behaviour_for[cast.csr.email] = "4xx"
    tell(cast, [cast.csr.person])
    assert send() == {"retry": 1}
    server.behaviour_for.clear()
    tell(cast, [cast.csr.person, cast.sales.person], now=NOW + MINUTE / 4)
    assert send(NOW + MINUTE / 2) == {"sent": 1}, "only the other person's"
    assert send(NOW + 2 * MINUTE) == {"sent": 2}
    names = Message.objects.filter(person=cast.csr.person).order_by("id").values_list("message_id", flat=True)
    assert [mail["Message-ID"] for mail in server.to(cast.csr.email)] == list(names)


def test_one_that_cannot_be_written_holds_up_no_later_one(cast: Cast) -> None:
    tell(cast, [cast.csr.person])
    cast.csr.person.deliveries.update(kind="no_such_kind")
    assert send() == {"retry": 1}
    tell(cast, [cast.csr.person])
    assert send() == {"sent": 1}


def test_a_claim_costs_the_same_however_much_waits(cast: Cast, settings: Any, django_assert_max_num_queries: Any) -> None:
    settings.MAIL_LIMITS = {"person_hour": 10, "person_day": 10, "server_minute": 1000}
    people = crowd(cast, 300)
    tell(cast, people)
    binding.bind(now=NOW, is_any_time=False)
    with django_assert_max_num_queries(13):
        assert len(claims.take(now=NOW, is_any_time=False).messages) == claims.BATCH


def test_a_slow_server_gets_several_connections_and_each_mail_once(cast: Cast, settings: Any, server: MailServer) -> None:
    server.delay = 0.2
    people = crowd(cast, 40)
    tell(cast, people)
    assert send() == {"sent": 40}
    assert 1 < server.most_at_once <= settings.MAIL_CONNECTIONS
    assert sorted(recipients[0] for recipients in server.recipients) == sorted(person.email for person in people)


def test_several_connections_and_a_server_that_goes_away(cast: Cast, server: MailServer) -> None:
    """What was on its way is uncertain or waits, what was not yet is given back; nothing is left in between."""
    server.delay = 0.1
    tell(cast, crowd(cast, 30))
    gone = threading.Thread(target=_stops_after, args=(server, 10))
    gone.start()
    assert send()["no_server"] == 1
    gone.join()
    assert set(Message.objects.values_list("status", flat=True)) <= {"sent", "uncertain", "retry"}
    assert Message.objects.filter(status="retry", attempts=0).exists()
    server.start_again()
    send(NOW + 3 * MINUTE)
    assert set(Message.objects.values_list("status", flat=True)) == {"sent"}
    assert len({mail["Message-ID"] for mail in server.messages}) == 30


def _stops_after(server: MailServer, count: int) -> None:
    wait_until(lambda: len(server.messages) >= count)
    server.stop()
