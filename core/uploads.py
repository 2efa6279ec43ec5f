"""How a file comes in: written beside the storage and hashed while it arrives, and stopped as soon as it is too much.

Nothing is raised while Django reads a request, because that happens before anybody has asked who sends it. What was wrong is
noted, and `core.files.received` says it when the view asks for the files: who may not send at all hears that first.
"""

import errno
import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.core.handlers.wsgi import LimitedStream
from django.utils.translation import gettext as _

from core.errors import HouseError, Invalid, LengthMissing, StorageFull, TooLarge

MIB = 1 << 20
AROUND = MIB  # what the form's other fields and the multipart headers may take
REFUSED = "cpb.upload_refused"
SUFFIX = ".upload"
LEFTOVER_AFTER = timedelta(hours=1)


class Upload(TemporaryUploadedFile):
    """One file of a request, with its checksum. `refused` says why it was not kept to its end."""

    def __init__(self, name: str, content_type: str | None = None) -> None:
        # The sender's name stays out of the temporary one: an ending of 300 letters is no file name.
        self.temporary = NamedTemporaryFile(suffix=SUFFIX, dir=settings.FILE_UPLOAD_TEMP_DIR)  # noqa: SIM115
        UploadedFile.__init__(self, self.temporary, name, content_type, 0)
        self.digest = hashlib.sha256()
        self.refused: HouseError | None = None

    def add(self, data: bytes) -> None:
        self.size = (self.size or 0) + len(data)
        if self.refused is None and self.size > settings.UPLOAD_FILE_BYTES:
            self.refused = too_large("files", self.name or "")
            self.temporary.truncate(0)
        if self.refused is None:
            self.digest.update(data)
            self.temporary.write(data)

    @property
    def sha256(self) -> str:
        return self.digest.hexdigest()

    def close(self) -> None:
        try:
            super().close()
        except OSError:  # the disk is full and the rest cannot be written; the file is removed all the same
            return


class HashingUploadHandler(FileUploadHandler):
    """The only upload handler (`FILE_UPLOAD_HANDLERS`)."""

    chunk_size = 256 * 1024
    file: Upload

    def handle_raw_input(self, input_data: Any, meta: dict[str, Any], content_length: int, *args: Any) -> None:
        self.stream = getattr(input_data, "_stream", None)
        self.too_much = is_too_much(content_length)
        self.files = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.files += 1
        if self.too_much:  # nothing more is read, however much was announced
            self._refuse(too_much())
            raise StopUpload(connection_reset=True)
        if self.files > settings.UPLOAD_FILES:
            self._refuse(too_many())
            raise StopUpload(connection_reset=False)
        with self._disk_may_be_full():
            self.file = Upload(self.file_name or "", self.content_type)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        with self._disk_may_be_full():
            self.file.add(raw_data)

    def file_complete(self, file_size: int) -> Upload:
        with self._disk_may_be_full():
            self.file.flush()
        return self.file

    def upload_interrupted(self) -> None:
        self.file.close()
        self._refuse(cut_off())

    def upload_complete(self) -> None:
        """A connection that ends too early ends the last field as if it were whole; only the length tells."""
        if isinstance(self.stream, LimitedStream) and vars(self.stream)["_pos"] < self.stream.limit and not self.too_much:
            self._refuse(cut_off())

    def _refuse(self, error: HouseError) -> None:
        if self.request is not None:
            self.request.META.setdefault(REFUSED, error)

    @contextmanager
    def _disk_may_be_full(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if hasattr(self, "file"):
                self.file.close()
            if not is_disk_full(error):
                raise
            self._refuse(StorageFull())
            raise StopUpload(connection_reset=False) from error


def is_disk_full(error: OSError) -> bool:
    return error.errno in (errno.ENOSPC, errno.EDQUOT)


def sweep(*, now: datetime) -> int:
    """Remove what uploads left behind when the server was killed in the middle of them; how many were removed."""
    oldest = (now - LEFTOVER_AFTER).timestamp()
    leftovers = [path for path in Path(settings.FILE_UPLOAD_TEMP_DIR).glob(f"*{SUFFIX}") if _changed_at(path) < oldest]
    for path in leftovers:
        path.unlink(missing_ok=True)
    return len(leftovers)


def _changed_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # finished in this moment
        return float("inf")


def too_large(field: str, name: str) -> TooLarge:
    text = _("%(name)s is larger than %(most)d MB, which is the most for one file.")
    return TooLarge.one(field, "too_large", text % {"name": name, "most": settings.UPLOAD_FILE_BYTES // MIB})


def refuse_unmeasured(meta: Mapping[str, Any]) -> None:
    """Say no to a body that announces no length: Django takes it for an empty one, and would answer that nothing was sent."""
    if meta.get("HTTP_TRANSFER_ENCODING") and not meta.get("CONTENT_LENGTH"):
        raise LengthMissing


def refuse_announced(meta: Mapping[str, Any]) -> None:
    """Say no to a body by the length it announces, before any of it is read. (A page must read its form first: the check against
    forged forms is in it.)"""
    refuse_unmeasured(meta)
    if is_too_much(int(meta.get("CONTENT_LENGTH") or 0)):
        raise too_much()


def is_too_much(length: int) -> bool:
    return length > settings.UPLOAD_TOTAL_BYTES + AROUND


def too_much() -> TooLarge:
    text = _("The files are larger than %(most)d MB together. Send them in several parts.")
    return TooLarge.one("files", "too_much", text % {"most": settings.UPLOAD_TOTAL_BYTES // MIB})


def too_many() -> TooLarge:
    text = _("At most %(most)d files can be sent at a time. Send them in several parts.")
    return TooLarge.one("files", "too_many", text % {"most": settings.UPLOAD_FILES})


def cut_off() -> Invalid:
    text = _("The connection was cut before everything had arrived. Nothing was kept; please send the files again.")
    return Invalid.one("files", "cut_off", text)
