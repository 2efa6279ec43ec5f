"""The fault table: each row is something that goes wrong at a random moment of a round. After it the book must be right.

A round is `happen(plant, chance)`; whoever runs it (`test_faults.py`) counts before and after. `dup` is how many mails may
come twice in one round, under the same Message-ID; a second name for the same thing is never right.
"""

import hashlib
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts.models import ScopeRole
from core import files, janitor
from followup.models import Document
from notifications import deadlines, locks, reminders
from notifications.models import Deadline, Delivery, Message, PlannedStep
from tests.faults.plant import Plant
from tests.notifications.engine import open_request
from tests.servers import Process, wait_until

Happen = Callable[[Plant, Random], None]
MAILS = 25
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Fault:
    """`both`: happens on SQLite with the embedded default too. `always`: in the ordinary suite, once, always at the same moment."""

    number: str
    name: str
    happen: Happen
    dup: int = 0
    both: bool = False
    always: bool = False


FAULTS: list[Fault] = []


def fault(number: str, name: str, **facts: Any) -> Callable[[Happen], Happen]:
    def add(happen: Happen) -> Happen:
        FAULTS.append(Fault(number, name, happen, **facts))
        return happen

    return add


def killed(plant: Plant, process: Process) -> None:
    process.kill()
    plant.leases_run_out()


def finished(plant: Plant, *processes: Process) -> None:
    plant.settle()
    for process in processes:
        process.kill()


@fault("F1", "sender killed before the mail server accepts", both=True, always=True)
def killed_before_acceptance(plant: Plant, chance: Random) -> None:
    sender, moment = plant.sender(), chance.randint(1, MAILS - 5)

    def kill(number: int) -> None:
        if number >= moment:
            plant.sink.forget_hooks()
            plant.sink.behaviour = "drop"  # it never answered: the mail was not taken
            sender.kill()

    plant.sink.on_data = kill
    plant.tell(MAILS)
    wait_until(lambda: sender.popen.poll() is not None, 90)
    time.sleep(0.2)
    plant.sink.behaviour = "accept"
    plant.leases_run_out()
    finished(plant, plant.sender())


@fault("F2", "sender killed after 250, before the commit", dup=1, both=True, always=True)
def killed_after_acceptance(plant: Plant, chance: Random) -> None:
    sender, moment = plant.sender(), chance.randint(1, MAILS - 5)

    def kill(number: int) -> None:
        if number >= moment:
            plant.sink.forget_hooks()
            sender.kill()

    plant.sink.on_taken = kill
    plant.tell(MAILS)
    wait_until(lambda: sender.popen.poll() is not None, 90)
    plant.leases_run_out()
    finished(plant, plant.sender())


@fault("F2b", "the same with eight connections to a slow server", dup=8)
def killed_with_many_in_flight(plant: Plant, chance: Random) -> None:
    sender = plant.sender(connections=8)
    plant.sink.delay = 0.05
    plant.tell(MAILS * 2)
    plant.wait_for_mails(chance.randint(1, MAILS))
    killed(plant, sender)
    plant.sink.delay = 0.0
    finished(plant, plant.sender())


@fault("F3", "sender killed after the commit", both=True, always=True, dup=1)
def killed_after_commit(plant: Plant, chance: Random) -> None:
    """At the moment a row turns sent; the next mail may be on its way by then, and that one may come again."""
    sender, moment = plant.sender(), chance.randint(1, MAILS - 5)
    before = Message.objects.filter(status="sent").count()
    plant.tell(MAILS)
    wait_until(lambda: Message.objects.filter(status="sent").count() >= before + moment, 90)
    killed(plant, sender)
    finished(plant, plant.sender())


