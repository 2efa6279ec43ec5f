from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from tests.contracts.samples import import_ocds
from tests.factories import NOW

__all__ = ["import_ocds"]

Visit = Callable[[User], Client]


@pytest.fixture
def march() -> Iterator[None]:
    """It is tests.factories.NOW, and stays so."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def visit(march: None, db: None) -> Visit:
    """Somebody signed in who reads English, on that day in March."""

    def sign_in(user: User) -> Client:
        client = Client(headers={"Accept-Language": "en"})
        client.force_login(user)
        return client

    return sign_in
