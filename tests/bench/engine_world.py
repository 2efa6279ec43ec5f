"""A large world for the engine: open deadlines with an eight-step ladder, written by generating statements on either database.

Due dates are spread over some four years around today, so that of a million deadlines about 5,000 steps come due on any day. Coming
steps are planned, those of the last quarter are done and have their lines, as in real life. Nothing is due today until `make_due` says so.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.models import Organisation
from accounts.permissions import Role
from contracts.models import Framework
from core import ids
from notifications.models import PolicyVersion, ReminderPolicy, ReminderStep
from tests import factories
from tests.bench.bulk import bulk_writing

SUPPLIERS, FRAMEWORKS = 20, 50
LADDER = [
    (0, -30, "responsible", "reminder_before"),
    (1, -14, "responsible", "reminder_before"),
    (2, -3, "responsible", "reminder_before"),
    (3, 1, "responsible", "overdue_first"),
    (3, 1, "key_account", "overdue_first"),
    (4, 8, "responsible", "overdue_second"),
    (4, 8, "manager", "call_supplier"),
    (5, 30, "owner", "escalation_to_owner"),
]


@dataclass(frozen=True)
class World:
    today: date
    framework: Framework
    supplier: Organisation
    seconds: float

    def fields(self) -> dict[str, Any]:
        """What `deadlines.open_new` is given."""
        today = self.today
        return {
            "kind": "document_request",
            "about_id": ids.new(),
            "title": "Dokumentasjon",
            "scope": self.framework.pk,
            "organisation": self.supplier,
            "turn": "supplier",
            "starts_on": today,
            "due_on": date.fromordinal(today.toordinal() + 60),
            "brief": {"agreement": self.framework.title},
            "now": timezone.now(),
        }


def build(*, deadlines: int) -> World:
    now, today, began = timezone.now(), timezone.localdate(), time.perf_counter()
    cpb = factories.organisation("Statens innkjøp", "cpb")
    suppliers = [factories.organisation(f"Leverandør {number:03} AS", "supplier") for number in range(SUPPLIERS)]
    frameworks = [factories.framework(cpb, f"Avtale {number:02}", reference=f"B-{number:03}") for number in range(FRAMEWORKS)]
    ours = {role: factories.user(f"{role}@cpb.example", (cpb, Role.MANAGER)).person for role in ("manager", "owner")}
    theirs = {
        supplier: [factories.user(f"{role}{number}@supplier.example", (supplier, Role.MAIN_CONTACT)).person for role in ("csr", "kam")]
        for number, supplier in enumerate(suppliers)
    }
    for framework in frameworks:
        for role, person in ours.items():
            factories.role(framework, cpb, role, person)
        for supplier, (csr, kam) in theirs.items():
            factories.role(framework, supplier, "responsible", csr)
            factories.role(framework, supplier, "key_account", kam)
    version = _ladder(now)
    _fill(version, deadlines, today, now)
    return World(today, frameworks[0], suppliers[0], time.perf_counter() - began)


def _ladder(now: Any) -> PolicyVersion:
    policy = ReminderPolicy.objects.create(code="bench", kind="document_request", name="Åtte trinn")
    version = PolicyVersion.objects.create(policy=policy, number=100, created_at=now)
    ReminderStep.objects.bulk_create(
        ReminderStep(version=version, rung=rung, anchor="due", offset=offset, audience=audience, kind=kind)
        for rung, offset, audience, kind in LADDER
    )
    return version


def make_due(due: int, today: date) -> None:
    """That many more steps, each of a deadline of its own, come due today."""
    _run(MADE_DUE, {"due": due, "today": connection.ops.adapt_datefield_value(today)})
    _gather_statistics()


def _fill(version: PolicyVersion, deadlines: int, today: date, now: Any) -> None:
    values = {
        "deadlines": deadlines,
        "today": connection.ops.adapt_datefield_value(today),
        "now": connection.ops.adapt_datetimefield_value(now),
        "version": version.pk if connection.vendor == "postgresql" else version.pk.hex,
    }
    with bulk_writing():
        for statement in FILLED:
            _run([statement], values)
            _gather_statistics()


def _run(statements: Iterable[str], values: dict[str, Any]) -> None:
    words = POSTGRES if connection.vendor == "postgresql" else SQLITE
    with connection.cursor() as cursor:
        for statement in statements:
            text = statement.format(**words)
            cursor.execute(text, {name: value for name, value in values.items() if f"%({name})s" in text} or None)


def _gather_statistics() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


POSTGRES = {
    "uuid": "gen_random_uuid()",
    "numbers": "generate_series(0::bigint, %(deadlines)s - 1) AS series(n)",
    "due_on": "CAST(%(today)s AS date) + ((n * 15485863) %% 1600 - 800)::int",
    "plus": """d.due_on + s."offset" """,
    "quarter": "CAST(%(today)s AS date) - 90",
    "today": "CAST(%(today)s AS date)",
    "temporary": "UNLOGGED",
}
SQLITE = {
    "uuid": "lower(hex(randomblob(16)))",
    "numbers": (
        "(WITH RECURSIVE series(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM series WHERE n + 1 < %(deadlines)s) "
        "SELECT n FROM series) AS series"
    ),
    "due_on": "date(%(today)s, ((n * 15485863) %% 1600 - 800) || ' days')",
    "plus": """date(d.due_on, s."offset" || ' days')""",
    "quarter": "date(%(today)s, '-90 days')",
    "today": "%(today)s",
    "temporary": "",
}
FILLED = (
    """
