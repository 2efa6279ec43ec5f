"""The API does what its description says, whatever is sent: a property-based tester finds no 500 and no other shape.

Asked as a manager and as a supplier. Keys that the tester makes up are often replaced by such as exist, so that it comes
further than to 404.
"""

import logging
from collections.abc import Iterator
from typing import Any
from uuid import UUID
from zlib import crc32

import pytest
import schemathesis
import time_machine
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, settings
from schemathesis import checks
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import CoverageScenario, TestPhase
from schemathesis.specs.openapi import checks as openapi_checks

from accounts import services
from accounts.models import ApiToken
from tests import cast as the_cast
from tests import permission_world
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db

django = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """The product, closing what it opened as a server does; the tester leaves that out."""
    response: Any = django(environ, start_response)
    try:
        return [b"".join(response)]
    finally:
        response.close()


schema = schemathesis.openapi.from_wsgi("/api/v1/schema/", application)

CHECKS = [
    checks.not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_schema_conformance,
]
AROUND_A_REQUEST = (request_started, request_finished)
PEOPLE = ("manager", "csr")
HUNTS = settings.get_current_profile_name() == "hunt"
EDGES = 3
"""Of how many cases at the edges of a description one is asked, the same ones each time; there are a hundred an operation."""
BEFORE_ALL = 30
"""The same for what the house reads before any operation, in a few lines for all: the headers, and the method."""


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False), transaction.atomic():
        logging.disable(logging.CRITICAL)
        for signal in AROUND_A_REQUEST:  # the connection holds the transaction that is undone at the end
            signal.disconnect(close_old_connections)
        cast = the_cast.build()
        things = permission_world.build(cast)
        keys = [pair.own for pair in things.values() if isinstance(pair.own, UUID)]
        tokens = {who: services.issue_token(user=getattr(cast, who), name="tester", now=NOW) for who in PEOPLE}
        ApiToken.objects.update(last_used_on=TODAY)
        yield {"things": things, "keys": keys, "tokens": tokens}
        logging.disable(logging.NOTSET)
        for signal in AROUND_A_REQUEST:
            signal.connect(close_old_connections)
        transaction.set_rollback(True)


@schema.parametrize()
@settings(
    max_examples=100 if HUNTS else 6,
    derandomize=True,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_answers_are_as_described(case: Any, world: dict[str, Any]) -> None:
    people = who_ask(case)
    if not people:
        return
    things, keys = world["things"], world["keys"]
    kind = case.path.removeprefix("/api/v1/").partition("/")[0]
    for name, value in (case.path_parameters or {}).items():
        case.path_parameters[name] = str(things[kind].own) if crc32(str(value).encode()) % 4 else value
    case.body = real(case.body, keys)
    for token in (world["tokens"][who] for who in people):
        with transaction.atomic():
            case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=CHECKS)
            transaction.set_rollback(True)


def who_ask(case: Any) -> tuple[str, ...]:
    """Both. Where the shape decides and not who asks, one of them or nobody: what is wrong, and the edges of a description."""
    if case.meta.phase.name != TestPhase.COVERAGE and case.meta.generation.mode.is_positive:
        return PEOPLE
    number, every = crc32(repr((case.path_parameters, case.query, case.body)).encode()), one_of_how_many(case)
    return () if number % every else (PEOPLE[number // every % len(PEOPLE)],)


def one_of_how_many(case: Any) -> int:
    if HUNTS or case.meta.phase.name != TestPhase.COVERAGE:
        return 1
    edge = case.meta.phase.data
    is_before_all = edge.parameter_location == ParameterLocation.HEADER or edge.scenario == CoverageScenario.UNSPECIFIED_HTTP_METHOD
    return BEFORE_ALL if is_before_all else EDGES


def real(body: Any, keys: list[UUID]) -> Any:
    """The body with some of its made-up keys replaced by such as exist."""
    match body:
        case dict():
            return {name: real(value, keys) for name, value in body.items()}
        case list():
            return [real(value, keys) for value in body]
        case str() if is_key(body) and UUID(body).int % 4:
            return str(keys[UUID(body).int % len(keys)])
    return body


def is_key(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False
