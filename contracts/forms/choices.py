"""Choices as they stand in a form: each begins with a capital letter."""

from collections.abc import Iterable
from typing import Any

from django.utils.functional import lazy
from django.utils.text import capfirst

_capital = lazy(lambda label: capfirst(str(label)), str)


def capitals(choices: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    return [(value, _capital(label)) for value, label in choices]
