"""What a file is, by its content. The name must agree; nothing else is taken, and no picture is ever decoded."""

import codecs
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import IO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.archives import CHUNK, OLE_START, PASSWORD, ZIP_START, Budget, ContentError, OleMacros, kind_of

HEAD, TAIL = 4096, (1 << 16) + 22  # a ZIP directory's end may lie a whole comment before the file's end
ZIP_END, ZIP_LISTED = b"PK\x05\x06", b"PK\x01\x02"
MARKUP = (b"<html", b"<script", b"<svg", b"<!doctype", b"<?php")
NOT_TEXT = (*MARKUP, b"<?xml", b"%pdf-", b"gif8", b"{\\rtf")
CONTROL = bytes(set(range(32)) - set(b"\t\n\f\r")) + b"\x7f"
HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")

UNKNOWN = gettext_lazy("Files of this kind are not taken. Send PDF, a picture, an Office document, CSV, text or ZIP.")
UNREADABLE = gettext_lazy("The text in the file cannot be read. Save it as UTF-8 text and send it again.")


@dataclass(frozen=True)
class Content:
    file: IO[bytes]
    size: int
    budget: Budget

    @cached_property
    def head(self) -> bytes:
        return self.read_at(0, HEAD)

    @cached_property
    def tail(self) -> bytes:
        return self.read_at(max(self.size - TAIL, 0), TAIL)

    def read_at(self, position: int, size: int) -> bytes:
        self.file.seek(position)
        return self.file.read(size)

    def chunks(self) -> Iterator[bytes]:
        self.file.seek(0)
        while chunk := self.file.read(CHUNK):
            yield chunk


def content_type(file: IO[bytes], *, name: str, size: int, budget: Budget) -> str:
    """The content type from our table, never the sender's word; `ContentError` when name and content do not agree."""
    extension = name.rpartition(".")[2].lower()
    if "." not in name or extension not in KINDS:
        raise ContentError("unknown_kind", UNKNOWN)
    kind, looks_right = KINDS[extension]
    if not looks_right(Content(file, size, budget)):
        text = _("The name ends in .%(extension)s, but the content is something else. Save the document again, for example as PDF.")
        raise ContentError("wrong_content", text % {"extension": extension})
    return kind


def _pdf(content: Content) -> bool:
    """Whatever follows the signature: scanners and old programs end their files in their own ways, and readers take them all."""
    return content.head.lstrip(b"\r\n\t ").startswith(b"%PDF-") and _is_one_thing(content)


