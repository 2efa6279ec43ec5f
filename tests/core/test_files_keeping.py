"""How a file is kept: under a name of ours, on the disk before its row, handed out as a download, and swept when no row names it."""

import errno
import os
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from contracts.models import ImportRun
from core import files, janitor, storage, tasks, uploads
from core.errors import NotAllowed, StorageFull, WrongState
from core.files import CheckedFile
from core.models import ScanState
from tests import factories
from tests.core import specimens as made

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
Arrive = Callable[[], CheckedFile]
OUR_NAME = re.compile(r"([0-9a-f]{2})/\1[0-9a-f]{30}")


@pytest.fixture(autouse=True)
def disk(tmp_path: Path, settings: Any) -> Path:
    """Storage and temporary folder on a disk of the test's own."""
    (tmp_path / "tmp").mkdir()
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "tmp"
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": "core.storage.DurableStorage", "OPTIONS": {"location": tmp_path}}}
    return tmp_path


@pytest.fixture
def arrived() -> Iterator[Arrive]:
    """A file as the upload handler leaves it, and looked into; closed as at the end of a request."""
    opened: list[uploads.Upload] = []

    def arrive() -> CheckedFile:
        opened.append(uploads.Upload("policy.pdf"))
        opened[-1].add(made.pdf())
        opened[-1].flush()
        return files.inspect(opened[-1])

    yield arrive
    for upload in opened:
        upload.close()


def everything(disk: Path) -> set[str]:
    return {str(path.relative_to(disk)) for path in disk.rglob("*") if path.is_file()}


# Keeping


def test_an_upload_is_moved_not_copied(disk: Path, arrived: Arrive) -> None:
    checked = arrived()
    (before,) = (disk / "tmp").iterdir()
    inode = before.stat().st_ino
    name = files.keep(checked.content)
    checked.content.close()
    assert OUR_NAME.fullmatch(name)
    assert everything(disk) == {name}
    assert (disk / name).stat().st_ino == inode
    assert (disk / name).stat().st_mode & 0o777 == 0o600, "nobody else on the machine reads it"
    assert (disk / name).parent.stat().st_mode & 0o077 == 0


def test_content_of_our_own_is_kept_too(disk: Path) -> None:
    name = files.keep(ContentFile(b"a letter that we wrote", name="../../../letter.pdf"))
    assert (disk / name).read_bytes() == b"a letter that we wrote"
    assert everything(disk) == {name}


