"""The sweep: who is told what on which day, what stops it, and what it does after a pause."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from accounts.models import Absence, Contact, ScopeRole
from core.errors import Invalid
from notifications import deadlines, forecast, reminders, taking, tasks_for_us
from notifications.models import Deadline, Delivery, Notice, PlannedStep, SweepRun
from tests import factories
from tests.cast import Cast
from tests.factories import NOW, TODAY
from tests.notifications.engine import DUE, at, lines, open_request, walk

pytestmark = [pytest.mark.django_db, pytest.mark.both]

DAY = timedelta(days=1)


def name_everybody(cast: Cast) -> None:
    """A key account manager, a representative and a director besides the responsible contact."""
    for role in ("key_account", "representative", "director"):
        person = factories.person(f"{role}@nordvare.example")
        factories.contact(cast.nordvare, person)
        factories.role(cast.pc, cast.nordvare, role, person)


def ends(deadline: Deadline) -> dict[str, int]:
    counted: dict[str, int] = {}
    for status in deadline.steps.values_list("status", flat=True):
        counted[status] = counted.get(status, 0) + 1
    return counted


def test_a_silent_supplier_climbs_the_ladder_on_exactly_these_days(cast: Cast) -> None:
    """Six weeks over Easter; the date is Monday 13 April."""
    name_everybody(cast)
    open_request(cast)
    csr, manager, owner = "csr@nordvare.example", "manager@cpb.example", "owner@cpb.example"
    assert sorted(walk(TODAY, date(2026, 5, 20))) == sorted(
        [
            (date(2026, 3, 2), "documents_requested", csr),
            (date(2026, 3, 9), "reminder_unopened", csr),
            (date(2026, 3, 30), "reminder_before", csr),
            (date(2026, 4, 10), "reminder_before", csr),
            (date(2026, 4, 14), "overdue_first", csr),
            (date(2026, 4, 14), "overdue_first", "key_account@nordvare.example"),
            (date(2026, 4, 21), "overdue_second", csr),
            (date(2026, 4, 21), "overdue_second", "key_account@nordvare.example"),
            (date(2026, 4, 21), "overdue_second", "representative@nordvare.example"),
            (date(2026, 4, 21), "call_supplier", manager),
            (date(2026, 4, 28), "formal_notice_due", manager),
            (date(2026, 4, 28), "formal_notice_due", owner),
            (date(2026, 5, 7), "formal_notice_due", manager),  # the letter's own date passed on 6 May
            (date(2026, 5, 13), "escalation_to_owner", owner),
            (date(2026, 5, 13), "reminders_used", manager),
            (date(2026, 5, 14), "formal_notice_due", "section@cpb.example"),
        ]
    )


def test_whoever_has_opened_it_is_not_told_that_it_is_unopened(cast: Cast) -> None:
    deadline = open_request(cast)
    walk(TODAY, TODAY)
    deadlines.see(deadline, now=NOW)
    assert walk(TODAY + DAY, TODAY + 20 * DAY) == []


def test_a_second_sweep_finds_nothing(cast: Cast) -> None:
    open_request(cast)
    assert len(reminders.sweep(today=TODAY, now=NOW)) == 1
    assert reminders.sweep(today=TODAY, now=NOW) == []
    assert Delivery.objects.count() == Notice.objects.count() == 1


def test_missed_nights_are_one_message_and_the_rest_is_superseded(cast: Cast) -> None:
    deadline = open_request(cast)
    walk(TODAY, TODAY)
    outcomes = reminders.sweep(today=DUE + DAY, now=at(DUE + DAY))
    assert [(o.kind, o.recipient) for o in outcomes if o.recipient] == [("overdue_first", "csr@nordvare.example")]
    assert sorted(o.kind for o in outcomes if o.status == "superseded") == ["reminder_before", "reminder_before", "reminder_unopened"]
    assert ends(deadline)["planned"] == 7


@pytest.mark.parametrize("stop", ["close", "wait_for_us", "pause"])
def test_nobody_is_reminded_when_it_is_answered_asked_about_or_on_hold(cast: Cast, stop: str) -> None:
    deadline = open_request(cast)
    walk(TODAY, TODAY)
    if stop == "close":
        deadlines.close(deadline, now=NOW)
    elif stop == "wait_for_us":
        deadlines.wait_for_us(deadline, more=1)
    else:
        deadlines.pause(deadline, until=DUE)
    assert walk(TODAY + DAY, DUE - DAY) == []


def test_when_the_question_is_answered_only_the_latest_step_comes(cast: Cast) -> None:
    deadline = open_request(cast)
    walk(TODAY, TODAY)
    deadlines.wait_for_us(deadline, more=1)
    walk(TODAY + DAY, DUE - 2 * DAY)
    deadlines.wait_for_us(deadline, more=-1)
    assert [kind for _day, kind, _who in walk(DUE - DAY, DUE - DAY)] == ["reminder_before"]


def test_a_moved_date_moves_the_ladder_and_keeps_the_original(cast: Cast) -> None:
    deadline = open_request(cast)
    walk(TODAY, DUE - 3 * DAY, send=True)
    deadlines.move(deadline, due_on=DUE + 28 * DAY, today=DUE - 3 * DAY, now=at(DUE - 3 * DAY))
    assert deadline.original_due_on == DUE
    told = walk(DUE - 2 * DAY, DUE + 29 * DAY)
    assert [(day, kind) for day, kind, _who in told] == [
        (DUE + 14 * DAY, "reminder_before"),
        (DUE + 25 * DAY, "reminder_before"),
        (DUE + 29 * DAY, "overdue_first"),
    ]


def test_a_date_moved_before_the_first_mail_left_still_asks(cast: Cast) -> None:
    deadline = open_request(cast)
    walk(TODAY, TODAY)
    deadlines.move(deadline, due_on=DUE + 7 * DAY, today=TODAY, now=NOW)
    assert lines() == []
    assert [kind for _day, kind, _who in walk(TODAY, TODAY)] == ["documents_requested"]
    assert Delivery.objects.get(cancelled_at=None).due_on == DUE + 7 * DAY


def test_a_short_date_is_not_reminded_of_with_the_request_itself(cast: Cast) -> None:
    open_request(cast, due_on=TODAY + 14 * DAY)
    assert [kind for _day, kind, _who in walk(TODAY, TODAY)] == ["documents_requested"]


def test_a_return_is_worded_as_one(cast: Cast) -> None:
    open_request(cast, round=2)
    assert [kind for _day, kind, _who in walk(TODAY, TODAY)] == ["documents_returned"]


def test_an_agreement_taken_in_late_is_told_of_at_once_and_once(cast: Cast) -> None:
    deadlines.open_new(
        kind="option_notice",
        about_id=cast.pc.pk,
        title=cast.pc.title,
        scope=cast.pc.pk,
        organisation=cast.cpb,
        turn="cpb",
        starts_on=TODAY,
        due_on=TODAY + 20 * DAY,
        brief={"agreement": cast.pc.title},
        now=NOW,
    )
    told = walk(TODAY, TODAY + 12 * DAY)
    assert sorted(told) == [(TODAY, "option_notice", "manager@cpb.example"), (TODAY, "option_notice", "owner@cpb.example")]


def test_nobody_at_the_supplier_becomes_a_task_and_the_mail_goes_once_there_is_somebody(cast: Cast) -> None:
    ScopeRole.objects.filter(organisation=cast.polar).delete()
    cast.csr_polar.memberships.update(ended_at=NOW)
    deadline = open_request(cast, supplier=cast.polar)
    walk(TODAY, TODAY)
    assert ends(deadline)["unreached"] == 1
    task = Deadline.objects.get(kind="follow_up")
    assert (task.brief["task"], task.organisation, task.about_id) == ("no_contact", cast.cpb, deadline.about_id)
    assert lines() == [("no_contact", "manager@cpb.example")]
    reminders.sweep(today=TODAY + 7 * DAY, now=at(TODAY + 7 * DAY))
    assert Deadline.objects.filter(kind="follow_up").count() == 1

    new = factories.person("ny@polar.example")
    factories.contact(cast.polar, new)
    factories.role(cast.pc, cast.polar, "responsible", new)
    tasks_for_us.finish(task=task, address_is_right=False, actor=cast.manager, today=TODAY + 8 * DAY, now=at(TODAY + 8 * DAY))
    assert [(kind, who) for _day, kind, who in walk(TODAY + 8 * DAY, TODAY + 8 * DAY)] == [("reminder_unopened", "ny@polar.example")]


def test_unconfirmed_contacts_are_not_written_to(cast: Cast) -> None:
    imported = factories.person("fra-kunngjoring@polar.example")
    factories.contact(cast.polar, imported, confirmed=False)
    ScopeRole.objects.filter(organisation=cast.polar, scope=cast.pc.scope).update(person=imported)
    open_request(cast, supplier=cast.polar)
    assert [who for _day, _kind, who in walk(TODAY, TODAY)] == ["csr@polar.example"], "the main contact instead"
    Contact.objects.filter(person=imported).update(confirmed_at=NOW)
    open_request(cast, supplier=cast.polar)
    assert [who for _day, _kind, who in walk(TODAY, TODAY)] == ["fra-kunngjoring@polar.example"]


def test_a_supplier_that_is_told_is_never_told_as_another(cast: Cast) -> None:
    """Frida belongs to two suppliers; what Nordvare owes is told to her only as Nordvare's."""
    open_request(cast, supplier=cast.fjordtek)
    walk(TODAY, TODAY)
    line = Delivery.objects.get()
    assert (line.person, line.organisation) == (cast.csr_fjordtek.person, cast.fjordtek)


