"""Product groups: a short tree in our own words, and the whole Common Procurement Vocabulary when somebody loads it."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TextIO

from django.db import transaction

from contracts.models import CpvCode

GROUPS_FILE = Path(__file__).parent / "data" / "cpv_groups.csv"
COLUMNS = ("code", "name_en", "name_nb")
BATCH = 500


class NotACodeListError(Exception):
    """The file is not the list that was expected; the message says what is missing."""


@dataclass(frozen=True)
class Group:
    """A product group as buyers speak of it. `parent` is the code of the group it belongs to, or nothing."""

    code: str
    parent: str
    name_nb: str
    name_nn: str
    name_en: str

    def name_in(self, language: str) -> str:
        return getattr(self, f"name_{language}", "") or self.name_nb


@cache
def groups() -> tuple[Group, ...]:
    """Our tree, each group before those that belong to it."""
    with GROUPS_FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Group(code=row["cpv"], parent=row["parent"], name_nb=row["name_nb"], name_nn=row["name_nn"], name_en=row["name_en"])
            for row in csv.DictReader(file)
        )


def group_of(code: str) -> Group | None:
    """The narrowest of our groups that a code lies in."""
    by_code = {group.code: group for group in groups()}
    return next((by_code[wider] for wider in widening(code) if wider in by_code), None)


def widening(code: str) -> Iterator[str]:
    """The code and every wider one: 79713000, 79710000, 79700000, 79000000."""
    digits = code.rstrip("0")
    for length in range(max(len(digits), 2), 1, -1):
        yield code[:length].ljust(8, "0")


def read(file: TextIO) -> Iterator[CpvCode]:
    """The rows of a list with the columns code, name_en, name_nb and perhaps name_nn. Check digits are cut off."""
    rows = csv.DictReader(file)
    missing = [column for column in COLUMNS if column not in (rows.fieldnames or ())]
    if missing:
        raise NotACodeListError(", ".join(missing))
    for row in rows:
        code = (row["code"] or "").strip().split("-")[0]
        names = {name: (row.get(name) or "").strip()[:300] for name in ("name_nb", "name_nn", "name_en")}
        if re.fullmatch(r"\d{8}", code) and names["name_nb"]:
            yield CpvCode(code=code, **names)
        else:
            raise NotACodeListError(f"{rows.line_num}: {row}")


@transaction.atomic
def load(codes: Iterable[CpvCode]) -> Counter[str]:
    """Store names; what is there already is corrected, and a nynorsk name that the list lacks is kept."""
    known = CpvCode.objects.in_bulk()
    new: dict[str, CpvCode] = {}
    changed: dict[str, CpvCode] = {}
    counts: Counter[str] = Counter()
    for code in codes:
        old = known.get(code.pk)
        code.name_nn = code.name_nn or (old.name_nn if old else "")
        if old is None:
            new[code.pk] = code
        elif _names(old) != _names(code):
            changed[code.pk] = code
        counts["created" if old is None else "updated" if code.pk in changed else "unchanged"] += 1
    CpvCode.objects.bulk_create(new.values(), batch_size=BATCH)
    CpvCode.objects.bulk_update(changed.values(), ["name_nb", "name_nn", "name_en"], batch_size=BATCH)
    return counts


def _names(code: CpvCode) -> tuple[str, str, str]:
    return code.name_nb, code.name_nn, code.name_en


def load_groups() -> Counter[str]:
    """Our own groups, where the whole list has not been loaded: their names never replace another's."""
    known = set(CpvCode.objects.values_list("code", flat=True))
    return load(
        CpvCode(code=group.code, name_nb=group.name_nb, name_nn=group.name_nn, name_en=group.name_en)
        for group in groups()
        if group.code not in known
    )
