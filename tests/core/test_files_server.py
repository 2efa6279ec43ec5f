"""Uploads through the real web server: memory, speed, connections that end, a server that is killed, a full disk."""

import contextlib
import hashlib
import http.client
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core import uploads
from tests.conftest import NO_SERVER
from tests.core import specimens as made
from tests.servers import Process, free_port, is_open, wait_until

MIB = 1 << 20
BOUNDARY = "boundary-of-the-test"
KIND = f"multipart/form-data; boundary={BOUNDARY}"
NOISE = random.Random(5).randbytes(MIB)


class Server:
    """One web process of the product over a folder of its own."""

    def __init__(self, folder: Path, *before: str) -> None:
        self.folder, self.port = folder, free_port()
        environment = {"CPB_DATA_DIR": str(folder / "data"), "DATABASE_URL": "", "WEB_CONCURRENCY": "1"}
        command = [sys.executable, "-m", "gunicorn", "-c", "python:cpb.gunicorn", "--bind", f"127.0.0.1:{self.port}"]
        self.process = Process(*before, *command, "tests.core.upload_server:application", env=environment, log=folder / "log")
        wait_until(lambda: is_open(self.port))
        self.post(multipart({"warm.pdf": [made.pdf()]}))

    def connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def post(self, parts: "Parts", length: int | None = None) -> tuple[int, object]:
        connection = self.connection()
        connection.request("POST", "/", parts, {"Content-Type": KIND, "Content-Length": str(length or parts.length)})
        answer = connection.getresponse()
        body = json.loads(answer.read())
        connection.close()
        return answer.status, body

    @property
    def temporary(self) -> list[Path]:
        return [path for path in (self.folder / "data" / "files" / "tmp").iterdir() if path.suffix == uploads.SUFFIX]

    @property
    def stored(self) -> list[Path]:
        return list((self.folder / "data" / "files").glob("[0-9a-f][0-9a-f]/*"))

    @property
    def worker(self) -> int:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return int(children[0])

    def peak_memory(self) -> int:
        """In bytes, since the start of the process that answers."""
        lines = Path(f"/proc/{self.worker}/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


class Parts:
    """A multipart body in pieces: a hundred megabytes need not be held by the test."""

    def __init__(self, pieces: list[bytes]) -> None:
        self.pieces, self.length = pieces, sum(map(len, pieces))

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.pieces)


def multipart(contents: dict[str, list[bytes]]) -> Parts:
    pieces = []
    for name, content in contents.items():
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\nContent-Type: text/html\r\n\r\n'
        pieces += [head.encode(), *content, b"\r\n"]
    return Parts([*pieces, f"--{BOUNDARY}--\r\n".encode()])


def large_pdf(mebibytes: int) -> list[bytes]:
    whole = made.pdf(b"")
    return [whole[:15], *[NOISE] * mebibytes, whole[15:]]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("server"))
    yield server
    server.process.kill()
    shutil.rmtree(server.folder)  # some hundred megabytes


def test_a_hundred_megabytes_need_no_memory(server: Server) -> None:
    content, before = large_pdf(99), server.peak_memory()
    status, body = server.post(multipart({"large.pdf": content}))
    assert status == 200
    assert isinstance(body, list)
    assert body[0]["sha256"] == hashlib.sha256(b"".join(content)).hexdigest()
    grown = server.peak_memory() - before
    print(f"grown by {grown / MIB:.0f} MB")
    assert grown <= 32 * MIB
    wait_until(lambda: server.temporary == [])


def test_what_was_sent_comes_back(server: Server) -> None:
    content = made.pdf(NOISE)
    _status, body = server.post(multipart({"policy.pdf": [content]}))
    assert isinstance(body, list)
    connection = server.connection()
    connection.request("GET", f"/{body[0]['storage_name']}?name=policy.pdf")
    answer = connection.getresponse()
    assert answer.read() == content
    assert answer.headers["Content-Length"] == str(len(content))
    connection.close()


def test_a_file_over_the_limit_gets_its_answer(server: Server) -> None:
    before = len(server.stored)
    status, body = server.post(multipart({"large.pdf": large_pdf(101), "small.pdf": [made.pdf()]}))
    assert status == 413
    assert "large.pdf" in str(body)
    wait_until(lambda: server.temporary == [])
    assert len(server.stored) == before


def test_ten_gigabytes_announced_are_answered_at_once(server: Server) -> None:
    parts = multipart({"large.pdf": large_pdf(1)})
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as line:
        head = f"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: {KIND}\r\nContent-Length: {10 * 2**30}\r\n\r\n"
        line.sendall(head.encode() + b"".join(parts.pieces[:3]))
        assert line.recv(100).startswith(b"HTTP/1.1 413 ")
    wait_until(lambda: server.temporary == [])


