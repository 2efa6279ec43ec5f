"""What the supplier says of a draft report, section by section with files, and what we answer. Anybody of theirs saves; the main
contact sends everything in at once."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import rows, states
from core.errors import FieldError, Invalid
from core.files import KeptFile
from followup import report_words, seen, writing_together
from followup.models import Document, ReportComment, ReportSection, WrittenReport
from followup.services import documents, report_clocks
from followup.states import WRITTEN_REPORT
from notifications import outbox
from notifications.webhooks import events

MOST_TEXT = 20_000
Verdict = ReportComment.Verdict


@transaction.atomic
def save(
    *,
    report: WrittenReport,
    section: ReportSection,
    actor: User,
    now: datetime,
    today: date,
    text: str | None = None,
    files: Sequence[KeptFile] = (),
    removed: UUID | None = None,
    seen_mark: str | None = None,
) -> None:
    """Keep a comment and its files without sending: until then it is the supplier's own. The same file sent twice is kept once.

    `seen_mark` says what the writer saw: left as it was, what a colleague wrote meanwhile stays; where both wrote it is refused.
    """
    states.hold(WRITTEN_REPORT, report, "save_comment", actor=actor)
    if section.report_id != report.pk:
        raise Invalid.one("section", "unknown_section", _("One of the sections is not part of this report."))
    if text is not None and len(text) > MOST_TEXT:
        raise Invalid.one("text", "max_length", _("Write at most %(most)d characters, and put the rest into a file.") % {"most": MOST_TEXT})
    kept = ReportComment.objects.filter(section=section).first()
    stands = kept.text if kept else ""
    said = text.strip() if text is not None and seen_mark != seen.mark(text.strip()) else stands
    if said != stands and seen.is_passed_over(seen_mark, [stands]):
        raise Invalid.one("text", "changed_meanwhile", writing_together.told(stands))
    fresh = documents.fresh(files, Document.objects.filter(report_comments__section=section))
    if said == stands and not fresh and removed is None:
        return
    states.advance(WRITTEN_REPORT, report, "save_comment", actor=actor, now=now, changes={"files": len(fresh)} if fresh else {})
    comment = kept or ReportComment(section=section)
    comment.text, comment.saved_by, comment.saved_at = said, actor, now
    comment.save()
    comment.documents.add(*documents.keep(report.audit.supplier, fresh, actor=actor, now=now, received_on=today))
    if removed is not None:
        _take_away(comment, removed)


@transaction.atomic
def submit(*, report: WrittenReport, actor: User, now: datetime, today: date) -> list[ReportComment]:
    """Send in everything that was saved. Nothing saved means nothing to remark: that is an answer too. A late one is taken."""
    states.hold(WRITTEN_REPORT, report, "send_comments", actor=actor)
    comments = _said(report)
    sent_in = list(Document.objects.filter(report_comments__in=comments).order_by("received_at", "id"))
    assert report.comment_deadline is not None
    is_late = today > report.comment_deadline.due_on
    changes = {"comments": len(comments), "files": "; ".join(document.name for document in sent_in), "is_late": is_late}
    states.advance(WRITTEN_REPORT, report, "send_comments", actor=actor, now=now, changes=changes)
    rows.write(report, commented_by=actor, commented_on=today)
    ReportComment.objects.filter(pk__in=[comment.pk for comment in comments]).update(submitted_at=now)
    documents.deliver([document.pk for document in sent_in], now=now)
    report_clocks.hand_to_us(report, today=today, now=now)
    _receipt(report, comments, sent_in, actor=actor, now=now)
    events.tell("report.commented", about_type="written_report", about_id=report.pk, now=now)
    return comments


@transaction.atomic
def answer(*, report: WrittenReport, section: ReportSection, verdict: str, text: str, actor: User, now: datetime, today: date) -> None:
    """Say whether a comment changed the report. Where it did not, say why."""
    states.hold(WRITTEN_REPORT, report, "answer_comment", actor=actor)
    comment = ReportComment.objects.filter(section=section, section__report=report, submitted_at__isnull=False).first()
    faults = []
    if comment is None:
        faults.append(FieldError("section", "no_comment", _("The supplier has not commented on this section.")))
    if verdict not in (Verdict.CHANGED, Verdict.KEPT):
        faults.append(FieldError("verdict", "required", _("Say whether you have changed the report.")))
    if verdict == Verdict.KEPT and not text.strip():
        faults.append(FieldError("text", "required", _("Say why the report stands as it was. The supplier reads it.")))
    if len(text) > MOST_TEXT:
        faults.append(FieldError("text", "max_length", _("Write at most %(most)d characters.") % {"most": MOST_TEXT}))
    if faults or comment is None:
        raise Invalid(faults)
    changes = {"section": report_words.heading_of(section), "verdict": verdict, "answer": text.strip()}
    states.advance(WRITTEN_REPORT, report, "answer_comment", actor=actor, now=now, changes=changes, is_internal=True)
    rows.write(comment, verdict=verdict, answer=text.strip(), answered_by=actor)


def of(report: WrittenReport) -> list[ReportComment]:
    """Everything that its supplier has written, with the files."""
    return list(ReportComment.objects.filter(section__report=report).prefetch_related("documents"))


def unanswered(report: WrittenReport) -> int:
    return ReportComment.objects.filter(section__report=report, submitted_at__isnull=False, verdict=Verdict.NONE).count()


def _said(report: WrittenReport) -> list[ReportComment]:
    """Those with words or files. One that was emptied again says nothing."""
    mine = ReportComment.objects.filter(section__report=report).prefetch_related("documents")
    return [comment for comment in mine.order_by("section__number", "id") if comment.text or comment.documents.all()]


def _take_away(comment: ReportComment, removed: UUID) -> None:
    for document in comment.documents.filter(pk=removed, delivered_at=None):
        comment.documents.remove(document)
        documents.let_go(document)


def _receipt(report: WrittenReport, comments: Sequence[ReportComment], sent_in: Sequence[Document], *, actor: User, now: datetime) -> None:
    said = {"count": len(comments), "comments": len(comments), "documents": documents.listed(sent_in)}
    outbox.publish(
        kind="report_comments_receipt",
        people=[actor.person],
        organisation=report.audit.supplier,
        scope_id=report.scope_id,
        about_id=report.pk,
        context={**report_clocks.brief_of(report), **said},
        key=str(report.pk),
        now=now,
    )
