"""Identifiers: version 7 as RFC 9562 has it, in the order of their making."""

import uuid

from core import ids


def test_what_is_made_later_sorts_later() -> None:
    made = [ids.new() for _ in range(10_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_it_is_a_version_7_uuid() -> None:
    assert {(each.version, each.variant) for each in (ids.new() for _ in range(100))} == {(7, uuid.RFC_4122)}
