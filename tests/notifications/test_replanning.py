"""A calendar, a quiet period or a ladder is changed while cases run: what would move is shown, and then done."""

from datetime import date, timedelta
from typing import Any

import pytest

from notifications import calendars, deadlines, replanning
from notifications.calendars import Calendars, Quiet
from notifications.models import Deadline, PlannedStep, PolicyVersion, ReminderPolicy, ReminderStep
from notifications.replanning import Ladder, Proposal
from tests import factories
from tests.cast import Cast
from tests.factories import NOW, TODAY
from tests.notifications import engine
from tests.notifications.engine import DUE

EASTER_WEEK = Quiet("Påskestengt", date(2026, 3, 28), date(2026, 4, 6))
"""The first reminder before the date (30 March) and the second (10 April) lie around it."""


def planned(deadline: Deadline) -> dict[tuple[int, str], date]:
    return {(row.step.rung, row.step.audience): row.on for row in deadline.steps.planned().select_related("step")}


def with_quiet(*periods: Quiet) -> Proposal:
    return Proposal(Calendars(periods))


def test_a_quiet_period_moves_what_suppliers_would_be_told_in_it(cast: Cast) -> None:
    deadline = engine.open_request(cast)
    before = planned(deadline)
    changes = list(replanning.difference(proposal=with_quiet(EASTER_WEEK), today=TODAY))
    assert [(it.step.rung, it.before, it.after) for it in changes] == [(2, date(2026, 3, 30), date(2026, 4, 7))]
    assert planned(deadline) == before, "shown, not done"

    summary = replanning.apply(proposal=with_quiet(EASTER_WEEK), today=TODAY, now=NOW)
    assert (summary.cases, summary.steps) == (1, 1)
    assert planned(deadline) == before | {(2, "responsible"): date(2026, 4, 7)}
    assert replanning.apply(proposal=with_quiet(EASTER_WEEK), today=TODAY, now=NOW).steps == 0, "twice is once"


def test_what_we_are_told_ourselves_does_not_wait(cast: Cast) -> None:
    deadline = engine.open_request(cast)
    whole_may = Quiet("Mai", date(2026, 4, 14), date(2026, 6, 1))
    replanning.apply(proposal=with_quiet(whole_may), today=TODAY, now=NOW)
    days = planned(deadline)
    assert {days[4, "responsible"], days[5, "responsible"], days[5, "key_account"]} == {date(2026, 6, 2)}
    assert days[5, "manager"] == DUE + timedelta(days=8)


def test_only_suppliers_of_the_country_are_spared(cast: Cast) -> None:
    cast.fjordtek.country = "VN"
    cast.fjordtek.save()
    ours, theirs = engine.open_request(cast), engine.open_request(cast, supplier=cast.fjordtek)
    tet = Quiet("Tet", EASTER_WEEK.starts_on, EASTER_WEEK.ends_on, country="VN")
    changes = list(replanning.difference(proposal=with_quiet(tet), today=TODAY))
    assert {change.deadline for change in changes} == {theirs}
    assert ours not in {change.deadline for change in changes}


def test_taking_a_quiet_period_away_brings_no_lost_step(cast: Cast) -> None:
    """Its first day lies behind by then: it comes today and is not forgotten."""
    deadline = engine.open_request(cast)
    replanning.apply(proposal=with_quiet(EASTER_WEEK), today=TODAY, now=NOW)
    within = date(2026, 4, 2)
    replanning.apply(proposal=with_quiet(), today=within, now=engine.at(within))
    assert planned(deadline)[2, "responsible"] == within


def test_steps_that_were_taken_are_not_taken_again(cast: Cast) -> None:
    deadline = engine.open_request(cast)
    engine.walk(TODAY, date(2026, 3, 30))
    told = set(engine.lines())
    replanning.apply(proposal=with_quiet(EASTER_WEEK), today=date(2026, 3, 30), now=engine.at(date(2026, 3, 30)))
    engine.walk(date(2026, 3, 30), date(2026, 4, 9))
    assert set(engine.lines()) == told
    assert deadline.steps.filter(step__rung=2).count() == 1


def test_a_date_that_was_told_stands(cast: Cast) -> None:
    deadline = engine.open_request(cast)
    replanning.apply(proposal=with_quiet(Quiet("Ferie", DUE, DUE + timedelta(days=9))), today=TODAY, now=NOW)
    deadline.refresh_from_db()
    assert deadline.due_on == DUE
    days = planned(deadline)
    assert days[3, "responsible"] == DUE - timedelta(days=3)
    assert days[4, "responsible"] == DUE + timedelta(days=10), "and the reminder after it waits"


def test_a_reminder_before_a_date_in_a_quiet_period_comes_before_the_period(cast: Cast) -> None:
    deadline = engine.open_request(cast)
    summer = Quiet("Ferie", DUE - timedelta(days=10), DUE + timedelta(days=9))
    replanning.apply(proposal=with_quiet(summer), today=TODAY, now=NOW)
    assert planned(deadline)[3, "responsible"] == date(2026, 4, 1), "on the 2nd, Maundy Thursday, no mail leaves"