CREATE {temporary} TABLE bench_suppliers AS SELECT id, row_number() OVER (ORDER BY name) - 1 AS number FROM accounts_organisation
WHERE kind = 'supplier'""",
    """
CREATE {temporary} TABLE bench_scopes AS
SELECT scope_id AS id, row_number() OVER (ORDER BY reference) - 1 AS number FROM contracts_framework""",
    """
INSERT INTO notifications_deadline (id, kind, about_id, title, scope_id, organisation_id, turn, starts_on, due_on, original_due_on,
                                    brief, created_at, opened_at, waits_for_us, times_moved, policy_version_id)
SELECT {uuid}, 'document_request', {uuid}, 'Dokumentasjon ' || n, scope.id, supplier.id, 'supplier', {due_on}, {due_on}, {due_on},
       '{{"agreement": "Avtale", "missing": ["Aktsomhetsvurdering"], "round": 1}}', %(now)s, %(now)s, 0, 0, %(version)s
FROM {numbers}
JOIN bench_suppliers supplier ON supplier.number = n %% 20
JOIN bench_scopes scope ON scope.number = (n / 20) %% 50""",
    """
INSERT INTO notifications_plannedstep (id, deadline_id, step_id, "on", status, note)
SELECT {uuid}, d.id, s.id, {plus}, CASE WHEN {plus} < {today} THEN 'done' ELSE 'planned' END, ''
FROM notifications_deadline d JOIN notifications_reminderstep s ON s.version_id = d.policy_version_id
WHERE {plus} > {today} OR {plus} < {today} AND {plus} >= {quarter}""",
    """
INSERT INTO notifications_delivery (id, kind, person_id, organisation_id, scope_id, channel, deadline_id, step_id, role, due_on, turn,
                                    about_id, reason, context, dedupe_key, is_immediate, created_at, cancel_reason)
SELECT {uuid}, s.kind, held.person_id, held.organisation_id, d.scope_id, 'email', d.id, s.id, held.role, d.due_on, d.turn, d.about_id, '',
       '{{}}', d.id{text} || ':' || s.rung || ':' || held.person_id{text}, {false}, %(now)s, ''
FROM notifications_plannedstep p
JOIN notifications_deadline d ON d.id = p.deadline_id
JOIN notifications_reminderstep s ON s.id = p.step_id
JOIN accounts_scoperole held ON held.scope_id = d.scope_id AND held.organisation_id = d.organisation_id AND held.role = s.audience
WHERE p.status = 'done' AND p."on" >= {month}""",
)
MADE_DUE = (
    "DROP TABLE IF EXISTS bench_due",
    """
CREATE {temporary} TABLE bench_due AS
SELECT max(p.id{text}) AS id FROM notifications_plannedstep p JOIN notifications_reminderstep s ON s.id = p.step_id
WHERE p.status = 'planned' AND p."on" > {today} AND s.audience = 'responsible' AND s.rung = 2
GROUP BY p.deadline_id ORDER BY p.deadline_id LIMIT %(due)s""",
    """
UPDATE notifications_plannedstep SET "on" = %(today)s WHERE id IN (SELECT {key} FROM bench_due)""",
)
POSTGRES |= {"text": "::text", "key": "id::uuid", "false": "false", "month": "CAST(%(today)s AS date) - 30"}
SQLITE |= {"text": "", "key": "id", "false": "0", "month": "date(%(today)s, '-30 days')"}
