"""A written audit report as one person may read it: the words, the comments, and the files. Pages and API alike."""

from typing import Any

from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from core import files
from core.errors import WrongState
from followup import report_files, report_words
from followup.models import ReportComment, ReportFile, ReportSection, WrittenReport
from followup.report_words import Written
from followup.services import report_comments, report_sections

ABOUT = (
    *("audit__framework__organisation", "audit__framework__scope", "audit__supplier", "audit__deadline__organisation"),
    *("audit__auditor", "audit__site", "audit__lead__person", "comment_deadline__organisation", "comment_deadline__policy_version"),
    *("answer_deadline", "final_by__person", "created_by__person", "commented_by__person"),
)
"""What is read along with a report."""

NOT_KEPT = _("This version of the report has no file.")


def writes(it: WrittenReport, user: Any) -> bool:
    """Whether this person reads it as it is being written: we do, and the firm that makes the audit."""
    return bool(user.works_here or it.audit.auditor_id in user.auditor_ids)


def content_of(it: WrittenReport, user: Any) -> Written:
    """What this person reads: what is final; of a draft ours as it stands now, the supplier's as it was sent."""
    if it.is_final or not writes(it, user):
        sent: Written = it.content
        return sent
    return report_words.write(it, report_sections.read(it), is_final=False)


def comments_of(it: WrittenReport, user: Any) -> dict[str, ReportComment]:
    """By the key of the section. The supplier's are its own until it sends them in; the firm reads them in what is final."""
    if it.audit.supplier_id in user.supplier_ids:
        found = report_comments.of(it)
    elif user.works_here or it.is_final:
        found = [comment for comment in report_comments.of(it) if comment.submitted_at]
    else:
        found = []
    return {str(comment.section_id): comment for comment in found}


def sections_of(it: WrittenReport, content: Written) -> list[ReportSection]:
    """In the order in which they are read; those of a draft that are still empty stand where they will be."""
    rows = report_sections.read(it)
    if it.is_open:
        return rows
    shown = {part["key"] for part in content["sections"]}
    return [each for each in rows if str(each.pk) in shown]


def file_for(it: WrittenReport, form: str, user: Any) -> HttpResponseBase:
    """What was kept, or, for those who write it, the draft as it stands now."""
    if writes(it, user) and not it.is_final:
        return files.handed_out(report_files.made(content_of(it, user), it, form))
    stage = ReportFile.Stage.FINAL if it.is_final else ReportFile.Stage.DRAFT
    kept = it.files.filter(stage=stage, form=form).first()
    if kept is None:
        raise WrongState(NOT_KEPT)
    return files.download(kept)


def heading_of(section: ReportSection, language: str) -> str:
    with translation.override(language):
        return report_words.heading_of(section)
