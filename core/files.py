"""What an upload may be, how it is kept and how it is handed out.

A view asks `received` for the files of a request, keeps them with `kept` and gives them to a service. The parts: `uploads`
(coming in), `filetypes` and `archives` (what it is), `storage` (the disk), `scanning` (viruses), `janitor` (what is left over).
"""

import hashlib
import re
import unicodedata
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from typing import Any, Protocol, TypeVar
from urllib.parse import quote

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponseBase
from django.utils.datastructures import MultiValueDict
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core import filetypes, scanning, uploads
from core.archives import Budget, ContentError
from core.errors import Invalid, NotAllowed, StorageFull, WrongState, WrongType

LONGEST_NAME, LONGEST_EXTENSION = 200, 20
UNDECOMPOSED = str.maketrans({"æ": "ae", "Æ": "Ae", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ł": "l", "Ł": "L", "ß": "ss"})
"""Letters that are no letter with an accent for Unicode, and would be gone from a name."""


@dataclass(frozen=True)
class CheckedFile:
    """A file that may be kept. The content type is from our table, not from the sender."""

    name: str
    size: int
    sha256: str
    content_type: str
    content: File = field(repr=False, compare=False)


@dataclass(frozen=True)
class KeptFile(CheckedFile):
    """A file in storage; the fields of `core.models.StoredFile`."""

    storage_name: str
    scan_state: str

    @property
    def columns(self) -> dict[str, Any]:
        return {each.name: getattr(self, each.name) for each in fields(self) if each.name != "content"}


class Stored(Protocol):
    """What a file is handed out by: a row of `core.models.StoredFile`, or one that was kept a moment ago."""

    @property
    def name(self) -> str: ...

    @property
    def content_type(self) -> str: ...

    @property
    def storage_name(self) -> str: ...

    @property
    def scan_state(self) -> str: ...


Response = TypeVar("Response", bound=HttpResponseBase)


class Request(Protocol):
    """Django's request and the REST framework's."""

    @property
    def FILES(self) -> MultiValueDict[str, Any]: ...  # noqa: N802

    @property
    def META(self) -> dict[str, Any]: ...  # noqa: N802


# Coming in


def received(request: Request, field: str = "files") -> list[CheckedFile]:
    """The files of a request, each looked into. Says everything that is wrong with all of them at once."""
    uploads.refuse_unmeasured(request.META)
    sent = request.FILES.getlist(field)
    if refused := request.META.get(uploads.REFUSED):
        raise refused
    return inspect_all(sent, field)


def received_piece(request: Request, field: str) -> uploads.Upload | None:
    """A piece of a file, if one was sent. What it is a piece of is looked into when it is whole."""
    uploads.refuse_unmeasured(request.META)
    sent = request.FILES.getlist(field)
    if refused := request.META.get(uploads.REFUSED):
        raise refused
    if sent and sent[0].refused:
        raise sent[0].refused
    return sent[0] if sent else None


def inspect_all(sent: Sequence[File], field: str = "files") -> list[CheckedFile]:
    checked, wrong, budget = [], [], Budget()
    for content in sent:
        try:
            checked.append(inspect(content, field, budget))
        except Invalid as error:
            wrong.append(error)
    if wrong:
        raise _together(wrong)
    if sum(file.size for file in checked) > settings.UPLOAD_TOTAL_BYTES:
        raise uploads.too_much()
    if len(checked) > settings.UPLOAD_FILES:
        raise uploads.too_many()
    return checked


def _together(wrong: list[Invalid]) -> Invalid:
    if len(wrong) == 1:
        return wrong[0]
    kinds = {type(error) for error in wrong}
    return (kinds.pop() if len(kinds) == 1 else Invalid)([each for error in wrong for each in error.errors])


def inspect(content: File, field: str = "files", budget: Budget | None = None) -> CheckedFile:
    """Name, size and kind of one file; `Invalid`, `TooLarge` or `WrongType` in words for the sender."""
    name, size = safe_name(content.name or ""), content.size
    if isinstance(content, uploads.Upload) and content.refused:
        raise content.refused
    if size > settings.UPLOAD_FILE_BYTES:
        raise uploads.too_large(field, name)
    if size == 0:
        raise Invalid.one(field, "empty", _("%(name)s: The file is empty.") % {"name": name})
    try:
        kind = filetypes.content_type(content, name=name, size=size, budget=budget or Budget())
    except ContentError as refused:
        text = _("%(name)s: %(reason)s") % {"name": name, "reason": refused.detail}
        raise WrongType.one(field, refused.code, text) from refused
    return CheckedFile(name, size, _sha256(content), kind, content)


def _sha256(content: File) -> str:
    if isinstance(content, uploads.Upload):
        return content.sha256
    digest = hashlib.sha256()
    for chunk in content.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def safe_name(name: str) -> str:
    """A name to show and to download under; it never becomes a path. Invisible characters and folders are gone."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    visible = "".join(" " if char.isspace() else char for char in last if char.isspace() or unicodedata.category(char)[0] != "C")
    text = " ".join(visible.split()).rstrip(". ")
    stem, dot, extension = text.rpartition(".")
    if not dot or len(extension) > LONGEST_EXTENSION:
        stem, extension = text, ""
    stem = stem.strip(". ") or "file"
    ending = f".{extension}" if extension else ""
    return stem[: LONGEST_NAME - len(ending)].rstrip() + ending


def plain_stem(text: str) -> str:
    """For the name of a file that we make ourselves: small letters without accents, digits and hyphens."""
    return slugify(_plain(text))


def _plain(text: str) -> str:
    """In ASCII; what has no letter there is left out."""
    return unicodedata.normalize("NFKD", text.translate(UNDECOMPOSED)).encode("ascii", "ignore").decode()


def made(name: str, data: bytes, content_type: str) -> CheckedFile:
    """One of our own making."""
    return CheckedFile(name, len(data), hashlib.sha256(data).hexdigest(), content_type, ContentFile(data, name=name))


# Keeping


def keep(content: File) -> str:
    """Put a file into storage under a name of ours. The row that names it is written afterwards, never before."""
    token = uuid.uuid4().hex
    content.seek(0)
    try:
        return default_storage.save(f"{token[:2]}/{token}", content)
    except OSError as error:
        if uploads.is_disk_full(error):
            raise StorageFull from error
        raise


@contextmanager
def kept(checked: Iterable[CheckedFile]) -> Iterator[list[KeptFile]]:
    """Keep files for the service that is called inside; what it refuses is not kept.

    Only refusals of our own remove them: those come before the commit. After any other accident nobody knows whether the
    rows are there, and a file without a row is harmless until the janitor finds it.
    """
    files: list[KeptFile] = []
    try:
        for file in checked:
            shared = {each.name: getattr(file, each.name) for each in fields(CheckedFile)}
            files.append(KeptFile(**shared, storage_name=keep(file.content), scan_state=scanning.first_state()))
        yield files
    except (NotAllowed, WrongState, Invalid, StorageFull):
        for file in files:
            default_storage.delete(file.storage_name)
        raise


# Handing out


def download(file: Stored) -> FileResponse:
    """A stored file as a download; 409 while it is locked."""
    if scanning.is_locked(file.scan_state):
        raise WrongState(_("This file is locked until it has been scanned for viruses."))
    return as_download(FileResponse(default_storage.open(file.storage_name), content_type=file.content_type), file.name)


def handed_out(file: CheckedFile) -> FileResponse:
    """One that was made on the spot, as a download."""
    return as_download(FileResponse(file.content, content_type=file.content_type), file.name)


def as_download(response: Response, name: str) -> Response:
    """Always an attachment, and never anything that a browser would run."""
    response["Content-Disposition"] = _attachment(name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def _attachment(name: str) -> str:
    """RFC 6266: a plain name for old programs, the true one for the rest."""
    plain = re.sub(r"[^A-Za-z0-9 ._()+=,@-]", "_", _plain(name))
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
