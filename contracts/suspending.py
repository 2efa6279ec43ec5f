"""Who is suspended where, and whom one calls off from instead. Pure: made of rows that were read already."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from accounts.models import Organisation
from contracts.models import Participation, Suspension


@dataclass(frozen=True)
class Suspended:
    """One suspension, and who is there to call off from: the first in rank who is not suspended, or without ranks all others.

    Empty when nobody is left on the lot.
    """

    suspension: Suspension
    instead: Sequence[Organisation]


def suspended(participations: Iterable[Participation], suspensions: Sequence[Suspension], today: date) -> list[Suspended]:
    """Both those of one agreement that are in force today, with their suppliers and lots. Who starts later is nobody to order from."""
    here = [row for row in participations if row.starts_on is None or row.starts_on <= today]
    out = {(row.lot_id, row.supplier_id) for row in suspensions}
    ordered = sorted(suspensions, key=lambda row: (row.lot.number if row.lot else 0, row.supplier.name))
    return [Suspended(row, _instead(here, row.lot_id, out)) for row in ordered]


def mark(participations: Iterable[Participation], suspensions: Iterable[Suspension]) -> None:
    """Say of each place, as `is_suspended`, whether it rests. Whoever is suspended on the whole agreement is so on each lot."""
    out = {(row.framework_id, row.lot_id, row.supplier_id) for row in suspensions}
    for row in participations:
        places = {(row.framework_id, row.lot_id, row.supplier_id), (row.framework_id, None, row.supplier_id)}
        row.is_suspended = bool(places & out)  # type: ignore[attr-defined]


def _instead(participations: Iterable[Participation], lot: UUID | None, out: set[tuple[UUID | None, UUID]]) -> list[Organisation]:
    """A supplier on the whole agreement is on each of its lots."""
    free = [row for row in participations if row.lot_id in (lot, None) and not {(lot, row.supplier_id), (None, row.supplier_id)} & out]
    ranked = sorted((row for row in free if row.rank is not None), key=lambda row: row.rank or 0)
    chosen = [row for row in ranked if row.rank == ranked[0].rank] if ranked else sorted(free, key=lambda row: row.supplier.name)
    return list({row.supplier_id: row.supplier for row in chosen}.values())
