"""Viruses: nothing is handed out that a configured scanner has not called clean, whatever the scanner does."""

import io
import shutil
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from core import files, scanning, tasks
from core.errors import WrongState
from core.models import ScanState
from followup.models import Document
from tests.cast import Cast
from tests.conftest import NO_SERVER
from tests.core import specimens as made
from tests.servers import Process, free_port, is_open, wait_until

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
MARK = b"a mark that only our own signature knows"


class Scanner:
    """Speaks clamd's INSTREAM; `answer` is what it says, None hangs up."""

    def __init__(self) -> None:
        self.answer: bytes | None = b"stream: OK\x00"
        self.answers: dict[bytes, bytes] = {}
        self.seen: list[bytes] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"tcp://127.0.0.1:{self.listener.getsockname()[1]}"
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self) -> None:
        while True:
            try:
                line = self.listener.accept()[0]
            except OSError:
                return
            with line, line.makefile("rwb") as stream:
                if stream.read(6) == b"zPING\x00":
                    stream.write(b"PONG\x00")
                    continue
                assert stream.read(4) == b"EAM\x00"
                content = b""
                while length := int.from_bytes(stream.read(4)):
                    content += stream.read(length)
                self.seen.append(content)
                if (answer := self.answers.get(content, self.answer)) is not None:
                    stream.write(answer)

    def stop(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(5)


@pytest.fixture
def scanner(settings: Any) -> Iterator[Scanner]:
    scanner = Scanner()
    settings.CLAMD_URL = scanner.url
    yield scanner
    scanner.stop()


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (b"stream: OK\x00", ScanState.CLEAN),
        (b"stream: Own.Eicar.UNOFFICIAL FOUND\x00", ScanState.INFECTED),
        (b"stream: OK FOUND\x00", ScanState.INFECTED),
        (b"stream: OKAY\x00", ScanState.WAITING),
        (b"stream: not OK\x00", ScanState.WAITING),
        (b"OK\x00", ScanState.WAITING),
        (b"INSTREAM size limit exceeded. ERROR\x00", ScanState.WAITING),
        (b"stream: Can't allocate memory ERROR\x00", ScanState.WAITING),
        (b"", ScanState.WAITING),
        (None, ScanState.WAITING),
    ],
)
def test_only_a_plain_yes_is_a_yes(scanner: Scanner, answer: bytes | None, state: ScanState) -> None:
    scanner.answer = answer
    content = made.pdf(bytes(200_000))
    assert scanning.scan(io.BytesIO(content)) == state
    assert scanner.seen == [content], "all of it was shown"


@pytest.mark.parametrize("url", ["tcp://127.0.0.1:{port}", "unix:///nowhere/clamd.ctl"])
def test_a_scanner_that_is_not_there(settings: Any, url: str) -> None:
    settings.CLAMD_URL = url.format(port=free_port())
    assert scanning.scan(io.BytesIO(b"x")) == ScanState.WAITING


def test_a_scanner_on_a_socket_of_the_machine(settings: Any, tmp_path: Path) -> None:
    path = tmp_path / "clamd.ctl"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        settings.CLAMD_URL = f"unix://{path}"

        def answer() -> None:
            with listener.accept()[0] as line, line.makefile("rwb") as stream:
                assert stream.read(10 + 4 + 1 + 4) == b"zINSTREAM\x00" + b"\x00\x00\x00\x01x" + bytes(4)
                stream.write(b"stream: OK\x00")

        thread = threading.Thread(target=answer)
        thread.start()
        assert scanning.scan(io.BytesIO(b"x")) == ScanState.CLEAN
        thread.join()


@pytest.mark.fault("F21", "virus scanner down, then back")
@pytest.mark.django_db
def test_what_waits_is_scanned_when_the_scanner_is_back(settings: Any, cast: Cast) -> None:
    settings.CLAMD_URL = f"tcp://127.0.0.1:{free_port()}"
    good, bad, undecided, gone = (
        document(cast, content, state)
        for content, state in [(b"good", "waiting"), (b"bad", "not_scanned"), (b"huge", "waiting"), (b"gone", "waiting")]
    )
    default_storage.delete(gone.storage_name)
    tasks.scan_files()
    assert states(good, bad) == ["waiting", "not_scanned"], "nobody answered"

    scanner = Scanner()
    settings.CLAMD_URL = scanner.url
    scanner.answers = {b"bad": b"stream: Bad FOUND\x00", b"huge": b"INSTREAM size limit exceeded. ERROR\x00"}
    tasks.scan_files()
    assert states(good, bad, undecided, gone) == ["clean", "infected", "waiting", "waiting"]
    scanner.stop()


def document(cast: Cast, content: bytes, state: str) -> Document:
    name = files.keep(ContentFile(content))
    shared = {"size": len(content), "sha256": "0" * 64, "content_type": "text/plain", "storage_name": name, "scan_state": state}
    times = {"received_on": NOW.date(), "received_at": NOW}
    return Document.objects.create(name="a.txt", supplier=cast.nordvare, uploaded_by=cast.csr, **shared, **times)


def states(*documents: Document) -> list[str]:
    return [Document.objects.get(pk=each.pk).scan_state for each in documents]


# Without a scanner, and with one


@pytest.mark.parametrize(
    ("url", "first", "locked"),
    [
        ("", ScanState.NOT_SCANNED, {ScanState.INFECTED}),
        ("tcp://127.0.0.1:1", ScanState.WAITING, {ScanState.NOT_SCANNED, ScanState.WAITING, ScanState.INFECTED}),
    ],
)
def test_what_is_locked(settings: Any, url: str, first: ScanState, locked: set[ScanState]) -> None:
    settings.CLAMD_URL = url
    assert scanning.first_state() == first
    assert {state for state in ScanState if scanning.is_locked(state)} == locked
    name = files.keep(ContentFile(made.pdf()))
    for state in ScanState:
        if state in locked:
            with pytest.raises(WrongState):
                handed_out(name, state)
        else:
            assert handed_out(name, state) == made.pdf()


def handed_out(name: str, state: ScanState) -> bytes:
    response = files.download(made.stored("a.pdf", name, state))
    content = response.getvalue()
    assert response.file_to_stream is not None
    response.file_to_stream.close()
    return content


@pytest.mark.parametrize(
    "content",
    [MARK, made.zipped({"inside.txt": MARK}), made.office("docx", **{"word/document.xml": MARK})],
    ids=["plain", "in a ZIP file", "in a Word file"],
)
def test_a_real_scanner_finds_what_it_knows_also_inside(settings: Any, tmp_path: Path, content: bytes) -> None:
    if not shutil.which("clamd"):
        pytest.skip(f"{NO_SERVER}clamd")
    (tmp_path / "signatures").mkdir()
    (tmp_path / "signatures" / "own.ndb").write_text(f"Own.Mark:0:*:{MARK.hex()}\n")
    port = free_port()
    configuration = [f"TCPSocket {port}", "TCPAddr 127.0.0.1", f"DatabaseDirectory {tmp_path / 'signatures'}", "Foreground yes"]
    (tmp_path / "clamd.conf").write_text("\n".join(configuration))
    clamd = Process("clamd", "-c", str(tmp_path / "clamd.conf"), log=tmp_path / "log")
    try:
        wait_until(lambda: is_open(port))
        settings.CLAMD_URL = f"tcp://127.0.0.1:{port}"
        assert scanning.scan(io.BytesIO(content)) == ScanState.INFECTED
        assert scanning.scan(io.BytesIO(made.pdf())) == ScanState.CLEAN
    finally:
        clamd.kill()
