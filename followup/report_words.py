"""The words of a written audit report, laid out as plain parts, in the language of the report.

Page, PDF and Word only show them, so that they cannot say different things. Of what the supplier said of the draft, and what
we answered, the final report tells; the draft does not.
"""

from collections.abc import Iterator, Sequence
from typing import Any, TypedDict
from uuid import UUID

from django.conf import settings
from django.db.models import OuterRef
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from contracts.models import Judgement
from core import locales, status_words
from core.sql import parts, row_list
from followup import report_sheet
from followup.letters import agreement, paragraphs
from followup.models import Audit, AuditMeeting, Finding, ReportComment, ReportSection, TeamMember, WrittenReport
from followup.report_sheet import Asked

K = ReportSection.Kind


class Said(TypedDict):
    """Who said it as a heading, what was said as paragraphs, and the files that came along, each with its checksum."""

    heading: str
    texts: list[str]
    files: list[str]


class Section(TypedDict):
    """`key` is the section's id, `facts` are pairs of a name and a value, `quote` is what the agreement says."""

    key: str
    heading: str
    quote: str
    facts: list[list[str]]
    texts: list[str]
    said: list[Said]


class Written(TypedDict):
    """The whole report. `note` says what stage it is in, `asked` what the sheet of the audit says."""

    language: str
    title: str
    subtitle: str
    sender: str
    note: str
    facts: list[list[str]]
    facts_heading: str
    sections: list[Section]
    asked_heading: str
    asked: list[Asked]


def write(report: WrittenReport, sections: Sequence[ReportSection], *, is_final: bool) -> Written:
    """`sections` with obligation, finding, and comment read along."""
    audit = report.audit
    about = _about(audit)
    judged = {each.obligation_id: each for each in about["judgements"]}
    with translation.override(report.language):
        return Written(
            language=report.language,
            title=_("Report of an audit: %(supplier)s") % {"supplier": audit.supplier.name},
            subtitle=agreement(audit.framework),
            sender=settings.ORGANISATION_NAME,
            note=_note(report, is_final=is_final),
            facts_heading=_("About the audit"),
            facts=[list(pair) for pair in _facts(report, about) if pair[1]],
            sections=[_section(each, judged, is_final=is_final) for each in sections if _is_shown(each)],
            asked_heading=_("What was asked and seen"),
            asked=report_sheet.asked(audit, report.language, report.sheet),
        )


def _about(audit: Audit) -> dict[str, Any]:
    """What the report tells of the audit itself, in one query."""
    mine = {"audit": OuterRef("pk")}
    return parts(
        Audit,
        [audit.pk],
        judgements=row_list(Judgement.objects.filter(audits=OuterRef("pk")).order_by("checked_on", "pk")),
        team=row_list(TeamMember.objects.filter(**mine).order_by("created_at", "pk")),
        meetings=row_list(AuditMeeting.objects.filter(**mine).order_by("held_on", "created_at")),
    )[audit.pk]


def heading_of(section: ReportSection) -> str:
    """In the language that is active."""
    if section.kind == K.REQUIREMENT and section.obligation is not None:
        lot = section.obligation.lot
        return f"{section.obligation.requirement.title} ({lot})" if lot else section.obligation.requirement.title
    if section.kind == K.FINDING and section.finding is not None:
        words = {"number": section.finding.number, "severity": section.finding.severity.get_code_display()}
        return _("Finding %(number)d: %(severity)s") % words
    return section.heading or capfirst(section.get_kind_display())


def words_of(section: ReportSection) -> str:
    """What the supplier reads in it: of a finding its words, and ours beside them."""
    own = section.finding.text if section.finding else ""
    return "\n\n".join(part for part in (own, section.text) if part)


def title_of(report: WrittenReport) -> str:
    """As lists and mails name it, in the language that is active."""
    kind = capfirst(report.audit.get_kind_display())
    if report.number == 1:
        return _("Report: %(kind)s, %(supplier)s") % {"kind": kind, "supplier": report.audit.supplier.name}
    words = {"kind": kind, "supplier": report.audit.supplier.name, "number": report.number}
    return _("Report, version %(number)d: %(kind)s, %(supplier)s") % words


def _is_shown(section: ReportSection) -> bool:
    """A summary that nobody wrote is left out."""
    return bool(words_of(section)) or section.kind == K.REQUIREMENT


