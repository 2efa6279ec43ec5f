"""Other systems are told: signed, in order with what happened, tried again, given up on; and never anything inside our walls."""

import base64
import hashlib
import hmac
import json
import socket
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation
from followup.services import asking
from notifications.channels import webhook as channel
from notifications.models import Delivery, Webhook, WebhookCall
from notifications.webhooks import addresses, events, managing, sending, signing
from tests import factories
from tests.cast import Cast, SignIn
from tests.factories import NOW, TODAY
from tests.notifications import engine

pytestmark = pytest.mark.django_db


class Other:
    """Another system on loopback that keeps what it is told, and answers as it is bid."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[tuple[int, dict[str, str], bytes]] = []
        other = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                other.heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
                status, headers, text = other.answers.pop(0) if other.answers else (204, {}, b"")
                self.send_response(status)
                for name, value in {"Content-Length": str(len(text)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?x=1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def other(settings: Any) -> Iterator[Other]:
    settings.WEBHOOKS_TO_LOOPBACK = True
    it = Other()
    yield it
    it.server.shutdown()
    it.server.server_close()


def added(cast: Cast, url: str, *wanted: str) -> tuple[Webhook, str]:
    return managing.add(name="Arkiv", url=url, wanted=wanted or ("request.sent",), actor=cast.admin, now=NOW)


def sent(at: Any = NOW) -> dict[str, int]:
    return sending.send(clock=lambda: at)


def is_signed(heard: tuple[dict[str, str], bytes], secret: str) -> bool:
    """As the other side checks it, by the book and not by our code."""
    headers, body = heard
    signed = b".".join([headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body])
    mine = base64.b64encode(hmac.new(base64.b64decode(secret.removeprefix("whsec_")), signed, hashlib.sha256).digest()).decode()
    return f"v1,{mine}" in headers["webhook-signature"].split(" ")


def test_what_happens_is_told_with_ids_only_and_signed(cast: Cast, other: Other) -> None:
    webhook, secret = added(cast, other.url, "request.sent", "request.withdrawn")
    asked = factories.document_request(cast.pc, cast.nordvare, cast.manager)
    asking.withdraw(request=asked, actor=cast.manager, now=NOW, today=TODAY, reason="Feil avtale")
    assert sent() == {"sent": 2}
    assert [json.loads(body) for _headers, body in other.heard] == [
        {"type": name, "timestamp": NOW.isoformat(), "data": {"object": "document_request", "id": str(asked.pk)}}
        for name in ("request.sent", "request.withdrawn")
    ]
    assert all(is_signed(heard, secret) for heard in other.heard)
    assert not is_signed(other.heard[0], managing.renew_secret(webhook=webhook, actor=cast.admin, now=NOW))
    assert secret not in str(list(Webhook.objects.values()))


def test_what_is_rolled_back_is_not_told(cast: Cast, other: Other) -> None:
    added(cast, other.url)
    with transaction.atomic():
        factories.document_request(cast.pc, cast.nordvare, cast.manager)
        transaction.set_rollback(True)
    assert WebhookCall.objects.count() == 0


def test_a_date_that_passed_is_told_once_and_one_long_past_is_no_news(cast: Cast, other: Other) -> None:
    added(cast, other.url, "deadline.overdue")
    late = engine.open_request(cast, starts_on=TODAY - timedelta(days=20), due_on=TODAY - timedelta(days=1))
    engine.open_request(cast, starts_on=TODAY - timedelta(days=60), due_on=TODAY - timedelta(days=30))
    engine.open_request(cast)
    for _again in range(2):
        events.tell_overdue(today=TODAY, now=NOW)
    assert [call.payload["data"]["id"] for call in WebhookCall.objects.all()] == [str(late.pk)]


def test_for_a_day_both_secrets_sign(cast: Cast, other: Other) -> None:
    webhook, old = added(cast, other.url)
    new = managing.renew_secret(webhook=webhook, actor=cast.admin, now=NOW)
    for at in (NOW + timedelta(hours=23), NOW + timedelta(hours=25)):
        managing.test(webhook=webhook, actor=cast.admin, now=at)
        sent(at)
    assert [(is_signed(heard, old), is_signed(heard, new)) for heard in other.heard] == [(True, True), (False, True)]


def test_it_is_tried_again_with_growing_distance_and_under_the_same_id(cast: Cast, other: Other) -> None:
    webhook, _secret = added(cast, other.url)
    call = managing.test(webhook=webhook, actor=cast.admin, now=NOW)
    other.answers = [(500, {}, b"oh no"), (429, {}, b"")]
    assert sent() == {"retry": 1}
    call.refresh_from_db()
    assert (call.answer_status, call.answer, call.not_before) == (500, "oh no", NOW + timedelta(minutes=1))
    assert sent() == {}
    assert sent(NOW + timedelta(minutes=1)) == {"retry": 1}
    assert sent(NOW + timedelta(minutes=3)) == {"sent": 1}
    assert len({headers["webhook-id"] for headers, _body in other.heard}) == 1


def test_after_two_days_it_is_given_up_and_administrators_are_told(cast: Cast, other: Other) -> None:
    webhook, _secret = added(cast, other.url)
    managing.test(webhook=webhook, actor=cast.admin, now=NOW)
    other.answers = [(503, {}, b"")] * 30
    at, attempts = NOW, 0
    while webhook.ended_at is None:
        attempts += sum(sent(at).values())
        at = WebhookCall.objects.get().not_before
        webhook.refresh_from_db()
    assert attempts == sending.MOST_ATTEMPTS
    assert timedelta(days=1, hours=12) < webhook.ended_at - NOW < timedelta(days=3)
    assert list(Delivery.objects.values_list("kind", "person__email")) == [("webhook_disabled", cast.admin.email)]
    events.tell("request.sent", about_type="document_request", about_id=webhook.pk, now=at)
    assert sent(at + timedelta(days=9)) == {}


def test_gone_is_gone_at_once(cast: Cast, other: Other) -> None:
    webhook, _secret = added(cast, other.url)
    managing.test(webhook=webhook, actor=cast.admin, now=NOW)
    other.answers = [(410, {}, b"")]
    assert sent() == {"failed": 1}
    webhook.refresh_from_db()
    assert webhook.ended_because == "gone"


def test_a_redirect_is_not_followed_and_of_a_long_answer_little_is_kept(cast: Cast, other: Other) -> None:
    webhook, _secret = added(cast, other.url)
    other.answers = [(302, {"Location": other.url}, b""), (400, {}, b"<b>\x00" + b"x" * 100_000)]
    for _number in range(2):
        managing.test(webhook=webhook, actor=cast.admin, now=NOW)
    assert sent() == {"retry": 2}
    assert len(other.heard) == 2
    assert all(len(call.answer) <= 200 and "\x00" not in call.answer for call in WebhookCall.objects.all())


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "172.16.5.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "255.255.255.255", "224.0.0.1"),
        *(
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "ff02::1",
            "::ffff:8.8.8.8",
            "::ffff:127.0.0.1",
            "2002:7f00:1::",
            "64:ff9b::7f00:1",
            "2001:db8::1",
            "fec0::1",
            "192.0.0.8",
        ),
    ],
)
def test_nothing_inside_is_called(address: str, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.WEBHOOKS_TO_LOOPBACK = False
    assert not addresses.may_be_called(addresses.ipaddress.ip_address(address))
    entry = (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))
    public = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 443))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: [public, entry])
    answer = channel.call("https://inside.example/", body=b"{}", headers={})
    assert (answer.status, answer.is_taken) == (None, False)


def test_a_name_that_turns_inside_between_check_and_call_leads_nowhere(other: Other, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address that was checked is the one connected to: the name is looked up once."""
    asked: list[str] = []

    def turning(host: str, port: int, *args: Any, **kwargs: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    real = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *a, **k: turning(host, *a, **k) if host == "turning.example" else real(host, *a, **k)
    )
    port = other.server.server_port
    assert channel.call(f"http://turning.example:{port}/", body=b"{}", headers={}).status == 204
    assert asked == ["turning.example"]
    assert other.heard[0][0]["host"] == f"turning.example:{port}"