def test_a_record_that_cannot_be_handled_is_set_aside_and_blocks_nobody(cast: Cast) -> None:
    bad = open_request(cast, round="many")
    good = [open_request(cast) for _ in range(3)]
    outcomes = reminders.sweep(today=TODAY, now=NOW)
    assert sorted((o.deadline_id == bad.pk, o.status) for o in outcomes) == [(False, "done")] * 3 + [(True, "failed")]
    step = bad.steps.get(status="failed")
    assert step.note == "brief"
    assert Delivery.objects.filter(deadline__in=good).count() == 3


def test_administrators_hear_once_a_day_of_all_that_is_set_aside(cast: Cast) -> None:
    def told() -> list[int]:
        told = Delivery.objects.filter(kind="steps_set_aside", person=cast.admin.person).order_by("created_at")
        return [line.context["count"] for line in told]

    open_request(cast, round="many")
    open_request(cast, round="few")
    reminders.sweep(today=TODAY, now=NOW, is_scheduled=True)
    assert told() == [2]
    later = NOW + timedelta(minutes=5)
    open_request(cast, round="none")
    reminders.sweep(today=TODAY, now=later, is_scheduled=True)
    assert told() == [2], "one a day"
    reminders.sweep(today=TODAY + DAY, now=NOW + DAY, is_scheduled=True)
    assert told() == [2, 3], "what came after the mail is told the next day"
    reminders.sweep(today=TODAY + 2 * DAY, now=NOW + 2 * DAY, is_scheduled=True)
    assert told() == [2, 3], "the same is never told twice"


