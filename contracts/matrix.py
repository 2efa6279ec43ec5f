"""Requirements × suppliers, lot by lot: what the agreement page shows, made of rows that were read already. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from accounts.models import Organisation
from contracts.models import Declared, Lot, Obligation, Participation, Requirement, Theme, Verified

PASSED = (Verified.MET,)
PARTLY = (Verified.PARTLY_MET,)
FAILED = (Verified.NOT_MET, Verified.NOT_DOCUMENTED)
LEFT_OUT = (Verified.NOT_APPLICABLE, Verified.WAIVED)

SHAPES = {
    Verified.MET: "check",
    Verified.PARTLY_MET: "half",
    Verified.NOT_MET: "cross",
    Verified.NOT_DOCUMENTED: "question",
    Verified.NOT_APPLICABLE: "dash",
    Verified.WAIVED: "dash",
    "expired": "clock",
    "to_judge": "question",
}


class Reading(NamedTuple):
    """How an obligation reads today: the word's kind and code in core/status_words.py, and a shape that says the same."""

    kind: str
    code: str
    shape: str


def reading(obligation: Obligation, today: date) -> Reading:
    """What we checked comes before what the supplier says. Past its date a check reads as expired, never as met.

    What was found since comes before both (`contracts.standings`).
    """
    if is_overruled(obligation):
        code = obligation.standing.code  # type: ignore[attr-defined]
        return Reading("verified", code, SHAPES[code])
    if obligation.verified != Verified.UNKNOWN:
        code = "expired" if obligation.is_expired(today) else obligation.verified
        return Reading("verified", code, SHAPES[code])
    if obligation.declared != Declared.UNKNOWN:
        return Reading("declared", obligation.declared, "speech")
    return Reading("verified", Verified.UNKNOWN, "circle")


@dataclass
class Shares:
    """How many obligations are met, partly met, failed, only stated, and unknown. What is waived or not relevant is left out."""

    verified: int = 0
    partly: int = 0
    failed: int = 0
    declared: int = 0
    unknown: int = 0

    @property
    def total(self) -> int:
        return self.verified + self.partly + self.failed + self.declared + self.unknown

    def count(self, obligation: Obligation, today: date) -> None:
        checked = _known(obligation, today)
        if checked in PASSED:
            self.verified += 1
        elif checked in PARTLY:
            self.partly += 1
        elif checked in FAILED:
            self.failed += 1
        elif checked not in LEFT_OUT:
            self.declared += obligation.declared != Declared.UNKNOWN
            self.unknown += obligation.declared == Declared.UNKNOWN


def _known(obligation: Obligation, today: date) -> str:
    """Neither a check past its date nor one that has to be made anew is known any more."""
    code = reading(obligation, today).code if is_overruled(obligation) or obligation.is_expired(today) else obligation.verified
    return Verified.UNKNOWN if code in ("expired", "to_judge") else code


def is_overruled(obligation: Obligation) -> bool:
    """Whether something that was found makes it read otherwise than it was judged."""
    standing = getattr(obligation, "standing", None)
    return standing is not None and standing.because is not None


def shares(obligations: Iterable[Obligation], today: date) -> Shares:
    found = Shares()
    for obligation in obligations:
        found.count(obligation, today)
    return found


class Row(NamedTuple):
    """A requirement and, for each supplier of the table, its obligation or None where it binds nobody."""

    requirement: Requirement
    cells: list[Obligation | None]


class Group(NamedTuple):
    theme: str
    rows: list[Row]


class Table(NamedTuple):
    """One lot's part of the matrix; `lot` is None for the whole agreement."""

    lot: Lot | None
    suppliers: list[Organisation]
    groups: list[Group]


def tables(
    *, participations: Sequence[Participation], requirements: Sequence[Requirement], obligations: Sequence[Obligation]
) -> list[Table]:
    """Suppliers stand by rank. A lot without suppliers has no table, and a requirement that binds nobody there no row."""
    by_place = {(row.requirement_id, row.supplier_id, row.lot_id): row for row in obligations}
    found = []
    lots = {row.lot for row in participations if row.lot} | {row.lot for row in obligations if row.lot}
    for lot in (*sorted(lots, key=lambda lot: lot.number), None):
        suppliers = _suppliers(participations, lot.pk if lot else None, obligations)
        groups = _groups(requirements, [(supplier.pk, lot.pk if lot else None) for supplier in suppliers], by_place)
        if suppliers and (groups or not requirements):
            found.append(Table(lot, suppliers, groups))
    return found


def _suppliers(participations: Sequence[Participation], lot: UUID | None, obligations: Sequence[Obligation]) -> list[Organisation]:
    """Those on the lot, and those on the whole agreement where something binds them on this lot."""
    bound = {row.supplier_id for row in obligations if row.lot_id == lot}
    here = [row for row in participations if row.lot_id == lot or (row.lot_id is None and row.supplier_id in bound)]
    ranked = sorted(here, key=lambda row: (row.rank is None, row.rank or 0, row.supplier.name))
    return list({row.supplier_id: row.supplier for row in ranked}.values())


def _groups(
    requirements: Sequence[Requirement], places: list[tuple[UUID, UUID | None]], by_place: dict[tuple[UUID, UUID, UUID | None], Obligation]
) -> list[Group]:
    rows = [Row(each, [by_place.get((each.pk, supplier, lot)) for supplier, lot in places]) for each in requirements]
    bound = [row for row in rows if any(row.cells)]
    themes = list(Theme)
    bound.sort(key=lambda row: (themes.index(Theme(row.requirement.theme)), row.requirement.number))
    return [Group(str(Theme(theme).label), list(group)) for theme, group in groupby(bound, key=lambda row: row.requirement.theme)]
