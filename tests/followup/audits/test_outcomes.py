"""An audit is written down, its report handed out, each requirement judged, and the audit closed."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from contracts.models import Obligation
from core.errors import Invalid, WrongState
from core.models import History
from followup import audit_days
from followup.models import Audit, AuditReport, Finding, Severity
from followup.services import audit_outcomes, audit_reporting, finding_disputes
from notifications import delivery
from notifications.models import Deadline, Delivery, Message
from tests.cast import Cast
from tests.contracts.pages import filled, said, text
from tests.factories import NOW, TODAY
from tests.followup.audits.stories import AT, announced, at, bound, log, on, page_of, planned, reported, reused, verbs
from tests.followup.conftest import Visit, pdf
from tests.followup.findings.stories import logged


def finding(it: Audit, code: str = "major", **fields: Any) -> Finding:
    """As the pages of findings will write it."""
    said_: dict[str, Any] = {
        "framework": it.framework,
        "supplier": it.supplier,
        "audit": it,
        "number": Finding.objects.count() + 1,
        "severity": Severity.objects.get_or_create(code=code)[0],
        "text": "Overtid er ikke betalt.",
        "found_by": it.created_by,
        "created_at": NOW,
    }
    return Finding.objects.create(**{**said_, **fields})


# Written down


@pytest.mark.both
def test_with_a_report_it_is_reported_and_the_supplier_gets_it(cast: Cast, visit: Visit) -> None:
    it = announced(cast, planned_on=TODAY)
    browser = visit(cast.manager)
    page = browser.get(page_of(it, "log"))
    form = {name: values[0] for name, values in filled(page).items() if name != "report"}
    assert form["performed_on"] == "2026-03-02"
    sent = {**form, "result": "breaches", "conclusion": "Overtid betales ikke.", "report": [pdf("Rapport.pdf")]}
    answer = browser.post(page_of(it, "log"), sent, follow=True)
    assert "The audit is reported, and the supplier is told." in said(answer)
    it.refresh_from_db()
    assert (it.status, it.result, it.performed_on) == ("reported", "breaches", TODAY)
    assert Deadline.objects.get(pk=it.deadline_id).closed_at, "nobody is reminded of it any more"
    delivery.deliver(clock=lambda: at(TODAY), is_any_time=True)
    mail = Message.objects.get(lines__kind="audit_reported")
    assert "mandag 2. mars 2026" in mail.text
    assert "Avvik" in mail.text
    assert not Message.objects.filter(lines__kind="audit_announced").exists(), "what had not left is no longer true"
    theirs = visit(cast.csr)
    shown = text(theirs.get(page_of(it)))
    for words in ("Rapport.pdf", "Overtid betales ikke.", "Breaches"):
        assert words in shown
    content: Any = theirs.get(page_of(it, "reports", AuditReport.objects.get().pk))
    assert b"".join(content.streaming_content).startswith(b"%PDF")
    assert "attachment" in content["Content-Disposition"]


def test_without_one_the_report_is_to_come(cast: Cast, visit: Visit) -> None:
    it = announced(cast, planned_on=TODAY)
    browser = visit(cast.manager)
    browser.post(page_of(it, "log"), {"performed_on": "2026-03-02", "result": "improvements", "conclusion": "Vår egen lapp."})
    it.refresh_from_db()
    assert it.status == "performed"
    assert "Add the report" in text(browser.get(page_of(it)))
    theirs = text(visit(cast.csr).get(page_of(it)))
    assert "We are writing the report." in theirs
    assert "Vår egen lapp." not in theirs
    assert "Points for improvement" not in theirs
    page = browser.get(page_of(it, "log"))
    assert filled(page)["conclusion"] == ["Vår egen lapp."], "what was written stands there"
    browser.post(page_of(it, "log"), {"performed_on": "2026-03-02", "result": "improvements", "report": [pdf()]})
    it.refresh_from_db()
    assert (it.status, verbs(it)) == ("reported", ["announce", "perform", "plan", "report"])


def test_an_unannounced_one_is_the_suppliers_to_see_from_the_report_on(cast: Cast, visit: Visit) -> None:
    it = planned(cast, planned_on=TODAY, announcement="unannounced")
    log(cast, it)
    theirs = visit(cast.csr)
    assert theirs.get(page_of(it)).status_code == 404, "held, but not reported"
    assert not History.objects.visible_to(cast.csr).filter(object_id=it.pk).exists()
    log(cast, it, "Rapport")
    assert "Rapport.pdf" in text(theirs.get(page_of(it)))
    assert "Audit at a production site" in text(theirs.get("/audits/"))
    assert [row.verb for row in History.objects.visible_to(cast.csr).filter(object_id=it.pk)] == ["report"]
    assert Delivery.objects.get(kind="audit_reported").person == cast.csr.person


def test_it_cannot_be_written_down_before_it_was_held(cast: Cast, visit: Visit) -> None:
    it = planned(cast)
    browser = visit(cast.manager)
    answer = browser.post(page_of(it, "log"), {"performed_on": "3.3.2026", "result": "breaches", "conclusion": "For tidlig"})
    assert answer.status_code == 422
    assert "before it has been held" in text(answer)
    assert "For tidlig" in answer.content.decode(), "what was written is not lost"
    assert browser.post(page_of(it, "log"), {"performed_on": "1.1.2020", "result": "breaches"}).status_code == 422
    assert "This field is required." in text(browser.post(page_of(it, "log"), {"performed_on": "2.3.2026"}))
    bad = browser.post(
        page_of(it, "log"), {"performed_on": "2.3.2026", "result": "breaches", "report": [SimpleUploadedFile("virus.exe", b"MZ\x90\x00")]}
    )
    assert bad.status_code == 422
    it.refresh_from_db()
    assert it.status == "planned"
    assert not AuditReport.objects.exists()


def test_a_later_report_stands_beside_the_earlier(cast: Cast, visit: Visit) -> None:
    it = reported(cast, "Utkast")
    browser = visit(cast.manager)
    browser.post(page_of(it, "log"), {"performed_on": "2026-03-02", "result": "breaches", "report": [pdf("Endelig.pdf", "two")]})
    page = text(browser.get(page_of(it)))
    assert "Utkast.pdf" in page
    assert "Endelig.pdf" in page
    assert Delivery.objects.filter(kind="audit_reported").count() == 2
    browser.post(page_of(it, "log"), {"performed_on": "2026-03-02", "result": "serious_breaches"})
    it.refresh_from_db()
    assert (it.result, it.reports.count()) == ("serious_breaches", 2)


def test_the_report_of_another_supplier_is_not_taken(cast: Cast, visit: Visit) -> None:
    reported(cast)
    other, browser = planned(cast, supplier=cast.polar), visit(cast.manager)
    paper = [pdf("Feil.pdf", "Report Nordvare AS")]
    form = {"performed_on": "2.3.2026", "result": "breaches", "conclusion": "To ord.", "report": paper}
    answer = browser.post(page_of(other, "log"), form)
    assert answer.status_code == 422
    assert "is the report of an audit of Nordvare AS. Choose the one that is about Polar Kontor AS." in text(answer)
    assert "To ord" in answer.content.decode()
    assert AuditReport.objects.count() == 1


def test_a_file_that_was_added_by_mistake_is_taken_away(cast: Cast, visit: Visit) -> None:
    it = reported(cast, "Polar Kontor")
    file, browser = it.reports.get(), visit(cast.manager)
    away = page_of(it, "reports", file.pk, "take-away")
    assert f"Take {file.name} away" in text(browser.get(page_of(it)))
    assert browser.post(away, {"reason": " "}).status_code == 422
    browser.post(away, {"reason": "It is about another."})
    assert visit(cast.csr).get(page_of(it, "reports", file.pk)).status_code == 404
    assert Delivery.objects.get(kind="audit_reported").cancelled_at, "the mail had not left"
    row = History.objects.get(object_id=it.pk, verb="take_report_away")
    assert (row.changes["struck"], row.changes["sha256"], row.is_internal) == (file.name, file.sha256, True)


def test_what_was_written_down_as_held_by_mistake_is_called_off(cast: Cast, visit: Visit) -> None:
    it = announced(cast, planned_on=TODAY)
    log(cast, it)
    browser = visit(cast.manager)
    assert "written down as held" in text(browser.get(page_of(it, "cancel")))
    browser.post(page_of(it, "cancel"), {"reason": "The wrong audit."})
    it.refresh_from_db()
    assert (it.status, it.performed_on, it.result) == ("cancelled", None, "")
    assert not Deadline.objects.open().filter(about_id=it.pk).exists(), "no report is awaited"


def test_a_report_of_another_audit_is_not_handed_out_here(cast: Cast, visit: Visit) -> None:
    mine, foreign = reported(cast), reported(cast, supplier=cast.fjordtek)
    for user in (cast.manager, cast.csr):
        assert visit(user).get(page_of(mine, "reports", foreign.reports.get().pk)).status_code == 404
    assert visit(cast.csr_polar).get(page_of(mine, "reports", mine.reports.get().pk)).status_code == 404


# What it means


def test_each_requirement_is_judged_by_itself_and_the_rest_stays_unknown(cast: Cast, visit: Visit) -> None:
    it = reported(cast, held_on=date(2026, 2, 27))
    first, second = bound(cast.pc, cast.nordvare)[:2]
    browser = visit(cast.specialist)
    page = browser.get(page_of(it))
    assert "Judge the requirements" in text(page)
    assert filled(page)[f"judge-{first.pk}-verified"] == [""], "nothing is chosen beforehand"
    prefix = f"judge-{first.pk}"
    without = browser.post(page_of(it, "judge", first.pk), {f"{prefix}-verified": "not_met", f"{prefix}-method": "production_site"})
    assert without.status_code == 422
    assert "Write a sentence that says why." in text(without)
    said_ = {f"{prefix}-verified": "partly_met", f"{prefix}-method": "production_site", f"{prefix}-reason": "Ett skift av tre."}
    browser.post(page_of(it, "judge", first.pk), {**said_, f"{prefix}-valid_until": "2027-02-27"})
    first.refresh_from_db()
    assert (first.verified, first.method, first.checked_on, first.valid_until) == (
        "partly_met",
        "production_site",
        date(2026, 2, 27),
        date(2027, 2, 27),
    )
    assert first.judgements.get() in it.judgements.all()
    second.refresh_from_db()
    assert second.verified == "unknown"
    assert "Ett skift av tre." in text(browser.get(page_of(it)))
    assert Deadline.objects.filter(kind="renewal", due_on=date(2027, 2, 27)).exists(), "what runs out is followed"


def test_how_it_was_checked_follows_from_the_kind(cast: Cast, visit: Visit) -> None:
    cases = {"office_visit": "head_office", "wage_control": "document", "supplier_audit": "production_site"}
    browser = visit(cast.manager)
    for kind, method in cases.items():
        it = reported(cast, kind=kind)
        obligation = it.obligations.earliest("id")
        assert filled(browser.get(page_of(it)))[f"judge-{obligation.pk}-method"] == [method], kind
        again = reported(cast, kind="follow_up", trigger="re_audit", re_audit_of=it)
        assert filled(browser.get(page_of(again)))[f"judge-{obligation.pk}-method"] == [method], kind


def test_only_what_it_checked_can_be_judged_and_only_when_it_is_reported(cast: Cast, visit: Visit) -> None:
    it = reported(cast, obligations=bound(cast.pc, cast.nordvare)[:1])
    foreign = Obligation.objects.filter(supplier=cast.fjordtek).earliest("id")
    browser = visit(cast.manager)
    for other in (bound(cast.pc, cast.nordvare)[1], foreign):
        assert browser.post(page_of(it, "judge", other.pk), {f"judge-{other.pk}-verified": "met"}).status_code == 404
    coming = planned(cast)
    mine = coming.obligations.earliest("id")
    sent = {f"judge-{mine.pk}-verified": "met", f"judge-{mine.pk}-method": "document"}
    assert browser.post(page_of(coming, "judge", mine.pk), sent).status_code == 409
    assert "Judge the requirement" not in text(browser.get(page_of(coming)))
    for user, status in ((cast.reader, 403), (cast.csr, 403), (cast.auditor, 404), (cast.agency, 404)):
        assert visit(user).post(page_of(it, "judge", mine.pk), sent).status_code == status


def test_the_right_day_is_the_day_of_its_judgements_too(cast: Cast, visit: Visit) -> None:
    it, (mine, *_others) = reported(cast), bound(cast.pc, cast.nordvare)
    audit_outcomes.judge(audit=it, obligation=mine, verified="met", actor=cast.manager, **AT)
    audit_outcomes.judge(audit=(later := reported(cast)), obligation=mine, verified="partly_met", reason="x", actor=cast.manager, **AT)
    right = TODAY - timedelta(days=10)
    answer = visit(cast.manager).post(page_of(later, "log"), {"performed_on": right, "result": "breaches"}, follow=True)
    assert "Corrected." in said(answer)
    mine.refresh_from_db()
    assert (mine.verified, mine.checked_on) == ("met", TODAY), "of the two it is the earlier now"
    log(cast, Audit.objects.get(pk=it.pk), performed_on=right - timedelta(days=1))
    mine.refresh_from_db()
    assert (mine.verified, mine.checked_on) == ("partly_met", right)
    assert History.objects.filter(object_id=mine.pk, verb="redate").count() == 2


# What was found, and the end


def test_findings_are_listed_as_far_as_the_reader_may_see(cast: Cast, visit: Visit) -> None:
    it = reported(cast)
    finding(it)
    finding(it, told_at=NOW, text="Branndør er låst.")
    ours = text(visit(cast.manager).get(page_of(it)))
    assert "Overtid er ikke betalt. Serious The supplier has not been told" in ours
    assert "Branndør er låst. Serious Open" in ours
    theirs = text(visit(cast.csr).get(page_of(it)))
    assert "Overtid er ikke betalt." not in theirs, "until it is told it is ours"
    assert "Branndør er låst." in theirs


def test_it_is_not_closed_over_a_report_that_is_written_or_refused_access_that_nobody_logged(cast: Cast) -> None:
    it = planned(cast, planned_on=TODAY)
    log(cast, it, "Report", result="access_refused")
    anew = audit_reporting.begin(audit=it, language="en", actor=cast.manager, **AT)
    with pytest.raises(WrongState, match="Its report is being written"):
        audit_outcomes.close(audit=it, actor=cast.manager, now=NOW)
    audit_reporting.drop(report=anew, actor=cast.manager, **AT)
    with pytest.raises(WrongState, match="is itself a finding"):
        audit_outcomes.close(audit=it, actor=cast.manager, now=NOW)
    finding(it, status="closed")
    audit_outcomes.close(audit=it, actor=cast.manager, now=NOW)
    assert it.status == "closed"


def test_it_is_closed_when_nothing_it_found_is_open(cast: Cast, visit: Visit) -> None:
    it = reported(cast)
    found = finding(it)
    browser = visit(cast.manager)
    assert "Findings of this audit are still open (1)." in text(browser.get(page_of(it, "close")))
    assert browser.post(page_of(it, "close")).status_code == 409
    found.status = "closed"
    found.save()
    browser.post(page_of(it, "close"))
    it.refresh_from_db()
    assert it.status == "closed"
    with pytest.raises(Invalid, match="without the audit"):
        logged(cast, audit=it)
    for part in ("log", "edit", "cancel"):
        assert browser.get(page_of(it, part)).status_code == 409
    assert visit(cast.csr).get(page_of(it)).status_code == 200


def test_nothing_to_remark_does_not_stand_beside_what_was_found(cast: Cast, visit: Visit) -> None:
    it = planned(cast, planned_on=TODAY)
    logged(cast, "good_practice", audit=it)
    breach = logged(cast, "minor", audit=it)
    address, form = page_of(it, "log"), {"performed_on": "2026-03-02", "result": "nothing_found"}
    assert "Findings of this audit are logged." in text(visit(cast.manager).post(address, form))
    finding_disputes.withdraw(finding=breach, grounds="The lists are there.", actor=cast.owner, now=NOW, today=TODAY)
    visit(cast.manager).post(address, form)
    it.refresh_from_db()
    assert it.result == "nothing_found"


# Made by others


def test_an_audit_made_by_others_is_written_down(cast: Cast, visit: Visit) -> None:
    browser = visit(cast.manager)
    address = f"/audits/reused/?framework={cast.pc.pk}&supplier={cast.nordvare.pk}"
    assert "held within three years" in text(browser.get(address))
    mine = bound(cast.pc, cast.nordvare)[0]
    form = {
        "scheme": "amfori BSCI",
        "place": "Site 4, Binh Duong",
        "performed_on": "1.6.2025",
        "grade": "B",
        "valid_until": "1.6.2027",
        "result": "nothing_found",
        "obligations": [str(mine.pk)],
        "is_as_strict": "on",
        "is_similar": "on",
        "accepted_because": "Punkt 4 mot klausul 12.",
    }
    for name, value, fault in (
        ("performed_on", "1.3.2023", "This one was held before 2 March 2023."),
        ("performed_on", "3.3.2026", "before it has been held"),
        ("valid_until", "1.3.2026", "It is no longer valid"),
        ("is_as_strict", "", "as strict as our requirements"),
        ("is_similar", "", "in a similar way"),
        ("scheme", "", "Say who made it, or by which scheme."),
    ):
        answer = browser.post(address, {**form, name: value})
        assert answer.status_code == 422, name
        assert fault in text(answer), name
    assert not Audit.objects.exists()
    answer = browser.post(address, {**form, "report": [pdf("BSCI.pdf")]}, follow=True)
    assert "The audit is written down." in said(answer)
    it = Audit.objects.get()
    assert (it.status, it.kind, it.grade, it.performed_on) == ("reported", "reused", "B", date(2025, 6, 1))
    assert not Delivery.objects.exists(), "the supplier has it already"
    assert not Deadline.objects.open().filter(about_id=it.pk).exists(), "there is nothing to hold"
    page = text(browser.get(page_of(it)))
    assert "amfori BSCI" in page
    assert "BSCI.pdf" in page
    sent = {f"judge-{mine.pk}-verified": "met", f"judge-{mine.pk}-method": "document"}
    too_long = browser.post(page_of(it, "judge", mine.pk), {**sent, f"judge-{mine.pk}-valid_until": "2.6.2027"})
    assert "is relied on until 1 June 2027" in text(too_long)
    browser.post(page_of(it, "judge", mine.pk), sent)
    mine.refresh_from_db()
    assert (mine.verified, mine.checked_on, mine.valid_until) == ("met", date(2025, 6, 1), date(2027, 6, 1))
    assert "We rely on it, so that you need not be audited once more." in text(visit(cast.csr).get(page_of(it)))


def test_three_years_to_the_day_count(cast: Cast) -> None:
    assert reused(cast, performed_on=date(2023, 3, 2)).status == "reported"
    with pytest.raises(Invalid) as refused:
        reused(cast, performed_on=date(2023, 3, 2) - timedelta(days=1))
    assert [error.code for error in refused.value.errors] == ["too_old"]
    assert audit_days.relied_until(reused(cast, performed_on=date(2025, 6, 1), valid_until=date(2030, 1, 1))) == date(2028, 6, 1)
    it = reused(cast, performed_on=date(2023, 3, 2))
    with pytest.raises(Invalid):
        log(cast, it, performed_on=date(2023, 3, 1))
    log(cast, it, result="breaches", **on(date(2026, 9, 1)))
    assert it.result == "breaches", "what is corrected later makes it no older"
