"""What the sheet of an audit says stands in its report as far as the lead has chosen, in PDF and Word with the photos."""

from io import BytesIO
from typing import Any

import docx
import pytest

from core import files, ids
from core.files import CheckedFile
from followup import report_files, report_photos, report_words
from followup.models import ReportSection, SheetPhoto, WrittenReport
from followup.services import audit_outcomes, audit_reporting, report_sections, sheet_photos
from tests import factories
from tests.api.conftest import Program
from tests.cast import Cast
from tests.factories import NOW, TODAY
from tests.followup.audit_reports.stories import begun
from tests.followup.audits.stories import AT
from tests.followup.sheets import stories as sheets

Much = WrittenReport.Sheet


def seen(cast: Cast, content: Any = None) -> WrittenReport:
    """A report of a factory visit: one question answered, with a note and a photo."""
    sheet = sheets.begun(cast, planned_on=TODAY)
    question = sheet.checklists.get().version.questions.filter(kind="yes_no").earliest("number")
    written = [sheets.entry(question, "yes"), sheets.entry(question, "Mai said so.", part="note")]
    sheets.sent(sheet, *written, actor=cast.manager)
    with files.kept(files.inspect_all([content or sheets.picture()])) as kept:
        said: dict[str, Any] = {"device": sheets.PHONE, "taken_at": NOW, "actor": cast.manager, "now": NOW}
        sheet_photos.add(sheet=sheet, photo=ids.new(), question=question, file=kept[0], **said)
    audit_outcomes.log(audit=sheet.audit, result="improvements", actor=cast.manager, **AT)
    return begun(cast, sheet.audit)


def made(it: WrittenReport, form: str) -> tuple[report_words.Written, CheckedFile]:
    content = report_words.write(it, report_sections.read(it), is_final=False)
    return content, report_files.made(content, it, form)


def test_answers_are_told_and_notes_and_photos_only_when_chosen(cast: Cast) -> None:
    it = seen(cast)
    (line,) = made(it, "docx")[0]["asked"][0]["lines"]
    assert (line["answer"], line["note"], line["photos"]) == ("Yes", "", []), "who said what is not told by itself"
    audit_reporting.edit(report=it, sheet=Much.PHOTOS, actor=cast.manager, **AT)
    content, word = made(it, "docx")
    document = docx.Document(BytesIO(word.content.read()))
    assert "Mai said so." in [paragraph.text for paragraph in document.paragraphs]
    (picture,) = document.inline_shapes
    assert picture._inline.docPr.get("descr") == content["asked"][0]["lines"][0]["question"], "said to whoever does not see it"
    photos = report_photos.read(content)
    assert len(report_files._pdf(content, photos)) > len(report_files._pdf(content, {})), "the photo is in it"
    audit_reporting.edit(report=it, sheet=Much.NOTHING, actor=cast.manager, **AT)
    assert made(it, "pdf")[0]["asked"] == []


def test_a_photo_that_cannot_be_shown_is_named(cast: Cast) -> None:
    """Cut off on its way: its head is that of a picture, the rest is missing."""
    it = seen(cast)
    audit_reporting.edit(report=it, sheet=Much.PHOTOS, actor=cast.manager, **AT)
    photo = SheetPhoto.objects.get()
    content = made(it, "pdf")[0]
    whole = report_files.made(content, it, "pdf").size
    broken = {photo.storage_name: b"\x89PNG\r\n\x1a\n"}
    assert 0 < len(report_files._pdf(content, broken)) < whole
    document = docx.Document(BytesIO(report_files._docx(content, broken)))
    assert len(document.inline_shapes) == 0
    assert any(photo.sha256 in paragraph.text for paragraph in document.paragraphs)


def test_where_a_requirement_is_written_of_the_sheet_has_begun(cast: Cast) -> None:
    it = seen(cast)
    theme = SheetPhoto.objects.get().question.theme
    begun_ = ReportSection.objects.filter(report=it, obligation__requirement__theme=theme)
    assert all("Mai said so." in section.text for section in begun_)


def test_of_the_next_lot_the_sheets_answers_are_not_said_again(cast: Cast) -> None:
    it = seen(cast)
    theme = SheetPhoto.objects.get().question.theme
    lots = [factories.lot(cast.pc, number=number) for number in (21, 22)]
    for lot in lots:
        factories.participation(cast.pc, cast.nordvare, lot)
    requirement = factories.requirement(cast.pc, lots=lots, theme=theme)
    bound = requirement.obligations.filter(supplier=cast.nordvare).order_by("lot__number")
    it.audit.obligations.add(*bound)
    report_sections.keep_up(it)
    first, then = (it.sections.get(obligation=each).text for each in bound)
    assert "Mai said so." in first
    assert "Mai said so." not in then
    assert f"{requirement.title} ({lots[0]})" in then


@pytest.mark.both
def test_a_report_of_an_audit_without_a_sheet_tells_nothing_of_one(cast: Cast) -> None:
    assert made(begun(cast), "pdf")[0]["asked"] == []


def test_programs_read_the_same(cast: Cast) -> None:
    it, ours = seen(cast), Program(cast.manager)
    (checklist,) = ours.get(f"written-reports/{it.pk}/").json()["asked"]
    assert [(line["answer"], line["note"], line["photos"]) for line in checklist["lines"]] == [("Yes", "", [])]
    ours.patch(f"written-reports/{it.pk}/", {"sheet": "photos"})
    (line,) = ours.get(f"written-reports/{it.pk}/").json()["asked"][0]["lines"]
    photo = SheetPhoto.objects.get()
    assert (line["note"], line["photos"]) == ("Mai said so.", [f"{photo.name} (SHA-256: {photo.sha256})"])
    assert photo.storage_name not in str(line)