@fault("F4", "sweep killed at any moment", both=True, always=True)
def sweep_killed(plant: Plant, chance: Random) -> None:
    """It waits at the door until many cases are due; then it is let in, and killed somewhere on its way."""
    today = timezone.localdate()
    told_before = set(Delivery.objects.values_list("pk", flat=True))
    sweep = plant.process("sweep")
    with transaction.atomic():
        hold_the_door()
        cases = [open_request(plant.world, starts_on=today, due_on=today + 42 * DAY) for _ in range(200)]
        time.sleep(0.3)
    time.sleep(chance.uniform(0, 0.25))
    sweep.kill()
    lines = Delivery.objects.exclude(pk__in=told_before)
    done = PlannedStep.objects.filter(deadline__in=cases, on__lte=today).exclude(status="planned").count()
    assert lines.filter(deadline__in=cases).count() == done, "lines and steps are written together or not at all"
    reminders.sweep(today=today, now=timezone.now())
    assert lines.filter(deadline__in=cases).count() == len(cases)
    close(cases)


def hold_the_door() -> None:
    """The sweep takes turns by a lock on PostgreSQL; on SQLite this transaction is the only one that writes."""
    locks.take("sweep")


def close(cases: list[Deadline]) -> None:
    for case in cases:
        deadlines.close(case, now=timezone.now())


@fault("F5", "Celery child or whole worker killed", dup=1, both=True)
def worker_killed(plant: Plant, chance: Random) -> None:
    plant.sink.delay = 0.02
    worker = plant.worker()
    plant.tell(MAILS)
    plant.ring()
    plant.wait_for_mails(chance.randint(1, MAILS - 10))
    killed(plant, worker)
    plant.sink.delay = 0.0
    worker = plant.worker()
    plant.ring()
    finished(plant, worker)


@fault("F6", "Redis killed, started again, empty")
def redis_killed(plant: Plant, chance: Random) -> None:
    worker = plant.worker()
    plant.redis.kill()
    began = time.monotonic()
    plant.tell(MAILS)  # rings a bell that nobody hears
    assert time.monotonic() - began < 2, "whoever rings must not wait for Redis"
    time.sleep(chance.uniform(0, 0.5))
    plant.redis.start_again()
    plant.ring()
    finished(plant, worker)


@fault("F7", "PostgreSQL restarted while sweeping and sending", dup=2)
def database_restarted(plant: Plant, chance: Random) -> None:
    """The fast way (every connection is cut) or the immediate one (as if the power went); two senders at work."""
    senders = [plant.sender(), plant.sender()]
    plant.sink.delay = 0.01
    plant.tell(MAILS * 2)
    plant.wait_for_mails(chance.randint(1, MAILS))
    with connection.cursor() as cursor:
        cursor.execute("SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int")
        postmaster = cursor.fetchone()[0]
    os.kill(postmaster, chance.choice([signal.SIGINT, signal.SIGQUIT]))
    connection.close()
    wait_until(is_there, 30)
    time.sleep(0.5)
    assert all(sender.popen.poll() is None for sender in senders), "they connect again by themselves"
    plant.rest()  # what was in flight stays claimed; only that waits for its lease
    for sender in senders:
        sender.kill()
    plant.leases_run_out()
    finished(plant, plant.sender())


def is_there() -> bool:
    try:
        connection.close()
        connection.ensure_connection()
    except DatabaseError:
        return False
    return True


@fault("F8", "mail server answers 451 for a while", both=True, always=True)
def try_again_later(plant: Plant, chance: Random) -> None:
    plant.sink.behaviour = "4xx"
    sender = plant.sender()
    addresses = plant.tell(MAILS)
    wait_until(lambda: Message.objects.filter(status="retry", person__email__in=addresses).count() == MAILS, 90)
    time.sleep(chance.uniform(0, 0.3))
    assert set(Message.objects.filter(person__email__in=addresses).values_list("attempts", flat=True)) == {1}, "no storm of attempts"
    plant.sink.behaviour = "accept"
    finished(plant, sender)


@fault("F9", "mail server refuses one recipient for good")
def one_refused(plant: Plant, chance: Random) -> None:
    sender = plant.sender()
    wrong = f"fault{plant.told + chance.randrange(MAILS)}@nordvare.example"
    plant.sink.behaviour_for[wrong] = "5xx"
    plant.tell(MAILS)
    finished(plant, sender)
    message = Message.objects.get(person__email=wrong)
    assert (message.status, message.attempts) == ("failed", 1), "failed, visible, and not tried again"
    plant.expected.remove(wrong)


