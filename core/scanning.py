"""Asking a virus scanner (clamd, over a socket). Only its plain yes counts: everything else keeps a file locked."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO
from urllib.parse import urlsplit

from django.conf import settings

from core.models import ScanState

CHUNK = 1 << 16
PATIENCE = 60.0
CLEAN, FOUND = b"stream: OK", b" FOUND"


def is_configured() -> bool:
    return bool(settings.CLAMD_URL)


def first_state() -> ScanState:
    """What a new file is, before anybody has looked."""
    return ScanState.WAITING if is_configured() else ScanState.NOT_SCANNED


def is_locked(state: str) -> bool:
    """With a scanner only clean files are handed out; without one those that it once found infected stay locked."""
    if is_configured():
        return state != ScanState.CLEAN
    return state == ScanState.INFECTED


def is_answering() -> bool:
    """Whether there is a scanner and it can be asked now."""
    if not is_configured():
        return False
    try:
        with _connection() as clamd:
            clamd.sendall(b"zPING\x00")
            return _read(clamd) == b"PONG"
    except OSError:
        return False


def scan(content: IO[bytes]) -> ScanState:
    """`waiting` when the scanner is not there or does not say clearly what it found."""
    try:
        answer = _ask(content)
    except OSError:
        return ScanState.WAITING
    if answer == CLEAN:
        return ScanState.CLEAN
    return ScanState.INFECTED if answer.endswith(FOUND) else ScanState.WAITING


def _ask(content: IO[bytes]) -> bytes:
    with _connection() as clamd:
        clamd.sendall(b"zINSTREAM\x00")
        while chunk := content.read(CHUNK):
            clamd.sendall(len(chunk).to_bytes(4) + chunk)
        clamd.sendall(bytes(4))
        return _read(clamd)


def _read(clamd: socket.socket) -> bytes:
    answer = b""
    while not answer.endswith(b"\x00") and (part := clamd.recv(4096)):
        answer += part
    return answer.rstrip(b"\x00")


@contextmanager
def _connection() -> Iterator[socket.socket]:
    """`tcp://host:3310` or `unix:///run/clamav/clamd.ctl`."""
    url = urlsplit(settings.CLAMD_URL)
    if url.scheme == "unix":
        with socket.socket(socket.AF_UNIX) as clamd:
            clamd.settimeout(PATIENCE)
            clamd.connect(url.path)
            yield clamd
    else:
        with socket.create_connection((url.hostname, url.port or 3310), timeout=PATIENCE) as clamd:
            yield clamd
