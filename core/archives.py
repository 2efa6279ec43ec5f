"""What may be inside a ZIP file, and inside the office files that are ZIP files themselves.

Nothing is ever unpacked to disk. The directory is asked first, and every entry is then read through and counted, because a
directory can lie. One budget covers a whole submission, archives within archives included.
"""

import io
import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MIB = 1 << 20
CHUNK = 1 << 16
MOST_DIRECTORY = MIB  # some ten thousand entries; the directory is the one thing that is read whole
MOST_RATIO = 200  # office files reach 100 with honest content, a bomb starts near 1 000
RATIO_FROM = 10 * MIB
IN_MEMORY = 8 * MIB
DEEPEST = 3  # a ZIP file with a presentation with a chart with its sheet
ENCRYPTED, SYMLINK = 0x1, 0o120000

ZIP_START, OLE_START = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OTHER_ARCHIVES = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08", b"\xfd7zXZ\x00", b"MSCF\x00", b"\x28\xb5\x2f\xfd")
PROGRAMS = (b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"#!")
ARCHIVE_NAME = re.compile(r"\.(zip|rar|7z|gz|tgz|tar|bz2|xz|zst|cab|iso|arj|lzh|jar|war|apk|dmg|img|vhd)$", re.IGNORECASE)
PROGRAM_NAME = re.compile(
    r"\.(exe|dll|com|scr|pif|msi|msp|bat|cmd|ps1|psm1|vbs|vbe|js|jse|wsf|wsh|hta|lnk|reg|cpl|sh|app|chm|url|scf)$", re.IGNORECASE
)

OOXML_KINDS = {
    b"wordprocessingml.document.main+xml": "docx",
    b"spreadsheetml.sheet.main+xml": "xlsx",
    b"presentationml.presentation.main+xml": "pptx",
}
ODF_KINDS = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "odp",
}
MACRO_FOLDERS = ("xl/macrosheets/", "basic/", "scripts/")
EMPTY_LIBRARIES = ("/", "script-lb.xml", "script-lc.xml")  # OpenOffice writes them into files without a macro
OLE_MACROS = "_VBA_PROJECT".encode("utf-16-le")

BROKEN = (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OverflowError, struct.error, OSError)
DAMAGED = gettext_lazy("The file is damaged or incomplete. Open it to see, save it again and send that file.")
BOMB = gettext_lazy("The file becomes too large when it is unpacked. Send the documents one by one.")
PASSWORD = gettext_lazy("The file is protected by a password. Remove the password and send it again.")
NESTED = gettext_lazy("The ZIP file contains another archive. Put the documents directly into one ZIP file.")
TOO_MANY = gettext_lazy("The ZIP file contains too many files. Send the documents one by one.")
MACROS = gettext_lazy("The file contains macros. Save it without macros, for example as .docx or .xlsx, or as PDF.")


class ContentError(Exception):
    """The content is not taken; `code` is for programs, `detail` tells the sender what to do."""

    def __init__(self, code: str, detail: str | Promise) -> None:
        self.code, self.detail = code, detail
        super().__init__(code)


@dataclass
class Budget:
    """What one submission may still unpack to."""

    entries: int = 10_000
    size: int = 1024 * MIB

    def spend(self, *, entries: int = 0, size: int = 0) -> None:
        self.entries -= entries
        self.size -= size
        if self.entries < 0:
            raise ContentError("too_many_entries", TOO_MANY)
        if self.size < 0:
            raise ContentError("bomb", BOMB)


class OleMacros:
    """Looks for macros in an old office file that passes by in pieces."""

    def __init__(self) -> None:
        self.end = b""

    def feed(self, chunk: bytes) -> None:
        if OLE_MACROS in self.end + chunk:
            raise ContentError("macros", MACROS)
        self.end = chunk[-len(OLE_MACROS) :]


class _ShortReads:
    """A file as `zipfile` needs it, that is never read or skipped in large pieces.

    `zipfile` reads a directory whole, whatever size it claims, and to skip in a packed file it unpacks up to 16 MB at a time.
    """

    def __init__(self, file: IO[bytes], size: int) -> None:
        self.file, self.size, self.is_opening = file, size, True
        self.tell, self.seekable = file.tell, file.seekable

    def read(self, size: int | None = -1) -> bytes:
        if self.is_opening and size is not None and size > MOST_DIRECTORY:
            raise ContentError("too_many_entries", TOO_MANY)
        return self.file.read(MOST_DIRECTORY if size is None or size < 0 else min(size, MOST_DIRECTORY))

    def seek(self, offset: int, whence: int = 0) -> int:
        target = offset + (0, self.tell(), self.size)[whence]
        if target < self.tell():
            self.file.seek(0)
        for position in range(self.tell() + MIB, target, MIB):
            self.file.seek(position)
        return self.file.seek(target)


@contextmanager
def _broken_is_refused() -> Iterator[None]:
    try:
        yield
    except BROKEN as error:
        raise ContentError("damaged", DAMAGED) from error


def kind_of(file: IO[bytes], size: int, budget: Budget) -> str:
    """`docx`, `xlsx`, `pptx`, `odt`, `ods`, `odp` or `zip`, after everything inside has been looked at."""
    with _broken_is_refused():
        return _kind_of(file, size, budget, depth=0)


