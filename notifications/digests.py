"""One mail over many cases: what stands first, and what is summed up so that a person can read it."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from notifications import kinds
from notifications.links import Link
from notifications.models import Delivery

MOST_OF_A_KIND = 10
MOST_IN_FULL = 10
"""Lines of a mail. Where there are more each is told in short, with its button."""
SHOWN_OF_MANY = 5
MOST_AGREEMENTS = 15

Contexts = Mapping[UUID, dict[str, Any]]


def in_order(lines: Sequence[Delivery]) -> list[Delivery]:
    """Formal and critical things first; then what is longest overdue, then what is due next, and news last."""

    def urgency(line: Delivery) -> tuple[bool, date, Any, UUID]:
        kind = kinds.CATALOGUE.get(line.kind)
        return not (kind and kind.is_critical), line.due_on or date.max, line.created_at, line.pk

    return sorted(lines, key=urgency)


def parts(lines: Sequence[Delivery]) -> Iterator[Sequence[Delivery]]:
    """Each line by itself; those of a kind that has more than ten together, where the first of them would stand."""
    amounts = Counter(line.kind for line in lines)
    together = set()
    for line in lines:
        if amounts[line.kind] <= MOST_OF_A_KIND:
            yield [line]
        elif line.kind not in together:
            together.add(line.kind)
            yield [each for each in lines if each.kind == line.kind]


def summary(lines: Sequence[Delivery], contexts: Contexts, links: Mapping[UUID, Link], headline: Callable[[Any], str]) -> dict[str, Any]:
    """What a summary says of lines of one kind: how many for each agreement and the first date, or where all are of one
    agreement, the first of them by name."""
    first = contexts[lines[0].pk]
    agreements = list(_by_agreement(lines))
    shown = {"agreements": agreements[:MOST_AGREEMENTS], "more_agreements": max(len(agreements) - MOST_AGREEMENTS, 0)}
    if len(agreements) == 1:
        shown = {"titles": [headline(line) for line in lines[:SHOWN_OF_MANY]], "more": len(lines) - SHOWN_OF_MANY}
    return {
        **shown,
        "label": kinds.get(lines[0].kind).label,
        "count": len(lines),
        "url": links[lines[0].pk].others,
        "why_url": links[lines[0].pk].why,
        "needs_account": first["needs_account"],
        "style": first["style"],
    }


def _by_agreement(lines: Sequence[Delivery]) -> Iterator[dict[str, Any]]:
    """In the order of the lines, so that the most urgent agreement stands first."""
    places = dict.fromkeys((line.context.get("agreement", ""), line.context.get("reference", "")) for line in lines)
    for name, reference in places:
        there = [line for line in lines if (line.context.get("agreement", ""), line.context.get("reference", "")) == (name, reference)]
        due = min((line.due_on for line in there if line.due_on), default=None)
        yield {"name": name, "reference": reference, "count": len(there), "due": due}
