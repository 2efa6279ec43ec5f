"""Every route × everybody × an own and a foreign thing, against the one table `expected_permissions.csv`.

A route that is not in the table fails, with the line that was measured: read it against section 4 of the roles page, then
add it. A cell says what becomes of an own thing and of a foreign one: `ok` (whatever comes after the permission checks),
`403`, `404`, `login`. `own` is what the manager manages and Nordvare owes; `foreign` is another manager's and Polar's.
"""

import csv
import logging
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest
import time_machine
from django.conf import settings
from django.db import transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLResolver, get_resolver

from accounts import services
from accounts.models import User
from tests import cast as the_cast
from tests import permission_world
from tests.factories import NOW

pytestmark = pytest.mark.django_db

TABLE = Path(__file__).with_name("expected_permissions.csv")
PEOPLE = (
    *("admin", "section", "owner", "manager", "deputy", "specialist", "reader"),
    *("agency", "auditor", "csr", "sales", "csr_fjordtek"),
)
EVERYBODY = ("anonymous", *PEOPLE)

THINGS = {
    "notifications:task": "task",
    "notifications:letter": "letter",
    "notifications:letter-text": "letter",
    "notifications:letter-sent": "letter",
    "notifications:letter-dropped": "letter",
}
"""Routes whose address does not say which kind of thing it names."""


class Route(NamedTuple):
    name: str
    path: str
    methods: tuple[str, ...]

    @property
    def label(self) -> str:
        return f"{self.name} {self.path}"


WALKED = ("api:", "accounts:", "account_", "core:", "health_", "followup:", "reports:", "search")
"""What the table holds so far. The pages of agreements and notifications are tried role by role in the tests beside them, until
their rows are read and added here."""


@cache
def routes() -> list[Route]:
    return [route for route in _routes(get_resolver()) if route.name.startswith(WALKED)]


def _routes(resolver: URLResolver, prefix: str = "", spaces: tuple[str, ...] = ()) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern).removeprefix("^").removesuffix("$")
        if isinstance(entry, URLResolver):
            yield from _routes(entry, path, (*spaces, entry.namespace) if entry.namespace else spaces)
        else:
            actions = getattr(entry.callback, "actions", None)
            methods = tuple(sorted(method.upper() for method in actions)) if actions else ("GET", "POST")
            yield Route(":".join([*spaces, entry.name or "-"]), path, methods)


PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")


Rows = dict[tuple[str, str, str], dict[str, str]]


class World(NamedTuple):
    things: dict[str, permission_world.Pair]
    sessions: dict[str, Client]
    tokens: dict[str, str]

    def address(self, route: Route, side: str) -> str:
        """The route with a thing of that side in each place; the word before the place says of what kind."""

        def fill(found: re.Match[str]) -> str:
            kind = THINGS.get(route.name) or route.path[: found.start()].rstrip("/").rpartition("/")[2]
            thing = self.things.get(kind) or self.things[found[1] or found[2]]
            return quote(str(getattr(thing, side)))

        return "/" + PARAMETER.sub(fill, route.path)

    def ask(self, who: str, method: str, path: str) -> Any:
        """In a transaction that is undone, so that every question meets the same world."""
        headers = {}
        client = Client()
        if who != "anonymous":
            if path.startswith("/api/"):
                headers = {"Authorization": f"Bearer {self.tokens[who]}"}
            else:
                client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[who].cookies[settings.SESSION_COOKIE_NAME].value
        with transaction.atomic():
            response: Any = client.generic(method, path, headers=headers, secure=settings.HTTPS)
            transaction.set_rollback(True)
        for close in response._resource_closers:  # not response.close(): that would end the transaction's connection too
            close()
        return response


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Built once for all routes, in a transaction that is never committed."""
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False), transaction.atomic():
        logging.disable(logging.CRITICAL)  # thousands of refusals are no news
        cast = the_cast.build()
        things = permission_world.build(cast)
        yield World(
            things,
            {name: _signed_in(getattr(cast, name)) for name in PEOPLE},
            {name: services.issue_token(user=getattr(cast, name), name="walk", now=NOW) for name in PEOPLE},
        )
        logging.disable(logging.NOTSET)
        transaction.set_rollback(True)


def _signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def outcome(response: HttpResponseBase) -> str:
    if response.status_code in (401, 403, 404, 405):
        return {401: "login"}.get(response.status_code, str(response.status_code))
    login = response.status_code == 302 and "/accounts/login/" in response.headers.get("Location", "")
    return "login" if login or "/accounts/login/" in response.headers.get("HX-Redirect", "") else "ok"


def measured(world: World, route: Route) -> Rows:
    """For each method that the route has: for everybody, what becomes of the own thing and the foreign one."""
    sides = ("own", "foreign") if PARAMETER.search(route.path) else ("own",)
    rows: Rows = {}
    for method in route.methods:
        if world.ask("admin", method, world.address(route, "own")).status_code != 405:
            cells = {who: "/".join(outcome(world.ask(who, method, world.address(route, side))) for side in sides) for who in EVERYBODY}
            rows[route.name, route.path, method] = cells
    return rows


@cache
def expected() -> Rows:
    with TABLE.open(newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    return {(row.pop("route"), row.pop("path"), row.pop("method")): row for row in rows}


@pytest.mark.parametrize("route", routes(), ids=lambda route: route.label)
def test_everybody_is_let_through_or_stopped_as_the_table_says(world: World, route: Route) -> None:
    found = measured(world, route)
    listed = {key: row for key, row in expected().items() if key[:2] == (route.name, route.path)}
    lines = "\n".join(",".join([*key, *row.values()]) for key, row in found.items())
    assert found == listed, f"What happens now:\n{lines}"


def test_the_table_names_no_route_that_is_gone() -> None:
    known = {(route.name, route.path, method) for route in routes() for method in route.methods}
    assert set(expected()) - known == set()
