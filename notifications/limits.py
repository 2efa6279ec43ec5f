"""How many mails a person gets in an hour and a day, and a mail server in a minute. What is above waits, and says so.

Sign-in mails are not counted out: the sign-in library has its own limit for those. Only what is due is looked at.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Max, Min, Q

from core import dates, locales
from notifications import calendars
from notifications.models import Message

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
Status, Limit = Message.Status, Message.Limit
WAITING = (Status.PENDING, Status.RETRY, Status.UNCERTAIN)


def of_servers() -> int:
    """Mails a minute to each; 0 when nothing is spared."""
    return int(settings.MAIL_LIMITS["server_minute"])


def sorted_out(due: Sequence[Message], *, now: datetime, minds_people: bool) -> list[Message]:
    """Those that may leave; the others are put off until there is room for them. A way in never waits."""
    counted = [message for message in due if not message.is_about_account]
    people = _People.of(counted, now=now) if minds_people else None
    servers = _Servers.of(counted, now=now) if of_servers() else None
    leaving = []
    for message in due:
        if message.is_about_account:
            leaving.append(message)
        elif people and (until := people.full_until(message)):
            people.put_off(message, until)
        elif servers and (until := servers.full_until(message)):
            servers.put_off(message, until)
        else:
            leaving.append(message)
    return leaving


@dataclass
class _People:
    """When each of these people may get the next one. A claim has at most one mail for each."""

    until: dict[UUID, datetime]

    @classmethod
    def of(cls, messages: Iterable[Message], *, now: datetime) -> "_People":
        hour, day = settings.MAIL_LIMITS["person_hour"], settings.MAIL_LIMITS["person_day"]
        if not hour and not day:
            return cls({})
        lately = Q(sent_at__gt=now - HOUR)
        rows = (
            Message.objects.filter(person_id__in={message.person_id for message in messages}, status=Status.SENT, sent_at__gt=now - DAY)
            .filter(is_about_account=False)
            .values("person_id")
            .annotate(day=Count("id"), first=Min("sent_at"), hour=Count("id", filter=lately), first_lately=Min("sent_at", filter=lately))
        )
        until: dict[UUID, datetime] = {}
        for row in rows:
            free = [row["first"] + DAY] if day and row["day"] >= day else []
            free += [row["first_lately"] + HOUR] if hour and row["hour"] >= hour else []
            if free:
                until[row["person_id"]] = max(free)
        return cls(until)

    def full_until(self, message: Message) -> datetime | None:
        return self.until.get(message.person_id)

    def put_off(self, message: Message, until: datetime) -> None:
        """All that wait for this person wait."""
        theirs = Message.objects.filter(person=message.person_id, status__in=WAITING, not_before__lt=until, is_about_account=False)
        at_once = Q(bundle__startswith="now:")
        theirs.filter(at_once).update(not_before=until, waits_for=Limit.PERSON)
        line = message.lines.select_related("organisation").first()
        days = calendars.of_receiver(line.organisation if line else None)
        window = dates.next_window(until, locales.zone(message.person.time_zone), days)
        theirs.exclude(at_once).update(not_before=window, waits_for=Limit.PERSON)


@dataclass
class _Servers:
    """How many each of these servers got in the last minute, or is getting, and the last place in the queue of each."""

    now: datetime
    taken: Counter[str]
    last: dict[str, tuple[datetime, int]]

    @classmethod
    def of(cls, messages: Iterable[Message], *, now: datetime) -> "_Servers":
        here = Message.objects.filter(domain__in={message.domain for message in messages if message.domain})
        counted = here.filter(Q(status=Status.SENT, sent_at__gt=now - MINUTE) | Q(status=Status.SENDING)).values("domain")
        taken = Counter({row["domain"]: row["count"] for row in counted.annotate(count=Count("id"))})
        queued = here.filter(waits_for=Limit.SERVER, not_before__gt=now)
        last = {row["domain"]: row["last"] for row in queued.values("domain").annotate(last=Max("not_before"))}
        return cls(now, taken, {domain: (at, queued.filter(domain=domain, not_before=at).count()) for domain, at in last.items()})

    def full_until(self, message: Message) -> datetime | None:
        """The next place in the server's queue, so many a minute: each message is put off but once, however long the queue."""
        if not message.domain or self.taken[message.domain] < of_servers():
            self.taken[message.domain] += 1
            return None
        at, there = self.last.get(message.domain, (self.now, of_servers()))
        at, there = (at, there + 1) if there < of_servers() else (at + MINUTE, 1)
        self.last[message.domain] = at, there
        return at

    def put_off(self, message: Message, until: datetime) -> None:
        Message.objects.filter(pk=message.pk).update(earliest_at=until, not_before=until, waits_for=Limit.SERVER)
