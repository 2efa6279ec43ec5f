"""The conversation with a mail server: whatever it answers has its name, and the next mail goes."""

import socket
from collections.abc import Callable, Iterator
from functools import partial
from threading import Thread
from typing import Any

import pytest

from notifications.channels.email import Connection, Mail, NoServer, OutcomeUnknown, Refused, TryLater
from tests.mail_server import MailServer

MAIL = Mail("<1@cpb.example>", "Innkjøp <no-reply@cpb.example>", "csr@polar.example", "avtale@cpb.example", "Hei", "Hei", "<p>Hei</p>")


@pytest.fixture
def connect(settings: Any) -> Iterator[Callable[[int], Connection]]:
    """A connection of the product to a port here."""
    opened = []

    def connection(port: int) -> Connection:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 1
        settings.EMAIL_USE_SSL = settings.EMAIL_USE_TLS = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        opened.append(Connection())
        return opened[-1]

    yield connection
    for each in opened:
        each.close()


@pytest.fixture
def to_server(connect: Callable[[int], Connection], mail_server: MailServer) -> Connection:
    return connect(mail_server.port)


def with_text(text: str) -> Mail:
    return Mail(**{**vars(MAIL), "text": text})


@pytest.mark.parametrize("text", [".", ".\n..\n. a\n", "Kjære Åse\n\n.hidden", "line\r\n", "a" * 5_000])
def test_what_arrives_is_what_was_written(to_server: Connection, mail_server: MailServer, text: str) -> None:
    to_server.send(with_text(text))
    body = mail_server.messages[0].get_body(("plain",))
    assert body is not None
    assert body.get_content().rstrip().splitlines() == text.splitlines()
    assert mail_server.recipients == [["csr@polar.example"]]


@pytest.mark.parametrize(("behaviour", "error"), [("4xx", TryLater), ("5xx", Refused), ("drop", OutcomeUnknown), ("hang", OutcomeUnknown)])
def test_each_trouble_has_its_name_and_the_next_mail_goes(
    to_server: Connection, mail_server: MailServer, behaviour: str, error: type[Exception]
) -> None:
    mail_server.behaviour_for["csr@polar.example"] = behaviour
    with pytest.raises(error):
        to_server.send(MAIL)
    to_server.send(Mail(**{**vars(MAIL), "recipient": "csr@fjordtek.example"}))
    assert mail_server.recipients == [["csr@fjordtek.example"]]


def test_several_mails_go_over_one_connection(to_server: Connection, mail_server: MailServer) -> None:
    for _ in range(3):
        to_server.send(MAIL)
    assert len(mail_server.messages) == 3


GREETING = b"220 here"
EHLO = b"250-here\r\n250 SIZE 1000000"


def talk(listener: socket.socket, answers: dict[bytes, bytes]) -> None:
    """Gives each line its answer, and ends the talk after 421. Between DATA and the dot nothing is answered."""
    line, _ = listener.accept()
    with line, line.makefile("rb") as words:
        line.sendall(GREETING + b"\r\n")
        is_in_mail = False
        for word in words:
            if is_in_mail and word != b".\r\n":
                continue
            answer = answers[b"." if is_in_mail else word[:4].upper().strip()]
            is_in_mail = answer.startswith(b"354")
            line.sendall(answer + b"\r\n")
            if answer.startswith(b"421"):
                return


@pytest.fixture
def odd_server() -> Iterator[Callable[..., int]]:
    """A server with the answers that the test gives it, by command; returns its port."""
    listener = socket.create_server(("127.0.0.1", 0))

    def begin(**answers: bytes) -> int:
        usual = {b"EHLO": EHLO, b"MAIL": b"250 ok", b"RCPT": b"250 ok", b"DATA": b"354 go on", b".": b"250 taken", b"RSET": b"250 ok"}
        said = {**usual, b"QUIT": b"221 bye", **{name.replace("dot", ".").encode(): answer for name, answer in answers.items()}}
        Thread(target=partial(talk, listener, said), daemon=True).start()
        return int(listener.getsockname()[1])

    yield begin
    listener.close()


def test_a_sender_that_is_refused_is_not_the_recipients_fault(connect: Any, odd_server: Any) -> None:
    port = odd_server(MAIL=b"550 not you", RCPT=b"503 no sender", DATA=b"503 no recipients")
    with pytest.raises(Refused, match="not you") as refused:
        connect(port).send(MAIL)
    assert not refused.value.is_recipient


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA", "dot"])
def test_a_server_that_closes_is_tried_later(connect: Any, odd_server: Any, command: str) -> None:
    port = odd_server(**{command: b"421 closing"})
    with pytest.raises(TryLater, match="421"):
        connect(port).send(MAIL)


def test_a_mail_that_is_refused_when_it_has_been_read_is_not_in_doubt(connect: Any, odd_server: Any) -> None:
    port = odd_server(dot=b"554 looks like spam")
    with pytest.raises(Refused, match="spam"):
        connect(port).send(MAIL)


def test_nobody_there(connect: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = int(listener.getsockname()[1])
    with pytest.raises(NoServer):
        connect(port).send(MAIL)
