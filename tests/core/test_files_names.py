"""The sender's name for a file: kept as data, shown and handed back, never a path, a header or a command."""

import unicodedata
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from django.utils.datastructures import MultiValueDict
from django.utils.http import parse_header_parameters
from hypothesis import given
from hypothesis import strategies as st

from core import files
from tests.core import specimens as made

NAMES = {
    "policy.pdf": "policy.pdf",
    "Ansvarlig næringsliv – år 2026.pdf": "Ansvarlig næringsliv – år 2026.pdf",
    "chính sách nhân quyền.pdf": "chính sách nhân quyền.pdf",
    "人权政策.pdf": "人权政策.pdf",
    "سياسة.pdf": "سياسة.pdf",
    "🪑 chair.pdf": "🪑 chair.pdf",
    unicodedata.normalize("NFD", "Ærlig åpenhet.pdf"): "Ærlig åpenhet.pdf",
    "../../etc/passwd.pdf": "passwd.pdf",
    "..\\..\\windows\\system.pdf": "system.pdf",
    "/etc/cron.d/job.pdf": "job.pdf",
    "C:\\fakepath\\scan.pdf": "scan.pdf",
    "C:scan.pdf": "C:scan.pdf",
    "a/b/c.pdf": "c.pdf",
    "nul\x00byte.pdf": "nulbyte.pdf",
    "head\r\nSet-Cookie: a=b.pdf": "head Set-Cookie: a=b.pdf",
    "line\nbreak.pdf": "line break.pdf",
    "tab\tbed.pdf": "tab bed.pdf",
    "invoice\u202efdp.exe.pdf": "invoicefdp.exe.pdf",
    "zero\u200bwidth.pdf": "zerowidth.pdf",
    "\ufeffmark.pdf": "mark.pdf",
    "line\u2028separator.pdf": "line separator.pdf",
    "delete\x7f.pdf": "delete.pdf",
    'quoted "twice".pdf': 'quoted "twice".pdf',
    "it's.pdf": "it's.pdf",
    "back`tick`$(id).pdf": "back`tick`$(id).pdf",
    "semi;colon.pdf": "semi;colon.pdf",
    "per%41cent%0d%0a.pdf": "per%41cent%0d%0a.pdf",
    "comma, and = equals.pdf": "comma, and = equals.pdf",
    "<script>alert(1)<img>.pdf": "<script>alert(1)<img>.pdf",
    "{{ 7*7 }}.pdf": "{{ 7*7 }}.pdf",
    "CON.pdf": "CON.pdf",
    "aux.pdf": "aux.pdf",
    "-rf.pdf": "-rf.pdf",
    "~root.pdf": "~root.pdf",
    "* ? |.pdf": "* ? |.pdf",
    "=cmd|' /C calc'!A0.pdf": "C calc'!A0.pdf",
    "  spaces   inside .pdf": "spaces inside.pdf",
    ".pdf": "file.pdf",
    "...pdf": "file.pdf",
    ".hidden.pdf": "hidden.pdf",
    "dots at the end.pdf. . .": "dots at the end.pdf",
    "two.endings.tar.pdf": "two.endings.tar.pdf",
    "å" * 300 + ".pdf": "å" * 196 + ".pdf",
    "a" * 199 + ".pdf": "a" * 196 + ".pdf",
}
NAMELESS = {
    "": "file",
    ".": "file",
    "..": "file",
    "/": "file",
    "\x00": "file",
    "\u202e": "file",
    "no ending": "no ending",
    "x." + "y" * 300: "x." + "y" * 198,
}


@pytest.mark.django_db  # closing a response closes old connections
@pytest.mark.parametrize("sent", NAMES)
def test_a_name_comes_in_is_kept_and_goes_out(sent: str, tmp_path: Path, settings: Any) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    upload = SimpleUploadedFile("x.pdf", made.pdf())
    upload._name = sent  # type: ignore[attr-defined]  # past Django's own cleaning: names also come by other doors
    request = RequestFactory().get("/")
    request._files = MultiValueDict({"files": [upload]})  # type: ignore[attr-defined]
    (checked,) = files.received(request)
    assert checked.name == NAMES[sent]

    with files.kept([checked]) as (kept,):
        assert Path(default_storage.path(kept.storage_name)).is_relative_to(settings.FILES_DIR)
        response = files.download(kept)
    assert read_name(response["Content-Disposition"]) == NAMES[sent]
    response.close()
    default_storage.delete(kept.storage_name)


@pytest.mark.parametrize("sent", NAMES)
def test_the_name_through_a_form(sent: str) -> None:
    """As a browser sends it: quotes and line ends are written %22, %0D and %0A there, and stay so."""
    encoded = sent.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
    body = (
        b'--X\r\nContent-Disposition: form-data; name="files"; filename="' + encoded.encode() + b'"\r\n\r\n' + made.pdf() + b"\r\n--X--\r\n"
    )
    request = RequestFactory().generic("POST", "/", body, content_type="multipart/form-data; boundary=X")
    (checked,) = files.received(request)
    assert checked.name == files.safe_name(checked.name)
    assert checked.name.endswith(".pdf")
    assert not set(checked.name) & set('/\\\r\n\x00"')
    request.close()


@pytest.mark.parametrize("sent", NAMELESS)
def test_names_that_are_none(sent: str) -> None:
    assert files.safe_name(sent) == NAMELESS[sent]


@given(st.text(max_size=400))
def test_whatever_the_name_is(sent: str) -> None:
    name = files.safe_name(sent)
    assert 0 < len(name) <= 200
    assert name == files.safe_name(name) == unicodedata.normalize("NFC", name)
    assert not set(name) & set("/\\")
    assert all(unicodedata.category(char)[0] != "C" for char in name)
    header = files._attachment(name)
    assert header.isascii()
    assert header.isprintable()
    assert read_name(header) == name


def read_name(header: str) -> str:
    """As RFC 6266 has it read: `filename*` goes before `filename`."""
    disposition, parameters = parse_header_parameters(header)
    assert disposition == "attachment"
    assert set(parameters) == {"filename"}
    return parameters["filename"]


def test_old_programs_get_a_plain_name() -> None:
    assert files._attachment("år «1».pdf").startswith('attachment; filename="ar 1.pdf"; ')
    assert files._attachment('a"b\\c%41;.pdf').startswith('attachment; filename="a_b_c_41_.pdf"; ')


def test_the_name_of_a_file_that_we_make_keeps_every_letter() -> None:
    assert files.plain_stem("Lønns- og arbeidsvilkår, Æra Đông") == "lonns-og-arbeidsvilkar-aera-dong"
