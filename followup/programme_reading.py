"""What has become of an audit programme, and what audits cost: counts and sums for many at once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Sum

from followup.models import Audit, AuditCost, Programme

S = Audit.Status
STAGES = {
    S.PLANNED: "planned",
    S.ANNOUNCED: "planned",
    S.PERFORMED: "held",
    S.REPORTED: "reported",
    S.CLOSED: "reported",
    S.CANCELLED: "cancelled",
}
NONE = Decimal(0)


@dataclass
class Costs:
    """Hours, and money by currency."""

    hours: Decimal = NONE
    money: dict[str, Decimal] = field(default_factory=dict)

    def add(self, hours: Decimal | None, amount: Decimal | None, currency: str) -> None:
        self.hours += hours or NONE
        if amount:
            self.money[currency] = self.money.get(currency, NONE) + amount

    @property
    def is_any(self) -> bool:
        return bool(self.hours or self.money)


@dataclass
class Figures:
    """Of a programme: how many audits stand where, what was used in its own currency, and in others, which count for nothing here."""

    programme: Programme
    planned: int = 0
    held: int = 0
    reported: int = 0
    cancelled: int = 0
    costs: Costs = field(default_factory=Costs)

    @property
    def used(self) -> Decimal:
        return self.costs.money.get(self.programme.currency, NONE)

    @property
    def left(self) -> Decimal | None:
        return None if self.programme.budget is None else self.programme.budget - self.used

    @property
    def is_over(self) -> bool:
        return self.left is not None and self.left < 0

    @property
    def others(self) -> dict[str, Decimal]:
        return {currency: amount for currency, amount in self.costs.money.items() if currency != self.programme.currency}

    @property
    def audits(self) -> int:
        """Without those that were called off."""
        return self.planned + self.held + self.reported


def figures_of(programmes: Iterable[Programme]) -> dict[UUID, Figures]:
    """Two queries, however many there are."""
    found = {programme.pk: Figures(programme) for programme in programmes}
    audits = Audit.objects.filter(programme__in=found)
    for key, status, number in audits.values_list("programme", "status").annotate(Count("pk")).order_by():
        stage = STAGES[S(status)]
        setattr(found[key], stage, getattr(found[key], stage) + number)
    for key, *spent in _sums("audit__programme", audit__programme__in=found):
        found[key].costs.add(*spent)
    return found


def costs_of(audit: Audit) -> Costs:
    costs = Costs()
    for _key, *spent in _sums("audit", audit=audit):
        costs.add(*spent)
    return costs


def _sums(per: str, **which: Any) -> Any:
    rows = AuditCost.objects.filter(**which).values(per, "currency").annotate(Sum("hours"), Sum("amount")).order_by()
    return rows.values_list(per, "hours__sum", "amount__sum", "currency")
