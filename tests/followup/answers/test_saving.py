"""The supplier reads what is wanted and saves its answer: comes back, says what is not relevant, uses again what it has delivered."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from followup.models import Document, DocumentRequest, Evidence
from followup.services.drafting import NewItem
from notifications.models import Deadline
from tests import factories
from tests.cast import Cast
from tests.contracts.pages import filled, said, text
from tests.factories import NOW
from tests.followup.answers.stories import answers, paper, save
from tests.followup.conftest import Visit, pdf
from tests.followup.stories import item, url

# The page


def test_the_page_says_what_by_when_and_why(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    page = text(visit(cast.csr).get(url(it)))
    assert "We need 2 things by Monday 13 April 2026" in page
    assert "Not older than a year." in page
    assert "It can be at most 365 days old." in page
    assert "0 of 2 ready" in page
    assert "2.1 Ivaretakelse av grunnleggende menneskerettigheter" in page
    assert "Your contact with us is Maja Forvalter." in page


def test_the_title_never_counts_what_is_only_welcome_and_says_when_the_date_has_passed(
    cast: Cast, visit: Visit, it: DocumentRequest, monday_morning: Any
) -> None:
    welcome = [NewItem(title="Pictures", is_required=False)]
    other = factories.document_request(cast.pc, cast.nordvare, cast.manager, items=welcome, title="Pictures", due_on=date(2026, 4, 13))
    assert "1 thing is welcome by Monday 13 April 2026, if you have it" in text(visit(cast.csr).get(url(other)))
    monday_morning.move_to(NOW + timedelta(days=60))
    assert "We still need 2 things. The date was Monday 13 April 2026" in text(visit(cast.csr).get(url(it)))


def test_the_mail_counts_what_must_come_and_names_what_is_welcome(cast: Cast, it: DocumentRequest) -> None:
    brief = Deadline.objects.get(pk=it.deadline_id).brief
    assert (brief["missing"], brief["welcome"]) == (["Report", "Certificate"], ["Pictures"])


def test_it_is_seen_when_the_supplier_opens_it_and_not_before(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    for other in (cast.manager, cast.csr_polar, cast.agency):
        visit(other).get(url(it))
    assert Deadline.objects.get(pk=it.deadline_id).seen_at is None
    visit(cast.sales).get(url(it))
    assert Deadline.objects.get(pk=it.deadline_id).seen_at == NOW


@pytest.mark.parametrize("amount", [1, 8])
def test_the_page_costs_the_same_for_few_and_many_things(cast: Cast, visit: Visit, django_assert_num_queries: Any, amount: int) -> None:
    obligations = list(cast.due_diligence.obligations.filter(supplier=cast.nordvare))
    items = [NewItem(title=f"Item {number}", obligations=obligations) for number in range(amount)]
    it = factories.document_request(cast.pc, cast.nordvare, cast.manager, items=items)
    browser = visit(cast.csr)
    save(browser, it, **{f"Item {number}": {"files": pdf(f"{number}.pdf", str(number))} for number in range(amount)})
    browser.get(url(it))
    with django_assert_num_queries(12):
        browser.get(url(it))


# Saving


def test_saved_files_are_there_when_one_comes_back(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    browser = visit(cast.csr)
    page = said(save(browser, it, Pictures={"files": [pdf("a.pdf"), pdf("b.pdf", "two")]}))
    assert "Saved. You can close the page and come back." in page
    later = text(visit(cast.sales).get(url(it)))
    assert "a.pdf" in later
    assert "saved, not sent in yet" in later
    it.refresh_from_db()
    assert it.status == "in_progress"
    assert not Document.objects.visible_to(cast.manager).exists(), "what is only saved is not ours to read"


def test_dates_are_asked_only_where_the_kind_needs_them(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    browser = visit(cast.csr)
    save(browser, it, **{name: {"files": pdf(f"{name}.pdf", name)} for name in ("Report", "Certificate", "Pictures")})
    names = {str(document.pk): document.name for document in Document.objects.all()}
    asked = [
        name.removeprefix("document-") for name in filled(browser.get(url(it))) if re.match("document-.*-(issued_on|valid_until)", name)
    ]
    assert {(names[name[:36]], name[37:]) for name in asked} == {("Report.pdf", "issued_on"), ("Certificate.pdf", "valid_until")}


def test_one_bad_file_stops_no_other_and_is_said_at_its_field(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    fake = SimpleUploadedFile("fake.pdf", b"<html><script></script></html>")
    empty = SimpleUploadedFile("empty.pdf", b"")
    response = save(visit(cast.csr), it, Report={"files": [pdf("good.pdf"), fake, empty]}, Pictures={"not_applicable": "No pictures"})
    assert response.status_code == 422
    page = text(response)
    assert "fake.pdf: The name ends in .pdf, but the content is something else." in page
    assert "empty" in page
    assert Document.objects.get().name == "good.pdf"
    assert "No pictures" in response.content.decode(), "what was written stays"


def test_a_file_over_the_limit_is_said_at_its_field(cast: Cast, visit: Visit, it: DocumentRequest, settings: Any) -> None:
    settings.UPLOAD_FILE_BYTES = 100
    big = SimpleUploadedFile("big.pdf", b"%PDF-1.4" + b" " * 200)
    response = save(visit(cast.csr), it, Report={"files": big})
    assert response.status_code == 422
    assert "big.pdf" in text(response)
    assert not Document.objects.exists()


def test_all_files_together_over_the_limit_loses_no_text(cast: Cast, visit: Visit, it: DocumentRequest, settings: Any) -> None:
    settings.UPLOAD_FILES = 1
    files = {"files": [pdf("a.pdf"), pdf("b.pdf", "two")]}
    response = save(visit(cast.csr), it, Certificate=files, Report={"not_applicable": "We make nothing abroad"})
    assert response.status_code == 422
    assert "At most 1 files can be sent at a time." in text(response)
    assert "We make nothing abroad" in response.content.decode()


def test_the_same_file_sent_twice_is_kept_once(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    browser = visit(cast.csr)
    for _ in range(2):
        save(browser, it, Report={"files": pdf()})
    assert Document.objects.count() == 1


def test_one_file_for_two_things_and_away_again(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    browser = visit(cast.csr)
    save(browser, it, Report={"files": pdf()})
    document = Document.objects.get()
    both = [str(item(it, title).pk) for title in ("Report", "Certificate")]
    browser.post(url(it, "save"), paper(document, items=both, issued_on="5.1.2026", valid_until=""))
    assert set(Evidence.objects.values_list("item__title", flat=True)) == {"Report", "Certificate"}
    page = text(browser.get(url(it)))
    assert "“report.pdf”, which you added above, is for this too." in page
    assert "1 of 2 ready" in page, "the certificate still lacks how long it is valid"
    assert "The file was removed." in said(
        browser.post(url(it, "save"), {**paper(document, items=both), "remove": str(document.pk)}, follow=True)
    )
    assert not Document.objects.exists()


def test_dates_the_wrong_way_round_stand_at_the_document(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    browser = visit(cast.csr)
    save(browser, it, Report={"files": pdf()})
    document = Document.objects.get()
    both = [str(item(it, title).pk) for title in ("Report", "Certificate")]
    browser.post(url(it, "save"), paper(document, items=both, issued_on="2026-01-05"))
    response = browser.post(url(it, "save"), paper(document, items=both, issued_on="2026-02-05", valid_until="2026-01-01"))
    assert response.status_code == 422
    assert "The document runs out before it was issued." in text(response)
    document.refresh_from_db()
    assert document.issued_on == date(2026, 1, 5)


def test_delivered_before_can_be_used_again_unless_expired(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    earlier = factories.document_request(cast.pc, cast.nordvare, cast.manager, items=[NewItem(title="Old")])
    browser = visit(cast.csr)
    browser.post(url(earlier, "submit"), answers(earlier, Old={"files": [pdf("valid.pdf"), pdf("expired.pdf", "two")]}))
    Document.objects.filter(name="expired.pdf").update(valid_until=date(2026, 2, 1))
    page = text(browser.get(url(it)))
    assert "valid.pdf" in page
    assert "expired.pdf" not in page
    valid = Document.objects.get(name="valid.pdf")
    save(browser, it, Pictures={"again": str(valid.pk)})
    assert item(it, "Pictures").evidence.get().document == valid
    expired = Document.objects.get(name="expired.pdf")
    assert save(browser, it, Report={"again": str(expired.pk)}).status_code == 422


def test_others_documents_cannot_be_used(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    theirs = factories.document_request(cast.pc, cast.polar, cast.manager, items=[NewItem(title="Old")])
    visit(cast.csr_polar).post(url(theirs, "submit"), answers(theirs, Old={"files": pdf("polar.pdf")}))
    foreign = Document.objects.get(name="polar.pdf")
    browser = visit(cast.csr)
    assert "polar.pdf" not in browser.get(url(it)).content.decode()
    assert save(browser, it, Pictures={"again": str(foreign.pk)}).status_code == 422
    browser.post(url(it, "save"), {**paper(foreign), "remove": str(foreign.pk)})
    assert Document.objects.filter(pk=foreign.pk).exists()


def test_not_relevant_because(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    browser = visit(cast.csr)
    save(browser, it, Certificate={"not_applicable": "We sell no hardware."})
    assert item(it, "Certificate").claim == "We sell no hardware."
    assert "1 of 2 ready" in text(browser.get(url(it)))
    save(browser, it)
    assert item(it, "Certificate").claim == ""


def test_what_was_promised_in_the_tender_cannot_be_left_out(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    cast.due_diligence.obligations.filter(supplier=cast.nordvare).update(promised_text="Yearly, from 2025")
    response = save(visit(cast.csr), it, Report={"not_applicable": "Too much work.", "files": pdf()})
    assert response.status_code == 422
    assert "“Report” was promised in your tender" in text(response)
    assert "Too much work." in response.content.decode()
    assert Document.objects.exists(), "the file sent with it is safe"
    assert item(it, "Report").claim == ""


def test_a_message_that_is_only_saved_is_there_again(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    browser = visit(cast.csr)
    browser.post(url(it, "save"), {**answers(it), "note": "Page 3 is new."})
    assert filled(browser.get(url(it)))["note"] == ["Page 3 is new."]
