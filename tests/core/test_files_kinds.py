"""What a file may be: by its content, and its name must agree."""

import random
from typing import Any
from zipfile import ZIP_STORED

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core import files
from core.errors import Invalid, TooLarge, WrongType
from core.files import CheckedFile
from tests.core import specimens as made

OFFICE = "application/vnd.openxmlformats-officedocument."
OPEN = "application/vnd.oasis.opendocument."

GOOD = {
    "policy.pdf": (made.pdf(), "application/pdf"),
    "POLICY.PDF": (made.pdf(), "application/pdf"),
    "an old scanner's.pdf": (b"\r\n" + made.pdf()[:-7], "application/pdf"),
    "report.exe.pdf": (made.pdf(), "application/pdf"),
    "scan.png": (made.png(), "image/png"),
    "photo.jpg": (made.jpeg(), "image/jpeg"),
    "photo.jpeg": (made.jpeg(comment=b"made by a camera"), "image/jpeg"),
    "saved by a browser.jfif": (made.jpeg(), "image/jpeg"),
    "motion photo.jpg": (made.jpeg(after=b"\x00\x00\x00\x18ftypmp42" + bytes(5000)), "image/jpeg"),
    "photo.heic": (made.heic(), "image/heic"),
    "phone.heic": (made.heic(b"mif1", b"mif1", b"heic"), "image/heic"),
    "photo.heif": (made.heic(b"mif1"), "image/heif"),
    "photo.webp": (made.webp(), "image/webp"),
    "drawing.gif": (made.gif(), "image/gif"),
    "fax.tif": (made.tiff("<"), "image/tiff"),
    "fax.tiff": (made.tiff(">"), "image/tiff"),
    "letter.docx": (made.office("docx"), OFFICE + "wordprocessingml.document"),
    "sheet.xlsx": (made.workbook(), OFFICE + "spreadsheetml.sheet"),
    "slides.pptx": (made.office("pptx", ppt__embeddings__sheet1=made.workbook()), OFFICE + "presentationml.presentation"),
    "letter.odt": (made.open_document("text"), OPEN + "text"),
    "empty library.odt": (made.open_document("text", **{"Basic__script-lc.xml": b"<x/>"}), OPEN + "text"),
    "sheet.ods": (made.open_document("spreadsheet"), OPEN + "spreadsheet"),
    "slides.odp": (made.open_document("presentation"), OPEN + "presentation"),
    "letter.doc": (made.old_office("WordDocument", "1Table"), "application/msword"),
    "sheet.xls": (made.old_office("Workbook"), "application/vnd.ms-excel"),
    "old sheet.xls": (made.old_office("Book"), "application/vnd.ms-excel"),
    "slides.ppt": (made.old_office("PowerPoint Document"), "application/vnd.ms-powerpoint"),
    "list.csv": ("navn;sted\nØrsta Møbler;Ørsta\n".encode(), "text/csv"),
    "excel.csv": ("navn;sted\nØrsta;Ål\n".encode("cp1252"), "text/csv"),
    "unicode.txt": ("navn\tsted\nØrsta\tÅl\n".encode("utf-16"), "text/plain"),
    "bom.csv": ("navn;sted\n".encode("utf-8-sig"), "text/csv"),
    "vietnam.txt": (("Đồ gỗ nội thất, Bình Dương\n" * 5000).encode(), "text/plain"),
    "countries.csv": (b"MZ;Mozambique\nVN;Vietnam\n", "text/csv"),
    "documents.zip": (made.zipped({"a/policy.pdf": made.pdf(), "b.csv": b"MZ;1\n", "ø.txt": b"x"}), "application/zip"),
    "with office.zip": (made.zipped({"a.docx": made.office("docx"), "b.xlsx": made.workbook()}), "application/zip"),
    "presentation.zip": (made.zipped({"p.pptx": made.office("pptx", e__s=made.workbook())}, ZIP_STORED), "application/zip"),
    "folders.zip": (made.zipped({"a/": b"", "a/b/": b"", "a/b/c.txt": b"x"}), "application/zip"),
}

PAGE = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
NOISE = random.Random(4).randbytes(5000)

