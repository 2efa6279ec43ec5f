"""One call to another system over HTTP: no redirects, no second look at the name, an end to the time it may take.

The standard library's client: it follows nothing, and lets us say which address to connect to while the certificate is
checked for the name. A client that resolves for itself (requests, httpx) could be led inside between check and call.
"""

import http.client
import socket
import ssl
import threading
from dataclasses import dataclass

from notifications.webhooks import addresses

TIMEOUT = 10
LONGEST = 20
"""Seconds for one step, and for the whole call: who answers an octet a second is not waited for."""
READ = 1024
KEPT = 200
GONE = 410


@dataclass(frozen=True)
class Answer:
    """`status` is None when there was none; `text` is the beginning of what was said, or what went wrong."""

    status: int | None
    text: str

    @property
    def is_taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class _Pinned(http.client.HTTPConnection):
    """Connects to the address that was checked, whatever the name says by now."""

    def __init__(self, host: str, port: int, address: addresses.IP, tls: ssl.SSLContext | None) -> None:
        super().__init__(host, port, timeout=TIMEOUT)
        self._address, self._tls = str(address), tls

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), TIMEOUT)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self.host) if self._tls else plain


def call(url: str, *, body: bytes, headers: dict[str, str]) -> Answer:
    try:
        parts = addresses.parsed(url)
        port = addresses.port_of(parts)
        address = addresses.resolved(str(parts.hostname), port)
    except addresses.Refused as refused:
        return Answer(None, str(refused.text))
    tls = ssl.create_default_context() if parts.scheme == "https" else None
    connection = _Pinned(str(parts.hostname), port, address, tls)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return _within_time(connection, path, body, headers)


def _within_time(connection: _Pinned, path: str, body: bytes, headers: dict[str, str]) -> Answer:
    watch = threading.Timer(LONGEST, _cut, [connection])
    watch.daemon = True
    watch.start()
    try:
        connection.request("POST", path, body=body, headers={"User-Agent": "cpb-webhooks/1", **headers})
        response = connection.getresponse()
        return Answer(response.status, _beginning(response))
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Answer(None, f"{type(error).__name__}: {error}"[:KEPT])
    finally:
        watch.cancel()
        connection.close()


def _beginning(response: http.client.HTTPResponse) -> str:
    """Of the answer only the beginning is read, and shown as plain text."""
    text = response.read(READ).decode("utf-8", "replace")
    return "".join(character if character.isprintable() else " " for character in text)[:KEPT].strip()


def _cut(connection: _Pinned) -> None:
    try:
        if connection.sock is not None:
            connection.sock.shutdown(socket.SHUT_RDWR)
    except OSError:  # it ended by itself meanwhile
        return
