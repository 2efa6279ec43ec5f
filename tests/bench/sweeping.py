"""How the engine's sweep compares with the least that could do it, on a large database. Run by `tests.bench` in a process of its own.

"Bare" is one INSERT … SELECT … ON CONFLICT DO NOTHING with the same joins and the latest step for each deadline and person, without lock,
marking, superseding, or notices. Everything runs in a transaction that is rolled back, so that each run meets the same rows; a commit costs
both alike. Prints one JSON object.
"""

# ruff: noqa: E402
import json
import logging
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import django

django.setup()

from django.db import connection, transaction
from django.utils import timezone

from notifications import audience, deadlines, forecast, reminders
from notifications.models import Delivery, PlannedStep
from notifications.sweeping import WorkingTables
from tests.bench import engine_world
from tests.bench.engine import ENGINE

RUNS = 5
FEW, MANY = 500, 5_000
"""Steps due today."""


def main(total: int) -> None:
    """The sweep of few for every size; all the rest for the large one, `total` of a million."""
    logging.disable(logging.INFO)
    world = engine_world.build(deadlines=total)
    engine_world.make_due(FEW, world.today)
    found: dict[str, Any] = {"written in": world.seconds, "sweep of few": median(lambda: swept(world.today))}
    if total == ENGINE[1]:
        engine_world.make_due(MANY - FEW, world.today)
        found |= of_many(world)
    print(json.dumps(found))


def of_many(world: engine_world.World) -> dict[str, Any]:
    today = world.today
    found: dict[str, Any] = {"bare": median(lambda: bare(today))}
    found["sweep"], found["second sweep"] = zip_medians(lambda: twice(today))
    found["lines"] = lines(today)
    found["loop"] = loop(today, 1000) * MANY / 1000
    third = today + timedelta(days=2)
    found["three dead days"] = median(lambda: swept(third))
    found["three dead days, due"] = PlannedStep.objects.due(third).count()
    found["due"] = PlannedStep.objects.due(today).count()
    found["forecast of 30 days"] = median(lambda: timed(lambda: list(forecast.coming(start=today, days=30))))
    found["open one"], found["move one"] = opened_and_moved(world)
    found["open 10 000"] = opened_many(world)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT checkpoints_timed + checkpoints_req FROM pg_stat_bgwriter")
            found["checkpoints"] = cursor.fetchone()[0]
    return found


def timed(run: Callable[[], object]) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    run()
    return (time.perf_counter() - began) * 1000


def median(run: Callable[[], float]) -> float:
    undone(run)
    return statistics.median(undone(run) for _ in range(RUNS))


def undone(run: Callable[[], Any]) -> Any:
    with transaction.atomic():
        found = run()
        transaction.set_rollback(True)
    tidy()
    return found


def tidy() -> None:
    """What was rolled back leaves dead rows on PostgreSQL; they are not what is measured."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for table in ("notifications_delivery", "notifications_notice", "notifications_plannedstep", "notifications_deadline"):
                cursor.execute(f"VACUUM {table}")


def zip_medians(run: Callable[[], tuple[float, float]]) -> tuple[float, float]:
    undone(run)
    pairs = [undone(run) for _ in range(RUNS)]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)


def swept(today: date) -> float:
    return timed(lambda: reminders.sweep(today=today, now=timezone.now(), is_scheduled=True))


def twice(today: date) -> tuple[float, float]:
    return swept(today), swept(today)


def lines(today: date) -> int:
    def count() -> int:
        before = Delivery.objects.count()
        reminders.sweep(today=today, now=timezone.now(), is_scheduled=True)
        return Delivery.objects.count() - before

    return int(undone(count))


def bare(today: date) -> float:
    tables = WorkingTables(today=today)
    tables.values["at"] = connection.ops.adapt_datetimefield_value(timezone.now())
    tables.values["moment"] = "0" * 12
    return timed(lambda: tables.run(BARE))


BARE = """
INSERT INTO notifications_delivery (id, kind, person_id, organisation_id, scope_id, channel, deadline_id, step_id, role, due_on, turn,
                                    about_id, reason, context, dedupe_key, is_immediate, created_at, cancel_reason)
SELECT {new_id}, t.kind, t.person_id, t.organisation_id, t.scope_id, 'email', t.id, t.step_id, t.role, t.due_on, t.turn, t.about_id, '',
       {context_of}, t.id{text} || ':' || t.rung || ':' || t.person_id{text} || ':' || t.due_on{text}, {false}, %(at)s, ''
