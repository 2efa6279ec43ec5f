"""What the follow-up knows of obligations and these pages do not: whether something that was found makes one read otherwise,
and which of them an audit firm checks.

The settings name the module, because the follow-up lies above; without one obligations read as they were judged. It has two
functions of the same rule: `of` for rows at hand, `overruling` for a whole list in the database.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from importlib import import_module
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db.models import Q

if TYPE_CHECKING:
    from contracts.models import Obligation

NONE = Q(pk__in=[])
SOME = 500


class Judged(NamedTuple):
    """What the rule asks of an obligation: our latest judgement and its day."""

    pk: UUID
    verified: str
    checked_on: date | None


class Overruling(NamedTuple):
    """Tests on obligations: those that read as not met because of what was found, and those that have to be judged anew."""

    failed: Q = NONE
    to_judge: Q = NONE


def of(judged: Iterable[Judged], *, user: Any) -> dict[UUID, Any]:
    """The standing of those that something was found about, as far as this person may know of it."""
    rows = list(judged)
    module = _module()
    return module.of(rows, user=user) if module and rows else {}


def attach(obligations: Sequence["Obligation"], *, user: Any) -> None:
    """Gives each of them a `standing` where there is one; `matrix.reading` goes by it."""
    found = of((Judged(each.pk, each.verified, each.checked_on) for each in obligations), user=user)
    for each in obligations:
        each.standing = found.get(each.pk)  # type: ignore[attr-defined]


def attached(obligations: Iterable["Obligation"], *, user: Any) -> Iterator["Obligation"]:
    """The same for a stream of any length, some at a time."""
    stream = iter(obligations)
    while some := list(islice(stream, SOME)):
        attach(some, user=user)
        yield from some


def overruling(user: Any) -> Overruling:
    module = _module()
    return Overruling(*module.overruling(user)) if module else Overruling()


def checked_by(user: Any) -> Q:
    """A test on obligations: those that audits of this person's firm check."""
    module = _module()
    found: Q = module.checked_by(user) if module else NONE
    return found


def _module() -> Any:
    name = getattr(settings, "OBLIGATION_STANDINGS", "")
    return import_module(name) if name else None
