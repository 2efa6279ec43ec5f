"""One's own calendar address, and what a calendar program reads there."""

import hashlib

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.requests import SignedInRequest
from core import clock, http, limits
from notifications import calendar_feeds, ics, links
from notifications.models import Deadline

MOST_ENTRIES = 1000
A_MINUTE = {"secret": 30, "address": 600}
"""A calendar program asks every quarter of an hour; Google's many ask from few addresses."""


@login_not_required
@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """Without sign-in: whoever has the address reads it. Only a digest of the secret is looked for, and never logged."""
    if _asks_too_often(request, secret):
        refused = http.page(request, 429)
        refused["Retry-After"] = str(int(limits.seconds_left()))
        return refused
    today = clock.today()
    owner = calendar_feeds.owner(secret, today=today)
    if owner is None:
        raise Http404
    text = _text(owner)
    answer = HttpResponse(text, content_type=ics.CONTENT_TYPE)
    answer["ETag"] = f'"{hashlib.sha256(text).hexdigest()}"'
    answer["Cache-Control"] = "private, max-age=300"
    answer["Content-Disposition"] = 'inline; filename="deadlines.ics"'
    answer["X-Robots-Tag"] = "noindex"
    return get_conditional_response(request, etag=answer["ETag"], response=answer) or answer


def _asks_too_often(request: HttpRequest, secret: str) -> bool:
    by_secret = limits.count(f"calendar:{hashlib.sha256(secret.encode()).hexdigest()}")
    by_address = limits.count(f"calendar:{limits.address_of(request)}")
    return by_secret > A_MINUTE["secret"] or by_address > A_MINUTE["address"]


def _text(owner: User) -> bytes:
    rows = Deadline.objects.visible_to(owner).in_calendar_of(owner, clock.today()).select_related("scope", "organisation")
    with translation.override(owner.person.language):
        name = _("Deadlines: %(name)s") % {"name": owner.name}
        entries = rows.order_by("due_on", "id")[:MOST_ENTRIES]
        return ics.feed(entries, name=name, language=owner.person.language, is_ours=owner.works_here)


def settings(request: SignedInRequest) -> HttpResponse:
    """Make the address, or another one. It is shown in the answer to its making, and never again."""
    address = ""
    if request.method == "POST":
        secret = calendar_feeds.make(user=request.user, now=clock.now())
        address = links.absolute(reverse("notifications:calendar-feed", args=[secret]))
    context = {
        "address": address,
        "subscribe": address.replace("https://", "webcal://", 1) if address.startswith("https://") else "",
        "feed": getattr(request.user, "calendar_feed", None),
    }
    answer = render(request, "notifications/calendar.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
def revoke(request: SignedInRequest) -> HttpResponse:
    calendar_feeds.revoke(user=request.user, now=clock.now())
    messages.success(request, _("The calendar address no longer works."))
    return redirect("notifications:calendar")
