"""How much one account, and one address, may ask for in a minute."""

from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from core import limits


class PerMinute(BaseThrottle):
    def allow_request(self, request: Request, view: Any) -> bool:
        allowed = settings.API_REQUESTS_PER_MINUTE
        counted = {f"account:{request.user.pk}": allowed["account"], f"address:{self.get_ident(request)}": allowed["address"]}
        if (name := getattr(view, "action", None)) in allowed:
            counted[f"{name}:{request.user.pk}"] = allowed[name]
        over = [who for who, limit in counted.items() if limits.count(f"api:{who}") > limit]
        return not over

    def wait(self) -> float:
        return limits.seconds_left()
