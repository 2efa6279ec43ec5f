"""The releases of one process, merged into one by the rules of the standard."""

import warnings
from collections.abc import Iterable
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

RULES = {
    **{(field,): "omitWhenMerged" for field in ("id", "date", "tag")},
    **{tuple(path.split(".")): "wholeListMerge" for path in WHOLE_LISTS},
}


def merge(releases: Iterable[dict[str, Any]]) -> tuple[dict[str, Any], list[Problem]]:
    """What releases say together, given oldest first. A single release is taken as it is."""
    newest: dict[str, Any] = {}
    merged: CompiledRelease | None = None
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", DuplicateIdValueWarning)
        try:
            for release in releases:
                if newest:
                    merged = merged or _starting_with(newest)
                    merged.append(release)
                newest = release
            result = merged.asdict() if merged else newest
        except (TypeError, AttributeError, KeyError, RecursionError):
            return newest, [problem("not_mergeable")]
    doubles = sorted({str(warning.message) for warning in caught})
    return result, [problem("same_id", detail="; ".join(doubles))] if doubles else []


def _starting_with(release: dict[str, Any]) -> CompiledRelease:
    merged = CompiledRelease(merge_rules=RULES)
    merged.append(release)
    return merged
