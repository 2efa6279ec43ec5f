"""Whom requirements bind, worked out from who takes part. Pure: no database, no clock."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from contracts.models import Obligation, Participation, Requirement


class Key(NamedTuple):
    requirement: UUID
    supplier: UUID
    lot: UUID | None


class Term(NamedTuple):
    """From and to; None is open at that end."""

    starts_on: date | None
    ends_on: date | None

    def reaches(self, today: date) -> bool:
        return self.ends_on is None or self.ends_on >= today


def key(row: Obligation) -> Key:
    return Key(row.requirement_id, row.supplier_id, row.lot_id)


def terms(requirements: Sequence[Requirement], participations: Sequence[Participation]) -> dict[Key, Term]:
    """Who is bound by what, and when. A supplier whose rank changed has two participations and one unbroken term."""
    found: dict[Key, Term] = {}
    for requirement in requirements:
        covered = {lot.pk for lot in requirement.lots.all()}
        for row in participations:
            for lot in _lots(row, covered):
                place = Key(requirement.pk, row.supplier_id, lot)
                found[place] = _joined(found.get(place), _within(requirement, row))
    return found


def changed(row: Obligation, term: Term | None, today: date) -> Term:
    """What the dates of an existing obligation should be. One that nothing wants any more ends today and stays."""
    if term is None:
        return Term(row.valid_from, min(row.valid_to or today, today))
    return term


def _lots(row: Participation, covered: set[UUID]) -> Iterable[UUID | None]:
    """A requirement without lots covers them all; a participation without a lot is on all of them."""
    if row.lot_id is None:
        return covered or {None}
    return {row.lot_id} if not covered or row.lot_id in covered else ()


def _within(requirement: Requirement, row: Participation) -> Term:
    starts = [day for day in (requirement.valid_from, row.starts_on) if day]
    ends = [day for day in (requirement.withdrawn_on, row.ends_on) if day]
    return Term(max(starts, default=None), min(ends, default=None))


def _joined(one: Term | None, other: Term) -> Term:
    if one is None:
        return other
    starts = None if None in (one.starts_on, other.starts_on) else min(one.starts_on, other.starts_on)  # type: ignore[type-var]
    ends = None if None in (one.ends_on, other.ends_on) else max(one.ends_on, other.ends_on)  # type: ignore[type-var]
    return Term(starts, ends)
