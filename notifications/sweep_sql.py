"""The statements of sweep and forecast, and what PostgreSQL and SQLite say differently. `sweeping` runs them, in this order.

Working tables, the connection's own: `sweep_due` holds the steps whose day has come, `sweep_reach` who stands for a role
of an agreement and supplier, `sweep_told` each step with each of its people, `sweep_coming` how many cases of an agreement
and supplier come to a step on a day.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from accounts.models import ScopeRole
from notifications import kinds
from notifications.audience import MANAGING, STAFF_CHAIN

ORDER = ScopeRole.Role.values
"""Of two roles at one rung the first to be told; who holds both gets one line."""


@dataclass(frozen=True)
class Words:
    """`fill` writes rows into a working table; `words` fill the braces of the statements below."""

    begin: tuple[str, ...]
    fill: str
    count: str
    words: Mapping[str, str]


COLUMNS = {
    "sweep_due": (
        "step_row {uuid}, deadline_id {uuid}, scope_id {uuid}, organisation_id {uuid}, step_id {uuid}, planned_on date, due_on date, "
        "rung int, audience text, place int, kind text, opens text, is_dropped int, is_bad int"
    ),
    "sweep_reach": ("scope_id {uuid}, organisation_id {uuid}, audience text, person_id {uuid}, role text, told_as {uuid}, reason text"),
    "sweep_told": (
        "step_row {uuid}, deadline_id {uuid}, step_id {uuid}, person_id {uuid}, rung int, kind text, role text, told_as {uuid}, "
        "reason text, is_told int, is_overtaken int"
    ),
    "sweep_coming": (
        "planned_on date, scope_id {uuid}, organisation_id {uuid}, version_id {uuid}, rung int, audience text, kind text, cases int"
    ),
}
REACH_TYPES = ("uuid", "uuid", "text", "uuid", "text", "uuid", "text")


def _tables(words: Mapping[str, str], ending: str) -> tuple[str, ...]:
    return tuple(f"CREATE TEMPORARY TABLE IF NOT EXISTS {name} ({columns.format(**words)}){ending}" for name, columns in COLUMNS.items())


def _listed(names: object) -> str:
    return ", ".join(f"'{name}'" for name in names)  # type: ignore[attr-defined]


_NEWS = f"""s.anchor = 'start' AND s."offset" = 0 AND s.audience IN ({_listed(MANAGING)})"""
"""What tells whoever manages a case that there is something new in it."""

_EMPTY = tuple(f"DELETE FROM {name}" for name in COLUMNS)
_SHARED = {
    "staff": _listed(STAFF_CHAIN),
    "news": _NEWS,
    "place": "CASE s.audience " + " ".join(f"WHEN '{role}' THEN {number}" for number, role in enumerate(ORDER)) + " END",
    "immediate": _listed(kind.name for kind in kinds.CATALOGUE.values() if kind.is_immediate),
    "optional": _listed(kind.name for kind in kinds.CATALOGUE.values() if not kind.is_mandatory),
}
_POSTGRES = _SHARED | {
    "uuid": "uuid",
    "latest": "greatest",
    "nothing": "NULL",
    "lock": "FOR NO KEY UPDATE",
    "kind": """CASE s.kind WHEN 'documents_requested' THEN
            CASE WHEN jsonb_typeof(d.brief -> 'round') = 'number' THEN
                CASE WHEN (d.brief ->> 'round')::numeric > 1 THEN 'documents_returned' ELSE s.kind END ELSE s.kind END
        WHEN 'task' THEN coalesce(nullif(d.brief ->> 'task', ''), s.kind) ELSE s.kind END""",
    "is_bad": """(jsonb_typeof(d.brief) <> 'object' OR coalesce(jsonb_typeof(d.brief -> 'round'), 'number') <> 'number')::int""",
    # A version 7 identifier like core.ids.new: the sweep's moment, then randomness.
    "new_id": """(%(moment)s || '7' || substr(translate(gen_random_uuid()::text, '-', ''), 14))::uuid""",
    "context": "jsonb_build_object('title', d.title) || d.brief || jsonb_build_object('due_on', d.due_on::text)",
    "text": "::text",
    "day": f"""greatest(p."on", %(today)s, d.paused_until, CASE WHEN s.audience IN ({_SHARED["staff"]}) THEN d.taken_until + 1 END)""",
}
_SQLITE = _SHARED | {
    "uuid": "text",
    "latest": "max",
    "nothing": "''",
    "lock": "",
    "kind": """CASE s.kind WHEN 'documents_requested' THEN
            CASE WHEN coalesce(json_extract(d.brief, '$.round'), 1) > 1 THEN 'documents_returned' ELSE s.kind END
        WHEN 'task' THEN coalesce(nullif(json_extract(d.brief, '$.task'), ''), s.kind) ELSE s.kind END""",
    "is_bad": """(json_type(d.brief) <> 'object' OR coalesce(json_type(d.brief, '$.round'), 'integer') <> 'integer')""",
    "new_id": """%(moment)s || '7' || lower(substr(hex(randomblob(2)), 1, 3) || 'a' || substr(hex(randomblob(8)), 1, 15))""",
    "context": "json_patch(json_patch(json_object('title', d.title), d.brief), json_object('due_on', d.due_on))",
    "text": "",
    "day": f"""max(p."on", %(today)s, coalesce(d.paused_until, ''),
        CASE WHEN s.audience IN ({_SHARED["staff"]}) THEN coalesce(date(d.taken_until, '+1 day'), '') ELSE '' END)""",
}
POSTGRES = Words(
    begin=("; ".join((*_tables(_POSTGRES, " ON COMMIT DELETE ROWS"), *_EMPTY)),),
    fill="INSERT INTO sweep_reach SELECT * FROM unnest(" + ", ".join(f"%s::{each}[]" for each in REACH_TYPES) + ")",
    count="ANALYZE sweep_due",
    words=_POSTGRES,
)
SQLITE = Words(
    begin=(*_tables(_SQLITE, ""), *_EMPTY),
    fill=f"INSERT INTO sweep_reach VALUES ({', '.join('%s' for _ in REACH_TYPES)})",
    count="",
    words=_SQLITE,
)

# Gathered first, then sorted: with LIMIT beside ORDER BY PostgreSQL reads every planned step there is along the index by deadline,
# in the hope of soon having enough. Deadlines are not joined: it expects that much is due, and would read a million of them.
IN_ORDER = "WITH due (id) AS MATERIALIZED ({gathered}) SELECT DISTINCT id FROM due ORDER BY id LIMIT {most}"

GATHER = """
INSERT INTO sweep_due
SELECT p.id, d.id, d.scope_id, d.organisation_id, p.step_id, p."on", d.due_on, s.rung, s.audience, {place}, {kind}, s.opens,
       CASE WHEN s.only_if_unseen AND d.seen_at IS NOT NULL THEN 1 ELSE 0 END, {is_bad}
