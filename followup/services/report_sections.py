"""The sections of a report that is being written: begun from what is known, and kept up with findings and requirements that come later."""

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _

from followup import report_sheet, report_words
from followup.models import Finding, ReportSection, WrittenReport

K = ReportSection.Kind
ORDER = (K.SUMMARY, K.METHOD, K.REQUIREMENT, K.FINDING, K.OTHER, K.CONCLUSION)


def read(report: WrittenReport) -> list[ReportSection]:
    """In order, with everything that a page or a file shows of them."""
    rows = report.sections.select_related(
        "report__audit",
        "obligation__requirement",
        "obligation__lot",
        "finding__severity",
        "finding__framework",
        "comment__answered_by__person",
    )
    found = list(rows.prefetch_related("comment__documents", "finding__obligations__requirement"))
    return sorted(found, key=lambda each: (ORDER.index(K(each.kind)), each.number))


def fill(report: WrittenReport) -> None:
    """What a person begins with: the result's conclusion, what was judged, what the sheet says, and every finding."""
    begun = [
        ReportSection(report=report, number=1, kind=K.SUMMARY),
        ReportSection(report=report, number=1, kind=K.METHOD),
        ReportSection(report=report, number=1, kind=K.CONCLUSION, text=report.audit.conclusion),
    ]
    ReportSection.objects.bulk_create([*begun, *_requirements(report), *_findings(report)])


def copy(earlier: WrittenReport, report: WrittenReport) -> None:
    """A correction begins with the words of the version that it corrects."""
    ReportSection.objects.bulk_create(
        ReportSection(
            report=report,
            number=each.number,
            kind=each.kind,
            obligation_id=each.obligation_id,
            finding_id=each.finding_id,
            heading=each.heading,
            text=each.text,
        )
        for each in earlier.sections.all()
    )
    keep_up(report)


def keep_up(report: WrittenReport) -> None:
    """A finding or a requirement that came later gets its section; a finding that was withdrawn before anybody read of it goes."""
    gone = report.sections.filter(finding__outcome=Finding.Outcome.WITHDRAWN)
    if report.told_at is None and not report.is_correction:
        gone.delete()
    there = list(report.sections.values_list("finding_id", "obligation_id"))
    findings, obligations = {finding for finding, _other in there}, {obligation for _other, obligation in there}
    new = [each for each in _findings(report) if each.finding_id not in findings]
    new += [each for each in _requirements(report) if each.obligation_id not in obligations]
    ReportSection.objects.bulk_create(new, ignore_conflicts=True)  # two who open it at once


def follow(finding: Finding) -> None:
    """Found while the report of its audit is being written, it gets its section there."""
    for report in WrittenReport.objects.filter(audit=finding.audit_id).open().select_related("audit"):
        keep_up(report)


def add(report: WrittenReport, heading: str, text: str) -> ReportSection:
    """One with a heading of its own, after those that are there."""
    number = report.sections.filter(kind=K.OTHER).count() + 1
    return ReportSection.objects.create(report=report, number=number, kind=K.OTHER, heading=heading, text=text)


def unwritten(sections: Iterable[ReportSection]) -> list[ReportSection]:
    """Those that must not be empty, and are. A summary may be."""
    return [each for each in sections if each.kind not in (K.SUMMARY, K.FINDING) and not each.text.strip()]


def mark_as_sent(sections: Sequence[ReportSection]) -> None:
    """What the supplier reads is kept, so that one sees later what a comment was about."""
    for each in sections:
        each.sent_text = report_words.words_of(each)
    ReportSection.objects.bulk_update(sections, ["sent_text"])


def _requirements(report: WrittenReport) -> Iterator[ReportSection]:
    audit = report.audit
    said: dict[UUID, str] = {each.obligation_id: each.reason for each in audit.judgements.order_by("checked_on", "id")}
    seen = report_sheet.seen_by_theme(audit, report.language)
    rows = audit.obligations.select_related("requirement").order_by("requirement__number", "lot__number", "id")
    told: dict[UUID, ReportSection] = {}
    for number, each in enumerate(rows, start=1):
        section = ReportSection(report=report, number=number, kind=K.REQUIREMENT, obligation=each, text=said.get(each.pk, ""))
        if not section.text and (answers := seen.get(each.requirement.theme)):
            first = told.setdefault(each.requirement_id, section)
            section.text = answers if first is section else _see(first, report.language)
        yield section


def _see(section: ReportSection, language: str) -> str:
    """What is said of one lot is not said again of the next."""
    with translation.override(language):
        return _("See what is written under “%(heading)s”.") % {"heading": report_words.heading_of(section)}


def _findings(report: WrittenReport) -> Iterator[ReportSection]:
    for each in report.audit.findings.exclude(outcome=Finding.Outcome.WITHDRAWN).order_by("number"):
        yield ReportSection(report=report, number=each.number, kind=K.FINDING, finding=each)
