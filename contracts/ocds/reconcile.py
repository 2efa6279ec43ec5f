"""A notice says one thing, we have another: who wins, field by field. Pure.

The last value that a notice gave is remembered. A field that still has it was not touched here and follows the notice; a
field that differs was written by a person and is kept. What the newest notice says instead is then disputed, once: when
a person has looked at it and kept ours, only yet another value asks again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.history import plain


@dataclass(frozen=True)
class Change:
    """One field where notice and we differ. `is_kept` when ours stands."""

    field: str
    ours: Any
    theirs: Any
    is_kept: bool


@dataclass
class Outcome:
    """What to write (`values`), what to remember (`imported`), what to ask a person about (`disputed`), what to show."""

    values: dict[str, Any] = field(default_factory=dict)
    imported: dict[str, Any] = field(default_factory=dict)
    disputed: dict[str, Any] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)

    def keep(self, name: str, *, ours: Any, theirs: Any, last: Any) -> None:
        self.changes.append(Change(name, plain(ours), plain(theirs), is_kept=True))
        if plain(theirs) != last:
            self.disputed[name] = plain(theirs)

    def take(self, name: str, *, ours: Any, theirs: Any) -> None:
        self.changes.append(Change(name, plain(ours), plain(theirs), is_kept=False))
        self.values[name] = theirs
        self.imported[name] = plain(theirs)


def reconcile(*, ours: Mapping[str, Any], theirs: Mapping[str, Any], last: Mapping[str, Any]) -> Outcome:
    """`theirs` in fields of ours; what the notice does not say (None, empty) leaves ours as it is."""
    outcome = Outcome()
    for name, value in theirs.items():
        if _is_empty(value):
            continue
        mine = ours.get(name)
        if plain(mine) == plain(value):
            outcome.imported[name] = plain(value)
        elif plain(mine) == last.get(name) or (_is_empty(mine) and name not in last):
            outcome.take(name, ours=mine, theirs=value)
        else:
            outcome.keep(name, ours=mine, theirs=value, last=last.get(name))
    return outcome


def hold_back_dates(outcome: Outcome, *, ours: Mapping[str, Any], last: Mapping[str, Any]) -> None:
    """Where the notice's dates and those written here would be out of order together, all of ours stand."""
    end = outcome.values.get("ends_on", ours.get("ends_on"))
    begins = [outcome.values.get(name, ours.get(name)) for name in ("starts_on", "signed_on")]
    if end is None or all(day is None or day <= end for day in begins):
        return
    for name in ("starts_on", "ends_on", "signed_on"):
        if name in outcome.values:
            theirs = outcome.values.pop(name)
            outcome.imported.pop(name)
            outcome.changes = [change for change in outcome.changes if change.field != name]
            outcome.keep(name, ours=ours.get(name), theirs=theirs, last=last.get(name))


def _is_empty(value: Any) -> bool:
    return value is None or value == "" or value == []
