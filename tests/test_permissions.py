"""Every route × everybody × an own and a foreign thing, against the one table `expected_permissions.csv`.

A route that is not in the table fails, with the line that was measured: read it against section 4 of the roles page, then
add it. A cell says what becomes of an own thing and of a foreign one: `ok` (whatever comes after the permission checks),
`403`, `404`, `login`. `own` is what the manager manages and Nordvare owes; `foreign` is another manager's and Polar's.
"""

import copy
import csv
import logging
import re
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache as counted
from django.core.handlers.base import BaseHandler
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.http.response import HttpResponseBase
from django.test import RequestFactory, override_settings
from django.urls import URLResolver, get_resolver

from accounts.models import Organisation, User
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
    ("notifications:task", "pk"): "task",
    ("followup:receipt", "pk"): "delivered",
    ("followup:audit-meeting", "kind"): "audit-meeting",
    ("followup:audit-report-away", "report"): "report",
    ("followup:sheet-save", "question"): "question",
    ("followup:sheet-finding", "question"): "question",
    ("followup:checklist-question", "code"): "checklist-code",
    ("followup:checklist-question-remove", "code"): "checklist-code",
    ("followup:meeting-action-done", "action"): "agreed",
}
"""Places in addresses where the word before does not say which kind of thing is named."""


class Route(NamedTuple):
    name: str
    path: str
    methods: tuple[str, ...]

    @property
    def label(self) -> str:
        return f"{self.name} {self.path}"


@cache
def routes() -> list[Route]:
    return list(_routes(get_resolver()))


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

TWO_STOPS = re.compile(rb"Ltd\.\.")
"""Everybody here has a name that ends with a full stop."""

FRAME = "{% load i18n %}{% get_current_language as language %}{% block breadcrumbs %}{% endblock %}{% block content %}{% endblock %}"
LOADERS = [("django.template.loaders.locmem.Loader", {"base.html": FRAME}), "django.template.loaders.app_directories.Loader"]
TEMPLATES: dict[str, Any] = settings.TEMPLATES[0]
OPTIONS = TEMPLATES["OPTIONS"] | {"loaders": [("django.template.loaders.cached.Loader", LOADERS)]}
QUICK = {"TEMPLATES": [TEMPLATES | {"APP_DIRS": False, "OPTIONS": OPTIONS}], "DEBUG_PROPAGATE_EXCEPTIONS": True}
"""Each page is drawn without the frame around it, which other tests draw; what fails inside is told with its trace."""


class World(NamedTuple):
    things: dict[str, permission_world.Pair]
    site: BaseHandler
    """The whole product behind one door. A test client would set up its middleware anew, which takes longer than most answers."""
    people: dict[str, User]

    def address(self, route: Route, side: str) -> str:
        """The route with a thing of that side in each place; the word before the place says of what kind."""

        def fill(found: re.Match[str]) -> str:
            name = found[1] or found[2]
            kind = THINGS.get((route.name, name)) or route.path[: found.start()].rstrip("/").rpartition("/")[2]
            thing = self.things.get(kind) or self.things[name]
            return quote(str(getattr(thing, side)))

        return "/" + PARAMETER.sub(fill, route.path)

    def ask(self, who: str, method: str, path: str) -> HttpResponseBase:
        """In a transaction that is undone, so that every question meets the same world."""
        request: Any = RequestFactory().generic(method, path, secure=settings.HTTPS)
        request._dont_enforce_csrf_checks = True
        if who != "anonymous":
            request._cached_user = copy.copy(self.people[who])  # where the middleware looks first; signing in is tested elsewhere
        counted.clear()  # attempts
        with transaction.atomic():
            response: Any = self.site.get_response(request)
            transaction.set_rollback(True)
        for close in response._resource_closers:  # not response.close(): that would end the transaction's connection too
            close()
        return response


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Built once for all routes, in a transaction that is never committed."""
    site = BaseHandler()
    site.load_middleware()
    with django_db_blocker.unblock(), override_settings(**QUICK), time_machine.travel(NOW, tick=False), transaction.atomic():
        logging.disable(logging.CRITICAL)  # thousands of refusals are no news
        cast = the_cast.build()
        things = permission_world.build(cast)
        Organisation.objects.update(name=Concat(F("name"), Value(", Ltd.")))
        yield World(things, site, {name: _standing(getattr(cast, name)) for name in PEOPLE})
        logging.disable(logging.NOTSET)
        transaction.set_rollback(True)


def _standing(user: User) -> User:
    """Read anew, with all that a request would first ask about them."""
    found = User.objects.select_related("person").get(pk=user.pk)
    assert found.active_memberships
    return found


def outcome(response: HttpResponseBase) -> str:
    """429 and 500 are in no row: whoever meets them has not been answered."""
    if response.status_code in (401, 403, 404, 405, 429) or response.status_code >= 500:
        return {401: "login"}.get(response.status_code, str(response.status_code))
    login = response.status_code == 302 and "/accounts/login/" in response.headers.get("Location", "")
    return "login" if login or "/accounts/login/" in response.headers.get("HX-Redirect", "") else "ok"


def measured(world: World, route: Route) -> Rows:
    """For each method that the route has: for everybody, what becomes of the own thing and the foreign one."""
    addresses = [world.address(route, side) for side in (("own", "foreign") if PARAMETER.search(route.path) else ("own",))]
    rows: Rows = {}
    for method in route.methods:
        answer = cache(partial(_outcome_of, world, method))  # what belongs to nobody is the same thing on both sides
        if answer("admin", addresses[0]) != "405":
            rows[route.name, route.path, method] = {who: "/".join(answer(who, address) for address in addresses) for who in EVERYBODY}
    return rows


def _outcome_of(world: World, method: str, who: str, address: str) -> str:
    response = world.ask(who, method, address)
    assert not TWO_STOPS.search(getattr(response, "content", b"")), "the full stop of a name is the sentence's too: say it with before_stop"
    return outcome(response)


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


def test_a_method_that_is_not_offered_tells_no_more_than_looking(world: World) -> None:
    """Here a supplier tries it on what is another's, or on what has no owner."""
    for route in routes():
        address = world.address(route, "foreign")
        looking = what_looking_tells(world, route, address)
        for method in {"HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"} - set(route.methods):
            assert outcome(world.ask("csr", method, address)) in ("405", looking), (method, address)


def what_looking_tells(world: World, route: Route, address: str) -> str:
    """From the table, which the test above holds; where looking is not offered either, by trying."""
    listed = expected().get((route.name, route.path, "GET"))
    return listed["csr"].rpartition("/")[2] if listed else outcome(world.ask("csr", "GET", address))


def test_the_table_names_no_route_that_is_gone() -> None:
    known = {(route.name, route.path, method) for route in routes() for method in route.methods}
    assert set(expected()) - known == set()
