"""A finding made of what was noted in an audit's sheet: in its words, with its photos, on the requirements that the audit checks."""

from collections.abc import Sequence
from datetime import date, datetime

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from contracts.models import Obligation
from core import rows
from core.errors import Invalid, WrongState
from core.files import KeptFile
from followup.models import Audit, AuditSheet, ChecklistQuestion, Finding, Part, Severity, SheetAnswer, SheetEntry, SheetPhoto
from followup.services import findings

NOTED = (Part.FINDING, Part.SEVERITY)


@transaction.atomic
def log(*, sheet: AuditSheet, question: ChecklistQuestion, actor: User, now: datetime, today: date) -> Finding:
    """As it was noted. A critical one tells the supplier and our owner at once, as every critical finding does."""
    rows.lock(sheet.audit)  # before the sheet, as whoever writes in it does: neither waits for the other
    rows.lock(sheet)
    noted = standing(sheet, question)
    if noted is None:
        raise WrongState(_("Nothing is noted here that is not logged already."))
    if SheetEntry.objects.filter(sheet=sheet, question=question, part__in=NOTED, outcome=SheetEntry.Outcome.CONFLICT).exists():
        raise WrongState(_("Two have noted this differently. Choose first which is to stand."))
    severity = Severity.objects.filter(code=_text(sheet, question, Part.SEVERITY)).first()
    if severity is None:
        raise Invalid.one("severity", "required", _("Say first how serious it is."))
    finding = findings.log(
        audit=sheet.audit,
        severity=severity,
        text=noted.text,
        theme=question.theme,
        obligations=checked_for(sheet.audit, question),
        files=[as_kept(photo) for photo in SheetPhoto.objects.filter(sheet=sheet, question=question).kept()],
        actor=actor,
        now=now,
        today=today,
    )
    link(finding, noted.entry)
    return finding


def standing(sheet: AuditSheet, question: ChecklistQuestion) -> SheetAnswer | None:
    """What is noted at the question and not logged yet."""
    found = SheetAnswer.objects.filter(sheet=sheet, question=question, part=Part.FINDING, entry__finding=None).exclude(text="")
    return found.select_related("entry").first()


def link(finding: Finding, entry: SheetEntry) -> None:
    """From now on this is logged: what is noted once becomes one finding."""
    rows.write(finding, noted_in=entry)


def checked_for(audit: Audit, question: ChecklistQuestion) -> Sequence[Obligation]:
    """The requirements of the question's theme that the audit checks."""
    return list(audit.obligations.filter(requirement__theme=question.theme).select_related("requirement"))


def as_kept(photo: SheetPhoto) -> KeptFile:
    """The same file, held by the finding too: taken away from the sheet, it stays with the finding."""
    columns = {name: getattr(photo, name) for name in ("name", "size", "sha256", "content_type", "storage_name", "scan_state")}
    return KeptFile(content=ContentFile(b""), **columns)


def _text(sheet: AuditSheet, question: ChecklistQuestion, part: str) -> str:
    found = SheetAnswer.objects.filter(sheet=sheet, question=question, part=part).values_list("text", flat=True)
    return found.first() or ""
