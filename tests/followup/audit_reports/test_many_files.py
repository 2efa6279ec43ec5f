"""Four hundred photos at once are answered, and no word that came with them is lost."""

from followup.models import Document, ReportComment
from tests.cast import Cast
from tests.contracts.pages import text
from tests.followup.audit_reports.stories import K, page_of, section, sent
from tests.followup.conftest import Visit, pdf
from tests.followup.findings.stories import logged

MANY = 400


def test_to_a_comment_on_a_report(cast: Cast, visit: Visit) -> None:
    it, theirs = sent(cast), visit(cast.csr)
    key = section(it, K.METHOD).pk
    said = {f"text-{key}": "Ten workers.", f"files-{key}": [pdf(f"{number}.pdf") for number in range(MANY)]}
    page = theirs.post(page_of(it, "comments"), said)
    assert page.status_code == 422
    assert "At most 50 files can be sent at a time" in text(page)
    it.refresh_from_db()
    assert (ReportComment.objects.get().text, it.status) == ("Ten workers.", "sent"), "kept, and not sent in"
    assert not Document.objects.exists()


def test_to_a_finding(cast: Cast, visit: Visit) -> None:
    finding, theirs = logged(cast), visit(cast.csr)
    said = {"statement": "The door opens.", "photos": [pdf(f"{number}.pdf") for number in range(MANY)]}
    page = theirs.post(f"/findings/{finding.pk}/evidence/save/", said)
    assert page.status_code == 422
    assert "At most 50 files can be sent at a time" in text(page)
    assert "The door opens." in page.content.decode()
    assert not Document.objects.exists()