@pytest.mark.both
@pytest.mark.parametrize(("country", "is_quiet"), [("", True), ("NO", True), ("VN", False)])
def test_a_case_that_goes_on_in_a_quiet_period_is_silent_until_it_is_over(cast: Cast, country: str, is_quiet: bool) -> None:
    """The supplier had asked something; we answer while it is closed."""
    deadline = open_request(cast)
    walk(TODAY, TODAY)
    deadlines.wait_for_us(deadline, more=1)
    first, last = DUE + 2 * DAY, DUE + 6 * DAY
    factories.quiet_period("Stengt", first, last, country=country)
    deadlines.wait_for_us(deadline, more=-1)
    coming = [(day.on, day.kinds["overdue_first"]) for day in forecast.coming(start=first, days=8)]
    assert [line for line in coming if line[1]] == [(last + DAY if is_quiet else first, 1)]
    walk(first, first)
    told = Delivery.objects.filter(kind="overdue_first", deadline=deadline)
    assert told.exists() != is_quiet
    walk(last + DAY, last + DAY)
    assert told.exists()


def test_the_formal_step_is_a_task_and_never_a_mail_to_the_supplier(cast: Cast) -> None:
    deadline = open_request(cast)
    walk(TODAY, DUE + 15 * DAY)
    task = Deadline.objects.get(kind="formal_notice")
    assert (task.turn, task.organisation, task.about_id, task.title) == ("cpb", cast.cpb, deadline.about_id, deadline.title)
    assert set(Delivery.objects.filter(kind="formal_notice_due").values_list("organisation__kind", flat=True)) == {"cpb"}


