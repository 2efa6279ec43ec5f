"""What findings make of a requirement: the rule on rows at hand and in the database say the same, for us and for the supplier."""

from datetime import timedelta
from itertools import product

import pytest

from accounts.models import User
from contracts import matrix, standings
from contracts.filters import READINGS
from contracts.models import Obligation, Verified
from followup.models import Finding, Severity
from tests.cast import Cast
from tests.contracts.pages import text
from tests.factories import TODAY
from tests.followup.conftest import Visit
from tests.followup.findings.stories import logged

DAY = timedelta(days=1)
ENDS = [
    ("open", "", None),
    ("closed", "put_right", TODAY + DAY),
    ("closed", "put_right", TODAY - DAY),
    ("closed", "withdrawn", TODAY + DAY),
    ("closed", "noted", TODAY + DAY),
]


@pytest.fixture
def row(cast: Cast) -> Obligation:
    return Obligation.objects.filter(requirement=cast.due_diligence, supplier=cast.nordvare).earliest("id")


def agree(user: User, row: Obligation) -> None:
    """The reading, the part of the figures and the rows behind them, asked both ways of one obligation."""
    seen, found = Obligation.objects.visible_to(user).on(TODAY).filter(pk=row.pk), standings.overruling(user)
    (it,) = rows = list(seen)
    standings.attach(rows, user=user)
    reading, parts = matrix.reading(it, TODAY), vars(matrix.shares(rows, TODAY))
    code = reading.code if reading.kind == "verified" else "unknown"
    assert [each for each, _label in READINGS if seen.reading_as(each, TODAY, found).exists()] == [code]
    assert seen.shares("framework_id", TODAY, found) == {it.framework_id: parts}
    assert {part: seen.standing_as(part, TODAY, found).count() for part in parts} == parts


def test_both_ways_say_the_same(cast: Cast, row: Obligation) -> None:
    it = logged(cast, obligations=[row])
    for code, is_told, (status, outcome, closed_on) in product(("major", "minor"), (True, False), ENDS):
        Finding.objects.filter(pk=it.pk).update(
            severity=Severity.objects.get(code=code),
            told_at=it.told_at if is_told else None,
            status=status,
            outcome=outcome,
            closed_on=closed_on,
        )
        for verified, valid_until in [*((code, None) for code in Verified.values), ("met", TODAY - DAY)]:
            checked = {"method": "document", "checked_on": TODAY} if verified != "unknown" else {"method": "", "checked_on": None}
            Obligation.objects.filter(pk=row.pk).update(verified=verified, valid_until=valid_until, **checked)
            agree(cast.manager, row)
        agree(cast.csr, row)


def test_lists_figures_and_the_api_follow_what_was_found(cast: Cast, visit: Visit, row: Obligation) -> None:
    Obligation.objects.filter(pk=row.pk).update(verified="met", method="document", checked_on=TODAY)
    browser = visit(cast.manager)

    def stands_as(query: str) -> bool:
        return f"/obligations/{row.pk}/" in browser.get(f"/obligations/?{query}").content.decode()

    assert stands_as("standing=verified")
    it = logged(cast, told=False, obligations=[row])
    assert not stands_as("standing=verified")
    assert stands_as("standing=failed")
    assert "Not met" in text(browser.get("/obligations/?standing=failed"))
    assert browser.get(f"/api/v1/obligations/{row.pk}/").json()["standing"] == "not_met"
    assert visit(cast.csr).get(f"/api/v1/obligations/{row.pk}/").json()["standing"] == "met", "not told yet"
    Finding.objects.filter(pk=it.pk).update(status="closed", outcome="put_right", closed_on=TODAY + DAY)
    assert stands_as("verified=to_judge")
    assert stands_as("standing=unknown"), "nothing is known until we have judged anew"
