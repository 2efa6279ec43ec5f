"""The photos of an audit report, read for its files: as many as a file can bear. The others are named with their checksums only."""

from collections.abc import Iterator

from django.core.files.storage import default_storage

from followup.report_words import Written

SHOWN = ("image/jpeg", "image/png", "image/gif")
"""What both Word and PDF can show."""

MOST, LARGEST, ALL = 100, 8_000_000, 60_000_000
"""How many, and octets of one and of all."""


def read(content: Written) -> dict[str, bytes]:
    """By the name in storage."""
    found: dict[str, bytes] = {}
    for name in _names(content):
        if len(found) == MOST or not default_storage.exists(name) or default_storage.size(name) > LARGEST:
            continue
        with default_storage.open(name) as file:
            data = file.read()
        if sum(map(len, found.values())) + len(data) > ALL:
            break
        found[name] = data
    return found


def _names(content: Written) -> Iterator[str]:
    for checklist in content["asked"]:
        for line in checklist["lines"]:
            yield from (photo["storage_name"] for photo in line["photos"] if photo["storage_name"] and photo["content_type"] in SHOWN)
