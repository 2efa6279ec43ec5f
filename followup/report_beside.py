"""What stands beside a written report on its page, in one query. The report itself is `report_words.write`."""

from typing import Any

from django.db.models import Exists, OuterRef

from accounts.models import User
from contracts.models import Judgement, Obligation
from core.sql import parts, row_list
from followup.models import Finding, ReportFile, WrittenReport


def whole(it: WrittenReport, *, viewer: User) -> dict[str, Any]:
    """Its `files`, its other `versions`, the findings that the supplier is told of with it (`untold`), and the first requirement of
    the audit that it has not led to a judgement of (`to_judge`)."""
    others = WrittenReport.objects.visible_to(viewer).filter(audit=OuterRef("audit")).exclude(pk=it.pk)
    untold = Finding.objects.filter(audit=OuterRef("audit")).untold().order_by("number")
    judged = Judgement.objects.filter(audits=OuterRef(OuterRef("audit")), obligation=OuterRef("pk"))
    unjudged = Obligation.objects.filter(~Exists(judged), audits=OuterRef("audit")).order_by("requirement__number", "lot__number")
    return parts(
        WrittenReport,
        [it.pk],
        files=row_list(ReportFile.objects.filter(report=OuterRef("pk")).order_by("created_at", "form")),
        versions=row_list(others.exclude(status=WrittenReport.Status.DROPPED).order_by("number")),
        untold=row_list(untold),
        to_judge=row_list(unjudged[:1]),
    )[it.pk]
