"""What stands beside a written report on its page, in one query. The report itself is `report_words.write`."""

from typing import Any

from django.db.models import OuterRef

from accounts.models import User
from core.sql import parts, row_list
from followup.models import Finding, ReportFile, WrittenReport


def whole(it: WrittenReport, *, viewer: User) -> dict[str, Any]:
    """Its `files`, its other `versions`, and the findings that the supplier is told of with it (`untold`)."""
    others = WrittenReport.objects.visible_to(viewer).filter(audit=OuterRef("audit")).exclude(pk=it.pk)
    untold = Finding.objects.filter(audit=OuterRef("audit")).untold().order_by("number")
    return parts(
        WrittenReport,
        [it.pk],
        files=row_list(ReportFile.objects.filter(report=OuterRef("pk")).order_by("created_at", "form")),
        versions=row_list(others.exclude(status=WrittenReport.Status.DROPPED).order_by("number")),
        untold=row_list(untold),
    )[it.pk]
