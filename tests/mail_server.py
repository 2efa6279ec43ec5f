"""A real SMTP server that does what the test tells it to."""

import asyncio
import logging
import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers import free_port

logging.getLogger("mail.log").setLevel(logging.WARNING)  # every word of every conversation

REPLIES = {"4xx": "451 4.3.0 Try again later", "5xx": "550 5.1.1 No such user"}


class MailServer:
    """`behaviour`: accept, 4xx or 5xx (the answer to a recipient), hang (no answer to the message), drop (the line, after the message)."""

    def __init__(self) -> None:
        self.behaviour = "accept"
        self.behaviour_for: dict[str, str] = {}
        self.delay = 0.0
        self.messages: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.received_at: list[float] = []
        self.at_once = self.most_at_once = 0
        self.start()

    def start(self, port: int = 0) -> None:
        self.controller = Controller(self, hostname="127.0.0.1", port=port or free_port())
        self.controller.start()

    def stop(self) -> None:
        self.controller.stop()

    def start_again(self) -> None:
        self.start(self.port)

    @property
    def port(self) -> int:
        return int(self.controller.port)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def to(self, address: str) -> list[EmailMessage]:
        return [message for message, recipients in zip(self.messages, self.recipients, strict=True) if address in recipients]

    # What aiosmtpd calls

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: N802
        behaviour = self.behaviour_for.get(address, self.behaviour)
        if behaviour in REPLIES:
            return REPLIES[behaviour]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        behaviours = {self.behaviour_for.get(address, self.behaviour) for address in envelope.rcpt_tos}
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(3600 if "hang" in behaviours else self.delay)
        self.at_once -= 1
        if "drop" in behaviours:
            _transport(server).abort()
            return "421 Gone"
        self.messages.append(message_from_bytes(_content(envelope), _class=EmailMessage, policy=policy.default))
        self.recipients.append(list(envelope.rcpt_tos))
        self.received_at.append(time.time())
        return "250 Accepted"


def _transport(server: SMTP) -> Any:
    return server.transport


def _content(envelope: Envelope) -> bytes:
    assert isinstance(envelope.content, bytes)
    return envelope.content
