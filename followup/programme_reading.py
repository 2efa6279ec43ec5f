"""What has become of an audit programme, and what audits cost: counts and sums for many at once."""

from collections.abc import Callable, Iterable
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
    """Hours, and money by the currency it was spent in. `spent` has it by that and the one it is counted in, `counted` what it is there."""

    hours: Decimal = NONE
    spent: dict[tuple[str, str], Decimal] = field(default_factory=dict)
    counted: dict[str, Decimal] = field(default_factory=dict)

    def add(self, hours: Decimal | None, amount: Decimal | None, counted: Decimal | None, currency: str, counted_in: str) -> None:
        self.hours += hours or NONE
        if amount:
            key = (currency, counted_in)
            self.spent[key] = self.spent.get(key, NONE) + amount
        if counted:
            self.counted[counted_in] = self.counted.get(counted_in, NONE) + counted

    @property
    def money(self) -> dict[str, Decimal]:
        return self._by_currency(lambda currency, counted_in: True)

    def used(self, budget: str) -> Decimal:
        """In the currency of a budget: what was spent in it, and what is counted in it."""
        return self.money.get(budget, NONE) + self.counted.get(budget, NONE)

    def uncounted(self, budget: str) -> dict[str, Decimal]:
        return self._by_currency(lambda currency, counted_in: budget not in (currency, counted_in))

    def _by_currency(self, wanted: Callable[[str, str], bool]) -> dict[str, Decimal]:
        found: dict[str, Decimal] = {}
        for (currency, counted_in), amount in self.spent.items():
            if wanted(currency, counted_in):
                found[currency] = found.get(currency, NONE) + amount
        return found

    @property
    def is_any(self) -> bool:
        return bool(self.hours or self.spent)


@dataclass
class Figures:
    """Of a programme: how many audits stand where, what was used of the budget, and what nobody has counted in its currency."""

    programme: Programme
    planned: int = 0
    held: int = 0
    reported: int = 0
    cancelled: int = 0
    costs: Costs = field(default_factory=Costs)

    @property
    def used(self) -> Decimal:
        return self.costs.used(self.programme.currency)

    @property
    def left(self) -> Decimal | None:
        return None if self.programme.budget is None else self.programme.budget - self.used

    @property
    def is_over(self) -> bool:
        return self.left is not None and self.left < 0

    @property
    def others(self) -> dict[str, Decimal]:
        return self.costs.uncounted(self.programme.currency)

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
    rows = AuditCost.objects.filter(**which).values(per, "currency", "counted_currency").order_by()
    sums = rows.annotate(Sum("hours"), Sum("amount"), Sum("counted"))
    return sums.values_list(per, "hours__sum", "amount__sum", "counted__sum", "currency", "counted_currency")
