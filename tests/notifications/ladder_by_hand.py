"""What the ladder of one deadline does on a day, said in Python: the statements of the sweep are held against it.

Of the steps whose day has come each person is told only the highest rung. What a higher rung, today's or an earlier
one, has overtaken is said to be superseded; nothing is passed over in silence.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from accounts.models import ScopeRole
from notifications.audience import Recipient
from notifications.models import PlannedStep

Status = PlannedStep.Status
ORDER = ScopeRole.Role.values
"""Of two roles at one rung the first to be told; who holds both gets one line."""
Reach = Callable[[str], Sequence[Recipient]]


@dataclass(frozen=True)
class Step:
    """A planned step whose day has come."""

    id: UUID
    rung: int
    audience: str
    kind: str
    only_if_unseen: bool = False
    opens: str = ""
    planned: Any = None


@dataclass(frozen=True)
class Decision:
    """How a step ends. `told` are those who get a line because of it."""

    step: Step
    status: str
    note: str = ""
    told: Sequence[Recipient] = field(default_factory=tuple)


def decide(steps: Sequence[Step], *, is_seen: bool, reach: Reach, told_before: Mapping[UUID, int]) -> list[Decision]:
    """`told_before` holds, for each person, the highest rung told about this due date on earlier days."""
    highest = dict(told_before)
    decisions = []
    for step in sorted(steps, key=lambda step: (-step.rung, ORDER.index(step.audience))):
        decision = _decide(step, is_seen, reach, highest)
        highest |= {person.person_id: step.rung for person in decision.told}
        decisions.append(decision)
    return decisions


def _decide(step: Step, is_seen: bool, reach: Reach, highest: Mapping[UUID, int]) -> Decision:
    if step.only_if_unseen and is_seen:
        return Decision(step, Status.CANCELLED, "seen")
    if step.opens:
        return Decision(step, Status.DONE, step.opens)
    people = reach(step.audience)
    if not people:
        return Decision(step, Status.UNREACHED, "nobody")
    told = [person for person in people if highest.get(person.person_id, -1) < step.rung]
    if told:
        return Decision(step, Status.DONE, told=told)
    is_overtaken = any(highest[person.person_id] > step.rung for person in people)
    return Decision(step, Status.SUPERSEDED, "later") if is_overtaken else Decision(step, Status.DONE, "same")
