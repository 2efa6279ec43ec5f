"""What agencies are told of our follow-up on an agreement: that it was done and what came of it, and nothing of what is confidential."""

from datetime import date
from typing import NamedTuple

from accounts.models import Organisation, User
from contracts.models import Framework
from followup.models import Audit, Finding, Sanction, Severity

MOST = 50
UNDER_WAY = Finding.Status.IN_PROGRESS
"""What agencies are told of every finding that is not closed: how far the two sides have come is theirs."""


class Outcome(NamedTuple):
    """`kind` and `came_of_it` are a state in words (`core/status_words.py`)."""

    what: str
    supplier: Organisation
    on: date
    kind: str
    came_of_it: str
    severity: str = ""


def of(framework: Framework, *, viewer: User) -> list[Outcome]:
    """The newest first, as far as the supplier knows of it. Two queries. Nothing for whoever may not see the agreement."""
    if not (viewer.works_here or viewer.agency_ids):
        return []
    found = [*_audits(framework), *_findings(framework)]
    return sorted(found, key=lambda each: each.on, reverse=True)[:MOST]


def sanctions_in_force(framework: Framework, *, viewer: User) -> list[Sanction]:
    """Those that apply today, for whoever orders: that there is one and what it means. The page has suspensions already. Two queries."""
    if not viewer.agency_ids:
        return []
    rows = Sanction.objects.filter(framework=framework, status=Sanction.Status.IN_FORCE).exclude(means=Sanction.Means.SUSPENSION)
    return list(rows.select_related("supplier").prefetch_related("lots").order_by("-in_force_from", "-id")[:MOST])


def _audits(framework: Framework) -> list[Outcome]:
    rows = Audit.objects.reported().filter(framework=framework, performed_on__isnull=False).exclude(result="").select_related("supplier")
    rows = rows.order_by("-performed_on", "-id")[:MOST]
    return [Outcome(str(it.get_kind_display()), it.supplier, it.performed_on, "audit_result", it.result) for it in rows if it.performed_on]


def _findings(framework: Framework) -> list[Outcome]:
    """By theme: what was found is the supplier's and ours. Withdrawn ones were none, and of a disputed one nobody knows yet."""
    rows = Finding.objects.filter(framework=framework, told_at__isnull=False).exclude(outcome=Finding.Outcome.WITHDRAWN)
    rows = rows.exclude(status=Finding.Status.DISPUTED)
    rows = rows.select_related("supplier", "severity").order_by("-told_at", "-id")[:MOST]
    return [_finding(it) for it in rows]


def _finding(it: Finding) -> Outcome:
    assert it.told_at is not None
    what = str(it.get_theme_display()) if it.theme else str(it._meta.verbose_name)
    kind, word = ("finding_outcome", it.outcome) if it.outcome else ("finding", UNDER_WAY)
    is_praise = it.severity.code == Severity.Code.GOOD_PRACTICE
    return Outcome(what, it.supplier, it.told_at.date(), kind, "" if is_praise else word, it.severity.code)
