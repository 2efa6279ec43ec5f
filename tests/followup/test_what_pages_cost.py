"""How many queries each page of the follow-up takes, for whoever sees most of it: pinned exactly, so that one more is seen.

Four are everybody's: the session, the person, what the person is where, and what is unread.
"""

from collections.abc import Iterator

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from followup.models import Checklist
from followup.services import audit_teams
from tests.cast import Cast
from tests.factories import NOW
from tests.followup.agency_reports.test_reporting import reported as told_by_agency
from tests.followup.audit_reports.stories import begun, commented, final
from tests.followup.audits import stories as audits
from tests.followup.audits.test_programmes import made as programme
from tests.followup.audits.test_programmes import spent
from tests.followup.conftest import Visit
from tests.followup.findings import stories as findings
from tests.followup.meetings import stories as meetings
from tests.followup.sites.test_sites import added as site


@pytest.fixture(autouse=True)
def monday_morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def costs(browser: Client, *addresses: str) -> dict[str, int]:
    """Of each address. The first look, which reads the notices that lead there, is not counted."""
    return {address: _cost(browser, address) for address in addresses}


def _cost(browser: Client, address: str) -> int:
    browser.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(address).status_code == 200, address
    return len(asked)


def test_audits_and_their_reports(cast: Cast, visit: Visit) -> None:
    year = programme(cast)
    coming = audits.announced(cast, auditor=cast.audit_firm, programme=year, site=site(cast))
    audit_teams.add(audit=coming, role="expert", user=cast.specialist, actor=cast.manager, now=NOW)
    spent(cast, coming, kind="fee", amount=100)
    done = audits.reported(cast, "One", "Two", programme=year)
    findings.logged(cast, audit=done)
    draft, answered, over = begun(cast), commented(cast), final(cast)
    reports = [f"/written-reports/{it.pk}/" for it in (draft, answered, over)]
    pages = [audits.page_of(coming), audits.page_of(done), *reports, f"/audit-programmes/{year.pk}/", f"/sites/{coming.site_id}/"]
    assert list(costs(visit(cast.manager), *pages).values()) == [12, 12, 11, 14, 11, 9, 7]
    told = [audits.page_of(coming), audits.page_of(done), *reports[1:], f"/sites/{coming.site_id}/"]
    assert list(costs(visit(cast.csr), *told).values()) == [7, 7, 10, 8, 7]
    assert list(costs(visit(cast.auditor), audits.page_of(coming)).values()) == [6]
    lists = ["/audits/", "/audit-programmes/", "/sites/", "/checklists/", f"/checklists/{Checklist.objects.all()[0].pk}/"]
    assert list(costs(visit(cast.manager), *lists).values()) == [8, 7, 6, 6, 7]


def test_meetings_and_what_agencies_report(cast: Cast, visit: Visit) -> None:
    it = meetings.planned(cast)
    with time_machine.travel(meetings.at(meetings.HELD), tick=False):
        meetings.sent(cast, meetings.fresh(it))
        assert list(costs(visit(cast.manager), meetings.page_of(it), "/meetings/").values()) == [10, 7]
        assert list(costs(visit(cast.csr), meetings.page_of(it), "/meetings/").values()) == [7, 5]
    report = told_by_agency(cast)
    pages = [f"/agency-reports/{report.pk}/", "/agency-reports/"]
    assert list(costs(visit(cast.manager), *pages).values()) == [11, 8]
    assert list(costs(visit(cast.agency), *pages).values()) == [7, 5]
