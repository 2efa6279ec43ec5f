"""Identifiers that sort by time, so that a new row lands at the end of its index."""

import secrets
import time
from uuid import UUID


def new() -> UUID:
    """A version 7 UUID (RFC 9562): 48 bits of milliseconds, then randomness.

    The clock is only a sorting aid here; nothing reads a time back out of an identifier.
    """
    milliseconds = time.time_ns() // 1_000_000
    number = (milliseconds & (1 << 48) - 1) << 80 | secrets.randbits(80)
    number = number & ~(0xF << 76) | 0x7 << 76
    number = number & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=number)
