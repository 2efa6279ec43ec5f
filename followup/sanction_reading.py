"""All that the page of a sanction case shows of it, beside the case itself: read in one query, however much there is."""

from typing import Any

from django.db.models import OuterRef

from accounts.models import User
from contracts.models import Lot, Suspension
from core.sql import parts, row_list
from followup.models import DocumentRequest, Finding, FormalNotice, Sanction, SanctionLetter

MINE = {"sanctions": OuterRef("pk")}


def whole(it: Sanction, *, viewer: User) -> dict[str, Any]:
    """The `letters` that were sent; the `requests`, `notices` and `findings` that it rests on; `lots`, and the `suspensions` it led to."""
    letters = SanctionLetter.objects.filter(sanction=OuterRef("pk")).order_by("sent_at", "pk")
    suspensions = Suspension.objects.visible_to(viewer).filter(case_id=OuterRef("pk")).order_by("starts_on", "pk")
    return parts(
        Sanction,
        [it.pk],
        letters=row_list(letters),
        lots=row_list(Lot.objects.filter(**MINE).order_by("number")),
        requests=row_list(DocumentRequest.objects.visible_to(viewer).filter(**MINE).order_by("created_at")),
        notices=row_list(FormalNotice.objects.visible_to(viewer).filter(**MINE).order_by("number")),
        findings=row_list(Finding.objects.visible_to(viewer).filter(**MINE).order_by("number")),
        suspensions=row_list(suspensions, "lot"),
    )[it.pk]
