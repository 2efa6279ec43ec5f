"""Documents: handed out as they came and never run, and listed with how long they are valid and where they are used."""

from datetime import date
from typing import Any

import pytest
from django.core.files.base import ContentFile

from core import files
from followup.models import Document, DocumentRequest
from followup.services import preparing
from followup.services.drafting import NewItem
from tests import factories
from tests.cast import Cast
from tests.contracts.pages import text
from tests.factories import NOW
from tests.followup.conftest import Visit, pdf
from tests.followup.stories import document, submitted, url


@pytest.fixture
def it(cast: Cast) -> DocumentRequest:
    it = factories.document_request(cast.pc, cast.nordvare, cast.manager, items=[NewItem(title="Report æøå")], title="Yearly report")
    submitted(it, cast.csr, "Report æøå", issued_on=date(2026, 1, 5), valid_until=date(2026, 3, 20))
    return it


def status(browser: Any, path: str) -> int:
    """Reading a file to its end closes it."""
    response = browser.get(path)
    if response.streaming:
        b"".join(response.streaming_content)
    return int(response.status_code)


def test_always_a_download_that_no_browser_runs(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    response: Any = visit(cast.manager).get(f"/documents/{document(it, 'Report æøå').pk}/content/")
    assert b"".join(response.streaming_content) == pdf(content="Report æøå").read()
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert "filename*=UTF-8''Report%20%C3%A6%C3%B8%C3%A5.pdf" in response.headers["Content-Disposition"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Type"] == "application/pdf"


def test_whose_it_is(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    path = f"/documents/{document(it, 'Report æøå').pk}/content/"
    for person, expected in ((cast.csr, 200), (cast.sales, 200), (cast.reader, 200), (cast.csr_polar, 404), (cast.agency, 404)):
        assert status(visit(person), path) == expected
    Document.objects.update(access="restricted")
    for person, expected in ((cast.csr, 200), (cast.specialist, 200), (cast.reader, 404)):
        assert status(visit(person), path) == expected


def test_what_is_only_saved_is_the_suppliers(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    Document.objects.update(delivered_at=None)
    path = f"/documents/{Document.objects.get().pk}/content/"
    assert status(visit(cast.manager), path) == 404
    assert status(visit(cast.sales), path) == 200


def test_a_file_that_was_found_infected_is_locked(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    Document.objects.update(scan_state="infected")
    assert status(visit(cast.manager), f"/documents/{Document.objects.get().pk}/content/") == 409
    assert "Infected, locked" in text(visit(cast.manager).get(url(it)))


def test_attachments_of_ours(cast: Cast, visit: Visit) -> None:
    draft = factories.document_request(cast.pc, cast.nordvare, cast.manager, sent=False)
    browser = visit(cast.manager)
    browser.post(f"/document-requests/batches/{draft.batch}/", {"files": pdf("form.pdf"), "do": "save"})
    address = f"/attachments/{draft.attachments.get().pk}/content/"
    assert status(visit(cast.csr), address) == 404, "a draft is ours"
    browser.post(f"/document-requests/batches/{draft.batch}/", {"do": "send"})
    assert status(visit(cast.csr), address) == 200
    assert status(visit(cast.csr_polar), address) == 404
    assert "form.pdf" in text(visit(cast.csr).get(url(draft)))


def test_our_documents_say_how_long_and_where(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    browser = visit(cast.csr)
    page = text(browser.get("/documents/"))
    assert "Our documents" in page
    assert "Report æøå.pdf" in page
    assert "in 18 days" in page
    assert "Yearly report" in page
    assert "Nothing matches" in text(browser.get("/documents/", {"valid": "expired"}))
    assert "Report æøå.pdf" in text(browser.get("/documents/", {"valid": "soon"}))
    assert "Report æøå.pdf" not in text(visit(cast.csr_polar).get("/documents/"))
    assert "Report æøå.pdf" in text(visit(cast.manager).get("/documents/", {"supplier": cast.nordvare.pk}))
    assert visit(cast.agency).get("/documents/").status_code == 403


@pytest.mark.parametrize(
    "address", ["/documents/", "/document-requests/", "/deadlines/", "/deliveries/", "/frameworks/", "/requirements/", "/obligations/"]
)
def test_a_filter_that_narrows_nothing_says_all_everywhere(cast: Cast, visit: Visit, it: DocumentRequest, address: str) -> None:
    page = visit(cast.manager).get(address).content.decode()
    assert "-----" not in page
    assert '<option value="" selected>All</option>' in page


@pytest.mark.parametrize("address", ["roles/", "requirements/new/", "contacts/new/", "participations/new/", "call-offs/new/", "edit/"])
def test_a_list_where_nothing_is_chosen_says_so_in_words(cast: Cast, visit: Visit, address: str) -> None:
    page = visit(cast.manager).get(f"/frameworks/{cast.pc.pk}/{address}").content.decode()
    assert "-----" not in page
    assert ">Choose</option>" in page or ">Nothing chosen</option>" in page


def test_the_janitor_finds_no_row_for_what_was_taken_away(cast: Cast) -> None:
    """Two drafts share a file in storage: it is named until both have let go of it."""
    one = factories.document_request(cast.pc, cast.nordvare, cast.manager, sent=False)
    two = factories.document_request(cast.pc, cast.fjordtek, cast.manager, sent=False)
    with files.kept([files.inspect(ContentFile(pdf().read(), name="form.pdf"))]) as kept:
        preparing.attach(requests=[one, two], files=kept, actor=cast.manager, now=NOW)
    name = one.attachments.get().storage_name
    preparing.detach(requests=[one], storage_name=name, actor=cast.manager, now=NOW)
    assert two.attachments.get().storage_name == name
