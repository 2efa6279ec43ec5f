"""The sheet as ordinary pages: begun, filled in and photographed without scripts."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core import ids
from core.models import History
from followup.models import AuditSheet, ChecklistQuestion, ChecklistVersion, SheetEntry, SheetPhoto
from followup.services import audits, sheet_photos
from tests.cast import Cast
from tests.contracts.pages import html, said, text
from tests.followup.audits.stories import AT, page_of, planned
from tests.followup.conftest import Visit, pdf
from tests.followup.sheets.stories import TABLET, asked, begun, entry, picture, sent


def fields(question: ChecklistQuestion, answer: str = "", note: str = "", base: tuple[int, int] = (0, 0), **more: Any) -> dict[str, Any]:
    said: dict[str, Any] = {
        "answer": answer,
        "note": note,
        "base_answer": base[0],
        "base_note": base[1],
        "base_finding": 0,
        "base_severity": 0,
        **more,
    }
    return {f"q-{question.pk}-{name}": value for name, value in said.items()}


def save(browser: Client, sheet: AuditSheet, question: ChecklistQuestion, **said: Any) -> Any:
    return browser.post(f"{page_of(sheet.audit, 'sheet', 'questions', question.pk)}", fields(question, **said), follow=True)


def test_from_the_audit_to_a_sheet_that_is_filled_in(cast: Cast, visit: Visit) -> None:
    audit = planned(cast)
    browser = visit(cast.manager)
    assert "Open the sheet" in text(browser.get(page_of(audit)))
    begin = browser.get(page_of(audit, "sheet"))
    version = ChecklistVersion.objects.get(checklist__code="factory-visit")
    assert f'value="{version.pk}"' in html(begin)
    assert browser.post(page_of(audit, "sheet", "checklists"), {}).status_code == 422
    page = browser.post(page_of(audit, "sheet", "checklists"), {"versions": [version.pk]}, follow=True)
    assert "Visit to a production site" in text(page)
    sheet = AuditSheet.objects.get(audit=audit)
    exits = asked(sheet, "safety-1")
    page = save(browser, sheet, exits, answer="no", note="Port B er låst.", files=[picture("b.png"), picture("c.png", 7)])
    shown = said(page)
    assert "2 photos are saved" in shown
    assert "1 of 24 ready" in shown
    photo = SheetPhoto.objects.get(name="b.png")
    answer: Any = browser.get(page_of(audit, "sheet", "photos", photo.pk))
    assert answer.getvalue().startswith(b"\x89PNG")
    gone = browser.post(page_of(audit, "sheet", "photos", photo.pk, "remove"), follow=True)
    assert "b.png" not in text(gone).partition("What came in")[0]
    assert browser.get(page_of(audit, "sheet", "photos", photo.pk)).status_code == 404
    assert History.objects.filter(object_id=sheet.pk).count() == 5


def test_a_slip_keeps_what_was_written(cast: Cast, visit: Visit) -> None:
    sheet = begun(cast)
    people = asked(sheet, "other-1")
    browser = visit(cast.manager)
    page = save(browser, sheet, people, answer="ca. tolv", note="Talt ved porten.")
    assert page.status_code == 422
    assert "Write a number here, and the rest in the note." in text(page)
    assert 'value="ca. tolv"' in html(page)
    assert "Talt ved porten." in text(page)
    page = save(browser, sheet, people, answer="12", files=[pdf("papir.pdf")])
    assert page.status_code == 422
    assert "papir.pdf is no picture" in text(page)
    audits.cancel(audit=sheet.audit, reason="Syk.", actor=cast.manager, **AT)
    page = save(browser, sheet, people, answer="12", note="Talt på nytt ved porten.")
    assert page.status_code == 409
    assert "so that you can copy it. Talt på nytt ved porten." in text(page)


def test_too_many_and_too_large_photos_are_answered(cast: Cast, visit: Visit, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = begun(cast)
    exits = asked(sheet, "safety-1")
    browser = visit(cast.manager)
    many = [picture(f"{number}.png", number) for number in range(400)]
    page = save(browser, sheet, exits, files=many)
    assert page.status_code == 422
    assert "At most 50 files can be sent at a time" in said(page)
    monkeypatch.setattr(sheet_photos, "MOST_BYTES", 20)
    assert "is larger than 0 MB, which is the most for one photo" in said(save(browser, sheet, exits, files=[picture()]))
    monkeypatch.undo()
    monkeypatch.setattr(sheet_photos, "MOST_PHOTOS", 1)
    page = save(browser, sheet, exits, files=[picture("1.png", 1), picture("2.png", 2)])
    assert "The sheet has 1 photos, which is the most" in said(page)
    assert SheetPhoto.objects.count() == 0, "all or nothing of what was sent in one go"


def test_two_answers_are_shown_and_chosen_between(cast: Cast, visit: Visit) -> None:
    sheet = begun(cast)
    exits = asked(sheet, "safety-1")
    sent(sheet, entry(exits, "yes"), actor=cast.manager)
    (late,) = sent(sheet, entry(exits, "no", device=TABLET), actor=cast.admin)
    browser = visit(cast.manager)
    page = text(browser.get(page_of(sheet.audit, "sheet")))
    assert "One field was written on two devices at the same time" in page
    assert "Came in beside it No" in page
    page = text(browser.post(page_of(sheet.audit, "sheet", "entries", late.id, "choose"), {"keep": "this"}, follow=True))
    assert "Which is to stand" not in page
    assert "Set aside: yes" in page
    assert SheetEntry.objects.get(pk=late.id).outcome == "chosen"
    other = save(browser, sheet, exits, answer="na", base=(1, 0))
    assert "Somebody wrote here while you did" in said(other)


def test_only_the_team_opens_it(cast: Cast, visit: Visit) -> None:
    sheet = begun(cast, auditor=cast.audit_firm, lead=cast.specialist)
    address = page_of(sheet.audit, "sheet")
    for user, status in (
        *((cast.manager, 200), (cast.auditor, 200), (cast.specialist, 200), (cast.owner, 200)),
        *((cast.reader, 403), (cast.csr, 404), (cast.agency, 404), (cast.other_manager, 403)),
    ):
        assert visit(user).get(address).status_code == status, user
    foreign = begun(cast, kind="wage_control")
    assert visit(cast.auditor).get(page_of(foreign.audit, "sheet")).status_code == 404
    assert visit(cast.auditor).get(page_of(sheet.audit, "sheet", "photos", ids.new())).status_code == 404


def test_the_page_costs_the_same_however_much_is_in_it(cast: Cast, visit: Visit) -> None:
    sheet = begun(cast)
    browser = visit(cast.manager)
    questions = list(ChecklistQuestion.objects.filter(version__sheets__sheet=sheet))
    sent(sheet, *(entry(each, "Sett.", part="note") for each in questions), actor=cast.manager)
    sent(sheet, *(entry(each, "Hørt.", part="note", device=TABLET) for each in questions), actor=cast.admin)
    browser.get(page_of(sheet.audit, "sheet"))
    with CaptureQueriesContext(connection) as caught:
        browser.get(page_of(sheet.audit, "sheet"))
    assert len(caught) <= 12, [query["sql"][:100] for query in caught]
