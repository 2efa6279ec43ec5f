"""Lists go out as spreadsheets that run nothing; tables come in from whatever people have."""

import csv
import io
import time
import tracemalloc
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import pytest
from django.core.files.base import ContentFile
from django.http import FileResponse
from django.utils import translation
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from core import sheets
from core.errors import Invalid
from tests.core import specimens as made

MIB = 1 << 20
HEADER = ["Navn", "Frist", "Beløp"]
pytestmark = pytest.mark.django_db  # closing a response closes old connections

FORMULAS = [
    "=1+1",
    "+47 22 00 00 00",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "=HYPERLINK(A1)",
    "=cmd|' /C calc'!A0",
    "＝1",
    "＋1",
    "－1",
    "＠x",
]


def content(response: FileResponse) -> bytes:
    body = response.getvalue()
    response.close()
    return body


def xlsx(rows: Sequence[Sequence[object]], header: Sequence[object] = HEADER) -> Any:
    return load_workbook(io.BytesIO(content(sheets.spreadsheet(name="liste", header=header, rows=rows)))).worksheets[0]


def separated(rows: Sequence[Sequence[object]], header: Sequence[object] = HEADER) -> list[list[str]]:
    body = content(sheets.spreadsheet(name="liste", header=header, rows=rows, kind="csv"))
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), delimiter=";"))


# Out


@pytest.mark.parametrize("text", FORMULAS)
def test_text_is_never_a_formula(text: str) -> None:
    assert separated([[text]])[1] == [f"'{text}"]
    cell = xlsx([[text]])["A2"]
    assert cell.data_type == "s"
    assert cell.value == f"'{text}".replace("\r", "\n") or cell.value == f"'{text}"


@pytest.mark.parametrize("text", FORMULAS)
def test_a_heading_is_never_a_formula_either(text: str) -> None:
    assert separated([], header=[text])[0] == [f"'{text}"]
    assert xlsx([], header=[text])["A1"].data_type == "s"


@given(st.text(max_size=60))
def test_whatever_the_text_is(text: str) -> None:
    safe = str(sheets.safe(text))
    assert not safe.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))
    readable = sheets.ILLEGAL_CHARACTERS_RE.sub("", text)
    assert safe in (readable, f"'{readable}")


def test_numbers_and_dates_stay_what_they_are() -> None:
    at = datetime(2026, 6, 1, 22, 30, tzinfo=UTC)
    row = [-5, 2.5, Decimal("-1234.50"), date(2026, 12, 2), at, True, None, UUID(int=7), gettext_lazy("yes"), 'æøå; "x"\nto']
    sheet = xlsx([row], header=[str(n) for n in range(10)])
    values = [cell.value for cell in sheet[2]]
    assert values[:3] == [-5, 2.5, -1234.5]
    assert values[3:5] == [datetime(2026, 12, 2), datetime(2026, 6, 2, 0, 30)], "dates, and moments in the reader's zone"  # noqa: DTZ001
    assert values[6:8] == [None, "00000000-0000-0000-0000-000000000007"]
    assert values[9] == row[9]
    assert [sheet.cell(2, column).data_type for column in range(1, 6)] == ["n", "n", "n", "d", "d"]


def test_a_csv_file_opens_in_norwegian_excel() -> None:
    row = [-5, Decimal("-1234.50"), date(2026, 12, 2), datetime(2026, 6, 1, 22, 30, tzinfo=UTC), None, "a;b"]
    with translation.override("nb"):
        assert separated([row])[1] == ["-5", "-1234,50", "2026-12-02", "2026-06-02 00:30", "", "a;b"]
    with translation.override("en"):
        assert separated([row])[1][1] == "-1234.50"


