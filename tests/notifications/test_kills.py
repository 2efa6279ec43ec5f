"""Real processes, killed and started at once: every mail arrives, and none twice but the one in flight."""

from collections import Counter
from datetime import timedelta

import pytest
from celery import Celery
from django.db import transaction
from django.utils import timezone

from accounts.models import Contact, Person, ScopeRole
from notifications import outbox, reminders
from notifications.models import Delivery, Message, PlannedStep
from tests import cast as the_cast
from tests.cast import Cast
from tests.conftest import Start
from tests.factories import TODAY
from tests.mail_server import MailServer
from tests.notifications.engine import open_request
from tests.servers import wait_until

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(transactional_db: None) -> Cast:
    return the_cast.build()


def tell_many(world: Cast, count: int) -> None:
    """A receipt, which cannot wait, to so many contacts of Nordvare."""
    now = timezone.now()
    people = Person.objects.bulk_create(Person(email=f"contact{number}@nordvare.example", created_at=now) for number in range(count))
    Contact.objects.bulk_create(Contact(organisation=world.nordvare, person=person, created_at=now, confirmed_at=now) for person in people)
    context = {"title": "Dokumentasjon", "agreement": world.pc.title, "documents": [{"name": "a.pdf", "size": 1, "sha256": "0" * 64}]}
    outbox.publish(
        kind="receipt", people=people, organisation=world.nordvare, scope_id=world.pc.pk, about_id=None, context=context, key="one", now=now
    )


def ring(redis_url: str) -> None:
    """What the scheduler does every minute."""
    with Celery(broker=redis_url) as bell:
        bell.send_task("notifications.tasks.deliver")


def test_200_mails_outlive_a_killed_worker(world: Cast, start_worker: Start, redis_url: str, mail_server: MailServer) -> None:
    mail_server.delay = 0.02
    tell_many(world, 200)
    one_at_a_time = {"REDIS_URL": redis_url, "EMAIL_URL": mail_server.url, "MAIL_CONNECTIONS": "1"}
    worker = start_worker(**one_at_a_time)
    ring(redis_url)
    wait_until(lambda: len(mail_server.messages) >= 60, 90)
    worker.kill()
    assert len(mail_server.messages) < 200, "it was too quick to be killed in the middle"
    assert Message.objects.filter(status="sending").exists()
    Message.objects.filter(status="sending").update(leased_until=timezone.now() - timedelta(seconds=1))  # two minutes pass
    start_worker(**one_at_a_time)
    ring(redis_url)
    wait_until(lambda: not Message.objects.exclude(status="sent").exists() and Message.objects.count() == 200, 90)
    arrived = Counter(recipients[0] for recipients in mail_server.recipients)
    assert len(arrived) == 200
    names = Counter(str(mail["Message-ID"]) for mail in mail_server.messages)
    assert len(names) == 200, "the same mail came under two names"
    assert sum(names.values()) - len(names) <= 1


@pytest.mark.both
def test_four_senders_at_once_send_each_mail_once(world: Cast, start: Start, mail_server: MailServer) -> None:
    tell_many(world, 120)
    senders = [start("manage.py", "deliver", "--once", EMAIL_URL=mail_server.url) for _ in range(4)]
    assert [sender.popen.wait(120) for sender in senders] == [0] * 4, [sender.output for sender in senders]
    arrived = Counter(recipients[0] for recipients in mail_server.recipients)
    assert (len(arrived), max(arrived.values())) == (120, 1)
    assert set(Message.objects.values_list("status", flat=True)) == {"sent"}


@pytest.mark.both
def test_sweeps_at_once_neither_repeat_nor_block_each_other(world: Cast, start: Start) -> None:
    for number in range(60):
        open_request(world, supplier=(world.nordvare, world.fjordtek, world.polar)[number % 3])
    sweeps = [start("manage.py", "remind", "--on", TODAY.isoformat()) for _ in range(4)]
    assert [sweep.popen.wait(120) for sweep in sweeps] == [0] * 4, [sweep.output for sweep in sweeps]
    assert Delivery.objects.count() == 60
    assert PlannedStep.objects.filter(on__lte=TODAY).exclude(status="done").count() == 0
    assert sum(sweep.output.count("documents_requested") for sweep in sweeps) == 60, "each line was somebody's"


@pytest.mark.postgres
def test_a_sweep_leaves_out_what_somebody_is_working_on(world: Cast, start: Start) -> None:
    """A request that is being changed at this moment neither waits for the sweep nor makes it wait."""
    busy, free = open_request(world), open_request(world, supplier=world.polar)
    with transaction.atomic():
        type(busy).objects.select_for_update().get(pk=busy.pk)
        sweep = start("manage.py", "remind", "--on", TODAY.isoformat())
        assert sweep.popen.wait(60) == 0, sweep.output
    assert set(Delivery.objects.values_list("deadline", flat=True)) == {free.pk}
    reminders.sweep(today=TODAY, now=timezone.now())
    assert set(Delivery.objects.values_list("deadline", flat=True)) == {free.pk, busy.pk}


def test_roles_are_read_when_the_sweep_runs(world: Cast) -> None:
    """Somebody who took over yesterday is told today, whoever it was when the request was sent."""
    open_request(world)
    ScopeRole.objects.filter(organisation=world.nordvare, scope=world.pc.scope, role="responsible").update(person=world.sales.person)
    assert [o.recipient for o in reminders.sweep(today=TODAY, now=timezone.now())] == ["sales@nordvare.example"]
