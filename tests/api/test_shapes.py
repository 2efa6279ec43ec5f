"""An answer holds what its description names, and nothing that was only needed on the way."""

from collections.abc import Callable
from typing import Any

import pytest

from cpb.api_urls import router
from tests import permission_world
from tests.api.conftest import Program
from tests.cast import Cast


def test_rows_hold_what_is_described_and_nothing_else(cast: Cast, api: Callable[[Any], Program], subtests: pytest.Subtests) -> None:
    permission_world.build(cast)
    resources: list[tuple[str, Any, str]] = router.registry
    for name, resource, _basename in resources:
        reader = cast.admin if getattr(resource, "needs", None) else cast.manager
        with subtests.test(name):
            rows = api(reader).get(f"{name}/").json()["results"]
            assert rows
            for row in rows:
                assert set(row) == set(resource.output().fields)


def test_rows_hold_where_the_next_page_begins() -> None:
    """Or the first list that is longer than a page ends in an error, and no list of a test is."""
    resources: list[tuple[str, Any, str]] = router.registry
    for name, resource, _basename in resources:
        for order in resource.orders.values():
            assert {order.column, order.key} <= set(getattr(resource, "columns", (order.column, order.key))), name
