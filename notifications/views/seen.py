"""Opening a page reads the notices that lead to it."""

from uuid import UUID

from django.http import HttpRequest

from accounts.requests import SignedInRequest
from core import clock
from core.context import reader_of
from notifications import notices


def seen(request: SignedInRequest, url_name: str, key: UUID | None) -> None:
    """Asks nothing that the header does not ask anyway, unless something is unread; a page fetched in advance reads nothing."""
    reader = reader_of(request)
    if request.method == "GET" and not _is_fetched_in_advance(request) and reader.unread:
        reader.unread -= notices.read(user=request.user, url_name=url_name, key=key, now=clock.read()["now"])


def _is_fetched_in_advance(request: HttpRequest) -> bool:
    return "prefetch" in request.headers.get("Sec-Purpose", "")
