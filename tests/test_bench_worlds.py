"""The worlds that the bench measures are written by statements of their own: a new column shows here, not a month later in the bench."""

from datetime import timedelta

import pytest
from django.utils import timezone

from contracts.models import Obligation
from followup.models import AgencyReport, Audit, DocumentRequest, Finding, FormalNotice, Meeting, Sanction, Sharing, Site
from notifications import reminders
from notifications.models import Deadline, Delivery
from tests.bench import engine_world, world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("transactional_db")]  # with what the product ships


@pytest.mark.both
def test_the_world_of_the_engine_can_be_written_and_swept() -> None:
    engine = engine_world.build(deadlines=400)
    engine_world.make_due(3, engine.today)
    before = Delivery.objects.count()
    reminders.sweep(today=engine.today, now=timezone.now(), is_scheduled=True)
    assert (Deadline.objects.count(), Delivery.objects.count() - before) == (400, 3)


@pytest.mark.postgres
def test_the_world_of_the_lists_can_be_written() -> None:
    built = world.build(requests=1_000, deadlines=5_200)
    for model in (DocumentRequest, Audit, Finding, AgencyReport, FormalNotice, Meeting, Sanction, Sharing, Site):
        assert model.objects.visible_to(built.manager).count() == 1_000
    assert Deadline.objects.filter(due_on__gte=built.today - timedelta(days=400)).count() == 5_200
    assert Obligation.objects.exists()
