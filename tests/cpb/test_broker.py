"""The embedded broker: what is put in comes out once, and nothing that a crash leaves behind takes a worker down."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from kombu import Connection
from kombu.transport import TRANSPORT_ALIASES

from tests.servers import Process

WRITER = """
import sys, cpb.broker
from kombu import Connection
folder, first = sys.argv[1], int(sys.argv[2])
options = {"data_folder_in": folder, "data_folder_out": folder}
queue = Connection("files://localhost/", transport_options=options).SimpleQueue("bells")
number = first
while True:
    queue.put({"number": number})
    print(number, flush=True)
    number += 1
"""


def connect(folder: Path) -> Connection:
    assert TRANSPORT_ALIASES["files"] == "cpb.broker:Transport"
    options = {"data_folder_in": folder, "data_folder_out": folder}
    return Connection("files://localhost/", transport_options={key: str(value) for key, value in options.items()})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "queue").mkdir()
    return tmp_path / "queue"


@pytest.fixture
def connection(folder: Path) -> Iterator[Connection]:
    with connect(folder) as connection:
        yield connection


def take_all(connection: Connection) -> list[int]:
    queue = connection.SimpleQueue("bells")
    taken: list[int] = []
    while True:
        try:
            message = queue.get_nowait()
        except queue.Empty:
            return taken
        message.ack()
        taken.append(message.payload["number"])


def test_messages_come_out_in_the_order_they_went_in(connection: Connection) -> None:
    queue = connection.SimpleQueue("bells")
    for number in range(20):
        queue.put({"number": number})
    assert take_all(connection) == list(range(20))
    assert take_all(connection) == []


@pytest.mark.parametrize("torn", [b"", b'{"body": "abc', b"\xff\xfe\x00"])
def test_torn_message_is_left_out_and_gone(connection: Connection, folder: Path, torn: bytes) -> None:
    queue = connection.SimpleQueue("bells")
    (folder / "0_torn.bells.msg").write_bytes(torn)
    queue.put({"number": 1})
    assert take_all(connection) == [1]
    assert not list(folder.glob("*.msg")) + list(folder.glob("*.taken"))


def test_two_readers_share_the_messages(folder: Path) -> None:
    with connect(folder) as writer:
        queue = writer.SimpleQueue("bells")
        for number in range(300):
            queue.put({"number": number})
    taken: list[int] = []

    def read() -> None:
        with connect(folder) as reader:
            taken.extend(take_all(reader))

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert sorted(taken) == list(range(300))


def test_writer_killed_in_the_middle_leaves_whole_messages_only(connection: Connection, folder: Path, tmp_path: Path) -> None:
    written: list[int] = []
    for attempt in range(5):
        first = attempt * 100_000
        writer = Process(sys.executable, "-c", WRITER, str(folder), str(first), log=tmp_path / f"writer-{attempt}")
        writer.wait_for(str(first + 20))
        writer.kill()
        written += [int(line) for line in writer.output.splitlines() if line]
    taken = take_all(connection)
    assert set(written) <= set(taken)
    assert len(taken) == len(set(taken)) <= len(written) + 5  # one may be whole without its writer having said so


def test_task_reaches_a_worker_past_torn_files(tmp_path: Path) -> None:
    """A worker of the embedded default, started on a folder full of rubbish, still hears the bell."""
    (tmp_path / "broker" / "queue").mkdir(parents=True)
    for number, rubbish in enumerate([b"", b'{"half', b"\xff"]):
        (tmp_path / "broker" / "queue" / f"{number}_x.celery.msg").write_bytes(rubbish)
    env = {"CPB_DATA_DIR": str(tmp_path), "DATABASE_URL": ""}
    options = ["worker", "-P", "threads", "-c", "2", "--without-gossip", "--without-mingle", "--without-heartbeat", "-l", "INFO"]
    worker = Process(sys.executable, "-m", "celery", "-A", "cpb", *options, env=env, log=tmp_path / "worker.log")
    worker.wait_for("ready.")
    ring = "from cpb.celery import app; app.send_task('core.tasks.sweep_uploads', expires=50)"
    subprocess.run([sys.executable, "-c", ring], env=worker.env, check=True)
    worker.wait_for("sweep_uploads")
    assert worker.popen.poll() is None
    worker.kill()
