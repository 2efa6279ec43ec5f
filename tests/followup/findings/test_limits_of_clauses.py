"""What a clause says of the time from the day a finding is sent goes before what the severity says."""

from datetime import date

import pytest

from contracts.models import DeadlineRule, Obligation
from followup.services import findings
from tests import factories
from tests.cast import Cast
from tests.contracts.pages import text
from tests.factories import NOW, TODAY
from tests.followup.conftest import Visit
from tests.followup.findings.stories import clocks, logged, page_of

PLAN, CORRECTION = date(2026, 3, 16), date(2026, 6, 1)
"""Of a serious finding: fourteen and ninety days after 2 March, moved past a Sunday."""


def rule(cast: Cast, offset: int, unit: str) -> None:
    DeadlineRule.objects.create(clause=cast.clause, anchor="finding_sent", offset=offset, unit=unit)


def dates(cast: Cast, severity: str = "major", **fields: bool) -> dict[str, date]:
    it = logged(cast, severity, **fields)
    return {what: deadline.due_on for what, deadline in clocks(it).items() if what in ("plan", "correction")}


def test_one_rule_is_for_the_plan_or_for_putting_it_right_where_no_plan_is_asked_for(cast: Cast, visit: Visit) -> None:
    assert dates(cast) == {"plan": PLAN, "correction": CORRECTION}
    rule(cast, 20, "working_days")
    assert dates(cast) == {"plan": date(2026, 3, 30), "correction": CORRECTION}
    assert dates(cast, "observation") == {"correction": date(2026, 3, 30)}
    it = logged(cast)
    page = text(visit(cast.manager).get(page_of(it)))
    assert "Limit by the agreement 20 working days from the day a finding is sent" in page


def test_of_two_rules_the_longer_is_for_putting_it_right(cast: Cast) -> None:
    rule(cast, 2, "months")
    rule(cast, 5, "working_days")
    assert dates(cast) == {"plan": date(2026, 3, 9), "correction": date(2026, 5, 4)}
    assert dates(cast, is_systemic=True) == {"plan": date(2026, 3, 9)}, "a systemic one has no date to be put right by"


def test_of_two_clauses_the_first_requirements_speaks(cast: Cast) -> None:
    rule(cast, 20, "working_days")
    cast.environment.clause = factories.clause(cast.pc, title="Another", anchor="finding_sent", offset=200, unit="days")
    cast.environment.save()
    it = logged(cast, obligations=list(Obligation.objects.filter(framework=cast.pc, supplier=cast.nordvare)))
    assert (clocks(it)["plan"].due_on, clocks(it)["correction"].due_on) == (date(2026, 3, 30), CORRECTION)


@pytest.mark.both
def test_a_clause_that_the_finding_is_not_about_says_nothing(cast: Cast) -> None:
    factories.clause(cast.pc, title="Another", anchor="finding_sent", offset=1, unit="days")
    it = logged(cast, told=False)
    findings.tell(finding=it, actor=cast.manager, now=NOW, today=TODAY)
    assert clocks(it)["plan"].due_on == PLAN
