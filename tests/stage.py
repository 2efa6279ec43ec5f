"""What the tests of one file share: built once in a transaction that is never committed; each test gets a copy of its own."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from django.db import transaction

_opened: list[transaction.Atomic] = []
_built: list[Any] = []


def build(make: Callable[[], object]) -> None:
    _opened.append(transaction.atomic())
    _opened[-1].__enter__()
    _built[:] = [make()]


def copy() -> Any:
    return deepcopy(_built[0])


def clear() -> None:
    """Also called before a test with real transactions: it would wait for ours, or commit it."""
    while _opened:
        transaction.set_rollback(True)
        _opened.pop().__exit__(None, None, None)


def has_real_transactions(request: pytest.FixtureRequest) -> bool:
    """Whether what the test writes is committed, for other threads and processes to see."""
    marker = request.node.get_closest_marker("django_db")
    return bool({"transactional_db", "live_server"} & set(request.fixturenames)) or bool(marker and marker.kwargs.get("transaction"))
