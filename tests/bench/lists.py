"""How long lists take on a large database. Run by `tests.bench` in a process of its own; prints JSON lines.

Everything goes through the whole stack of middleware, in one process, signed in and scoped; medians of many calls.
"""

# ruff: noqa: E402
import json
import logging
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import django

django.setup()

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from tests.bench import world

CALLS, WARM, SIZE = 60, 8, 50
ORDERINGS = ("due_on", "-created_at")


def main(requests: int, deadlines: int) -> None:
    """Measures one address for each line it reads, so that two worlds can take turns under the same load of the machine."""
    logging.disable(logging.INFO)  # a line for every call is not what is measured
    settings.ROOT_URLCONF = "tests.bench.urls"
    began = time.perf_counter()
    built = world.build(requests=requests, deadlines=deadlines)
    print(f"{deadlines:,} deadlines written in {time.perf_counter() - began:.0f} s", file=sys.stderr)
    print("ready", flush=True)
    for who, user in (("manager", built.manager), ("supplier", built.supplier)):
        for name, run in runs(built, user):
            sys.stdin.readline()
            found = {"who": who, "name": name, "ms": median(run), "queries": queries(run)}
            print(json.dumps(found), flush=True)


def runs(built: world.World, user: User) -> Iterator[tuple[str, Callable[[], object]]]:
    visit = Visitor(user)
    yield "bare psycopg + json", bare
    for name, path in paths(built, visit):
        yield name, partial(visit, path)


class Visitor:
    def __init__(self, user: User) -> None:
        self.client = Client()
        self.client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])

    def __call__(self, path: str) -> dict[str, Any]:
        response = self.client.get(path, secure=True)
        if response.status_code != 200:
            raise RuntimeError(f"{path}: {response.status_code} {response.content[:300]!r}")
        return response.json() if response["Content-Type"].startswith("application/json") else {}


def paths(built: world.World, visit: Visitor) -> list[tuple[str, str]]:
    found = [
        ("nothing but the middleware", "/bench/empty/"),
        ("plain values()", "/bench/values/"),
        ("plain values(), nested", "/bench/whole/"),
    ]
    for resource in ("document-requests", "deadlines"):
        for name, query in {"": {}, **filters(built, resource)}.items():
            found += [(f"{resource} {name} by {ordering}", address(resource, ordering, query)) for ordering in ORDERINGS]
        found.append((f"{resource} at 90 % by due_on", far_in(built, resource, visit)))
    return [*found, ("page /document-requests/", "/document-requests/"), ("page /deadlines/", "/deadlines/")]


def address(resource: str, ordering: str, query: dict[str, str]) -> str:
    return f"/api/v1/{resource}/?" + urlencode({"page_size": SIZE, "ordering": ordering} | query)


def filters(built: world.World, resource: str) -> dict[str, dict[str, str]]:
    shared = {
        "in an agreement": {"framework": str(built.framework.pk)},
        "overdue": {"overdue": "true"},
        "due after today": {"due_after": built.today.isoformat()},
        "due before today": {"due_before": built.today.isoformat()},
    }
    if resource == "deadlines":
        return shared | {"open": {"open": "true"}, "of a kind": {"kind": "document_request"}}
    return shared | {"submitted": {"status": "submitted"}, "of a supplier": {"supplier": str(built.organisation.pk)}}


def far_in(built: world.World, resource: str, visit: Visitor) -> str:
    """A page that begins nine tenths of the way (due dates are even over two years), by a cursor of the list's own."""
    late = (built.today + timedelta(days=292)).isoformat()
    near = visit(address(resource, "due_on", {"due_after": late, "page_size": "1"}))
    cursor = parse_qs(urlsplit(near["next"]).query)["cursor"][0]
    return address(resource, "due_on", {"cursor": cursor})


def median(run: Callable[[], object]) -> float:
    """Milliseconds."""
    for _ in range(WARM):
        run()
    return statistics.median(timed(run) for _ in range(CALLS))


def timed(run: Callable[[], object]) -> float:
    began = time.perf_counter()
    run()
    return (time.perf_counter() - began) * 1000


def queries(run: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        run()
    return len(captured)


def bare() -> str:
    """The least that could answer the same question: one statement on an open connection, dumped."""
    with connection.cursor() as cursor:
        cursor.execute(BARE, [SIZE])
        names = [column.name for column in cursor.description]
        return json.dumps([dict(zip(names, row, strict=True)) for row in cursor.fetchall()], default=str)


BARE = """
SELECT r.id, r.title, r.status, r.framework_id, r.supplier_id, d.due_on, d.original_due_on
FROM followup_documentrequest r JOIN notifications_deadline d ON d.id = r.deadline_id
WHERE d.kind = 'document_request' ORDER BY d.due_on, d.id LIMIT %s
"""


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