BAD = {
    # The name says one thing, the content another
    "page.pdf": (PAGE, "wrong_content"),
    "text.pdf": (b"just text\n", "wrong_content"),
    "picture.pdf": (made.png(), "wrong_content"),
    "document.png": (made.pdf(), "wrong_content"),
    "picture.jpg": (made.png(), "wrong_content"),
    "page.png": (PAGE, "wrong_content"),
    "drawing.png": (DRAWING, "wrong_content"),
    "noise.pdf": (NOISE, "wrong_content"),
    "noise.jpg": (NOISE, "wrong_content"),
    "noise.docx": (NOISE, "wrong_content"),
    "noise.doc": (NOISE, "wrong_content"),
    "noise.heic": (NOISE, "wrong_content"),
    "page.txt": (PAGE, "wrong_content"),
    "page after blanks.csv": (b"\xef\xbb\xbf \r\n" + PAGE, "wrong_content"),
    "drawing.txt": (DRAWING, "wrong_content"),
    "letter.xlsx": (made.office("docx"), "wrong_content"),
    "sheet.docx": (made.workbook(), "wrong_content"),
    "letter.zip": (made.office("docx"), "wrong_content"),
    "plain zip.docx": (made.zipped({"a.txt": b"x"}), "wrong_content"),
    "sheet.odt": (made.open_document("spreadsheet"), "wrong_content"),
    "letter.xls": (made.old_office("WordDocument"), "wrong_content"),
    "program.msi.doc": (made.old_office("!_StringData"), "wrong_content"),
    "film.heic": (made.heic(b"mp42", b"isom"), "wrong_content"),
    "program.pdf": (b"MZ\x90\x00" + bytes(200), "wrong_content"),
    "archive.pdf": (made.zipped({"a.txt": b"x"}), "wrong_content"),
    # Cut short
    "cut.png": (made.png()[:-12], "wrong_content"),
    "cut.webp": (made.webp()[:-6], "wrong_content"),
    "cut.gif": (made.gif()[:-1], "wrong_content"),
    "cut.tif": (made.tiff()[:8], "wrong_content"),
    "cut.docx": (made.office("docx")[:-30], "damaged"),
    "cut.zip": (made.zipped({"a.txt": b"x" * 100})[:60], "damaged"),
    "nothing in it.zip": (made.zipped({}), "wrong_content"),
    # Two things at once
    "page.pdf.pdf": (b"%PDF-1.7\n" + PAGE + made.pdf(), "wrong_content"),
    "pdf and zip.pdf": (made.pdf() + made.zipped({"a.exe": b"MZ"}), "wrong_content"),
    "zip before the end.pdf": (made.pdf() + made.zipped({"a.exe": b"MZ"}) + b"%%EOF\n", "wrong_content"),
    "picture and zip.jpg": (made.jpeg() + made.zipped({"a.jar": b"x"}), "wrong_content"),
    "picture and zip.png": (made.png() + made.zipped({"a.jar": b"x"}), "wrong_content"),
    "picture and pdf.jpg": (made.jpeg(comment=made.pdf()), "wrong_content"),
    "picture and page.gif": (made.gif()[:-1] + b"!\xfe\x20<script>alert(1)</script>\x00;", "wrong_content"),
    "picture and php.jpg": (made.jpeg(comment=b"<?php system($_GET[0]); ?>"), "wrong_content"),
    "something before.zip": (b"#!/bin/sh\n" + made.zipped({"a.txt": b"x"}), "wrong_content"),
    "picture before.docx": (made.gif() + made.office("docx"), "wrong_content"),
    # Kinds that are not taken
    "drawing.svg": (DRAWING, "unknown_kind"),
    "page.html": (PAGE, "unknown_kind"),
    "data.xml": (b"<?xml version='1.0'?><a/>", "unknown_kind"),
    "program.exe": (b"MZ\x90\x00", "unknown_kind"),
    "archive.rar": (b"Rar!\x1a\x07\x00", "unknown_kind"),
    "letter.docm": (made.office("docx"), "unknown_kind"),
    "policy.pdf.html": (made.pdf(), "unknown_kind"),
    "no ending": (made.pdf(), "unknown_kind"),
    "pdf": (made.pdf(), "unknown_kind"),
    "policy.": (made.pdf(), "unknown_kind"),
    # Macros and passwords
    "macros.docx": (made.office("docx", **{"word/vbaProject.bin": b"x"}), "macros"),
    "macros.xlsx": (made.office("xlsx", **{"XL/VBAPROJECT.BIN": b"x"}), "macros"),
    "old macros.xlsx": (made.office("xlsx", xl__macrosheets__sheet1=b"x"), "macros"),
    "macros.odt": (made.open_document("text", Basic__Standard__Module1=b"x"), "macros"),
    "macros.doc": (made.old_office("WordDocument", "Macros", "_VBA_PROJECT"), "macros"),
    "macros.xls": (made.old_office("Workbook", "_VBA_PROJECT_CUR"), "macros"),
    "renamed.docx": (
        made.zipped({"[Content_Types].xml": b"application/vnd.ms-word.document.macroEnabled.main+xml"}),
        "macros",
    ),
    "password.docx": (made.old_office("EncryptionInfo", "EncryptedPackage"), "password"),
    # Text that is no text
    "noise.txt": (NOISE, "unreadable_text"),
    "nul.csv": (b"a;b\x00;c\n", "unreadable_text"),
    "nul.txt": ("a\x00b".encode("utf-16"), "unreadable_text"),
    "escape.txt": (b"\x1b[31mred\n", "unreadable_text"),
    "neither.txt": (b"\x81\x8d\x8f", "unreadable_text"),
}


