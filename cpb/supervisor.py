"""Runs web, worker and scheduler as children of one foreground process: starts again what dies, and leaves nothing behind."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType

GRACE = 15  # seconds from SIGTERM to SIGKILL
LONGEST_PAUSE = 30
STEADY = 60  # who lived this long starts again at once
PR_SET_PDEATHSIG = 1

libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def die_with_parent(parent: int) -> None:
    """Called in the child: Linux kills it when the process `parent` is killed, however hard."""
    if libc:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before we could ask
            os._exit(1)


class Child:
    def __init__(self, name: str, command: Sequence[str], log: Path) -> None:
        self.name, self.command, self.log = name, command, log
        self.pause = 0.0
        self.start()

    def start(self) -> None:
        self.started = time.monotonic()
        self.starts_again: float | None = None
        if self.log.exists():
            self.log.replace(self.log.with_suffix(".old.log"))
        parent = os.getpid()
        with self.log.open("w") as output:
            # Its own session: Ctrl-C reaches us alone, and we tell the children.
            self.process = subprocess.Popen(
                self.command, stdout=output, stderr=output, start_new_session=True, preexec_fn=lambda: die_with_parent(parent)
            )

    def look_after(self) -> None:
        now = time.monotonic()
        if self.starts_again is not None:
            if now >= self.starts_again:
                self.start()
        elif not self.lives:
            self.pause = 0.0 if now - self.started > STEADY else min(LONGEST_PAUSE, self.pause * 2 + 1)
            self.starts_again = now + self.pause
            say(f"{self.name} ended with {self.process.returncode}; starting it again in {self.pause:.0f} s. See {self.log}")

    @property
    def lives(self) -> bool:
        return self.process.poll() is None


def supervise(commands: Mapping[str, Sequence[str]], *, logs: Path) -> None:
    """Until SIGTERM or Ctrl-C."""
    stop_wanted = False

    def stop(signal_number: int, frame: FrameType | None) -> None:
        nonlocal stop_wanted
        stop_wanted = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    logs.mkdir(exist_ok=True)
    children = [Child(name, command, logs / f"{name}.log") for name, command in commands.items()]
    try:
        while not stop_wanted:
            for child in children:
                child.look_after()
            time.sleep(0.2)
    finally:
        stop_all(children)


def stop_all(children: Sequence[Child]) -> None:
    for child in children:
        child.process.terminate()
    end = time.monotonic() + GRACE
    while time.monotonic() < end and any(child.lives for child in children):
        time.sleep(0.1)
    for child in children:  # and what it may have started and left
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.process.pid, signal.SIGKILL)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
