"""A written audit report as files: PDF, tagged (PDF/UA-1) so that it can be read aloud, and Word with headings of its own.

What people wrote goes in as data and is never read as markup.
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import typst
from django.utils import translation

from core import files
from core.files import CheckedFile, KeptFile
from followup import report_docx, report_photos, report_words
from followup.models import WrittenReport
from followup.report_words import Written

TEMPLATE = Path(__file__).parent / "typst" / "report.typ"
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def made(content: Written, report: WrittenReport, form: str) -> CheckedFile:
    """The file, ready to be kept or handed out."""
    photos = report_photos.read(content)
    data = _pdf(content, photos) if form == "pdf" else _docx(content, photos)
    return files.made(f"{_stem(report)}.{form}", data, TYPES[form])


@contextmanager
def kept(content: Written, report: WrittenReport) -> Iterator[list[KeptFile]]:
    with files.kept([made(content, report, form) for form in TYPES]) as both:
        yield both


def form_of(file: CheckedFile) -> str:
    return next(form for form, content_type in TYPES.items() if content_type == file.content_type)


def _pdf(content: Written, photos: Mapping[str, bytes]) -> bytes:
    """In a folder of its own, so that nothing else can be read. With a photo that cannot be shown, all are only named."""
    with TemporaryDirectory() as folder:
        shown = {}
        for number, (name, data) in enumerate(photos.items()):
            shown[name] = f"photo-{number}"
            (Path(folder) / shown[name]).write_bytes(data)
        template = Path(shutil.copy(TEMPLATE, folder))
        try:
            return _compiled(template, content, shown)
        except typst.TypstError:
            if not shown:
                raise
            return _compiled(template, content, {})


def _compiled(template: Path, content: Written, shown: Mapping[str, str]) -> bytes:
    said = {"report": json.dumps(content), "photos": json.dumps(shown)}
    made_: bytes = typst.compile(template, root=template.parent, format="pdf", pdf_standards=["ua-1"], sys_inputs=said)
    return made_


def _docx(content: Written, photos: Mapping[str, bytes]) -> bytes:
    out = BytesIO()
    report_docx.document(content, photos).save(out)
    return out.getvalue()


def _stem(report: WrittenReport) -> str:
    with translation.override(report.language):
        return files.plain_stem(report_words.title_of(report))[:120]