@fault("F10", "mail server takes the mail and says nothing", dup=1)
def nothing_said(plant: Plant, chance: Random) -> None:
    """One sender hangs on one mail until its time is out; another goes on with the rest, and nothing is sent by both."""
    slow = f"fault{plant.told + chance.randrange(MAILS)}@nordvare.example"
    plant.sink.behaviour_for[slow] = "hang"
    senders = [plant.sender(), plant.sender()]
    plant.tell(MAILS)
    wait_until(lambda: Message.objects.filter(person__email=slow, status="uncertain").exists(), 120)
    plant.sink.behaviour_for.clear()
    finished(plant, *senders)


@fault("F11", "line drops after the mail, before 250", dup=1, both=False, always=True)
def line_drops(plant: Plant, chance: Random) -> None:
    unlucky = f"fault{plant.told + chance.randrange(MAILS)}@nordvare.example"
    plant.sink.behaviour_for[unlucky] = "drop"
    sender = plant.sender()
    plant.tell(MAILS)
    wait_until(lambda: Message.objects.filter(person__email=unlucky, status="uncertain").exists(), 90)
    plant.sink.behaviour_for.clear()
    finished(plant, sender)


@fault("F12", "clock a day ahead and back; both changes of the clock; leap day; year end", both=True)
def clock_moves(plant: Plant, chance: Random) -> None:
    """Each step once, on its own date, however the days come."""
    for start in (date(2026, 3, 27), date(2026, 10, 23), date(2028, 2, 26), date(2026, 12, 29)):
        case = open_request(plant.world, starts_on=start, due_on=start + 4 * DAY)
        planned = sorted(case.steps.values_list("on", "step__rung"))
        for day in (start, start + DAY, start, start + 2 * DAY, start + DAY, start + 5 * DAY, start + 4 * DAY, start + 60 * DAY):
            reminders.sweep(today=day, now=timezone.now())
        assert sorted(case.steps.values_list("on", "step__rung")) == planned
        lines = list(Delivery.objects.filter(deadline=case).values_list("dedupe_key", flat=True))
        assert len(lines) == len(set(lines)) > 0
        deadlines.close(case, now=timezone.now())


@fault("F13", "scheduler dead for three days", both=True, always=True)
def scheduler_dead(plant: Plant, chance: Random) -> None:
    """Of what was missed each person hears the latest of each case; the rest is said to be superseded."""
    today = timezone.localdate()
    cases = [open_request(plant.world, starts_on=today, due_on=today + chance.randint(8, 30) * DAY) for _ in range(10)]
    reminders.sweep(today=today, now=timezone.now())
    late = today + 45 * DAY
    reminders.sweep(today=late, now=timezone.now())
    for case in cases:
        told = Delivery.objects.filter(deadline=case, created_at__date__gte=late).values_list("person", flat=True)
        assert len(told) == len(set(told)), "one line a person and case"
        assert not case.steps.filter(status="planned", on__lte=late).exists()
        assert case.steps.filter(status="superseded").exists()
    close(cases)


@fault("F14", "two schedulers, four senders at once", both=True, always=True)
def many_at_once(plant: Plant, chance: Random) -> None:
    today = timezone.localdate()
    cases = [open_request(plant.world, starts_on=today, due_on=today + 42 * DAY) for _ in range(60)]
    processes = [plant.process(what) for what in ("sweep", "sweep", "send", "send", "send", "send")]
    plant.tell(MAILS * 2)
    plant.settle()
    wait_until(lambda: not PlannedStep.objects.filter(deadline__in=cases, on__lte=today, status="planned").exists(), 60)
    assert Delivery.objects.filter(deadline__in=cases).count() == len(cases)
    assert not any("deadlock" in process.output for process in processes)
    close(cases)
    for process in processes:
        process.kill()