def _png(content: Content) -> bool:
    head = content.head
    starts = head.startswith(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR") and any(head[16:20]) and any(head[20:24])
    return starts and b"IEND\xae\x42\x60\x82" in content.tail and _is_one_thing(content)


def _jpeg(content: Content) -> bool:
    return content.head.startswith(b"\xff\xd8\xff") and _is_one_thing(content)


def _gif(content: Content) -> bool:
    head = content.head
    starts = head.startswith((b"GIF87a", b"GIF89a")) and any(head[6:8]) and any(head[8:10])
    return starts and content.tail.rstrip(b"\x00").endswith(b";") and _is_one_thing(content)


def _webp(content: Content) -> bool:
    head = content.head
    whole = int.from_bytes(head[4:8], "little") + 8 <= content.size
    return head.startswith(b"RIFF") and head[8:15] == b"WEBPVP8" and whole and _is_one_thing(content)


def _tiff(content: Content) -> bool:
    order = {b"II*\x00": "little", b"MM\x00*": "big"}.get(content.head[:4])
    if order is None:
        return False
    first = int.from_bytes(content.head[4:8], order)  # type: ignore[arg-type]
    return 8 <= first < content.size and any(content.read_at(first, 2)) and _is_one_thing(content)


def _heif(content: Content) -> bool:
    head = content.head
    length = int.from_bytes(head[:4])
    brands = {head[8:12], *(head[start : start + 4] for start in range(16, min(length, 256), 4))}
    return head[4:8] == b"ftyp" and 16 <= length < content.size and bool(brands & HEIF_BRANDS) and _is_one_thing(content)


def _is_one_thing(content: Content) -> bool:
    """No page in its beginning, no PDF inside a picture, no archive hung on its end."""
    start = content.head[:1024].lower()
    hidden_pdf = b"%pdf-" in start.lstrip(b"\r\n\t ")[1:]
    return not hidden_pdf and not any(mark in start for mark in MARKUP) and not _ends_in_archive(content.tail)


def _ends_in_archive(tail: bytes) -> bool:
    end = tail.rfind(ZIP_END)
    while end >= 0:
        length = int.from_bytes(tail[end + 12 : end + 16], "little")
        first_disk = tail[end + 4 : end + 8] == bytes(4)  # else these four letters are chance
        if first_disk and length and (length > end or tail[end - length :].startswith(ZIP_LISTED)):
            return True
        end = tail.rfind(ZIP_END, 0, end)
    return False


def _office(kind: str) -> Callable[[Content], bool]:
    def looks_right(content: Content) -> bool:
        if content.head.startswith(OLE_START) and _has(content, ENCRYPTED_PACKAGE):
            raise ContentError("password", PASSWORD)
        return content.head.startswith(ZIP_START) and kind_of(content.file, content.size, content.budget) == kind

    return looks_right


def _old_office(*streams: str) -> Callable[[Content], bool]:
    """Word, Excel and PowerPoint before 2007: a small file system whose entries have names in UTF-16."""
    names = [stream.encode("utf-16-le") + b"\x00\x00" for stream in streams]

    def looks_right(content: Content) -> bool:
        if not content.head.startswith(OLE_START) or not any(_has(content, name) for name in names):
            return False
        macros = OleMacros()
        for chunk in content.chunks():
            macros.feed(chunk)
        return True

    return looks_right


def _has(content: Content, needle: bytes) -> bool:
    end = b""
    for chunk in content.chunks():
        if needle in end + chunk:
            return True
        end = chunk[-len(needle) :]
    return False


def _text(content: Content) -> bool:
    """Readable text that is nothing else. Norwegian spreadsheets still write Windows-1252."""
    if content.head.lstrip(codecs.BOM_UTF8 + b" \t\r\n").lower().startswith(NOT_TEXT):
        return False
    if content.head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        readable = _decodes(content, "utf-16", control=False)
    else:
        readable = _decodes(content, "utf-8") or _decodes(content, "cp1252")
    if not readable:
        raise ContentError("unreadable_text", UNREADABLE)
    return True


def _decodes(content: Content, encoding: str, *, control: bool = True) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for chunk in content.chunks():
            text = decoder.decode(chunk)
            if "\x00" in text or (control and len(chunk.translate(None, CONTROL)) != len(chunk)):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


OFFICE = "application/vnd.openxmlformats-officedocument."
OPEN = "application/vnd.oasis.opendocument."
KINDS: dict[str, tuple[str, Callable[[Content], bool]]] = {
    "pdf": ("application/pdf", _pdf),
    "png": ("image/png", _png),
    "jpg": ("image/jpeg", _jpeg),
    "jpeg": ("image/jpeg", _jpeg),
    "jfif": ("image/jpeg", _jpeg),
    "gif": ("image/gif", _gif),
    "webp": ("image/webp", _webp),
    "tif": ("image/tiff", _tiff),
    "tiff": ("image/tiff", _tiff),
    "heic": ("image/heic", _heif),
    "heif": ("image/heif", _heif),
    "docx": (OFFICE + "wordprocessingml.document", _office("docx")),
    "xlsx": (OFFICE + "spreadsheetml.sheet", _office("xlsx")),
    "pptx": (OFFICE + "presentationml.presentation", _office("pptx")),
    "odt": (OPEN + "text", _office("odt")),
    "ods": (OPEN + "spreadsheet", _office("ods")),
    "odp": (OPEN + "presentation", _office("odp")),
    "doc": ("application/msword", _old_office("WordDocument")),
    "xls": ("application/vnd.ms-excel", _old_office("Workbook", "Book")),
    "ppt": ("application/vnd.ms-powerpoint", _old_office("PowerPoint Document")),
    "csv": ("text/csv", _text),
    "txt": ("text/plain", _text),
    "zip": ("application/zip", _office("zip")),
}