FROM (
    SELECT d.id, d.scope_id, d.organisation_id, d.due_on, d.seen_at, d.taken_until, d.brief FROM notifications_deadline d
    WHERE {which}
      AND d.opened_at IS NOT NULL AND d.closed_at IS NULL AND d.waits_for_us = 0
      AND (d.paused_until IS NULL OR d.paused_until <= %(today)s)
    ORDER BY d.id {lock}
) d
JOIN notifications_plannedstep p ON p.deadline_id = d.id AND p.status = 'planned' AND p."on" <= %(today)s
JOIN notifications_reminderstep s ON s.id = p.step_id
WHERE (d.taken_until IS NULL OR d.taken_until < %(today)s OR s.opens <> '' OR s.audience NOT IN ({staff}) OR {news}) AND {loud}
"""

# What is told although it is quiet for suppliers: what goes to us, what asks at all, and what is for suppliers elsewhere.
LOUD = """(s.audience IN ({staff}) OR s.opens <> '' OR s.anchor = 'start' AND s."offset" = 0 OR {elsewhere})"""
ELSEWHERE = "d.organisation_id NOT IN (SELECT id FROM accounts_organisation WHERE country IN ({names}))"
AFTER_QUIET = "{latest}({day}, CASE WHEN {loud} THEN {nothing} ELSE %(after_quiet)s END)"

PLACES = """
SELECT DISTINCT scope_id, organisation_id, audience FROM sweep_due WHERE opens = '' AND is_dropped = 0 AND is_bad = 0
"""

# What each has been told before is looked up one by one: joined, SQLite reads every line ever sent, knowing no size of working tables.
CHOOSE = """
INSERT INTO sweep_told
SELECT step_row, deadline_id, step_id, person_id, rung, kind, role, told_as, reason,
       CASE WHEN number = 1 AND rung > before THEN 1 ELSE 0 END, CASE WHEN highest > rung OR before > rung THEN 1 ELSE 0 END
