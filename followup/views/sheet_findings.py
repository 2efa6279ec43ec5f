"""Making a finding of what a question of the sheet showed: the form begins with what was written there."""

from typing import Any

from django.core.files.base import ContentFile
from django.utils.translation import get_language

from accounts.requests import SignedInRequest
from core.files import KeptFile
from followup import sheet_reading
from followup.models import AuditSheet, SheetPhoto
from followup.sheet_reading import Answered
from followup.views.doors import key_of


def asked(request: SignedInRequest) -> Answered | None:
    """The question of a sheet that the address names, if its sheet is there for this person."""
    audit, question = key_of(request.GET.get("audit", "")), key_of(request.GET.get("question", ""))
    if not audit or not question:
        return None
    sheet = AuditSheet.objects.visible_to(request.user).filter(audit=audit).select_related("audit").first()
    parts = sheet_reading.read(sheet.audit, language=get_language() or "nb") if sheet else []
    return next((it for part in parts for it in part.answered if str(it.question.pk) == str(question)), None)


def initial(it: Answered, audit: Any) -> dict[str, Any]:
    """The words as they stand there, its theme, and the requirements of that theme that the audit checks."""
    said = "\n".join(text for text in (f"{it.text} {it.answer}".strip(), it.note) if text)
    bound = audit.obligations.filter(requirement__theme=it.question.theme).values_list("pk", flat=True) if audit else []
    return {"text": said, "theme": it.question.theme, "obligations": [str(key) for key in bound]}


def as_kept(photo: SheetPhoto) -> KeptFile:
    """The same file, held by the finding too: taken away from the sheet, it stays with the finding."""
    columns = {name: getattr(photo, name) for name in ("name", "size", "sha256", "content_type", "storage_name", "scan_state")}
    return KeptFile(content=ContentFile(b""), **columns)