def test_files_sent_in_pieces_without_a_length_hear_what_is_wrong(server: Server) -> None:
    with contextlib.closing(server.connection()) as connection:
        with contextlib.suppress(BrokenPipeError):  # the server need not wait for the rest before it answers
            connection.request("POST", "/", multipart({"policy.pdf": large_pdf(1)}), {"Content-Type": KIND})
        answer = connection.getresponse()
        assert answer.status == 411
        assert "Content-Length" in json.loads(answer.read())["detail"]


@pytest.mark.fault("F17a", "client gone in the middle of an upload")
def test_a_sender_who_hangs_up_leaves_nothing(server: Server) -> None:
    before = len(server.stored)
    parts = multipart({"first.pdf": large_pdf(2), "second.pdf": large_pdf(30)})
    for politely in (True, False):
        line = socket.create_connection(("127.0.0.1", server.port), timeout=20)
        head = f"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: {KIND}\r\nContent-Length: {parts.length}\r\n\r\n"
        line.sendall(head.encode() + b"".join(parts.pieces[:20]))
        wait_until(lambda: len(server.temporary) == 2)
        if politely:
            line.shutdown(socket.SHUT_WR)
            assert line.recv(100).startswith(b"HTTP/1.1 400 ")
        line.close()
        wait_until(lambda: server.temporary == [])
    assert len(server.stored) == before, "the first file was whole, the submission was not"


@pytest.mark.fault("F17b", "server killed in the middle of an upload")
def test_a_server_killed_in_the_middle_leaves_what_the_janitor_removes(tmp_path: Path) -> None:
    server = Server(tmp_path)
    before = len(server.stored)
    parts = multipart({"large.pdf": large_pdf(20)})
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        head = f"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: {KIND}\r\nContent-Length: {parts.length}\r\n\r\n"
        line.sendall(head.encode() + b"".join(parts.pieces[:10]))
        wait_until(lambda: len(server.temporary) == 1)
        server.process.kill()
    assert len(server.stored) == before
    environment = os.environ | {"CPB_DATA_DIR": str(tmp_path / "data"), "DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "cpb.settings"}
    for age, left in ((timedelta(minutes=30), 1), (timedelta(minutes=61), 0)):
        now = datetime.now(UTC) + age
        program = "import sys, django; django.setup(); from datetime import datetime as d; from core import uploads as u; "
        subprocess.run(
            [sys.executable, "-c", f"{program} u.sweep(now=d.fromisoformat(sys.argv[1]))", str(now)], env=environment, check=True
        )
        assert len(server.temporary) == left


# A disk of eight megabytes


@pytest.fixture
def small_disk(tmp_path: Path) -> list[str]:
    """What to put before a command so that it sees a small disk at `tmp_path`; the rest of the machine does not."""
    enter = ["unshare", "--map-root-user", "--mount"] if os.geteuid() else ["unshare", "--mount"]
    mount = f"mount -t tmpfs -o size=8m none {tmp_path}/data"
    (tmp_path / "data").mkdir()
    if not shutil.which("unshare") or subprocess.run([*enter, "sh", "-c", mount], capture_output=True).returncode:
        pytest.skip(f"{NO_SERVER}a small disk of our own")
    return [*enter, "sh", "-c", f'{mount} && exec "$@"', "sh"]


@pytest.mark.fault("F16", "disk full on upload")
def test_a_full_disk_is_said_and_the_service_lives_on(tmp_path: Path, small_disk: list[str]) -> None:
    server = Server(tmp_path, *small_disk)
    inside = Path(f"/proc/{server.process.pid}/root{tmp_path}/data/files")

    def stored() -> list[Path]:
        return sorted(inside.glob("[0-9a-f][0-9a-f]/*"))

    before = stored()
    assert before, "the folder is seen from outside"

    status, body = server.post(multipart({"a.pdf": large_pdf(3), "b.pdf": large_pdf(7)}))
    assert status == 507
    assert isinstance(body, dict)
    assert body["detail"]
    assert stored() == before
    wait_until(lambda: not list(inside.glob(f"tmp/*{uploads.SUFFIX}")))

    status, _body = server.post(multipart({"small.pdf": large_pdf(1)}))
    assert status == 200, "what fits is taken"
    server.process.kill()


def test_speed_against_the_disk_alone(server: Server, tmp_path: Path) -> None:
    """The bar in `make bench` is 4; here only that nothing is badly wrong."""
    content = large_pdf(99)

    def raw() -> float:
        began = time.perf_counter()
        digest = hashlib.sha256()
        with (tmp_path / "raw").open("wb") as file:
            for piece in content:
                digest.update(piece)
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        return time.perf_counter() - began

    def sent() -> float:
        began = time.perf_counter()
        assert server.post(multipart({"large.pdf": content}))[0] == 200
        return time.perf_counter() - began

    ratio = min(sent() for _ in range(3)) / min(raw() for _ in range(3))
    print(f"upload / raw = {ratio:.1f}")
    assert ratio < 8
