"""What a supplier was told before a formal notice or a sanction, and whether it arrived. Reading only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from core import dates
from followup.models import ContactEntry, DocumentRequest, Finding, FormalNotice, Sanction
from notifications.models import Deadline, Delivery, MailEvent, Message

REMINDERS = frozenset({"reminder_unopened", "reminder_before", "overdue_first", "overdue_second"})
"""The kinds that remind. The request itself does not."""

OF_FINDINGS = {"finding_told": False, "critical_told": False, "finding_reopened": False, "finding_due": True, "finding_overdue": True}
"""The mails about a finding that tell of it or of its dates, and whether they remind."""

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
        if proof := _as_proof(line, is_reminder=line.kind in REMINDERS):
            yield proof


def _as_proof(line: Delivery, *, is_reminder: bool) -> Proof | None:
    """A line that has left, read `_with_news`."""
    message = line.message
    if message is None or message.sent_at is None:
        return None
    return Proof(
        on=dates.today(message.sent_at, ZoneInfo(settings.TIME_ZONE)),
        recipient=message.recipient,
        subject=message.subject,
        message_id=message.message_id,
        is_delivered=was_delivered(line),
        is_reminder=is_reminder,
    )


def was_delivered(line: Delivery) -> bool:
    """Of a line read `_with_news`."""
    message = line.message
    return message is not None and message.status == Message.Status.SENT and not line.has_come_back  # type: ignore[attr-defined]


def _with_news(lines: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Annotate `has_come_back`, and read the messages along."""
    news = MailEvent.objects.filter(message=OuterRef("message"), kind__in=CAME_BACK)
    return lines.select_related("message", "person").annotate(has_come_back=Exists(news))


def letters_out(about_id: UUID, *kinds: str) -> list[Delivery]:
    """The lines that carried a letter of these kinds itself, to the representative and to the director."""
    lines = Delivery.objects.filter(about_id=about_id, kind__in=kinds)
    return list(_with_news(lines.with_status()).order_by("created_at", "id"))


def has_failed(lines: Iterable[Delivery], kind: str) -> bool:
    """Whether the mails of that kind, to the representative, are known not to have arrived; while one is on its way, it has not."""
    return not any(line.kind == kind and (was_delivered(line) or _is_under_way(line)) for line in lines)


def _is_under_way(line: Delivery) -> bool:
    ended = (Message.Status.SENT, Message.Status.FAILED, Message.Status.CANCELLED)
    return line.cancelled_at is None and (line.message is None or line.message.status not in ended)


def _reminded_otherwise(request: DocumentRequest) -> Iterable[Proof]:
    return _written_down(ContactEntry.objects.filter(request=request, is_reminder=True))


def _written_down(entries: Iterable[ContactEntry]) -> Iterable[Proof]:
    """Reminders by telephone, letter or in a meeting, as somebody of ours wrote them down."""
    for entry in entries:
        yield Proof(entry.happened_on, entry.with_whom, entry.get_kind_display(), "", is_delivered=True, is_reminder=True)


def proofs_for_sanction(sanction: Sanction) -> list[Proof]:
    """What went before a sanction: reminders about the requests and findings it rests on, the formal notices and what led to them,
    and what we wrote down as a reminder to this supplier on the agreement as a whole since the first of these; oldest first."""
    requests = list(sanction.requests.select_related("deadline"))
    notices, findings = list(sanction.notices.select_related("missed", "request")), list(sanction.findings.all())
    told = [*(each.sent_at for each in (*requests, *notices)), *(each.told_at for each in findings)]
    found = list(_written_down(_on_agreement(sanction, since=min((at for at in told if at), default=None))))
    for request in requests:
        found += proofs_of(request, request.deadline)
    for notice in notices:
        found += [*proofs_of(notice.request, notice.missed), *_notice_itself(notice)]
    for finding in findings:
        found += _about_finding(finding)
    return sorted(dict.fromkeys(found), key=lambda proof: proof.on)


def _about_finding(finding: Finding) -> Iterable[Proof]:
    """That the supplier was told of it, and every reminder since."""
    lines = Delivery.objects.filter(
        about_id=finding.pk, organisation=finding.supplier_id, message__sent_at__isnull=False, cancelled_at=None
    )
    for line in _with_news(lines.filter(kind__in=OF_FINDINGS)).order_by("message__sent_at", "id"):
        if proof := _as_proof(line, is_reminder=OF_FINDINGS[line.kind]):
            yield proof


def _on_agreement(sanction: Sanction, *, since: datetime | None) -> QuerySet[ContactEntry]:
    """What we said before there was anything to remind of, years ago perhaps, reminds of nothing in this case."""
    said = ContactEntry.objects.filter(framework=sanction.framework, supplier=sanction.supplier, request=None, is_reminder=True)
    return said if since is None else said.filter(happened_on__gte=dates.today(since, ZoneInfo(settings.TIME_ZONE)))


def _notice_itself(notice: FormalNotice) -> Iterable[Proof]:
    """A notice is more than a reminder. One that a person marked as sent another way has been sent."""
    if not notice.is_by_portal and notice.sent_on:
        to = ", ".join(each["email"] for each in notice.recipients if not each["is_copy"])
        how = ", ".join(filter(None, (str(notice.get_how_display()), notice.receipt_number)))
        yield Proof(notice.sent_on, to, how, "", is_delivered=True, is_reminder=True)
    for line in letters_out(notice.pk, "formal_notice"):
        if proof := _as_proof(line, is_reminder=True):
            yield proof
