"""Tokens and sessions, and in which order things are checked."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import ApiToken
from tests.api.conftest import Program, problem_of
from tests.cast import Cast, SignIn
from tests.factories import NOW, TODAY

Api = Callable[..., Program]


def test_a_token_speaks_for_its_person(cast: Cast, api: Api) -> None:
    me = api(cast.csr_fjordtek).get("me/").json()
    memberships = me.pop("memberships")
    assert me == {"id": str(cast.csr_fjordtek.pk), "email": "csr@fjordtek.example", "name": "Frida Fjord", "language": "nb"}
    assert {m["organisation"] for m in memberships} == {str(cast.fjordtek.pk), str(cast.nordvare.pk)}
    assert {m["role"] for m in memberships} == {"main_contact"}


@pytest.mark.parametrize("header", ["Bearer nonsense", "Bearer ", "Bearer", "Basic YTpi", "bearer token of manager", ""])
def test_without_a_token_that_holds_it_is_401(cast: Cast, header: str) -> None:
    response = Client(headers={"Authorization": header}).get("/api/v1/me/")
    problem_of(response, 401)
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_revoked_token_and_a_closed_account_are_401(cast: Cast, api: Api) -> None:
    program = api(cast.manager)
    ApiToken.objects.update(revoked_at=NOW)
    problem_of(program.get("me/"), 401)
    ApiToken.objects.update(revoked_at=None)
    cast.manager.is_active = False
    cast.manager.save()
    problem_of(program.get("me/"), 401)


def test_its_use_is_noted_once_a_day(cast: Cast, api: Api, monday_morning: time_machine.Traveller, django_assert_num_queries: Any) -> None:
    program = api(cast.manager)
    with django_assert_num_queries(3):  # the token, its note, the memberships
        program.get("me/")
    assert ApiToken.objects.get().last_used_on == TODAY
    with django_assert_num_queries(2):
        program.get("me/")
    monday_morning.shift(timedelta(days=1))
    program.get("me/")
    assert ApiToken.objects.get().last_used_on == TODAY + timedelta(days=1)


def test_a_session_reads_and_needs_the_csrf_header_to_write(cast: Cast) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.manager)
    assert browser.get("/api/v1/me/").status_code == 200
    problem_of(browser.post("/api/v1/frameworks/", {}, content_type="application/json"), 403)
    browser.get("/accounts/login/")  # any page with a form gives the cookie
    browser.cookies["csrftoken"] = "a" * 32
    response = browser.post("/api/v1/frameworks/", {}, content_type="application/json", headers={"X-CSRFToken": "a" * 32})
    problem_of(response, 400)


def test_schema_and_its_reader_are_open(cast: Cast) -> None:
    assert Client().get("/api/v1/schema/").json()["openapi"].startswith("3.")
    assert "swagger" in Client().get("/api/v1/docs/").content.decode()


def test_an_address_that_is_not_there(cast: Cast, sign_in: SignIn) -> None:
    problem_of(sign_in(cast.manager).get("/api/v1/nothing/"), 404)


def test_a_method_that_is_not_offered(cast: Cast, api: Api) -> None:
    response = api(cast.manager).client.delete("/api/v1/me/")
    problem_of(response, 405)
    assert "GET" in response.headers["Allow"]
