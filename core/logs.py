"""What never stands in a log: the part of an address that opens a door to whoever reads it."""

import re
from collections.abc import MutableMapping
from typing import Any

SECRET = re.compile(r"(/calendar/|/hooks/mail/|/inbox/mail/stop/|/accounts/invitation/|/accounts/password/reset/key/)[^/\s?]+")


def without_secrets(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A step of structlog: addresses of requests, and in Django's own lines about them."""
    for name in ("event", "request"):
        if isinstance(text := event.get(name), str):
            event[name] = SECRET.sub(r"\1…", text)
    return event