FROM (
    SELECT due.step_row, due.deadline_id, due.step_id, reach.person_id, due.rung, due.kind, reach.role, reach.told_as, reach.reason,
           coalesce((
               SELECT max(step.rung) FROM notifications_delivery line JOIN notifications_reminderstep step ON step.id = line.step_id
               WHERE line.deadline_id = due.deadline_id AND line.due_on = due.due_on AND line.person_id = reach.person_id
                 AND line.cancelled_at IS NULL
           ), -1) AS before,
           row_number() OVER (PARTITION BY due.deadline_id, reach.person_id ORDER BY due.rung DESC, due.place) AS number,
           max(due.rung) OVER (PARTITION BY due.deadline_id, reach.person_id) AS highest
    FROM sweep_due due
    JOIN sweep_reach reach
      ON reach.scope_id = due.scope_id AND reach.organisation_id = due.organisation_id AND reach.audience = due.audience
    WHERE due.opens = '' AND due.is_dropped = 0 AND due.is_bad = 0
) chosen
"""

_TOLD = """
FROM sweep_told told JOIN notifications_deadline d ON d.id = told.deadline_id
WHERE told.is_told = 1
"""
_KEY = "d.id{text} || ':' || told.rung || ':' || told.person_id{text} || ':' || d.due_on{text}"

NOTICES = (
    """
INSERT INTO notifications_notice (id, person_id, organisation_id, scope_id, deadline_id, kind, about_id, context, dedupe_key, created_at)
SELECT {new_id}, told.person_id, told.told_as, d.scope_id, d.id, told.kind, d.about_id, {context}, """
    + _KEY
    + ", %(at)s"
    + _TOLD
    + "ORDER BY d.id, told.rung, told.person_id ON CONFLICT DO NOTHING"
)

LINES = (
    """
INSERT INTO notifications_delivery (id, kind, person_id, organisation_id, scope_id, channel, deadline_id, step_id, role, due_on, turn,
                                    about_id, reason, context, dedupe_key, is_immediate, created_at, held_at, cancel_reason)
SELECT {new_id}, told.kind, told.person_id, told.told_as, d.scope_id, 'email', d.id, told.step_id, told.role, d.due_on, d.turn,
       d.about_id, told.reason, {context}, """
    + _KEY
    + ", told.kind IN ({immediate}), %(at)s, %(held_at)s, ''"
    + _TOLD
    + """  AND NOT (told.kind IN ({optional}) AND EXISTS (
    SELECT 1 FROM notifications_mute mute WHERE mute.person_id = told.person_id AND mute.kind = told.kind))
