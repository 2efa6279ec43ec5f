"""A photo that comes piece by piece, so that a net that breaks costs one piece and not the photo.

Pieces are kept as they come, in storage, so that any of our processes can go on. Whoever sends may ask how much has come.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from accounts.models import User
from core import files, rows
from core.errors import Invalid
from core.files import CheckedFile
from core.uploads import Upload
from followup.models import AuditSheet, PhotoPiece
from followup.services import sheet_photos, sheets

LEAST = 64 * 1024
"""Octets of a piece that is not the last: smaller ones cost more than they save."""

KEPT_FOR = timedelta(days=14)
"""How long a device may stay away before it begins the photo anew."""


@dataclass(frozen=True)
class Whole:
    """The photo that the pieces are to become."""

    id: UUID
    sha256: str
    size: int
    name: str


def arrived(sheet: AuditSheet, whole: Whole) -> int:
    """How many octets of it are here: where to go on."""
    return _of(sheet, whole).aggregate(octets=Sum("size"))["octets"] or 0


def take(*, sheet: AuditSheet, whole: Whole, start: int, content: File, actor: User, now: datetime) -> int:
    """Keep the next piece; how much is here then. One that came before, or comes too early, is left out: the answer says where to go on."""
    sheets.must_be_open(sheet.audit, actor=actor)
    sheet_photos.must_fit(whole.name, whole.size)
    _check(whole, start, content)
    there = arrived(sheet, whole)
    if there != start:
        return there
    if start == 0:
        sheet_photos.must_have_room(sheet, begun=PhotoPiece.objects.filter(sheet=sheet).values("photo").distinct().count())
    name = files.keep(content)
    there = _note(sheet, whole, start, content.size, name, actor=actor, now=now)
    if there != start + content.size:
        default_storage.delete(name)  # somebody else was quicker with this piece
    return there


@contextmanager
def put_together(sheet: AuditSheet, whole: Whole) -> Iterator[CheckedFile]:
    """The whole photo, looked into like every other upload. When it is taken in, or cannot be, its pieces are gone."""
    with Upload(whole.name) as upload:
        try:
            for piece in _of(sheet, whole):
                with default_storage.open(piece.storage_name) as content:
                    for chunk in content.chunks():
                        upload.add(chunk)
            upload.flush()
            if upload.sha256 != whole.sha256:
                raise Invalid.one("sha256", "not_whole", _("The photo did not arrive whole. Send it again."))
            yield files.inspect(upload, "file")
        except Invalid:
            forget(_of(sheet, whole))
            raise
    forget(_of(sheet, whole))


@transaction.atomic
def forget(pieces: QuerySet[PhotoPiece]) -> int:
    """Their rows, and when that is certain their files."""
    names = list(pieces.values_list("storage_name", flat=True))
    pieces.delete()
    transaction.on_commit(partial(_remove, names))
    return len(names)


def _remove(names: list[str]) -> None:
    for name in names:
        default_storage.delete(name)


def sweep(*, now: datetime) -> int:
    """Of photos that nobody goes on sending."""
    return forget(PhotoPiece.objects.filter(created_at__lt=now - KEPT_FOR))


@transaction.atomic
def _note(sheet: AuditSheet, whole: Whole, start: int, size: int, name: str, *, actor: User, now: datetime) -> int:
    rows.lock(sheet)
    there = arrived(sheet, whole)
    if there != start:
        return there
    said = {"photo": whole.id, "sha256": whole.sha256, "start": start, "size": size, "storage_name": name}
    PhotoPiece.objects.create(sheet=sheet, uploaded_by=actor, created_at=now, **said)
    return start + size


def _check(whole: Whole, start: int, content: File) -> None:
    end = start + content.size
    if content.size == 0 or end > whole.size:
        raise Invalid.one("file", "not_a_piece", _("The piece does not lie within the photo."))
    if content.size < LEAST and end < whole.size:
        raise Invalid.one("file", "too_small", _("Send at least %(least)d kB at a time.") % {"least": LEAST // 1024})


def _of(sheet: AuditSheet, whole: Whole) -> QuerySet[PhotoPiece]:
    return PhotoPiece.objects.filter(sheet=sheet, photo=whole.id, sha256=whole.sha256)
