"""Which rows exist for whom, asked of the one place that says so: each line here fails where that line is taken away."""

from typing import Any

from accounts.models import User
from core.files import kept
from followup import querysets
from followup.models import (
    AgencyReportFile,
    Audit,
    AuditCost,
    AuditScheme,
    AuditSheet,
    Checklist,
    FindingFile,
    Meeting,
    MeetingFile,
    Programme,
    ReceivedFile,
    Series,
    SharingFile,
    SigningKey,
    TrustedKey,
)
from followup.services import agency_reports, audit_reporting, audit_teams, findings, meeting_actions, meetings, sites
from tests.cast import Cast
from tests.factories import NOW, TODAY
from tests.followup.audit_reports import stories as reports
from tests.followup.audits.stories import AT, announced, log, papers, planned
from tests.followup.findings.stories import audited, logged
from tests.followup.meetings import stories as meeting_stories
from tests.followup.sanctions.stories import proposed
from tests.followup.shared_results.stories import drafted, read, sealed, trusted
from tests.followup.sheets import stories as sheet_stories

OUTSIDE = ("csr", "csr_fjordtek", "csr_polar", "agency", "auditor")


def who_sees(cast: Cast, row: Any) -> set[str]:
    """Of those outside."""
    mine = type(row).objects
    return {name for name in OUTSIDE if mine.visible_to(User.objects.get(pk=getattr(cast, name).pk)).filter(pk=row.pk).exists()}


NORDVARE = {"csr", "csr_fjordtek"}
"""Frida is of both suppliers."""


def test_an_audit_from_its_announcement_or_else_its_report_on(cast: Cast) -> None:
    it = planned(cast, auditor=cast.audit_firm)
    who_comes = audit_teams.add(audit=it, role="observer", name="Ola Observatør", actor=cast.manager, now=NOW)
    assert who_sees(cast, it) == who_sees(cast, who_comes) == {"auditor"}
    assert who_sees(cast, announced(cast)) == NORDVARE
    sudden = planned(cast, planned_on=TODAY, announcement="unannounced")
    assert who_sees(cast, sudden) == set()
    log(cast, sudden, "Report")
    assert who_sees(cast, sudden) == NORDVARE


def test_no_order_of_the_suppliers_list_gives_the_day_of_an_audit_away(cast: Cast) -> None:
    assert querysets.audit_orders(cast.csr)["due_on"].column == "told_on"
    assert querysets.audit_orders(cast.auditor)["due_on"].column != "told_on"


def test_a_finding_and_what_hangs_on_it_once_it_is_told(cast: Cast) -> None:
    with kept(papers("Photo")) as files:
        it = logged(cast, audit=audited(cast, cast.audit_firm), told=False, files=files)
    file = FindingFile.objects.get()
    assert who_sees(cast, it) == who_sees(cast, file) == {"auditor"}
    findings.tell(finding=it, actor=cast.manager, **AT)
    assert who_sees(cast, it) == who_sees(cast, file) == {*NORDVARE, "auditor"}
    assert who_sees(cast, logged(cast)) == NORDVARE, "of no audit, no audit firm's"


def test_a_meeting_and_its_files_once_the_supplier_is_told(cast: Cast) -> None:
    it = meeting_stories.planned(cast)
    assert who_sees(cast, it) == set()
    meetings.invite(meeting=it, actor=cast.manager, **AT)
    assert who_sees(cast, it) == NORDVARE
    meeting_stories.sent(cast, it)
    with kept(papers("List")) as files:
        action = it.actions.get(side="supplier").pk
        meeting_actions.finish(meeting=it, action=action, note="", files=files, actor=cast.csr, **AT)
    file = MeetingFile.objects.get()
    assert who_sees(cast, file) == NORDVARE
    Meeting.objects.update(told_at=None)
    assert who_sees(cast, file) == set()


def test_the_report_of_an_audit_from_its_draft_on_and_never_one_that_was_dropped(cast: Cast) -> None:
    it = reports.begun(cast, reports.held(cast, auditor=cast.audit_firm))
    assert who_sees(cast, it) == {"auditor"}
    reports.sent(cast, reports.written(cast, it))
    assert who_sees(cast, it) == {*NORDVARE, "auditor"}
    dropped = reports.begun(cast, reports.held(cast, auditor=cast.audit_firm))
    audit_reporting.drop(report=dropped, actor=cast.manager, **AT)
    assert who_sees(cast, dropped) == set()


def test_a_case_a_sharing_and_a_sheet(cast: Cast) -> None:
    assert who_sees(cast, proposed(cast)) == set(), "it is only considered"
    assert who_sees(cast, drafted(cast)) == set()
    sheet = sheet_stories.begun(cast, auditor=cast.audit_firm)
    assert who_sees(cast, sheet) == {"auditor"}
    assert who_sees(cast, sheet_stories.begun(cast)) == set()


def test_a_sheet_is_for_those_who_carry_the_audit_out(cast: Cast) -> None:
    sheet = sheet_stories.begun(cast)
    sees = lambda who: AuditSheet.objects.visible_to(User.objects.get(pk=who.pk)).exists()  # noqa: E731
    assert [sees(who) for who in (cast.manager, cast.reader, cast.other_manager)] == [True, False, False]
    audit_teams.add(audit=sheet.audit, role="observer", user=cast.reader, actor=cast.manager, now=NOW)
    assert not sees(cast.reader), "whoever looks on does not write"
    audit_teams.add(audit=sheet.audit, role="expert", user=cast.other_manager, actor=cast.manager, now=NOW)
    assert sees(cast.other_manager)


def test_a_site_is_its_suppliers_and_for_the_firm_that_audits_there(cast: Cast) -> None:
    it = sites.add(supplier=cast.nordvare, name="Fabrikk", country="VN", actor=cast.manager, now=NOW)
    assert who_sees(cast, it) == NORDVARE
    audit = planned(cast, auditor=cast.audit_firm, site=it)
    assert who_sees(cast, it) == {*NORDVARE, "auditor"}
    Audit.objects.filter(pk=audit.pk).update(status="cancelled")
    assert who_sees(cast, it) == NORDVARE


def test_what_is_ours_alone_is_there_for_nobody_outside(cast: Cast) -> None:
    for ours in (TrustedKey, SigningKey, SharingFile, ReceivedFile, Programme, AuditCost, AuditScheme, Series):
        for name in OUTSIDE:
            assert ours.objects.visible_to(getattr(cast, name)).query.is_empty(), (ours, name)
    list_ = Checklist.objects.first()
    assert list_
    assert who_sees(cast, list_) == {"auditor"}, "no supplier reads beforehand what we ask"


def test_what_came_from_another_body_waits_for_those_who_may_do_something_about_it(cast: Cast) -> None:
    trusted(cast)
    read(cast, sealed(cast))
    waits = [ReceivedFile.objects.waiting_for(who, [cast.pc.pk]).exists() for who in (cast.specialist, cast.manager, cast.reader)]
    assert waits == [True, True, False]


def test_what_an_agency_reports_and_its_photos_are_that_agencys(cast: Cast) -> None:
    about: dict[str, Any] = {"framework": cast.pc, "supplier": cast.nordvare, "text": "Not paid.", **AT}
    with kept(papers("Photo")) as files:
        it = agency_reports.report(agency=cast.agency_body, files=files, actor=cast.agency, **about)
    assert who_sees(cast, it) == who_sees(cast, AgencyReportFile.objects.get()) == {"agency"}
