"""A person's private calendar address: made, renewed, taken away, and who stands behind one."""

import secrets
from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from accounts.services import digest
from core import history
from notifications.models import CalendarFeed


@transaction.atomic
def make(*, user: User, now: datetime) -> str:
    """A new address; the one before stops working. What is returned here is shown once and never seen again."""
    secret = secrets.token_urlsafe(32)
    feed, is_new = CalendarFeed.objects.update_or_create(
        user=user, defaults={"digest": digest(secret), "created_at": now, "last_read_on": None}
    )
    history.record(actor=user, now=now, verb="make_calendar" if is_new else "renew_calendar", about=feed, is_internal=True)
    return secret


@transaction.atomic
def revoke(*, user: User, now: datetime) -> None:
    """The address is worth nothing from now on. Revoking what is gone already is no fault."""
    feed = CalendarFeed.objects.filter(user=user).first()
    if feed is not None:
        history.record(actor=user, now=now, verb="revoke_calendar", about=feed, is_internal=True)
        feed.delete()


def owner(secret: str, *, today: date) -> User | None:
    """Whose calendar this is; None for an address that nobody has, or whose owner may no longer sign in."""
    feed = CalendarFeed.objects.select_related("user__person").filter(digest=digest(secret), user__is_active=True).first()
    if feed is None:
        return None
    if feed.last_read_on != today:
        CalendarFeed.objects.filter(pk=feed.pk).update(last_read_on=today)
    return feed.user
