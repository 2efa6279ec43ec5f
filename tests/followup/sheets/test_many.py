"""A large sheet is merged in bounded memory: batch by batch and photo by photo, and each costs the same however many came before."""

import tracemalloc

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import files, ids
from core.errors import Invalid
from followup.models import AuditSheet, ChecklistQuestion, ChecklistVersion, SheetAnswer, SheetPhoto
from followup.services import sheet_photos, sheets
from tests.cast import Cast
from tests.factories import NOW
from tests.followup.audits.stories import planned
from tests.followup.sheets.stories import PHONE, entry, picture, sent

QUESTIONS, PHOTOS, BATCH = 150, 200, 50
MOST_BYTES = 3 * 2**20


def large(cast: Cast) -> AuditSheet:
    version = ChecklistVersion.objects.get(checklist__code="factory-visit")
    start = version.questions.count() + 1
    ChecklistQuestion.objects.bulk_create(
        ChecklistQuestion(version=version, number=number, code=f"more-{number}", theme="wages", topic="wages", kind="text")
        for number in range(start, QUESTIONS + 1)
    )
    return sheets.begin(audit=planned(cast), versions=[version], actor=cast.manager, now=NOW)


def take_photo(sheet: AuditSheet, question: ChecklistQuestion, pixel: int, cast: Cast) -> None:
    file = picture(f"{pixel}.png", pixel)
    checked = files.inspect(ContentFile(file.read() + b"\x00" * 1000, name=file.name))
    with files.kept([checked]) as kept:
        sheet_photos.add(
            sheet=sheet, photo=ids.new(), question=question, file=kept[0], device=PHONE, taken_at=NOW, actor=cast.manager, now=NOW
        )


def test_three_hundred_answers_and_two_hundred_photos(cast: Cast) -> None:
    sheet = large(cast)
    questions = list(ChecklistQuestion.objects.filter(version__sheets__sheet=sheet, kind="text"))
    entries = [entry(question, "Sett. " * 50, part=part) for question in questions for part in ("answer", "note")]
    costs, peaks = [], []
    tracemalloc.start()
    for start in range(0, len(entries), BATCH):
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        with CaptureQueriesContext(connection) as caught:
            sent(sheet, *entries[start : start + BATCH], actor=cast.manager)
        costs.append(len(caught))
        peaks.append(tracemalloc.get_traced_memory()[1] - before)
    assert max(costs) <= min(costs) + 1
    photo_costs = []
    for pixel in range(PHOTOS):
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        with CaptureQueriesContext(connection) as caught:
            take_photo(sheet, questions[0], pixel, cast)
        photo_costs.append(len(caught))
        peaks.append(tracemalloc.get_traced_memory()[1] - before)
    tracemalloc.stop()
    assert len(set(photo_costs)) == 1
    assert max(peaks) < MOST_BYTES
    assert SheetAnswer.objects.filter(sheet=sheet).count() == len(entries)
    assert SheetPhoto.objects.filter(sheet=sheet).count() == PHOTOS


def test_four_hundred_photos_fit_and_one_more_is_answered(cast: Cast) -> None:
    sheet = large(cast)
    question = ChecklistQuestion.objects.filter(version__sheets__sheet=sheet).earliest("number")
    said = {
        "sheet": sheet,
        "question": question,
        "size": 1,
        "content_type": "image/png",
        "device": PHONE,
        "taken_at": NOW,
        "created_at": NOW,
    }
    SheetPhoto.objects.bulk_create(
        SheetPhoto(name=f"{number}.png", sha256=f"{number:064x}", storage_name=f"none/{number}", uploaded_by=cast.manager, **said)
        for number in range(sheet_photos.MOST_PHOTOS)
    )
    with pytest.raises(Invalid, match="The sheet has 400 photos, which is the most"):
        take_photo(sheet, question, 1, cast)