def test_who_answers_an_octet_a_second_is_not_waited_for(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.WEBHOOKS_TO_LOOPBACK = True
    monkeypatch.setattr(channel, "LONGEST", 0.6)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            peer, _from = server.accept()
            with peer:
                for _octet in range(40):
                    try:
                        peer.sendall(b"H")
                    except OSError:
                        return
                    time.sleep(0.1)

        threading.Thread(target=drip, daemon=True).start()
        began = time.monotonic()
        answer = channel.call(f"http://127.0.0.1:{server.getsockname()[1]}/", body=b"{}", headers={})
    assert answer.status is None
    assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    "url",
    [
        *("http://example.org/", "ftp://example.org/", "https://", "https:///x", "https://user:pw@example.org/", "https://example.org/#x"),
        *(
            "https://localhost/",
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://10.1.2.3/",
            "https://exa mple.org/",
            "https://example.org:99999/",
        ),
        *("javascript:alert(1)", "https://example.org\\@inside/", "https://example.org/\r\nX: y"),
    ],
)
def test_an_address_that_is_never_called_is_refused_when_it_is_typed(cast: Cast, sign_in: SignIn, url: str) -> None:
    answer = sign_in(cast.admin).post("/webhooks/", {"name": "Arkiv", "url": url, "events": ["request.sent"]})
    assert answer.status_code == 422
    assert "url" in answer.context["form"].errors
    assert Webhook.objects.count() == 0


