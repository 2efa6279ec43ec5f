"""The mailbox that returned mail comes to: read every five minutes, if there is one."""

from datetime import datetime

import structlog
from django.conf import settings

from core import dates
from notifications.bounces import reading, recording
from notifications.channels.imap import Letter, Mailbox, Unreachable
from notifications.models import MailboxWatch, MailEvent

log = structlog.get_logger(__name__)


def read_all(*, now: datetime) -> int:
    """Record what the unread mails report; how many were understood and about a mail of ours.

    A mail is put away once its news is committed. One that is read twice, after a kill in between, changes nothing.
    """
    if not settings.BOUNCE_URL.scheme:
        return 0
    understood = 0
    try:
        with Mailbox(settings.BOUNCE_URL) as box:
            for letter in box.unread(today=dates.today(now, settings.TIME_ZONE)):
                understood += _read(letter, box, now=now)
    except Unreachable as error:
        log.error("mailbox_not_read", error=str(error))
        MailboxWatch.objects.update_or_create(
            pk=1, defaults={"error": str(error)[:500]}, create_defaults={"failed_since": now, "error": str(error)[:500]}
        )
    else:
        MailboxWatch.objects.all().delete()
    return understood


def _read(letter: Letter, box: Mailbox, *, now: datetime) -> bool:
    is_ours = recording.record(reading.read(letter.content), source=MailEvent.Source.MAILBOX, now=now) > 0
    if is_ours:
        box.put_away(letter)
    else:
        box.leave(letter)
    return is_ours
