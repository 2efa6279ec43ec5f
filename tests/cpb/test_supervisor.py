"""What dies is started again; what the supervisor leaves behind is nothing, however it ends."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.servers import Process, wait_until

SUPERVISE = "import sys; from pathlib import Path; from cpb import supervisor; supervisor.GRACE = 2; "
SUPERVISE += "supervisor.supervise({'child': [sys.executable, '-c', sys.argv[1], sys.argv[2]]}, logs=Path(sys.argv[2]) / 'logs')"

# Each life of the child leaves a file with its process id.
BORN = "import os, signal, subprocess, sys, time; open(f'{sys.argv[1]}/born-{time.monotonic_ns():020}', 'w').write(str(os.getpid())); "
LIVES = BORN + "time.sleep(600)"
DIES = BORN + "sys.exit(3)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + LIVES
HAS_CHILD = BORN + "open(f'{sys.argv[1]}/born-x', 'w').write(str(subprocess.Popen(['sleep', '600']).pid)); signal.pause()"

Supervise = Callable[[str], Process]


@pytest.fixture
def supervise(tmp_path: Path) -> Iterator[Supervise]:
    started: list[Process] = []

    def begin(child: str) -> Process:
        started.append(Process(sys.executable, "-c", SUPERVISE, child, str(tmp_path), log=tmp_path / "supervisor.log"))
        return started[-1]

    yield begin
    for process in started:
        process.kill()


def births(folder: Path) -> list[int]:
    return [int(text) for file in sorted(folder.glob("born-*")) if (text := file.read_text())]


def is_alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as status:
            return status.read().rpartition(") ")[2][0] != "Z"
    except FileNotFoundError:
        return False


def test_a_child_that_is_killed_is_started_again(supervise: Supervise, tmp_path: Path) -> None:
    supervise(LIVES)
    wait_until(lambda: len(births(tmp_path)) == 1)
    os.kill(births(tmp_path)[0], signal.SIGKILL)
    wait_until(lambda: len(births(tmp_path)) == 2)
    assert is_alive(births(tmp_path)[1])


def test_a_child_that_keeps_dying_is_started_again_ever_more_slowly(supervise: Supervise, tmp_path: Path) -> None:
    process = supervise(DIES)
    wait_until(lambda: len(births(tmp_path)) == 3)
    assert [line.split("; ")[1][:25] for line in process.output.splitlines()[:2]] == [
        "starting it again in 1 s.",
        "starting it again in 3 s.",
    ]
    assert "child ended with 3" in process.output


def test_no_child_outlives_a_supervisor_that_is_killed(supervise: Supervise, tmp_path: Path) -> None:
    process = supervise(STUBBORN)
    wait_until(lambda: len(births(tmp_path)) == 1)
    os.kill(process.pid, signal.SIGKILL)
    process.popen.wait()
    wait_until(lambda: not is_alive(births(tmp_path)[0]), 5)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_children_end_when_the_supervisor_is_told_to(supervise: Supervise, tmp_path: Path, number: int) -> None:
    process = supervise(LIVES)
    wait_until(lambda: len(births(tmp_path)) == 1)
    os.kill(process.pid, number)
    assert process.popen.wait(10) == 0
    assert not is_alive(births(tmp_path)[0])


def test_a_child_that_does_not_listen_is_killed(supervise: Supervise, tmp_path: Path) -> None:
    process = supervise(STUBBORN)
    wait_until(lambda: len(births(tmp_path)) == 1)
    os.kill(process.pid, signal.SIGTERM)
    assert process.popen.wait(10) == 0
    wait_until(lambda: not is_alive(births(tmp_path)[0]), 2)


def test_what_the_child_started_ends_with_it(supervise: Supervise, tmp_path: Path) -> None:
    process = supervise(HAS_CHILD)
    wait_until(lambda: len(births(tmp_path)) == 2)
    os.kill(process.pid, signal.SIGTERM)
    assert process.popen.wait(10) == 0
    wait_until(lambda: not any(map(is_alive, births(tmp_path))), 5)


def test_what_a_child_says_is_kept_in_its_log(supervise: Supervise, tmp_path: Path) -> None:
    supervise("print('hello from the child', flush=True); " + LIVES)
    log = tmp_path / "logs" / "child.log"
    wait_until(lambda: log.exists() and "hello from the child" in log.read_text())
