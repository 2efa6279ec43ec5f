"""What a load balancer and an alarm are told."""

import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client, RequestFactory

from core import database, health


@pytest.fixture
def visitor() -> Client:
    return Client()


def test_live_asks_nothing_of_anybody(visitor: Client) -> None:
    """No database fixture: a query would fail."""
    answer = visitor.get("/health/live")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies


@pytest.mark.django_db
def test_ready_when_everything_is(visitor: Client) -> None:
    answer = visitor.get("/health/ready")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert not [name for name in default_storage.listdir("tmp")[1] if "health" in name]


@pytest.mark.django_db
def test_a_migration_that_is_missing_is_named(visitor: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    answer = visitor.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json() == {"status": "failing", "failing": {"migrations": "Not yet applied: sessions.0001_initial."}}


@pytest.mark.django_db
def test_a_storage_that_cannot_be_written_to_is_named(visitor: Client) -> None:
    """A file stands where the folder should be: root may write into any folder, but not into a file."""
    folder = Path(settings.FILE_UPLOAD_TEMP_DIR)
    shutil.rmtree(folder)
    folder.write_text("in the way")
    try:
        answer = visitor.get("/health/ready")
    finally:
        folder.unlink()
        folder.mkdir()
    assert answer.status_code == 503
    assert answer.json()["failing"] == {"storage": "The file storage cannot be written to."}


@pytest.mark.django_db(transaction=True)
@pytest.mark.both
def test_a_database_that_does_not_answer_is_named(visitor: Client, tmp_path: Path) -> None:
    good = connection.settings_dict.copy()
    connection.close()
    connection.settings_dict |= {"PORT": 1} if connection.vendor == "postgresql" else {"NAME": tmp_path / "no" / "such"}
    try:
        answer = visitor.get("/health/ready")
    finally:
        connection.close()
        connection.settings_dict |= good
    assert answer.status_code == 503
    assert answer.json()["failing"] == {"database": "The database does not answer."}


@pytest.mark.django_db
def test_nothing_is_pending_after_migrating() -> None:
    assert database.pending() == []


def test_only_reading_is_offered(visitor: Client) -> None:
    assert visitor.post("/health/live").status_code == 405


def test_the_first_failing_part_is_named_and_the_rest_not_asked(rf: RequestFactory) -> None:
    asked: list[str] = []

    def good() -> str:
        asked.append("good")
        return ""

    def bad() -> str:
        asked.append("bad")
        return "It is broken."

    def never() -> str:
        raise AssertionError

    answer = health.view(good=good, bad=bad, never=never)(rf.get("/"))
    assert answer.status_code == 503
    assert asked == ["good", "bad"]