def test_a_reminder_of_a_weekend_does_not_leave_in_the_quiet_week_after_it(cast: Cast) -> None:
    after, before = engine.open_request(cast, due_on=date(2026, 4, 17)), engine.open_request(cast, due_on=date(2026, 4, 15))
    week = Quiet("Stengt", date(2026, 4, 27), date(2026, 5, 3))
    replanning.apply(proposal=with_quiet(week), today=TODAY, now=NOW)
    assert planned(after)[5, "responsible"] == date(2026, 5, 4), "eight days after the date is Saturday 25 April"
    assert planned(after)[5, "manager"] == date(2026, 4, 25)
    week = Quiet("Stengt", date(2026, 4, 13), date(2026, 4, 17))
    replanning.apply(proposal=with_quiet(week), today=TODAY, now=NOW)
    assert planned(before)[3, "responsible"] == date(2026, 4, 10), "three days before the date is Sunday 12 April"


def test_closed_cases_and_drafts_are_left_alone(cast: Cast) -> None:
    closed, draft = engine.open_request(cast), engine.open_request(cast)
    deadlines.close(closed, now=NOW)
    Deadline.objects.filter(pk=draft.pk).update(opened_at=None)
    assert not list(replanning.difference(proposal=with_quiet(EASTER_WEEK), today=TODAY))


def test_a_period_that_is_written_down_counts_when_a_case_is_opened(cast: Cast) -> None:
    factories.quiet_period("Påskestengt", *EASTER_WEEK.days)
    assert planned(engine.open_request(cast))[2, "responsible"] == date(2026, 4, 7)
    assert not list(replanning.difference(proposal=Proposal(calendars.read()), today=TODAY))


# Another ladder


def next_version(*rungs: tuple[int, int, str, str]) -> Ladder:
    """Steps around the due date: rung, offset in days, audience, kind. Not saved."""
    version = PolicyVersion(policy=ReminderPolicy.objects.get(kind="document_request"), number=9, created_at=NOW)
    steps = [ReminderStep(version=version, rung=r, anchor="due", offset=o, audience=a, kind=k) for r, o, a, k in rungs]
    return Ladder(version, steps)


def saved(ladder: Ladder) -> Ladder:
    ladder.version.save()
    ReminderStep.objects.bulk_create(ladder.steps)
    return ladder


def test_running_cases_are_moved_to_another_ladder(cast: Cast) -> None:
    deadline = engine.open_request(cast)
    engine.walk(TODAY, TODAY)
    ladder = next_version((2, -20, "responsible", "reminder_before"), (3, -3, "responsible", "reminder_before"), (9, 2, "owner", "task"))
    proposal = Proposal(Calendars(), {"document_request": ladder})
    changes = {(it.step.rung, it.step.audience): (it.before, it.after) for it in replanning.difference(proposal=proposal, today=TODAY)}
    assert changes[2, "responsible"] == (date(2026, 3, 30), date(2026, 3, 24))
    assert (3, "responsible") not in changes, "the same day and words"
    assert changes[9, "owner"] == (None, date(2026, 4, 15))
    assert changes[5, "manager"] == (date(2026, 4, 21), None)

    replanning.apply(proposal=Proposal(Calendars(), {"document_request": saved(ladder)}), today=TODAY, now=NOW)
    deadline.refresh_from_db()
    assert deadline.policy_version == ladder.version
    assert planned(deadline) == {
        (2, "responsible"): date(2026, 3, 24),
        (3, "responsible"): date(2026, 4, 10),
        (9, "owner"): date(2026, 4, 15),
    }
    assert {row.step.version_id for row in deadline.steps.planned().select_related("step")} == {ladder.version.pk}


def test_a_rung_that_was_told_is_not_told_again_by_the_other_ladder(cast: Cast) -> None:
    engine.open_request(cast)
    engine.walk(TODAY, date(2026, 3, 30))
    ladder = next_version((2, -7, "responsible", "reminder_before"), (3, -3, "responsible", "reminder_before"))
    proposal = Proposal(Calendars(), {"document_request": ladder})
    today = date(2026, 3, 31)
    assert not [it for it in replanning.difference(proposal=proposal, today=today) if it.step.rung == 2]


def test_a_step_that_waits_while_the_case_rests_keeps_waiting(cast: Cast) -> None:
    deadline = engine.open_request(cast)
    Deadline.objects.filter(pk=deadline.pk).update(waits_for_us=1)
    ladder = saved(next_version((2, -20, "responsible", "reminder_before")))
    today = date(2026, 4, 2)
    replanning.apply(proposal=Proposal(Calendars(), {"document_request": ladder}), today=today, now=engine.at(today))
    assert planned(deadline) == {(2, "responsible"): date(2026, 3, 30)}


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_many_cases_cost_few_queries(cast: Cast, django_assert_max_num_queries: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replanning, "BATCH", 7)
    for _number in range(20):
        engine.open_request(cast)
    proposal = with_quiet(EASTER_WEEK)
    with django_assert_max_num_queries(4 * 2):
        assert replanning.summarise(replanning.difference(proposal=proposal, today=TODAY), shown=5).more == 15
    with django_assert_max_num_queries(4 * 4 + 2):
        assert replanning.apply(proposal=proposal, today=TODAY, now=NOW).cases == 20
    assert PlannedStep.objects.planned().filter(on=date(2026, 4, 7)).count() == 20
