"""The report of an audit until it is final: begun, written, sent for comments, its limit moved. The comments: `report_comments`."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import history, locales, rows, states
from core.errors import FieldError, Invalid, WrongState
from core.files import KeptFile
from followup import report_files, report_words, seen, writing_together
from followup.models import Audit, ReportFile, ReportSection, WrittenReport
from followup.services import audit_mail, report_clocks, report_sections
from followup.states import AUDIT, WRITTEN_REPORT
from notifications import deadlines, outbox
from notifications.models import Deadline
from notifications.webhooks import events

MOST_TEXT, MOST_HEADING = 20_000, 200
LONGEST = 60
"""Working days for comments."""

LANGUAGES = [code for code, _name in settings.LANGUAGES]


class Added(NamedTuple):
    """A section with a heading of its own."""

    heading: str
    text: str


@transaction.atomic
def begin(*, audit: Audit, language: str, actor: User, now: datetime, today: date, why: str = "") -> WrittenReport:
    """A draft of what is known. After a final one it is a correction, and says why."""
    states.hold(AUDIT, audit, "write_report", actor=actor)
    if audit.is_reused:
        raise WrongState(_("The report of an audit made by others is theirs. Add it as a file."))
    if language not in LANGUAGES:
        raise Invalid.one("language", "invalid_choice", _("Choose the language of the report."))
    mine = WrittenReport.objects.filter(audit=audit)
    if is_being_written(audit):
        raise WrongState(_("A report of this audit is being written already."))
    earlier = mine.final().last()
    if earlier and not why.strip():
        raise Invalid.one("why", "required", _("The report is final. Say why it is corrected; the supplier reads it."))
    report = WrittenReport.objects.create(
        audit=audit,
        number=mine.count() + 1,
        language=language,
        sheet=earlier.sheet if earlier else WrittenReport.Sheet.ANSWERS,
        why=why.strip() if earlier else "",
        comment_days=report_clocks.TO_COMMENT,
        created_by=actor,
        created_at=now,
    )
    if earlier:
        report_sections.copy(earlier, report)
    else:
        report_sections.fill(report)
    changes = {"language": _named(language), "why": report.why}
    history.record(actor=actor, now=now, verb="begin", about=report, changes=changes, is_internal=True)
    return report


def is_being_written(audit: Audit) -> bool:
    return WrittenReport.objects.filter(audit=audit).open().exists()


def is_final(audit: Audit) -> bool:
    """Whether what is written next corrects it."""
    return WrittenReport.objects.filter(audit=audit).final().exists()


@transaction.atomic
def edit(
    *,
    report: WrittenReport,
    actor: User,
    now: datetime,
    today: date,
    texts: Mapping[UUID, str] | None = None,
    headings: Mapping[UUID, str] | None = None,
    added: Added | None = None,
    language: str | None = None,
    sheet: str | None = None,
    seen_marks: Mapping[UUID, str] | None = None,
) -> None:
    """Write sections anew, by their ids; one with a heading of its own whose words are taken away is gone. Language until it is sent.

    `seen_marks` say what the writer saw in each section: what they left as it was stays as it is now, and what both changed is refused.
    """
    states.hold(WRITTEN_REPORT, report, "edit", actor=actor)
    texts, headings, was = texts or {}, headings or {}, report.language
    known = {each.pk: each for each in report.sections.all()}
    _check(known, texts, headings, added)
    texts = _mine(texts, known, seen_marks or {})
    if language is not None and language != report.language:
        if report.told_at or language not in LANGUAGES:
            raise Invalid.one("language", "invalid_choice", _("Choose the language of the report before it is sent."))
        rows.write(report, language=language)
    if sheet is not None:
        if sheet not in WrittenReport.Sheet.values:
            raise Invalid.one("sheet", "invalid_choice", _("Choose how much of the sheet the report tells."))
        rows.write(report, sheet=sheet)
    changed = [key for key, text in texts.items() if text.strip() != known[key].text]
    changed += [key for key, text in headings.items() if text.strip() != known[key].heading and key not in changed]
    for key in changed:
        _rewrite(known[key], texts.get(key, known[key].text).strip(), headings.get(key, known[key].heading).strip())
    if added and (added.heading.strip() or added.text.strip()):
        report_sections.add(report, added.heading.strip(), added.text.strip())
    report_sections.keep_up(report)
    changes: dict[str, Any] = {"sections": len(changed) + bool(added and added.text.strip())}
    if was != report.language:
        changes["language"] = _named(report.language)
    states.advance(WRITTEN_REPORT, report, "edit", actor=actor, now=now, changes=changes, is_internal=True)


@transaction.atomic
def send(*, report: WrittenReport, actor: User, now: datetime, today: date, comment_days: int | None = None) -> None:
    """Give the supplier the draft to comment on within so many working days. What it gets is kept, as PDF and Word."""
    states.hold(WRITTEN_REPORT, report, "send", actor=actor)  # what is sent is what is written: nobody writes on meanwhile
    days = report.comment_days if comment_days is None else comment_days
    if not 1 <= days <= LONGEST:
        raise Invalid.one("comment_days", "range", _("Choose between 1 and %(most)d working days.") % {"most": LONGEST})
    people = audit_mail.people(report.audit, today)
    if not people:
        raise WrongState(
            _("%(supplier)s has no confirmed contact with a working e-mail address on this agreement. Add one, then send the draft.")
            % {"supplier": report.audit.supplier.name}
        )
    sections = written(report)
    content = report_words.write(report, sections, is_final=False)
    with report_files.kept(content, report) as files:
        changes = {"comment_days": days, "files": "; ".join(file.name for file in files)}
        states.advance(WRITTEN_REPORT, report, "send", actor=actor, now=now, changes=changes)
        rows.write(report, comment_days=days, told_at=now, content=content)
        report_sections.mark_as_sent(sections)
        keep_files(report, files, ReportFile.Stage.DRAFT, now=now)
        report_clocks.stop_writing(report.audit, now=now)
        deadline = report_clocks.open_for_comments(report, today=today, now=now)
        _tell(report, deadline, today=today, now=now)
        events.tell("report.sent", about_type="written_report", about_id=report.pk, now=now)


@transaction.atomic
def move_limit(*, report: WrittenReport, due_on: date, why: str, actor: User, now: datetime, today: date) -> None:
    """Another day for the comments, with a reason that the supplier reads."""
    states.hold(WRITTEN_REPORT, report, "move_limit", actor=actor)
    limit = limit_of(report)
    faults = []
    if due_on < today:
        faults.append(FieldError("due_on", "past", _("This date has passed. Choose today or later.")))
    if not why.strip():
        faults.append(FieldError("why", "required", _("Say why. The supplier reads it.")))
    if faults:
        raise Invalid(faults)
    if due_on == limit.due_on:
        return
    changes = {"due_on": [limit.due_on, due_on], "why": why.strip()}
    states.advance(WRITTEN_REPORT, report, "move_limit", actor=actor, now=now, changes=changes)
    deadlines.move(limit, due_on=due_on, today=today, now=now)
    _tell(report, limit, today=today, now=now, is_moved=True, because=why.strip())


@transaction.atomic
def end_comments(*, report: WrittenReport, actor: User, now: datetime, today: date) -> None:
    """The limit is over and nothing was sent in: the report is finished without."""
    states.hold(WRITTEN_REPORT, report, "end_comments", actor=actor)
    limit = limit_of(report)
    if today <= limit.due_on:
        raise WrongState(_("The supplier may comment until %(day)s.") % {"day": locales.long_day(limit.due_on)})
    states.advance(WRITTEN_REPORT, report, "end_comments", actor=actor, now=now)
    report_clocks.hand_to_us(report, today=today, now=now)


@transaction.atomic
def drop(*, report: WrittenReport, actor: User, now: datetime, today: date) -> None:
    """A draft that nobody has been given is not to be used."""
    states.hold(WRITTEN_REPORT, report, "drop", actor=actor)
    states.advance(WRITTEN_REPORT, report, "drop", actor=actor, now=now, is_internal=True)


def written(report: WrittenReport) -> list[ReportSection]:
    """Its sections, up to date; refused while one that must not be empty is."""
    report_sections.keep_up(report)
    sections = report_sections.read(report)
    if empty := report_sections.unwritten(sections):
        names = "; ".join(report_words.heading_of(each) for each in empty)
        raise WrongState(_("Nothing is written yet about: %(names)s. Write it first.") % {"names": names})
    return sections


def keep_files(report: WrittenReport, files: Sequence[KeptFile], stage: str, *, now: datetime) -> None:
    rows_ = [ReportFile(report=report, stage=stage, form=report_files.form_of(file), created_at=now, **file.columns) for file in files]
    ReportFile.objects.bulk_create(rows_)


def limit_of(report: WrittenReport) -> Deadline:
    assert report.comment_deadline_id is not None
    return Deadline.objects.select_related("organisation", "policy_version").get(pk=report.comment_deadline_id)


def _tell(report: WrittenReport, deadline: Deadline, *, today: date, now: datetime, **said: object) -> None:
    outbox.publish(
        kind="report_to_comment",
        people=audit_mail.people(report.audit, today),
        organisation=report.audit.supplier,
        scope_id=report.scope_id,
        about_id=report.pk,
        context={**report_clocks.brief_of(report), **said},
        key=f"{report.pk}:{deadline.times_moved}",
        now=now,
        deadline=deadline,
    )


def _named(language: str) -> str:
    """As the history says it, whose reader need not know codes."""
    return dict(settings.LANGUAGES)[language]


def _check(known: Mapping[UUID, ReportSection], texts: Mapping[UUID, str], headings: Mapping[UUID, str], added: Added | None) -> None:
    faults = []
    if set(texts) - set(known) or set(headings) - {key for key, each in known.items() if each.kind == ReportSection.Kind.OTHER}:
        faults.append(FieldError("sections", "unknown_section", _("One of the sections is not part of this report.")))
    words = [*texts.values(), added.text if added else ""]
    if any(len(text) > MOST_TEXT for text in words):
        text = _("Write at most %(most)d characters in a section, and put the rest into another.")
        faults.append(FieldError("sections", "max_length", text % {"most": MOST_TEXT}))
    if added and added.text.strip() and not added.heading.strip():
        faults.append(FieldError("heading", "required", _("Give the new section a heading.")))
    if any(len(heading) > MOST_HEADING for heading in [*headings.values(), added.heading if added else ""]):
        faults.append(FieldError("heading", "max_length", _("Write at most %(most)d characters.") % {"most": MOST_HEADING}))
    if faults:
        raise Invalid(faults)


def _mine(texts: Mapping[UUID, str], known: Mapping[UUID, ReportSection], seen_marks: Mapping[UUID, str]) -> dict[UUID, str]:
    """Those that this writer changed. Refused where somebody else has, meanwhile."""
    own = {key: text for key, text in texts.items() if seen_marks.get(key) != seen.mark(text.strip())}
    faults = [
        FieldError(f"text-{key}", "changed_meanwhile", writing_together.told(known[key].text))
        for key, text in own.items()
        if text.strip() != known[key].text and seen.is_passed_over(seen_marks.get(key), [known[key].text])
    ]
    if faults:
        raise Invalid(faults)
    return own


def _rewrite(section: ReportSection, text: str, heading: str) -> None:
    is_gone = section.kind == ReportSection.Kind.OTHER and not text and not section.sent_text
    if is_gone:
        section.delete()
    else:
        rows.write(section, text=text, heading=heading)
