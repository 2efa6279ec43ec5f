"""A large world, written by generating statements: requests, ten times as many deadlines, and somebody on each side to look at it.

Shaped like real life where it matters to an index: due dates spread over two years around today, a fifth closed, every status
there, one supplier with a fair share of the rows. Of obligations, call-offs, documents, deliveries and all that `follow_up` writes
there are as many as of requests; of history as much as of deadlines.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.utils import timezone

from accounts.models import Organisation, User
from accounts.permissions import Role
from contracts.models import Clause, Framework, Requirement
from tests import factories
from tests.bench.bulk import bulk_writing
from tests.bench.follow_up import FOLLOW_UP

SUPPLIERS, AGENCIES, FRAMEWORKS = 20, 20, 50


@dataclass(frozen=True)
class World:
    manager: User
    supplier: User
    auditor: User
    agency: User
    organisation: Organisation
    framework: Framework
    today: date

    @property
    def readers(self) -> dict[str, User]:
        return {"manager": self.manager, "supplier": self.supplier, "audit firm": self.auditor, "agency": self.agency}

    @property
    def requirement(self) -> Requirement:
        return self.framework.requirements.order_by("number")[0]


def build(*, requests: int, deadlines: int) -> World:
    now, today = timezone.now(), timezone.localdate()
    cpb = factories.organisation("Statens innkjøp", "cpb")
    agencies = [factories.organisation(f"Etat {number:02}", "agency") for number in range(AGENCIES)]
    firm = factories.organisation("Revisjon AS", "auditor")
    suppliers = Organisation.objects.bulk_create(
        Organisation(name=f"Leverandør {number:03} AS", kind="supplier", country="NO", created_at=now) for number in range(SUPPLIERS)
    )
    frameworks = [factories.framework(cpb, f"Avtale {number:02}", reference=f"B-{number:03}") for number in range(FRAMEWORKS)]
    manager = factories.user("manager@cpb.example", (cpb, Role.ADMINISTRATOR))
    supplier = factories.user("csr@supplier.example", (suppliers[0], Role.MAIN_CONTACT))
    auditor = factories.user("revisor@audit.example", (firm, Role.AUDITOR))
    agency = factories.user("innkjop@agency.example", (agencies[0], Role.AGENCY))
    Clause.objects.create(framework=frameworks[0], title="Dagmulkt", text="", created_at=now)
    for framework in frameworks:
        factories.role(framework, cpb, "manager", manager.person)
        factories.participation(framework, suppliers[0])
    _fill(requests=requests, deadlines=deadlines, now=now)
    return World(manager, supplier, auditor, agency, suppliers[0], frameworks[0], today)


def _fill(*, requests: int, deadlines: int, now: datetime) -> None:
    with connection.cursor() as cursor, bulk_writing():
        cursor.execute(NUMBERED, {"deadlines": deadlines})
        for statement in (DEADLINES, REQUESTS, ROUNDS, ITEMS, STEPS, *FOLLOW_UP, *AGREEMENTS, DOCUMENTS, MESSAGES, DELIVERIES, HISTORY):
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
                                    brief, created_at, opened_at, closed_at, waits_for_us, times_moved)
SELECT deadline_id,
       CASE n / %(requests)s WHEN 0 THEN 'document_request' WHEN 1 THEN 'audit' WHEN 2 THEN 'finding_correction'
            WHEN 3 THEN 'agency_report' WHEN 4 THEN 'meeting'
            ELSE (ARRAY['document_review', 'question', 'follow_up'])[1 + n %% 3] END,
       request_id, 'Dokumentasjon ' || n, scope_id,
       CASE WHEN n / %(requests)s IN (0, 2) THEN supplier_id ELSE (SELECT id FROM accounts_organisation WHERE kind = 'cpb') END,
       CASE WHEN n / %(requests)s IN (0, 2) THEN 'supplier' ELSE 'cpb' END,
       due_on - 42, due_on, due_on, '{}', %(now)s - n * interval '1 second', %(now)s - n * interval '1 second',
       CASE WHEN n %% 5 = 0 THEN %(now)s END, 0, 0
FROM bench_rows
"""

REQUESTS = """
INSERT INTO followup_documentrequest (id, framework_id, supplier_id, title, instructions, sentence, status, deadline_id, due_is_typed,
                                      due_basis, due_reason, close_reason, hold_reason, created_at, sent_at)
SELECT request_id, scope_id, supplier_id, 'Dokumentasjon ' || n, '', '',
       (ARRAY['sent', 'in_progress', 'submitted', 'accepted', 'returned', 'closed', 'withdrawn', 'draft'])[1 + n %% 8],
       deadline_id, false, '{}', '', '', '', %(now)s - n * interval '1 second', %(now)s - n * interval '1 second'
FROM bench_rows WHERE n < %(requests)s
"""