@fault("F15", "date moved, case closed or contact replaced between sweep and sending", both=True)
def overtaken_by_life(plant: Plant, chance: Random) -> None:
    today = timezone.localdate()
    role = ScopeRole.objects.get(scope=plant.world.pc.scope, organisation=plant.world.nordvare, role="responsible")
    usual, former, new = role.person, plant.contact(), plant.contact()  # of people who have had no mail today
    ScopeRole.objects.filter(pk=role.pk).update(person=former)
    moved, closed, replaced = (open_request(plant.world, starts_on=today, due_on=today + 42 * DAY) for _ in range(3))
    reminders.sweep(today=today, now=timezone.now())
    deadlines.move(moved, due_on=today + 60 * DAY, today=today, now=timezone.now())
    deadlines.close(closed, now=timezone.now())
    ScopeRole.objects.filter(pk=role.pk).update(person=new)
    finished(plant, plant.sender())
    sent = Delivery.objects.filter(deadline__in=[moved, closed, replaced], message__status="sent", cancelled_at=None)
    assert not sent.filter(person=former).exists(), "whoever lost the role hears nothing"
    assert not sent.filter(deadline=closed).exists()
    reminders.sweep(today=today, now=timezone.now())
    assert set(Delivery.objects.filter(deadline=replaced, cancelled_at=None).values_list("person", flat=True)) == {new.pk}
    ScopeRole.objects.filter(pk=role.pk).update(person=usual)
    close([moved, replaced])


@fault("F18", "killed between keeping a file and the commit", both=True)
def killed_between_file_and_row(plant: Plant, chance: Random) -> None:
    """The file is there and no row names it: harmless, and the janitor takes it after a day. Rows always have their file."""
    keep_a_document(plant)
    before = set(stored())
    process = plant.start("-c", KEEP_AND_DIE, DJANGO_SETTINGS_MODULE="cpb.settings")
    assert process.popen.wait(60) == -signal.SIGKILL, process.output
    left = set(stored()) - before
    assert len(left) == 1
    assert not Document.objects.filter(storage_name__in=left).exists()
    janitor.remove_orphans(now=timezone.now() + timedelta(hours=25))
    assert not left & set(stored())
    for document in Document.objects.all():
        with default_storage.open(document.storage_name) as content:
            assert hashlib.sha256(content.read()).hexdigest() == document.sha256


def keep_a_document(plant: Plant) -> None:
    """Where no row names a file the janitor takes none: an empty database beside full storage is a mistake of the installation."""
    content = b"%PDF-1.7 report"
    with files.kept([files.inspect(ContentFile(content, name="report.pdf"))]) as (kept,):
        today, now = timezone.localdate(), timezone.now()
        Document.objects.create(
            **kept.columns, supplier=plant.world.nordvare, received_on=today, received_at=now, uploaded_by=plant.world.csr
        )


KEEP_AND_DIE = """
import os, signal, django
django.setup()
from django.core.files.base import ContentFile
from django.db import transaction
from core import files
with transaction.atomic():
    files.keep(ContentFile(b"%PDF-1.7 whatever"))
    os.kill(os.getpid(), signal.SIGKILL)
"""


def stored() -> list[str]:
    return [
        f"{folder}/{name}" for folder in default_storage.listdir("")[0] if len(folder) == 2 for name in default_storage.listdir(folder)[1]
    ]


@fault("F22", "a backup older than the last sends is restored")
def restored(plant: Plant, chance: Random) -> None:
    """The outbox is in the backup: a step whose line it holds is not told again."""
    today = timezone.localdate()
    case = open_request(plant.world, starts_on=today, due_on=today + 42 * DAY)
    reminders.sweep(today=today, now=timezone.now())
    finished(plant, plant.sender())
    PlannedStep.objects.filter(deadline=case, on__lte=today).update(status="planned", handled_at=None)  # as the backup had it
    lines = Delivery.objects.count()
    reminders.sweep(today=today, now=timezone.now())
    assert Delivery.objects.count() == lines
    close([case])
