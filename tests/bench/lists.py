"""How long lists take on a large database. Run by `tests.bench` in a process of its own; prints JSON lines.

Everything goes through the whole stack of middleware, in one process, signed in and scoped; medians of many calls.
"""

# ruff: noqa: E402
import json
import logging
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode

import django

django.setup()

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from contracts.api.call_offs import CallOffResource
from contracts.api.obligations import ObligationResource
from core import paging
from core.api.history import HistoryResource
from followup.api.audits import AuditResource
from followup.api.document_requests import DocumentRequestResource
from followup.api.documents import DocumentResource
from followup.api.findings import FindingResource
from followup.querysets import audit_orders
from notifications.api import DeadlineResource, DeliveryResource
from tests.bench import world
from tests.bench.__main__ import CALLS
from tests.bench.references import REFERENCES

WARM, SIZE = 8, 50
RESOURCES: dict[str, Any] = {
    "document-requests": DocumentRequestResource,
    "audits": AuditResource,
    "findings": FindingResource,
    "deadlines": DeadlineResource,
    "obligations": ObligationResource,
    "call-offs": CallOffResource,
    "documents": DocumentResource,
    "deliveries": DeliveryResource,
    "history": HistoryResource,
}
"""Those that grow with the work. Of agreements, requirements and organisations there are thousands at most."""


def main(requests: int, deadlines: int) -> None:
    """For each line it reads it asks once, so that two worlds can take turns under the same load of the machine.

    Of each address it first says the name and the number of queries; each answer after that is times in ms: that address, the
    unfiltered first page in the same order, and the references, all asked in the same breath.
    """
    logging.disable(logging.INFO)  # a line for every call is not what is measured
    settings.ROOT_URLCONF = "tests.bench.urls"
    began = time.perf_counter()
    built = world.build(requests=requests, deadlines=deadlines)
    print(f"{deadlines:,} deadlines written in {time.perf_counter() - began:.0f} s", file=sys.stderr)
    print("ready", flush=True)
    for who, user in (("manager", built.manager), ("supplier", built.supplier), ("audit firm", built.auditor)):
        known: dict[str, Callable[[], object]] = {}
        for name, run in runs(built, user):
            known[name] = run
            for _ in range(WARM):
                run()
            tell({"who": who, "name": name, "queries": queries(run)})
            for _ in range(CALLS):
                tell([timed(known.get(other, run)) for other in (name, first_page(name), *REFERENCES)])


def tell(found: object) -> None:
    sys.stdin.readline()
    print(json.dumps(found), flush=True)


def first_page(name: str) -> str:
    """The unfiltered list that `resource with a filter by ordering` is narrowed from."""
    return f"{name.split()[0]} by {name.rpartition(' by ')[2]}"


def runs(built: world.World, user: User) -> Iterator[tuple[str, Callable[[], object]]]:
    visit = Visitor(user)
    yield "bare psycopg + json", bare
    for name, path in paths(built, user):
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


def paths(built: world.World, user: User) -> Iterator[tuple[str, str]]:
    yield "nothing but the middleware", "/bench/empty/"
    yield "plain values()", "/bench/values/"
    yield "plain values(), nested", "/bench/whole/"
    for resource in read_by(user):
        door = RESOURCES[resource]
        orderings = [name for name in door.orders if name in ("due_on", "-created_at")]
        for name, query in filters(built, resource).items():
            yield from ((f"{resource}{name} by {ordering}", address(resource, ordering, query)) for ordering in orderings)
        yield f"{resource} at 90 % by {orderings[0]}", far_in(resource, orderings[0], user)
    pages = ("audits",) if user.auditor_ids else ("document-requests", "findings", "audits", "deadlines")
    yield from ((f"page /{name}/", f"/{name}/") for name in pages)


def read_by(user: User) -> Sequence[str]:
    """A firm reads of its audits, and deliveries are ours alone."""
    if user.auditor_ids:
        return ("audits", "findings")
    return [name for name in RESOURCES if user.works_here or name != "deliveries"]


def address(resource: str, ordering: str, query: dict[str, str]) -> str:
    return f"/api/v1/{resource}/?" + urlencode({"page_size": SIZE, "ordering": ordering} | query)


def filters(built: world.World, resource: str) -> dict[str, dict[str, str]]:
    """The filters that the resource offers, by their names in the table; the first is none. Those that name one row are left out."""
    agreement = {" in an agreement": {"framework": str(built.framework.pk)}}
    organisation = {" of an organisation": {"organisation": str(built.organisation.pk)}}
    supplier = {" of a supplier": {"supplier": str(built.organisation.pk)}}
    today = built.today.isoformat()
    dates = {" overdue": {"overdue": "true"}, " due after today": {"due_after": today}, " due before today": {"due_before": today}}
    kind = {" of a kind": {"kind": "document_request" if resource == "deadlines" else "receipt"}}
    match resource:
        case "document-requests":
            offered = agreement | supplier | dates | {" submitted": {"status": "submitted"}}
        case "audits":
            offered = agreement | supplier | {" reported": {"status": "reported"}, " of a kind": {"kind": "wage_control"}}
        case "findings":
            offered = (
                agreement
                | supplier
                | {" overdue": {"overdue": "true"}, " open": {"open": "true"}, " to judge": {"status": "plan_submitted"}}
            )
        case "deadlines":
            offered = agreement | organisation | dates | kind | {" open": {"open": "true"}}
        case "obligations":
            offered = agreement | supplier | {" met": {"verified": "met"}, " of a requirement": {"requirement": str(built.requirement.pk)}}
        case "deliveries":
            offered = agreement | organisation | kind | {" sent": {"status": "sent"}, " failed": {"status": "failed"}}
        case "history":
            offered = {" of a person": {"actor": str(built.manager.pk)}, " before today": {"before": today}}
        case _:
            offered = {}
    return {"": {}} | offered


def far_in(resource: str, ordering: str, user: User) -> str:
    """The page that begins nine tenths of the way, by the cursor that the page before it would have given."""
    door = RESOURCES[resource]
    orders = audit_orders(user) if resource == "audits" else door.orders
    order, rows = orders[ordering], door.queryset.all().visible_to(user)
    ordered = rows.order_by(*order.names).values_list("pk", flat=True)
    far = ordered.count() * 9 // 10
    cursor = paging.page(rows.filter(pk__in=list(ordered[far : far + 2])), order=order, size=1).next
    return address(resource, ordering, {"cursor": str(cursor)})


def timed(run: Callable[[], object]) -> float:
    """Milliseconds."""
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
