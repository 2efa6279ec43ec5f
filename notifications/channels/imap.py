"""IMAP: the only place that speaks it. Mails are looked at without being marked, and none is ever deleted."""

import imaplib
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import TracebackType
from typing import Any, Self
from urllib.parse import SplitResult, parse_qs, unquote

PORTS = {"imaps": 993, "imap+tls": 143, "imap": 143}
SECONDS = 20
MOST_BYTES = 256 * 2**10
"""Of each mail: a report stands at its beginning, and what came back with it may be long."""

MOST_MAILS = 500
LOOKED_AT = "CpbLookedAt"
"""Our own mark on mails that we leave to people, so that they are not read again every five minutes."""

WITHOUT_MARKS = timedelta(days=3)
"""Where the server keeps no marks of ours, what is left to people is looked at again for so long."""


class Unreachable(Exception):
    """The mailbox could not be opened or read; the next run tries again."""


@dataclass(frozen=True)
class Letter:
    uid: bytes
    content: bytes


class Mailbox:
    """`imaps://user:password@host:port/folder?handled=other-folder`. The folder is INBOX unless said otherwise."""

    def __init__(self, url: SplitResult) -> None:
        self.url = url
        self.folder = unquote(url.path.strip("/")) or "INBOX"
        self.handled = parse_qs(url.query).get("handled", [""])[0]

    def __enter__(self) -> Self:
        try:
            self._connect()
        except (imaplib.IMAP4.error, OSError) as error:
            raise Unreachable(_words(error)) from error
        try:
            self.server.login(unquote(self.url.username or ""), unquote(self.url.password or ""))
            _done(self.server.select(_quoted(self.folder)))
        except (imaplib.IMAP4.error, OSError) as error:
            self._leave()
            raise Unreachable(_words(error)) from error
        kept = self.server.response("PERMANENTFLAGS")[1]
        self.keeps_marks = bool(kept and kept[0] and (b"\\*" in kept[0] or LOOKED_AT.encode() in kept[0]))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._leave()

    def _leave(self) -> None:
        try:
            self.server.logout()
        except (imaplib.IMAP4.error, OSError):
            self.server.shutdown()

    def unread(self, *, today: date) -> Iterator[Letter]:
        """What nobody has read, neither a person nor we, the oldest first."""
        search = ["UNSEEN", "UNKEYWORD", LOOKED_AT] if self.keeps_marks else ["UNSEEN", "SINCE", _day(today - WITHOUT_MARKS)]
        for uid in self._command("SEARCH", *search)[0].split()[:MOST_MAILS]:
            answer: Sequence[Any] = self._command("FETCH", uid.decode(), f"(BODY.PEEK[]<0.{MOST_BYTES}>)")
            if content := next((part[1] for part in answer if isinstance(part, tuple)), None):
                yield Letter(uid, content)

    def put_away(self, letter: Letter) -> None:
        """Understood: it is read, and moved if a folder for that is named and the server can move."""
        self._command("STORE", letter.uid.decode(), "+FLAGS.SILENT", "(\\Seen)")
        if self.handled and "MOVE" in self.server.capabilities:
            self._command("MOVE", letter.uid.decode(), _quoted(self.handled))

    def leave(self, letter: Letter) -> None:
        """Not understood: it stays as it is, unread, for a person."""
        if self.keeps_marks:
            self._command("STORE", letter.uid.decode(), "+FLAGS.SILENT", f"({LOOKED_AT})")

    def _connect(self) -> None:
        host, port = self.url.hostname or "localhost", self.url.port or PORTS[self.url.scheme]
        if self.url.scheme == "imaps":
            self.server: imaplib.IMAP4 = imaplib.IMAP4_SSL(host, port, ssl_context=ssl.create_default_context(), timeout=SECONDS)
            return
        self.server = imaplib.IMAP4(host, port, timeout=SECONDS)
        if self.url.scheme == "imap+tls":
            self.server.starttls(ssl.create_default_context())

    def _command(self, name: str, *words: str) -> list[Any]:
        try:
            return [part or b"" for part in _done(self.server.uid(name, *words))]
        except (imaplib.IMAP4.error, OSError) as error:
            raise Unreachable(_words(error)) from error


def _done(answer: tuple[str, list[Any]]) -> list[Any]:
    kind, parts = answer
    if kind != "OK":
        raise imaplib.IMAP4.error(parts)
    return parts


def _quoted(folder: str) -> str:
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _day(day: date) -> str:
    """As IMAP writes it, whatever the language of the process."""
    return f"{day.day:02}-{MONTHS[day.month - 1]}-{day.year}"


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]
