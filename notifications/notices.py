"""The inbox on the site: a person's own notices, read and unread."""

from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q

from accounts.models import User
from notifications import kinds
from notifications.models import Notice


def unread_count(user: User) -> int:
    return Notice.objects.visible_to(user).unread().count()


def unread_counts(*, user: User, url_name: str, key: UUID | None) -> tuple[int, int]:
    """How many are unread, and how many of these lead to this page."""
    found = Notice.objects.visible_to(user).unread().aggregate(all=Count("pk"), here=Count("pk", filter=_leads(url_name, key)))
    return found["all"], found["here"]


def read(*, user: User, url_name: str, key: UUID | None, now: datetime) -> int:
    """All that lead to this page: the reader is on it. Says how many they were."""
    return Notice.objects.visible_to(user).unread().filter(_leads(url_name, key)).update(read_at=now)


def _leads(url_name: str, key: UUID | None) -> Q:
    here = Q(pk__in=[])
    for leads_to, names in kinds.leading_to(url_name).items():
        here |= Q(kind__in=names) & (Q() if leads_to == "nothing" else Q(**{f"{leads_to}_id": key}))
    return here


def read_one(*, notice: Notice, now: datetime) -> None:
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=now)


def read_all(*, user: User, now: datetime) -> None:
    Notice.objects.visible_to(user).unread().update(read_at=now)
