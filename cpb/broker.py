"""The broker of the embedded default: one file a message, in a folder that web, worker and scheduler share.

It only rings the bell; the database remembers the work. So a message may get lost, but a torn file must never take a worker down,
as it does with the transport that this one is made from.
"""

import os
import uuid
from pathlib import Path
from queue import Empty
from time import monotonic_ns

from kombu.transport import filesystem, virtual
from kombu.utils.json import dumps, loads


class Channel(filesystem.Channel):
    def _put(self, queue: str, payload: object, **kwargs: object) -> None:  # type: ignore[override]  # kombu names it in two ways
        """Written aside and renamed: a reader never sees half a message."""
        folder = Path(self.data_folder_out)
        file = folder / f"{monotonic_ns():020}_{uuid.uuid4()}.{queue}.msg"
        aside = file.with_suffix(".part")
        aside.write_text(dumps(payload))
        aside.rename(file)

    def _get(self, queue: str, timeout: float | None = None) -> object:
        folder = Path(self.data_folder_in)
        for name in sorted(os.listdir(folder)):
            if name.partition(".")[2] != f"{queue}.msg":
                continue
            try:
                return loads(_take(folder / name).decode())
            except (FileNotFoundError, ValueError):  # another worker was faster, or it is torn
                continue
        raise Empty

    # Who listens where is declared by every process that rings, so it need not be written down in files that can be torn.
    supports_fanout = False
    get_table = virtual.Channel.get_table
    _delete = virtual.Channel._delete


def _take(message: Path) -> bytes:
    taken = message.with_suffix(".taken")
    message.rename(taken)
    payload = taken.read_bytes()
    taken.unlink()
    return payload


class Transport(filesystem.Transport):
    Channel = Channel
