"""OCDS to import: the real files beside the repository where they are, and a made-up agreement to bend."""

import copy
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

SHARED = Path(__file__).parents[3] / "shared" / "data"
OCID = "ocds-test01-1"


def real(name: str) -> Path:
    """A file of the real data; the test is skipped where that was not handed out with the code."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{path} is not here: the real data is kept beside the repository, not in it.")
    return path


def release(**changes: Any) -> dict[str, Any]:
    """An awarded agreement with everything: two lots, two suppliers, dates, value. Changes replace top-level sections."""
    whole: dict[str, Any] = {
        "ocid": OCID,
        "id": "1",
        "date": "2026-01-10T12:00:00Z",
        "tag": ["award", "contract"],
        "initiationType": "tender",
        "parties": [
            party("A", "Alfa AS", "923 609 016"),
            party("B", "Beta AS", "971277882"),
            {**party("K", "Kjøper kommune", "974761157"), "roles": ["buyer"]},
        ],
        "buyer": {"id": "K"},
        "tender": {
            "id": "T-1",
            "title": "Rammeavtale kontorstoler",
            "description": "Stoler til kontor.",
            "identifiers": [{"scheme": "internal", "id": "26/1234"}],
            "techniques": {"hasFrameworkAgreement": True},
            "value": {"amount": 1_000_000.5, "currency": "NOK"},
            "contractPeriod": {"startDate": "2026-02-01T00:00:00+01:00", "endDate": "2028-01-31T23:59:59+01:00"},
            "items": [{"id": "1", "classification": {"scheme": "CPV", "id": "39112000-0", "description": "Stoler"}}],
            "lots": [{"id": "L1", "title": "Øst"}, {"id": "L2", "title": "Vest"}],
        },
        "awards": [
            {"id": "1", "status": "active", "suppliers": [{"id": "A"}, {"id": "B"}], "relatedLots": ["L1"]},
            {"id": "2", "status": "active", "suppliers": [{"id": "B"}], "relatedLots": ["L2"]},
        ],
        "contracts": [{"id": "1", "awardID": "1", "dateSigned": "2026-01-09T23:59:59Z"}],
    }
    return copy.deepcopy(whole | changes)


def call_off(**changes: Any) -> dict[str, Any]:
    """An order of Kjøper kommune from Alfa on the agreement above."""
    whole = {
        "ocid": "ocds-test01-2",
        "id": "1",
        "date": "2026-03-01T12:00:00Z",
        "tag": ["award", "contract"],
        "parties": [party("A", "Alfa AS", "923609016"), {**party("K", "Kjøper kommune", "974761157"), "roles": ["buyer"]}],
        "buyer": {"id": "K"},
        "tender": {"id": "B-7", "title": "20 stoler"},
        "awards": [
            {
                "id": "1",
                "suppliers": [{"id": "A"}],
                "relatedLots": ["L1"],
                "value": {"amount": 40000, "currency": "NOK"},
                "date": "2026-03-01",
            }
        ],
        "relatedProcesses": [{"id": "1", "relationship": ["framework"], "scheme": "ocid", "identifier": OCID}],
    }
    return copy.deepcopy(whole | changes)


def party(party_id: str, name: str, number: str, scheme: str = "NO-BRC", country: str = "NO") -> dict[str, Any]:
    return {
        "id": party_id,
        "name": name,
        "identifier": {"scheme": scheme, "id": number},
        "address": {"country": country},
        "roles": ["supplier"],
    }


def package(*releases: Any) -> bytes:
    return json.dumps({"uri": "https://x.example/", "version": "1.1", "releases": releases}).encode()


class Importing:
    """Runs the command, in English, on files made of bytes; keeps what it printed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = ""

    def __call__(self, *contents: bytes | Path | dict[str, Any], **options: Any) -> list[tuple[str, str, str]]:
        """(outcome, ocid, text) of each line. Fails when a file could not be read."""
        lines, code = self.outcome(*contents, **options)
        assert code == 0, self.log
        return lines

    def outcome(self, *contents: bytes | Path | dict[str, Any], **options: Any) -> tuple[list[tuple[str, str, str]], int]:
        paths = [self.file(number, content) for number, content in enumerate(contents)]
        out, log, code = StringIO(), StringIO(), 0
        try:
            with translation.override("en"):
                call_command("import_ocds", *map(str, paths), stdout=out, stderr=log, **options)
        except CommandError as error:
            code = error.returncode
        self.log = log.getvalue()
        *lines, last = out.getvalue().splitlines()
        assert last == f"total: {len(lines)}"
        return [self.columns(line) for line in lines], code

    def file(self, number: int, content: bytes | Path | dict[str, Any]) -> Path:
        if isinstance(content, Path):
            return content
        path = self.folder / f"{number}.json"
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return path

    @staticmethod
    def columns(line: str) -> tuple[str, str, str]:
        outcome, ocid, text = line.split("\t")
        return outcome, ocid, text


@pytest.fixture
def import_ocds(db: None, tmp_path: Path) -> Importing:
    return Importing(tmp_path)
