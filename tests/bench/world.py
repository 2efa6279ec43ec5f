"""A large world, written by generating statements: requests, ten times as many deadlines, and somebody on each side to look at it.

Shaped like real life where it matters to an index: due dates spread over two years around today, a fifth closed, every status
there, one supplier with a fair share of the rows.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.utils import timezone

from accounts.models import Organisation, User
from accounts.permissions import Role
from contracts.models import Framework
from tests import factories

SUPPLIERS, FRAMEWORKS = 20, 50


@dataclass(frozen=True)
class World:
    manager: User
    supplier: User
    organisation: Organisation
    framework: Framework
    today: date


def build(*, requests: int, deadlines: int) -> World:
    now, today = timezone.now(), timezone.localdate()
    cpb = factories.organisation("Statens innkjøp", "cpb")
    suppliers = Organisation.objects.bulk_create(
        Organisation(name=f"Leverandør {number:03} AS", kind="supplier", country="NO", created_at=now) for number in range(SUPPLIERS)
    )
    frameworks = [factories.framework(cpb, f"Avtale {number:02}", reference=f"B-{number:03}") for number in range(FRAMEWORKS)]
    manager = factories.user("manager@cpb.example", (cpb, Role.ADMINISTRATOR))
    supplier = factories.user("csr@supplier.example", (suppliers[0], Role.MAIN_CONTACT))
    for framework in frameworks:
        factories.role(framework, cpb, "manager", manager.person)
        factories.participation(framework, suppliers[0])
    _fill(requests=requests, deadlines=deadlines, now=now)
    return World(manager, supplier, suppliers[0], frameworks[0], today)


def _fill(*, requests: int, deadlines: int, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(NUMBERED, {"deadlines": deadlines})
        for statement in (DEADLINES, REQUESTS, ROUNDS, ITEMS, STEPS):
            cursor.execute(statement, {"requests": requests, "deadlines": deadlines, "now": now})
        cursor.execute("DROP TABLE bench_rows")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


NUMBERED = """
CREATE UNLOGGED TABLE bench_rows AS
SELECT n,
       gen_random_uuid() AS deadline_id,
       gen_random_uuid() AS request_id,
       (SELECT array_agg(id ORDER BY name) FROM accounts_organisation WHERE kind = 'supplier') [1 + abs(hashint8(n)) %% 20] AS supplier_id,
       (SELECT array_agg(scope_id ORDER BY reference) FROM contracts_framework) [1 + abs(hashint8(n + 1000000007)) %% 50] AS scope_id,
       CURRENT_DATE + ((n * 15485863) %% 730 - 365)::int AS due_on
FROM generate_series(0::bigint, %(deadlines)s - 1) AS n
"""

DEADLINES = """
INSERT INTO notifications_deadline (id, kind, about_id, title, scope_id, organisation_id, turn, starts_on, due_on, original_due_on,
                                    brief, created_at, opened_at, closed_at, waits_for_us)
SELECT deadline_id,
       CASE WHEN n < %(requests)s THEN 'document_request' ELSE (ARRAY['document_review', 'question', 'follow_up'])[1 + n %% 3] END,
       request_id, 'Dokumentasjon ' || n, scope_id,
       CASE WHEN n < %(requests)s THEN supplier_id ELSE (SELECT id FROM accounts_organisation WHERE kind = 'cpb') END,
       CASE WHEN n < %(requests)s THEN 'supplier' ELSE 'cpb' END,
       due_on - 42, due_on, due_on, '{}', %(now)s - n * interval '1 second', %(now)s - n * interval '1 second',
       CASE WHEN n %% 5 = 0 THEN %(now)s END, 0
FROM bench_rows
"""

REQUESTS = """
INSERT INTO followup_documentrequest (id, framework_id, supplier_id, title, instructions, sentence, status, deadline_id, due_is_typed,
                                      due_reason, close_reason, hold_reason, created_at, sent_at)
SELECT request_id, scope_id, supplier_id, 'Dokumentasjon ' || n, '', '',
       (ARRAY['sent', 'in_progress', 'submitted', 'accepted', 'returned', 'closed', 'withdrawn', 'draft'])[1 + n %% 8],
       deadline_id, false, '', '', '', %(now)s - n * interval '1 second', %(now)s - n * interval '1 second'
FROM bench_rows WHERE n < %(requests)s
"""

ROUNDS = """
INSERT INTO followup_round (id, request_id, number, deadline_id, verdict)
SELECT gen_random_uuid(), request_id, 1, deadline_id, '' FROM bench_rows WHERE n < %(requests)s
"""

ITEMS = """
INSERT INTO followup_item (id, request_id, number, title, guidance, is_required, state, claim, reason, comment)
SELECT gen_random_uuid(), request_id, number, 'Punkt ' || number, '', true, 'open', '', '', ''
FROM bench_rows, generate_series(1, 2) AS number WHERE n < %(requests)s
"""

STEPS = """
INSERT INTO notifications_plannedstep (id, deadline_id, step_id, "on", status, note)
SELECT gen_random_uuid(), deadline_id, step.id, due_on + step."offset",
       CASE WHEN due_on + step."offset" < CURRENT_DATE THEN 'done' ELSE 'planned' END, ''
FROM bench_rows, notifications_reminderstep AS step
JOIN notifications_policyversion AS version ON version.id = step.version_id
JOIN notifications_reminderpolicy AS policy ON policy.id = version.policy_id
WHERE n < %(requests)s AND policy.kind = 'document_request' AND step.anchor = 'due' AND step.audience = 'responsible'
"""
