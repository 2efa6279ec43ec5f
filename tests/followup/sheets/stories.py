"""Sheets brought to where a test begins."""

import zlib
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from core import ids
from followup.models import AuditSheet, ChecklistQuestion, ChecklistVersion
from followup.services import sheet_merging, sheets
from followup.services.sheet_merging import Merged, NewEntry
from tests.cast import Cast
from tests.factories import NOW
from tests.followup.audits.stories import planned

PHONE, TABLET = "phone-1", "tablet-2"


def begun(cast: Cast, code: str = "factory-visit", **fields: Any) -> AuditSheet:
    """On an audit at Nordvare, by the manager."""
    audit = planned(cast, **fields)
    version = ChecklistVersion.objects.get(checklist__code=code)
    return sheets.begin(audit=audit, versions=[version], actor=cast.manager, now=NOW)


def asked(sheet: AuditSheet, code: str) -> ChecklistQuestion:
    return ChecklistQuestion.objects.get(version__sheets__sheet=sheet, code=code)


def entry(
    question: ChecklistQuestion | UUID, text: str, *, part: str = "answer", base: int = 0, device: str = PHONE, **said: Any
) -> NewEntry:
    key = question if isinstance(question, UUID) else question.pk
    return NewEntry(said.get("id") or ids.new(), key, part, text, base, device, said.get("written_at") or NOW, device.title())


def sent(sheet: AuditSheet, *entries: NewEntry, actor: User) -> list[Merged]:
    return sheet_merging.merge(sheet=AuditSheet.objects.get(pk=sheet.pk), entries=entries, actor=actor, now=NOW)


def picture(name: str = "exit.png", pixel: int = 0) -> SimpleUploadedFile:
    """A PNG of one pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)

    head = (1).to_bytes(4) + (1).to_bytes(4) + b"\x08\x02\x00\x00\x00"
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\x00" + pixel.to_bytes(3))) + chunk(b"IEND", b"")
    return SimpleUploadedFile(name, b"\x89PNG\r\n\x1a\n" + body, content_type="image/png")


def heic(size: int) -> bytes:
    """The boxes of a photo as telephones take it. No browser can draw it, and nothing can be seen on it."""
    head = (24).to_bytes(4) + b"ftypheic" + bytes(4) + b"mif1heic"
    return head + (size - len(head)).to_bytes(4) + b"mdat" + bytes(size - len(head) - 8)
