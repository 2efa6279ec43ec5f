"""The report of an audit from draft to final, over HTTP as both sides do it."""

from io import BytesIO
from typing import Any

import docx

from followup.models import Audit, ReportComment, ReportFile, WrittenReport
from notifications import delivery
from notifications.models import Deadline, Message
from tests.cast import Cast
from tests.contracts.pages import filled, said, text
from tests.followup.audit_reports.stories import K, begun, held, page_of, section
from tests.followup.audits.stories import NOW
from tests.followup.audits.stories import page_of as audit_page_of
from tests.followup.conftest import Visit, pdf
from tests.followup.findings.stories import logged


def content(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_from_draft_to_final_with_the_supplier_heard(cast: Cast, visit: Visit) -> None:
    audit = held(cast)
    found = logged(cast, told=False, audit=audit, framework=None, supplier=None)
    ours, theirs, helper = visit(cast.manager), visit(cast.csr), visit(cast.sales)
    assert "Write the report" in text(ours.get(audit_page_of(audit)))

    ours.post(audit_page_of(audit, "written-report"), {"language": "en"})
    it = WrittenReport.objects.get()
    assert theirs.get(page_of(it)).status_code == 404, "a draft is ours"
    assert "Nothing is written yet about:" in text(ours.get(page_of(it)))
    form = {name: values[0] for name, values in filled(ours.get(page_of(it, "edit"))).items()}
    words = {name: value or "We saw that hours were written by hand." for name, value in form.items() if name.startswith("text-")}
    ours.post(page_of(it, "edit"), {**form, **words, f"text-{section(it, K.FINDING).pk}": "", "heading": "Recruitment", "text": "No fees."})
    assert "Recruitment" in text(ours.get(page_of(it)))
    assert content(ours.get(page_of(it, "files", "pdf"))).startswith(b"%PDF")
    assert "Nordvare" in text(ours.get(page_of(it, "send")))
    ours.post(page_of(it, "send"), {"comment_days": "10"})
    assert not Deadline.objects.open().filter(kind="audit_report").exists(), "it is no longer ours to write"

    draft = helper.get(page_of(it))
    assert "Comment on the draft of the report by Monday 16 March 2026" in text(draft)
    assert found.text in text(draft)
    key = section(it, K.FINDING).pk
    helper.post(page_of(it, "comments", "save"), {f"text-{key}": "They were paid in July.", f"files-{key}": pdf("slips.pdf")})
    assert helper.post(page_of(it, "comments")).status_code == 403
    assert "They were paid in July." not in text(ours.get(page_of(it))), "until it is sent in it is theirs"
    form = {name: values[0] for name, values in filled(theirs.get(page_of(it))).items() if name.startswith("text-")}
    assert "We have received your comments." in said(theirs.post(page_of(it, "comments"), form, follow=True))

    page = ours.get(page_of(it))
    assert "They were paid in July." in text(page)
    assert "slips.pdf" in text(page)
    assert ours.post(page_of(it, "finish"), {"result": "breaches"}).status_code == 409, "not before it is answered"
    answer = {f"answer-{key}-verdict": "kept", f"answer-{key}-text": ""}
    assert ours.post(page_of(it, "answer", key), answer).status_code == 422
    ours.post(page_of(it, "answer", key), {**answer, f"answer-{key}-text": "The slips are of June."})
    assert found.text in text(ours.get(page_of(it, "finish"))), "whom it begins for is said beforehand"
    ours.post(page_of(it, "finish"), {"result": "breaches"})

    it.refresh_from_db()
    assert (it.status, Audit.objects.get().status) == ("final", "reported")
    leads_on = f'href="{audit_page_of(audit)}#checked-'
    assert leads_on in ours.get(page_of(it)).content.decode(), "the requirements wait to be judged by it"
    assert leads_on not in theirs.get(page_of(it)).content.decode()
    found.refresh_from_db()
    assert found.is_told
    final = theirs.get(page_of(it))
    for words_ in ("They were paid in July.", "The slips are of June.", "The report stands as it was.", "slips.pdf (SHA-256:"):
        assert words_ in text(final)
    assert "Final report" in text(theirs.get(audit_page_of(audit)))
    word = ReportFile.objects.get(stage="final", form="docx")
    assert word.sha256 in text(final)
    document = docx.Document(BytesIO(content(theirs.get(page_of(it, "kept", word.pk)))))
    headings = [each.text for each in document.paragraphs if each.style is not None and each.style.name == "Heading 2"]
    assert {"About the audit", "Finding 1: serious", "Recruitment", "Conclusion"} <= set(headings)
    delivery.deliver(clock=lambda: NOW, is_any_time=True)
    kinds = set(Message.objects.filter(recipient=cast.csr.email).values_list("lines__kind", flat=True))
    assert {"report_comments_receipt", "audit_reported", "finding_told"} <= kinds
    assert ReportComment.objects.get().documents.get().delivered_at


def test_a_specialist_writes_and_the_manager_sends(cast: Cast, visit: Visit) -> None:
    it = begun(cast)
    specialist = visit(cast.specialist)
    assert specialist.get(page_of(it, "edit")).status_code == 200
    assert specialist.get(page_of(it, "send")).status_code == 403
    assert visit(cast.csr_polar).get(page_of(it)).status_code == 404