ORDER BY d.id, told.rung, told.person_id ON CONFLICT DO NOTHING"""
)

MARK = """
UPDATE notifications_plannedstep SET status = ended.status, note = ended.note, handled_at = %(at)s
FROM (
    SELECT due.step_row,
           CASE WHEN due.is_bad = 1 THEN 'failed' WHEN due.is_dropped = 1 THEN 'cancelled' WHEN due.opens <> '' THEN 'done'
                WHEN told.step_row IS NULL THEN 'unreached' WHEN told.is_told = 1 THEN 'done'
                WHEN told.is_overtaken = 1 THEN 'superseded' ELSE 'done' END AS status,
           CASE WHEN due.is_bad = 1 THEN 'brief' WHEN due.is_dropped = 1 THEN 'seen' WHEN due.opens <> '' THEN due.opens
                WHEN told.step_row IS NULL THEN 'nobody' WHEN told.is_told = 1 THEN ''
                WHEN told.is_overtaken = 1 THEN 'later' ELSE 'same' END AS note
    FROM sweep_due due
    LEFT JOIN (
        SELECT step_row, max(is_told) AS is_told, max(is_overtaken) AS is_overtaken FROM sweep_told GROUP BY step_row
    ) told ON told.step_row = due.step_row
) ended
WHERE ended.step_row = notifications_plannedstep.id
"""

ENDS = """
SELECT p.status, count(*) FROM sweep_due due JOIN notifications_plannedstep p ON p.id = due.step_row GROUP BY p.status
"""

OUTCOMES = """
SELECT d.id, d.title, due.planned_on, due.rung, due.kind, p.status, coalesce(person.email, ''), coalesce(told.role, due.audience), p.note
FROM sweep_due due
JOIN notifications_deadline d ON d.id = due.deadline_id
JOIN notifications_plannedstep p ON p.id = due.step_row
LEFT JOIN sweep_told told ON told.step_row = due.step_row AND told.is_told = 1
LEFT JOIN accounts_person person ON person.id = told.person_id
ORDER BY d.id, due.rung DESC, due.place, person.email
"""

LEFT_TO_PEOPLE = """
SELECT due.deadline_id, due.opens, p.status, due.kind
FROM sweep_due due JOIN notifications_plannedstep p ON p.id = due.step_row
WHERE due.is_bad = 0 AND due.is_dropped = 0
  AND (due.opens <> '' OR p.status = 'unreached' AND due.audience NOT IN ({staff}))
ORDER BY due.deadline_id, due.rung DESC, due.place
"""

COMING = """
INSERT INTO sweep_coming
SELECT coming.planned_on, coming.scope_id, coming.organisation_id, s.version_id, s.rung, s.audience,
       CASE WHEN s.kind IN ('documents_requested', 'task') THEN (
           SELECT {kind} FROM notifications_deadline d WHERE d.id = coming.deadline_id
       ) ELSE s.kind END AS told_kind,
       count(*)
FROM (
    SELECT p.deadline_id, d.scope_id, d.organisation_id, s.version_id, s.audience, max(s.rung) AS rung, {day} AS planned_on
    FROM notifications_plannedstep p
    JOIN notifications_reminderstep s ON s.id = p.step_id
    JOIN notifications_deadline d ON d.id = p.deadline_id
    WHERE p.status = 'planned' AND p."on" < %(until)s AND s.opens = ''
      AND d.opened_at IS NOT NULL AND d.closed_at IS NULL AND d.waits_for_us = 0
      AND NOT (s.only_if_unseen AND d.seen_at IS NOT NULL) AND {which}
    GROUP BY p.deadline_id, d.scope_id, d.organisation_id, s.version_id, s.audience, {day}
) coming
JOIN notifications_reminderstep s
  ON s.version_id = coming.version_id AND s.rung = coming.rung AND s.audience = coming.audience
WHERE coming.planned_on < %(until)s
GROUP BY coming.planned_on, coming.scope_id, coming.organisation_id, s.version_id, s.rung, s.audience, told_kind
"""

COMING_PLACES = "SELECT DISTINCT scope_id, organisation_id, audience FROM sweep_coming"

_REACHED = """
FROM sweep_coming coming
JOIN sweep_reach reach
  ON reach.scope_id = coming.scope_id AND reach.organisation_id = coming.organisation_id AND reach.audience = coming.audience
"""

COMING_LINES = (
    """
SELECT planned_on, kind, sum(cases) FROM (
    SELECT coming.planned_on, coming.kind, max(coming.cases) AS cases"""
    + _REACHED
    + """
    GROUP BY coming.planned_on, coming.scope_id, coming.organisation_id, coming.version_id, coming.rung, coming.kind, reach.person_id
) told GROUP BY planned_on, kind ORDER BY planned_on, kind
"""
)

COMING_PEOPLE = (
    "SELECT coming.planned_on, '', count(DISTINCT reach.person_id)" + _REACHED + "GROUP BY coming.planned_on ORDER BY coming.planned_on"
)