def test_an_administrator_adds_tries_changes_and_switches_it(cast: Cast, sign_in: SignIn, other: Other) -> None:
    browser = sign_in(cast.admin)
    made = browser.post("/webhooks/", {"name": "Arkiv", "url": other.url, "events": ["request.sent"]})
    assert made["Cache-Control"] == "no-store"
    webhook, secret = Webhook.objects.get(), made.context["secret"]
    here = f"/webhooks/{webhook.pk}/"
    assert secret not in browser.get(here).content.decode()
    assert browser.post(f"{here}test/").status_code == 302
    sent(timezone.now())
    assert is_signed(other.heard[0], secret)
    assert browser.post(here, {"name": "Arkivet", "url": other.url, "events": ["deadline.overdue"]}).status_code == 302
    assert browser.post(f"{here}off/").status_code == 302
    assert browser.post(f"{here}off/").status_code == browser.post(f"{here}test/").status_code == 409
    assert browser.post(f"{here}on/").status_code == 302
    assert browser.post(f"{here}secret/").context["secret"] != secret
    assert "Arkivet" in browser.get("/webhooks/").content.decode()
    for who in (cast.manager, cast.csr):
        assert sign_in(who).get("/webhooks/").status_code == sign_in(who).get(here).status_code == 403


def test_the_api_lists_them_and_shows_no_secret(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.admin)
    post = partial(browser.post, content_type="application/json")
    made = post("/api/v1/webhooks/", {"name": "Arkiv", "url": "https://arkiv.example/hook", "events": ["request.sent"]})
    assert made.status_code == 201, made.content
    (row,) = browser.get("/api/v1/webhooks/").json()["results"]
    assert (row["name"], row["events"], row["is_on"]) == ("Arkiv", ["request.sent"], True)
    assert "whsec" not in made.content.decode()
    assert post("/api/v1/webhooks/", {"name": "x", "url": "http://a.example", "events": ["request.sent"]}).status_code == 400
    assert sign_in(cast.manager).get("/api/v1/webhooks/").status_code == 403


def test_the_api_changes_one(cast: Cast, sign_in: SignIn) -> None:
    webhook, _secret = added(cast, "https://arkiv.example/hook")
    change = partial(sign_in(cast.admin).patch, f"/api/v1/webhooks/{webhook.pk}/", content_type="application/json")
    answer = change({"events": ["request.closed"]})
    assert (answer.status_code, answer.json()["events"], answer.json()["url"]) == (200, ["request.closed"], webhook.url)
    assert change({"url": "https://127.0.0.1/"}).status_code == 400
    assert change({"is_on": False}).json()["errors"][0]["field"] == "is_on"


def test_two_senders_do_not_make_the_same_call(cast: Cast, other: Other) -> None:
    webhook, _secret = added(cast, other.url)
    managing.test(webhook=webhook, actor=cast.admin, now=NOW)
    assert len(sending._claim(NOW)) == 1
    assert sending._claim(NOW) == []
    assert len(sending._claim(NOW + sending.LEASE + timedelta(seconds=1))) == 1, "a killed sender's call is free again"


def test_the_published_example_of_the_signature() -> None:
    """The test vector of Standard Webhooks' own libraries."""
    signed = signing.signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", call_id="msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp=1614265330, body=b'{"test": 2432232314}'
    )
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_nothing_is_asked_of_the_database_where_nobody_listens(cast: Cast, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1), time_machine.travel(NOW):
        events.tell("request.sent", about_type="document_request", about_id=cast.pc.pk, now=NOW)
    assert Organisation.objects.count() == 6
