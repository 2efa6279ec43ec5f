"""That a message leaves once: bind, claim, check, send, record.

A claim is a lease by time on the row, committed before the network is touched; what became of each mail is committed by
itself. SMTP knows no exactly-once: a process killed between the server's answer and our record sends that one mail
again, under the same Message-ID.
"""

import contextlib
import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import formataddr
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction

from accounts.models import Person
from core import dates, locales
from notifications import attachments, binding, calendars, claims, endings, recheck, rendering, tasks_for_us, threads
from notifications.channels import email
from notifications.channels.connections import Answer, Connections
from notifications.channels.email import Mail
from notifications.claims import Claim
from notifications.endings import Records
from notifications.links import Gone, Link, Links
from notifications.models import Delivery, Message
from notifications.rendering import Rendered

log = structlog.get_logger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
MOST_ATTEMPTS = 40  # with these pauses a day and a half
JITTER = 0.25
LONGEST_ERROR = 1000

Clock = Callable[[], datetime]
Ends = Counter[str]
Status = Message.Status


@dataclass(frozen=True)
class Job:
    """A mail that is written and on its way."""

    message: Message
    lines: Sequence[Delivery]
    mail: Mail
    kept: Mapping[str, str]


def deliver(*, clock: Clock, is_any_time: bool = False) -> Ends:
    """Send all that may leave now; returns how many came to which end. With `is_any_time` neither daytime counts nor how
    much a person has had lately."""
    ends: Ends = Counter()
    with Connections(most=settings.MAIL_CONNECTIONS, longest=claims.LONGEST_SEND.total_seconds()) as connections:
        while True:
            binding.bind(now=clock(), is_any_time=is_any_time)
            claim = claims.take(now=clock(), is_any_time=is_any_time)
            if not claim.found:
                return ends
            try:
                _send_all(claim, connections, ends, clock=clock)
            except email.NoServer as error:
                log.error("no_mail_server", error=str(error))
                ends["no_server"] += 1
                return ends


def _send_all(claim: Claim, connections: Connections, ends: Ends, *, clock: Clock) -> None:
    """Write and hand over one after another, and record each answer when it comes, with a commit of its own."""
    batch, records, no_server = _Batch(claim.messages, now=clock()), Records(), list[email.NoServer]()
    with contextlib.closing(records):
        for message in claim.messages:
            if not claim.still_has(message, now=clock()):
                continue
            job = _write(message, batch, records, ends, clock=clock)
            if job is None:
                continue
            try:
                answers = connections.hand_over(job.mail, job)
            except Exception as error:
                answers = [Answer(job, error)]
            no_server += _recorded(answers, records, ends, clock=clock)
            if no_server:
                break
        no_server += _recorded(connections.wait_for_all(), records, ends, clock=clock)
    if no_server:
        claim.give_back(str(no_server[0])[:LONGEST_ERROR], until=clock() + _pause(1))
        raise no_server[0]


class _Batch:
    """What the mails of a claim need to be written: a few queries for all of them."""

    def __init__(self, messages: Sequence[Message], *, now: datetime) -> None:
        self.lines = recheck.still_true(messages, now=now)
        self.earlier = threads.earlier(line for of_one in self.lines.values() for line in of_one)
        self.links = Links({message.person for message in messages}, now=now)


def _write(message: Message, batch: _Batch, records: Records, ends: Ends, *, clock: Clock) -> Job | None:
    """The mail, or none when nothing of it is left to say. While it is written the end of the one before is committed."""
    lines = batch.lines.get(message.pk, [])
    try:
        lines, line_links = _linked(lines, batch.links, now=clock())
    except Exception as error:
        _not_written(message, lines, error, ends, now=clock())
        return None
    if not lines:
        ends[_end(message, Status.CANCELLED)] += 1
        return None
    with records.meanwhile():
        job = _job(message, lines, line_links, batch)
    if isinstance(job, Job):
        return job
    _not_written(message, lines, job, ends, now=clock())
    return None


def _job(message: Message, lines: Sequence[Delivery], line_links: Mapping[UUID, Link], batch: _Batch) -> Job | Exception:
    try:
        rendered = rendering.render(person=message.person, lines=lines, line_links=line_links)
        mail = _mail(message, lines, rendered, threads.headers(message.person_id, lines, batch.earlier))
        return Job(message, lines, mail, _kept(mail, rendered))
    except Exception as error:
        return error


