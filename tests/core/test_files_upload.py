"""How files come in: hashed on the way, stopped when it is too much, nothing left behind."""

import errno
import hashlib
import io
import os
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import TooManyFieldsSent
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import WSGIRequest
from django.test import RequestFactory
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from core import files, tasks, uploads
from core.errors import Invalid, StorageFull, TooLarge
from tests.core import specimens as made

MIB = 1 << 20


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    return tmp_path


@pytest.fixture
def sent(folder: Path) -> Iterator[Any]:
    """`sent(files=[...], text=...)`: the request that a browser would make of it."""
    requests = []

    def send(*, length: int | None = None, cut: int = 0, **data: Any) -> WSGIRequest:
        body = encode_multipart(BOUNDARY, data)
        requests.append(arriving(body[: len(body) - cut], MULTIPART_CONTENT, length or len(body)))
        return requests[-1]

    yield send
    for request in requests:
        request.close()
    assert list(folder.iterdir()) == [], "no request leaves a file"


def arriving(body: bytes, kind: str, length: int) -> WSGIRequest:
    given: dict[str, Any] = {"REQUEST_METHOD": "POST", "CONTENT_TYPE": kind, "CONTENT_LENGTH": str(length)}
    return RequestFactory().request(**given, **{"wsgi.input": io.BytesIO(body)})


def named(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_a_file_arrives_with_its_checksum(sent: Any, folder: Path) -> None:
    content = made.pdf(random.Random(2).randbytes(3 * MIB))
    request = sent(files=[named("policy.pdf", content), named("photo.jpg", made.jpeg())], text="hello")
    first, second = files.received(request)
    assert (first.name, first.size, first.sha256) == ("policy.pdf", len(content), hashlib.sha256(content).hexdigest())
    first.content.seek(0)
    assert first.content.read() == content
    assert second.content_type == "image/jpeg"
    assert request.POST["text"] == "hello"
    assert len(list(folder.iterdir())) == 2, "in the folder beside the storage, from the first byte on"


def test_no_files_at_all(sent: Any) -> None:
    assert files.received(sent(text="hello")) == []


def test_files_of_another_field(sent: Any) -> None:
    request = sent(report=[named("report.pdf", made.pdf())])
    assert files.received(request) == []
    assert [each.name for each in files.received(request, "report")] == ["report.pdf"]


def test_one_file_too_large_is_not_kept_to_its_end_and_the_others_are_read(sent: Any, folder: Path, settings: Any) -> None:
    settings.UPLOAD_FILE_BYTES = MIB
    request = sent(files=[named("big.pdf", made.pdf(bytes(5 * MIB))), named("small.pdf", made.pdf())], text="kept")
    with pytest.raises(TooLarge, match=r"big\.pdf is larger than 1 MB") as refused:
        files.received(request)
    assert (refused.value.status, len(refused.value.errors)) == (413, 1)
    assert request.POST["text"] == "kept"
    assert sum(path.stat().st_size for path in folder.iterdir()) < MIB


def test_more_than_a_submission_may_hold_is_not_read(sent: Any, settings: Any) -> None:
    settings.UPLOAD_TOTAL_BYTES = 2 * MIB
    request = sent(token="first in the form", files=[named(f"{n}.pdf", made.pdf(bytes(MIB))) for n in range(6)])
    assert request.POST["token"] == "first in the form", "what stands before the files is there: the form's token"
    assert request._stream._pos < 2 * MIB, "and the rest is not read"
    with pytest.raises(TooLarge, match="2 MB together"):
        files.received(request)


def test_ten_gigabytes_announced(sent: Any) -> None:
    request = sent(length=10 * 2**30, files=[named("a.pdf", made.pdf(bytes(3 * MIB)))])
    with pytest.raises(TooLarge):
        files.received(request)
    assert request._stream._pos < 2 * MIB


def test_too_many_files(sent: Any, folder: Path) -> None:
    with pytest.raises(TooLarge, match="50 files"):
        files.received(sent(files=[named(f"{n}.pdf", made.pdf()) for n in range(51)]))


def test_ten_thousand_files_make_no_ten_thousand_files(sent: Any, folder: Path) -> None:
    request = sent(files=[named(f"{n}", b"x") for n in range(10_000)])
    with pytest.raises(TooLarge):
        files.received(request)
    assert len(list(folder.iterdir())) <= 50


def test_too_many_fields(sent: Any) -> None:
    with pytest.raises(TooManyFieldsSent):
        files.received(sent(**{f"field{n}": "x" for n in range(1100)}))


@pytest.mark.parametrize("cut", [1, 50, 2000, 300_000, 900_000])
def test_an_upload_cut_off_is_no_upload(sent: Any, cut: int) -> None:
    """Wherever it was cut: in a file, between two, in the last field."""
    request = sent(files=[named("a.pdf", made.pdf(bytes(400_000))), named("b.pdf", made.pdf(bytes(400_000)))], note="x" * 1500, cut=cut)
    with pytest.raises(Invalid, match="cut"):
        files.received(request)


def test_spaces_in_base64_do_not_grow(sent: Any, folder: Path) -> None:
    """Django's parser once held all of it (CVE-2026-33033)."""
    part = b'--X\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    body = part + b" " * (2 * MIB) + b"aGVsbG8gd29ybGQh" + b"\r\n--X--\r\n"
    request = arriving(body, "multipart/form-data; boundary=X", len(body))
    (checked,) = files.received(request)
    assert (checked.size, checked.sha256) == (12, hashlib.sha256(b"hello world!").hexdigest())
    request.close()


def test_a_name_whose_ending_is_too_long_for_a_disk(sent: Any) -> None:
    with pytest.raises(Invalid) as refused:
        files.received(sent(files=[named("a." + "🪑" * 120, made.pdf())]))
    assert refused.value.errors[0].code == "unknown_kind"


# A full disk


def test_the_disk_is_full(sent: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Any, data: bytes) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(uploads.Upload, "add", full)
    request = sent(token="first", files=[named("a.pdf", made.pdf())])
    assert request.POST["token"] == "first"
    with pytest.raises(StorageFull) as refused:
        files.received(request)
    assert refused.value.status == 507


def test_a_disk_that_fails_otherwise_is_no_full_disk(sent: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Any, data: bytes) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(uploads.Upload, "add", broken)
    with pytest.raises(OSError, match="error"):
        files.received(sent(files=[named("a.pdf", made.pdf())]))


# The janitor


def test_what_a_killed_server_left_is_removed_after_an_hour(folder: Path) -> None:
    now = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
    ages = {"old.upload": 61, "older.upload": 3000, "running.upload": 59, "something else": 3000}
    for name, minutes in ages.items():
        (folder / name).write_bytes(b"x")
        moment = (now - timedelta(minutes=minutes)).timestamp()
        os.utime(folder / name, (moment, moment))
    assert uploads.sweep(now=now) == 2
    assert {path.name for path in folder.iterdir()} == {"running.upload", "something else"}
    assert uploads.sweep(now=now) == 0


def test_the_janitors_round(folder: Path) -> None:
    left = folder / "left.upload"
    left.write_bytes(b"x")
    os.utime(left, (time.time() - 7200,) * 2)
    tasks.sweep_uploads(unexpected="from a newer version")
    assert not left.exists()
