"""What somebody saw when they decided or wrote, so that what another changed meanwhile is not passed over (pure)."""

import hashlib
from collections.abc import Iterable

LENGTH = 16


def mark(*words: object) -> str:
    """The same for the same words. A page carries it along, and it comes back with the answer."""
    text = "\x1f".join("" if word is None else str(word) for word in words).replace("\r\n", "\n")  # as browsers send lines
    return hashlib.sha256(text.encode()).hexdigest()[:LENGTH]


def is_passed_over(seen: str | None, stands: Iterable[object]) -> bool:
    """Whether what stands is another than what was seen. Without a mark nobody said what they saw."""
    return bool(seen) and seen != mark(*stands)
