"""Mail of the embedded default: one .eml a message, in a folder."""

import uuid
from datetime import UTC, datetime
from email.message import Message
from pathlib import Path
from typing import Protocol, Self

from django.conf import settings


class Sendable(Protocol):
    def message(self) -> Message: ...


class EmlFiles:
    """A mail backend that writes aside and renames: a reader never sees half a message."""

    def __init__(self, fail_silently: bool = False, **kwargs: object) -> None:
        self.folder = Path(settings.EMAIL_FILE_PATH)

    def open(self) -> bool:
        self.folder.mkdir(parents=True, exist_ok=True)
        return False

    def close(self) -> None:
        pass

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def send_messages(self, messages: list[Sendable]) -> int:
        self.open()
        for message in messages:
            file = self.folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{uuid.uuid4().hex[:8]}.eml"
            aside = file.with_suffix(".part")
            aside.write_bytes(message.message().as_bytes())
            aside.rename(file)
        return len(messages)
