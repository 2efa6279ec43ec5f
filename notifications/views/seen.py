"""Opening a page reads the notices that lead to it."""

from uuid import UUID

from django.http import HttpRequest

from accounts.requests import SignedInRequest
from core import clock
from core.context import reader_of
from notifications import notices


def seen(request: SignedInRequest, url_name: str, key: UUID | None) -> None:
    """Asks nothing that the header does not ask anyway, unless such a notice is unread; a page fetched in advance reads nothing."""
    if request.method != "GET" or _is_fetched_in_advance(request):
        return
    unread, here = notices.unread_counts(user=request.user, url_name=url_name, key=key)
    if here:
        unread -= notices.read(user=request.user, url_name=url_name, key=key, now=clock.now())
    reader_of(request).unread = unread


def _is_fetched_in_advance(request: HttpRequest) -> bool:
    return "prefetch" in request.headers.get("Sec-Purpose", "")
