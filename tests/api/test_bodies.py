"""What a body may hold: what is described and nothing else; what was read may be sent back."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from contracts.models import Framework, Requirement
from followup.models import DocumentRequest
from followup.services.drafting import NewItem
from tests import factories
from tests.api.conftest import Program, problem_of
from tests.cast import Cast

Api = Callable[..., Program]

pytestmark = pytest.mark.django_db


def wrong(response: Any) -> set[tuple[str, str]]:
    return {(error["field"], error["code"]) for error in problem_of(response, 400)["errors"]}


def asked(cast: Cast, title: str = "Report") -> DocumentRequest:
    return factories.document_request(cast.pc, cast.nordvare, cast.manager, items=[NewItem(title)])


# Names that nobody knows


def test_an_unknown_name_is_refused_at_every_depth_and_nothing_is_written(cast: Cast, api: Api) -> None:
    manager = api(cast.manager)
    request = {"framework": str(cast.pc.pk), "supplier": str(cast.nordvare.pk), "title": "Report", "due": "2026-05-01"}
    request["items"] = [{"title": "One"}, {"title": "Two", "require": True}]  # type: ignore[assignment]
    assert wrong(manager.post("document-requests/", request)) == {("due", "unknown"), ("items.1.require", "unknown")}
    agreement = {
        "reference": "X",
        "title": "X",
        "lots": [{"title": "L", "name": "L"}],
        "suppliers": [{"id": str(cast.polar.pk), "place": 1}],
    }
    assert wrong(manager.post("frameworks/", agreement)) == {("lots.0.name", "unknown"), ("suppliers.0.place", "unknown")}
    organisation = {"name": "Ny AS", "kind": "supplier", "identifier": {"scheme": "", "id": "923609016", "name": "x"}}
    assert wrong(manager.post("organisations/", organisation)) == {("identifier.name", "unknown")}
    assert wrong(manager.patch(f"requirements/{cast.environment.pk}/", {"source": {"page": 1}})) == {("source.page", "unknown")}
    assert not DocumentRequest.objects.exists()
    assert not Framework.objects.filter(reference="X").exists()


def test_it_is_said_together_with_what_else_is_wrong(cast: Cast, api: Api) -> None:
    assert wrong(api(cast.manager).post("frameworks/", {"titel": "X", "reference": "X"})) == {("titel", "unknown"), ("title", "required")}


@pytest.mark.parametrize("action", ["send", "accept", "return", "withdraw", "close", "extend"])
def test_actions_refuse_them_too(cast: Cast, api: Api, action: str) -> None:
    """Also those that take nothing."""
    it = asked(cast)
    found = wrong(api(cast.manager).post(f"document-requests/{it.pk}/{action}/", {"resaon": "x"}))
    assert ("resaon", "unknown") in found
    it.refresh_from_db()
    assert it.status == "sent"


def test_actions_that_take_nothing_take_an_empty_body(cast: Cast, api: Api) -> None:
    it = factories.document_request(cast.pc, cast.nordvare, cast.manager, sent=False)
    assert api(cast.manager).post(f"document-requests/{it.pk}/send/", {}).status_code == 200


def test_a_delivery_refuses_them_in_its_parts(cast: Cast, api: Api) -> None:
    path, csr = f"document-requests/{asked(cast).pk}/submit/", api(cast.csr)

    def paper() -> SimpleUploadedFile:
        return SimpleUploadedFile("report.txt", b"text")

    assert wrong(csr.upload(path, files=paper(), comment="x")) == {("comment", "unknown")}
    assert wrong(csr.upload(path, file=paper())) == {("file", "unknown")}
    manifest = json.dumps([{"file": "report.txt", "valid_to": "2027-01-01"}])
    assert wrong(csr.upload(path, files=paper(), manifest=manifest)) == {("manifest.0.valid_to", "unknown")}
    claims = json.dumps([{"item": "11111111-1111-4111-8111-111111111111", "reason": "x", "why": "x"}])
    assert wrong(csr.upload(path, not_applicable=claims)) == {("not_applicable.0.why", "unknown")}


def test_a_body_of_nonsense_is_answered_in_bounds(cast: Cast, api: Api) -> None:
    problem = problem_of(api(cast.manager).post("frameworks/", {f"name{number}": 1 for number in range(5000)}), 400)
    assert len(problem["errors"]) < 100


@pytest.mark.parametrize("day", ["20260601", "2026-W23-1", "2026-6-1", "1.6.2026", "2026-06-01T00", "2026-06-31", "٢٠٢٦-06-01", 20260601])
def test_a_date_is_written_in_one_way(cast: Cast, api: Api, day: Any) -> None:
    assert wrong(api(cast.manager).patch(f"frameworks/{cast.pc.pk}/", {"signed_on": day})) == {("signed_on", "invalid")}


@pytest.mark.parametrize("manifest", ["{", "{}", "null", "3", '"x"'])
def test_a_manifest_that_is_no_list_is_said_in_the_senders_language(cast: Cast, api: Api, manifest: str) -> None:
    path = f"document-requests/{asked(cast).pk}/submit/"
    problem = problem_of(api(cast.csr).upload(path, files=SimpleUploadedFile("report.txt", b"text"), manifest=manifest), 400)
    assert [(error["field"], error["code"]) for error in problem["errors"]] == [("manifest", "json")]
    assert "JSON-liste" in problem["errors"][0]["detail"]


# What was read, sent back


def test_what_was_read_can_be_sent_back(cast: Cast, api: Api) -> None:
    manager = api(cast.manager)
    order = {"framework": str(cast.pc.pk), "supplier": str(cast.nordvare.pk), "lot": str(cast.lot1.pk), "reference": "A-1", "value": 10.5}
    call_off = manager.post("call-offs/", order).json()["id"]
    for path in (f"organisations/{cast.polar.pk}/", f"requirements/{cast.environment.pk}/", f"call-offs/{call_off}/"):
        before = manager.get(path).json()
        answer = manager.patch(path, before)
        assert answer.status_code == 200, (path, answer.content)
        assert answer.json() == before


def test_what_cannot_be_changed_is_said(cast: Cast, api: Api) -> None:
    manager = api(cast.manager)
    requirement = {"framework": str(cast.office.pk), "number": 99, "title": "New"}
    found = wrong(manager.patch(f"requirements/{cast.environment.pk}/", requirement))
    assert found == {("framework", "read_only"), ("number", "read_only")}
    assert Requirement.objects.get(pk=cast.environment.pk).title == cast.environment.title
    assert wrong(manager.patch(f"organisations/{cast.polar.pk}/", {"kind": "agency"})) == {("kind", "read_only")}
    assert wrong(manager.patch(f"frameworks/{cast.pc.pk}/", {"runs_until": "2050-01-01"})) == {("runs_until", "read_only")}


def test_a_request_is_copied_by_sending_it_back(cast: Cast, api: Api) -> None:
    manager = api(cast.manager)
    read = manager.get(f"document-requests/{asked(cast).pk}/").json()
    made = manager.post(
        "document-requests/", {**read, "title": "Once more", "items": [{**item, "obligations": []} for item in read["items"]]}
    )
    assert made.status_code == 201, made.content
    copy = made.json()
    assert copy["id"] != read["id"]
    assert (copy["status"], copy["title"], [item["title"] for item in copy["items"]]) == ("draft", "Once more", ["Report"])


# A body without a length


CHUNKED = {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}
"""As the web server hands on what comes in pieces: Django reads nothing of it."""


def test_a_body_without_a_length_is_411_for_those_who_may_send_it(cast: Cast, api: Api) -> None:
    it = asked(cast)
    for user, path in ((cast.csr, f"document-requests/{it.pk}/submit/"), (cast.manager, f"document-requests/{it.pk}/return/")):
        problem = problem_of(api(user).post(path, data=b"", content_type="application/json", **CHUNKED), 411)
        assert "Content-Length" in problem["detail"]
    problem_of(api(cast.manager).post("frameworks/", data=b"", content_type="application/json", **CHUNKED), 411)
    problem_of(api(cast.csr_polar).post(f"document-requests/{it.pk}/submit/", data=b"", content_type="application/json", **CHUNKED), 404)
    problem_of(api(cast.reader).post(f"document-requests/{it.pk}/return/", data=b"", content_type="application/json", **CHUNKED), 403)


def test_a_form_without_a_length_gets_a_page_that_says_so(cast: Cast) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.csr)
    address = f"/document-requests/{asked(cast).pk}/submit/"
    answer = browser.generic("POST", address, b"", "multipart/form-data; boundary=x", **CHUNKED)  # type: ignore[arg-type]
    assert answer.status_code == 411
    assert "Content-Length" in answer.content.decode()


# What programs are told


def test_the_description_says_the_same(cast: Cast) -> None:
    described = Client().get("/api/v1/schema/", headers={"Accept": "application/json"}).json()["components"]["schemas"]
    bodies = {name: part for name, part in described.items() if part.get("additionalProperties") is False}
    assert {"FrameworkInRequest", "LotInRequest", "ManifestEntryRequest", "SubmitInRequest", "PatchedRequirementInRequest"} <= set(bodies)
    assert "number" in bodies["PatchedRequirementInRequest"]["description"]
    assert "additionalProperties" not in described["Framework"]
