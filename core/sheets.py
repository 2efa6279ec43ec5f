"""Lists as spreadsheets, and what people paste or send from theirs."""

import csv
import io
import itertools
import re
import struct
import tempfile
import warnings
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import IO, Any
from zipfile import BadZipFile

from django.core.files.base import File
from django.http import FileResponse, Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from core import files, locales
from core.archives import MIB, Budget
from core.errors import Invalid

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
BEGINS_A_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
NARROWEST, WIDEST, MEASURED = 10, 60, 100
IN_MEMORY = MIB

MOST_ROWS, MOST_COLUMNS, MOST_BYTES = 20_000, 100, 20 * MIB
DELIMITERS = "\t;,|"
BROKEN = (BadZipFile, LookupError, ValueError, TypeError, AttributeError, SyntaxError, OSError, EOFError, zlib.error, struct.error)


# Out


def spreadsheet(*, name: str, header: Sequence[object], rows: Iterable[Sequence[object]], kind: str = "xlsx") -> FileResponse:
    """A download named `name` and `kind` (`xlsx` or `csv`; another is not found). Written before it is sent: whole, or an error."""
    write = {"csv": _write_csv, "xlsx": _write_xlsx}.get(kind)
    if write is None:
        raise Http404
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  (the response closes it)
    try:
        write(file, header, rows)
    except BaseException:
        file.close()
        raise
    size = file.tell()
    file.seek(0)
    response = FileResponse(file, content_type=CSV if kind == "csv" else XLSX)
    response["Content-Length"] = str(size)
    return files.as_download(response, f"{name}.{kind}")


def _write_csv(file: IO[bytes], header: Sequence[object], rows: Iterable[Sequence[object]]) -> None:
    """As Excel in Norwegian opens it: with a mark for UTF-8, semicolons, and the reader's decimal sign."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, delimiter=";")
    for row in itertools.chain([header], rows):
        writer.writerow([_as_text(safe(cell)) for cell in row])
    text.detach()


def _as_text(cell: object) -> object:
    if isinstance(cell, float | Decimal) and locales.locale() != "en_GB":
        return str(cell).replace(".", ",")
    return cell.isoformat(" ", "minutes") if isinstance(cell, datetime) else cell


def _write_xlsx(file: IO[bytes], header: Sequence[object], rows: Iterable[Sequence[object]]) -> None:
    rows = iter(rows)
    first = list(itertools.islice(rows, MEASURED))
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for number, cells in enumerate(itertools.zip_longest(header, *first), start=1):
        widest = max(len(str(cell)) for cell in cells if cell is not None) if any(cells) else 0
        sheet.column_dimensions[get_column_letter(number)].width = min(max(widest + 2, NARROWEST), WIDEST)
    sheet.freeze_panes = "A2"
    sheet.append([_bold(sheet, safe(cell)) for cell in header])
    last = 1
    for last, row in enumerate(itertools.chain(first, rows), start=2):  # noqa: B007
        sheet.append([safe(cell) for cell in row])
    sheet.auto_filter.ref = f"A1:{get_column_letter(max(len(header), 1))}{last}"
    book.save(file)
    book.close()


def _bold(sheet: Any, value: object) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value)
    cell.font = Font(bold=True)
    return cell


def safe(cell: object) -> object:
    """Numbers and dates stay what they are. Text can never be taken for a formula, whatever a supplier called itself."""
    match cell:
        case None:
            return ""
        case bool():
            return _("yes") if cell else _("no")
        case datetime():
            return timezone.localtime(cell).replace(tzinfo=None) if timezone.is_aware(cell) else cell
        case int() | float() | Decimal() | date() | time():
            return cell
    text = ILLEGAL_CHARACTERS_RE.sub("", str(cell))
    return f"'{text}" if text.lstrip(" ").startswith(BEGINS_A_FORMULA) else text


# In


def read_table(source: str | File, field: str = "file") -> list[list[str]]:
    """The rows of pasted text, of a CSV file (whatever it is separated by) or of a workbook's first sheet.

    All rows are equally long; empty rows inside stay, so that row numbers are those that the sender sees.
    """
    if isinstance(source, str):
        return _checked(_separated(source), field)
    if source.size > MOST_BYTES:
        raise Invalid.one(field, "too_large", _("The table is larger than %(most)d MB.") % {"most": MOST_BYTES // MIB})
    kind = files.inspect(source, field, Budget(entries=1000, size=10 * MOST_BYTES)).content_type
    source.seek(0)
    if kind == XLSX:
        return _checked(_first_sheet(source, field), field)
    if kind not in ("text/csv", "text/plain"):
        raise Invalid.one(field, "no_table", _("This is no table that we can read. Save it as .xlsx or CSV, or paste the rows."))
    return _checked(_separated(_decoded(source.read())), field)


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _separated(text: str) -> Iterator[list[str]]:
    text = text.removeprefix("\ufeff").replace("\x00", "")
    if declared := re.match(r"sep=(.)\r?\n", text):  # Excel's own way to say it
        return csv.reader(io.StringIO(text[declared.end() :], newline=""), delimiter=declared[1])
    return csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))


def _delimiter(text: str) -> str:
    """The sign that gives most rows the same number of cells, and more than one."""

    def fit(sign: str) -> tuple[int, int]:
        try:
            lengths = Counter(len(row) for row in itertools.islice(csv.reader(io.StringIO(text, newline=""), delimiter=sign), 20) if row)
        except csv.Error:
            return 0, 0
        length, count = max(lengths.items(), key=lambda item: (item[0] > 1, item[1]), default=(0, 0))
        return (count, length) if length > 1 else (0, 0)

    return max(DELIMITERS, key=fit)


def _first_sheet(file: File, field: str) -> Iterator[list[str]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl tells what it does not keep; we only read
        try:
            book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
            for row in book.worksheets[0].iter_rows(values_only=True):
                yield [_as_written(value) for value in row]
            book.close()
        except BROKEN as error:
            raise Invalid.one(field, "damaged", _("The workbook cannot be read. Save it again, or paste the rows.")) from error


def _as_written(value: object) -> str:
    match value:
        case None:
            return ""
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case float() if value.is_integer():
            return str(int(value))
    return str(value)


def _checked(rows: Iterator[list[str]], field: str) -> list[list[str]]:
    """Without the empty rows and cells at the ends: a sheet is often painted far below its last line."""
    table: list[list[str]] = []
    empty = 0
    for row in _told_apart(rows, field):
        cells = _without_end([cell.strip() for cell in row])
        if not cells:
            empty += 1
            continue
        if len(table) + empty >= MOST_ROWS or len(cells) > MOST_COLUMNS:
            text = _("The table is too large: at most %(rows)d rows and %(columns)d columns.")
            raise Invalid.one(field, "too_large", text % {"rows": MOST_ROWS, "columns": MOST_COLUMNS})
        table += [[]] * empty + [cells]
        empty = 0
    width = max((len(cells) for cells in table), default=0)
    return [cells + [""] * (width - len(cells)) for cells in table]


def _told_apart(rows: Iterator[list[str]], field: str) -> Iterator[list[str]]:
    try:
        yield from rows
    except csv.Error as error:
        raise Invalid.one(field, "damaged", _("The rows cannot be told apart. Save the table as .xlsx, or paste the rows.")) from error


def _without_end(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    return cells
