"""What may be inside ZIP and office files: nothing that explodes, nothing nested, nothing that lies."""

import gzip
import io
import random
import tarfile
import time
import tracemalloc
from zipfile import ZIP_BZIP2, ZIP_STORED

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from core import archives, files
from core.archives import Budget, ContentError
from core.errors import WrongType
from tests.core import specimens as made

MIB = 1 << 20


def refusal(content: bytes, name: str = "sent.zip", budget: Budget | None = None) -> str:
    """The code it is refused with; empty when it is taken."""
    try:
        files.inspect(SimpleUploadedFile(name, content), budget=budget)
    except WrongType as refused:
        return refused.errors[0].code
    return ""


def zeros(mebibytes: int, **claims: int) -> dict[str, object]:
    packed = made.deflated_zeros(mebibytes)
    return {"name": "zeros.txt", "data": packed, "size": mebibytes * MIB, "crc": made.crc_of_zeros(mebibytes), **claims}


def tarred() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.txt"), io.BytesIO())
    return file.getvalue()


# Bombs


def test_a_bomb_in_one_layer() -> None:
    assert refusal(made.raw_zip(zeros(300))) == "bomb", "300 MB of zeros in 300 kB"


def test_a_bomb_of_many_moderate_entries() -> None:
    entries = [{**zeros(9), "name": f"{n}.txt"} for n in range(200)]
    assert refusal(made.raw_zip(*entries)) == "bomb", "each below the ratio's floor, together 1.8 GB"


def test_a_bomb_in_an_office_file() -> None:
    types = {"name": "[Content_Types].xml", "data": made.OOXML.format(made.MAIN["docx"]).encode(), "method": ZIP_STORED}
    assert refusal(made.raw_zip(types, {**zeros(300), "name": "word/document.xml"}), "letter.docx") == "bomb"


def test_archives_within_archives_like_42_zip() -> None:
    inner = made.zipped({f"page {n}.txt": bytes(10_000) for n in range(16)})
    for _layer in range(5):
        inner = made.zipped({f"lib {n}.zip": inner for n in range(16)})
    assert refusal(inner) == "nested"


def test_a_hundred_thousand_entries() -> None:
    content = made.raw_zip(*[{"name": f"{n:06}", "data": b"", "method": ZIP_STORED} for n in range(100_000)])
    before = time.perf_counter()
    tracemalloc.start()
    assert refusal(content) == "too_many_entries"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * MIB, "the directory is not read at all"
    assert time.perf_counter() - before < 5


def test_more_entries_than_anybody_needs() -> None:
    content = made.raw_zip(*[{"name": str(n), "data": b"", "method": ZIP_STORED} for n in range(11_000)])
    assert refusal(content) == "too_many_entries"


def test_one_budget_for_a_whole_submission() -> None:
    content, budget = made.zipped({"a.txt": b"x" * 1000, "b.txt": b"y" * 1000}), Budget(entries=5, size=5000)
    assert refusal(content, budget=budget) == ""
    assert refusal(content, budget=budget) == ""
    assert refusal(content, budget=budget) in ("too_many_entries", "bomb")


def test_archives_inside_count_too() -> None:
    inner = made.office("docx", **{"word/document.xml": b"x" * 4000})
    budget = Budget(size=len(inner) + 3000)
    assert refusal(made.zipped({"a.docx": inner}, ZIP_STORED), budget=budget) == "bomb"


# Directories that lie


@pytest.mark.parametrize("claimed", [1, 1000, 9 * MIB])
def test_a_directory_that_says_too_little(claimed: int) -> None:
    before = time.perf_counter()
    assert refusal(made.raw_zip(zeros(200, size=claimed))) == "damaged"
    assert time.perf_counter() - before < 2, "what was not announced is not unpacked"


def test_a_directory_that_says_too_much() -> None:
    assert refusal(made.raw_zip(zeros(1, size=2 * MIB))) == "damaged"


def test_a_directory_that_claims_the_packed_size_to_be_large() -> None:
    assert refusal(made.raw_zip(zeros(300, packed=300 * MIB))) == "damaged", "to look like an honest ratio"


def test_entries_that_lie_on_top_of_each_other() -> None:
    packed = made.deflated_zeros(9)
    same = {"data": packed, "size": 9 * MIB, "crc": made.crc_of_zeros(9), "name": "a.txt"}
    assert refusal(made.raw_zip(same, *[{**same, "offset": 0} for _ in range(50)])) == "damaged"


def test_a_wrong_checksum() -> None:
    assert refusal(made.raw_zip(zeros(1, crc=1))) == "damaged"


