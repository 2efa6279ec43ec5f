"""What is written into a large world of audits and all that comes after them: as many of each kind as of requests, read by `world`.

One audit firm makes a twentieth of the audits, each at a site of its own; of findings it has logged none waits to be judged. In each
state that is not the usual one there is one row in a hundred; audits and findings are spread evenly.
"""

SITES = """
INSERT INTO followup_site (id, supplier_id, name, name_key, address, country, os_id, products, status, comment, created_at)
SELECT request_id, supplier_id, 'Verk ' || md5(n::text), 'verk ' || md5(n::text), '', CASE WHEN n %% 20 = 3 THEN 'VN' ELSE 'NO' END, '', '',
       CASE n %% 100 WHEN 5 THEN 'suggested' WHEN 6 THEN 'returned' WHEN 7 THEN 'retired' ELSE 'confirmed' END, '',
       %(now)s - n * interval '1 second'
FROM bench_rows WHERE n / %(requests)s = 1
"""

HELD = """
INSERT INTO followup_audit (id, framework_id, supplier_id, kind, trigger, reason, announcement, purpose, place, site_id, site_name,
                            site_address, site_country, status, deadline_id, auditor_id, planned_on, announced_at, performed_on, result,
                            conclusion, scheme, grade, accepted_because, cancel_reason, created_at)
SELECT request_id, scope_id, supplier_id, 'wage_control', 'programme', '', (ARRAY['announced', 'semi_announced'])[1 + n %% 2], '', 'Oslo',
       request_id, '', '', '', (ARRAY['planned', 'announced', 'performed', 'reported', 'closed', 'cancelled'])[1 + n %% 6], deadline_id,
       CASE WHEN n %% 20 = 7 THEN (SELECT id FROM accounts_organisation WHERE kind = 'auditor') END, due_on,
       CASE WHEN n %% 6 > 0 THEN %(now)s END, CASE WHEN n %% 6 IN (2, 3, 4) THEN due_on END, '', '', '', '', '', '',
       %(now)s - n * interval '1 second'
FROM bench_rows WHERE n / %(requests)s = 1
"""

FOUND = """
INSERT INTO followup_finding (id, framework_id, supplier_id, number, severity_id, theme, text, is_systemic, authority, status, told_at,
                              dispute, decision, statement, mend_by, outcome, method, closing_note, effect_note, found_by_id, created_at,
                              audit_id, auditor_id)
SELECT request_id, scope_id, supplier_id, n, (SELECT id FROM followup_severity WHERE code = 'major'), 'wages', 'Overtid ' || n, false, '',
       (ARRAY['open', 'plan_submitted', 'plan_accepted', 'in_progress', 'closed'])[1 + n %% 5], %(now)s, '', '', '', due_on,
       CASE WHEN n %% 5 = 4 THEN 'put_right' ELSE '' END, '', '', '', (SELECT id FROM accounts_user WHERE email = 'manager@cpb.example'),
       %(now)s - n * interval '1 second', audit_id, (SELECT auditor_id FROM followup_audit WHERE id = audit_id)
FROM bench_rows JOIN (SELECT n + %(requests)s AS n, request_id AS audit_id FROM bench_rows) AS audited USING (n)
WHERE n / %(requests)s = 2
"""

CLOCKS = """
INSERT INTO followup_findingclock (id, finding_id, what, deadline_id)
SELECT gen_random_uuid(), request_id, 'correction', deadline_id FROM bench_rows WHERE n / %(requests)s = 2
"""

REPORTED = """
INSERT INTO followup_agencyreport (id, agency_id, framework_id, supplier_id, case_number, text, place, phone, status, deadline_id, due_on,
                                   close_reason, reported_by_id, created_at)
SELECT request_id, (SELECT array_agg(id ORDER BY name) FROM accounts_organisation WHERE kind = 'agency') [1 + abs(hashint8(n + 7)) %% 20],
       scope_id, supplier_id, 'M-' || n, 'Ingen lønnsslipp ' || n, '', '',
       CASE n %% 100 WHEN 5 THEN 'received' WHEN 6 THEN 'taken' WHEN 7 THEN 'finding' WHEN 8 THEN 'audit' ELSE 'closed' END,
       deadline_id, due_on, '', (SELECT id FROM accounts_user WHERE email = 'innkjop@agency.example'), %(now)s - n * interval '1 second'
FROM bench_rows WHERE n / %(requests)s = 3
"""

