"""What the pages of agreements and suppliers show of the follow-up: all of it in one query, however many things there are.

Each list begins with what the reader may see, and ends at the most that a page shows; the pages lead on to the whole lists.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import OuterRef, QuerySet

from accounts.models import Organisation, User
from contracts.models import Framework
from core.sql import parts, row_list
from followup.models import Audit, ContactEntry, Document, DocumentRequest, Finding, Meeting, Sanction, Series

MOST = 50
MOST_ENTRIES = 5
SOON = timedelta(days=60)


def of_agreement(framework: Framework, *, viewer: User) -> dict[str, Any]:
    """`requests`, `audits`, `sanctions` and open `findings`; for our own staff also `series`, `meetings` and what was `logged`."""
    mine, name = {"framework": OuterRef("pk")}, {"supplier": ("name",)}
    lists = {
        "requests": row_list(_newest(DocumentRequest.objects.visible_to(viewer).filter(**mine)), "deadline", **name),
        **_cases(mine, name, viewer),
    }
    if viewer.works_here:
        said = ContactEntry.objects.visible_to(viewer).filter(**mine)[:MOST_ENTRIES]
        lists |= {
            "series": row_list(_running_series(mine, viewer)),
            "meetings": row_list(_latest_meetings(mine, viewer), **name),
            "logged": row_list(said, "written_by", "written_by__person", **name, request=("title",)),
        }
    found = parts(Framework, [framework.pk], **lists)[framework.pk]
    return {**found, "requests": _by_urgency(found["requests"]), "audits": _by_day(found["audits"])}


def of_supplier(supplier: Organisation, *, viewer: User, today: date) -> dict[str, Any]:
    """Open `requests` and `findings`, `documents` that have run out or soon will, `audits` and `sanctions`."""
    mine, title = {"supplier": OuterRef("pk")}, {"framework": ("title", "reference")}
    lists = {
        "requests": row_list(_newest(DocumentRequest.objects.visible_to(viewer).open().filter(**mine)), "deadline", **title),
        "documents": row_list(_running_out(mine, viewer, today)),
        **_cases(mine, title, viewer),
    }
    found = parts(Organisation, [supplier.pk], **lists)[supplier.pk]
    return {**found, "requests": _by_urgency(found["requests"]), "audits": _by_day(found["audits"])}


def _cases(mine: dict[str, Any], name: dict[str, Any], viewer: User) -> dict[str, row_list]:
    """Of findings the open ones, the most urgent first; of sanctions a supplier sees those it was heard in."""
    audits = Audit.objects.visible_to(viewer).filter(**mine).exclude(status=Audit.Status.CANCELLED)
    sanctions = Sanction.objects.visible_to(viewer).seen_by(viewer).filter(**mine)
    findings = Finding.objects.visible_to(viewer).open().filter(**mine)
    return {
        "audits": row_list(_newest(audits), "deadline", **name),
        "sanctions": row_list(sanctions.order_by("-created_at", "-id")[:MOST], **name),
        "findings": row_list(findings.order_by("mend_by", "id")[:MOST], "severity", **name),
    }


def _newest(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.order_by("-created_at", "-id")[:MOST]


def _running_series(mine: dict[str, Any], viewer: User) -> QuerySet[Any]:
    """Those that run or rest, by the day of their next answer."""
    rows = Series.objects.visible_to(viewer).filter(**mine).exclude(status=Series.Status.ENDED)
    return rows.with_next().order_by("next_on", "title")[:MOST]


def _latest_meetings(mine: dict[str, Any], viewer: User) -> QuerySet[Any]:
    """The newest few that were not called off."""
    rows = Meeting.objects.visible_to(viewer).filter(**mine).exclude(status=Meeting.Status.CANCELLED)
    return rows.order_by("-starts_at", "-id")[:MOST_ENTRIES]


def _running_out(mine: dict[str, Any], viewer: User, today: date) -> QuerySet[Any]:
    """Those in use that have run out, or will within 60 days."""
    rows = Document.objects.visible_to(viewer).filter(**mine, valid_until__lte=today + SOON)
    rows = rows.filter(evidence__item__request__status__in=("accepted", "submitted", "returned", "in_progress"))
    return rows.distinct().order_by("valid_until", "id")[:MOST]


def _by_urgency(requests: list[DocumentRequest]) -> list[DocumentRequest]:
    """Open ones first, by date; then what is finished, newest first."""
    open_ = [it for it in requests if it.is_with_supplier or it.status in ("draft", "submitted")]
    return sorted(open_, key=lambda it: it.deadline.due_on) + [it for it in requests if it not in open_]


def _by_day(audits: Iterable[Audit]) -> list[Audit]:
    """What is coming first, by its day; then what was held, newest first."""
    coming = sorted((it for it in audits if it.is_coming), key=lambda it: it.deadline.due_on)
    return coming + sorted((it for it in audits if not it.is_coming), key=lambda it: it.performed_on or it.deadline.due_on, reverse=True)
