"""Planned steps in words: who would be told of what, and why; for the list behind a day of coming mail."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from accounts.models import Person
from notifications import kinds, ladder_picture
from notifications.audience import Directory
from notifications.models import PlannedStep
from notifications.rendering import ROLE_WORDS


def told(steps: Sequence[PlannedStep], *, today: date) -> list[dict[str, Any]]:
    """With the roles of today. A handful of queries, however many steps."""
    places = [(step.deadline.scope_id, step.deadline.organisation_id) for step in steps]
    directory = Directory(scope_ids={scope for scope, _o in places}, organisation_ids={owes for _s, owes in places}, today=today)
    reached = {
        step.pk: directory.reached(step.step.audience, scope_id=step.deadline.scope_id, organisation_id=step.deadline.organisation_id)
        for step in steps
        if not step.step.opens
    }
    people = Person.objects.in_bulk({person.person_id for found in reached.values() for person in found})
    return [
        {
            "step": step,
            "label": kinds.told_by(step.step.kind, step.deadline.brief).label,
            "role": ROLE_WORDS.get(step.step.audience, step.step.audience),
            "people": [people[person.person_id] for person in reached.get(step.pk, [])],
            "why": ladder_picture.when(step.step),
        }
        for step in steps
    ]
