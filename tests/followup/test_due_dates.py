"""Which date a clause gives: the latest of the rules, never in the past, on a day that is working for both sides."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.models import DeadlineRule, Framework
from followup import due_dates

days = st.dates(min_value=date(2015, 1, 1), max_value=date(2040, 12, 31))
countries = st.sampled_from(["NO", "VN", "PL", "CN", "SA", "US", ""])
rules = st.builds(
    DeadlineRule,
    anchor=st.sampled_from(DeadlineRule.Anchor.values),
    offset=st.integers(0, 60),
    unit=st.sampled_from(["days", "working_days", "weeks", "months"]),
    calendar=st.just("NO"),
)
frameworks = st.builds(Framework, signed_on=st.none() | days, starts_on=st.none() | days, ends_on=st.none())


@given(framework=frameworks, given_rules=st.lists(rules, max_size=4), country=countries, sent_on=days)
def test_due_date_is_ahead_and_a_working_day_for_both(
    framework: Framework, given_rules: list[DeadlineRule], country: str, sent_on: date
) -> None:
    due = due_dates.of_request(framework=framework, rules=given_rules, country=country, sent_on=sent_on)
    assert due.on >= sent_on
    assert due_dates.calendar_for(country).is_working_day(due.on)


@given(framework=frameworks, given_rules=st.lists(rules, min_size=1, max_size=4), country=countries, sent_on=days)
def test_no_clause_gets_less_than_it_gives(framework: Framework, given_rules: list[DeadlineRule], country: str, sent_on: date) -> None:
    """Each rule alone gives a date no later than all of them together."""
    together = due_dates.of_request(framework=framework, rules=given_rules, country=country, sent_on=sent_on)
    assert together.rule in given_rules
    for rule in given_rules:
        assert due_dates.of_request(framework=framework, rules=[rule], country=country, sent_on=sent_on).on <= together.on


def test_six_weeks_from_sending() -> None:
    rule = DeadlineRule(anchor="sent", offset=6, unit="weeks", calendar="NO")
    due = due_dates.of_request(framework=Framework(), rules=[rule], country="NO", sent_on=date(2026, 3, 2))
    assert due.on == date(2026, 4, 13)
    assert due.rule is rule


def test_easter_and_the_suppliers_own_days_off_are_stepped_over() -> None:
    rule = DeadlineRule(anchor="sent", offset=1, unit="days", calendar="NO")
    monday_after_easter = due_dates.of_request(framework=Framework(), rules=[rule], country="NO", sent_on=date(2026, 4, 1))
    assert monday_after_easter.on == date(2026, 4, 7)  # Maundy Thursday to Easter Monday
    reunification = due_dates.of_request(framework=Framework(), rules=[rule], country="VN", sent_on=date(2026, 4, 29))
    assert reunification.on == date(2026, 5, 4)  # 30 April in Vietnam, 1 May in both, then a weekend


def test_a_rule_that_ran_out_long_ago_gives_its_time_from_sending() -> None:
    """One month after a signing in 2022 is no use to anybody in 2026."""
    rule = DeadlineRule(anchor="signing", offset=1, unit="months", calendar="NO")
    framework = Framework(signed_on=date(2022, 10, 14))
    assert due_dates.of_request(framework=framework, rules=[rule], country="NO", sent_on=date(2026, 3, 2)).on == date(2026, 4, 7)


def test_without_a_rule_it_is_six_weeks() -> None:
    due = due_dates.of_request(framework=Framework(), rules=[], country="NO", sent_on=date(2026, 3, 2))
    assert (due.on - date(2026, 3, 2)).days == due_dates.WITHOUT_A_RULE
    assert due.rule is None


@pytest.mark.parametrize("weekday", range(7))
def test_supplementing_gets_two_weeks_at_least(weekday: int) -> None:
    today = date(2026, 3, 2) + timedelta(days=weekday)
    assert due_dates.after_return(today=today, country="NO") >= today + timedelta(days=due_dates.AFTER_A_RETURN)