def test_the_download(settings: Any) -> None:
    response = sheets.spreadsheet(name="Forespørsler 2026", header=HEADER, rows=[["a", date(2026, 1, 1), 5]])
    assert response["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert response["Content-Disposition"].endswith("filename*=UTF-8''Foresp%C3%B8rsler%202026.xlsx")
    assert response["X-Content-Type-Options"] == "nosniff"
    length = response["Content-Length"]
    assert length == str(len(content(response)))


def test_the_heading_stays_in_sight_and_can_be_filtered() -> None:
    sheet = xlsx([["a long name of a supplier, longer than a column", None, 1]] * 3)
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:C4"
    assert sheet["A1"].font.bold
    assert sheet.column_dimensions["A"].width > 40 > sheet.column_dimensions["C"].width


def test_an_empty_list() -> None:
    assert [cell.value for cell in xlsx([])[1]] == HEADER
    assert separated([]) == [HEADER]


def test_an_error_on_the_way_sends_no_half_list() -> None:
    def rows() -> Iterator[list[object]]:
        yield ["first"]
        raise RuntimeError

    for kind in ("xlsx", "csv"):
        with pytest.raises(RuntimeError):
            sheets.spreadsheet(name="x", header=HEADER, rows=rows(), kind=kind)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_long_list_needs_no_memory(kind: str) -> None:
    rows = ([f"Leverandør nummer {n}", date(2026, 1, 1), n] for n in range(5_000))
    tracemalloc.start()
    response = sheets.spreadsheet(name="x", header=HEADER, rows=rows, kind=kind)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    response.close()
    assert peak < 3 * MIB


# In


TABLE = [["Navn", "E-post"], ["Kari Nordmann", "kari@nordvare.example"], ["Ærlig Åse", "ase@nordvare.example"]]


def joined(sign: str, end: str = "\r\n") -> str:
    return end.join(sign.join(row) for row in TABLE) + end


def workbook(rows: Sequence[Sequence[object]]) -> bytes:
    book, file = Workbook(), io.BytesIO()
    for row in rows:
        book.worksheets[0].append(list(row))
    book.save(file)
    return file.getvalue()


def sent(body: bytes, name: str) -> ContentFile:
    return ContentFile(body, name=name)


@pytest.mark.parametrize("sign", ["\t", ";", ",", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_pasted_or_sent_however_it_is_separated(sign: str, end: str) -> None:
    assert sheets.read_table(joined(sign, end)) == TABLE
    assert sheets.read_table(sent(joined(sign, end).encode(), "list.csv")) == TABLE


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_however_it_is_encoded(encoding: str) -> None:
    assert sheets.read_table(sent(joined(";").encode(encoding), "list.txt")) == TABLE


def test_from_a_workbook() -> None:
    assert sheets.read_table(sent(workbook(TABLE), "list.xlsx")) == TABLE
    typed = workbook([["Dato", 5, 2.5, None, date(2026, 12, 2), datetime(2026, 1, 1, 8, 5), "=1+1"]])  # noqa: DTZ001
    assert sheets.read_table(sent(typed, "typed.xlsx")) == [["Dato", "5", "2.5", "", "2026-12-02", "2026-01-01 08:05:00"]]


@pytest.mark.parametrize(
    ("text", "table"),
    [
        ("", []),
        ("\n\n", []),
        ("one", [["one"]]),
        ("one\ntwo", [["one"], ["two"]]),
        ("a;b\n\nc\n\n", [["a", "b"], ["", ""], ["c", ""]]),
        ("a;b;;\nc;d;;\n;;;\n", [["a", "b"], ["c", "d"]]),
        ('"a;1";b\n"c\nd";e\n', [["a;1", "b"], ["c\nd", "e"]]),
        ("sep=;\na,1;b\n", [["a,1", "b"]]),
        ("navn;beløp\na;1,5\nb;2,5\n", [["navn", "beløp"], ["a", "1,5"], ["b", "2,5"]]),
        ("Hansen, Ola\tola@x.example\nBerg, Kari\tkari@x.example", [["Hansen, Ola", "ola@x.example"], ["Berg, Kari", "kari@x.example"]]),
        ("a\tb\x00\n", [["a", "b"]]),
    ],
)
def test_tables_as_people_have_them(text: str, table: list[list[str]]) -> None:
    assert sheets.read_table(text) == table


@given(
    st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), min_size=1).map(str.strip).filter(bool),
            min_size=2,
            max_size=5,
        ),
        min_size=1,
        max_size=8,
    )
)
def test_what_we_write_we_read(rows: list[list[str]]) -> None:
    width = max(map(len, rows))
    padded = [row + [""] * (width - len(row)) for row in rows]
    file = io.StringIO(newline="")
    csv.writer(file, delimiter="\t", quoting=csv.QUOTE_ALL).writerows(padded)
    assert sheets.read_table("sep=\t\n" + file.getvalue()) == padded


