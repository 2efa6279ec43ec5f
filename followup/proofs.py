"""What a supplier was told about a missed date before a formal notice, and whether it arrived. Reading only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from core import dates
from followup.models import ContactEntry, DocumentRequest, FormalNotice
from notifications.models import Deadline, Delivery, MailEvent, Message

REMINDERS = frozenset({"reminder_unopened", "reminder_before", "overdue_first", "overdue_second"})
"""The kinds that remind. The request itself does not."""

CAME_BACK = (MailEvent.Kind.BOUNCED, MailEvent.Kind.REFUSED)
"""What became known of a mail after it had left, that says that nobody has it."""


@dataclass(frozen=True)
class Proof:
    """One message that went before. `message_id` is empty for what was said outside the portal."""

    on: date
    recipient: str
    subject: str
    message_id: str
    is_delivered: bool
    is_reminder: bool


def proofs_of(request: DocumentRequest, missed: Deadline) -> list[Proof]:
    """Everything that the supplier was sent about that date, and what we wrote down as reminders of another kind; oldest first.

    Delivered means that the recipient's server took the mail, and that it has not come back since.
    """
    return sorted([*_mails(missed, request.supplier_id), *_reminded_otherwise(request)], key=lambda proof: proof.on)


def has_delivered_reminder(proofs: Iterable[Proof]) -> bool:
    """Whether the supplier was reminded before. A letter with legal effect needs that."""
    return any(proof.is_reminder and proof.is_delivered for proof in proofs)


def _mails(missed: Deadline, supplier_id: UUID) -> Iterable[Proof]:
    lines = Delivery.objects.filter(deadline=missed, organisation_id=supplier_id, message__sent_at__isnull=False, cancelled_at=None)
    for line in _with_news(lines).order_by("message__sent_at", "id"):
        message = line.message
        assert message is not None
        assert message.sent_at is not None
        yield Proof(
            on=dates.today(message.sent_at, ZoneInfo(settings.TIME_ZONE)),
            recipient=message.recipient,
            subject=message.subject,
            message_id=message.message_id,
            is_delivered=was_delivered(line),
            is_reminder=line.kind in REMINDERS,
        )


def was_delivered(line: Delivery) -> bool:
    """Of a line read `_with_news`."""
    message = line.message
    return message is not None and message.status == Message.Status.SENT and not line.has_come_back  # type: ignore[attr-defined]


def _with_news(lines: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Annotate `has_come_back`, and read the messages along."""
    news = MailEvent.objects.filter(message=OuterRef("message"), kind__in=CAME_BACK)
    return lines.select_related("message", "person").annotate(has_come_back=Exists(news))


def mails_of(notice: FormalNotice) -> list[Delivery]:
    """The lines that carried the notice itself, to the representative and to the director."""
    lines = Delivery.objects.filter(about_id=notice.pk, kind__in=("formal_notice", "formal_notice_copy"))
    return list(_with_news(lines.with_status()).order_by("created_at", "id"))


def has_failed(lines: Iterable[Delivery]) -> bool:
    """Whether the mails of a notice to the representative are known not to have arrived; while one is on its way, it has not."""
    return not any(line.kind == "formal_notice" and (was_delivered(line) or _is_under_way(line)) for line in lines)


def _is_under_way(line: Delivery) -> bool:
    ended = (Message.Status.SENT, Message.Status.FAILED, Message.Status.CANCELLED)
    return line.cancelled_at is None and (line.message is None or line.message.status not in ended)


def _reminded_otherwise(request: DocumentRequest) -> Iterable[Proof]:
    """Reminders by telephone, letter or in a meeting, as somebody of ours wrote them down."""
    for entry in ContactEntry.objects.filter(request=request, is_reminder=True):
        yield Proof(entry.happened_on, entry.with_whom, entry.get_kind_display(), "", is_delivered=True, is_reminder=True)