def _not_written(message: Message, lines: Sequence[Delivery], error: Exception, ends: Ends, *, now: datetime) -> None:
    """Whatever is wrong with this one mail, the others must go: it is tried again later, then shown as failed."""
    log.error("mail_not_written", message=str(message.pk), exc_info=error)
    ends[_put_off(message, lines, f"{type(error).__name__}: {error}", now=now)] += 1


def _recorded(answers: Iterable[Answer], records: Records, ends: Ends, *, clock: Clock) -> list[email.NoServer]:
    """Write down what became of each; returns how it was said that there was nobody to talk to."""
    no_server = []
    for answer in answers:
        if isinstance(answer.error, email.NoServer):
            no_server.append(answer.error)
        else:
            ends[_record(answer.note, answer.error, records, now=clock())] += 1
    return no_server


def _record(job: Job, error: BaseException | None, records: Records, *, now: datetime) -> str:
    if error is None:
        records.add(job.message, status=Status.SENT, sent_at=now, error="", **job.kept)
        return Status.SENT
    if isinstance(error, email.Refused):
        return _refused(job, error, now=now)
    if isinstance(error, email.OutcomeUnknown):
        return _put_off(job.message, job.lines, str(error), now=now, status=Status.UNCERTAIN, kept=job.kept)
    if isinstance(error, email.TryLater):
        return _put_off(job.message, job.lines, str(error), now=now, kept=job.kept)
    log.error("mail_not_sent", message=str(job.message.pk), error=repr(error))
    return _put_off(job.message, job.lines, f"{type(error).__name__}: {error}", now=now)


def _linked(lines: Iterable[Delivery], links: Links, *, now: datetime) -> tuple[list[Delivery], dict[UUID, Link]]:
    """The lines with their links; a line whose door no longer exists is taken back."""
    kept, found = [], {}
    for line in lines:
        try:
            found[line.pk] = links.of(line)
            kept.append(line)
        except Gone:
            recheck.drop({line.pk: "gone"}, [line], now=now)
    return kept, found


def _mail(message: Message, lines: Sequence[Delivery], rendered: Rendered, thread: dict[str, str]) -> Mail:
    headers = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All", "Content-Language": rendered.language, **thread}
    if rendered.stop_url:
        headers |= {"List-Unsubscribe": f"<{rendered.stop_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return Mail(
        message_id=message.message_id,
        sender=formataddr((settings.ORGANISATION_NAME, settings.DEFAULT_FROM_EMAIL)),
        recipient=message.person.email,
        reply_to=rendered.reply_to,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        headers=headers,
        attachments=attachments.of(lines, attendee=message.person.email, organiser=rendered.reply_to),
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
    endings.record(message, status=status, **fields)
    return status


def _put_off(
    message: Message,
    lines: Sequence[Delivery],
    error: str,
    *,
    now: datetime,
    status: str = Status.RETRY,
    kept: Mapping[str, str] | None = None,
) -> str:
    """Try again after a pause that doubles; after a day and a half it has failed, and is shown."""
    if message.attempts >= MOST_ATTEMPTS:
        log.error("mail_given_up", message=str(message.pk), error=error)
        return _end(message, Status.FAILED, error=error[:LONGEST_ERROR], **(kept or {}))
    at = now + _pause(message.attempts)
    is_immediate = all(line.is_immediate for line in lines)
    theirs = calendars.of_receiver(lines[0].organisation if lines else None)
    window = at if is_immediate else dates.next_window(at, locales.zone(message.person.time_zone), theirs)
    return _end(message, status, error=error[:LONGEST_ERROR], earliest_at=at, not_before=window, **(kept or {}))


def _pause(attempts: int) -> timedelta:
    doubled = FIRST_PAUSE * 2 ** min(attempts - 1, 10)
    return min(doubled, LONGEST_PAUSE) * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 no secret, only spread


@transaction.atomic
def _refused(job: Job, error: email.Refused, *, now: datetime) -> str:
    """Failed for good, and visible. A wrong address is no longer written to: the next contact is told, and a task is opened."""
    person = job.message.person
    if error.is_recipient:
        Person.objects.filter(pk=person.pk, undeliverable_since=None).update(undeliverable_since=now)
        tasks_for_us.address_failed(job.lines, address=person.email, now=now)
    return _end(job.message, Status.FAILED, error=str(error)[:LONGEST_ERROR], **job.kept)
