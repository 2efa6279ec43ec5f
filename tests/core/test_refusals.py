"""Use case: something is refused or goes wrong. The person gets a page with the right status, kind words and a way on."""

import json
from typing import Any

import pytest
from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.test import Client, RequestFactory

from core import http
from tests.cast import Cast, SignIn

pytestmark = pytest.mark.urls("tests.core.gallery")
FROM = "http://testserver/gallery/?q=pc"
ENGLISH = {"accept-language": "en"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "status", "words"),
    [
        ("not-allowed", 403, "Your role does not include this action."),
        ("wrong-state", 409, "This has changed since you opened it."),
        ("invalid", 400, "The date has passed."),
        ("too-large", 413, "big.pdf is larger than 100 MB."),
    ],
)
def test_a_refusal_is_a_page_with_a_way_back(name: str, status: int, words: str) -> None:
    answer = Client().get(f"/refusing/{name}/", headers={**ENGLISH, "referer": FROM})
    page = answer.content.decode()
    assert answer.status_code == status
    assert words in page
    assert page.count("<h1") == 1
    assert 'href="/gallery/?q=pc"' in page
    assert 'href="/"' in page


@pytest.mark.django_db
def test_a_refused_partial_update_is_a_message_on_top() -> None:
    answer = Client().get("/refusing/wrong-state/", headers={**ENGLISH, "HX-Request": "true"})
    assert answer.status_code == 409
    assert b"<html" not in answer.content
    assert b'role="alert"' in answer.content


@pytest.mark.django_db
def test_an_unknown_address() -> None:
    answer = Client().get("/nowhere/", headers=ENGLISH)
    assert answer.status_code == 404
    assert b"We cannot find this page" in answer.content


@pytest.mark.django_db
@pytest.mark.urls("cpb.urls")
def test_an_address_that_only_takes_forms_leads_to_the_page_above_it(cast: Cast, sign_in: SignIn) -> None:
    one = "/document-requests/0197f000-0000-7000-8000-000000000000/"
    for address in (f"{one}questions/", f"{one}items/0197f000-0000-7000-8000-000000000001/accept/"):
        answer = sign_in(cast.manager).get(address, headers=ENGLISH)
        assert answer.status_code == 405
        assert "There is nothing to read at this address" in answer.content.decode()
        assert f'href="{one}"' in answer.content.decode()


@pytest.mark.django_db
def test_the_way_back_never_leaves_the_site() -> None:
    for source in ("https://elsewhere.example/x", "http://testserver//elsewhere.example/x"):
        page = Client().get("/refusing/invalid/", headers={"referer": source}).content
        assert b"elsewhere" not in page


def test_our_own_mistake_asks_nothing_of_the_database() -> None:
    answer = Client(raise_request_exception=False).get("/refusing/bug/", headers=ENGLISH)
    assert answer.status_code == 500
    assert b"Something went wrong with us" in answer.content


def test_a_database_that_is_away_is_a_closed_service() -> None:
    answer = http.known(RequestFactory().get("/"), OperationalError("could not connect"))
    assert answer is not None
    assert answer.status_code == 503


@pytest.mark.django_db
def test_a_form_bigger_than_we_read(cast: Cast, sign_in: SignIn, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = sign_in(cast.manager).post("/written/", {"title": "x" * 2000})
    assert answer.status_code == 413


def test_programs_get_problems_as_json() -> None:
    for request, answer in (
        ("404", http.not_found(RequestFactory().get("/api/v1/nothing/"))),
        ("413", http.bad_request(RequestFactory().get("/api/v1/documents/"), RequestDataTooBig())),
    ):
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert json.loads(answer.content)["status"] == int(request) == answer.status_code


@pytest.mark.django_db
def test_too_many_attempts_to_sign_in(cast: Cast) -> None:
    client = Client()
    for _ in range(30):
        answer = client.post("/accounts/login/", {"login": "csr@nordvare.example", "password": "wrong"}, headers=ENGLISH)
        if answer.status_code == 429:
            break
    page = answer.content.decode()
    assert "Too many" in page
    assert "<h1" in page