def test_lines_to_our_own_staff_are_not_the_suppliers_to_see(cast: Cast) -> None:
    open_request(cast)
    walk(TODAY, DUE + 30 * DAY)
    assert set(Delivery.objects.visible_to(cast.csr).values_list("organisation_id", flat=True)) == {cast.nordvare.pk}
    assert not Delivery.objects.visible_to(cast.csr).filter(kind__in=["call_supplier", "escalation_to_owner", "formal_notice_due"]).exists()


def test_a_dry_run_says_what_the_sweep_then_does_and_writes_nothing(cast: Cast) -> None:
    open_request(cast)
    open_request(cast, supplier=cast.fjordtek)
    dry = reminders.sweep(today=TODAY, now=NOW, dry_run=True)
    assert Delivery.objects.count() == Notice.objects.count() == SweepRun.objects.count() == 0
    assert not PlannedStep.objects.filter(on__lte=TODAY).exclude(status="planned").exists()
    assert reminders.sweep(today=TODAY, now=NOW) == dry


def test_a_dry_run_also_tells_of_the_tasks_that_would_be_opened(cast: Cast) -> None:
    open_request(cast)
    late = DUE + 15 * DAY
    dry = [replace(outcome, deadline_id=UUID(int=0)) for outcome in reminders.sweep(today=late, now=at(late), dry_run=True)]
    assert cast.manager.email in {outcome.recipient for outcome in dry if outcome.kind == "formal_notice_due"}
    assert not Deadline.objects.filter(kind="formal_notice").exists()
    assert [replace(outcome, deadline_id=UUID(int=0)) for outcome in reminders.sweep(today=late, now=at(late))] == dry


def test_after_a_long_pause_a_scheduled_sweep_holds_its_lines(cast: Cast) -> None:
    open_request(cast)
    reminders.sweep(today=TODAY, now=NOW, is_scheduled=True)
    assert Delivery.objects.held().count() == 0, "a first start never holds"
    later = TODAY + 15 * DAY
    reminders.sweep(today=later, now=at(later), is_scheduled=True)
    assert list(Delivery.objects.held().values_list("kind", flat=True)) == ["reminder_unopened"]
    assert lines().count(("mail_held", "admin@cpb.example")) == 1
    reminders.sweep(today=later, now=at(later) + timedelta(minutes=5), is_scheduled=True)
    assert Delivery.objects.held().count() == 1


def test_a_sweep_killed_after_months_still_lets_the_next_one_hold(cast: Cast) -> None:
    open_request(cast)
    reminders.sweep(today=TODAY, now=NOW, is_scheduled=True)
    later = TODAY + 100 * DAY
    SweepRun.objects.create(on=later, started_at=at(later), is_held=True)  # begun and never finished
    reminders.sweep(today=later, now=at(later), is_scheduled=True)
    assert Delivery.objects.held().exists()


def test_a_person_is_never_refused_whatever_the_pause(cast: Cast) -> None:
    open_request(cast)
    reminders.sweep(today=TODAY, now=NOW, is_scheduled=True)
    reminders.sweep(today=DUE, now=at(DUE))
    assert Delivery.objects.held().count() == 0


def test_a_clock_set_back_does_nothing(cast: Cast) -> None:
    open_request(cast)
    walk(TODAY, TODAY + 10 * DAY)
    before = lines()
    assert reminders.sweep(today=TODAY + DAY, now=at(TODAY + DAY)) == []
    assert lines() == before


def test_a_batch_costs_the_same_however_many_there_are(cast: Cast, django_assert_max_num_queries: Any) -> None:
    for _ in range(40):
        open_request(cast)
    with django_assert_max_num_queries(34):
        assert len(reminders.sweep(today=TODAY, now=NOW)) == 40


