"""The statements of the sweep do on every day what the same rules do by hand, whatever the ladder and whoever holds which role."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Absence, Person, ScopeRole
from notifications import audience, reminders
from notifications.models import Deadline, Delivery, PlannedStep, PolicyVersion, ReminderPolicy, ReminderStep
from tests import factories
from tests.cast import Cast
from tests.factories import NOW, TODAY
from tests.notifications import ladder_by_hand
from tests.notifications.engine import at, open_request

pytestmark = [pytest.mark.django_db, pytest.mark.both]

DAYS = 6
THEIRS = ("responsible", "csr", "key_account", "representative", "director")
OURS = ("owner", "manager", "deputy", "section_head")


@dataclass(frozen=True)
class Rung:
    rung: int
    audience: str
    day: int
    only_if_unseen: bool
    opens: str


@dataclass(frozen=True)
class World:
    """`holders` are (role, number of a person); `away` are (number, first day, number of the deputy or None)."""

    rungs: list[Rung]
    holders: list[tuple[str, int]]
    away: list[tuple[int, int, int | None]]
    is_seen: bool
    taken_until: int | None


rungs = st.builds(
    Rung,
    st.integers(0, 5),
    st.sampled_from(THEIRS + OURS),
    st.integers(0, DAYS - 1),
    st.booleans(),
    st.sampled_from(["", "", "", "formal_notice"]),
)
worlds = st.builds(
    World,
    st.lists(rungs, min_size=1, max_size=10, unique_by=lambda rung: (rung.rung, rung.audience)),
    st.lists(st.tuples(st.sampled_from(THEIRS), st.integers(0, 3)), max_size=6, unique=True),
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, DAYS), st.none() | st.integers(0, 3)), max_size=2),
    st.booleans(),
    st.none() | st.integers(0, DAYS),
)


@given(world=worlds)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_same_by_statements_and_by_hand(cast: Cast, world: World) -> None:
    with transaction.atomic():
        deadline, steps = build(cast, world)
        for day in range(DAYS):
            today = TODAY + timedelta(days=day)
            expected = by_hand(deadline, steps, today)
            reminders.sweep(today=today, now=at(today))
            assert by_statements(deadline, steps) == expected
        transaction.set_rollback(True)


def build(cast: Cast, world: World) -> tuple[Deadline, list[PlannedStep]]:
    deadline = open_request(cast, supplier=cast.polar)
    deadline.steps.all().delete()
    people = [factories.person(f"p{number}@polar.example") for number in range(4)]
    for person in people:
        factories.contact(cast.polar, person)
    ScopeRole.objects.filter(organisation=cast.polar).delete()
    for role, number in world.holders:
        factories.role(cast.pc, cast.polar, role, people[number])
    for number, first, deputy in world.away:
        stand_in = people[deputy] if deputy is not None and deputy != number else None
        days = {"starts_on": TODAY + timedelta(days=first), "ends_on": TODAY + timedelta(days=first + 2)}
        Absence.objects.create(person=people[number], deputy=stand_in, created_at=NOW, **days)
    taken = TODAY + timedelta(days=world.taken_until) if world.taken_until is not None else None
    Deadline.objects.filter(pk=deadline.pk).update(seen_at=NOW if world.is_seen else None, taken_until=taken)
    deadline.refresh_from_db()
    return deadline, plan(deadline, world)


def plan(deadline: Deadline, world: World) -> list[PlannedStep]:
    policy = ReminderPolicy.objects.create(code="any", kind="document_request", name="Hvilken som helst")
    version = PolicyVersion.objects.create(policy=policy, number=1, created_at=NOW)
    planned = []
    for rung in world.rungs:
        step = ReminderStep.objects.create(
            version=version, rung=rung.rung, anchor="due", offset=0, audience=rung.audience, kind="reminder_before",
            only_if_unseen=rung.only_if_unseen, opens=rung.opens,
        )  # fmt: skip
        planned.append(PlannedStep.objects.create(deadline=deadline, step=step, on=TODAY + timedelta(days=rung.day)))
    return planned


def by_hand(deadline: Deadline, steps: list[PlannedStep], today: date) -> tuple[dict[UUID, str], set[tuple[str, int, str]]]:
    """What should hold after this day, from what holds before it."""
    rests = deadline.taken_until is not None and deadline.taken_until >= today
    statuses, told = by_statements(deadline, steps)
    due = [
        ladder_by_hand.Step(row.pk, row.step.rung, row.step.audience, row.step.kind, row.step.only_if_unseen, row.step.opens)
        for row in steps
        if statuses[row.pk] == "planned" and row.on <= today and not (rests and row.step.audience in OURS and not row.step.opens)
    ]
    emails = dict(Person.objects.values_list("pk", "email"))
    keys = {email: key for key, email in emails.items()}
    before: dict[UUID, int] = {}
    for email, rung, _reason in told:
        before[keys[email]] = max(rung, before.get(keys[email], rung))
    directory = audience.Directory(scope_ids=[deadline.scope_id], organisation_ids=[deadline.organisation_id], today=today)
    decided = ladder_by_hand.decide(
        due,
        is_seen=deadline.seen_at is not None,
        reach=lambda role: directory.reached(role, scope_id=deadline.scope_id, organisation_id=deadline.organisation_id),
        told_before=before,
    )
    statuses = {**statuses, **{decision.step.id: decision.status for decision in decided}}
    return statuses, told | {(one.email, decision.step.rung, one.reason) for decision in decided for one in decision.told}


def by_statements(deadline: Deadline, steps: list[PlannedStep]) -> tuple[dict[UUID, str], set[tuple[str, int, str]]]:
    statuses = dict(PlannedStep.objects.filter(pk__in=[step.pk for step in steps]).values_list("pk", "status"))
    lines = list(Delivery.objects.filter(deadline=deadline).values_list("person__email", "step__rung", "reason"))
    assert len(lines) == len({(email, rung) for email, rung, _reason in lines}), "somebody was told the same rung twice"
    return statuses, set(lines)
