"""Use case: a finding is noted in the sheet, on the spot and without a net, and logged afterwards by one who may, once."""

import pytest
from django.test import Client

from core.errors import Invalid, NotAllowed, WrongState
from core.models import History
from followup.models import AuditSheet, ChecklistQuestion, Finding, SheetPhoto
from followup.services import finding_closing, sheet_findings
from tests.cast import Cast
from tests.contracts.pages import filled, said, text
from tests.factories import NOW, TODAY
from tests.followup.audits.stories import page_of
from tests.followup.conftest import Visit
from tests.followup.sheets.stories import TABLET, asked, begun, entry, picture, sent
from tests.followup.sheets.test_pages import save

BY = {"now": NOW, "today": TODAY}


def note(sheet: AuditSheet, question: ChecklistQuestion, words: str, severity: str = "minor", *, cast: Cast, base: int = 0) -> None:
    written = [entry(question, words, part="finding", base=base), entry(question, severity, part="severity", base=base)]
    assert {each.outcome for each in sent(sheet, *written, actor=cast.manager)} <= {"applied", "same"}


def buttons(browser: Client, sheet: AuditSheet) -> str:
    return text(browser.get(page_of(sheet.audit, "sheet")))


def test_one_click_makes_a_finding_and_no_second_one(cast: Cast, visit: Visit) -> None:
    sheet = begun(cast, auditor=cast.audit_firm, lead=cast.specialist)
    exits = asked(sheet, "safety-1")
    browser = visit(cast.specialist)
    save(browser, sheet, exits, answer="no", files=[picture("port-b.png")])
    note(sheet, exits, "Port B er låst.", cast=cast)
    assert "One finding is noted in the sheet" in text(browser.get(page_of(sheet.audit)))
    firm = text(visit(cast.auditor).get(page_of(sheet.audit, "sheet")))
    assert "The contract manager or a specialist logs it." in firm
    assert "Log it" not in firm
    address = page_of(sheet.audit, "sheet", "questions", exits.pk, "finding")
    assert visit(cast.auditor).post(address).status_code == 403
    assert "The supplier has not been told yet." in said(browser.post(address, follow=True))
    finding = Finding.objects.get()
    assert (finding.text, finding.severity.code, finding.theme, finding.audit_id) == (
        "Port B er låst.",
        "minor",
        exits.theme,
        sheet.audit_id,
    )
    assert finding.files.get().storage_name == SheetPhoto.objects.get().storage_name
    assert browser.post(address).status_code == 409
    page = buttons(browser, sheet)
    assert "Logged as finding no. 1" in page
    assert "noted and not logged" not in page

    note(sheet, exits, "Port B og C er låst.", cast=cast, base=1)
    assert "written after the finding above was logged" in buttons(browser, sheet)
    assert Finding.objects.get().text == "Port B er låst."
    assert History.objects.filter(object_id=finding.pk, verb="log").exists()


def test_a_critical_one_says_first_who_is_told(cast: Cast, visit: Visit) -> None:
    sheet = begun(cast)
    exits = asked(sheet, "safety-1")
    note(sheet, asked(sheet, "wages-1"), "Tre mangler lønnsslipp.", "minor", cast=cast)
    note(sheet, exits, "Alle dører er låst.", "critical", cast=cast)
    browser = visit(cast.manager)
    page = text(browser.get(page_of(sheet.audit, "sheet")))
    assert page.index("Alle dører er låst.") < page.index("Tre mangler lønnsslipp."), "the critical one stands first"
    address = page_of(sheet.audit, "sheet", "questions", exits.pk, "finding")
    assert "The supplier and the agreement owner are told at once." in text(browser.get(address))
    assert not Finding.objects.exists()
    browser.post(address)
    assert Finding.objects.get().is_told


def test_what_is_not_ready_goes_through_the_form(cast: Cast, visit: Visit) -> None:
    sheet = begun(cast)
    exits, drills = asked(sheet, "safety-1"), asked(sheet, "safety-2")
    browser = visit(cast.manager)
    assert save(browser, sheet, exits, finding="Port B er låst.", files=[picture("port-b.png")]).status_code == 200
    assert save(browser, sheet, drills, severity="terrible").status_code == 422
    with pytest.raises(Invalid):
        sheet_findings.log(sheet=sheet, question=exits, actor=cast.manager, **BY)
    with pytest.raises(WrongState):
        sheet_findings.log(sheet=sheet, question=drills, actor=cast.manager, **BY)
    address = f"/findings/new/?audit={sheet.audit_id}&question={exits.pk}"
    form = filled(browser.get(address))
    photo = SheetPhoto.objects.get()
    assert (form["text"], form["theme"], form["photos"]) == (["Port B er låst."], [exits.theme], [str(photo.pk)])
    browser.post(address, {**form, "severity": "major"})
    finding = Finding.objects.get()
    assert (finding.noted_in.question, finding.files.get().storage_name) == (exits, photo.storage_name)
    assert "Port B er låst." not in text(visit(cast.reader).get(address)), "the sheet is not a reader's to read"
    with pytest.raises(WrongState):
        sheet_findings.log(sheet=sheet, question=exits, actor=cast.manager, **BY)


def test_two_who_noted_differently_choose_first(cast: Cast) -> None:
    sheet = begun(cast)
    exits = asked(sheet, "safety-1")
    note(sheet, exits, "Port B er låst.", cast=cast)
    sent(sheet, entry(exits, "major", part="severity", device=TABLET), actor=cast.owner)
    with pytest.raises(WrongState):
        sheet_findings.log(sheet=sheet, question=exits, actor=cast.manager, **BY)


def test_who_noted_it_has_found_it_whoever_logs_it(cast: Cast) -> None:
    sheet = begun(cast, auditor=cast.audit_firm, lead=cast.specialist)
    exits = asked(sheet, "safety-1")
    note(sheet, exits, "Port B er låst.", "major", cast=cast)
    finding = sheet_findings.log(sheet=sheet, question=exits, actor=cast.specialist, **BY)
    with pytest.raises(NotAllowed):
        finding_closing.close(finding=finding, method="on_site", actor=cast.manager, **BY)
    finding_closing.close(finding=finding, method="on_site", actor=cast.owner, **BY)
