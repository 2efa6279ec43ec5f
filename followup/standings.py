"""How obligations stand when findings are counted in, for the pages of agreements. Named in the settings, because those pages lie below."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from accounts.models import User
from contracts.models import Obligation
from followup.compliance import GRAVE, Found, Standing, standing
from followup.models import Finding


def of(obligations: Iterable[Obligation], *, user: User) -> dict[UUID, Standing]:
    """Of those that a finding says something about, as far as this person may know of it. One query."""
    by_key = {row.pk: row for row in obligations}
    seen = Finding.objects.visible_to(user).filter(obligations__in=list(by_key), severity__code__in=GRAVE).exclude(outcome="withdrawn")
    found: dict[UUID, list[Found]] = {}
    for key, *facts in seen.values_list("obligations", "number", "severity__code", "status", "outcome", "closed_on"):
        found.setdefault(key, []).append(_found(*facts))
    return {key: _standing(by_key[key], rows) for key, rows in found.items() if key in by_key}


def _found(number: int, severity: str, status: str, outcome: str, closed_on: Any) -> Found:
    return Found(number, severity, is_open=status != "closed", is_put_right=outcome == "put_right", closed_on=closed_on)


def _standing(row: Obligation, found: list[Found]) -> Standing:
    return standing(verified=row.verified, checked_on=row.checked_on, found=found)
