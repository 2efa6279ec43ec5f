"""Which date a clause gives: the latest of the rules, never in the past, on a day that is working for both sides."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from contracts.models import Clause, DeadlineRule, Framework, Obligation
from contracts.services.stipulations import bind
from core import ids
from followup import date_words, due_dates
from followup.models import DocumentRequest
from followup.services.drafting import NewItem
from notifications.calendars import Calendars, Quiet
from tests import factories
from tests.cast import Cast, SignIn
from tests.factories import NOW, TODAY

NONE = Calendars()
ENGLISH = {"Accept-Language": "en"}
days = st.dates(min_value=date(2015, 1, 1), max_value=date(2040, 12, 31))
countries = st.sampled_from(["NO", "VN", "PL", "CN", "SA", "US", ""])


def rule_of(**fields: Any) -> DeadlineRule:
    """A rule of one form, in no database."""
    rule = DeadlineRule(clause=Clause(title="Dokumentasjon"), calendar="NO", **fields)
    rule._prefetched_objects_cache = {"later": []}  # type: ignore[attr-defined]
    return rule


def framework_of(**fields: Any) -> Framework:
    framework = Framework(scope_id=ids.new(), **fields)
    framework._prefetched_objects_cache = {"options": []}  # type: ignore[attr-defined]
    return framework


rules = st.builds(
    rule_of,
    anchor=st.sampled_from(DeadlineRule.Anchor.values),
    offset=st.integers(0, 60),
    unit=st.sampled_from(["days", "working_days", "weeks", "months"]),
)
frameworks = st.builds(framework_of, signed_on=st.none() | days, starts_on=st.none() | days, ends_on=st.none())


@given(framework=frameworks, given_rules=st.lists(rules, max_size=4), country=countries, sent_on=days)
def test_due_date_is_ahead_and_a_working_day_for_both(
    framework: Framework, given_rules: list[DeadlineRule], country: str, sent_on: date
) -> None:
    due = due_dates.of_request(framework=framework, rules=given_rules, country=country, sent_on=sent_on, calendars=NONE)
    assert due.on >= sent_on
    assert NONE.of(country).is_working_day(due.on)


@given(framework=frameworks, given_rules=st.lists(rules, min_size=1, max_size=4), country=countries, sent_on=days)
def test_no_clause_gets_less_than_it_gives(framework: Framework, given_rules: list[DeadlineRule], country: str, sent_on: date) -> None:
    """Each rule alone gives a date no later than all of them together."""
    together = due_dates.of_request(framework=framework, rules=given_rules, country=country, sent_on=sent_on, calendars=NONE)
    assert together.rule in given_rules
    for rule in given_rules:
        assert due_dates.of_request(framework=framework, rules=[rule], country=country, sent_on=sent_on, calendars=NONE).on <= together.on


def test_six_weeks_from_sending() -> None:
    rule = rule_of(anchor="sent", offset=6, unit="weeks")
    due = due_dates.of_request(framework=framework_of(), rules=[rule], country="NO", sent_on=date(2026, 3, 2), calendars=NONE)
    assert due.on == date(2026, 4, 13)
    assert due.rule is rule


def test_easter_and_the_suppliers_own_days_off_are_stepped_over() -> None:
    rule = rule_of(anchor="sent", offset=1, unit="days")
    easter = due_dates.of_request(framework=framework_of(), rules=[rule], country="NO", sent_on=date(2026, 4, 1), calendars=NONE)
    assert easter.on == date(2026, 4, 7)  # Maundy Thursday to Easter Monday
    reunification = due_dates.of_request(framework=framework_of(), rules=[rule], country="VN", sent_on=date(2026, 4, 29), calendars=NONE)
    assert reunification.on == date(2026, 5, 4)  # 30 April in Vietnam, 1 May in both, then a weekend


def test_a_rule_that_ran_out_long_ago_gives_its_time_from_sending() -> None:
    """One month after a signing in 2022 is no use to anybody in 2026."""
    rule = rule_of(anchor="signing", offset=1, unit="months")
    framework = framework_of(signed_on=date(2022, 10, 14))
    assert due_dates.of_request(framework=framework, rules=[rule], country="NO", sent_on=date(2026, 3, 2), calendars=NONE).on == date(
        2026, 4, 7
    )


def test_without_a_rule_it_is_six_weeks() -> None:
    due = due_dates.of_request(framework=framework_of(), rules=[], country="NO", sent_on=date(2026, 3, 2), calendars=NONE)
    assert (due.on - date(2026, 3, 2)).days == due_dates.WITHOUT_A_RULE
    assert due.rule is None


@pytest.mark.parametrize("weekday", range(7))
def test_supplementing_gets_two_weeks_at_least(weekday: int) -> None:
    today = date(2026, 3, 2) + timedelta(days=weekday)
    assert due_dates.after_return(today=today, country="NO", calendars=NONE) >= today + timedelta(days=due_dates.AFTER_A_RETURN)


# One clause, five forms over the years: the table of the Norwegian guidance on the ethics clause

GUIDANCE = [
    # applies from, anchor, offset, unit
    (None, "signing", 1, "months"),  # 2013: within a month after signing
    (date(2018, 6, 1), "sent", 4, "weeks"),  # four weeks after the form was sent
    (date(2021, 9, 20), "start", 6, "months"),  # at latest six months after the start
    (date(2022, 12, 12), "sent", 6, "weeks"),  # within six weeks of the request
]


@pytest.fixture
def guidance(cast: Cast) -> DeadlineRule:
    DeadlineRule.objects.filter(clause=cast.clause).update(anchor="signing", offset=1, unit="months")
    first = DeadlineRule.objects.get(clause=cast.clause)
    for valid_from, anchor, offset, unit in GUIDANCE[1:]:
        DeadlineRule.objects.create(clause=cast.clause, first=first, valid_from=valid_from, anchor=anchor, offset=offset, unit=unit)
    return first


@pytest.mark.parametrize(
    ("signed_on", "starts_on", "sent_on", "expected", "which"),
    [
        (date(2014, 3, 3), date(2014, 4, 1), date(2014, 3, 4), date(2014, 4, 3), 0),
        (date(2018, 5, 2), date(2018, 6, 1), date(2018, 5, 3), date(2018, 6, 4), 0),  # the last days of the first form
        (date(2018, 9, 3), date(2018, 10, 1), date(2019, 1, 7), date(2019, 2, 4), 1),
        (date(2021, 10, 1), date(2021, 11, 1), date(2021, 11, 3), date(2022, 5, 2), 2),  # 1 May, a Sunday
        (date(2021, 1, 4), date(2021, 2, 1), date(2021, 10, 1), date(2021, 10, 29), 1),  # it started before the third form
        (date(2021, 10, 1), date(2021, 11, 1), date(2023, 1, 9), date(2023, 2, 20), 3),
        (date(2026, 2, 2), date(2026, 3, 2), date(2026, 3, 2), date(2026, 4, 13), 3),
    ],
)
def test_the_form_in_force_on_the_day_it_counts_from(
    guidance: DeadlineRule, signed_on: date, starts_on: date, sent_on: date, expected: date, which: int
) -> None:
    framework = framework_of(signed_on=signed_on, starts_on=starts_on)
    due = due_dates.of_request(framework=framework, rules=[guidance], country="NO", sent_on=sent_on, calendars=NONE)
    assert due.rule
    assert due.rule.valid_from == GUIDANCE[which][0]
    assert due.on == expected


def test_a_rule_may_count_back_from_the_end() -> None:
    rule = rule_of(anchor="agreement_end", offset=-3, unit="months")
    framework = framework_of(ends_on=date(2027, 1, 31))
    due = due_dates.of_request(framework=framework, rules=[rule], country="NO", sent_on=date(2026, 3, 2), calendars=NONE)
    assert (due.on, due.counted_from) == (date(2026, 11, 2), date(2027, 1, 31)), "31 October is a Saturday"
    too_late = due_dates.of_request(framework=framework, rules=[rule], country="NO", sent_on=date(2026, 12, 1), calendars=NONE)
    assert too_late.rule is None, "three months before the end have passed: the usual time from sending"


# Quiet periods, and policies that do not move

SUMMER = Calendars(
    (Quiet("Fellesferie", date(2026, 7, 6), date(2026, 7, 26)), Quiet("Tet", date(2026, 2, 16), date(2026, 2, 22), country="VN"))
)


def test_computed_dates_avoid_quiet_periods_and_working_days_skip_them() -> None:
    assert SUMMER.due_on(date(2026, 6, 1), 6, "weeks", "NO") == date(2026, 7, 27)
    assert SUMMER.due_on(date(2026, 7, 1), 5, "working_days", "NO") == date(2026, 7, 29)
    assert SUMMER.due_on(date(2026, 2, 2), 2, "weeks", "NO") == date(2026, 2, 16), "Tet is for suppliers in Vietnam"
    assert SUMMER.due_on(date(2026, 2, 2), 2, "weeks", "VN") > date(2026, 2, 22)


def test_a_policy_may_let_dates_stay_where_they_fall() -> None:
    stays = Calendars(moves=False)
    assert stays.due_on(date(2026, 4, 2), 6, "weeks", "NO") == date(2026, 5, 14), "Ascension Day"


@given(day=days, offset=st.integers(0, 60), unit=st.sampled_from(["days", "working_days", "weeks", "months"]), country=countries)
def test_no_computed_date_falls_in_a_quiet_period(day: date, offset: int, unit: str, country: str) -> None:
    yearly = Calendars((Quiet("Jul", date(2014, 12, 24), date(2015, 1, 2), is_yearly=True), *SUMMER.periods))
    due = yearly.due_on(day, offset, unit, country)
    assert not yearly.days_off(due, country)


@pytest.mark.parametrize(
    ("day", "country", "said"),
    [
        (date(2026, 5, 25), "SE", "Pentecost Monday (with us)"),
        (date(2026, 4, 30), "VN", "Liberation Day/Reunification Day (with the supplier, Vietnam)"),
        (date(2026, 7, 8), "NO", "Fellesferie (with us)"),
        (date(2026, 2, 18), "VN", "Lunar New Year (with the supplier, Vietnam)"),
        (date(2026, 3, 4), "VN", ""),
        (date(2026, 3, 7), "SA", "weekend (with us)"),
    ],
)
def test_why_a_day_is_off_and_with_whom(day: date, country: str, said: str) -> None:
    with translation.override("en"):
        why = date_words.day_off(day, country, SUMMER)
    assert said in why if said else why == ""


# The rule and the date are both kept


def test_what_gave_the_date_is_kept_as_it_was(cast: Cast, sign_in: SignIn, guidance: DeadlineRule) -> None:
    request = factories.document_request(
        cast.pc, cast.nordvare, cast.manager, items=[NewItem(title="Rapport", obligations=[obligation(cast)])]
    )
    kept = DocumentRequest.objects.get(pk=request.pk).due_basis
    assert (kept["anchor"], kept["offset"], kept["unit"], kept["on"]) == ("sent", 6, "weeks", "2026-04-13")
    assert kept["clause"] == str(cast.clause)
    DeadlineRule.objects.update(offset=1)
    with translation.override("en"):
        assert date_words.basis(kept).startswith("6 weeks from the day the request is sent (2 March 2026), by clause")
    with time_machine.travel(NOW, tick=False):
        page = sign_in(cast.manager).get(f"/document-requests/{request.pk}/", headers=ENGLISH).content.decode()
        shown = sign_in(cast.manager).get(f"/api/v1/document-requests/{request.pk}/", headers=ENGLISH).json()
    assert "6 weeks from the day the request is sent (2 March 2026)" in page
    assert shown["due_rule"].startswith("6 weeks")
    assert shown["warnings"] == []


def test_a_typed_date_is_kept_with_a_warning(cast: Cast, sign_in: SignIn) -> None:
    factories.quiet_period("Fellesferie", date(2026, 7, 6), date(2026, 7, 26))
    request = factories.document_request(cast.pc, cast.nordvare, cast.manager)
    manager, wanted = sign_in(cast.manager), {"due_on": "2026-04-19", "reason": "Avtalt"}
    with time_machine.travel(NOW, tick=False):
        page = manager.post(f"/document-requests/{request.pk}/extend/", wanted, follow=True, headers=ENGLISH)
        assert "19 April 2026 is no working day: weekend (with us)." in page.content.decode()
        shown = manager.get(f"/api/v1/document-requests/{request.pk}/", headers=ENGLISH).json()
        theirs = sign_in(cast.csr).get(f"/api/v1/document-requests/{request.pk}/").json()
    assert shown["due_on"] == "2026-04-19"
    assert shown["warnings"] == ["19 April 2026 is no working day: weekend (with us)."]
    assert theirs["warnings"] == []


def obligation(cast: Cast) -> Obligation:
    bind(framework=cast.pc, today=TODAY, now=NOW)
    found: Obligation = cast.due_diligence.obligations.get(supplier=cast.nordvare, lot=cast.lot1)
    return found
