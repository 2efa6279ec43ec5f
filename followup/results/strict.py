"""JSON that two programs cannot read differently: no name twice, no number that one of them rounds, no depth that one gives up at. Pure."""

import json
import re
from collections.abc import Iterator
from typing import Any

from followup.results.refusals import Refused

DEEPEST = 12
"""Of a file with shared results: envelope 3, payload 7."""

MOST_DIGITS = 15
"""Every program reads whole numbers up to here alike."""

BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)
"""Strings are passed over whole; what they hold opens nothing."""


def read(raw: bytes) -> Any:
    """What the bytes say, or `Refused`. The depth is looked at before anything is read: Python's reader would run out of stack."""
    _check_depth(raw)
    try:
        value = json.loads(
            raw.decode("utf-8"), object_pairs_hook=_once, parse_int=_whole, parse_float=_no_number, parse_constant=_no_number
        )
        _check_texts(value)
    except ValueError:
        raise Refused("not_json") from None
    return value


def _check_depth(raw: bytes) -> None:
    depth = 0
    for found in BRACKETS.finditer(raw):
        sign = found[0]
        if sign in (b"[", b"{"):
            depth += 1
            if depth > DEEPEST:
                raise Refused("too_deep")
        elif sign in (b"]", b"}"):
            depth -= 1


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for name, value in pairs:
        if name in content:
            raise Refused("duplicate_key", name=name[:80].encode("utf-8", "backslashreplace").decode())
        content[name] = value
    return content


def _whole(digits: str) -> int:
    if len(digits.lstrip("-")) > MOST_DIGITS:
        raise Refused("number")
    return int(digits)


def _no_number(text: str) -> None:
    raise Refused("number")


def _texts(value: Any) -> Iterator[str]:
    """Every text in it, names too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def _check_texts(value: Any) -> None:
    """Half a character and the sign for nothing can be written in JSON, and kept in no database."""
    for text in _texts(value):
        if "\x00" in text:
            raise Refused("not_json")
        text.encode()  # a ValueError at half a character