def _kind_of(file: IO[bytes], size: int, budget: Budget, *, depth: int) -> str:
    reads = _ShortReads(file, size)
    with ZipFile(reads) as archive:
        reads.is_opening = False
        entries = sorted(archive.infolist(), key=lambda entry: entry.header_offset)
        _check_directory(entries, size, budget)
        kind = _office_kind(archive, entries) or "zip"
        if depth and kind == "zip":
            raise ContentError("nested", NESTED)
        for entry in entries:
            _check_entry(archive, entry, kind, budget, depth)
    return kind


def _check_directory(entries: list[ZipInfo], size: int, budget: Budget) -> None:
    if not entries or entries[0].header_offset != 0 or sum(entry.compress_size for entry in entries) > size:
        raise ContentError("damaged", DAMAGED)  # nothing inside, something before it, or entries on top of each other
    if sum(entry.file_size for entry in entries) > budget.size:
        raise ContentError("bomb", BOMB)
    budget.spend(entries=len(entries))
    for entry in entries:
        _check_listed(entry)


def _check_listed(entry: ZipInfo) -> None:
    if entry.flag_bits & ENCRYPTED:
        raise ContentError("password", PASSWORD)
    if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise ContentError("damaged", DAMAGED)
    if entry.file_size > RATIO_FROM and entry.file_size > MOST_RATIO * entry.compress_size:
        raise ContentError("bomb", BOMB)
    path = entry.filename.replace("\\", "/")
    if path.startswith("/") or ".." in path.split("/") or path[1:2] == ":" or entry.external_attr >> 16 & 0o170000 == SYMLINK:
        raise ContentError("unsafe_path", _("A file in the ZIP file would be unpacked outside its folder. Make the ZIP file again."))


def _office_kind(archive: ZipFile, entries: list[ZipInfo]) -> str | None:
    """Which office file it is, by what it says of itself; None for a plain ZIP file."""
    names = {entry.filename.lower(): entry for entry in entries}
    if about := names.get("[content_types].xml"):
        text = _beginning(archive, about, MIB)
        kind = next((kind for mark, kind in OOXML_KINDS.items() if mark in text), None)
        if b"macroEnabled" in text:
            raise ContentError("macros", MACROS)
    elif about := names.get("mimetype"):
        kind = ODF_KINDS.get(_beginning(archive, about, 100).strip())
    else:
        return None
    if kind and any(_is_macro(name) for name in names):
        raise ContentError("macros", MACROS)
    return kind


def _is_macro(name: str) -> bool:
    return name.endswith("vbaproject.bin") or (name.startswith(MACRO_FOLDERS) and not name.endswith(EMPTY_LIBRARIES))


def _beginning(archive: ZipFile, entry: ZipInfo, most: int) -> bytes:
    with archive.open(entry) as content:
        return content.read(most)


def _check_entry(archive: ZipFile, entry: ZipInfo, kind: str, budget: Budget, depth: int) -> None:
    with archive.open(entry) as content:
        start = content.read(CHUNK)
        if kind == "zip":
            _check_plain_entry(entry, start)
        _count(content, start, entry, budget)
    if start.startswith(ZIP_START):
        _check_inner(archive, entry, budget, depth)


def _check_plain_entry(entry: ZipInfo, start: bytes) -> None:
    name = entry.filename
    if ARCHIVE_NAME.search(name) or start.startswith(OTHER_ARCHIVES) or start[4:10] == b"1AY&SY" or start[257:262] == b"ustar":
        text = _("The ZIP file contains another archive, %(name)s. Put the documents directly into one ZIP file.")
        raise ContentError("nested", text % {"name": name})
    windows = start.startswith(b"MZ") and b"\x00" in start[:64]  # MZ alone is also Mozambique
    if PROGRAM_NAME.search(name) or start.startswith(PROGRAMS) or windows:
        raise ContentError("program", _("The ZIP file contains a program, %(name)s. Remove it and send the file again.") % {"name": name})


def _count(content: IO[bytes], chunk: bytes, entry: ZipInfo, budget: Budget) -> None:
    """Read to the end; `zipfile` compares the checksum there."""
    total, macros = 0, OleMacros() if chunk.startswith(OLE_START) else None
    while chunk:
        total += len(chunk)
        budget.spend(size=len(chunk))
        if macros:
            macros.feed(chunk)
        chunk = content.read(CHUNK)
    if total != entry.file_size:
        raise ContentError("damaged", DAMAGED)


def _check_inner(archive: ZipFile, entry: ZipInfo, budget: Budget, depth: int) -> None:
    """An office file inside: a document in a ZIP file, the sheet behind a chart in a presentation."""
    if depth == DEEPEST:
        raise ContentError("nested", NESTED)
    with archive.open(entry) as content:
        file: Any = content
        if entry.file_size <= IN_MEMORY:
            file = io.BytesIO(content.read())
        elif depth:  # seeking in a stream within a stream reads it again and again
            raise ContentError("bomb", BOMB)
        _kind_of(file, entry.file_size, budget, depth=depth + 1)
