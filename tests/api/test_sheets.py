"""Sheets through the API, as the page on a device uses it when the net is back."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.errors import Invalid
from core.models import History
from followup.models import AuditSheet, PhotoPiece, SheetEntry, SheetPhoto
from followup.services import photo_pieces, sheet_photos
from followup.services.photo_pieces import Whole
from tests.api.conftest import Program, problem_of
from tests.cast import Cast
from tests.factories import NOW
from tests.followup.conftest import pdf
from tests.followup.sheets.stories import asked, begun, heic, picture

Api = Callable[..., Program]
AT = "2026-03-02T08:00:00Z"


def entry(question: Any, text: str, **more: Any) -> dict[str, Any]:
    return {"id": str(uuid4()), "question": str(question.pk), "part": "answer", "text": text, "base": 0, "written_at": AT, **more}


def photo(question: Any, file: Any, **more: Any) -> dict[str, Any]:
    content = file.read()
    file.seek(0)
    said = {"id": str(uuid4()), "question": str(question.pk), "device": "phone", "taken_at": AT, "file": file}
    return {**said, "sha256": hashlib.sha256(content).hexdigest(), **more}


def test_a_device_sends_what_it_kept_twice_and_it_is_there_once(cast: Cast, api: Api) -> None:
    sheet = begun(cast, auditor=cast.audit_firm)
    exits = asked(sheet, "safety-1")
    firm, path = api(cast.auditor), f"sheets/{sheet.pk}/"
    sending = {"device": "phone", "device_name": "Chrome, Android", "entries": [entry(exits, "no"), entry(exits, "tolv", part="note")]}
    first = firm.post(f"{path}merge/", sending).json()
    again = firm.post(f"{path}merge/", sending).json()
    assert [each["outcome"] for each in first["results"]] == ["applied", "applied"]
    assert again == first
    taken = photo(exits, picture())
    made = firm.upload(f"{path}photos/", **taken)
    assert made.status_code == 201, made.content
    taken["file"].seek(0)
    assert firm.upload(f"{path}photos/", **taken).json() == made.json()
    assert (SheetEntry.objects.count(), SheetPhoto.objects.count()) == (2, 1)
    whole = firm.get(path).json()
    question = next(each for each in whole["questions"] if each["code"] == "safety-1")
    assert (question["answer"], question["answer_revision"], question["note"]) == ("no", 1, "tolv")
    assert question["photos"] == [made.json()]
    assert [each["id"] for each in firm.get("sheet-photos/", sheet=str(sheet.pk)).json()["results"]] == [made.json()["id"]]
    content = firm.get(f"sheet-photos/{made.json()['id']}/content/")
    assert content.getvalue().startswith(b"\x89PNG")
    late = firm.post(f"{path}merge/", {"device": "tablet", "entries": [entry(exits, "yes")]}).json()["results"][0]
    assert (late["outcome"], late["text"]) == ("conflict", "no")
    assert [each["text"] for each in firm.get(path).json()["conflicts"]] == ["yes"]
    chosen = firm.post(f"{path}choose/", {"entry": late["id"], "takes_it": True}).json()
    assert chosen["conflicts"] == []
    verbs = History.objects.filter(object_id=sheet.pk).values_list("verb", flat=True)
    assert sorted(verbs) == ["add_photo", "begin_sheet", "choose_answer", "fill_in", "fill_in"]


def test_what_cannot_be_kept_is_said(cast: Cast, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = begun(cast)
    exits = asked(sheet, "safety-1")
    ours, path = api(cast.manager), f"sheets/{sheet.pk}/"
    assert problem_of(ours.upload(f"{path}photos/", **photo(exits, picture(), sha256="0" * 64)), 400)["errors"][0]["code"] == "not_whole"
    assert problem_of(ours.upload(f"{path}photos/", **photo(exits, pdf())), 415)["errors"][0]["code"] == "no_picture"
    monkeypatch.setattr(sheet_photos, "MOST_PHOTOS", 0)
    assert problem_of(ours.upload(f"{path}photos/", **photo(exits, picture())), 400)["errors"][0]["code"] == "too_many"
    problem_of(ours.post(f"{path}merge/", {"device": "phone", "entries": [entry(exits, "no", by="me")]}), 400)
    problem_of(ours.post(f"{path}merge/", {"device": "phone", "entries": [entry(exits, "no")] * 201}), 400)
    assert SheetPhoto.objects.count() == 0


def test_what_is_noted_becomes_one_finding(cast: Cast, api: Api) -> None:
    sheet = begun(cast, auditor=cast.audit_firm)
    exits, path = asked(sheet, "safety-1"), f"sheets/{sheet.pk}/"
    noted = [entry(exits, "Port B er låst.", part="finding"), entry(exits, "minor", part="severity")]
    api(cast.auditor).post(f"{path}merge/", {"device": "tablet", "entries": noted})
    problem_of(api(cast.auditor).post(f"{path}log_finding/", {"question": str(exits.pk)}), 403)
    answer = api(cast.manager).post(f"{path}log_finding/", {"question": str(exits.pk)})
    assert answer.status_code == 201, answer.content
    assert api(cast.manager).get(f"findings/{answer.json()['finding']}/").json()["severity"] == "minor"
    problem_of(api(cast.manager).post(f"{path}log_finding/", {"question": str(exits.pk)}), 409)
    shown = next(each for each in api(cast.auditor).get(path).json()["questions"] if each["id"] == str(exits.pk))
    assert (shown["finding"], shown["finding_revision"]) == ("Port B er låst.", 1)


def test_only_those_who_carry_it_out_know_of_it(cast: Cast, api: Api) -> None:
    sheet = begun(cast, auditor=cast.audit_firm, lead=cast.specialist)
    path = f"sheets/{sheet.pk}/"
    body = {"audit": str(sheet.audit_id), "checklists": ["wage-control"]}
    for user in (cast.reader, cast.csr, cast.agency, cast.other_manager):
        problem_of(api(user).get(path), 404)
        problem_of(api(user).post(f"{path}merge/", {}), 404)
        assert api(user).post("sheets/", body).status_code in (400, 403)
        assert api(user).get("sheets/").json()["results"] == []
    for user in (cast.auditor, cast.specialist, cast.owner, cast.manager, cast.admin):
        assert len(api(user).get("sheets/", audit=str(sheet.audit_id)).json()["results"]) == 1, user
    more = api(cast.auditor).post("sheets/", body)
    assert [each["code"] for each in more.json()["checklists"]] == ["factory-visit", "wage-control"]
    assert AuditSheet.objects.count() == 1


def test_the_list_costs_the_same_for_one_and_for_many(cast: Cast, api: Api) -> None:
    ours = api(cast.manager)
    begun(cast)

    def cost() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert ours.get("sheets/").status_code == 200
        return len(caught)

    cost()
    first = cost()
    for _ in range(3):
        begun(cast, "wage-control")
    assert cost() == first <= 6


def test_a_large_photo_goes_on_where_it_was_cut_off(cast: Cast, api: Api, settings: Any, django_capture_on_commit_callbacks: Any) -> None:
    sheet = begun(cast, auditor=cast.audit_firm)
    firm, path = api(cast.auditor), f"sheets/{sheet.pk}/pieces/"
    content = heic(150_000)
    about = photo(asked(sheet, "safety-1"), BytesIO(content))
    about |= {"name": "line-b.heic", "size": len(content)}
    del about["file"]

    def send(start: int, end: int, **other: Any) -> Any:
        return firm.upload(path, **{**about, "start": start, "file": BytesIO(content[start:end]), **other})

    assert firm.upload(path, **about).json() == {"arrived": 0, "photo": None}
    assert send(0, 70_000).json()["arrived"] == 70_000
    assert send(0, 70_000).json()["arrived"] == 70_000, "its answer was lost, and it came again"
    assert send(140_000, len(content)).json()["arrived"] == 70_000, "nothing is left out"
    assert firm.upload(path, **about).json()["arrived"] == 70_000, "after the cut"
    problem_of(send(70_000, 70_100), 400)
    problem_of(send(70_000, 140_000, size=80_000), 400)
    problem_of(send(70_000, 140_000, size=26 * 2**20), 413)
    assert send(70_000, 140_000).json()["arrived"] == 140_000
    pieces = list(PhotoPiece.objects.values_list("storage_name", flat=True))
    with django_capture_on_commit_callbacks(execute=True):
        whole = send(140_000, len(content)).json()
    assert (whole["arrived"], whole["photo"]["sha256"]) == (len(content), about["sha256"])
    assert SheetPhoto.objects.get().size == len(content)
    assert default_storage.size(SheetPhoto.objects.get().storage_name) == len(content)
    assert not PhotoPiece.objects.exists()
    assert not any(default_storage.exists(name) for name in pieces)
    assert send(140_000, len(content)).json() == whole, "known again"


def test_what_is_no_photo_when_it_is_whole_is_refused_and_gone(cast: Cast, api: Api) -> None:
    sheet = begun(cast, auditor=cast.audit_firm)
    firm, path = api(cast.auditor), f"sheets/{sheet.pk}/pieces/"
    about = photo(asked(sheet, "safety-1"), BytesIO(b"Not a picture."), name="a.png", size=14, start=0)
    problem_of(firm.upload(path, **about), 415)
    about["file"] = BytesIO(b"Cut on its way")
    assert problem_of(firm.upload(path, **about), 400)["errors"][0]["code"] == "not_whole"
    assert not PhotoPiece.objects.exists()


def test_a_photo_that_is_begun_takes_room_until_nobody_goes_on(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = begun(cast)
    monkeypatch.setattr(sheet_photos, "MOST_PHOTOS", 1)

    def begin() -> None:
        whole, piece = Whole(uuid4(), "0" * 64, 10**6, "b.png"), ContentFile(bytes(70_000))
        photo_pieces.take(sheet=sheet, whole=whole, start=0, content=piece, actor=cast.manager, now=NOW)

    begin()
    with pytest.raises(Invalid, match="which is the most"):
        begin()
    assert photo_pieces.sweep(now=NOW + timedelta(days=13)) == 0
    assert photo_pieces.sweep(now=NOW + timedelta(days=15)) == 1
