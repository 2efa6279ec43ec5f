"""SMTP: the only place that speaks it. One connection serves a batch; every refusal says whether it is worth trying again."""

import contextlib
import hashlib
import smtplib
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.smtp import EmailBackend

NO_SUCH_MAILBOX = (550, 551, 553)
CLOSING = 421


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a mail. `content_type` may have parameters."""

    name: str
    content: str
    content_type: str


@dataclass(frozen=True)
class Mail:
    message_id: str
    sender: str
    recipient: str
    reply_to: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str] = field(default_factory=dict)
    attachments: Sequence[Attachment] = ()


class SendError(Exception):
    """Base of everything that can go wrong with one mail."""


class Refused(SendError):
    """For good. `is_recipient` when it is the address that is wrong."""

    def __init__(self, message: str, *, is_recipient: bool = False) -> None:
        super().__init__(message)
        self.is_recipient = is_recipient


class TryLater(SendError):
    """The server takes mail, but not this one now."""


class NoServer(SendError):
    """Nobody to talk to: there is no use in trying the next mail either."""


class _LineLost(SendError):
    """In the middle of a conversation, before the mail was given over."""


class OutcomeUnknown(SendError):
    """The line broke after the whole mail was given over and before the answer. It may have arrived."""


class _Smtp(smtplib.SMTP):
    is_in_doubt = False

    def mail(self, sender: str, options: Sequence[str] = ()) -> tuple[int, bytes]:
        self.is_in_doubt = False
        return super().mail(sender, options)

    def data(self, msg: Any) -> Any:
        self.is_in_doubt = True
        answer = super().data(msg)
        self.is_in_doubt = False
        return answer


class _SmtpOverTls(_Smtp, smtplib.SMTP_SSL):
    """The same from the first byte inside TLS."""


class _Backend(EmailBackend):
    """Django's own, over a connection that knows whether a mail is in doubt."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _SmtpOverTls if self.use_ssl else _Smtp

    @property
    def is_in_doubt(self) -> bool:
        return bool(getattr(self.connection, "is_in_doubt", False))


class Connection:
    """Opened with the first mail, and again after the line was lost."""

    def __init__(self) -> None:
        is_smtp = settings.EMAIL_BACKEND == "django.core.mail.backends.smtp.EmailBackend"
        self.backend: Any = _Backend() if is_smtp else get_connection()
        self.busy_since: float | None = None

    def send(self, mail: Mail) -> float:
        """Returns when the server has taken it, with the seconds of the conversation about it; else raises one of the errors above."""
        message = _message(mail)
        self.busy_since = time.monotonic()
        try:
            return self._send(message)
        finally:
            self.busy_since = None

    def _send(self, message: EmailMultiAlternatives) -> float:
        is_new = self._open()
        try:
            return self._hand_over(message)
        except _LineLost as error:
            if is_new:  # the server is there, but does not speak about this one
                raise TryLater(str(error)) from error
        self._open()  # servers end a connection after so many mails
        try:
            return self._hand_over(message)
        except _LineLost as error:
            raise TryLater(str(error)) from error

    def _hand_over(self, message: EmailMultiAlternatives) -> float:
        began = time.monotonic()
        try:
            self.backend.send_messages([message])
            return time.monotonic() - began
        except smtplib.SMTPRecipientsRefused as error:
            code, answer = next(iter(error.recipients.values()))
            raise _refusal(code, answer, is_recipient=True) from error
        except smtplib.SMTPResponseException as error:
            if error.smtp_code == CLOSING:
                self.close()
            is_recipient = isinstance(error, smtplib.SMTPDataError) and error.smtp_code in NO_SUCH_MAILBOX
            raise _refusal(error.smtp_code, error.smtp_error, is_recipient=is_recipient) from error
        except (smtplib.SMTPException, OSError) as error:
            is_in_doubt = getattr(self.backend, "is_in_doubt", False)
            self.close()
            raise (OutcomeUnknown if is_in_doubt else _LineLost)(str(error)) from error
        except ValueError as error:  # a line break in a header, an address that cannot be written
            raise Refused(str(error)) from error

    def _open(self) -> bool:
        """Whether the connection is a new one."""
        try:
            return bool(self.backend.open())
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise NoServer(str(error)) from error

    def close(self) -> None:
        try:
            self.backend.close()
        except (smtplib.SMTPException, OSError):
            self.backend.connection = None

    def break_off(self) -> None:
        """Called from another thread: whoever waits for an answer hears that the line is lost."""
        line = getattr(getattr(self.backend, "connection", None), "sock", None)
        if line is not None:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)


class _Multipart(EmailMultiAlternatives):
    """With a boundary that follows from the Message-ID: a random one is looked for in the whole text, by a pattern of its own."""

    def message(self, **kwargs: Any) -> Any:
        whole = super().message(**kwargs)
        for depth, part in enumerate(each for each in whole.walk() if each.is_multipart()):
            part.set_boundary(hashlib.sha256(f"{self.extra_headers['Message-ID']}{depth or ''}".encode()).hexdigest()[:32])
        return whole


def _message(mail: Mail) -> EmailMultiAlternatives:
    message = _Multipart(
        subject=mail.subject,
        body=mail.text,
        from_email=mail.sender,
        to=[mail.recipient],
        reply_to=[mail.reply_to],
        headers={"Message-ID": mail.message_id, **mail.headers},
    )
    message.attach_alternative(mail.html, "text/html")
    for each in mail.attachments:
        message.attach(each.name, each.content, each.content_type)
    return message


def _refusal(code: int, answer: bytes | str, *, is_recipient: bool) -> SendError:
    text = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    if 500 <= code < 600:
        return Refused(f"{code} {text}", is_recipient=is_recipient)
    return TryLater(f"{code} {text}")