def test_a_temporary_folder_on_another_disk(disk: Path, arrived: Arrive, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.replace

    def across(source: str, target: str) -> None:
        if source == checked.content.temporary_file_path():  # type: ignore[attr-defined]
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
        real(source, target)

    checked = arrived()
    monkeypatch.setattr(storage.os, "replace", across)
    name = files.keep(checked.content)
    checked.content.close()
    assert (disk / name).read_bytes() == made.pdf()
    assert everything(disk) == {name}


def test_it_is_on_the_disk_before_it_has_its_name(disk: Path, arrived: Arrive, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []

    def noted(what: str, real: Callable[..., None]) -> Callable[..., None]:
        def call(*arguments: Any) -> None:
            order.append(what)
            real(*arguments)

        return call

    monkeypatch.setattr(storage.os, "fsync", noted("written", os.fsync))
    monkeypatch.setattr(storage.os, "replace", noted("named", os.replace))
    with files.kept([arrived()]):
        assert order == ["written", "named", "written"], "the file, its name, and the folder that holds the name"


def test_kept_gives_the_columns_of_a_row(disk: Path, arrived: Arrive) -> None:
    checked = arrived()
    with files.kept([checked]) as (kept,):
        assert kept.columns == {
            "name": "policy.pdf",
            "size": len(made.pdf()),
            "sha256": checked.sha256,
            "content_type": "application/pdf",
            "storage_name": kept.storage_name,
            "scan_state": ScanState.NOT_SCANNED,
        }
    assert everything(disk) == {kept.storage_name}


@pytest.mark.parametrize("refusal", [WrongState, NotAllowed])
def test_what_the_service_refuses_is_not_kept(disk: Path, arrived: Arrive, refusal: type[Exception]) -> None:
    with pytest.raises(refusal), files.kept([arrived(), arrived()]):
        raise refusal
    assert everything(disk) == set()


def test_after_an_accident_the_files_stay_for_the_janitor(disk: Path, arrived: Arrive) -> None:
    """The rows may be there: a connection can be lost after the commit."""
    with pytest.raises(RuntimeError), files.kept([arrived(), arrived()]):
        raise RuntimeError
    assert len(everything(disk)) == 2


def test_no_room_for_the_second_file(disk: Path, arrived: Arrive, monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = os.replace, []

    def replace(*names: str) -> None:
        calls.append(names)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(*names)

    monkeypatch.setattr(storage.os, "replace", replace)
    checked = [arrived(), arrived(), arrived()]
    with pytest.raises(StorageFull), files.kept(checked):
        pytest.fail("the service must not be called")
    for file in checked:
        file.content.close()
    assert everything(disk) == set()


def test_no_room_for_a_letter_of_ours(disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(number: int) -> None:
        raise OSError(errno.EDQUOT, os.strerror(errno.EDQUOT))

    monkeypatch.setattr(storage.os, "fsync", full)
    with pytest.raises(StorageFull):
        files.keep(ContentFile(b"letter"))
    assert everything(disk) == set()


# Handing out


@pytest.mark.django_db  # closing a response closes old connections
def test_a_download_is_an_attachment_that_no_browser_runs(disk: Path) -> None:
    name = files.keep(ContentFile(made.pdf()))
    response = files.download(made.stored("år.pdf", name))
    assert b"".join(response.streaming_content) == made.pdf()  # type: ignore[arg-type]
    assert dict(response.headers) == {
        "Content-Type": "application/pdf",
        "Content-Length": str(len(made.pdf())),
        "Content-Disposition": "attachment; filename=\"ar.pdf\"; filename*=UTF-8''%C3%A5r.pdf",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-store",
    }
    response.close()


def test_a_storage_elsewhere(settings: Any, arrived: Arrive) -> None:
    """Object storage goes through Django's storage interface and nothing else; here one that keeps in memory."""
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}
    with files.kept([arrived()]) as (kept,):
        assert OUR_NAME.fullmatch(kept.storage_name)
    with default_storage.open(kept.storage_name) as content:
        assert content.read() == made.pdf()
    assert list(janitor.orphans(known=lambda folder: set(), now=datetime.now(UTC) + timedelta(days=2))) == [kept.storage_name]
    with pytest.raises(WrongState), files.kept([arrived()]):
        raise WrongState
    assert list(janitor.orphans(known=lambda folder: set(), now=datetime.now(UTC) + timedelta(days=2))) == [kept.storage_name]


# The janitor


def aged(disk: Path, name: str, age: timedelta) -> str:
    path = disk / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"x")
    moment = (NOW - age).timestamp()
    os.utime(path, (moment, moment))
    return name


def test_orphans_are_old_and_ours_and_named_by_nobody(disk: Path) -> None:
    day = timedelta(days=1)
    known = aged(disk, "ab/ab" + "0" * 30, 9 * day)
    fresh = aged(disk, "ab/ab" + "1" * 30, day - timedelta(minutes=1))
    orphan = aged(disk, "cd/cd" + "2" * 30, day + timedelta(minutes=1))
    others = [aged(disk, name, 9 * day) for name in ("cd/README", "tmp/x.upload", "imports/" + "a" * 32, "secret_key")]
    assert list(janitor.orphans(known=lambda folder: {known}, now=NOW)) == [orphan]
    assert everything(disk) == {known, fresh, orphan, *others}


@pytest.mark.django_db
def test_the_janitor_asks_every_table_that_names_files(disk: Path) -> None:
    user = factories.user("somebody@cpb.example")
    named, orphan = (aged(disk, f"{letters}/{letters}" + "0" * 30, timedelta(days=4000)) for letters in ("ab", "cd"))
    assert janitor.remove_orphans(now=NOW) == 0, "no row names anything: the wrong database, not a full house of orphans"
    ImportRun.objects.create(started_by=user, file_name="x.json", storage_name=named, created_at=NOW)
    tasks.sweep_orphans()
    assert everything(disk) == {named}
    assert not default_storage.exists(orphan)


def test_a_file_that_somebody_removed_by_hand_is_no_download(disk: Path) -> None:
    with pytest.raises(FileNotFoundError):
        files.download(made.stored("a.pdf", "ab/ab" + "0" * 30))


def test_inspecting_does_not_move_where_reading_begins() -> None:
    upload = SimpleUploadedFile("policy.pdf", made.pdf())
    assert files.inspect(upload).size == len(made.pdf())
    with default_storage.open(files.keep(upload)) as kept:
        assert kept.read() == made.pdf()
