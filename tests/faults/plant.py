"""What a fault happens to: real processes on a real database, and a mail server that keeps its own book of what it took."""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db.models import Q
from django.utils import timezone

from accounts.models import Contact, Person
from notifications import outbox
from notifications.models import Delivery, Message
from tests.cast import Cast
from tests.conftest import Start
from tests.mail_server import MailServer
from tests.servers import Process, wait_until

RING = "from cpb.celery import app; app.send_task('notifications.tasks.deliver')"
DOCUMENTS = [{"name": "a.pdf", "size": 1, "sha256": "0" * 64}]


@dataclass(frozen=True)
class Entry:
    """One mail that the server took: when, for whom, under which name."""

    at: float
    address: str
    message_id: str


class Sink(MailServer):
    """Writes a line to its own file, and to the disk, before it says that it has taken a mail.

    `on_data` is called when the whole mail has come and nothing has been answered, `on_taken` when it stands in the book.
    """

    def __init__(self, book: Path) -> None:
        self.book = book.open("a")
        self.entries: list[Entry] = []
        self.on_data: Callable[[int], None] = lambda number: None
        self.on_taken: Callable[[int], None] = lambda number: None
        super().__init__()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.on_data(len(self.entries) + 1)
        answer = await super().handle_DATA(server, session, envelope)
        if answer.startswith("250"):
            self._write(str(self.messages[-1]["Message-ID"]), envelope.rcpt_tos)
            self.on_taken(len(self.entries))
        return answer

    def close(self) -> None:
        self.stop()
        self.book.close()

    def forget_hooks(self) -> None:
        self.on_data = self.on_taken = lambda number: None

    def _write(self, message_id: str, addresses: Iterable[str]) -> None:
        for address in addresses:
            self.entries.append(Entry(time.time(), address, message_id))
            self.book.write(f"{time.time()}\t{address}\t{message_id}\n")
        self.book.flush()
        os.fsync(self.book.fileno())


@dataclass
class Tally:
    """What the book says after a fault: `excess` are mails taken more often than once, under the same name or another."""

    messages: int = 0
    lost: int = 0
    excess: int = 0
    renamed: int = 0
    delay: float = 0.0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.messages + other.messages,
            self.lost + other.lost,
            self.excess + other.excess,
            self.renamed + other.renamed,
            max(self.delay, other.delay),
        )


@dataclass
class Plant:
    """`world` is the cast; `start` begins processes of the product; `redis` is there where it is PostgreSQL's turn."""

    world: Cast
    start: Start
    start_worker: Start
    sink: Sink
    redis: Any = None
    told: int = 0
    expected: list[str] = field(default_factory=list)
    began: float = 0.0

    def tell(self, count: int) -> list[str]:
        """Tell so many people, each for the first time, something that cannot wait: a receipt. Returns their addresses."""
        now = timezone.now()
        numbers = range(self.told, self.told + count)
        self.told += count
        people = [Person(email=f"fault{number}@nordvare.example", created_at=now) for number in numbers]
        Person.objects.bulk_create(people)
        nordvare = self.world.nordvare
        Contact.objects.bulk_create(Contact(organisation=nordvare, person=each, created_at=now, confirmed_at=now) for each in people)
        context = {"title": "Dokumentasjon", "agreement": self.world.pc.title, "documents": DOCUMENTS}
        outbox.publish(
            kind="receipt",
            people=people,
            organisation=nordvare,
            scope_id=self.world.pc.pk,
            about_id=None,
            context=context,
            key=str(self.told),
            now=now,
        )
        addresses = [person.email for person in people]
        self.expected += addresses
        self.began = time.time()
        return addresses

    def contact(self) -> Person:
        """Somebody new at the supplier, who has never had a mail."""
        now = timezone.now()
        self.told += 1
        person = Person.objects.create(email=f"fault{self.told - 1}@nordvare.example", created_at=now)
        Contact.objects.create(organisation=self.world.nordvare, person=person, created_at=now, confirmed_at=now)
        return person

    def begin(self) -> None:
        """A new round: what was told before does not count."""
        self.expected, self.began = [], time.time()
        self.sink.entries.clear()
        self.sink.forget_hooks()
        self.sink.behaviour, self.sink.delay = "accept", 0.0
        self.sink.behaviour_for.clear()

    def sender(self, *, connections: int = 1, is_awaited: bool = True) -> Process:
        """With one connection one mail is in flight at a time; with more, so many."""
        return self.process("send", is_awaited=is_awaited, MAIL_CONNECTIONS=str(connections))

    def process(self, what: str, *, is_awaited: bool = True, **environment: str) -> Process:
        environment |= {"EMAIL_URL": self.sink.url, "DJANGO_SETTINGS_MODULE": "cpb.settings"}
        process = self.start("-m", "tests.faults.sender", what, **environment)
        if is_awaited:
            process.wait_for("ready", 90)
        return process

    def worker(self) -> Process:
        """A Celery worker; on SQLite with the embedded broker."""
        return self.start_worker(EMAIL_URL=self.sink.url, MAIL_CONNECTIONS="1", **self.broker)

    @property
    def broker(self) -> dict[str, str]:
        return {"REDIS_URL": self.redis.url} if self.redis else {}

    def ring(self) -> None:
        """What the scheduler does every minute."""
        ring = self.start("-c", RING, **self.broker)
        assert ring.popen.wait(60) == 0, ring.output

    def settle(self, seconds: float = 120) -> None:
        """Until everything has come to an end. What was put off is due at once, without waiting for it."""
        end = time.monotonic() + seconds
        while waiting := _waiting():
            assert time.monotonic() < end, f"{waiting} still wait after {seconds} s"
            past = timezone.now() - timedelta(seconds=1)
            Message.objects.filter(status__in=("retry", "uncertain")).update(earliest_at=past, not_before=past)
            time.sleep(0.1)

    def rest(self, seconds: float = 120) -> None:
        """Until living senders have nothing left but what somebody has claimed and lost, and the mail server hears nothing more."""
        end = time.monotonic() + seconds
        while _waiting() > Message.objects.filter(status="sending").count() or self._is_hearing():
            assert time.monotonic() < end, f"{_waiting()} still wait after {seconds} s"

    def _is_hearing(self) -> bool:
        before = len(self.sink.entries)
        time.sleep(0.5)
        return len(self.sink.entries) > before

    def leases_run_out(self) -> None:
        """Two minutes pass since a sender was killed. Only while none is alive: what a living one has claimed is its own."""
        Message.objects.filter(status="sending").update(leased_until=timezone.now() - timedelta(seconds=1))

    def tally(self) -> Tally:
        """The book against what was to be told."""
        names: dict[str, set[str]] = {}
        for entry in self.sink.entries:
            names.setdefault(entry.address, set()).add(entry.message_id)
        taken = Counter(entry.address for entry in self.sink.entries)
        last = max((entry.at for entry in self.sink.entries), default=self.began)
        return Tally(
            messages=len(self.expected),
            lost=len(set(self.expected) - set(taken)),
            excess=sum(taken.values()) - len(taken),
            renamed=sum(len(each) - 1 for each in names.values()),
            delay=last - self.began,
        )

    def wait_for_mails(self, count: int, seconds: float = 90) -> None:
        wait_until(lambda: len(self.sink.entries) >= count, seconds)


def _waiting() -> int:
    """What should leave now. A line that came after its person's mail of the day waits for tomorrow, as it should."""
    today = Q(status="pending", earliest_at__lte=timezone.now()) | Q(status__in=("sending", "retry", "uncertain"))
    return Delivery.objects.unbound().count() + Message.objects.filter(today).count()
