"""Meetings and agencies' reports through the API: who may what, sent twice is made once, and what each side never sees."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from followup.models import AgencyReport, Meeting
from tests.api.conftest import Program, problem_of
from tests.cast import Cast
from tests.followup.meetings.stories import planned

Api = Callable[..., Program]


def test_a_meeting_from_plan_to_confirmed_minutes(cast: Cast, api: Api) -> None:
    manager, theirs = api(cast.manager), api(cast.csr)
    body = {
        "framework": str(cast.pc.pk),
        "supplier": str(cast.nordvare.pk),
        "kind": "kick_off",
        "starts_at": "2026-03-02T08:00:00Z",
        "participants": [{"side": "supplier", "email": cast.csr.email}, {"side": "cpb", "name": "Gjest"}],
    }
    made = manager.post("meetings/", body, key="one").json()
    assert manager.post("meetings/", body, key="one").json() == made, "sent twice, made once"
    assert "aktsomhetsvurderinger" in made["agenda"], "proposed, in the language of whoever asks"
    assert [(each["name"], each["email"]) for each in made["participants"]] == [("Gjest", None), (cast.csr.person.name, cast.csr.email)]
    path = f"meetings/{made['id']}/"
    problem_of(theirs.get(path), 404)
    written = {
        "text": "We agreed.",
        "held_on": "2026-03-02",
        "actions": [{"side": "supplier", "text": "Send it.", "due_on": "2026-04-01"}],
    }
    draft = manager.post(f"{path}minutes/", written).json()
    assert (draft["status"], draft["minutes"][0]["sent_at"]) == ("held", None)
    assert manager.post(f"{path}send_minutes/").json()["status"] == "sent"
    seen = theirs.get(path).json()
    assert (seen["minutes"][0]["text"], seen["actions"][0]["text"]) == ("We agreed.", "Send it.")
    assert theirs.post(f"{path}object/", {"objection": "Not so."}).json()["status"] == "objected"
    manager.post(f"{path}minutes/", {"text": "We agreed so."})
    assert [each["text"] for each in theirs.get(path).json()["minutes"]] == ["We agreed."], "a draft is ours"
    manager.post(f"{path}send_minutes/")
    assert theirs.post(f"{path}confirm/").json()["status"] == "confirmed"
    done = theirs.post(f"{path}finish_action/", {"action": seen["actions"][0]["id"], "note": "Sent."}).json()
    assert done["actions"][0]["note"] == "Sent."
    problem_of(manager.patch(path, {"place": "Room 4"}), 409)
    problem_of(manager.post(f"{path}cancel/", {"reason": "x", "unknown": 1}), 400)
    assert manager.get("meetings/", status="confirmed", kind="kick_off").json()["results"][0]["id"] == made["id"]
    assert api(cast.agency).get("meetings/").json()["results"] == []


def test_a_report_from_an_agency(cast: Cast, api: Api) -> None:
    agency, manager, theirs = api(cast.agency), api(cast.manager), api(cast.csr)
    photo = SimpleUploadedFile("notat.txt", b"Ikke betalt.", content_type="text/plain")
    made = agency.upload(
        "agency-reports/", text="Not paid.", framework=str(cast.pc.pk), supplier=str(cast.nordvare.pk), files=[photo]
    ).json()
    assert (made["status"], made["files"][0]["name"], made["agency"]) == ("received", "notat.txt", str(cast.agency_body.pk))
    path = f"agency-reports/{made['id']}/"
    problem_of(theirs.get(path), 404)
    assert theirs.get("agency-reports/").json()["results"] == []
    problem_of(manager.post("agency-reports/", {"text": "x", "framework": str(cast.pc.pk)}), 403)
    assert manager.post(f"{path}take/").json()["taken_by"] == str(cast.manager.pk)
    assert manager.post(f"{path}answer/", {"text": "When?"}).json()["messages"][0]["is_ours"] is True
    assert agency.post(f"{path}add/", {"text": "In May."}).json()["status"] == "taken"
    problem_of(agency.post(f"{path}close/", {"reason": "Mine."}), 403)
    found = manager.post(f"{path}finding/", {"severity": "minor", "text": "Overtime."}).json()
    assert found["status"] == "finding"
    assert manager.get(f"findings/{found['finding']}/").json()["text"] == "Overtime."
    assert manager.get("agency-reports/", open="false").json()["results"][0]["id"] == made["id"]


@pytest.mark.parametrize("name", ["meetings", "agency-reports"])
def test_lists_cost_the_same_however_long(cast: Cast, api: Api, name: str, django_assert_max_num_queries: Any) -> None:
    for _number in range(3):
        planned(cast)
    body = {"text": "Not paid.", "framework": str(cast.pc.pk)}
    for number in range(3):
        api(cast.agency).post("agency-reports/", {**body, "text": f"Not paid in week {number}."})
    assert (Meeting.objects.count(), AgencyReport.objects.count()) == (3, 3)
    program = api(cast.manager)
    with django_assert_max_num_queries(6):
        assert len(program.get(f"{name}/").json()["results"]) == 3
