"""People in front of the pages, on that Monday morning in March, reading English."""

from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from tests.factories import NOW

Visit = Callable[[User], Client]


@pytest.fixture(autouse=True)
def monday_morning() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def visit(db: None) -> Visit:
    """Somebody signed in, in a browser of their own."""

    def sign_in(user: User) -> Client:
        client = Client(headers={"Accept-Language": "en"})
        client.force_login(user)
        return client

    return sign_in


def jpeg(name: str = "hall.jpg") -> SimpleUploadedFile:
    """What begins as a photo does, and is too little to be shown."""
    body = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
    return SimpleUploadedFile(name, body, content_type="image/jpeg")


def pdf(name: str = "report.pdf", content: str = "one") -> SimpleUploadedFile:
    body = f"%PDF-1.4\n% {content}\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    return SimpleUploadedFile(name, body.encode(), content_type="application/pdf")
