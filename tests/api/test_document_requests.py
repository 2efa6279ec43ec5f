"""Asking, delivering and judging through the API, as the two sides do it."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from core.models import History
from followup.models import DocumentKind, DocumentRequest
from followup.services import drafting
from tests import factories
from tests.api.conftest import Program, problem_of
from tests.cast import Cast
from tests.factories import NOW, TODAY

Api = Callable[..., Program]


def paper(name: str = "rapport.txt", text: str = "Vi har gjort aktsomhetsvurderinger.") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode(), content_type="application/octet-stream")


def a_kind() -> DocumentKind:
    return DocumentKind.objects.filter(code="sertifikat").first() or factories.document_kind("sertifikat")


def two_items(cast: Cast) -> DocumentRequest:
    items = [drafting.NewItem(title="Sertifikat", document_kind=a_kind()), drafting.NewItem(title="Rapport")]
    return factories.document_request(cast.pc, cast.nordvare, cast.manager, items=items)


def states(request: dict[str, Any]) -> list[str]:
    return [item["state"] for item in request["items"]]


def test_a_request_needs_only_agreement_supplier_and_title(cast: Cast, api: Api) -> None:
    body = {"framework": str(cast.pc.pk), "supplier": str(cast.nordvare.pk), "title": "Aktsomhetsvurderinger"}
    response = api(cast.manager).post("document-requests/", body)
    assert response.status_code == 201, response.content
    made = response.json()
    assert (made["status"], made["due_on"]) == ("draft", (TODAY + timedelta(days=42)).isoformat())
    assert [(item["title"], item["required"], item["state"]) for item in made["items"]] == [("Aktsomhetsvurderinger", True, "open")]
    assert [round_["number"] for round_ in made["rounds"]] == [1]
    assert made["submissions"] == []
    problem_of(api(cast.csr).get(f"document-requests/{made['id']}/"), 404)
    assert History.objects.filter(object_id=made["id"], verb="create").count() == 1


def test_items_rest_on_obligations_and_their_clause_gives_the_date(cast: Cast, api: Api) -> None:
    factories.document_kind("iso14001")
    bound = cast.due_diligence.obligations.filter(supplier=cast.nordvare)
    keys = [str(key) for key in bound.values_list("pk", flat=True)]
    body = {
        "framework": str(cast.pc.pk),
        "supplier": str(cast.nordvare.pk),
        "title": "Krav 1",
        "items": [{"title": "Sertifikat", "document_kind": "iso14001", "obligations": keys}, {"title": "Valgfritt", "required": False}],
    }
    made = api(cast.manager).post("document-requests/", body).json()
    certificate, optional = made["items"]
    assert (certificate["document_kind"], set(certificate["obligations"])) == ("iso14001", set(keys))
    assert (optional["required"], optional["obligations"]) == (False, [])
    assert made["due_on"] == (TODAY + timedelta(weeks=6)).isoformat()


def test_ask_deliver_return_deliver_again_accept(cast: Cast, api: Api) -> None:
    manager, csr = api(cast.manager), api(cast.csr)
    request = two_items(cast)
    path = f"document-requests/{request.pk}/"
    certificate, report = (str(item.pk) for item in request.items.all())

    manifest = json.dumps([{"file": "sertifikat.txt", "items": [certificate], "issued_on": "2026-01-10", "valid_until": "2027-01-10"}])
    claims = json.dumps([{"item": report, "reason": "Vi produserer ikke selv."}])
    delivered = csr.upload(f"{path}submit/", files=paper("sertifikat.txt"), manifest=manifest, not_applicable=claims)
    assert delivered.status_code == 200, delivered.content
    now = delivered.json()
    assert (now["status"], states(now)) == ("submitted", ["delivered", "not_applicable"])
    (submission,) = now["submissions"]
    assert (submission["round"], submission["by"]) == (1, str(cast.csr.pk))
    assert submission["documents"] == now["items"][0]["documents"]

    returned = manager.post(f"{path}return/", {"reason": "expired", "comment": "Utløpt.", "items": [certificate]}).json()
    assert (returned["status"], states(returned)[0], returned["items"][0]["reason"]) == ("returned", "returned", "expired")
    assert [(r["number"], r["verdict"]) for r in returned["rounds"]] == [(1, "returned"), (2, None)]
    assert returned["due_on"] == returned["rounds"][1]["due_on"] == (TODAY + timedelta(days=14)).isoformat()

    again = csr.upload(f"{path}submit/", files=[paper("nytt.txt", "Nytt sertifikat."), paper("mer.txt", "Mer.")]).json()
    assert again["status"] == "submitted"
    assert [len(each["documents"]) for each in again["submissions"]] == [1, 2]
    accepted = manager.post(f"{path}accept/").json()
    assert (accepted["status"], states(accepted)) == ("accepted", ["accepted", "accepted"])
    problem_of(manager.post(f"{path}accept/"), 409)


def test_a_half_finished_review_is_not_told_to_the_supplier(cast: Cast, api: Api) -> None:
    from followup.services import reviewing

    request = two_items(cast)
    path = f"document-requests/{request.pk}/"
    api(cast.csr).upload(f"{path}submit/", files=paper())
    item = request.items.all()[0]
    request = DocumentRequest.objects.get(pk=request.pk)
    reviewing.mark_returned(request=request, reason="other", comment="Uklart.", items=[item], actor=cast.manager, now=NOW)
    assert states(api(cast.manager).get(path).json())[0] == "returned"
    seen = api(cast.csr).get(path).json()["items"][0]
    assert (seen["state"], seen["reason"], seen["comment"]) == ("delivered", "", "")


def test_recall_before_the_review_begins(cast: Cast, api: Api) -> None:
    path = f"document-requests/{two_items(cast).pk}/"
    csr = api(cast.csr)
    csr.upload(f"{path}submit/", files=paper())
    recalled = csr.post(f"{path}recall/").json()
    assert (recalled["status"], recalled["submissions"]) == ("in_progress", [])
    assert csr.post(f"{path}submit/").json()["status"] == "submitted", "what was delivered is still there"


def test_extend_withdraw_and_close(cast: Cast, api: Api) -> None:
    manager = api(cast.manager)
    first, second = two_items(cast), factories.document_request(cast.pc, cast.fjordtek, cast.manager)
    path = f"document-requests/{first.pk}/"
    extended = manager.post(f"{path}extend/", {"due_on": "2026-06-01", "reason": "Ferie."}).json()
    assert (extended["due_on"], extended["rounds"][0]["original_due_on"]) == ("2026-06-01", (TODAY + timedelta(days=42)).isoformat())
    problem_of(manager.post(f"{path}extend/", {"due_on": "2026-03-01", "reason": "For sent."}), 400)
    assert manager.post(f"{path}withdraw/").json()["status"] == "withdrawn"
    closed = manager.post(f"document-requests/{second.pk}/close/", {"reason": "not_answered"}).json()
    assert (closed["status"], closed["close_reason"]) == ("closed", "not_answered")


def test_a_draft_without_anybody_to_reach_says_why_it_is_not_sent(cast: Cast, api: Api) -> None:
    stranger = factories.organisation("Ukjent AS")
    factories.participation(cast.pc, stranger)
    draft = factories.document_request(cast.pc, stranger, cast.manager, sent=False)
    content = problem_of(api(cast.manager).post(f"document-requests/{draft.pk}/send/"), 409)
    assert "Ukjent AS" in content["detail"]
    assert api(cast.manager).get(f"document-requests/{draft.pk}/").json()["status"] == "draft"


def test_filters(cast: Cast, api: Api, monday_morning: time_machine.Traveller) -> None:
    mine = two_items(cast)
    polar = factories.document_request(cast.office, cast.polar, cast.other_manager, due_on=TODAY + timedelta(days=5))
    monday_morning.move_to(NOW + timedelta(days=10))
    reader = api(cast.reader)
    expected = {
        "status=sent": {mine, polar},
        "status=draft": set(),
        f"supplier={cast.polar.pk}": {polar},
        f"framework={cast.pc.pk}": {mine},
        "overdue=true": {polar},
        "overdue=false": {mine},
        "due_before=2026-03-07": {polar},
        "due_after=2026-03-08": {mine},
    }
    for ordering in ("due_on", "-due_on", "created_at", "-created_at"):
        for query, found in expected.items():
            rows = reader.get(f"document-requests/?{query}&ordering={ordering}").json()["results"]
            assert {row["id"] for row in rows} == {str(request.pk) for request in found}, query


def test_ordering_by_due_date_is_the_deadlines(cast: Cast, api: Api) -> None:
    for days in (30, 10, 20):
        factories.document_request(cast.pc, cast.nordvare, cast.manager, due_on=TODAY + timedelta(days=days))
    for user in (cast.reader, cast.csr, cast.csr_fjordtek):
        program = api(user)
        first = program.get("document-requests/", ordering="due_on", page_size=2).json()
        second = program.get(first["next"]).json()
        dates = [row["due_on"] for row in first["results"] + second["results"]]
        assert dates == sorted(dates)
        assert len(dates) == 3
        assert program.get(second["previous"]).json()["results"] == first["results"]


def test_a_body_that_announces_too_much_is_refused_before_any_of_it_is_read(cast: Cast, api: Api) -> None:
    request = two_items(cast)
    path, kind = f"/api/v1/document-requests/{request.pk}/submit/", "multipart/form-data; boundary=x"
    for user, status in ((cast.csr, 413), (cast.csr_polar, 404)):
        answer = api(user).client.generic("POST", path, b"", kind, CONTENT_LENGTH=str(10 * 2**30))
        problem_of(answer, status)


def test_documents_are_for_us_and_the_one_who_sent_them(cast: Cast, api: Api) -> None:
    request = two_items(cast)
    api(cast.csr).upload(f"document-requests/{request.pk}/submit/", files=paper("Årsrapport «2025».txt", "Innhold"))
    (document,) = api(cast.reader).get("documents/").json()["results"]
    assert (document["name"], document["size"], document["channel"], document["kind"]) == (
        "Årsrapport «2025».txt",
        7,
        "portal",
        "sertifikat",
    )
    path = f"documents/{document['id']}/"
    for user in (cast.csr, cast.sales, cast.manager):
        response = api(user).get(f"{path}content/")
        assert b"".join(response.streaming_content) == b"Innhold"
        assert response.headers["Content-Disposition"].startswith("attachment")
    for user in (cast.csr_polar, cast.agency, cast.auditor):
        problem_of(api(user).get(path), 404)
        problem_of(api(user).get(f"{path}content/"), 404)


def test_restricted_documents_do_not_exist_for_readers(cast: Cast, api: Api) -> None:
    kind = factories.document_kind("wages", is_restricted=True)
    items = [drafting.NewItem(title="Lønnslipper", document_kind=kind)]
    request = factories.document_request(cast.pc, cast.nordvare, cast.manager, items=items)
    path = f"document-requests/{request.pk}/"
    delivered = api(cast.csr).upload(f"{path}submit/", files=paper()).json()
    (key,) = delivered["items"][0]["documents"]
    assert api(cast.manager).get(path).json()["items"][0]["documents"] == [key]
    assert api(cast.reader).get(path).json()["items"][0]["documents"] == []
    problem_of(api(cast.reader).get(f"documents/{key}/"), 404)


@pytest.mark.parametrize("files", [None, "empty", "renamed"])
def test_files_that_cannot_be_taken(cast: Cast, api: Api, files: str | None) -> None:
    path = f"document-requests/{two_items(cast).pk}/submit/"
    csr = api(cast.csr)
    if files is None:
        problem_of(csr.post(path), 400)
    elif files == "empty":
        assert problem_of(csr.upload(path, files=paper(text="")), 400)["errors"][0]["code"] == "empty"
    else:
        problem_of(csr.upload(path, files=SimpleUploadedFile("a.pdf", b"<html>")), 415)


@pytest.mark.parametrize(
    ("part", "text"),
    [
        ("manifest", "not json"),
        ("manifest", '{"file": 1}'),
        ("manifest", '[{"file": "other.txt"}]'),
        ("manifest", '[{"file": "rapport.txt", "items": ["019cadc6-9a80-7d2b-8520-2d5ec97ef675"]}]'),
        ("manifest", '[{"file": "rapport.txt", "issued_on": "tomorrow"}]'),
        ("manifest", "[" * 100_000),
        ("not_applicable", '[{"item": "x"}]'),
    ],
)
def test_parts_that_cannot_be_read_change_nothing(cast: Cast, api: Api, part: str, text: str) -> None:
    request = two_items(cast)
    response = api(cast.csr).upload(f"document-requests/{request.pk}/submit/", files=paper(), **{part: text})
    assert problem_of(response, 400)["errors"][0]["field"].startswith(part)
    assert api(cast.csr).get(f"document-requests/{request.pk}/").json()["status"] == "sent"
    assert not request.items.filter(evidence__isnull=False).exists()


def test_the_manifest_may_come_as_a_file(cast: Cast, api: Api) -> None:
    request = two_items(cast)
    manifest = SimpleUploadedFile(
        "manifest.json", b'[{"file": "rapport.txt", "valid_until": "2027-01-01"}]', content_type="application/json"
    )
    response = api(cast.csr).upload(f"document-requests/{request.pk}/submit/", files=paper(), manifest=manifest)
    assert response.status_code == 200, response.content
    assert api(cast.csr).get("documents/").json()["results"][0]["valid_until"] == "2027-01-01"


def test_deadlines_tell_whose_turn_it_is(cast: Cast, api: Api) -> None:
    request = two_items(cast)
    (row,) = api(cast.csr).get("deadlines/", open="true").json()["results"]
    assert (row["kind"], row["about"], row["turn"]) == ("document_request", str(request.pk), "supplier")
    assert row["id"] == api(cast.csr).get(f"document-requests/{request.pk}/").json()["deadline"]
    api(cast.csr).upload(f"document-requests/{request.pk}/submit/", files=paper())
    assert api(cast.csr).get("deadlines/", open="true").json()["results"] == []
    (ours,) = api(cast.reader).get("deadlines/", open="true", kind="document_review").json()["results"]
    assert (ours["turn"], ours["organisation"]) == ("cpb", str(cast.cpb.pk))
    problem_of(api(cast.csr).get(f"deadlines/{ours['id']}/"), 404)


def test_deliveries_and_sending_one_again(cast: Cast, api: Api) -> None:
    two_items(cast)
    lines = api(cast.reader).get("deliveries/").json()["results"]
    line = next(line for line in lines if line["recipient"] == "csr@nordvare.example")
    assert (line["status"], line["attempts"], line["message_id"]) == ("pending", 0, None)
    again = api(cast.manager).post(f"deliveries/{line['id']}/resend/")
    assert again.status_code == 200, again.content
    assert again.json()["id"] != line["id"]
    done = {key: api(cast.reader).get("history/", object_id=key).json()["results"] for key in (line["id"], again.json()["id"])}
    assert [[row["verb"] for row in rows] for rows in done.values()] == [["resend"], ["create"]]


def test_the_delivery_log_is_our_staffs(cast: Cast, api: Api) -> None:
    two_items(cast)
    line = api(cast.reader).get("deliveries/").json()["results"][0]
    for user in (cast.csr, cast.sales, cast.csr_polar, cast.agency, cast.auditor):
        for address in ("deliveries/", "deliveries/?status=nonsense", f"deliveries/{line['id']}/", f"deliveries/{uuid4()}/"):
            problem_of(api(user).get(address), 403)
        problem_of(api(user).post(f"deliveries/{line['id']}/resend/"), 403)
    problem_of(api(cast.reader).post(f"deliveries/{line['id']}/resend/"), 403)


def test_lists_ask_the_database_a_fixed_number_of_times(cast: Cast, api: Api, django_assert_max_num_queries: Any) -> None:
    for _number in range(6):
        request = two_items(cast)
        api(cast.csr).upload(f"document-requests/{request.pk}/submit/", files=paper())
    for user in (cast.reader, cast.csr, cast.csr_fjordtek):
        program = api(user)
        program.get("me/")
        for name in ("document-requests", "documents", "deadlines", *(["deliveries"] if user.works_here else [])):
            with django_assert_max_num_queries(5) as asked:
                assert program.get(f"{name}/", page_size=1, count=1).status_code == 200
            with django_assert_max_num_queries(len(asked)):
                assert len(program.get(f"{name}/", page_size=100, count=1).json()["results"]) >= 6


def test_more_time_beyond_the_policys_limits_is_for_the_owner(cast: Cast, api: Api) -> None:
    asked = two_items(cast)
    body = {"due_on": (asked.deadline.due_on + timedelta(days=61)).isoformat(), "reason": "Streik"}
    refused = problem_of(api(cast.manager).post(f"document-requests/{asked.pk}/extend/", body), 403)
    assert "2026" in refused["detail"], "the limit is said"
    assert api(cast.owner).post(f"document-requests/{asked.pk}/extend/", body).json()["due_on"] == body["due_on"]
    assert History.objects.filter(object_id=asked.pk, verb="extend").count() == 1
