"""`api(cast.manager)` is a program that has that person's token. The clock stands at a Monday morning."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts import services
from accounts.models import User
from tests.factories import NOW


class Program:
    """Speaks JSON with a token. Paths are below /api/v1/."""

    def __init__(self, user: User) -> None:
        self.user, token = user, services.issue_token(user=user, name="tests", now=NOW)
        self.client = Client(headers={"Authorization": f"Bearer {token}"})

    def get(self, path: str, **parameters: Any) -> Any:
        return self.client.get(self.address(path), parameters)

    def post(self, path: str, body: dict[str, Any] | None = None, *, key: str | None = None, **options: Any) -> Any:
        headers = {"Idempotency-Key": key} if key is not None else {}
        if body is None and not options:
            return self.client.generic("POST", self.address(path), headers=headers)
        return self.client.post(self.address(path), **{"data": body, "content_type": "application/json", "headers": headers, **options})

    def upload(self, path: str, *, key: str | None = None, **parts: Any) -> Any:
        headers = {"Idempotency-Key": key} if key is not None else {}
        return self.client.post(self.address(path), parts, headers=headers)

    def patch(self, path: str, body: dict[str, Any]) -> Any:
        return self.client.patch(self.address(path), body, content_type="application/json")

    @staticmethod
    def address(path: str) -> str:
        return path if "://" in path else f"/api/v1/{path.lstrip('/')}"


def problem_of(response: Any, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.content
    assert response.headers["Content-Type"] == "application/problem+json"
    content: dict[str, Any] = response.json()
    assert {"type", "title", "status", "detail"} <= set(content)
    assert content["status"] == status
    return content


@pytest.fixture
def api(db: None) -> Callable[[User], Program]:
    return Program


@pytest.fixture(autouse=True)
def monday_morning() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock
