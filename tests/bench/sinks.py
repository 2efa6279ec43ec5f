"""Mail servers to measure against: Debian's `smtp-sink`, written in C, and one that takes its time over every answer."""

import asyncio
import contextlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import partial

from tests import servers

SMTP_SINK = shutil.which("smtp-sink") or shutil.which("smtp-sink", path="/usr/sbin:/usr/local/sbin")
"""Of Debian's package postfix, which need not run."""


@contextlib.contextmanager
def quick() -> Iterator[str]:
    """The address of a sink that takes everything at once and keeps nothing: in C where it can be had."""
    port = servers.free_port()
    in_python = [sys.executable, "-m", "tests.bench.sinks", str(port), "0"]
    yield from _running([SMTP_SINK, "-u", "nobody", f"127.0.0.1:{port}", "1000"] if SMTP_SINK else in_python, port)


@contextlib.contextmanager
def slow(seconds: float) -> Iterator[str]:
    """The address of a sink that waits before every answer, as a server far away does."""
    port = servers.free_port()
    yield from _running([sys.executable, "-m", "tests.bench.sinks", str(port), str(seconds)], port)


def _running(command: list[str], port: int) -> Iterator[str]:
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        servers.wait_until(partial(servers.is_open, port), 20)
        yield f"smtp://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


class Sink(asyncio.Protocol):
    """Just enough of SMTP for a client that does not misbehave: an answer to every line, and one to a whole mail."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.rest, self.is_in_mail = seconds, b"", False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._answer(b"220 sink")

    def data_received(self, data: bytes) -> None:
        *lines, self.rest = (self.rest + data).split(b"\r\n")
        for line in lines:
            if self.is_in_mail:
                if line == b".":
                    self.is_in_mail = False
                    self._answer(b"250 taken")
                continue
            command = line[:4].upper()
            self.is_in_mail = command == b"DATA"
            self._answer({b"DATA": b"354 go on", b"QUIT": b"221 bye"}.get(command, b"250 ok"))

    def _answer(self, text: bytes) -> None:
        if self.seconds:
            asyncio.get_running_loop().call_later(self.seconds, self.transport.write, text + b"\r\n")
        else:
            self.transport.write(text + b"\r\n")


async def _serve(port: int, seconds: float) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: Sink(seconds), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), float(sys.argv[2])))