@given(st.text(max_size=300))
def test_any_text_is_a_table_or_refused(text: str) -> None:
    try:
        table = sheets.read_table(text)
    except Invalid:
        return
    assert len({len(row) for row in table}) <= 1


def refusal(body: bytes | str, name: str = "list.xlsx") -> str:
    with pytest.raises(Invalid) as refused:
        sheets.read_table(body if isinstance(body, str) else sent(body, name))
    (error,) = refused.value.errors
    assert error.field == "file"
    return error.code


def test_too_many_rows_or_columns() -> None:
    assert refusal("a\tb\n" * 20_001) == "too_large"
    assert refusal("a;" * 100 + "a") == "too_large"
    assert refusal(workbook([["a"] * 101])) == "too_large"
    assert len(sheets.read_table("a\tb\n" * 20_000)) == 20_000


def test_what_is_no_table() -> None:
    assert refusal(made.pdf(), "list.pdf") == "no_table"
    assert refusal(made.pdf(), "list.xlsx") == "wrong_content"
    assert refusal(made.old_office("Workbook"), "list.xls") == "no_table"
    assert refusal(made.office("xlsx")) == "damaged", "a workbook without a sheet"
    assert refusal(b"", "list.csv") == "empty"
    assert refusal('a;"' + "x" * 200_000, "list.csv") == "damaged"


def test_a_workbook_that_is_a_bomb(settings: Any) -> None:
    settings.UPLOAD_FILE_BYTES = 200 * MIB
    assert refusal(workbook([["a"]]) + bytes(21 * MIB)) == "too_large"
    types = {"name": "[Content_Types].xml", "data": made.OOXML.format(made.MAIN["xlsx"]).encode(), "method": 0}
    zeros = {"name": "xl/sharedStrings.xml", "data": made.deflated_zeros(250), "size": 250 * MIB, "crc": made.crc_of_zeros(250)}
    assert refusal(made.raw_zip(types, zeros)) == "bomb"


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "[Content_Types].xml"]
)
def test_a_workbook_whose_xml_is_hostile(part: str) -> None:
    """A billion laughs, and a file of the server asked for by an entity."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    for entity in (f'<!ENTITY l0 "ha">{laughs}', '<!ENTITY l9 SYSTEM "file:///etc/passwd">'):
        original, hostile = io.BytesIO(workbook([["harmless"]])), io.BytesIO()
        with ZipFile(original) as source, ZipFile(hostile, "w") as target:
            for entry in source.infolist():
                body = source.read(entry).decode()
                if entry.filename == part:
                    _declaration, root = body.split("?>", 1) if body.startswith("<?xml") else ("", body)
                    body = f"<?xml version='1.0'?><!DOCTYPE x [{entity}]>" + root.replace("harmless", "&l9;").replace("><", ">&l9;<", 1)
                target.writestr(entry.filename, body)
        began = time.perf_counter()
        try:
            table = sheets.read_table(sent(hostile.getvalue(), "hostile.xlsx"))
        except Invalid:
            table = []
        assert "root:" not in str(table)
        assert len(str(table)) < 1000
        assert time.perf_counter() - began < 5


def test_a_sheet_painted_far_below_its_last_line() -> None:
    book, file = Workbook(), io.BytesIO()
    book.worksheets[0].append(["a", "b"])
    book.worksheets[0].cell(200_000, 3).number_format = "0.00"
    book.save(file)
    assert sheets.read_table(sent(file.getvalue(), "painted.xlsx")) == [["a", "b"]]


@given(st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), min_size=1, max_size=20))
def test_a_damaged_workbook_is_read_or_refused(changes: list[tuple[int, int]]) -> None:
    body = bytearray(workbook(TABLE))
    for position, value in changes:
        body[position % len(body)] = value
    try:
        sheets.read_table(sent(bytes(body), "list.xlsx"))
    except Invalid as refused:
        assert refused.errors  # noqa: PT017
