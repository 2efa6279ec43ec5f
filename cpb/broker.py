"""The broker of the embedded default: one file a message, in a folder that web, worker and scheduler share.

It only rings the bell; the database remembers the work. So a message may get lost, but a torn file must never take a worker down,
as it does with the transport that this one is made from.
"""

import os
import uuid
from pathlib import Path
from queue import Empty
from time import monotonic

from kombu.transport import filesystem
from kombu.utils.json import dumps, loads


class Channel(filesystem.Channel):
    def _put(self, queue: str, payload: object, **kwargs: object) -> None:
        """Written aside and renamed: a reader never sees half a message."""
        folder = Path(self.data_folder_out)
        file = folder / f"{int(monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        aside = file.with_suffix(".part")
        aside.write_text(dumps(payload))
        aside.rename(file)

    def _get(self, queue: str, timeout: float | None = None) -> object:
        folder = Path(self.data_folder_in)
        for name in sorted(os.listdir(folder)):
            if name.partition(".")[2] != f"{queue}.msg":
                continue
            try:
                return loads(_take(folder / name))
            except (FileNotFoundError, ValueError):  # another worker was faster, or it is torn
                continue
        raise Empty

    def get_table(self, exchange: str) -> list[object]:
        try:
            return super().get_table(exchange)
        except (ValueError, TypeError):
            self._exchange_file(exchange).unlink(missing_ok=True)
            return []

    def _queue_bind(self, exchange: str, *binding: str) -> None:
        self.get_table(exchange)  # unlinks a torn control file
        super()._queue_bind(exchange, *binding)


def _take(message: Path) -> str:
    taken = message.with_suffix(".taken")
    message.rename(taken)
    text = taken.read_text()
    taken.unlink()
    return text


class Transport(filesystem.Transport):
    Channel = Channel
