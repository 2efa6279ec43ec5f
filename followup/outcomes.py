"""What agencies are told of our follow-up on an agreement: that it was done and what came of it, and nothing of what is confidential."""

from datetime import date
from typing import NamedTuple

from django.db.models import OuterRef, QuerySet
from django.utils import timezone

from accounts.models import Organisation, User
from contracts.models import Framework
from core.sql import parts, row_list
from followup.models import Audit, Finding, Sanction, Severity

MOST = 50
MINE = {"framework": OuterRef("pk")}
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
    """The newest first, as far as the supplier knows of it. One query. Nothing for whoever may not see the agreement."""
    if not (viewer.works_here or viewer.agency_ids):
        return []
    lists = parts(Framework, [framework.pk], audits=row_list(_audits(), "supplier"), findings=row_list(_findings(), "supplier", "severity"))
    read = lists[framework.pk]
    found = [*map(_audit, read["audits"]), *map(_finding, read["findings"])]
    return sorted(found, key=lambda each: each.on, reverse=True)[:MOST]


def sanctions_in_force(framework: Framework, *, viewer: User) -> list[Sanction]:
    """Those that apply today, for whoever orders: that there is one and what it means. The page has suspensions already. One query."""
    if not viewer.agency_ids:
        return []
    rows = (
        Sanction.objects.filter(**MINE, status=Sanction.Status.IN_FORCE)
        .exclude(means=Sanction.Means.SUSPENSION)
        .order_by("-in_force_from", "-id")[:MOST]
    )
    places = Sanction.lots.through.objects.filter(sanction__framework=OuterRef("pk"), sanction__status=Sanction.Status.IN_FORCE)
    read = parts(Framework, [framework.pk], sanctions=row_list(rows, "supplier"), places=row_list(places, "lot"))[framework.pk]
    for each in read["sanctions"]:
        each.on_lots = sorted((place.lot for place in read["places"] if place.sanction_id == each.pk), key=lambda lot: lot.number)
    return list(read["sanctions"])


def _audits() -> QuerySet[Audit]:
    rows = Audit.objects.reported().filter(**MINE, performed_on__isnull=False).exclude(result="")
    return rows.order_by("-performed_on", "-id")[:MOST]


def _audit(it: Audit) -> Outcome:
    assert it.performed_on is not None
    return Outcome(str(it.get_kind_display()), it.supplier, it.performed_on, "audit_result", it.result)


def _findings() -> QuerySet[Finding]:
    """By theme: what was found is the supplier's and ours. Withdrawn ones were none, and of a disputed one nobody knows yet."""
    rows = Finding.objects.filter(**MINE, told_at__isnull=False).exclude(outcome=Finding.Outcome.WITHDRAWN)
    return rows.exclude(status=Finding.Status.DISPUTED).order_by("-told_at", "-id")[:MOST]


def _finding(it: Finding) -> Outcome:
    assert it.told_at is not None
    what = str(it.get_theme_display()) if it.theme else str(it._meta.verbose_name)
    kind, word = ("finding_outcome", it.outcome) if it.outcome else ("finding", UNDER_WAY)
    is_praise = it.severity.code == Severity.Code.GOOD_PRACTICE
    return Outcome(what, it.supplier, timezone.localdate(it.told_at), kind, "" if is_praise else word, it.severity.code)
