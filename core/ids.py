"""Identifiers that sort by time, so that a new row lands at the end of its index."""

import secrets
import time
from uuid import UUID


def new() -> UUID:
    """A version 7 UUID (RFC 9562): 48 bits of milliseconds, 12 bits of the fraction of one, then randomness.

    With the fraction (method 3 of section 6.2, in steps of 244 ns) the rows one process writes sort in the order it wrote
    them. The clock is only a sorting aid here; nothing reads a time back out of an identifier.
    """
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    fraction = rest * 4096 // 1_000_000
    return UUID(int=(milliseconds & (1 << 48) - 1) << 80 | 0x7 << 76 | fraction << 64 | 0x2 << 62 | secrets.randbits(62))
