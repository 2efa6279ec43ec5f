"""A letter as PDF: tagged (PDF/UA-1), so that it can be read aloud. Its words go in as data and are never read as markup."""

import hashlib
import json
from pathlib import Path

import typst
from django.core.files.base import ContentFile
from django.http import FileResponse
from django.http.response import HttpResponseBase

from core import files
from core.files import CheckedFile
from core.models import StoredFile
from followup.letters import Letter

TEMPLATE = Path(__file__).parent / "typst" / "letter.typ"


def made(letter: Letter) -> CheckedFile:
    """The file, ready to be kept or handed out."""
    content = typst.compile(TEMPLATE, format="pdf", pdf_standards=["ua-1"], sys_inputs={"letter": json.dumps(letter)})
    name = f"{files.plain_stem(letter['number'])}.pdf"
    return CheckedFile(name, len(content), hashlib.sha256(content).hexdigest(), "application/pdf", ContentFile(content, name=name))


def as_kept(file: StoredFile) -> HttpResponseBase:
    """As it was sent."""
    return files.download(name=file.name, content_type=file.content_type, storage_name=file.storage_name, scan_state=file.scan_state)


def handed_out(letter: Letter) -> FileResponse:
    """Made on the spot, as a download."""
    file = made(letter)
    return files.as_download(FileResponse(file.content, content_type=file.content_type), file.name)
