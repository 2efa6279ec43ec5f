"""How often something may be asked for in a minute. Bounds programs that run wild, not busy ones."""

import time

from django.core.cache import cache
from django.http import HttpRequest
from rest_framework.throttling import BaseThrottle

WINDOW = 60


def count(who: str) -> int:
    """How many times in this minute, this time included: one number in the cache for each name and minute."""
    key = f"limit:{who}:{int(time.time() // WINDOW)}"
    if cache.add(key, 1, timeout=2 * WINDOW):
        return 1
    try:
        return cache.incr(key)
    except ValueError:  # thrown out of a full cache between the two
        return 1


def seconds_left() -> float:
    return WINDOW - time.time() % WINDOW + 1


def address_of(request: HttpRequest) -> str:
    """Where a request comes from, as far as the proxies in front can be believed."""
    return BaseThrottle().get_ident(request)  # type: ignore[arg-type]
