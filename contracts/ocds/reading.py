"""From the bytes of a file to OCDS releases, one at a time.

Understood are a release, a record, packages of either, a list of any of these, and one JSON document a line. Nothing
but the release at hand is in memory, so a package may be larger than the machine's memory.
"""

import codecs
import math
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, BinaryIO, Protocol

import ijson
from ijson.common import ObjectBuilder

from contracts.ocds.problems import Problem, problem

MAX_DEPTH = 100
MAX_LEVEL = 4
"""A list of record packages holds its releases on the third level."""
MAX_WEIGHT = 16_000_000
"""The most one release may weigh: its characters plus EVENT_WEIGHT for every value. Real ones stay below a million."""
EVENT_WEIGHT = 16

SECTIONS = ("ocid", "tender", "awards", "contracts", "parties", "planning")
CHUNK = 1 << 20

Event = tuple[str, Any]


class Source(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


class ReadError(Exception):
    """The file, or the rest of it, cannot be read. What was yielded before stands."""

    def __init__(self, why: Problem) -> None:
        super().__init__(str(why))
        self.why = why


@dataclass(frozen=True)
class Entry:
    """One release of the file, or why it is none. Positions count from 1; 0 is about the file."""

    position: int
    release: dict[str, Any] | None = None
    problem: Problem | None = None


def entries(stream: BinaryIO) -> Iterator[Entry]:
    """Every release of a seekable file. Raises ReadError, perhaps after the first entries."""
    source, encoding = _as_utf8(stream)
    document = _Document(ijson.basic_parse(source, multiple_values=True))
    try:
        for entry in document.read():
            if encoding:
                yield Entry(0, problem=problem("other_encoding", encoding=encoding))
                encoding = ""
            yield entry
    except (ijson.JSONError, ValueError, ArithmeticError) as error:
        raise ReadError(_why(error, document.position)) from error


def _why(error: Exception, position: int) -> Problem:
    if isinstance(error, ijson.IncompleteJSONError) and "EOF" in str(error):
        return problem("cut_off")
    detail = (str(error) or type(error).__name__).splitlines()[0]
    return problem("broken_json" if position else "not_json", detail=detail)


class _Document:
    """Reads JSON values that are releases, records, packages or lists of these."""

    def __init__(self, events: Iterator[Event]) -> None:
        self.events = events
        self.position = 0

    def read(self) -> Iterator[Entry]:
        found = 0
        for event, _value in self.events:
            if event == "start_map":
                found += yield from self._object(level=0)
            elif event == "start_array":
                found += yield from self._list(level=0)
        if not found:
            raise ReadError(problem("not_ocds"))

    def _list(self, *, level: int) -> Generator[Entry, None, int]:
        """Yield what is in a list; return how much of it was recognised."""
        found = 0
        for event, value in self.events:
            if event == "end_array":
                break
            if event == "start_map":
                found += yield from self._object(level=level)
            elif level:
                self.position += 1
                _Weight().value(self.events, event, value)
                yield Entry(self.position, problem=problem("not_an_object", position=self.position))
            else:
                _Weight().value(self.events, event, value)
        return found

    def _object(self, *, level: int) -> Generator[Entry, None, int]:
        """A package and a record stream their `releases` or `records`; a release is built whole."""
        rest: dict[str, Any] = {}
        weight = _Weight()
        within: int | None = None
        for event, key in self.events:
            if event == "end_map":
                break
            event, value = next(self.events)
            if key in ("releases", "records") and event == "start_array" and level < MAX_LEVEL:
                within = (within or 0) + (yield from self._list(level=level + 1))
            else:
                rest[key] = weight.value(self.events, event, value)
        if within:
            return 1
        if within == 0 or "compiledRelease" in rest or "versionedRelease" in rest:
            yield from self._compiled(rest)
            return 1
        return (yield from self._release(rest, weight, level=level))

    def _release(self, data: dict[str, Any], weight: "_Weight", *, level: int) -> Generator[Entry, None, int]:
        is_known = any(section in data for section in SECTIONS)
        is_only_linked = level > 0 and "url" in data
        if not is_known and (level == 0 or is_only_linked):
            return 0
        self.position += 1
        if weight.is_exceeded:
            yield Entry(self.position, problem=problem("too_large", position=self.position))
        else:
            yield Entry(self.position, release=data)
        return 1

    def _compiled(self, record: dict[str, Any]) -> Iterator[Entry]:
        """What a record says when it embeds no releases of its own."""
        compiled = record.get("compiledRelease")
        if not isinstance(compiled, dict) and isinstance(record.get("versionedRelease"), dict):
            compiled = latest(record["versionedRelease"])
        if isinstance(compiled, dict):
            self.position += 1
            yield Entry(self.position, release={"ocid": record.get("ocid"), **compiled})
        elif "ocid" in record:
            self.position += 1
            yield Entry(self.position, problem=problem("only_linked"))
        else:
            yield Entry(0, problem=problem("no_releases"))


class _Weight:
    """Builds values and stops keeping them when together they are too heavy; they are read to their end all the same."""

    def __init__(self) -> None:
        self.left = MAX_WEIGHT
        self.is_exceeded = False

    def value(self, events: Iterator[Event], event: str, value: Any) -> Any:
        builder, depth = ObjectBuilder(), 0
        while True:
            value = _clean(value)
            self.left -= EVENT_WEIGHT + (len(value) if isinstance(value, str) else 0)
            self.is_exceeded = self.is_exceeded or self.left < 0 or depth > MAX_DEPTH
            if not self.is_exceeded:
                builder.event(event, value)
            depth += event.startswith("start_") - event.startswith("end_")
            if not depth:
                return None if self.is_exceeded else builder.value
            event, value = next(events)


def _clean(value: Any) -> Any:
    """What no database column holds: NUL characters, infinite and overlong numbers."""
    if isinstance(value, str):
        return value.replace("\x00", "") if "\x00" in value else value
    if isinstance(value, Decimal):
        return float(value) if math.isfinite(float(value)) else None
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return None
    return value


def latest(versioned: Any) -> Any:
    """A versioned release as it stood last: every list of dated values becomes its last value."""
    if isinstance(versioned, dict):
        return {key: latest(value) for key, value in versioned.items()}
    if not isinstance(versioned, list):
        return versioned
    if versioned and all(isinstance(item, dict) and "releaseDate" in item and "value" in item for item in versioned):
        return versioned[-1]["value"]
    return [latest(item) for item in versioned]


def _as_utf8(stream: BinaryIO) -> tuple[Source, str]:
    """The stream in the only encoding JSON allows, and the name of the encoding it was found in when that is another."""
    head = stream.read(4)
    if not head:
        raise ReadError(problem("empty_file"))
    for bom, encoding in ((codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if head.startswith(bom):
            stream.seek(0)
            return _Recoded(stream, encoding), encoding
    start = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
    is_utf8 = _is_utf8(stream)
    stream.seek(start)
    return (stream, "") if is_utf8 else (_Recoded(stream, "windows-1252"), "windows-1252")


def _is_utf8(stream: BinaryIO) -> bool:
    stream.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := stream.read(CHUNK):
            decoder.decode(chunk)
    except UnicodeDecodeError:
        return False
    return True


class _Recoded:
    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._text = codecs.getreader(encoding)(stream, "replace")

    def read(self, size: int = -1, /) -> bytes:
        return self._text.read(size).encode()
