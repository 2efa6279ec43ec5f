"""Reports of audits brought to where a test begins."""

from datetime import date
from typing import Any

from core import files
from followup.models import ReportSection, WrittenReport
from followup.services import audit_outcomes, audit_reporting, report_comments, report_finishing
from tests.cast import Cast
from tests.factories import TODAY
from tests.followup.audits.stories import AT, on, papers, planned

K = ReportSection.Kind
LIMIT = date(2026, 3, 16)
"""Ten working days after that Monday."""


def page_of(it: WrittenReport, *parts: object) -> str:
    return "/".join(["", "written-reports", str(it.pk), *map(str, parts), ""])


def held(cast: Cast, **fields: Any) -> Any:
    """An audit of Nordvare that was held today, its report to come."""
    audit = planned(cast, planned_on=TODAY, **fields)
    audit_outcomes.log(audit=audit, result="breaches", conclusion="Overtime is not paid.", actor=cast.manager, **AT)
    return audit


def begun(cast: Cast, audit: Any = None, **fields: Any) -> WrittenReport:
    audit = audit or held(cast)
    return audit_reporting.begin(audit=audit, **{"language": "en", "actor": cast.manager, **AT, **fields})


def section(it: WrittenReport, kind: str) -> ReportSection:
    found = it.sections.filter(kind=kind).order_by("number").first()
    assert found is not None
    return found


def written(cast: Cast, it: WrittenReport | None = None, **texts: str) -> WrittenReport:
    """Every section has its words."""
    it = it or begun(cast)
    said = {each.pk: texts.get(each.kind, f"What we saw: {each.kind}.") for each in it.sections.exclude(kind=K.FINDING)}
    audit_reporting.edit(report=it, texts=said, actor=cast.manager, **AT)
    return it


def sent(cast: Cast, it: WrittenReport | None = None) -> WrittenReport:
    it = it or written(cast)
    audit_reporting.send(report=it, actor=cast.manager, **AT)
    return it


def said_of(cast: Cast, it: WrittenReport, kind: str = K.METHOD, text: str = "You met twelve workers, not ten.", *names: str) -> None:
    with files.kept(papers(*names)) as kept:
        report_comments.save(report=it, section=section(it, kind), text=text, files=kept, actor=cast.sales, **AT)


def commented(cast: Cast, it: WrittenReport | None = None, *, day: date = TODAY) -> WrittenReport:
    it = it or sent(cast)
    said_of(cast, it)
    report_comments.submit(report=it, actor=cast.csr, **on(day))
    return it


def answered(cast: Cast, it: WrittenReport, verdict: str = "changed", text: str = "") -> None:
    for comment in report_comments.ReportComment.objects.filter(section__report=it):
        report_comments.answer(report=it, section=comment.section, verdict=verdict, text=text, actor=cast.manager, **AT)


def final(cast: Cast) -> WrittenReport:
    it = commented(cast)
    answered(cast, it)
    report_finishing.finish(report=it, actor=cast.manager, **AT)
    return it
