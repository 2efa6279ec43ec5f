"""`remind`, `deliver` and `forecast` from the command line, without a broker and without running processes."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import Organisation
from notifications import deadlines, forecast, reminders
from notifications.models import Deadline, Delivery, Message, SweepRun
from tests.cast import Cast
from tests.factories import TODAY
from tests.notifications.engine import DUE, open_request, walk

pytestmark = [pytest.mark.django_db, pytest.mark.both]

DAY = timedelta(days=1)


def run(*arguments: str) -> list[list[str]]:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return [line.split("\t") for line in out.getvalue().splitlines()]


def test_remind_says_what_went_to_whom_and_why(cast: Cast) -> None:
    open_request(cast)
    dry = run("remind", "--on", str(TODAY), "--dry-run")
    assert Delivery.objects.count() == SweepRun.objects.count() == 0
    assert dry == [
        [str(TODAY), "done", "csr@nordvare.example", "documents_requested", "Dokumentasjon på aktsomhetsvurderinger", "rung 0, responsible"]
    ]
    assert run("remind", "--on", str(TODAY)) == dry
    assert run("remind", "--on", str(TODAY)) == []
    assert Delivery.objects.count() == 1


def test_remind_without_a_day_is_today(cast: Cast) -> None:
    today = timezone.localdate()
    open_request(cast, starts_on=today, due_on=today + 42 * DAY)
    assert len(run("remind")) == 1
    assert SweepRun.objects.get().on == today


def test_a_day_to_come_can_be_sent_at_once(cast: Cast) -> None:
    """Walking through the days: each has its own mail, though the clock stands still."""
    today = timezone.localdate()
    open_request(cast, starts_on=today, due_on=today + 42 * DAY)
    for sent, number in enumerate((0, 7, 28, 39), start=1):
        run("remind", "--on", str(today + number * DAY))
        assert run("deliver", "--once", "--now") == [["sent", "1"]]
        assert Message.objects.filter(status="sent").count() == sent
    assert run("deliver", "--once", "--now") == []


def test_deliver_without_a_server_ends_and_says_so(cast: Cast, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 2
    open_request(cast, starts_on=timezone.localdate(), due_on=timezone.localdate() + 42 * DAY)
    run("remind")
    assert run("deliver", "--once", "--now") == [["no_server", "1"]]


def test_the_forecast_is_what_then_happens(cast: Cast) -> None:
    for supplier in (cast.nordvare, cast.polar):
        open_request(cast, supplier=supplier)
    expected = {day.on: (day.mails, sum(day.kinds.values())) for day in forecast.coming(start=TODAY, days=50)}
    told: dict[Any, list[str]] = {}
    for on, _kind, who in walk(TODAY, TODAY + 49 * DAY):
        told.setdefault(on, []).append(who)
    assert {on: len(set(people)) for on, people in told.items()} == {on: mails for on, (mails, _lines) in expected.items() if mails}


def test_the_forecast_prints_every_day_and_costs_the_same(cast: Cast, django_assert_max_num_queries: Any) -> None:
    for _ in range(10):
        open_request(cast)
    with django_assert_max_num_queries(24):
        rows = run("forecast", "--from", str(TODAY), "--days", "30")
    assert len(rows) == 30
    assert rows[0] == [str(TODAY), "1 mails", "1 people", "documents_requested 10"]
    assert rows[1] == [str(TODAY + DAY), "0 mails", "0 people"]


def test_what_is_late_counts_on_the_first_day(cast: Cast) -> None:
    open_request(cast)
    first = next(iter(forecast.coming(start=DUE, days=1)))
    assert dict(first.kinds) == {"reminder_before": 1}, "the highest of what waits, as the sweep has it"


def test_without_anybody_nothing_breaks() -> None:
    assert run("remind") == []
    assert run("deliver", "--once") == []
    assert len(run("forecast", "--days", "3")) == 3
    assert not Organisation.objects.exists()


def test_our_own_late_review_climbs_to_the_section_head(cast: Cast) -> None:
    deadlines.open_new(
        kind="document_review",
        about_id=cast.pc.pk,
        title="Dokumentasjon",
        scope=cast.pc.pk,
        organisation=cast.cpb,
        turn="cpb",
        starts_on=TODAY,
        due_on=TODAY + 28 * DAY,
        brief={"agreement": cast.pc.title, "supplier": "Nordvare AS"},
        now=timezone.now(),
    )
    told = [(day - TODAY, kind, who) for day, kind, who in walk(TODAY, TODAY + 50 * DAY)]
    assert told == [
        (0 * DAY, "review_waiting", "manager@cpb.example"),
        (21 * DAY, "review_waiting", "manager@cpb.example"),
        (29 * DAY, "review_overdue", "manager@cpb.example"),
        (36 * DAY, "review_overdue", "section@cpb.example"),
    ]
    assert Deadline.objects.count() == 1
    assert reminders.sweep(today=TODAY + 60 * DAY, now=timezone.now()) == []
