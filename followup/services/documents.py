"""Files of the supplier's, whatever they answer: kept once, ours to read when they are sent in, and gone when nothing holds them."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from core.errors import FieldError
from core.files import KeptFile
from followup.models import Document

UNHELD = Q(evidence=None, finding_evidence=None, replies=None, sanction_replies=None, report_comments=None)
SENT_IN = (
    Q(evidence__submission__isnull=False)
    | Q(finding_evidence__submitted_at__isnull=False)
    | Q(replies__submitted_at__isnull=False)
    | Q(sanction_replies__submitted_at__isnull=False)
    | Q(report_comments__submitted_at__isnull=False)
)
"""Where a document can stand, and how each of these places says that it was sent in."""


def fresh(files: Iterable[KeptFile], there: QuerySet[Document]) -> list[KeptFile]:
    """The same file sent twice is kept once."""
    known = set(there.values_list("sha256", "name"))
    return [file for file in files if (file.sha256, file.name) not in known]


def keep(
    supplier: Organisation, files: Iterable[KeptFile], *, actor: User, now: datetime, received_on: date, **said: Any
) -> list[Document]:
    """Saved, not sent in: until then they are the supplier's own. `said` are more columns."""
    shared: dict[str, Any] = {"supplier": supplier, "received_on": received_on, "received_at": now, "uploaded_by": actor, **said}
    return [Document.objects.create(**file.columns, **shared) for file in files]


def deliver(keys: Iterable[UUID], *, now: datetime) -> None:
    """From now on these are ours to read."""
    Document.objects.filter(pk__in=list(keys), delivered_at=None).update(delivered_at=now)


def take_back(keys: Iterable[UUID]) -> None:
    """Only saved again, but for what was sent in somewhere else too."""
    mine = Document.objects.filter(pk__in=list(keys))
    kept = list(mine.filter(SENT_IN).values_list("pk", flat=True))
    mine.exclude(pk__in=kept).update(delivered_at=None)


def let_go(document: Document) -> None:
    """It was taken away from one place. Never sent in and held nowhere else, it is gone."""
    if Document.objects.filter(UNHELD, pk=document.pk, delivered_at=None).exists():
        document.delete()


def fault_when_used_again(document: Document, supplier_id: UUID, today: date, *, about: UUID | None = None) -> FieldError | None:
    """What was sent in before, and is valid, may be sent in for something else."""
    if document.supplier_id == supplier_id and document.delivered_at and not document.is_expired(today):
        return None
    return FieldError("again", "not_usable", _("This document cannot be used here. It has expired, or is not yours."), about=about)


def listed(documents: Iterable[Document]) -> list[dict[str, Any]]:
    """As receipts name them, with their checksums. `is_restricted` is for those who read the mail in our log."""
    return [{"name": each.name, "size": each.size, "sha256": each.sha256, "is_restricted": each.is_restricted} for each in documents]
