"""That a message leaves once: bind, claim, check, send, record.

A claim is a lease by time on the row, committed before the network is touched; what became of each mail is committed by
itself. SMTP knows no exactly-once: a process killed between the server's answer and our record sends that one mail
again, under the same Message-ID.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import formataddr
from uuid import UUID, uuid4

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from accounts.models import Person
from core import dates, locales
from notifications import binding, recheck, rendering, tasks_for_us, threads
from notifications.channels import email
from notifications.channels.email import Mail
from notifications.links import Gone, Links
from notifications.models import Delivery, Message
from notifications.rendering import Rendered

log = structlog.get_logger(__name__)

BATCH = 50
LEASE = timedelta(minutes=2)  # longer than the slowest send: five commands, each with the time-out of the connection
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
MOST_ATTEMPTS = 40  # with these pauses a day and a half
JITTER = 0.25
LONGEST_ERROR = 1000

Clock = Callable[[], datetime]
Status = Message.Status
WAITING = (Status.PENDING, Status.RETRY, Status.UNCERTAIN)


@dataclass
class Claim:
    """Messages that are ours until the lease runs out."""

    token: UUID
    messages: Sequence[Message]
    until: datetime


def deliver(*, clock: Clock, is_any_time: bool = False) -> Counter[str]:
    """Send all that may leave now; returns how many came to which end. With `is_any_time` windows of daytime do not count."""
    ends: Counter[str] = Counter()
    while True:
        binding.bind(now=clock(), is_any_time=is_any_time)
        claim = _claim(now=clock(), is_any_time=is_any_time)
        if not claim.messages:
            return ends
        try:
            ends += _send_all(claim, clock=clock)
        except email.NoServer as error:
            log.error("no_mail_server", error=str(error))
            return ends + Counter({"no_server": 1})


@transaction.atomic
def _claim(*, now: datetime, is_any_time: bool) -> Claim:
    """Take what waits, and what somebody took who has not been heard of since."""
    due = {"earliest_at__lte" if is_any_time else "not_before__lte": now}
    free = Message.objects.filter(Q(status__in=WAITING, **due) | Q(status=Status.SENDING, leased_until__lt=now))
    keys = list(free.select_for_update(skip_locked=True).order_by("not_before", "id").values_list("pk", flat=True)[:BATCH])
    token, until = uuid4(), now + LEASE
    Message.objects.filter(pk__in=keys).update(status=Status.SENDING, lease=token, leased_until=until, attempts=F("attempts") + 1)
    return Claim(token, list(Message.objects.filter(lease=token).select_related("person").order_by("not_before", "id")), until)


def _send_all(claim: Claim, *, clock: Clock) -> Counter[str]:
    lines = recheck.still_true(claim.messages, now=clock())
    earlier = threads.earlier(line for of_one in lines.values() for line in of_one)
    links = Links({message.person for message in claim.messages}, now=clock())
    ends: Counter[str] = Counter()
    with email.Connection() as connection:
        for number, message in enumerate(claim.messages):
            if not _is_ours(claim, message, clock):
                continue
            try:
                ends[_send_one(message, lines.get(message.pk, []), links, earlier, connection, clock=clock)] += 1
            except email.NoServer as error:
                _give_back(claim.messages[number:], str(error), now=clock())
                raise
    return ends


def _is_ours(claim: Claim, message: Message, clock: Clock) -> bool:
    """Past half of the lease it is renewed, so that a slow server does not make somebody else send the rest too."""
    now = clock()
    if now > claim.until - LEASE / 2:
        claim.until = now + LEASE
        Message.objects.filter(lease=claim.token, status=Status.SENDING).update(leased_until=claim.until)
        return Message.objects.filter(pk=message.pk, lease=claim.token).exists()
    return True


def _send_one(
    message: Message, lines: Sequence[Delivery], links: Links, earlier: threads.Earlier, connection: email.Connection, *, clock: Clock
) -> str:
    try:
        lines, line_links = _linked(lines, links, now=clock())
        if not lines:
            return _end(message, Status.CANCELLED)
        rendered = rendering.render(person=message.person, lines=lines, line_links=line_links)
        mail = _mail(message, rendered, threads.headers(message.person_id, lines, earlier))
        return _hand_over(message, lines, mail, rendered, connection, clock=clock)
    except email.NoServer:
        raise
    except Exception as error:
        # Whatever is wrong with this one mail, the others must go: it is tried again later, then shown as failed.
        log.exception("mail_not_sent", message=str(message.pk))
        return _put_off(message, lines, f"{type(error).__name__}: {error}", now=clock())


def _hand_over(
    message: Message, lines: Sequence[Delivery], mail: Mail, rendered: Rendered, connection: email.Connection, *, clock: Clock
) -> str:
    kept = _kept(mail, rendered)
    try:
        connection.send(mail)
    except email.Refused as error:
        return _refused(message, lines, error, kept, now=clock())
    except email.OutcomeUnknown as error:
        return _put_off(message, lines, str(error), now=clock(), status=Status.UNCERTAIN, kept=kept)
    except email.TryLater as error:
        return _put_off(message, lines, str(error), now=clock(), kept=kept)
    return _end(message, Status.SENT, sent_at=clock(), error="", **kept)


def _linked(lines: Iterable[Delivery], links: Links, *, now: datetime) -> tuple[list[Delivery], dict[UUID, rendering.Link]]:
    """The lines with their links; a line whose door no longer exists is taken back."""
    kept, found = [], {}
    for line in lines:
        try:
            found[line.pk] = links.of(line)
            kept.append(line)
        except Gone:
            recheck.drop({line.pk: "gone"}, [line], now=now)
    return kept, found


def _mail(message: Message, rendered: Rendered, thread: dict[str, str]) -> Mail:
    headers = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All", "Content-Language": rendered.language, **thread}
    if rendered.unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{rendered.unsubscribe_url}>"
    return Mail(
        message_id=message.message_id,
        sender=formataddr((settings.ORGANISATION_NAME, settings.DEFAULT_FROM_EMAIL)),
        recipient=message.person.email,
        reply_to=rendered.reply_to,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        headers=headers,
    )


def _kept(mail: Mail, rendered: Rendered) -> dict[str, str]:
    """What the delivery log shows: the exact text, without links that open doors."""
    return {
        "recipient": mail.recipient,
        "sender": mail.sender,
        "reply_to": mail.reply_to,
        "language": rendered.language,
        "subject": rendered.subject[:300],
        "text": rendered.kept_text,
        "html": rendered.kept_html,
    }


def _end(message: Message, status: str, **fields: object) -> str:
    """Record how it ended, if the message is still ours."""
    ours = Message.objects.filter(pk=message.pk, lease=message.lease, status=Status.SENDING)
    if not ours.update(status=status, lease=None, leased_until=None, **fields):
        log.error("lease_lost", message=str(message.pk), end=status)
    return status


def _put_off(
    message: Message,
    lines: Sequence[Delivery],
    error: str,
    *,
    now: datetime,
    status: str = Status.RETRY,
    kept: dict[str, str] | None = None,
) -> str:
    """Try again after a pause that doubles; after a day and a half it has failed, and is shown."""
    if message.attempts >= MOST_ATTEMPTS:
        log.error("mail_given_up", message=str(message.pk), error=error)
        return _end(message, Status.FAILED, error=error[:LONGEST_ERROR], **(kept or {}))
    at = now + _pause(message.attempts)
    is_immediate = all(line.is_immediate for line in lines)
    window = at if is_immediate else dates.next_window(at, locales.zone(message.person.time_zone))
    return _end(message, status, error=error[:LONGEST_ERROR], earliest_at=at, not_before=window, **(kept or {}))


def _pause(attempts: int) -> timedelta:
    doubled = FIRST_PAUSE * 2 ** min(attempts - 1, 10)
    return min(doubled, LONGEST_PAUSE) * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 no secret, only spread


def _give_back(messages: Sequence[Message], error: str, *, now: datetime) -> None:
    """Without a server nothing was tried: all that are left wait a little, and the attempt does not count."""
    at = now + _pause(1)
    Message.objects.filter(pk__in=[message.pk for message in messages], lease=messages[0].lease, status=Status.SENDING).update(
        status=Status.RETRY,
        lease=None,
        leased_until=None,
        attempts=F("attempts") - 1,
        error=error[:LONGEST_ERROR],
        earliest_at=at,
        not_before=at,
    )


@transaction.atomic
def _refused(message: Message, lines: Sequence[Delivery], error: email.Refused, kept: dict[str, str], *, now: datetime) -> str:
    """Failed for good, and visible. A wrong address is no longer written to: the next contact is told, and a task is opened."""
    if error.is_recipient:
        Person.objects.filter(pk=message.person_id, undeliverable_since=None).update(undeliverable_since=now)
        tasks_for_us.address_failed(lines, address=message.person.email, now=now)
    return _end(message, Status.FAILED, error=str(error)[:LONGEST_ERROR], **kept)
