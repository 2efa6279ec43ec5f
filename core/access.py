"""Asking the role matrix where no state table does: for things that have no status."""

from typing import Protocol
from uuid import UUID

from core.errors import NotAllowed
from core.states import Actor


class About(Protocol):
    """A row that knows the agreement and the supplier it is about."""

    @property
    def scope_id(self) -> UUID | None: ...

    @property
    def organisation_id(self) -> UUID | None: ...


def may(actor: Actor, action: str, about: About | None = None) -> bool:
    """Whether the role includes the action, here where `about` is given, else at all."""
    if about is None:
        return actor.may(action)
    return actor.may(action, scope_id=about.scope_id, organisation_id=about.organisation_id)


def require(actor: Actor, action: str, about: About | None = None) -> None:
    """Raise NotAllowed (403) unless `may`."""
    if not may(actor, action, about):
        raise NotAllowed
