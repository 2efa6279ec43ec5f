"""The web server as production has it, the memory of its processes, and the least that could be done with a file."""

import hashlib
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers import Process, free_port, is_open, wait_until

BLOCK = 2**20


class Server:
    def __init__(self, port: int, pid: int) -> None:
        self.port, self.pid = port, pid

    def begin_to_count(self) -> None:
        """Peaks are those from here on."""
        for process in self._processes():
            Path(f"/proc/{process}/clear_refs").write_text("5")
        self.idle = self._peaks()

    @property
    def grew_by(self) -> float:
        """How far its processes have been above what they took when counting began, in MB."""
        return (self._peaks() - self.idle) / 1e6

    @property
    def worked(self) -> float:
        """Processor time of its processes so far, in milliseconds: what else the machine does changes it little."""
        fields = [Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split() for process in self._processes()]
        return sum(int(ticks) for each in fields for ticks in each[11:13]) * 1000 / os.sysconf("SC_CLK_TCK")

    def _peaks(self) -> int:
        lines = [line for process in self._processes() for line in Path(f"/proc/{process}/status").read_text().splitlines()]
        return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))

    def _processes(self) -> list[str]:
        return [str(self.pid), *Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()]


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    """One web process of eight threads."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-c", "python:cpb.gunicorn", "--bind", f"127.0.0.1:{port}", "cpb.wsgi:application"]
    process = Process(*command, env={"WEB_CONCURRENCY": "1"}, log=folder / "log")
    try:
        wait_until(lambda: is_open(port))
        yield Server(port, process.pid)
    finally:
        process.kill()


def headers(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "X-Forwarded-Proto": "https"}


def bare(source: Path, target: Path) -> float:
    """Read, hash and write a file: what nobody can do without. Milliseconds."""
    began = time.perf_counter()
    digest = hashlib.sha256()
    with source.open("rb") as reading, target.open("wb") as writing:
        while block := reading.read(BLOCK):
            digest.update(block)
            writing.write(block)
        writing.flush()
        os.fsync(writing.fileno())
    return (time.perf_counter() - began) * 1000