def _note(report: WrittenReport, *, is_final: bool) -> str:
    if not is_final:
        return _("Draft for comments. It is not final, and may be changed.")
    if report.is_correction:
        words = {"number": report.number, "why": report.why}
        return _("Version %(number)d, final. It corrects the version before it: %(why)s") % words
    return _("Final report.")


def _facts(report: WrittenReport, about: dict[str, Any]) -> Iterator[tuple[str, str]]:
    audit = report.audit
    yield _("Kind"), capfirst(audit.get_kind_display())
    yield _("Supplier"), audit.supplier.name
    yield _("Agreement"), agreement(audit.framework)
    yield _("Held on"), locales.weekday(audit.performed_on) if audit.performed_on else ""
    yield _("Where"), audit.where
    yield _("Announcement"), capfirst(audit.get_announcement_display()) if _was_as_planned(audit) else ""
    on_behalf = {"firm": audit.auditor.name, "body": settings.ORGANISATION_NAME} if audit.auditor else {}
    yield _("Who audited"), _("%(firm)s on behalf of %(body)s") % on_behalf if on_behalf else settings.ORGANISATION_NAME
    yield _("Led by"), audit.lead.name if audit.lead else ""
    yield _("Team"), "\n".join(map(_member, about["team"]))
    for meeting in about["meetings"]:
        yield capfirst(meeting.get_kind_display()), f"{locales.long_day(meeting.held_on)}\n{meeting.participants}"
    yield _("What it was to find out"), audit.purpose
    yield _("Result"), str(status_words.word("audit_result", audit.result).label) if audit.result else ""
    yield _("Comments from the supplier"), _commented(report)
    yield _("Final on"), locales.long_day(report.final_on) if report.final_on else ""


def _was_as_planned(audit: Audit) -> bool:
    """Whether it was announced, or was not to be. Of one that nobody got round to announcing the report says nothing."""
    return audit.announced_at is not None or audit.announcement == Audit.Announcement.UNANNOUNCED


def _member(member: TeamMember) -> str:
    """Name, where from, and what part in the audit."""
    name = f"{member.name}, {member.organisation}" if member.organisation else member.name
    return f"{name} ({member.get_role_display()})"


def _commented(report: WrittenReport) -> str:
    """Of a report that is being written nothing is said yet."""
    limit = report.comment_deadline
    if report.final_on is None:
        return ""
    if report.commented_on:
        return _("Received %(day)s. They stand where they belong, with our answers.") % {"day": locales.long_day(report.commented_on)}
    if limit:
        return _("The supplier could comment until %(day)s. None came.") % {"day": locales.long_day(limit.due_on)}
    return ""


def _section(section: ReportSection, judged: dict[UUID, Judgement], *, is_final: bool) -> Section:
    requirement = section.obligation.requirement if section.obligation else None
    return Section(
        key=str(section.pk),
        heading=heading_of(section),
        quote=requirement.text if requirement else "",
        facts=[list(pair) for pair in _facts_of(section, judged)],
        texts=paragraphs(words_of(section)),
        said=list(_said(section)) if is_final else [],
    )


def _facts_of(section: ReportSection, judged: dict[UUID, Judgement]) -> Iterator[tuple[str, str]]:
    if section.obligation_id is not None and section.obligation_id in judged:
        yield _("Judged"), str(status_words.word("verified", judged[section.obligation_id].verified).label)
    if section.finding is not None:
        yield from _facts_of_finding(section.finding)


def _facts_of_finding(finding: Finding) -> Iterator[tuple[str, str]]:
    titles = dict.fromkeys(each.requirement.title for each in finding.obligations.all())
    if titles:
        yield _("Requirement"), "; ".join(titles)
    if finding.outcome == Finding.Outcome.WITHDRAWN:
        yield _("State"), _("Withdrawn. %(grounds)s") % {"grounds": finding.decision}
    elif finding.is_told and finding.due_on and not finding.is_closed:
        yield _("To be put right by"), locales.long_day(finding.due_on)


def _said(section: ReportSection) -> Iterator[Said]:
    comment: ReportComment | None = getattr(section, "comment", None)
    if comment is None or comment.submitted_at is None:
        return
    files = [f"{each.name} (SHA-256: {each.sha256})" for each in comment.documents.all()]
    yield Said(heading=_("The supplier's comment"), texts=paragraphs(comment.text), files=files)
    if comment.verdict:
        texts = [capfirst(f"{comment.get_verdict_display()}."), *paragraphs(comment.answer)]
        yield Said(heading=_("Our answer"), texts=texts, files=[])
