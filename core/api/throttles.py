"""How much one account, and one address, may ask for in a minute. Bounds programs that run wild, not busy ones."""

import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

WINDOW = 60


class PerMinute(BaseThrottle):
    """Counts in the cache: one number for each account and address and minute."""

    def allow_request(self, request: Request, view: Any) -> bool:
        limits = settings.API_REQUESTS_PER_MINUTE
        counted = {f"account:{request.user.pk}": limits["account"], f"address:{self.get_ident(request)}": limits["address"]}
        if (name := getattr(view, "action", None)) in limits:
            counted[f"{name}:{request.user.pk}"] = limits[name]
        over = [who for who, limit in counted.items() if _count(who) > limit]
        return not over

    def wait(self) -> float:
        return WINDOW - time.time() % WINDOW + 1


def _count(who: str) -> int:
    key = f"api:{who}:{int(time.time() // WINDOW)}"
    if cache.add(key, 1, timeout=2 * WINDOW):
        return 1
    try:
        return cache.incr(key)
    except ValueError:  # thrown out of a full cache between the two
        return 1
