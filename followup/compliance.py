"""How a requirement stands with a supplier: what follows from our latest judgement and from what has been found. Pure.

Nothing turns green by silence, by a date, or by closing a finding: only a person's judgement with evidence does that.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from contracts.models import Verified

TO_JUDGE = "to_judge"
"""A grave finding was closed after the latest judgement: a person has to look anew."""

FAVOURABLE = frozenset({Verified.MET, Verified.PARTLY_MET})
GRAVE = frozenset({"critical", "major"})


@dataclass(frozen=True)
class Found:
    """A finding on the requirement, as far as it matters here. `closed_on` is None while it is open."""

    number: int
    severity: str
    is_open: bool
    is_put_right: bool = False
    closed_on: date | None = None

    @property
    def is_grave(self) -> bool:
        return self.severity in GRAVE


@dataclass(frozen=True)
class Standing:
    """The word it reads as, and the finding that makes it so; None where the judgement alone does."""

    code: str
    because: Found | None = None


def standing(*, verified: str, checked_on: date | None, found: Iterable[Found]) -> Standing:
    """An open grave finding comes before any judgement; one closed since the judgement takes the green away until we judge anew."""
    grave = sorted((each for each in found if each.is_grave), key=lambda each: each.number)
    if open_one := next((each for each in grave if each.is_open), None):
        return Standing(Verified.NOT_MET, open_one)
    if verified in FAVOURABLE:
        later = (each for each in grave if each.is_put_right and each.closed_on and (checked_on is None or checked_on < each.closed_on))
        if closed_since := next(later, None):
            return Standing(TO_JUDGE, closed_since)
    return Standing(verified)