ROUNDS = """
INSERT INTO followup_round (id, request_id, number, deadline_id, verdict, extensions)
SELECT gen_random_uuid(), request_id, 1, deadline_id, '', 0 FROM bench_rows WHERE n < %(requests)s
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

REQUIREMENTS = """
INSERT INTO contracts_requirement (id, framework_id, number, theme, convention, kind, level, title, text, source_criterion,
                                   source_version, documentation, created_at)
SELECT gen_random_uuid(), scope_id, number, (ARRAY['human_rights', 'ilo_core', 'wages', 'environment'])[1 + number %% 4], '',
       'contract_clause', 'basic', 'Krav ' || number, 'Leverandøren skal …', '', '', '', %(now)s - number * interval '1 minute'
FROM contracts_framework, generate_series(1::bigint, %(requests)s / 1000) AS number
"""

OBLIGATIONS = """
INSERT INTO contracts_obligation (id, requirement_id, framework_id, supplier_id, promised_text, promised_unit, promised_source,
                                  declared, verified, method, created_at)
SELECT gen_random_uuid(), requirement.id, requirement.framework_id, supplier.id, '', '', '', 'unknown',
       (ARRAY['unknown', 'met', 'partly_met', 'not_met', 'not_documented'])[1 + abs(hashtext(requirement.id::text || supplier.id)) %% 5],
       'document', %(now)s - abs(hashtext(supplier.id::text || requirement.id)) %% 100000000 * interval '1 second'
FROM contracts_requirement AS requirement, accounts_organisation AS supplier WHERE supplier.kind = 'supplier'
"""

CALL_OFFS = """
INSERT INTO contracts_calloff (id, framework_id, supplier_id, agency_id, reference, title, signed_on, value, currency, imported, created_at)
SELECT gen_random_uuid(), scope_id, supplier_id, (SELECT id FROM accounts_organisation WHERE kind = 'agency' ORDER BY name LIMIT 1),
       'A-' || n, 'Avrop ' || n, due_on, n, 'NOK', '{}', %(now)s - n * interval '1 second'
FROM bench_rows WHERE n < %(requests)s
"""

AGREEMENTS = (REQUIREMENTS, OBLIGATIONS, CALL_OFFS)

DOCUMENTS = """
INSERT INTO followup_document (id, name, size, sha256, content_type, storage_name, scan_state, supplier_id, received_on, received_at,
                               delivered_at, uploaded_by_id, channel, access)
SELECT gen_random_uuid(), 'rapport-' || n || '.pdf', 1000, repeat('0', 64), 'application/pdf', 'x/' || n, 'not_scanned', supplier_id,
       due_on, %(now)s - n * interval '1 second', %(now)s, (SELECT id FROM accounts_user WHERE email = 'csr@supplier.example'), 'portal',
       CASE WHEN n %% 10 = 0 THEN 'restricted' ELSE 'ordinary' END
FROM bench_rows WHERE n < %(requests)s
"""

MESSAGES = """
INSERT INTO notifications_message (id, person_id, channel, bundle, message_id, status, attempts, created_at, earliest_at, not_before,
                                   domain, waits_for, is_about_account,
                                   sent_at, error, recipient, sender, reply_to, language, subject, text, html)
SELECT request_id, (SELECT id FROM accounts_person WHERE email = 'csr@supplier.example'), 'email', n, n || '@bench',
       CASE WHEN n %% 100 = 0 THEN 'failed' ELSE 'sent' END, 1, at, at, at,
       'supplier.example', '', false, at, '', '', '', '', 'nb', 'Påminnelse', '', ''
FROM (SELECT *, %(now)s - n * interval '1 second' AS at FROM bench_rows) AS bench_rows WHERE n < %(requests)s
"""

DELIVERIES = """
INSERT INTO notifications_delivery (id, kind, person_id, organisation_id, scope_id, channel, deadline_id, role, due_on, turn, about_id,
                                    reason, context, dedupe_key, is_immediate, created_at, message_id, cancel_reason, cancelled_at)
SELECT gen_random_uuid(), (ARRAY['documents_requested', 'reminder_before', 'overdue_first', 'receipt'])[1 + n %% 4],
       (SELECT id FROM accounts_person WHERE email = 'csr@supplier.example'), supplier_id, scope_id, 'email', deadline_id, 'responsible',
       due_on, 'supplier', request_id, 'fristen nærmer seg', '{}', n, false, %(now)s - n * interval '1 second', request_id, '',
       CASE WHEN n %% 50 = 1 THEN %(now)s END
FROM bench_rows WHERE n < %(requests)s
"""

HISTORY = """
INSERT INTO core_history (id, at, actor_id, actor_name, verb, object_type, object_id, scope_id, organisation_id, is_internal, changes)
SELECT gen_random_uuid(), %(now)s - n * interval '1 second',
       CASE n %% 3 WHEN 1 THEN (SELECT id FROM accounts_user WHERE email = 'manager@cpb.example')
                  WHEN 2 THEN (SELECT id FROM accounts_user WHERE email = 'csr@supplier.example') END, 'Kari', 'sent', 'document_request',
       request_id, scope_id, supplier_id, n %% 7 = 0, '{}'
FROM bench_rows
"""
