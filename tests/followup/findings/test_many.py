"""Hundreds of findings at one supplier: every page asks as many questions as with a handful, and does not grow without end."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contracts.models import Obligation
from contracts.services import options
from followup.models import Finding
from tests.cast import Cast
from tests.factories import NOW, TODAY
from tests.followup.conftest import Visit
from tests.followup.findings.stories import page_of

FEW, MANY = 5, 500
GROWS_BY_AT_MOST = 60_000
"""Bytes of HTML: a page shows fifty rows of each kind, and leads to the whole list."""


def more(cast: Cast, like: Finding, first: int, last: int) -> None:
    """Findings with these numbers, each about what the supplier is bound by, open and told."""
    made = Finding.objects.bulk_create(
        Finding(
            framework=cast.pc,
            supplier=cast.nordvare,
            number=number,
            severity=like.severity,
            theme=like.theme,
            text=f"Finding {number}",
            found_by=cast.manager,
            told_at=NOW,
            created_at=NOW,
            mend_by=TODAY + timedelta(days=number),
        )
        for number in range(first, last + 1)
    )
    bound = Obligation.objects.filter(framework=cast.pc, supplier=cast.nordvare)[0]
    link = Finding.obligations.through
    link.objects.bulk_create(link(finding=each, obligation=bound) for each in made)


@pytest.mark.both
def test_pages_cost_the_same_with_five_and_with_five_hundred(cast: Cast, visit: Visit, finding: Finding) -> None:
    options.add(framework=cast.pc, months=12, kind="must_be_used", notice_days=90, actor=cast.manager, now=NOW, today=TODAY)
    supplier, agreement = f"/suppliers/{cast.nordvare.pk}/", f"/frameworks/{cast.pc.pk}/"
    ours = {supplier: 12, agreement: 12, f"{agreement}follow-up/": 10, "/findings/": 7, page_of(finding): 11}
    theirs = {supplier: 11, f"{agreement}follow-up/": 8, "/findings/": 5, "/document-requests/": 11, page_of(finding): 8}
    for user, pinned in ((cast.manager, ours), (cast.csr, theirs)):
        browser = visit(user)
        Finding.objects.exclude(pk=finding.pk).delete()
        more(cast, finding, 2, FEW)
        few = {address: read(browser, address) for address in pinned}
        more(cast, finding, FEW + 1, MANY)
        many = {address: read(browser, address) for address in pinned}
        assert {address: queries for address, (queries, _size) in few.items()} == pinned
        counted = {"/findings/": pinned["/findings/"] + (user == cast.manager)}  # what does not fit on a page is counted
        assert {address: queries for address, (queries, _size) in many.items()} == pinned | counted
        grown = {address: many[address][1] - few[address][1] for address in pinned}
        assert max(grown.values()) < GROWS_BY_AT_MOST, grown


def read(browser: Client, address: str) -> tuple[int, int]:
    """How many queries the page takes, and its size in bytes. The first look reads the notices that lead there, and is not counted."""
    browser.get(address)
    with CaptureQueriesContext(connection) as asked:
        answer = browser.get(address)
    assert answer.status_code == 200
    return len(asked), len(answer.content)
