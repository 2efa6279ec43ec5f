"""What one contracting process says, in our words."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from contracts.ocds.parties import Party
from contracts.ocds.problems import Problem


class Kind(StrEnum):
    FRAMEWORK = "framework"
    CALL_OFF = "call_off"
    OTHER = "other"


class RejectedError(Exception):
    """This process cannot be read; the reason is for people."""

    def __init__(self, why: Problem) -> None:
        super().__init__(str(why))
        self.why = why


@dataclass(frozen=True)
class Lot:
    source_id: str
    title: str
    description: str


@dataclass(frozen=True)
class Place:
    """That a supplier is on a lot (None: the whole agreement); dates only where they differ from the agreement's."""

    supplier: Party
    lot: str | None
    rank: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True)
class Order:
    """One call-off. `source_id` is the award's id."""

    source_id: str
    title: str
    supplier: Party
    lots: tuple[str, ...]
    signed_on: date | None
    value: Decimal | None
    currency: str


@dataclass
class Process:
    ocid: str
    kind: Kind
    title: str = ""
    description: str = ""
    references: tuple[str, ...] = ()
    case_number: str = ""
    cpv: dict[str, str] = field(default_factory=dict)
    signed_on: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    value: Decimal | None = None
    currency: str = ""
    lots: list[Lot] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    framework_ocid: str = ""
    orders: list[Order] = field(default_factory=list)
    buyer: Party | None = None
    looks_like_framework: bool = False
    problems: list[Problem] = field(default_factory=list)
