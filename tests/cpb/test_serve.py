"""`make run` after its set-up: one command, the whole product, on an empty folder; killed hard, it starts again.

Each start is four processes of the product: what can be asked of one that runs is asked together.
"""

import os
import re
import shutil
import signal
import socket
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import ready
from tests.servers import Process, free_port, is_open, wait_until

Serve = Callable[..., Process]


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def migrated(tmp_path: Path) -> Path:
    """The data folder of the product that `serve` starts, with an empty database."""
    return shutil.copytree(ready.sqlite(), tmp_path / "var")


@pytest.fixture
def serve(tmp_path: Path, port: int) -> Iterator[Serve]:
    started: list[Process] = []

    def begin(**environment: str) -> Process:
        env = {"CPB_DATA_DIR": str(tmp_path / "var"), "PORT": str(port), "DATABASE_URL": ""} | environment
        log = tmp_path / f"serve-{len(started)}.log"
        started.append(Process(sys.executable, "manage.py", "serve", env=env, log=log))
        return started[-1]

    yield begin
    for process in started:
        process.kill()


def get(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def children_of(pid: int) -> list[int]:
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(child) for child in file.read().split()]


def sign_in(port: int, email: str, password: str) -> str:
    """Where the browser stands after the form was sent."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    address = f"http://127.0.0.1:{port}/accounts/login/"
    form = browser.open(address, timeout=60).read().decode()
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
    assert found
    data = {"csrfmiddlewaretoken": found[1], "login": email, "password": password}
    return browser.open(address, urllib.parse.urlencode(data).encode(), timeout=60).geturl().removeprefix(f"http://127.0.0.1:{port}")


def test_an_empty_folder_becomes_the_demo_world_and_starts_again_after_a_hard_kill(serve: Serve, port: int) -> None:
    process = serve(CPB_DEMO="1", CPB_DEMO_PASSWORD="a-password-of-the-test")
    process.wait_for("csr@polar.example", 360)
    assert f"Ready: http://127.0.0.1:{port}/" in process.output
    assert "the password a-password-of-the-test" in process.output
    assert len(re.findall(r"^  \S+@\S+\.example ", process.output, re.MULTILINE)) == 13
    assert get(port, "/health/live") == (200, '{"status": "ok"}')
    assert get(port, "/health/ready") == (200, '{"status": "ok"}')
    assert sign_in(port, "manager@cpb.example", "a-password-of-the-test") != "/accounts/login/"
    assert sign_in(port, "csr@nordvare.example", "wrong") == "/accounts/login/"
    children = children_of(process.pid)
    assert len(children) == 3
    os.kill(process.pid, signal.SIGKILL)
    process.popen.wait()
    again = serve(CPB_DEMO="1")
    again.wait_for("csr@polar.example", 120)
    assert "Building" not in again.output
    assert "the password a-password-of-the-test" in again.output
    assert get(port, "/health/ready")[0] == 200
    assert not [child for child in children if Path(f"/proc/{child}").exists()]
    os.kill(again.pid, signal.SIGINT)  # Ctrl-C
    assert again.popen.wait(20) == 0
    assert not is_open(port)


def test_a_port_in_use_is_named(serve: Serve, port: int) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        process = serve()
        assert process.popen.wait(60) == 1
    assert f"Port {port} is in use" in process.output
    assert f"PORT={port + 1} make run" in process.output
    assert "Traceback" not in process.output


def test_while_one_runs_a_second_is_refused_and_a_killed_worker_comes_back(serve: Serve, migrated: Path) -> None:
    process = serve()
    process.wait_for("Ready:", 120)
    assert "Demo" not in process.output
    second = serve(PORT=str(free_port()))
    assert second.popen.wait(60) == 1
    assert "It is running already in" in second.output
    worker = next(pid for pid in children_of(process.pid) if b"worker" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"))
    os.kill(worker, signal.SIGKILL)
    wait_until(lambda: "worker ended with -9" in process.output)
    wait_until(lambda: len(children_of(process.pid)) == 3)
