"""The inbox on the site: a person's own notices, read and unread."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import Person, User
from notifications import kinds
from notifications.models import Mute, Notice


def unread_count(user: User) -> int:
    return Notice.objects.visible_to(user).unread().count()


def read(*, user: User, about_id: UUID, now: datetime) -> None:
    """Everything about this case has been seen: the reader is on its page."""
    Notice.objects.visible_to(user).unread().filter(about_id=about_id).update(read_at=now)


def read_one(*, notice: Notice, now: datetime) -> None:
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=now)


def read_all(*, user: User, now: datetime) -> None:
    Notice.objects.visible_to(user).unread().update(read_at=now)


@transaction.atomic
def choose_mail(*, person: Person, wanted: Collection[str], now: datetime) -> None:
    """Of the kinds where one may choose, exactly these come by mail; the inbox has them all."""
    optional = {kind.name for kind in kinds.CATALOGUE.values() if not kind.is_mandatory}
    person.mutes.filter(kind__in=wanted).delete()
    Mute.objects.bulk_create(
        [Mute(person=person, kind=name, created_at=now) for name in sorted(optional - set(wanted))], ignore_conflicts=True
    )
