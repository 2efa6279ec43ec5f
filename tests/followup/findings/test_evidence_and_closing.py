"""The supplier shows that a finding is put right, we close it, and what comes after; and the ladder that follows silence."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.errors import Invalid, NotAllowed, WrongState
from followup.models import CorrectiveAction, Document, Finding, Severity
from followup.services import action_plans, finding_closing, findings
from notifications import delivery
from notifications.models import Deadline, Delivery, Message
from tests import factories
from tests.cast import Cast
from tests.contracts.pages import said, text
from tests.factories import NOW, TODAY
from tests.followup.conftest import Visit, pdf
from tests.followup.findings.stories import BY, accepted, audited, clocks, fresh, logged, page_of, planned, shown
from tests.walking import at, walk

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"


# Evidence


def test_a_contributor_saves_and_the_main_contact_sends(cast: Cast, visit: Visit, finding: Finding) -> None:
    accepted(cast, finding)
    helper = visit(cast.sales)
    photo = SimpleUploadedFile("board.jpg", JPEG, content_type="image/jpeg")
    page = helper.get(page_of(finding))
    assert 'accept="image/*"' in page.content.decode()
    assert "Your main contact sends them in." in text(page)
    helper.post(page_of(finding, "evidence", "save"), {"statement": "Paid on 12 March.", "photos": photo, "files": [pdf("slips.pdf")]})
    assert fresh(finding).status == "in_progress"
    kept = {document.name: document for document in Document.objects.filter(finding_evidence__finding=finding)}
    assert set(kept) == {"board.jpg", "slips.pdf"}
    assert helper.post(page_of(finding, "evidence"), {"statement": "x"}).status_code == 403
    ours = visit(cast.manager)
    assert "Paid on 12 March." not in text(ours.get(page_of(finding))), "until it is sent in it is theirs"
    assert ours.get(f"/documents/{kept['slips.pdf'].pk}/content/").status_code == 404
    helper.post(page_of(finding, "evidence", "save"), {"statement": "Paid on 12 March.", "remove": str(kept["board.jpg"].pk)})
    assert not Document.objects.filter(pk=kept["board.jpg"].pk).exists()

    answer = visit(cast.csr).post(page_of(finding, "evidence"), {"statement": "Paid on 12 March."}, follow=True)
    assert "We have received it." in said(answer)
    assert fresh(finding).status == "evidence_submitted"
    delivery.deliver(clock=lambda: NOW)
    receipt = Message.objects.get(lines__kind="evidence_receipt")
    assert (receipt.recipient, kept["slips.pdf"].sha256 in receipt.text) == (cast.csr.email, True)
    assert "«Paid on 12 March.»" in receipt.text, "as Norwegian quotes"
    waiting = text(visit(cast.csr).get("/document-requests/")).partition("Delivered: we are looking at it")[2]
    assert finding.title in waiting
    page_text = text(ours.get(page_of(finding)))
    assert "Paid on 12 March." in page_text
    assert kept["slips.pdf"].sha256 in page_text
    assert not Deadline.objects.open().filter(kind="corrective_action").exists()
    again = visit(cast.csr).post(page_of(finding, "evidence"), {"statement": "Twice."}, follow=True)
    assert "This has been delivered already." in said(again)


def test_what_shows_how_people_are_paid_is_for_those_who_review(cast: Cast, visit: Visit) -> None:
    it = logged(cast, theme="wages")
    visit(cast.csr).post(page_of(it, "evidence"), {"statement": "", "files": [pdf("Kari Nordmann.pdf")]})
    paper = it.evidence.get().document
    for who, reads in ((cast.manager, True), (cast.csr, True), (cast.reader, False)):
        page = text(visit(who).get(page_of(it)))
        assert ("Kari Nordmann" in page, "Only those who review may read it." in page) == (reads, not reads)
        assert Document.objects.visible_to(who).filter(pk=paper.pk).exists() == reads


def test_a_file_that_cannot_be_taken_stops_no_other(cast: Cast, visit: Visit, finding: Finding) -> None:
    """Also one that was cut off on its way: what came whole is kept, and nothing is sent in."""
    cut = SimpleUploadedFile("cut.pdf", b"", content_type="application/pdf")
    files = [pdf("good.pdf"), pdf("virus.exe"), cut]
    answer = visit(cast.csr).post(page_of(finding, "evidence"), {"statement": "See the files.", "files": files})
    assert answer.status_code == 422
    assert "virus.exe" in text(answer)
    assert "cut.pdf: The file is empty." in text(answer)
    assert "See the files." in answer.content.decode()
    assert [one.document.name for one in finding.evidence.select_related("document")] == ["good.pdf"]
    assert fresh(finding).status == "open"
    assert visit(cast.csr).post(page_of(logged(cast), "evidence"), {"statement": " "}).status_code == 422, "nothing to show"


def test_the_same_file_sent_twice_is_kept_once(cast: Cast, visit: Visit, finding: Finding) -> None:
    for _twice in range(2):
        visit(cast.sales).post(page_of(finding, "evidence", "save"), {"statement": "", "files": [pdf("slips.pdf")]})
    assert finding.evidence.count() == 1


def test_what_was_delivered_before_is_used_again_and_others_papers_are_not(cast: Cast, visit: Visit, finding: Finding) -> None:
    mine, other = (_delivered(cast, supplier) for supplier in (cast.nordvare, cast.polar))
    browser = visit(cast.csr)
    assert browser.post(page_of(finding, "evidence", "save"), {"statement": "", "again": [str(other.pk)]}).status_code == 422
    browser.post(page_of(finding, "evidence"), {"statement": "", "again": [str(mine.pk)]})
    assert [one.document for one in finding.evidence.select_related("document")] == [mine]
    assert fresh(finding).status == "evidence_submitted"


def _delivered(cast: Cast, supplier: Any) -> Document:
    return Document.objects.create(
        supplier=supplier,
        name=f"{supplier}.pdf",
        size=1,
        sha256="0" * 64,
        content_type="application/pdf",
        storage_name="none",
        received_on=TODAY,
        received_at=NOW,
        delivered_at=NOW,
        uploaded_by=cast.csr,
    )


def test_an_action_that_is_done_meets_its_date(cast: Cast, visit: Visit, finding: Finding) -> None:
    accepted(cast, finding)
    first, second = CorrectiveAction.objects.order_by("number")
    browser = visit(cast.csr)
    done = page_of(finding, "actions", str(first.pk), "done")
    assert visit(cast.sales).post(done).status_code == 403
    browser.post(done, {"files": [pdf("paid.pdf")]})
    first.refresh_from_db()
    assert first.done_on == TODAY
    assert [deadline.corrective_action for deadline in Deadline.objects.open().filter(kind="corrective_action")] == [second]
    assert "paid.pdf" in text(visit(cast.manager).get(page_of(finding)))
    assert browser.post(done).status_code == 409


def test_more_is_asked_for_and_the_time_is_at_least_two_weeks(cast: Cast, visit: Visit, clock: Any, finding: Finding) -> None:
    day = date(2026, 5, 28)
    shown(cast, finding, day=day)
    clock.move_to(at(day))
    browser = visit(cast.manager)
    assert browser.post(page_of(finding, "return-evidence"), {"comment": ""}).status_code == 422
    browser.post(page_of(finding, "return-evidence"), {"comment": "Show the slips for July."})
    it = fresh(finding)
    assert (it.status, it.due_on, clocks(it)["correction"].due_on) == ("in_progress", date(2026, 6, 11), date(2026, 6, 11))
    assert "judgement" not in clocks(it)
    told = Delivery.objects.get(kind="finding_returned")
    delivery.deliver(clock=lambda: at(day), is_any_time=True)
    assert "Show the slips for July." in Message.objects.get(lines=told).text


def test_what_was_sent_back_is_not_sent_in_again_as_it_was(cast: Cast, visit: Visit, finding: Finding) -> None:
    theirs, ours = visit(cast.csr), visit(cast.manager)
    theirs.post(page_of(finding, "evidence"), {"statement": "Paid.", "files": [pdf("slips.pdf", "the same")]})
    ours.post(page_of(finding, "return-evidence"), {"comment": "Show July."})
    renamed = pdf("july.pdf", "the same")
    for sent in ({"statement": "Paid."}, {"statement": "Paid.", "files": [renamed]}, {"statement": ""}):
        answer = theirs.post(page_of(finding, "evidence"), sent)
        assert answer.status_code == 422
        assert "Add what is new, or write what has changed." in text(answer)
    assert fresh(finding).status == "in_progress"
    theirs.post(page_of(finding, "evidence"), {"statement": "Paid in July as well."})
    assert fresh(finding).status == "evidence_submitted"


# Closing


def test_closing_takes_another_person_where_the_severity_says_so(cast: Cast, visit: Visit, finding: Finding) -> None:
    shown(cast, finding)
    finder = visit(cast.manager)
    assert "At this severity somebody else closes it:" in text(finder.get(page_of(finding)))
    assert finder.post(page_of(finding, "close"), {"method": "document"}).status_code == 403
    assert set(Delivery.objects.filter(kind="finding_to_judge").values_list("person", flat=True)) == {
        cast.manager.person_id,
        cast.owner.person_id,
    }
    owner = visit(cast.owner)
    assert owner.post(page_of(finding, "close"), {"method": ""}).status_code == 422
    owner.post(page_of(finding, "close"), {"method": "workers", "note": "We called two of them."})
    it = fresh(finding)
    assert (it.status, it.outcome, it.method, it.closed_by) == ("closed", "put_right", "workers", cast.owner)
    assert set(clocks(it)) == {"effect"}
    page = text(owner.get(page_of(finding)))
    assert "Closing a finding changes nothing about the requirement." in page
    assert "Workers heard" in text(visit(cast.csr).get(page_of(finding)))

    minor = logged(cast, "minor")
    finding_closing.close(finding=minor, method="document", actor=cast.manager, now=NOW, today=TODAY)
    assert minor.outcome == "put_right", "a minor one may be closed by who found it"
    with pytest.raises(NotAllowed):
        finding_closing.close(finding=logged(cast), method="document", actor=cast.manager, now=NOW, today=TODAY)


def test_closing_ends_what_is_owed_and_the_supplier_hears_how_we_know(cast: Cast, finding: Finding) -> None:
    accepted(cast, finding)
    ours: dict[str, Any] = {"finding": finding, "actor": cast.owner, "now": NOW, "today": TODAY}
    finding_closing.close(method="workers", note="We called two.", **ours)
    assert not Deadline.objects.open().filter(about_id=finding.pk, turn="supplier").exists(), "its actions too"
    told = Delivery.objects.get(kind="finding_closed")
    assert (told.person, told.context["method"], told.context["grounds"]) == (cast.csr.person, "workers", "We called two.")
    finding_closing.check_effect(has_helped=False, note="Not in May.", **ours)
    finding_closing.close(method="on_site", **ours)
    finding_closing.check_effect(has_helped=True, note="It lasts now.", **ours)
    assert finding.effect_checked_on == TODAY, "opened again, it is checked again"


def test_what_the_supplier_says_alone_closes_nothing_serious(cast: Cast, visit: Visit, finding: Finding) -> None:
    browser = visit(cast.owner)
    assert "The supplier says so" not in text(browser.get(page_of(finding, "close")))
    assert browser.post(page_of(finding, "close"), {"method": "self_declared"}).status_code == 422
    with pytest.raises(Invalid, match="At least: documents checked"):
        finding_closing.close(finding=finding, method="self_declared", actor=cast.owner, now=NOW, today=TODAY)
    finding_closing.close(finding=logged(cast, "minor"), method="self_declared", actor=cast.manager, now=NOW, today=TODAY)


BACK_PAY = {"what": "repaid", "amount": "12 000,50", "currency": "NOK", "method": "Pay slips"}


def test_what_it_meant_is_kept_in_figures(cast: Cast, visit: Visit, finding: Finding) -> None:
    browser = visit(cast.manager)
    for wrong in (
        {"what": "workers", "amount": "4,5", "currency": "", "method": "Slips"},
        {"what": "repaid", "amount": "100", "currency": "", "method": "Slips"},
        {"what": "repaid", "amount": "-1", "currency": "NOK", "method": "Slips"},
        {"what": "emissions", "amount": "1", "currency": "", "method": " "},
    ):
        assert browser.post(page_of(finding, "record-effect"), wrong).status_code == 422
    browser.post(page_of(finding, "record-effect"), BACK_PAY)
    browser.post(page_of(finding, "record-effect"), {"what": "workers", "amount": "4", "currency": "NOK", "method": "Pay slips"})
    assert sorted((str(row.amount), row.currency) for row in finding.effects.all()) == [("12000.50", "NOK"), ("4.00", "")]
    assert "12,000.50" in text(browser.get(page_of(finding)))


@pytest.mark.both
def test_it_is_checked_later_whether_it_lasted_and_opened_again_if_not(cast: Cast, visit: Visit, clock: Any, finding: Finding) -> None:
    shown(cast, finding)
    finding_closing.close(finding=fresh(finding), method="document", actor=cast.owner, now=NOW, today=TODAY)
    due = clocks(finding)["effect"].due_on
    assert due == date(2026, 6, 2)
    walk(due - timedelta(days=8), due - timedelta(days=6))
    assert Delivery.objects.get(kind="finding_effect").person == cast.manager.person
    clock.move_to(at(due))
    browser = visit(cast.manager)
    assert browser.post(page_of(finding, "check-effect"), {"has_helped": "yes", "note": " "}).status_code == 422
    browser.post(page_of(finding, "check-effect"), {"has_helped": "no", "note": "May was not paid either."})
    it = fresh(finding)
    assert (it.status, it.outcome, it.closed_on) == ("reopened", "", None)
    assert {what: deadline.due_on for what, deadline in clocks(it).items()} == {"plan": date(2026, 6, 16), "correction": date(2026, 8, 31)}
    assert "May was not paid either." in text(visit(cast.csr).get(page_of(finding)))
    assert Delivery.objects.filter(kind="finding_reopened", person=cast.csr.person).exists()


def test_a_figure_written_down_wrong_is_struck_out(cast: Cast, visit: Visit, finding: Finding) -> None:
    browser = visit(cast.manager)
    assert browser.post(page_of(finding, "record-effect"), {**BACK_PAY, "currency": "KR"}).status_code == 422
    browser.post(page_of(finding, "record-effect"), {**BACK_PAY, "currency": "nok"})
    wrong = finding.effects.get()
    assert wrong.currency == "NOK"
    browser.post(page_of(finding, "effects", str(wrong.pk), "strike"))
    assert not finding.effects.exists()
    told = "Paid back to workers: 12,000.50 NOK (Pay slips)"
    assert text(browser.get(page_of(finding))).count(told) == 2, "written down, and struck out"


def test_what_is_changed_is_told_by_the_history(cast: Cast, visit: Visit) -> None:
    it = logged(cast, "minor", told=False)
    findings.edit(finding=it, text="Five.", severity=Severity.objects.get(code="major"), actor=cast.manager, now=NOW, today=TODAY)
    page = text(visit(cast.manager).get(page_of(it)))
    assert "Severity: minor → serious" in page
    assert "What was found: Four workers were not paid overtime in June. → Five." in page


def test_a_plan_that_never_came_keeps_nothing_open_that_is_seen_to_be_right(cast: Cast) -> None:
    it = logged(cast, "minor")
    action_plans.ask(finding=it, actor=cast.manager, now=NOW, today=TODAY)
    finding_closing.close(finding=it, method="on_site", note="Seen.", actor=cast.owner, now=NOW, today=TODAY)
    finding_closing.reopen(finding=it, reason="Again.", actor=cast.owner, now=NOW, today=TODAY)
    assert (it.method, it.closing_note) == ("", ""), "how it ended the first time only the history tells"


def test_handing_it_to_an_authority_closes_nothing(cast: Cast, visit: Visit, finding: Finding) -> None:
    visit(cast.manager).post(page_of(finding, "hand-over"), {"authority": "Arbeidstilsynet"})
    it = fresh(finding)
    assert (it.status, it.authority) == ("open", "Arbeidstilsynet")
    assert set(clocks(it)) == {"response", "plan", "correction"}
    assert "Arbeidstilsynet" in text(visit(cast.manager).get(page_of(finding)))
    assert "Arbeidstilsynet" not in text(visit(cast.csr).get(page_of(finding)))


# The ladder


@pytest.mark.both
def test_silence_climbs_to_the_owner_and_ends_with_a_decision(
    cast: Cast, visit: Visit, clock: Any, key_account: None, finding: Finding
) -> None:
    response = clocks(finding)["response"].due_on
    walk(TODAY, response + timedelta(days=8))
    told = Delivery.objects.filter(deadline=clocks(finding)["response"]).order_by("created_at", "kind", "person__email")
    assert [(line.kind, line.person.email) for line in told] == [
        ("finding_due", "csr@nordvare.example"),
        ("finding_overdue", "csr@nordvare.example"),
        ("finding_overdue", "sales@nordvare.example"),
        ("finding_escalation", "owner@cpb.example"),
    ]
    task = Deadline.objects.open().get(kind="follow_up", about_id=finding.pk)
    assert task.brief["task"] == "finding_silent"
    clock.move_to(at(response + timedelta(days=8)))
    browser = visit(cast.manager)
    assert "alle påminnelser er brukt" in Message.objects.filter(lines__kind="finding_silent").get().text
    browser.post(f"/deadlines/{task.pk}/task/", {"decision": "We visit them on Friday."})
    assert not Deadline.objects.open().filter(pk=task.pk).exists()
    planned(cast, fresh(finding), by=response + timedelta(days=40), day=response + timedelta(days=8))
    assert "response" not in clocks(finding)


def test_an_action_that_is_not_done_is_reminded_of(cast: Cast, finding: Finding) -> None:
    accepted(cast, finding)
    walk(BY - timedelta(days=7), BY + timedelta(days=4))
    lines = Delivery.objects.filter(deadline__kind="corrective_action", deadline__due_on=BY).order_by("created_at")
    assert [line.kind for line in lines] == ["finding_due", "finding_overdue"]
    text_ = Message.objects.filter(lines=lines[0]).get().text
    assert "Pay the four workers." in text_


def test_a_plan_needs_one_that_was_told(cast: Cast) -> None:
    it = logged(cast, told=False)
    with pytest.raises(WrongState):
        action_plans.ask(finding=it, actor=cast.manager, now=NOW, today=TODAY)


def test_the_audit_firm_reads_the_findings_of_its_own_audits(cast: Cast, visit: Visit) -> None:
    audit = audited(cast, cast.audit_firm)
    mine, other = logged(cast, framework=None, supplier=None, audit=audit), logged(cast, text="Another thing.")
    browser = visit(cast.auditor)
    page = text(browser.get(page_of(mine)))
    assert "Four workers" in page
    assert "Withdraw" not in page
    assert browser.get(page_of(other)).status_code == 404
    assert "Another thing." not in text(browser.get("/findings/"))
    assert browser.post(page_of(mine, "close"), {"method": "document"}).status_code == 403
    assert mine.audit == audit
    assert mine.supplier == cast.nordvare


@pytest.mark.parametrize(("severity", "first"), [("minor", "Late one"), ("critical", "overtime")])
def test_what_is_late_stands_above_a_finding_that_can_wait(cast: Cast, visit: Visit, severity: str, first: str) -> None:
    found = logged(cast, severity)
    factories.document_request(
        cast.pc, cast.nordvare, cast.manager, title="Late one", due_on=TODAY - timedelta(days=1), now=NOW - timedelta(days=30)
    )
    page = text(visit(cast.csr).get("/document-requests/")).partition("most urgent on top")[2]
    assert min(("Late one", "overtime"), key=page.index) == first, found.text
