"""A daily fine is computed by the clause's terms: examples from the contracts in use, and what must hold for any terms."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.dates import NORWAY, Unit
from followup import daily_fines
from followup.daily_fines import Terms
from followup.models import DocumentRequest, Sanction
from followup.services import hearings
from tests.cast import Cast
from tests.contracts.pages import filled, text
from tests.followup.conftest import Visit
from tests.followup.sanctions.stories import page_of

MONDAY = date(2026, 3, 2)


def fine(until: date, **terms: Any) -> daily_fines.Fine:
    usual = {"rate": Decimal("0.15"), "base": Decimal(1000000), "cap": Decimal(15), "starts_on": MONDAY}
    return daily_fines.computed(Terms(**{**usual, **terms}), until=until, calendar=NORWAY)


def test_state_it_agreements() -> None:
    """0.15 per cent for each calendar day, at most 15 per cent: reached after a hundred days."""
    assert fine(MONDAY).amount == Decimal("1500.00")
    assert fine(MONDAY + timedelta(days=9)).amount == Decimal("15000.00")
    assert fine(MONDAY + timedelta(days=99)).amount == Decimal("150000.00")
    assert not fine(MONDAY + timedelta(days=99)).is_capped
    late = fine(MONDAY + timedelta(days=200))
    assert (late.amount, late.is_capped, late.days) == (Decimal("150000.00"), True, 201)


def test_building_standards_count_working_days() -> None:
    """One per mille for each working day, over Easter 2026 (2, 3 and 6 April)."""
    week = fine(date(2026, 4, 12), rate=Decimal("0.1"), cap=None, starts_on=date(2026, 3, 30), unit=Unit.WORKING_DAYS)
    assert (week.days, week.amount, week.most) == (7, Decimal("7000.00"), None)


def test_it_is_rounded_once_at_the_end() -> None:
    third = fine(MONDAY + timedelta(days=2), rate=Decimal("0.0333"), base=Decimal("1.00"), cap=None)
    assert third.amount == Decimal("0.00")
    assert fine(MONDAY, rate=Decimal("0.5"), base=Decimal("1.00"), cap=None).amount == Decimal("0.01"), "half a hundredth goes up"


TERMS = st.builds(
    Terms,
    rate=st.decimals(min_value=Decimal("0.0001"), max_value=Decimal(100), places=4),
    base=st.decimals(min_value=Decimal("0.01"), max_value=Decimal(10) ** 12, places=2),
    cap=st.none() | st.decimals(min_value=Decimal("0.0001"), max_value=Decimal(100), places=4),
    starts_on=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    unit=st.sampled_from([Unit.DAYS, Unit.WORKING_DAYS]),
)
SPAN = st.integers(min_value=-400, max_value=400)


@given(TERMS, SPAN, SPAN)
def test_it_never_falls_with_time_and_never_passes_the_ceiling(terms: Terms, one: int, other: int) -> None:
    early, late = (
        daily_fines.computed(terms, until=terms.starts_on + timedelta(days=days), calendar=NORWAY) for days in sorted((one, other))
    )
    assert 0 <= early.amount <= late.amount <= late.uncapped
    assert early.days <= late.days
    assert late.most is None or late.amount <= late.most
    assert late.is_capped == (late.amount < late.uncapped)


@given(TERMS, st.integers(min_value=1, max_value=400))
def test_nothing_is_due_before_the_first_day(terms: Terms, days: int) -> None:
    before = daily_fines.computed(terms, until=terms.starts_on - timedelta(days=days), calendar=NORWAY)
    assert before.days == 0
    assert before.amount == 0


@given(TERMS, st.integers(min_value=0, max_value=400))
def test_working_days_are_never_more_than_calendar_days(terms: Terms, days: int) -> None:
    until = terms.starts_on + timedelta(days=days)
    every, working = (
        daily_fines.computed(Terms(terms.rate, terms.base, None, terms.starts_on, unit), until=until, calendar=NORWAY)
        for unit in (Unit.DAYS, Unit.WORKING_DAYS)
    )
    assert every.days == days + 1
    assert working.days <= every.days
    assert working.amount <= every.amount


# On the page


def test_the_terms_are_typed_in_and_the_fine_is_shown_and_not_imposed(cast: Cast, visit: Visit, silent: DocumentRequest) -> None:
    begun = f"/sanctions/new/?framework={cast.pc.pk}&supplier={cast.nordvare.pk}&means=daily_fine&clause={cast.clause.pk}"
    browser = visit(cast.manager)
    draft = filled(browser.get(begun))
    assert browser.post(begun, draft).status_code == 422, "the terms are missing"
    terms = {"rate": "0.15", "base": "1 000 000", "currency": "NOK", "cap": "15", "unit": "days", "starts_on": "20.04.2026"}
    assert browser.post(begun, {**draft, **terms}).status_code == 302
    case = Sanction.objects.get()
    page = text(browser.get(page_of(case)))
    assert "13,500" in page or "13 500" in page, page
    assert "The tool imposes and collects nothing." in page
    assert "150,000" in text(browser.get(page_of(case), {"until": "2027-01-01"})) or "150 000" in text(
        browser.get(page_of(case), {"until": "2027-01-01"})
    )
    assert browser.get(page_of(case), {"until": "next week"}).status_code == 200
    Sanction.objects.update(status="lifted", in_force_from=date(2026, 4, 20), ended_on=date(2026, 4, 25))
    assert "5 days" in text(browser.get(page_of(case))), "the day it ends on is the first without it"
    Sanction.objects.update(status="considered", in_force_from=None, ended_on=None)
    hearings.as_of(case, signer=cast.manager, today=MONDAY)


@pytest.mark.parametrize("wrong", [{"rate": "0"}, {"base": "-1"}, {"cap": "0"}, {"currency": "kroner"}, {"starts_on": "x"}])
def test_wrong_terms_are_said_and_nothing_is_lost(cast: Cast, visit: Visit, silent: DocumentRequest, wrong: dict[str, str]) -> None:
    begun = f"/sanctions/new/?framework={cast.pc.pk}&supplier={cast.nordvare.pk}&means=daily_fine&clause={cast.clause.pk}"
    browser = visit(cast.manager)
    terms = {"rate": "0.15", "base": "100", "currency": "NOK", "cap": "15", "unit": "days", "starts_on": "20.04.2026"}
    answer = browser.post(begun, {**filled(browser.get(begun)), **terms, **wrong})
    assert answer.status_code == 422
    assert not Sanction.objects.exists()
