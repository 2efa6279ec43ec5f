"""The supplier sends in, gets its receipt, asks, and does again what was not good enough; nobody else has a part in it."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from followup.models import Document, DocumentRequest
from followup.services import answering, delivering, finding_evidence
from followup.services.answering import Paper
from followup.services.drafting import NewItem
from notifications.models import Deadline, Delivery
from tests import factories
from tests.cast import Cast
from tests.contracts.pages import filled, said, text
from tests.factories import NOW
from tests.followup.answers.stories import answers, both_saved, save
from tests.followup.conftest import Visit, pdf
from tests.followup.findings.stories import logged
from tests.followup.stories import item, submitted, url

# Sending in


def test_sending_in_gives_a_receipt_with_checksums(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    browser = visit(cast.csr)
    both_saved(browser, it)
    response = browser.post(url(it, "submit"), {**answers(it), "note": "Page 3 is new."}, follow=True)
    page = text(response)
    assert "We have received it" in page
    for document in Document.objects.all():
        assert document.name in page
        assert document.sha256 in page
    assert "answer by Monday 30 March 2026" in page
    assert "Page 3 is new." in page
    it.refresh_from_db()
    assert it.status == "submitted"
    assert Delivery.objects.filter(kind="receipt", person=cast.csr.person).count() == 1
    assert set(Document.objects.visible_to(cast.manager).values_list("name", flat=True)) == {"report.pdf", "iso.pdf"}


def test_a_receipt_says_what_is_true_today(cast: Cast, visit: Visit, it: DocumentRequest, monday_morning: Any) -> None:
    browser = visit(cast.csr)
    both_saved(browser, it)
    receipt = browser.post(url(it, "submit"), answers(it))["Location"]
    assert "and answer by Monday 30 March 2026" in text(browser.get(receipt))
    monday_morning.move_to(NOW + timedelta(days=40))
    browser = visit(cast.csr)
    assert "We should have answered by Monday 30 March 2026 , and have not." in text(browser.get(receipt))
    assert "We should have answered by Monday 30 March 2026 , and have not." in text(browser.get(url(it)))
    visit(cast.manager).post(url(it, "accept"))
    page = text(browser.get(receipt))
    assert "What we answered Accepted documentation" in page
    assert "30 March" not in page


def test_a_receipt_is_ours_and_the_suppliers(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    browser = visit(cast.csr)
    both_saved(browser, it)
    address = browser.post(url(it, "submit"), answers(it)).headers["Location"]
    for person, status in ((cast.sales, 200), (cast.reader, 200), (cast.csr_polar, 404), (cast.agency, 404)):
        assert visit(person).get(address).status_code == status
    other = factories.document_request(cast.pc, cast.nordvare, cast.manager)
    assert browser.get(address.replace(str(it.pk), str(other.pk))).status_code == 404


def test_everything_in_one_go_without_script(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    """Files chosen and sent in at once: they are saved, and the missing dates are asked for at each."""
    browser = visit(cast.csr)
    first = browser.post(url(it, "submit"), answers(it, Report={"files": pdf()}, Certificate={"files": pdf("iso.pdf", "two")}))
    assert first.status_code == 422
    page = text(first)
    assert "Say how long “iso.pdf” is valid." in page
    assert "Say when “report.pdf” was issued." in page
    report, iso = Document.objects.get(name="report.pdf"), Document.objects.get(name="iso.pdf")
    dated = {f"document-{report.pk}-issued_on": "5.1.2026", f"document-{iso.pk}-valid_until": "2027-01-05"}
    assert "We have received it" in text(browser.post(url(it, "submit"), {**filled(first), **dated}, follow=True))


def test_what_is_missing_is_said_at_each_thing(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    browser = visit(cast.csr)
    save(browser, it, Pictures={"files": pdf()})
    response = browser.post(url(it, "submit"), answers(it))
    assert response.status_code == 422
    for title in ("Report", "Certificate"):
        assert f"“{title}” has no file yet" in text(response)
        assert re.search(rf'id="id_item-{item(it, title).pk}-files_error"', response.content.decode())
    it.refresh_from_db()
    assert it.status == "in_progress"


def test_an_expired_or_too_old_document_is_refused_with_its_name(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    browser = visit(cast.csr)
    both_saved(browser, it)
    Document.objects.filter(name="report.pdf").update(issued_on=date(2024, 1, 5))
    Document.objects.filter(name="iso.pdf").update(valid_until=date(2026, 3, 1))
    page = text(browser.post(url(it, "submit"), answers(it)))
    assert "“iso.pdf” has expired." in page
    assert "“report.pdf” is too old. It may be at most 365 days old." in page


def test_the_form_sent_twice_shows_the_receipt_again(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    browser = visit(cast.csr)
    both_saved(browser, it)
    browser.post(url(it, "submit"), answers(it))
    again = browser.post(url(it, "submit"), answers(it), follow=True)
    assert "This has been delivered already. Here is the receipt." in said(again)
    assert it.submissions.count() == 1


def test_a_contributor_saves_and_the_main_contact_sends_in(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    contributor = visit(cast.sales)
    both_saved(contributor, it)
    page = text(contributor.get(url(it)))
    assert "Your main contact sends them in." in page
    assert "Send in" not in page
    assert contributor.post(url(it, "submit"), answers(it)).status_code == 403
    assert visit(cast.csr).post(url(it, "submit"), answers(it)).status_code == 302


def test_taking_it_back_until_somebody_has_begun_to_review(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    browser = visit(cast.csr)
    both_saved(browser, it)
    browser.post(url(it, "submit"), answers(it))
    assert "Take it back" in text(browser.get(url(it)))
    assert "You have taken the delivery back." in said(browser.post(url(it, "recall"), follow=True))
    assert "2 of 2 ready" in text(browser.get(url(it)))
    assert "delivered before" not in text(browser.get(url(it)))
    assert not Document.objects.visible_to(cast.manager).exists(), "it is only saved again, and not ours to read"
    browser.post(url(it, "submit"), answers(it))
    visit(cast.specialist).post(url(it, "items", str(item(it, "Report").pk), "accept"))
    assert "Take it back" not in text(browser.get(url(it)))
    assert browser.post(url(it, "recall")).status_code == 409


def test_what_shows_something_else_too_is_not_taken_back_with_the_delivery(cast: Cast, it: DocumentRequest) -> None:
    submitted(it, cast.csr, "Report", claims={"Certificate": "We have none."}, issued_on=NOW.date())
    by: dict[str, Any] = {"actor": cast.csr, "now": NOW, "today": NOW.date()}
    report = Document.objects.get()
    sent_in, only_saved = logged(cast), logged(cast)
    for finding in (sent_in, only_saved):
        finding_evidence.save(finding=finding, again=[report], **by)
    finding_evidence.submit(finding=sent_in, **by)
    delivering.recall(request=it, **by)
    assert Document.objects.visible_to(cast.manager).get() == report, "we are to judge the finding by it"
    answering.save(request=it, papers=[Paper(report, items=[])], **by)
    finding_evidence.save(finding=only_saved, removed=report.pk, **by)
    assert Document.objects.get() == report, "another finding still shows it"


# Returned


def test_returned_shows_only_what_must_be_done_again_with_the_reason_on_top(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    browser, reviewer = visit(cast.csr), visit(cast.manager)
    both_saved(browser, it)
    browser.post(url(it, "submit"), answers(it))
    reviewer.post(url(it, "items", str(item(it, "Report").pk), "accept"))
    key = str(item(it, "Certificate").pk)
    reviewer.post(url(it, "items", key, "return"), {f"return-{key}-reason": "expired", f"return-{key}-comment": "Send the new one."})
    reviewer.post(url(it, "return"), {"due_on": "2026-03-20"})
    page = text(browser.get(url(it)))
    assert "1 thing must be done again by Friday 20 March 2026" in page
    assert page.index("Send the new one.") < page.index("0 of 1 ready")
    assert page.index("2. Certificate") < page.index("Need not be done again: one thing") < page.index("3. Pictures")
    assert page.index("2. Certificate") < page.index("Already accepted: one thing")
    assert page.count("Send the new one.") == 1, "the reason stands where the thing is done, and nowhere else"
    assert f"item-{item(it, 'Report').pk}-files" not in browser.get(url(it)).content.decode(), "accepted things are locked"
    save(browser, it, Certificate={"files": pdf("new.pdf", "three")})
    Document.objects.filter(name="new.pdf").update(valid_until=date(2028, 1, 1))
    assert "We have received it" in text(browser.post(url(it, "submit"), answers(it), follow=True))


# Questions and time


def test_a_question_about_one_thing_is_our_turn(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    browser = visit(cast.csr)
    asked = {"item": str(item(it, "Report").pk), "text": "Which year?"}
    page = said(browser.post(url(it, "questions"), asked, follow=True))
    assert "Your question is sent." in page
    assert "We have not answered yet, and do not remind you meanwhile." in page
    browser.post(url(it, "questions"), asked)
    assert it.questions.count() == 1, "the same question sent twice is asked once"
    assert Deadline.objects.get(pk=it.deadline_id).waits_for_us == 1
    assert browser.post(url(it, "questions"), {"item": "", "text": " "}).status_code == 422
    assert visit(cast.sales).post(url(it, "questions"), asked).status_code == 403


def test_more_time_is_asked_for_once_and_says_what_is_wrong(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    browser = visit(cast.csr)
    early = browser.post(url(it, "more-time"), {"wanted_on": "2026-03-05", "reason": "Holiday"})
    assert early.status_code == 422
    assert "Choose a day after the present date." in text(early)
    assert "Holiday" in early.content.decode()
    page = said(browser.post(url(it, "more-time"), {"wanted_on": "2026-05-04", "reason": "Holiday"}, follow=True))
    assert "You have asked for time until Monday 4 May 2026" in page
    assert browser.post(url(it, "more-time"), {"wanted_on": "2026-06-04", "reason": "Holiday"}).status_code == 409


# Others


def test_nobody_else_has_this_page(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    for other in (cast.csr_polar, cast.agency, cast.auditor):
        browser = visit(other)
        for path in (url(it), url(it, "save"), url(it, "submit"), url(it, "questions"), url(it, "more-time")):
            assert browser.post(path, answers(it)).status_code in (404, 405)
        assert browser.get(url(it)).status_code == 404
    draft = factories.document_request(cast.pc, cast.nordvare, cast.manager, sent=False)
    assert visit(cast.csr).get(url(draft)).status_code == 404


def test_who_belongs_to_two_suppliers_answers_for_both(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    own = factories.document_request(cast.pc, cast.fjordtek, cast.manager, title="Fjordtek's")
    browser = visit(cast.csr_fjordtek)
    page = text(browser.get("/document-requests/"))
    assert "Yearly report" in page
    assert "Fjordtek's" in page
    assert "Nordvare AS" in page
    assert browser.get(url(it)).status_code == browser.get(url(own)).status_code == 200


def test_our_own_staff_cannot_deliver_in_its_name(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    assert visit(cast.admin).post(url(it, "submit"), answers(it, Report={"files": pdf()})).status_code == 403
    assert not Document.objects.exists()


def test_a_request_that_is_withdrawn_while_one_writes_is_not_answered(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    visit(cast.manager).post(url(it, "withdraw"), {"reason": "Not needed"})
    browser = visit(cast.csr)
    assert save(browser, it, Report={"files": pdf()}).status_code == 409
    assert "We no longer ask for this" in text(browser.get(url(it)))


# A session that ended


def test_text_comes_back_after_signing_in_and_saved_files_are_safe(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    browser = visit(cast.csr)
    save(browser, it, Report={"files": pdf()})
    browser.get(url(it))
    page = f"http://testserver{url(it)}"
    del browser.cookies["sessionid"]
    written = answers(it, Certificate={"not_applicable": "We sell no hardware.", "files": pdf("lost.pdf", "two")})
    response = browser.post(url(it, "save"), written, headers={"Referer": page})
    assert "/accounts/login/" in response.headers["Location"]
    browser.force_login(cast.csr)
    back = browser.get(url(it))
    assert "You were signed out while you were writing" in said(back)
    assert "Files must be chosen again." in said(back)
    assert "We sell no hardware." in filled(back)[f"item-{item(it, 'Certificate').pk}-not_applicable"]
    assert Document.objects.get().name == "report.pdf"


def test_the_list_has_the_most_urgent_first_and_how_far_one_is(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    factories.document_request(cast.pc, cast.nordvare, cast.manager, title="Soon", due_on=factories.TODAY + timedelta(days=2))
    browser = visit(cast.csr)
    save(browser, it, Certificate={"not_applicable": "We sell no hardware."})
    page = text(browser.get("/document-requests/"))
    assert page.index("Soon") < page.index("Yearly report")
    assert "1 of 2 ready" in page
    assert "Due in 2 days" in page


@pytest.mark.parametrize("amount", [1, 7])
def test_the_suppliers_lists_cost_the_same(cast: Cast, visit: Visit, django_assert_num_queries: Any, amount: int) -> None:
    browser = visit(cast.csr)
    for number in range(amount):
        one = factories.document_request(cast.pc, cast.nordvare, cast.manager, items=[NewItem(title="Only")])
        browser.post(url(one, "submit"), answers(one, Only={"files": pdf(f"{number}.pdf", str(number))}))
        factories.document_request(cast.pc, cast.nordvare, cast.manager)
    browser.get("/document-requests/")
    for path, count in (("/document-requests/", 12), ("/document-requests/delivered/", 5), ("/documents/", 7)):
        with django_assert_num_queries(count):
            browser.get(path)
