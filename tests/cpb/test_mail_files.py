"""Mail of the embedded default: one whole .eml a message."""

import threading
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.core.mail import EmailMessage, get_connection
from pytest_django import Settings


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    return tmp_path / "mail"


def send(*subjects: str) -> int:
    with get_connection("cpb.mail.EmlFiles") as connection:
        messages = [EmailMessage(subject, "Påminnelse\n", "a@cpb.example", ["b@polar.example"]) for subject in subjects]
        return int(connection.send_messages(messages))


def test_each_message_is_a_file_that_a_mail_program_reads(folder: Path) -> None:
    assert send("Første", "Andre") == 2
    files = sorted(folder.glob("*.eml"))
    messages = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
    assert [message["Subject"] for message in messages] == ["Første", "Andre"]
    assert all(message["To"] == "b@polar.example" and message["Message-ID"] for message in messages)
    body = messages[0].get_body()
    assert body is not None
    assert body.get_content() == "Påminnelse\n"
    assert len(list(folder.iterdir())) == 2


def test_many_at_once_do_not_overwrite_each_other(folder: Path) -> None:
    threads = [threading.Thread(target=lambda: [send("x") for _ in range(20)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(list(folder.glob("*.eml"))) == 80
