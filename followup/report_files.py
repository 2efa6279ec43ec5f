"""A written audit report as files: PDF, tagged (PDF/UA-1) so that it can be read aloud, and Word with headings of its own.

What people wrote goes in as data and is never read as markup.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import typst
from django.core.files.base import ContentFile
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.text import slugify

from core import files
from core.files import CheckedFile, KeptFile
from followup import report_docx, report_words
from followup.models import ReportFile, WrittenReport
from followup.report_words import Written

TEMPLATE = Path(__file__).parent / "typst" / "report.typ"
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def made(content: Written, report: WrittenReport, form: str) -> CheckedFile:
    data = _pdf(content) if form == "pdf" else _docx(content)
    name = f"{_stem(report)}.{form}"
    return CheckedFile(name, len(data), hashlib.sha256(data).hexdigest(), TYPES[form], ContentFile(data, name=name))


@contextmanager
def kept(content: Written, report: WrittenReport) -> Iterator[list[KeptFile]]:
    with files.kept([made(content, report, form) for form in TYPES]) as both:
        yield both


def form_of(file: CheckedFile) -> str:
    return next(form for form, content_type in TYPES.items() if content_type == file.content_type)


def as_kept(file: ReportFile) -> HttpResponseBase:
    return files.download(name=file.name, content_type=file.content_type, storage_name=file.storage_name, scan_state=file.scan_state)


def handed_out(content: Written, report: WrittenReport, form: str) -> HttpResponseBase:
    """Made on the spot, as a download."""
    file = made(content, report, form)
    return files.as_download(FileResponse(file.content, content_type=file.content_type), file.name)


def _pdf(content: Written) -> bytes:
    made_: bytes = typst.compile(TEMPLATE, format="pdf", pdf_standards=["ua-1"], sys_inputs={"report": json.dumps(content)})
    return made_


def _docx(content: Written) -> bytes:
    out = BytesIO()
    report_docx.document(content).save(out)
    return out.getvalue()


def _stem(report: WrittenReport) -> str:
    with translation.override(report.language):
        return slugify(report_words.title_of(report))[:120]
