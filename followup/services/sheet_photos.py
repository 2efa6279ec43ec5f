"""The photos of a sheet: taken in one by one, known again by the id that the device gave, and by their checksum."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import history, rows
from core.errors import Invalid, TooLarge, WrongState, WrongType
from core.files import CheckedFile, KeptFile
from followup.models import AuditSheet, ChecklistQuestion, SheetPhoto
from followup.services import sheets

MIB = 1 << 20
MOST_BYTES = 25 * MIB
MOST_PHOTOS = 400


def known(sheet: AuditSheet, *, photo: UUID, sha256: str) -> SheetPhoto | None:
    """The photo, if this sheet has had it before: nothing of it need be kept again."""
    found = SheetPhoto.objects.filter(pk=photo).first()
    if found and found.sheet_id == sheet.pk and found.sha256 == sha256:
        return found
    if found:
        raise Invalid.one("id", "used", _("Another photo was sent under this id. Give each photo an id of its own."))
    return None


def check(sheet: AuditSheet, files: Iterable[CheckedFile], *, actor: User) -> None:
    """Before anything is kept: may it be written in, and is each a picture of a size that we take."""
    sheets.must_be_open(sheet.audit, actor=actor)
    for file in files:
        if not file.content_type.startswith("image/"):
            text = _("%(name)s is no picture. Send JPEG, PNG, WebP or HEIC here, and other papers with the finding or the report.")
            raise WrongType.one("file", "no_picture", text % {"name": file.name})
        must_fit(file.name, file.size)


def must_fit(name: str, size: int) -> None:
    if size > MOST_BYTES:
        text = _("%(name)s is larger than %(most)d MB, which is the most for one photo.")
        raise TooLarge.one("file", "too_large", text % {"name": name, "most": MOST_BYTES // MIB})


def must_have_room(sheet: AuditSheet, *, begun: int = 0) -> None:
    """`begun` are photos of which pieces are here, and that will want room too."""
    if SheetPhoto.objects.filter(sheet=sheet).kept().count() + begun >= MOST_PHOTOS:
        text = _("The sheet has %(most)d photos, which is the most. Take some away, or put the rest with a finding.")
        raise Invalid.one("file", "too_many", text % {"most": MOST_PHOTOS})


@transaction.atomic
def add(
    *,
    sheet: AuditSheet,
    photo: UUID,
    question: ChecklistQuestion,
    file: KeptFile,
    device: str,
    taken_at: datetime,
    actor: User,
    now: datetime,
) -> SheetPhoto:
    """Keep one. The same picture to the same question is kept once, whoever sends it and however often."""
    rows.lock(sheet.audit)  # nobody closes it meanwhile
    check(sheet, [file], actor=actor)
    rows.lock(sheet)
    if before := known(sheet, photo=photo, sha256=file.sha256) or _same(sheet, question, file):
        return before
    must_have_room(sheet)
    kept = SheetPhoto.objects.create(
        id=photo,
        sheet=sheet,
        question=question,
        device=device,
        taken_at=min(taken_at, now),
        uploaded_by=actor,
        created_at=now,
        **file.columns,
    )
    changes = {"question": question.code, "name": file.name, "sha256": file.sha256}
    history.record(actor=actor, now=now, verb="add_photo", about=sheet, changes=changes, is_internal=True)
    return kept


@transaction.atomic
def remove(*, sheet: AuditSheet, photo: SheetPhoto, actor: User, now: datetime) -> None:
    """Take one away, for good: a face that should not have been there. That it was there stays in the history."""
    sheets.must_be_open(sheet.audit, actor=actor)
    rows.lock(photo)
    if photo.removed_at is not None:
        raise WrongState(_("This photo has been taken away already."))
    rows.write(photo, removed_at=now, storage_name="")
    changes = {"question": photo.question.code, "name": photo.name, "sha256": photo.sha256}
    history.record(actor=actor, now=now, verb="remove_photo", about=sheet, changes=changes, is_internal=True)


def _same(sheet: AuditSheet, question: ChecklistQuestion, file: KeptFile) -> SheetPhoto | None:
    found: SheetPhoto | None = SheetPhoto.objects.filter(sheet=sheet, question=question, sha256=file.sha256).kept().first()
    return found
