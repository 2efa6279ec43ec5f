"""401, 429, 404, 403, then the body: 413, 415, 400, then 422 and 409. And what every list refuses."""

from collections.abc import Callable
from typing import Any
from unittest import mock
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import factories
from tests.api.conftest import Program, problem_of
from tests.cast import Cast

Api = Callable[..., Program]

LISTS = (
    *("organisations", "frameworks", "call-offs", "requirements", "obligations"),
    *("document-requests", "documents", "deadlines", "deliveries", "history"),
)


def test_a_stranger_hears_401_whatever_is_asked(cast: Cast) -> None:
    for path in (*LISTS, f"frameworks/{uuid4()}", "frameworks/x"):
        problem_of(Client().get(f"/api/v1/{path}/"), 401)
    problem_of(Client().post("/api/v1/frameworks/", "not json", content_type="text/plain"), 401)


def test_too_much_is_said_before_what_is_there(cast: Cast, api: Api) -> None:
    with override_settings(API_REQUESTS_PER_MINUTE={"account": 2, "address": 1000}):
        answers = [api(cast.csr).get(f"frameworks/{cast.office.pk}/") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [404, 404, 429]
    problem_of(answers[-1], 429)
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 61


def test_addresses_are_counted_too(cast: Cast, api: Api) -> None:
    with override_settings(API_REQUESTS_PER_MINUTE={"account": 1000, "address": 1}):
        api(cast.csr).get("me/")
        problem_of(api(cast.manager).get("me/"), 429)


def test_sending_again_has_a_bound_of_its_own(cast: Cast, api: Api) -> None:
    with override_settings(API_REQUESTS_PER_MINUTE={"account": 1000, "address": 1000, "resend": 1}):
        answers = [api(cast.manager).post(f"deliveries/{uuid4()}/resend/").status_code for _ in range(2)]
    assert answers == [404, 429]


def test_the_body_is_not_read_before_the_sender_may_send_it(cast: Cast, api: Api) -> None:
    """Not there, then not yours; only then is a file taken in."""
    request = factories.document_request(cast.pc, cast.nordvare, cast.manager)
    path = f"document-requests/{request.pk}/submit/"
    with mock.patch("core.uploads.Upload", side_effect=AssertionError("a file was read")):
        for user, status in ((cast.csr_polar, 404), (cast.sales, 403), (cast.manager, 403), (cast.agency, 404)):
            problem_of(api(user).upload(path, files=SimpleUploadedFile("a.txt", b"a")), status)


def test_what_is_not_yours_is_403_also_with_a_bad_body(cast: Cast, api: Api) -> None:
    request = factories.document_request(cast.pc, cast.nordvare, cast.manager)
    for path in ("frameworks/", "requirements/", "call-offs/", "organisations/", "document-requests/"):
        problem_of(api(cast.reader).post(path, "{", content_type="application/json"), 403)  # type: ignore[arg-type]
    problem_of(api(cast.csr).post(f"document-requests/{request.pk}/accept/", {"items": 1}), 403)
    problem_of(api(cast.manager).client.patch(f"/api/v1/frameworks/{cast.office.pk}/", "{", content_type="application/json"), 403)


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        ("title=x", "application/x-www-form-urlencoded", 415),
        ("<x/>", "application/xml", 415),
        ("{", "application/json", 400),
        ("[]", "application/json", 400),
        ("3", "application/json", 400),
        ('"text"', "application/json", 400),
        ('{"title": "a", "reference": "x", "title": "b"}', "application/json", 400),
        ('{"title": "a", "reference": "x", "lots": [{"title": "a", "title": "b"}]}', "application/json", 400),
        ('{"title": NaN}', "application/json", 400),
        ("[" * 100_000, "application/json", 400),
        ('{"title": "\\u0000", "reference": "x"}', "application/json", 400),
        ('{"title": "\\ud800", "reference": "x"}', "application/json", 400),
        ('{"\\ud800": "x", "reference": {"\\ud800": 1}}', "application/json", 400),
        (b'{"title": "\xff"}', "application/json", 400),
        ('{"title": ' + "9" * 5000 + "}", "application/json", 400),
        ('{"title": "' + "x" * 3_000_000 + '"}', "application/json", 413),
    ],
)
def test_bodies_that_cannot_be_read(cast: Cast, api: Api, body: Any, content_type: str, status: int) -> None:
    response = api(cast.manager).client.post("/api/v1/frameworks/", body, content_type=content_type)
    content = problem_of(response, status)
    if status == 400:
        assert content["errors"]
        assert all(set(error) == {"field", "code", "detail"} for error in content["errors"])


