"""A letter as PDF: tagged (PDF/UA-1), so that it can be read aloud. Its words go in as data and are never read as markup."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typst

from core import files
from core.files import CheckedFile, KeptFile
from followup.letters import Letter

TEMPLATE = Path(__file__).parent / "typst" / "letter.typ"


def made(letter: Letter) -> CheckedFile:
    """The file, ready to be kept or handed out."""
    content = typst.compile(TEMPLATE, format="pdf", pdf_standards=["ua-1"], sys_inputs={"letter": json.dumps(letter)})
    return files.made(f"{files.plain_stem(letter['number'])}.pdf", content, "application/pdf")


@contextmanager
def kept(letter: Letter) -> Iterator[KeptFile]:
    """In storage, for the service that is called inside."""
    with files.kept([made(letter)]) as (file,):
        yield file
