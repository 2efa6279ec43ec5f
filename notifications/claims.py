"""Which messages leave now, and whose they are until it is known what became of them.

A claim is a lease by time on the row, committed before the network is touched. Claims are made one at a time, so that
limits count what others have just taken. Each looks at no more than a batch along the index, however much waits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from notifications import limits, locks
from notifications.models import Message

BATCH = 100
LEASE = timedelta(minutes=2)
LONGEST_SEND = timedelta(minutes=1)
"""After this a conversation is broken off (`channels/connections.py`): no lease runs out while its mail is on the way."""

Status = Message.Status
WAITING = (Status.PENDING, Status.RETRY, Status.UNCERTAIN)
TRIED = (Status.RETRY, Status.UNCERTAIN)


@dataclass
class Claim:
    """Messages that are ours until the lease runs out. `found` says whether any were due, also such as have to wait."""

    token: UUID
    messages: Sequence[Message]
    until: datetime
    found: bool

    def still_has(self, message: Message, *, now: datetime) -> bool:
        """Whenever it might run out under way the lease is renewed, for all that is left of the claim."""
        if now + LONGEST_SEND * 1.25 < self.until:
            return True
        self.until = now + LEASE
        self.left().update(leased_until=self.until)
        return self.left().filter(pk=message.pk).exists()

    def give_back(self, error: str, *, until: datetime) -> None:
        """Without a server nothing was tried: what is left waits a little, and the attempt does not count."""
        self.left().update(
            status=Status.RETRY, lease=None, leased_until=None, attempts=F("attempts") - 1, error=error, earliest_at=until, not_before=until
        )

    def left(self) -> QuerySet[Message]:
        return Message.objects.filter(lease=self.token, status=Status.SENDING)


@transaction.atomic
def take(*, now: datetime, is_any_time: bool) -> Claim:
    """Take what waits, and what somebody took who has not been heard of since. With `is_any_time` daytime does not count,
    nor how much a person has had: whoever starts it by hand has a reason."""
    locks.take("claim")
    due = _due(now, is_any_time)
    leaving = due if is_any_time and not limits.of_servers() else limits.sorted_out(due, now=now, minds_people=not is_any_time)
    claim = Claim(uuid4(), sorted(leaving, key=lambda message: (message.not_before, message.pk)), now + LEASE, found=bool(due))
    taken = {"status": Status.SENDING, "lease": claim.token, "leased_until": claim.until, "waits_for": ""}
    Message.objects.filter(pk__in=[message.pk for message in leaving]).update(attempts=F("attempts") + 1, **taken)
    for message in leaving:  # locked since they were read, so that nobody else has changed them
        message.attempts += 1
        vars(message).update(taken)
    return claim


def _due(now: datetime, is_any_time: bool) -> list[Message]:
    """The next of them, the longest waiting first. Status by status, as the index has them."""
    hour = "earliest_at" if is_any_time else "not_before"
    waiting = {f"{hour}__lte": now}
    free = [Q(status=status, **waiting) for status in WAITING] + [Q(status=Status.SENDING, leased_until__lt=now)]
    rows = Message.objects.filter(_is_next(waiting)).order_by(hour, "id").select_for_update(of=("self",), skip_locked=True)
    found = [message for state in free for message in rows.filter(state).select_related("person")[:BATCH]]
    return sorted(found, key=lambda message: (getattr(message, hour), message.pk))[:BATCH]


def _is_next(waiting: dict[str, datetime]) -> Q:
    """A person's mails keep their order: none overtakes one that is due, on its way, or that the server put off."""
    older = Message.objects.filter(person=OuterRef("person"), id__lt=OuterRef("id"), is_about_account=False)
    ahead = Q(status=Status.SENDING) | Q(status__in=WAITING, **waiting) | Q(status__in=TRIED) & ~Q(recipient="")
    return Q(is_about_account=True) | Q(~Exists(older.filter(ahead)))
