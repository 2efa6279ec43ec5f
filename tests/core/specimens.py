"""Files to send in: the smallest honest ones of every kind, and pieces for dishonest ones."""

import io
import struct
import zlib
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from django.core.files.base import ContentFile
from openpyxl import Workbook

from core.files import KeptFile

OOXML = (
    '<?xml version="1.0"?><Types><Override PartName="/main.xml" ContentType="application/vnd.openxmlformats-officedocument.{}"/></Types>'
)
MAIN = {
    "docx": "wordprocessingml.document.main+xml",
    "xlsx": "spreadsheetml.sheet.main+xml",
    "pptx": "presentationml.presentation.main+xml",
}


def zipped(entries: dict[str, bytes], method: int = ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with ZipFile(file, "w", method) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return file.getvalue()


def office(kind: str, **more: bytes) -> bytes:
    """A package that says it is docx, xlsx or pptx; `more` are further entries with `__` for the slash."""
    entries = {"[Content_Types].xml": OOXML.format(MAIN[kind]).encode(), "main.xml": b"<x/>"}
    return zipped(entries | {name.replace("__", "/"): content for name, content in more.items()})


def open_document(kind: str, **more: bytes) -> bytes:
    file = io.BytesIO()
    with ZipFile(file, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}", ZIP_STORED)
        for name, content in {"content.xml": b"<x/>", **more}.items():
            archive.writestr(name.replace("__", "/"), content, ZIP_DEFLATED)
    return file.getvalue()


def workbook() -> bytes:
    file = io.BytesIO()
    book = Workbook()
    book.worksheets[0].append(["Leverandør", "Sted"])
    book.save(file)
    return file.getvalue()


def old_office(*streams: str) -> bytes:
    """The file system of Word and Excel before 2007: a header sector and a directory of names in UTF-16."""
    names = b"".join(name.encode("utf-16-le").ljust(64, b"\x00").ljust(128, b"\x01") for name in ("Root Entry", *streams))
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\x00") + names.ljust(2048, b"\x00")


def pdf(body: bytes = b"1 0 obj << /Type /Catalog >> endobj\n") -> bytes:
    return b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + body + b"trailer << /Root 1 0 R >>\nstartxref\n0\n%%EOF\n"


def png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\x00\x00")) + chunk(b"IEND", b"")


def jpeg(comment: bytes = b"", after: bytes = b"") -> bytes:
    def segment(marker: int, data: bytes) -> bytes:
        return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data

    start = b"\xff\xd8" + segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00") + (segment(0xFE, comment) if comment else b"")
    frame = segment(0xDB, bytes(65)) + segment(0xC0, b"\x08\x00\x01\x00\x01\x01\x01\x11\x00")
    return start + frame + segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x3f\xff\xd9" + after


def gif() -> bytes:
    return b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"


def webp() -> bytes:
    return b"RIFF\x1a\x00\x00\x00WEBPVP8L\r\x00\x00\x00/\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"


def tiff(order: str = "<") -> bytes:
    start = b"II*\x00" if order == "<" else b"MM\x00*"
    return start + struct.pack(f"{order}IHHHIII", 8, 1, 256, 3, 1, 1, 0)


def heic(brand: bytes = b"heic", *others: bytes) -> bytes:
    brands = brand + b"\x00\x00\x00\x00" + b"".join(others)
    return struct.pack(">I", 8 + len(brands)) + b"ftyp" + brands + b"\x00\x00\x00\x08meta"


def raw_zip(*entries: dict[str, Any]) -> bytes:
    """A ZIP file whose directory may lie: `name`, `data` (as it lies there), and what is claimed: `size`, `packed`, `flags`, ..."""
    body, directory = io.BytesIO(), io.BytesIO()
    for entry in entries:
        name, data = entry["name"].encode(), entry["data"]
        fields = struct.pack(
            "<HHHHHIIIHH",
            20,
            entry.get("flags", 0),
            entry.get("method", ZIP_DEFLATED),
            0,
            0x21,
            entry.get("crc", 0),
            entry.get("packed", len(data)),
            entry.get("size", len(data)),
            len(name),
            0,
        )
        offset = entry.get("offset", body.tell())
        directory.write(b"PK\x01\x02\x14\x03" + fields + struct.pack("<HHHII", 0, 0, 0, entry.get("mode", 0) << 16, offset) + name)
        if "offset" not in entry:
            body.write(b"PK\x03\x04" + fields + name + data)
    count = min(len(entries), 0xFFFF)
    end = struct.pack("<HHHHIIH", 0, 0, count, count, directory.tell(), body.tell(), 0)
    return body.getvalue() + directory.getvalue() + b"PK\x05\x06" + end


def deflated_zeros(mebibytes: int) -> bytes:
    """A megabyte of zeros packed once and repeated."""
    packer = zlib.compressobj(9, wbits=-15)
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return block * mebibytes + b"\x03\x00"


def crc_of_zeros(mebibytes: int) -> int:
    crc = 0
    for _ in range(mebibytes):
        crc = zlib.crc32(bytes(1 << 20), crc)
    return crc


def stored(name: str, storage_name: str, scan_state: str = "not_scanned") -> KeptFile:
    """A PDF that lies in storage, as its row says."""
    return KeptFile(name, 0, "", "application/pdf", ContentFile(b""), storage_name, scan_state)