def test_a_directory_that_claims_to_be_enormous() -> None:
    content = bytearray(made.zipped({"a.txt": b"x"}))
    content[-10:-6] = (2**31).to_bytes(4, "little")
    assert refusal(bytes(content)) == "damaged"


# What must not be inside


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.zip", b"not even one", "nested"),
        ("harmless.txt", made.zipped({"a.txt": b"x"}), "nested"),
        ("a.tar.gz", gzip.compress(b"x"), "nested"),
        ("a.dat", gzip.compress(b"x"), "nested"),
        ("a.dat", tarred(), "nested"),
        ("a.dat", b"Rar!\x1a\x07\x01\x00", "nested"),
        ("a.dat", b"7z\xbc\xaf\x27\x1c", "nested"),
        ("a.RAR", b"x", "nested"),
        ("setup.exe", b"x", "program"),
        ("SETUP.EXE", b"x", "program"),
        ("invoice.pdf.js", b"x", "program"),
        ("invoice.pdf", b"MZ\x90\x00\x03\x00", "program"),
        ("run", b"\x7fELF\x02", "program"),
        ("run", b"#!/bin/sh\n", "program"),
        ("../../etc/passwd", b"x", "unsafe_path"),
        ("a/../../b.txt", b"x", "unsafe_path"),
        ("/etc/passwd", b"x", "unsafe_path"),
        ("C:/Windows/a.txt", b"x", "unsafe_path"),
        ("..\\..\\a.txt", b"x", "unsafe_path"),
        ("macros.docx", made.office("docx", **{"word/vbaProject.bin": b"x"}), "macros"),
        ("macros.doc", made.old_office("WordDocument", "_VBA_PROJECT"), "macros"),
        ("bomb.docx", made.office("docx", **{"[trash]/a": made.zipped({"b.zip": b"x"})}), "nested"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_not_inside_a_zip_file(name: str, content: bytes, code: str) -> None:
    assert refusal(made.zipped({"policy.pdf": made.pdf(), name: content})) == code


def test_a_link() -> None:
    assert refusal(made.raw_zip({"name": "a", "data": b"/etc/passwd", "method": ZIP_STORED, "mode": 0o120777})) == "unsafe_path"


def test_a_password() -> None:
    assert refusal(made.raw_zip({"name": "a.txt", "data": b"secret", "flags": 1})) == "password"


def test_an_unusual_way_of_packing() -> None:
    assert refusal(made.zipped({"a.txt": b"x" * 100}, ZIP_BZIP2)) == "damaged"


def test_office_files_within_office_files_have_an_end() -> None:
    inner = made.workbook()
    for _layer in range(3):
        inner = made.office("pptx", **{"ppt/embeddings/a.pptx": inner})
    assert refusal(inner, "slides.pptx") == ""
    assert refusal(made.zipped({"slides.pptx": inner})) == "nested"


def test_a_large_document_inside_is_read_without_being_held() -> None:
    photo = made.jpeg(after=random.Random(1).randbytes(20 * MIB))
    outer = made.zipped({"a.docx": made.office("docx", **{"word/media/photo.jpg": photo})})
    tracemalloc.start()
    assert refusal(outer) == ""
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * MIB


def test_a_chart_with_a_huge_sheet_three_layers_down() -> None:
    sheet = made.office("xlsx", **{"xl/sheet.xml": random.Random(1).randbytes(9 * MIB)})
    slides = made.office("pptx", **{"ppt/embeddings/a.xlsx": sheet})
    assert refusal(slides, "slides.pptx") == ""
    assert refusal(made.zipped({"slides.pptx": slides})) == "bomb"


# Whatever else there may be


HONEST = made.zipped({"a/policy.pdf": made.pdf(), "b.docx": made.office("docx", **{"word/document.xml": b"text " * 50})})


@given(st.lists(st.tuples(st.integers(0, len(HONEST) - 1), st.integers(0, 255)), min_size=1, max_size=12), st.integers(0, 200))
def test_damaged_in_any_way_it_is_refused_or_taken_and_nothing_else_happens(changes: list[tuple[int, int]], cut: int) -> None:
    content = bytearray(HONEST)
    for position, value in changes:
        content[position] = value
    kept = bytes(content[: len(content) - cut])
    try:
        outcome = archives.kind_of(io.BytesIO(kept), len(kept), Budget())
    except ContentError as refused:
        outcome = refused.code
    assert outcome in (
        "zip",
        "damaged",
        "wrong_content",
        "bomb",
        "nested",
        "password",
        "program",
        "unsafe_path",
        "macros",
        "too_many_entries",
    )