def inspect(name: str, content: bytes) -> CheckedFile:
    return files.inspect(SimpleUploadedFile(name, content, content_type="text/html"))


@pytest.mark.parametrize("name", GOOD)
def test_taken(name: str) -> None:
    content, kind = GOOD[name]
    checked = inspect(name, content)
    assert (checked.name, checked.size, checked.content_type) == (name, len(content), kind)


@pytest.mark.parametrize("name", BAD)
def test_not_taken(name: str) -> None:
    content, code = BAD[name]
    with pytest.raises(WrongType) as refused:
        inspect(name, content)
    (error,) = refused.value.errors
    assert (error.field, error.code) == ("files", code)
    assert str(error.detail).startswith(f"{files.safe_name(name)}: "), "the sender must see which file is meant"


def test_every_good_file_under_every_other_ending_is_refused_or_still_what_it_says() -> None:
    for name, (content, kind) in GOOD.items():
        for ending, (honest, _check) in files.filetypes.KINDS.items():
            try:
                taken = inspect(f"x.{ending}", content).content_type
            except WrongType:
                continue
            assert taken == honest
            assert honest == kind or {honest, kind} in ({"image/heic", "image/heif"}, {"text/csv", "text/plain"}), (name, ending)


def test_an_empty_file() -> None:
    with pytest.raises(Invalid) as refused:
        inspect("empty.pdf", b"")
    assert refused.value.status == 400
    assert refused.value.errors[0].code == "empty"


def test_a_file_that_is_too_large(settings: Any) -> None:
    settings.UPLOAD_FILE_BYTES = 100
    with pytest.raises(TooLarge, match=r"big\.pdf") as refused:
        inspect("big.pdf", made.pdf(bytes(100)))
    assert refused.value.status == 413


def test_all_that_is_wrong_is_said_at_once() -> None:
    sent = [SimpleUploadedFile(*each) for each in [("a.pdf", PAGE), ("b.pdf", made.pdf()), ("c.svg", DRAWING)]]
    with pytest.raises(WrongType) as refused:
        files.inspect_all(sent)
    assert [error.code for error in refused.value.errors] == ["wrong_content", "unknown_kind"]

    with pytest.raises(Invalid) as mixed:
        files.inspect_all([*sent, SimpleUploadedFile("empty.pdf", b"")])
    assert (mixed.value.status, len(mixed.value.errors)) == (400, 3)


def test_all_files_together_have_limits(settings: Any) -> None:
    sent = [SimpleUploadedFile("a.pdf", made.pdf()) for _ in range(3)]
    assert len(files.inspect_all(sent)) == 3
    settings.UPLOAD_FILES = 2
    with pytest.raises(TooLarge, match="2"):
        files.inspect_all(sent)
    settings.UPLOAD_FILES, settings.UPLOAD_TOTAL_BYTES = 50, 2 * len(made.pdf())
    with pytest.raises(TooLarge):
        files.inspect_all(sent)
