"""How long lists take on a large database. Run by `tests.bench` in a process of its own; prints JSON lines.

Everything goes through the whole stack of middleware, in one process, signed in and scoped; medians of many calls.
"""

# ruff: noqa: E402
import json
import logging
import sys
import time
from collections.abc import Callable, Iterator
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
from followup.api.agency_reports import AgencyReportResource
from followup.api.audits import AuditResource
from followup.api.document_requests import DocumentRequestResource
from followup.api.documents import DocumentResource
from followup.api.findings import FindingResource
from followup.api.formal_notices import FormalNoticeResource
from followup.api.meetings import MeetingResource
from followup.api.sanctions import SanctionResource
from followup.api.sharings import SharingResource
from followup.api.sites import SiteResource
from followup.querysets import audit_orders
from notifications.api import DeadlineResource, DeliveryResource
from tests.bench import world
from tests.bench.__main__ import CALLS
from tests.bench.references import REFERENCES

WARM, SIZE = 8, 50
RESOURCES: dict[str, dict[str, Any]] = {
    "lists": {
        "document-requests": DocumentRequestResource,
        "deadlines": DeadlineResource,
        "obligations": ObligationResource,
        "call-offs": CallOffResource,
        "documents": DocumentResource,
        "deliveries": DeliveryResource,
        "history": HistoryResource,
    },
    "follow-up": {
        "audits": AuditResource,
        "findings": FindingResource,
        "meetings": MeetingResource,
        "sites": SiteResource,
        "formal-notices": FormalNoticeResource,
        "sanctions": SanctionResource,
        "sharings": SharingResource,
        "agency-reports": AgencyReportResource,
    },
}
"""Those that grow with the work. Of agreements, requirements, programmes and organisations there are thousands at most."""

OURS_ALONE = ("deliveries", "agency-reports")
READ = {"audit firm": ("audits", "findings", "sites"), "agency": ("agency-reports",)}
"""Who has which of them. Our own people have all, a supplier all but what is ours alone."""

WITHOUT_PAGE = ("obligations", "call-offs", "documents", "deliveries", "history")


def main(part: str, requests: int, deadlines: int) -> None:
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
    for who, user in built.readers.items():
        if not read_by(who, part):
            continue
        known: dict[str, Callable[[], object]] = {}
        for name, run in runs(built, user, read_by(who, part)):
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


def runs(built: world.World, user: User, doors: dict[str, Any]) -> Iterator[tuple[str, Callable[[], object]]]:
    visit = Visitor(user)
    yield "bare psycopg + json", bare
    for name, path in paths(built, user, doors):
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


def paths(built: world.World, user: User, doors: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "nothing but the middleware", "/bench/empty/"
    yield "plain values()", "/bench/values/"
    yield "plain values(), nested", "/bench/whole/"
    for resource, door in doors.items():
        orderings = [name for name in door.orders if name in ("due_on", "-starts_at", "-created_at")]
        for name, query in filters(built, resource).items():
            yield from ((f"{resource}{name} by {ordering}", address(resource, ordering, query)) for ordering in orderings)
        yield f"{resource} at 90 % by {orderings[0]}", far_in(resource, door, orderings[0], user)
    yield from ((f"page /{name}/", f"/{name}/") for name in doors if name not in WITHOUT_PAGE)


def read_by(who: str, part: str) -> dict[str, Any]:
    all_of_it = RESOURCES[part]
    read = {"manager": [*all_of_it], "supplier": [name for name in all_of_it if name not in OURS_ALONE], **READ}[who]
    return {name: door for name, door in all_of_it.items() if name in read}


def address(resource: str, ordering: str, query: dict[str, str]) -> str:
    return f"/api/v1/{resource}/?" + urlencode({"page_size": SIZE, "ordering": ordering} | query)


def filters(built: world.World, resource: str) -> dict[str, dict[str, str]]:
    """The filters that the resource offers, by their names in the table; the first is none. Those that name one row are left out."""
    agreement = {" in an agreement": {"framework": str(built.framework.pk)}}
    organisation = {" of an organisation": {"organisation": str(built.organisation.pk)}}
    supplier = {" of a supplier": {"supplier": str(built.organisation.pk)}}
    today = built.today.isoformat()
    dates = {" overdue": {"overdue": "true"}, " due after today": {"due_after": today}, " due before today": {"due_before": today}}
    offered = {
        "document-requests": agreement | supplier | dates | {" submitted": {"status": "submitted"}},
        "deadlines": agreement | organisation | dates | {" of a kind": {"kind": "document_request"}, " open": {"open": "true"}},
        "obligations": agreement
        | supplier
        | {" met": {"verified": "met"}, " of a requirement": {"requirement": str(built.requirement.pk)}},
        "deliveries": agreement
        | organisation
        | {" of a kind": {"kind": "receipt"}, " sent": {"status": "sent"}, " failed": {"status": "failed"}},
        "history": {" of a person": {"actor": str(built.manager.pk)}, " before today": {"before": today}},
        "audits": agreement | supplier | {" reported": {"status": "reported"}, " of a kind": {"kind": "wage_control"}},
        "findings": agreement
        | supplier
        | {" overdue": {"overdue": "true"}, " open": {"open": "true"}, " to judge": {"status": "plan_submitted"}},
        "meetings": agreement | supplier | {" held": {"status": "held"}, " of a kind": {"kind": "kick_off"}},
        "sites": supplier | {" suggested": {"status": "suggested"}, " in a country": {"country": "VN"}},
        "formal-notices": agreement | supplier | {" sent": {"status": "sent"}},
        "sanctions": agreement | supplier | {" heard": {"status": "heard"}, " of a means": {"means": "suspension"}},
        "sharings": agreement | supplier | {" asked": {"status": "asked"}},
        "agency-reports": agreement
        | supplier
        | {" of an agency": {"agency": str(built.agency.agency_ids[0])}, " open": {"open": "true"}, " taken": {"status": "taken"}},
    }
    return {"": {}} | offered.get(resource, {})


def far_in(resource: str, door: Any, ordering: str, user: User) -> str:
    """The page that begins nine tenths of the way, by the cursor that the page before it would have given."""
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
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
