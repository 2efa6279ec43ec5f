"""Releases of many files grouped by process, on disk: the same process may be anywhere in a package larger than memory."""

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts.ocds import values

CACHE_KILOBYTES = 16_000


@dataclass(frozen=True)
class Release:
    """A release with what it is kept and ordered by. Without an id of its own its content is its id."""

    ocid: str
    id: str
    date: datetime | None
    data: dict[str, Any]


class Spool:
    """A database in a temporary file that vanishes when it is closed."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._db.executescript(f"""
            PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = FILE;
            PRAGMA cache_size = -{CACHE_KILOBYTES};
            CREATE TABLE release (position INTEGER PRIMARY KEY, ocid TEXT, id TEXT, date TEXT, is_second_stage INT, data TEXT);
            CREATE INDEX release_ocid ON release (ocid, date);
        """)

    def add(self, *, ocid: str, data: dict[str, Any], is_second_stage: bool) -> None:
        content = json.dumps(data)
        release_id = values.text(data.get("id"))[:200] or hashlib.sha256(content.encode()).hexdigest()
        date = values.moment(data.get("date"))
        self._db.execute(
            "INSERT INTO release (ocid, id, date, is_second_stage, data) VALUES (?, ?, ?, ?, ?)",
            (ocid, release_id, date.isoformat() if date else "", is_second_stage, content),
        )

    def ocids(self) -> Iterator[str]:
        """Each process once, as they came, but agreements before what was called off from them."""
        rows = self._db.execute("SELECT ocid FROM release GROUP BY ocid ORDER BY MAX(is_second_stage), MIN(position)")
        yield from (ocid for (ocid,) in rows)

    def count(self) -> int:
        return int(self._db.execute("SELECT COUNT(DISTINCT ocid) FROM release").fetchone()[0])

    def releases(self, ocid: str) -> Iterator[Release]:
        """Oldest first, undated ones before all, one at a time."""
        rows = self._db.execute("SELECT id, date, data FROM release WHERE ocid = ? ORDER BY date, position", (ocid,))
        for release_id, date, data in rows:
            yield Release(ocid, release_id, datetime.fromisoformat(date) if date else None, json.loads(data))

    def release_ids(self, ocid: str) -> set[str]:
        return {release_id for (release_id,) in self._db.execute("SELECT id FROM release WHERE ocid = ?", (ocid,))}

    def __contains__(self, ocid: str) -> bool:
        return self._db.execute("SELECT 1 FROM release WHERE ocid = ? LIMIT 1", (ocid,)).fetchone() is not None

    def close(self) -> None:
        self._db.close()