def test_opening_and_moving_are_cheap(cast: Cast, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(12):
        deadline = open_request(cast)
    with django_assert_max_num_queries(12):
        deadlines.move(deadline, due_on=DUE + 7 * DAY, today=TODAY, now=NOW)


def test_whoever_is_away_is_passed_by_and_the_deputy_stands_in(cast: Cast) -> None:
    """The manager is away over the second reminder; first with a deputy of her own choice, then without."""
    open_request(cast)
    second = DUE + 8 * DAY
    absence = Absence.objects.create(
        person=cast.manager.person, starts_on=second - DAY, ends_on=second + DAY, deputy=cast.section.person, created_at=NOW
    )
    calls = [who for _day, kind, who in walk(TODAY, second) if kind == "call_supplier"]
    assert calls == ["section@cpb.example"]
    assert Delivery.objects.get(kind="call_supplier").reason == f"away:{cast.manager.person}"

    absence.delete()
    open_request(cast, supplier=cast.fjordtek)
    Absence.objects.create(person=cast.manager.person, starts_on=second - DAY, ends_on=second + DAY, created_at=NOW)
    told = [(kind, who) for _day, kind, who in walk(second, second) if kind == "call_supplier"]
    assert told == [("call_supplier", "deputy@cpb.example")], "the deputy of the agreement is next in the chain"


@pytest.mark.parametrize("deputys_deputy", [None, "manager"])
def test_a_deputy_who_is_away_as_well_is_passed_by(cast: Cast, deputys_deputy: str | None) -> None:
    """Also one who has no role on the agreement; and two who stand in for each other do not go round in circles."""
    open_request(cast)
    second = DUE + 8 * DAY
    days = {"starts_on": second - DAY, "ends_on": second + DAY, "created_at": NOW}
    Absence.objects.create(person=cast.manager.person, deputy=cast.specialist.person, **days)
    stand_in = cast.manager.person if deputys_deputy else None
    Absence.objects.create(person=cast.specialist.person, deputy=stand_in, **days)
    assert [who for _day, kind, who in walk(TODAY, second) if kind == "call_supplier"] == ["deputy@cpb.example"]


def test_a_task_opened_in_a_case_that_somebody_has_goes_to_nobody_higher_up(cast: Cast) -> None:
    """The ladder opens it three days into “I have this”; whoever manages the case is told, the section head is not."""
    deadline = open_request(cast)
    taken_on = DUE + 28 * DAY
    walk(TODAY, taken_on - DAY)
    taking.take(deadline=deadline, until=taken_on + 29 * DAY, actor=cast.manager, today=taken_on, now=at(taken_on))
    told = walk(taken_on, taken_on + 29 * DAY)
    assert [(day, who) for day, kind, who in told if kind == "reminders_used"] == [(DUE + 30 * DAY, "manager@cpb.example")]
    after = {who for _day, _kind, who in walk(taken_on + 30 * DAY, taken_on + 30 * DAY)}
    assert after >= {"manager@cpb.example", "section@cpb.example", "owner@cpb.example"}


def test_who_has_taken_a_case_is_believed_until_the_day_is_over(cast: Cast) -> None:
    deadline = open_request(cast)
    second, taken_until = DUE + 8 * DAY, DUE + 12 * DAY
    Deadline.objects.filter(pk=deadline.pk).update(taken_until=taken_until, taken_by=cast.manager.person)
    told = walk(TODAY, taken_until)
    assert "overdue_second" in {kind for _day, kind, _who in told}, "the supplier is reminded all the same"
    assert "call_supplier" not in {kind for _day, kind, _who in told}
    assert [(day, kind) for day, kind, _who in walk(taken_until + DAY, taken_until + DAY)] == [(taken_until + DAY, "call_supplier")]
    assert second < taken_until


def test_after_the_last_step_a_person_decides_and_says_what(cast: Cast) -> None:
    open_request(cast)
    walk(TODAY, DUE + 30 * DAY)
    task = Deadline.objects.get(kind="follow_up")
    assert task.brief["task"] == "reminders_used"
    with pytest.raises(Invalid):
        tasks_for_us.decided(task=task, decision=" ", actor=cast.manager, now=NOW)
    tasks_for_us.decided(task=task, decision="Møte med daglig leder 2. juni.", actor=cast.manager, now=NOW)
    task.refresh_from_db()
    assert (task.is_open, task.brief["decision"]) == (False, "Møte med daglig leder 2. juni.")
