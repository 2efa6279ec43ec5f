"""The sheet on paper and as a spreadsheet that is filled in and read back."""

import io
import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from core.sheets import XLSX
from followup.models import AuditSheet, SheetAnswer
from tests.cast import Cast
from tests.contracts.pages import filled, said, text
from tests.followup.audits.stories import page_of
from tests.followup.conftest import Visit
from tests.followup.sheets.stories import TABLET, asked, begun, entry, sent


def download(browser: Any, sheet: AuditSheet) -> list[list[Any]]:
    answer = browser.get(page_of(sheet.audit, "sheet", "spreadsheet"))
    return [list(row) for row in load_workbook(io.BytesIO(answer.getvalue())).active.values]  # type: ignore[union-attr]


def as_file(rows: list[list[Any]], name: str = "ark.xlsx") -> SimpleUploadedFile:
    book, content = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    book.save(content)
    return SimpleUploadedFile(name, content.getvalue(), content_type=XLSX)


def fill(rows: list[list[Any]], question: Any, answer: Any = None, note: str | None = None) -> None:
    row = next(row for row in rows if row[7] == str(question.pk))
    row[5], row[6] = answer or row[5], note or row[6]


def test_a_spreadsheet_is_filled_in_looked_at_and_taken_in_once(cast: Cast, visit: Visit) -> None:
    sheet = begun(cast)
    exits, people, dormitory = (asked(sheet, code) for code in ("safety-1", "other-1", "safety-5"))
    sent(sheet, entry(exits, "yes"), actor=cast.manager)
    browser = visit(cast.manager)
    rows = download(browser, sheet)
    assert len(rows) == 25
    fill(rows, exits, "Nei", "- hengelås på port B")
    fill(rows, people, 412)
    fill(rows, dormitory, "kanskje")
    rows.append(["", 1, "", "", "", "Yes", "", "no-such-question", "a0n0"])
    address = page_of(sheet.audit, "sheet", "spreadsheet", "read")
    page = browser.post(address, {"file": as_file(rows)})
    shown = text(page)
    assert "Are all escape routes clear, unlocked and marked? Answer Yes No" in shown
    assert "This is not one of the answers" in shown
    assert "Row 26: its reference is not of this sheet." in shown
    assert SheetAnswer.objects.filter(sheet=sheet).count() == 1, "nothing is changed by looking"
    sealed = {"seen": filled(page)["seen"][0]}
    assert "3 fields were taken in" in said(browser.post(address, sealed, follow=True))
    assert "0 fields" not in text(browser.post(address, {"file": as_file(rows)}))
    browser.post(address, sealed)
    stands = dict(
        SheetAnswer.objects.filter(sheet=sheet, question__in=[exits, people], part="answer").values_list("question__code", "text")
    )
    assert stands == {"safety-1": "no", "other-1": "412"}
    assert SheetAnswer.objects.get(question=exits, part="note").text == "- hengelås på port B"
    again = download(browser, sheet)
    assert "The spreadsheet changes nothing" in text(browser.post(address, {"file": as_file(again)}))


def test_what_was_written_elsewhere_meanwhile_is_not_overwritten(cast: Cast, visit: Visit) -> None:
    sheet = begun(cast)
    exits = asked(sheet, "safety-1")
    browser = visit(cast.manager)
    rows = download(browser, sheet)
    fill(rows, exits, "Yes")
    sent(sheet, entry(exits, "no", device=TABLET), actor=cast.admin)
    address = page_of(sheet.audit, "sheet", "spreadsheet", "read")
    page = browser.post(address, {"file": as_file(rows)})
    assert "written elsewhere meanwhile" in text(page)
    after = said(browser.post(address, {"seen": filled(page)["seen"][0]}, follow=True))
    assert "Both are kept; choose what is to stand" in after
    assert SheetAnswer.objects.get(question=exits).text == "no"


def test_hostile_and_foreign_files_are_answered(cast: Cast, visit: Visit) -> None:
    sheet, other = begun(cast), begun(cast, "wage-control")
    browser = visit(cast.manager)
    address = page_of(sheet.audit, "sheet", "spreadsheet", "read")
    rows = download(browser, other)
    fill(rows, asked(other, "wages-1"), "Yes")
    for file, words in (
        (SimpleUploadedFile("ark.xlsx", b"PK\x03\x04 no workbook"), "damaged or incomplete"),
        (SimpleUploadedFile("ark.xlsx", b"no workbook"), "content is something else"),
        (SimpleUploadedFile("ark.csv", b"a;b\n1;2\n"), "is missing. Fill in the spreadsheet that you download"),
        (SimpleUploadedFile("ark.exe", b"MZ"), "Files of this kind are not taken"),
        (as_file([]), "is missing"),
    ):
        page = browser.post(address, {"file": file})
        assert page.status_code == 422, words
        assert words in text(page)
    assert "its reference is not of this sheet" in text(browser.post(address, {"file": as_file(rows)}))
    assert browser.post(address, {"seen": "made:up"}).status_code == 409


def test_the_print_out_speaks_the_language_that_was_chosen(cast: Cast, visit: Visit) -> None:
    sheet = begun(cast)
    sent(sheet, entry(asked(sheet, "safety-1"), "no"), entry(asked(sheet, "safety-1"), "#strong[Låst]", part="note"), actor=cast.manager)
    browser = visit(cast.manager)
    made = {language: browser.get(page_of(sheet.audit, "sheet", "print", language)).content for language in ("nb", "nn", "en")}
    assert all(content.startswith(b"%PDF-") and b"/MarkInfo" in content for content in made.values())
    assert all(f"/Lang({language}".encode() in content for language, content in made.items())
    assert browser.get(page_of(sheet.audit, "sheet", "print", "sv")).status_code == 404
    spoken = "Chốt cửa thoát hiểm. " * 950
    sent(
        sheet,
        entry(asked(sheet, "safety-2"), spoken, part="note"),
        entry(asked(sheet, "safety-2"), "Låst.", part="finding"),
        actor=cast.manager,
    )
    assert pages(browser.get(page_of(sheet.audit, "sheet", "print", "nb")).content) >= pages(made["nb"]) + 3, "to its end"


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type ?/Page\b", pdf))