FROM (
    SELECT d.*, p.step_id, s.rung, s.kind AS told_kind, s.audience, held.person_id, held.role,
           row_number() OVER (PARTITION BY d.id, held.person_id ORDER BY s.rung DESC) AS number
    FROM notifications_plannedstep p
    JOIN notifications_deadline d ON d.id = p.deadline_id
    JOIN notifications_reminderstep s ON s.id = p.step_id
    JOIN accounts_scoperole held ON held.scope_id = d.scope_id AND held.role = s.audience
     AND (held.organisation_id = d.organisation_id OR s.audience IN ({staff}))
    JOIN accounts_person person ON person.id = held.person_id
    WHERE p.status = 'planned' AND p."on" <= %(today)s
      AND d.opened_at IS NOT NULL AND d.closed_at IS NULL AND d.waits_for_us = 0
      AND (d.paused_until IS NULL OR d.paused_until <= %(today)s) AND s.opens = ''
      AND (held.starts_on IS NULL OR held.starts_on <= %(today)s) AND (held.ends_on IS NULL OR held.ends_on >= %(today)s)
      AND person.undeliverable_since IS NULL
      AND (EXISTS (SELECT 1 FROM accounts_membership m JOIN accounts_user u ON u.id = m.user_id
                   WHERE m.organisation_id = held.organisation_id AND u.person_id = held.person_id AND u.is_active AND m.ended_at IS NULL)
        OR EXISTS (SELECT 1 FROM accounts_contact c WHERE c.organisation_id = held.organisation_id AND c.person_id = held.person_id
                   AND c.confirmed_at IS NOT NULL AND c.ended_at IS NULL))
) t WHERE t.number = 1
ON CONFLICT DO NOTHING
"""
if connection.vendor == "postgresql":
    BARE = BARE.replace("{false}", "false").replace(
        "{context_of}", "jsonb_build_object('title', t.title) || t.brief || jsonb_build_object('due_on', t.due_on::text)"
    )
else:  # in the order written: SQLite's planner would begin with the roles, and take five times as long
    BARE = (
        BARE.replace("{false}", "0")
        .replace("{context_of}", "json_patch(json_patch(json_object('title', t.title), t.brief), json_object('due_on', t.due_on))")
        .replace("    JOIN ", "    CROSS JOIN ")
    )


def loop(today: date, most: int) -> float:
    """What one writes first: get_or_create for each due step and person, each committed by itself. Taken back afterwards."""
    rows = PlannedStep.objects.due(today).awaited(today).select_related("deadline", "step").order_by("id")[:most]
    made = []
    began = time.perf_counter()
    for row in rows:
        place = {"scope_id": row.deadline.scope_id, "organisation_id": row.deadline.organisation_id}
        for person in (
            audience.contacts(role=row.step.audience, today=today, **place) if row.step.audience not in audience.STAFF_CHAIN else ()
        ):
            line, _is_new = Delivery.objects.get_or_create(
                dedupe_key=f"loop:{row.deadline_id}:{row.step.rung}:{person.pk}:{row.deadline.due_on}",
                defaults={
                    "kind": row.step.kind,
                    "person": person,
                    "organisation_id": row.deadline.organisation_id,
                    "scope_id": row.deadline.scope_id,
                    "deadline": row.deadline,
                    "step": row.step,
                    "due_on": row.deadline.due_on,
                    "turn": row.deadline.turn,
                    "about_id": row.deadline.about_id,
                    "context": row.deadline.brief,
                    "created_at": timezone.now(),
                },
            )
            made.append(line.pk)
    spent = (time.perf_counter() - began) * 1000
    Delivery.objects.filter(pk__in=made).delete()
    tidy()
    return spent


def opened_and_moved(world: engine_world.World) -> tuple[float, float]:
    opened, moved = [], []

    def both() -> None:
        began = time.perf_counter()
        deadline = deadlines.open_new(**world.fields())
        between = time.perf_counter()
        deadlines.move(deadline, due_on=deadline.due_on + timedelta(days=7), today=world.today, now=timezone.now())
        opened.append((between - began) * 1000)
        moved.append((time.perf_counter() - between) * 1000)

    for _ in range(20):
        undone(both)
    return statistics.median(opened), statistics.median(moved)


def opened_many(world: engine_world.World) -> float:
    def run() -> float:
        return timed(lambda: [deadlines.open_many([world.fields() for _ in range(500)]) for _ in range(20)])

    return float(undone(run))


if __name__ == "__main__":
    main(int(sys.argv[1]))
