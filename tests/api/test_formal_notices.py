"""Formal notices through the API, as both sides use it."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from core.models import History
from followup.models import DocumentRequest
from notifications import delivery, reminders
from tests import factories
from tests.api.conftest import Program, problem_of
from tests.cast import Cast
from tests.factories import NOW, TODAY

Api = Callable[..., Program]
LATE = date(2026, 4, 22)


@pytest.fixture
def monday_morning() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW + (LATE - TODAY), tick=False) as clock:
        yield clock


@pytest.fixture
def reminded(cast: Cast) -> DocumentRequest:
    """Past its date, and reminded by mail of that."""
    it = factories.document_request(cast.pc, cast.nordvare, cast.manager, title="Årsrapport")
    for day in (TODAY, LATE - timedelta(days=1)):
        now = NOW + (day - TODAY)
        reminders.sweep(today=day, now=now)
        delivery.deliver(clock=partial(lambda at: at, now), is_any_time=True)
    return it


@pytest.fixture
def drafted(cast: Cast, api: Api, reminded: DocumentRequest) -> dict[str, Any]:
    answer = api(cast.manager).post("formal-notices/", {"document_request": str(reminded.pk), "reply_days": 5})
    assert answer.status_code == 201, answer.content
    made: dict[str, Any] = answer.json()
    return made


def test_from_a_draft_to_the_decision(cast: Cast, api: Api, drafted: dict[str, Any], reminded: DocumentRequest) -> None:
    ours, theirs, path = api(cast.manager), api(cast.csr), f"formal-notices/{drafted['id']}/"
    assert (drafted["status"], drafted["number"], drafted["cure_days"], drafted["reply_days"]) == ("drafted", 1, 10, 5)
    assert drafted["facts"]
    assert (drafted["text"], drafted["reply"], drafted["sent_on"]) == ("", None, None)
    problem_of(theirs.get(path), 404)
    assert ours.patch(path, {"facts": ["Rapporten mangler."]}).json()["facts"] == ["Rapporten mangler."]
    sent = ours.post(f"{path}send/").json()
    assert (sent["status"], sent["how"], sent["sent_on"], sent["reply_due_on"]) == ("sent", "portal", "2026-04-22", "2026-04-29")
    assert "Rapporten mangler." in sent["text"]
    assert [(each["email"], each["is_copy"]) for each in sent["recipients"]] == [
        ("csr@nordvare.example", False),
        ("csr@fjordtek.example", False),
    ], "nobody is the representative: both main contacts"
    problem_of(ours.post(f"{path}send/"), 409)
    problem_of(ours.patch(path, {"facts": ["Noe annet."]}), 409)
    assert b"".join(theirs.get(f"{path}letter/").streaming_content).startswith(b"%PDF-")
    upload = SimpleUploadedFile("svar.txt", b"Vi er uenige.", content_type="text/plain")
    replied = theirs.upload(f"{path}reply/", text="Se vedlegget.", files=upload, key="once").json()
    assert (replied["status"], replied["reply"]["text"], replied["reply"]["is_late"]) == ("answered", "Se vedlegget.", False)
    assert theirs.get(f"documents/{replied['reply']['documents'][0]}/").json()["name"] == "svar.txt"
    problem_of(theirs.post(f"{path}decide/", {"outcome": "withdrawn", "grounds": "x"}), 403)
    decided = ours.post(f"{path}decide/", {"outcome": "upheld", "grounds": "Rapporten mangler fortsatt."}).json()
    assert (decided["status"], decided["outcome"], decided["grounds"]) == ("closed", "upheld", "Rapporten mangler fortsatt.")
    seen = theirs.get("formal-notices/").json()["results"]
    assert [row["outcome"] for row in seen] == ["upheld"]
    verbs = History.objects.filter(object_id=drafted["id"]).values_list("verb", flat=True)
    assert sorted(verbs) == ["decide", "draft", "edit", "reply", "save_reply", "send"], "one row for each thing that was done"
    listed = ours.get("formal-notices/", document_request=str(reminded.pk), status="closed", count=1).json()
    assert listed["count"] == 1


def test_sent_another_way_or_not_at_all(cast: Cast, api: Api, drafted: dict[str, Any], reminded: DocumentRequest) -> None:
    ours, path = api(cast.manager), f"formal-notices/{drafted['id']}/"
    wrong = problem_of(ours.post(f"{path}mark_sent/", {"sent_on": "2026-04-30", "how": "portal"}), 400)
    assert [error["field"] for error in wrong["errors"]] == ["how"]
    problem_of(ours.post(f"{path}mark_sent/", {"sent_on": "2026-04-30", "how": "post"}), 400)
    problem_of(ours.post(f"{path}drop/", {}), 400)
    assert ours.post(f"{path}drop/", {"reason": "De ringte."}).json()["status"] == "dropped"
    problem_of(ours.post(f"{path}mark_sent/", {"sent_on": "2026-04-21", "how": "post"}), 409)
    again = ours.post("formal-notices/", {"document_request": str(reminded.pk)}).json()
    by_post = {"sent_on": "2026-04-21", "how": "post", "receipt_number": "RR123456785NO"}
    sent = ours.post(f"formal-notices/{again['id']}/mark_sent/", by_post).json()
    assert (sent["number"], sent["how"], sent["receipt_number"], sent["sent_on"]) == (2, "post", "RR123456785NO", "2026-04-21")
    problem_of(ours.post("formal-notices/", {"document_request": str(reminded.pk)}), 409)


def test_who_may_not(cast: Cast, api: Api, drafted: dict[str, Any], reminded: DocumentRequest) -> None:
    path = f"formal-notices/{drafted['id']}/"
    for who in (cast.reader, cast.specialist, cast.other_manager):
        problem_of(api(who).post(f"{path}send/"), 403)
    api(cast.manager).post(f"{path}send/")
    for stranger in (cast.csr_polar, cast.agency, cast.auditor):
        for address in (path, f"{path}letter/"):
            problem_of(api(stranger).get(address), 404)
        problem_of(api(stranger).post(f"{path}reply/", {"text": "x"}), 404)
        assert api(stranger).get("formal-notices/").json()["results"] == []
    problem_of(api(cast.csr).post("formal-notices/", {"document_request": str(reminded.pk)}), 403)
    problem_of(api(cast.sales).post(f"{path}reply/", {"text": "x"}), 403)
    problem_of(api(cast.csr).post(f"{path}reply/", {"text": " "}), 400)
