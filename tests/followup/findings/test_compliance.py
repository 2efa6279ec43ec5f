"""How a requirement reads when findings are counted in: the rules as a table, and what the pages say."""

from datetime import date, timedelta

import pytest

from contracts.models import Obligation
from followup.compliance import TO_JUDGE, Found, standing
from followup.services import finding_closing
from tests.cast import Cast
from tests.contracts.pages import text
from tests.factories import TODAY
from tests.followup.conftest import Visit
from tests.followup.findings.stories import logged
from tests.walking import at

CHECKED = date(2026, 2, 1)
BEFORE, AFTER = CHECKED - timedelta(days=1), CHECKED + timedelta(days=1)
OPEN = Found(1, "major", is_open=True)
CRITICAL = Found(2, "critical", is_open=True)
SMALL = Found(3, "minor", is_open=True)
MENDED_BEFORE = Found(4, "major", is_open=False, is_put_right=True, closed_on=BEFORE)
MENDED_AFTER = Found(5, "major", is_open=False, is_put_right=True, closed_on=AFTER)
NOTED = Found(6, "major", is_open=False, is_put_right=False, closed_on=AFTER)


@pytest.mark.parametrize(
    ("verified", "checked_on", "found", "code", "because"),
    [
        ("met", CHECKED, [], "met", None),
        ("unknown", None, [], "unknown", None),
        ("met", CHECKED, [OPEN], "not_met", OPEN),
        ("unknown", None, [OPEN], "not_met", OPEN),
        ("met", CHECKED, [CRITICAL, OPEN], "not_met", OPEN),
        ("waived", CHECKED, [CRITICAL], "not_met", CRITICAL),
        ("met", CHECKED, [SMALL], "met", None),
        ("met", CHECKED, [MENDED_AFTER], TO_JUDGE, MENDED_AFTER),
        ("partly_met", CHECKED, [MENDED_AFTER], TO_JUDGE, MENDED_AFTER),
        ("met", None, [MENDED_AFTER], TO_JUDGE, MENDED_AFTER),
        ("met", CHECKED, [MENDED_BEFORE], "met", None),
        ("not_met", CHECKED, [MENDED_AFTER], "not_met", None),
        ("unknown", None, [MENDED_AFTER], "unknown", None),
        ("met", CHECKED, [NOTED], "met", None),
        ("met", CHECKED, [MENDED_AFTER, OPEN], "not_met", OPEN),
    ],
)
def test_what_a_requirement_reads_as(verified: str, checked_on: date | None, found: list[Found], code: str, because: Found | None) -> None:
    reads = standing(verified=verified, checked_on=checked_on, found=found)
    assert (reads.code, reads.because) == (code, because)


def test_the_pages_say_why_and_nothing_turns_green_by_closing(cast: Cast, visit: Visit) -> None:
    row = Obligation.objects.filter(requirement=cast.due_diligence, supplier=cast.nordvare).earliest("id")
    Obligation.objects.filter(pk=row.pk).update(verified="met", method="document", checked_on=TODAY)
    it = logged(cast, told=False, obligations=[row])
    browser, address = visit(cast.manager), f"/obligations/{row.pk}/"
    assert "It reads as not met because finding no. 1 is open." in text(browser.get(address))
    assert "Not met" in text(browser.get(f"/frameworks/{cast.pc.pk}/"))
    assert "finding no. 1" not in text(visit(cast.csr).get(address)), "until the supplier is told it is ours"
    day = TODAY + timedelta(days=9)
    finding_closing.close(finding=it, method="document", actor=cast.owner, now=at(day), today=day)
    page = text(browser.get(address))
    assert "To be judged anew" in page
    assert "Finding no. 1 was closed after our last check" in page
    Obligation.objects.filter(pk=row.pk).update(checked_on=day)
    assert "To be judged anew" not in text(browser.get(address))
