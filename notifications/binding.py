"""Which lines go into which mail: one a person and day, over all cases.

A person who has access to several organisations gets one mail over all of them; somebody who has not yet accepted an
invitation gets one for each. A line that comes after the day's mail has gone waits for the next day, unless its kind
cannot wait. What is not mandatory waits for the day and the hour that the person has chosen; if something mandatory
leaves earlier that day, it goes along, because one mail a day is what was promised.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction

from accounts.models import Person
from core import dates, ids, locales
from core.sql import for_database
from notifications import calendars, kinds, locks
from notifications.links import Links
from notifications.models import Channel, Delivery, MailRhythm, Message

BATCH = 500
DAY, WEEK = timedelta(days=1), 7

Key = tuple[UUID, str]


@dataclass(frozen=True)
class Slot:
    """A place for a line: the mail it may go into, and from when that mail may leave."""

    bundle: str
    earliest_at: datetime
    not_before: datetime


def bind(*, now: datetime, is_any_time: bool) -> int:
    """Give every waiting line its message. With `is_any_time` the day of a mail is today, whatever the hour."""
    bound = 0
    while batch := _bind_batch(now=now, is_any_time=is_any_time):
        bound += batch
    return bound


@transaction.atomic
def _bind_batch(*, now: datetime, is_any_time: bool) -> int:
    locks.take("bind")
    waiting = Delivery.objects.unbound().select_related("person", "organisation").defer("context")
    lines = list(waiting.order_by("person_id", "created_at", "id").select_for_update(of=("self",), skip_locked=True)[:BATCH])
    if not lines:
        return 0
    people = {line.person for line in lines}
    links, messages, new = Links(people, now=now), _open_days(people, now), []
    rhythms = {rhythm.person_id: rhythm for rhythm in MailRhythm.objects.filter(person__in=people)}
    for line in lines:
        rhythm = rhythms.get(line.person_id) if line.kind in kinds.OPTIONAL else None
        slots = _slots(line, links, rhythm, now=now, is_any_time=is_any_time)
        line.message, is_new = _message_for(line, slots, messages, now=now)
        new += [line.message] if is_new else []
    Message.objects.bulk_create(new)
    _write_down(lines)
    return len(lines)


def _write_down(lines: Sequence[Delivery]) -> None:
    """Which message each line goes into. `bulk_update` would compare each row with every line's number."""
    pairs = [for_database(Delivery, id=line.pk, message=line.message_id) for line in lines]
    values = ", ".join(["(%s, %s)"] * len(pairs))
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE notifications_delivery SET message_id = pair.column2 FROM (VALUES {values}) AS pair WHERE id = pair.column1",  # noqa: S608
            [value for pair in pairs for value in pair],
        )


def _slots(line: Delivery, links: Links, rhythm: MailRhythm | None, *, now: datetime, is_any_time: bool) -> Iterator[Slot]:
    """The places in the order in which they are tried: the first day that it can leave, then the days after it.

    A line of a day that is still to come was asked for by somebody who walks through the days: it counts for that day,
    and may leave now.
    """
    if line.is_immediate:
        yield Slot(f"now:{line.pk}", now, now)
        return
    zone, calendar = locales.zone(line.person.time_zone), calendars.of_receiver(line.organisation)
    group = str(line.organisation_id) if links.is_outside(line) else ""
    at, earliest = max(now, line.created_at), now
    if rhythm and (chosen := _chosen(rhythm, at, zone, is_any_time)) > at:
        at = earliest = chosen
    while True:
        day = dates.today(at if is_any_time else dates.next_window(at, zone, calendar), zone)
        yield Slot(f"{day}:{group}", earliest, dates.next_window(earliest, zone, calendar))
        at = earliest = _start_of(day + DAY, zone, rhythm)


def _chosen(rhythm: MailRhythm, at: datetime, zone: ZoneInfo, is_any_time: bool) -> datetime:
    """From `at` on, the first time that the person wants it. With `is_any_time` all of the day will do."""
    day = dates.today(at, zone)
    if rhythm.every == MailRhythm.Every.WEEK:
        day += DAY * ((rhythm.weekday - day.weekday()) % WEEK)
    moment = _start_of(day, zone, None if is_any_time else rhythm)
    if moment >= at or (is_any_time and day == dates.today(at, zone)):
        return moment
    return _start_of(day + DAY * (WEEK if rhythm.every == MailRhythm.Every.WEEK else 1), zone, rhythm)


def _start_of(day: date, zone: ZoneInfo, rhythm: MailRhythm | None) -> datetime:
    return datetime.combine(day, time(rhythm.hour if rhythm else 0), zone)


def _open_days(people: Iterable[Person], now: datetime) -> dict[Key, Message]:
    """The daily mails of these people from yesterday on, locked so that no sender takes one while a line is put into it."""
    first = f"{(now - DAY).date()}"
    mails = Message.objects.filter(channel=Channel.EMAIL, person__in=people, bundle__gte=first, bundle__lt="now:")
    return {(mail.person_id, mail.bundle): mail for mail in mails.select_for_update().order_by("person_id", "pk")}


def _message_for(line: Delivery, slots: Iterable[Slot], messages: dict[Key, Message], *, now: datetime) -> tuple[Message, bool]:
    """The first that has not been touched by a sender, and whether it is a new one."""
    for slot in slots:
        message = messages.get((line.person_id, slot.bundle))
        if message is None:
            message = messages[line.person_id, slot.bundle] = _new_message(line, slot, now=now)
            return message, True
        if message.status == Message.Status.PENDING:
            _bring_forward(message, slot)
            return message, False
    raise LookupError("unreachable: days never end")


def _new_message(line: Delivery, slot: Slot, *, now: datetime) -> Message:
    key = ids.new()
    return Message(
        id=key,
        person=line.person,
        channel=line.channel,
        domain=line.person.email.rpartition("@")[2].lower(),
        is_about_account=line.kind in kinds.ABOUT_ACCOUNT,
        bundle=slot.bundle,
        message_id=f"<{key}@{urlsplit(settings.BASE_URL).hostname}>",
        created_at=now,
        earliest_at=slot.earliest_at,
        not_before=slot.not_before,
    )


def _bring_forward(message: Message, slot: Slot) -> None:
    if slot.earliest_at < message.earliest_at:
        message.earliest_at, message.not_before = slot.earliest_at, slot.not_before
        if not message._state.adding:
            message.save(update_fields=["earliest_at", "not_before"])
