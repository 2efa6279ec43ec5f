"""Files on our own disk: there completely or not at all, also when the power goes."""

import errno
import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage
from django.utils.deconstruct import deconstructible

from core.uploads import SUFFIX


@deconstructible(path="core.storage.DurableStorage")
class DurableStorage(FileSystemStorage):
    """Writes to the disk before a file gets its name. An upload already lies beside the storage and is only renamed."""

    def _save(self, name: str, content: File) -> str:
        target = Path(self.path(name))
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self._moved(content, target):
            self._copied(content, target)
        _sync_folder(target.parent)
        return name

    def _moved(self, content: File, target: Path) -> bool:
        if not hasattr(content, "temporary_file_path"):
            return False
        content.flush()
        os.fsync(content.fileno())
        try:
            os.replace(content.temporary_file_path(), target)
        except OSError as error:
            if error.errno != errno.EXDEV:  # the temporary folder lies on another disk
                raise
            return False
        return True

    def _copied(self, content: File, target: Path) -> None:
        with NamedTemporaryFile(suffix=SUFFIX, dir=settings.FILE_UPLOAD_TEMP_DIR, delete=False) as copy:
            try:
                for chunk in content.chunks():
                    copy.write(chunk if isinstance(chunk, bytes) else chunk.encode())
                copy.flush()
                os.fsync(copy.fileno())
                os.replace(copy.name, target)
            except BaseException:
                os.unlink(copy.name)
                raise


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