MET = """
INSERT INTO followup_meeting (id, framework_id, supplier_id, kind, starts_at, minutes_long, place, agenda, status, deadline_id, revision,
                              told_at, end_reason, created_by_id, created_at)
SELECT request_id, scope_id, supplier_id, (ARRAY['status', 'kick_off', 'leaders'])[1 + n %% 3], due_on::timestamptz, 60, 'Oslo', 'Status',
       CASE n %% 100 WHEN 5 THEN 'planned' WHEN 6 THEN 'invited' WHEN 7 THEN 'held' WHEN 8 THEN 'sent' WHEN 9 THEN 'objected'
                     WHEN 10 THEN 'unconfirmed' WHEN 11 THEN 'cancelled' ELSE 'confirmed' END,
       deadline_id, 0, CASE WHEN n %% 100 <> 5 THEN %(now)s END, '', (SELECT id FROM accounts_user WHERE email = 'manager@cpb.example'),
       %(now)s - n * interval '1 second'
FROM bench_rows WHERE n / %(requests)s = 4
"""

NOTICES = """
INSERT INTO followup_formalnotice (id, framework_id, supplier_id, request_id, number, status, missed_id, language, facts, consequences,
                                   signer_title, cure_days, reply_days, created_by_id, created_at, letter, text, recipients, how,
                                   receipt_number, reply_deadline_id, drop_reason, outcome, grounds)
SELECT gen_random_uuid(), scope_id, supplier_id, request_id, row_number() OVER (PARTITION BY scope_id, supplier_id),
       CASE n %% 100 WHEN 5 THEN 'drafted' WHEN 6 THEN 'sent' WHEN 7 THEN 'answered' WHEN 8 THEN 'dropped' ELSE 'closed' END,
       deadline_id, 'nb', '[]', '', '', 10, 10, (SELECT id FROM accounts_user WHERE email = 'manager@cpb.example'),
       %(now)s - n * interval '1 second', '{}', '', '[]', '', '', deadline_id, '', '', ''
FROM bench_rows WHERE n < %(requests)s
"""

SANCTIONS = """
INSERT INTO followup_sanction (id, framework_id, supplier_id, number, means, clause_id, status, language, facts, measure, reply_days,
                               proposed_by_id, created_at, told_at, reply_deadline_id, outcome, grounds, end_reason)
SELECT gen_random_uuid(), scope_id, supplier_id, row_number() OVER (PARTITION BY scope_id, supplier_id),
       CASE WHEN n %% 100 = 9 THEN 'suspension' ELSE 'daily_fine' END, (SELECT id FROM contracts_clause),
       CASE n %% 100 WHEN 5 THEN 'considered' WHEN 6 THEN 'heard' WHEN 7 THEN 'answered' WHEN 8 THEN 'decided' WHEN 9 THEN 'in_force'
                     ELSE 'ended' END, 'nb', '[]', '', 10, (SELECT id FROM accounts_user WHERE email = 'manager@cpb.example'),
       %(now)s - n * interval '1 second', CASE WHEN n %% 100 <> 5 THEN %(now)s END, deadline_id, '', '', ''
FROM bench_rows WHERE n < %(requests)s
"""

SHARED = """
INSERT INTO followup_sharing (id, framework_id, supplier_id, body_name, body_scheme, body_number, body_country, contact_name, contact_email,
                              purpose, includes_reports, basis, law, starts_on, ends_on, status, told_at, answer_deadline_id, consent_by,
                              answer, end_reason, created_by_id, created_at)
SELECT request_id, scope_id, supplier_id, 'Kommune ' || n, 'NO-BRC', n, 'NO', '', '', '', false, 'law', '', due_on, due_on + 365,
       CASE n %% 100 WHEN 5 THEN 'draft' WHEN 6 THEN 'asked' WHEN 7 THEN 'refused' WHEN 8 THEN 'ended' ELSE 'active' END,
       CASE WHEN n %% 100 <> 5 THEN %(now)s END, deadline_id, '', '', '',
       (SELECT id FROM accounts_user WHERE email = 'manager@cpb.example'), %(now)s - n * interval '1 second'
FROM bench_rows WHERE n < %(requests)s
"""

FETCHED = """
INSERT INTO followup_sharingfile (id, sharing_id, serial, name, size, sha256, content_type, storage_name, scan_state, key_id, fetched_by_id,
                                  created_at)
SELECT gen_random_uuid(), request_id, n, 'deling.zip', 1000, repeat('0', 64), 'application/zip', 'x/' || n, 'not_scanned',
       gen_random_uuid(), (SELECT id FROM accounts_user WHERE email = 'manager@cpb.example'), %(now)s
FROM bench_rows WHERE n < %(requests)s
"""

FOLLOW_UP = (SITES, HELD, FOUND, CLOCKS, REPORTED, MET, NOTICES, SANCTIONS, SHARED, FETCHED)
