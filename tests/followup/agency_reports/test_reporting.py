"""An agency tells us that something is wrong; somebody of ours takes it, and the agency hears what comes of it."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.permissions import Role
from contracts.models import CallOff
from core.errors import Invalid, NotAllowed, WrongState
from core.models import History
from followup.models import AgencyReport, Audit, Finding, Severity
from followup.services import agency_reports, audits, finding_closing
from notifications.models import Deadline, Delivery, Message, Notice
from tests import factories
from tests.cast import Cast
from tests.contracts.pages import said, text
from tests.factories import NOW, TODAY
from tests.followup.conftest import Visit, jpeg
from tests.walking import at, walk

TOLD = "The cleaners say that they are not paid for the evening."


def page_of(it: AgencyReport, *parts: str) -> str:
    return "/".join(["", "agency-reports", str(it.pk), *parts, ""])


def fresh(it: AgencyReport) -> AgencyReport:
    return AgencyReport.objects.select_related("framework__organisation", "supplier", "agency", "deadline__organisation").get(pk=it.pk)


def reported(cast: Cast, **said: Any) -> AgencyReport:
    fields = {"framework": cast.pc, "supplier": cast.nordvare, "text": TOLD, **said}
    return agency_reports.report(agency=cast.agency_body, actor=cast.agency, now=NOW, today=TODAY, **fields)


@pytest.fixture
def report(cast: Cast) -> AgencyReport:
    return reported(cast)


BY = {"now": NOW, "today": TODAY}


def test_from_a_phone_to_a_finding(cast: Cast, visit: Visit) -> None:
    """The whole way over HTTP: told with a photo, taken, made a finding. The supplier sees the finding and nothing of the report."""
    order = CallOff.objects.create(
        framework=cast.pc, supplier=cast.nordvare, agency=cast.agency_body, reference="2026/7", title="200 skjermer", created_at=NOW
    )
    agency = visit(cast.agency)
    page = text(agency.get("/agency-reports/new/"))
    assert "Nordvare AS: 200 skjermer" in page
    assert "If your colleagues should not see it" in page
    refused = agency.post("/agency-reports/new/", {"text": TOLD})
    assert (refused.status_code, refused.content.decode().count("Error:")) == (422, 1)
    for _thumb in range(2):  # pressed twice
        answer = agency.post("/agency-reports/new/", {"text": TOLD, "place": f"c:{order.pk}", "photos": [jpeg("lager.jpg")]}, follow=True)
        it = AgencyReport.objects.get()
        assert f"Your case number is {it.case_number}." in said(answer)
    assert (it.framework, it.supplier, it.call_off, it.files.get().name) == (cast.pc, cast.nordvare, order, "lager.jpg")
    walk(TODAY, TODAY)
    assert it.case_number in Message.objects.get(lines__kind="report_received").text
    assert Delivery.objects.get(kind="report_waiting").person == cast.manager.person

    manager = visit(cast.manager)
    assert TOLD in text(manager.get("/agency-reports/"))
    small = f"/agency-report-files/{it.files.get().pk}/small/"
    for who in (manager, agency):
        assert f'src="{small}" alt="Photo: lager.jpg"' in who.get(page_of(it)).content.decode()
        assert who.get(small).status_code == 204, "no picture in that file: its name is shown"
    assert "Answer the agency" in text(manager.get("/"))
    manager.post(page_of(it, "take"))
    assert "Maja Forvalter has taken on your report" in text(agency.get(page_of(it)))
    form = {"supplier": str(cast.nordvare.pk), "severity": "major", "text": "Overtime is not paid."}
    assert "Write what was found." in text(manager.post(page_of(it, "finding"), {**form, "text": " "}))
    made = manager.post(page_of(it, "finding"), form)
    finding = Finding.objects.get()
    assert made["Location"] == f"/findings/{finding.pk}/", "what comes next is there"
    assert (fresh(it).finding, finding.supplier, finding.text) == (finding, cast.nordvare, "Overtime is not paid.")
    assert it.case_number in text(manager.get(f"/findings/{finding.pk}/"))
    assert "It became finding no. 1 at Nordvare AS" in text(agency.get(page_of(it)))
    manager.post(f"/findings/{finding.pk}/tell/")
    theirs = text(visit(cast.csr).get(f"/findings/{finding.pk}/"))
    assert "Overtime is not paid." in theirs
    assert it.case_number not in theirs
    assert "Kartverksdirektoratet" not in theirs
    for address in (page_of(it), "/agency-reports/", f"/agency-report-files/{it.files.get().pk}/content/"):
        assert visit(cast.csr).get(address).status_code in (403, 404)


@pytest.mark.both
def test_no_report_lies_unseen(cast: Cast, report: AgencyReport) -> None:
    due = report.deadline.due_on
    assert due == TODAY + timedelta(days=7), "five working days"
    walk(TODAY, due + timedelta(days=9))
    told = Delivery.objects.filter(kind="report_waiting").values_list("person__email", flat=True)
    assert list(told).count(cast.manager.email) == 2
    assert cast.section.email in told
    agency_reports.take(report=fresh(report), actor=cast.manager, now=at(due), today=due)
    it = fresh(report)
    assert (it.status, it.deadline.is_open) == ("taken", True)
    assert it.due_on == it.deadline.due_on > due, "now it owes what comes of it"


def test_the_supplier_is_told_nothing_by_any_way(cast: Cast, report: AgencyReport) -> None:
    agency_reports.answer(report=fresh(report), text="When was it?", actor=cast.manager, **BY)
    agency_reports.add(report=fresh(report), text="Last week.", actor=cast.agency, now=NOW + timedelta(hours=1), today=TODAY)
    agency_reports.close(report=fresh(report), reason="It was another firm.", actor=cast.manager, **BY)
    theirs = {cast.csr.person_id, cast.sales.person_id, cast.csr_fjordtek.person_id}
    assert not Notice.objects.filter(about_id=report.pk, person__in=theirs).exists()
    assert not History.objects.visible_to(cast.csr).filter(object_id=report.pk).exists()
    assert not Deadline.objects.visible_to(cast.csr).filter(about_id=report.pk).exists()
    mine = History.objects.visible_to(cast.agency).filter(object_id=report.pk).values_list("verb", flat=True)
    assert set(mine) == {"report", "answer_report", "add_to_report", "close_report"}
    assert [each.text for each in report.messages.all()] == ["When was it?", "Last week."]


def test_another_agency_sees_it_not_even_by_its_address(cast: Cast, visit: Visit, report: AgencyReport) -> None:
    other = factories.user("other@agency.example", (factories.organisation("Annen etat", "agency"), Role.AGENCY))
    assert visit(other).get(page_of(report)).status_code == 404
    assert report.case_number not in text(visit(other).get("/agency-reports/"))
    with pytest.raises(NotAllowed):
        agency_reports.add(report=fresh(report), text="Mine?", actor=other, **BY)


def test_it_leads_to_an_audit_that_the_agency_hears_of_when_the_supplier_may(cast: Cast, visit: Visit) -> None:
    it = reported(cast, supplier=None)
    said = {"kind": "wage_control", "planned_on": TODAY + timedelta(days=20), "announcement": "unannounced"}
    with pytest.raises(Invalid) as refused:
        agency_reports.lead_to_audit(report=fresh(it), actor=cast.manager, **said, **BY)
    assert [fault.field for fault in refused.value.errors] == ["supplier"]
    agency_reports.lead_to_audit(report=fresh(it), supplier=cast.nordvare, actor=cast.manager, **said, **BY)
    audit = Audit.objects.get()
    assert (audit.trigger, it.case_number in audit.reason) == ("agency_report", True)
    page = text(visit(cast.agency).get(page_of(it)))
    assert "We are looking into it at Nordvare AS" in page
    assert "control of wages" not in page
    Audit.objects.update(status="reported", performed_on=TODAY, result="breaches")
    assert "control of wages" in text(visit(cast.agency).get(page_of(it)))


def test_the_agency_hears_how_it_ended(cast: Cast, report: AgencyReport) -> None:
    severity = Severity.objects.get(code="minor")
    finding = agency_reports.become_finding(report=fresh(report), severity=severity, text="Found.", actor=cast.manager, **BY)
    finding_closing.close(finding=finding, method="document", actor=cast.owner, now=NOW + timedelta(hours=1), today=TODAY)
    last = Delivery.objects.filter(kind="report_told").latest("created_at")
    assert (last.person, last.context["what"], last.context["number"]) == (cast.agency.person, "put_right", 1)


def test_when_its_audit_is_called_off_it_is_ours_to_decide_again(cast: Cast, report: AgencyReport) -> None:
    said = {"kind": "wage_control", "planned_on": TODAY + timedelta(days=20), "announcement": "unannounced"}
    audit = agency_reports.lead_to_audit(report=fresh(report), actor=cast.manager, **said, **BY)
    later = {"now": NOW + timedelta(hours=1), "today": TODAY}
    audits.cancel(audit=audit, reason="The site is closed.", actor=cast.manager, **later)
    it = fresh(report)
    assert (it.status, it.audit, it.taken_by, it.deadline.is_open) == ("taken", None, cast.manager, True)
    assert it.due_on == it.deadline.due_on > TODAY
    assert Delivery.objects.filter(kind="report_told").latest("created_at").context["what"] == "called_off"
    theirs = History.objects.visible_to(cast.agency).filter(object_id=report.pk)
    assert "wage" not in str(list(theirs.values_list("changes", flat=True))), "the kind of audit is not told before it may be"


def test_several_agencies_may_tell_of_one_finding(cast: Cast) -> None:
    first, second = reported(cast), reported(cast, text="The same here.")
    severity = Severity.objects.get(code="minor")
    finding = agency_reports.become_finding(report=fresh(first), severity=severity, text="Found.", actor=cast.manager, **BY)
    agency_reports.become_finding(report=fresh(second), finding=finding, actor=cast.manager, **BY)
    assert set(finding.agency_reports.all()) == {first, second}
    assert first.case_number != second.case_number
    with pytest.raises(WrongState):
        agency_reports.close(report=fresh(second), reason="Twice.", actor=cast.manager, **BY)


@pytest.mark.parametrize(
    ("said", "field"),
    [({"text": " "}, "text"), ({"happened_on": TODAY + timedelta(days=1)}, "happened_on"), ({"framework": None}, "framework")],
)
def test_what_is_wrong_is_said_at_its_field(cast: Cast, said: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        reported(cast, **said)
    assert [fault.field for fault in refused.value.errors] == [field]


def test_the_list_reads_in_few_queries(cast: Cast, visit: Visit, django_assert_max_num_queries: Any) -> None:
    for number in range(3):
        reported(cast, text=f"Report {number}")
    manager = visit(cast.manager)
    with django_assert_max_num_queries(12):
        page = text(manager.get("/agency-reports/?q=Report"))
    assert "3 reports" in page
    answer: Any = manager.get("/agency-reports/sheet/csv/")
    assert b"".join(answer.streaming_content).decode("utf-8-sig").count("M-") == 3


def test_what_the_agency_adds_reaches_somebody_who_still_works_here(cast: Cast, report: AgencyReport) -> None:
    agency_reports.take(report=report, actor=cast.deputy, **BY)
    agency_reports.answer(report=report, text="Which evening?", actor=cast.manager, **BY)
    assert report.taken_by == cast.deputy, "who answers for a colleague has not taken it"
    agency_reports.add(report=report, text="Also last week.", actor=cast.agency, **BY)
    cast.deputy.memberships.update(ended_at=NOW)
    agency_reports.add(report=report, text="And today.", actor=cast.agency, now=NOW + timedelta(hours=1), today=TODAY)
    told = Delivery.objects.filter(kind="report_added").order_by("created_at")
    assert [line.person for line in told] == [cast.deputy.person, cast.manager.person]