@pytest.mark.parametrize(
    "query",
    [
        *("colour=red", "ordering=title", "ordering=", "ordering=created_at,due_on", "page_size=0", "page_size=201", "page_size=x"),
        *("page_size=-1", "page_size=٣", "cursor=x", "count=2", "count=true", "page=2", "offset=5", "format=api"),
        *("page_size=5&page_size=6", "ordering=created_at&ordering=created_at"),
    ],
)
def test_lists_refuse_what_they_do_not_know(cast: Cast, api: Api, query: str) -> None:
    program = api(cast.manager)
    for name in LISTS:
        content = problem_of(program.get(f"{name}/?{query}"), 400)
        assert {error["field"] for error in content["errors"]} == {query.partition("=")[0]}


@pytest.mark.parametrize(
    "query",
    [
        *("document-requests/?status=late", "document-requests/?overdue=maybe", "document-requests/?due_after=2026-13-01"),
        *("document-requests/?due_before=0001-01-01", "document-requests/?supplier=x", "document-requests/?framework=1"),
        *("deadlines/?open=yes", "deadlines/?kind=unknown", "obligations/?verified=yes", "obligations/?lot=%00"),
        *("history/?after=yesterday", "history/?before=0001-01-01T00:00:00%2B14:00", "history/?actor=me", "deliveries/?status=gone"),
        *("history/?after=9999-12-31T23:59:59-14:00", "document-requests/?due_after=%00"),
        *("document-requests/?supplier=x&ordering=due_on", "document-requests/?framework=%F0&ordering=-due_on"),
    ],
)
def test_filters_refuse_what_they_do_not_understand(cast: Cast, api: Api, query: str) -> None:
    content = problem_of(api(cast.manager).get(query), 400)
    assert content["errors"][0]["field"] == query.partition("?")[2].partition("=")[0]


@pytest.mark.parametrize("path", ["me/", "frameworks/{}/", "history/?object_id={}&x=1"])
def test_single_rows_take_no_parameters(cast: Cast, api: Api, path: str) -> None:
    path = path.format(cast.pc.pk)
    problem_of(api(cast.manager).get(f"{path}{'&' if '?' in path else '?'}colour=red"), 400)


@pytest.mark.parametrize("key", ["x", "0", "019cadc6-9a80-7d2b-8520-2d5ec97ef675", "..", "%00", "é", "019CADC6-9A80-7D2B-8520"])
def test_a_key_that_is_none_is_404_in_the_same_words(cast: Cast, api: Api, key: str) -> None:
    seen = problem_of(api(cast.csr).get(f"frameworks/{cast.office.pk}/"), 404)
    assert problem_of(api(cast.csr).get(f"frameworks/{key}/"), 404) == seen


@given(size=st.integers(1, 7), ordering=st.sampled_from(["created_at", "-created_at"]), count=st.booleans())
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_walking_a_list_meets_every_row_once(cast: Cast, api: Api, size: int, ordering: str, count: bool) -> None:
    program = api(cast.manager)
    everything = program.get("obligations/", ordering=ordering, page_size=200).json()["results"]
    page = program.get("obligations/", ordering=ordering, page_size=size, **({"count": 1} if count else {})).json()
    assert ("count" in page) == count
    assert page.get("count", len(everything)) == len(everything)
    assert page["previous"] is None
    walked = page["results"]
    while page["next"]:
        page = program.get(page["next"]).json()
        walked += page["results"]
        assert 0 < len(page["results"]) <= size
    assert walked == everything
    back = page["results"]
    while page["previous"]:
        page = program.get(page["previous"]).json()
        back = page["results"] + back
    assert back == everything
