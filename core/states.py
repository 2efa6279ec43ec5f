"""How a status may change: one table a machine, one function that reads it.

The tables themselves live in `contracts/states.py` and `followup/states.py`. Nothing else writes a status column.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.db import models, transaction
from django.utils.translation import gettext as _

from core import history, rows
from core.errors import NotAllowed, WrongState


class Actor(Protocol):
    """Somebody who does something: a user, or the system itself."""

    @property
    def name(self) -> str: ...

    def may(self, action: str, *, scope_id: UUID | None = None, organisation_id: UUID | None = None) -> bool:
        """Whether the role this actor has here (on this agreement, for this supplier) includes the action."""


class Case(Protocol):
    """A row with a status: it knows the agreement and the supplier it is about."""

    pk: Any
    status: str

    def get_status_display(self) -> str: ...

    @property
    def scope_id(self) -> UUID | None: ...

    @property
    def organisation_id(self) -> UUID | None: ...


@dataclass(frozen=True)
class Transition:
    """`name` from any of `sources` to `to` (None: the status stays), for those who have the action `needs`."""

    name: str
    sources: frozenset[str]
    to: str | None
    needs: str


Machine = Mapping[str, Transition]


def machine(*transitions: Transition) -> Machine:
    return {transition.name: transition for transition in transitions}


def transition(name: str, *sources: str, to: str | None, needs: str) -> Transition:
    return Transition(name, frozenset(sources), to, needs)


def possible(table: Machine, case: Case, actor: Actor) -> set[str]:
    """The names of what this actor can do with the case now: the buttons of a page."""
    return {
        change.name
        for change in table.values()
        if case.status in change.sources and actor.may(change.needs, scope_id=case.scope_id, organisation_id=case.organisation_id)
    }


def check(table: Machine, case: Case, name: str, *, actor: Actor) -> Transition:
    """Raise NotAllowed (403) before WrongState (409), in the order that outsiders are promised."""
    change = table[name]
    if not actor.may(change.needs, scope_id=case.scope_id, organisation_id=case.organisation_id):
        raise NotAllowed
    if case.status not in change.sources:
        text = _("This cannot be done in the state “%(state)s”. It may have changed since you opened it; look at it again.")
        raise WrongState(text % {"state": case.get_status_display()})
    return change


def hold(table: Machine, case: Case, name: str, *, actor: Actor) -> Transition:
    """Check it as the case stands now, under lock: of two at the same moment the second reads what the first did, and hears so.

    Call it first in the transaction. Whoever moves the case must have seen it in the state that it is in: what another has moved
    meanwhile is looked at again, also where the next state would allow the same.
    """
    assert isinstance(case, models.Model)
    seen = case.status
    rows.lock(case)
    change = check(table, case, name, actor=actor)
    if change.to and case.status != seen:
        raise WrongState
    return change


def advance(
    table: Machine,
    case: Case,
    name: str,
    *,
    actor: Actor,
    now: datetime,
    changes: dict[str, Any] | None = None,
    is_internal: bool = False,
) -> None:
    """Move the case by compare-and-set and write its history row.

    Of two clicks at the same moment one finds the old status gone and gets WrongState.
    """
    change = check(table, case, name, actor=actor)
    assert isinstance(case, models.Model)
    before, after = case.status, change.to or case.status
    with transaction.atomic():
        moved = type(case)._base_manager.filter(pk=case.pk, status=before).update(status=after)
        if not moved:
            raise WrongState
        case.status = after
        moves = {"status": [before, after]} if after != before else {}
        history.record(actor=actor, now=now, verb=name, about=case, changes={**moves, **(changes or {})}, is_internal=is_internal)
