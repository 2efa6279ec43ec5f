"""Whether the engine runs: for alarms, never for routing. Each check says what is wrong, or nothing."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from core import health
from notifications.models import Delivery, MailboxWatch, Message, SweepRun

PATIENCE = timedelta(minutes=15)
STARTED_AT = timezone.now()
"""Of this process: after a start the first sweep has as long to come as every other."""

Status = Message.Status
DUE = Q(status__in=(Status.PENDING, Status.RETRY, Status.UNCERTAIN, Status.SENDING))
NEVER_TAKEN = Q(status=Status.RETRY, attempts=0)
"""Put off because no mail server answered: its time moves on, but it waits all the same."""


def sweep() -> str:
    now = timezone.now()
    last = SweepRun.objects.filter(finished_at__isnull=False, started_at__lte=now).order_by("-started_at").first()
    since = max(last.started_at, STARTED_AT) if last else STARTED_AT
    return f"No sweep since {since.isoformat()}." if now - since > PATIENCE else ""


def outbox() -> str:
    limit = timezone.now() - PATIENCE
    late = Message.objects.filter(DUE & Q(not_before__lte=limit) | NEVER_TAKEN & Q(created_at__lte=limit)).order_by("created_at").first()
    line = Delivery.objects.unbound().filter(created_at__lte=limit).order_by("created_at").first()
    waiting = late or line
    return f"A message has waited since {waiting.created_at.isoformat()}." if waiting else ""


def held() -> str:
    count = Delivery.objects.held().count()
    return f"{count} messages are held back after a long pause, until somebody has looked at them." if count else ""


def returned_mail() -> str:
    """As long as returned mail is not read, nobody learns which addresses are wrong."""
    watch = MailboxWatch.objects.filter(failed_since__lte=timezone.now() - PATIENCE).first() if settings.BOUNCE_URL.scheme else None
    return f"The mailbox for returned mail has not answered since {watch.failed_since.isoformat()}: {watch.error}" if watch else ""


CHECKS = {"sweep": sweep, "outbox": outbox, "held": held, "returned_mail": returned_mail}
engine = health.view(database=health.answers, **CHECKS)
