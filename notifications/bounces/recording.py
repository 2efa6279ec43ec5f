"""What follows from news of a mail: it is kept with the mail, and only a wrong address has consequences.

A wrong address is no longer written to, the next contact is told what this one was to be told, and a task says to find
the right one. Nobody's account is closed. An answer by a machine, a delay and a complaint are kept and nothing else.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog
from django.db import transaction

from accounts.models import Person
from notifications import tasks_for_us
from notifications.bounces.reading import LONGEST_DIAGNOSTIC, Report, tidy
from notifications.models import Delivery, MailEvent, Message

log = structlog.get_logger(__name__)

Kind, Status = MailEvent.Kind, Message.Status
WORTH_A_LOOK = (Kind.PASSED_ON, Kind.UNPROVED)
"""Somebody looks at the contact; the address is written to as before."""
LATEST = timedelta(days=14)
"""How long after a mail a report that names only an address is still taken to be about it."""


def record(reports: Iterable[Report], *, source: str, now: datetime) -> int:
    """Keep what is about mails of ours; how many of the reports that was. What is told twice counts, and changes nothing."""
    return sum(_record(report, source=source, now=now) for report in reports)


@transaction.atomic
def _record(report: Report, *, source: str, now: datetime) -> bool:
    message = _about(report, now=now)
    if message is None:
        return False
    kind = _behind(report, message)
    diagnostic = tidy(report.diagnostic)[:LONGEST_DIAGNOSTIC]
    event, is_new = MailEvent.objects.get_or_create(
        message=message, kind=kind, defaults={"at": now, "diagnostic": diagnostic, "source": source}
    )
    if is_new:
        log.info("mail_event", message=str(message.pk), kind=kind)
        _act(event, message, now=now)
    return True


def _about(report: Report, *, now: datetime) -> Message | None:
    """The mail it is about. A report with somebody else's mail in it is somebody else's, whatever address it names."""
    mails = Message.objects.select_related("person")
    if report.original:
        return mails.filter(message_id__in=report.original).first()
    if report.answered and (found := mails.filter(message_id__in=report.answered).order_by("-created_at").first()):
        return found
    if report.by_id_only or not report.recipients or (report.kind == Kind.DELIVERED and not report.is_trusted):
        return None
    return mails.filter(person__email__in=report.recipients, sent_at__gte=now - LATEST).order_by("-sent_at").first()


def _behind(report: Report, message: Message) -> str:
    """An address that passes its mail on, or stands for several people, works although one behind it does not. And nobody is
    cut off by a mail that names an address and shows nothing that only its receiver, or a server on the way, can have seen."""
    if report.kind not in (Kind.BOUNCED, Kind.REFUSED):
        return report.kind
    if not report.is_trusted and message.message_id not in (*report.original, *report.answered):
        return Kind.UNPROVED
    is_ours = not report.recipients or message.recipient.lower() in report.recipients
    return report.kind if is_ours else Kind.PASSED_ON


def _act(event: MailEvent, message: Message, *, now: datetime) -> None:
    if event.kind == Kind.DELIVERED:  # the server's answer was lost on the way: now we know what it was
        Message.objects.filter(pk=message.pk, status=Status.UNCERTAIN).update(status=Status.SENT, sent_at=now, error="")
    if event.kind not in (Kind.BOUNCED, Kind.REFUSED, *WORTH_A_LOOK):
        return
    lines = list(Delivery.objects.filter(message=message, cancelled_at=None).select_related("organisation", "deadline"))
    if event.kind in WORTH_A_LOOK:
        tasks_for_us.look_for_contact(lines, address=message.recipient, now=now)
        return
    Message.objects.filter(pk=message.pk, status__in=(Status.SENT, Status.UNCERTAIN)).update(status=Status.FAILED, error=event.diagnostic)
    if event.kind == Kind.BOUNCED and message.person.email.lower() == message.recipient.lower():
        Person.objects.filter(pk=message.person_id, undeliverable_since=None).update(undeliverable_since=now)
        tasks_for_us.address_failed(lines, address=message.recipient, now=now)
