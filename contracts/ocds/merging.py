"""The releases of one process, merged into one by the rules of the standard."""

import warnings
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from ocdsmerge.exceptions import DuplicateIdValueWarning
from ocdsmerge.merge import CompiledRelease

from contracts.ocds.problems import Problem, problem

WHOLE_LISTS = (
    "parties.additionalIdentifiers",
    "parties.additionalContactPoints",
    "parties.details.classifications",
    "buyer.additionalIdentifiers",
    "tender.additionalClassifications",
    "tender.deliveryAddresses",
    "tender.deliveryLocations",
    "tender.items.additionalClassifications",
    "tender.items.deliveryAddresses",
    "tender.items.deliveryLocations",
    "tender.lots.additionalClassifications",
    "tender.lots.identifiers",
    "tender.lots.selectionCriteria.criteria",
    "tender.lots.awardCriteria.criteria",
    "tender.lots.sustainability",
    "tender.selectionCriteria.criteria",
    "tender.sustainability",
    "awards.items.additionalClassifications",
    "awards.suppliers.additionalIdentifiers",
    "contracts.items.additionalClassifications",
    "contracts.suppliers.additionalIdentifiers",
    "bids.details.tenderers.additionalIdentifiers",
)
"""Lists of objects that a newer release replaces as a whole (OCDS 1.1.5, `wholeListMerge`), as far as we read them.
Given here because the library would otherwise fetch them from the network."""

RULES: dict[tuple[str, ...], str] = {tuple(path.split(".")): "wholeListMerge" for path in WHOLE_LISTS}
RULES |= {(field,): "omitWhenMerged" for field in ("id", "date", "tag")}


def merge(releases: Iterable[dict[str, Any]]) -> tuple[dict[str, Any], list[Problem]]:
    """What releases say together, given oldest first, read one at a time. A single release is taken as it is."""
    ordered = iter(releases)
    first = next(ordered, {})
    second = next(ordered, None)
    if second is None:
        return first, []
    newest: dict[str, Any] = second
    merged = CompiledRelease(merge_rules=RULES)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", DuplicateIdValueWarning)
        try:
            for newest in chain((first, second), ordered):
                merged.append(newest)
            result = merged.asdict()
        except (TypeError, AttributeError, KeyError, RecursionError):
            return _last(ordered, newest), [problem("not_mergeable")]
    doubles = sorted({str(warning.message) for warning in caught})
    return result, [problem("same_id", detail="; ".join(doubles))] if doubles else []


def _last(rest: Iterator[dict[str, Any]], newest: dict[str, Any]) -> dict[str, Any]:
    return next(iter(deque(rest, maxlen=1)), newest)
