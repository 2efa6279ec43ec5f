"""Files that are not what they should be: each gets a clear answer, and what can be read is read."""

import gzip
import json
from pathlib import Path

import pytest

from contracts.models import Framework, SourceRelease
from tests.contracts.samples import OCID, Importing, call_off, package, release


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        (b"", "The file is empty."),
        (b"<html><body>Not found</body></html>", "The file is not JSON"),
        (b"ocid;title\n1;Stoler\n", "The file is not JSON"),
        (gzip.compress(package(release())), "The file is not JSON"),
        (b"\x00\x01\x02\xff" * 50, "The file is not JSON"),
        (b'{"type": "FeatureCollection", "features": []}', "holds no OCDS release"),
        (b"[]", "holds no OCDS release"),
        (b"[1, 2, 3]", "holds no OCDS release"),
        (b"42", "holds no OCDS release"),
        (b'"ocds"', "holds no OCDS release"),
        (b"[" * 100_000, "The file ends in the middle"),
    ],
    ids=["empty", "html", "csv", "gzip", "binary", "other json", "empty list", "list of numbers", "number", "text", "brackets"],
)
def test_a_file_that_cannot_be_read_at_all(import_ocds: Importing, content: bytes, answer: str) -> None:
    lines, code = import_ocds.outcome(content)
    assert (lines, code) == ([], 1)
    assert answer in import_ocds.log


def test_a_file_that_is_not_there(import_ocds: Importing, tmp_path: Path) -> None:
    lines, code = import_ocds.outcome(tmp_path / "nowhere.json", release())
    assert code == 1
    assert "nowhere.json" in import_ocds.log
    assert [outcome for outcome, _, _ in lines] == ["created"], "the other file was read"


def test_a_package_cut_off_half_way_gives_what_came_before(import_ocds: Importing) -> None:
    content = package(release(), release(ocid="ocds-test01-5"), release(ocid="ocds-test01-6"))
    lines, code = import_ocds.outcome(content[: len(content) * 5 // 6])
    assert [(outcome, ocid) for outcome, ocid, _ in lines] == [("created", OCID), ("created", "ocds-test01-5")]
    assert code == 1
    assert "ends in the middle" in import_ocds.log


def test_json_that_breaks_half_way(import_ocds: Importing) -> None:
    content = package(release(), release(ocid="ocds-test01-5"))
    middle = content.index(b'{"ocid": "ocds-test01-5"')
    lines, code = import_ocds.outcome(content[:middle] + b"}}" + content[middle:])
    assert [ocid for _, ocid, _ in lines] == [OCID]
    assert code == 1
    assert "stops being JSON" in import_ocds.log


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "latin-1", "cp1252"])
def test_other_encodings(import_ocds: Importing, encoding: str) -> None:
    text = json.dumps(release(tender=release()["tender"] | {"title": "Kjøp av blåbærsyltetøy"}), ensure_ascii=False)
    import_ocds(text.encode(encoding))
    assert Framework.objects.get().title == "Kjøp av blåbærsyltetøy"
    assert ("not UTF-8" in import_ocds.log) == (encoding != "utf-8-sig")


@pytest.mark.parametrize("wrap", ["release", "list", "lines", "record", "records", "list of packages"])
def test_every_shape_that_a_release_comes_in(import_ocds: Importing, wrap: str) -> None:
    one, two = release(), call_off()
    content = {
        "release": json.dumps(one),
        "list": json.dumps([one, two]),
        "lines": json.dumps(one) + "\n" + json.dumps(two) + "\n",
        "record": json.dumps({"ocid": OCID, "releases": [one]}),
        "records": json.dumps(
            {"version": "1.1", "records": [{"ocid": OCID, "releases": [one]}, {"ocid": two["ocid"], "compiledRelease": two}]}
        ),
        "list of packages": json.dumps([{"releases": [one]}, {"releases": [two]}]),
    }[wrap]
    lines = import_ocds(content.encode())
    assert [outcome for outcome, _, _ in lines] == ["created"] * (1 if wrap in ("release", "record") else 2)


def test_records_that_hold_no_releases(import_ocds: Importing) -> None:
    versions = {
        "tender": {"title": [{"releaseDate": "2026-01-01T00:00:00Z", "releaseID": "1", "releaseTag": ["tender"], "value": "Stoler"}]}
    }
    records = [
        {"ocid": "linked", "releases": [{"url": "https://x.example/1", "date": "2026-01-01T00:00:00Z", "tag": ["award"]}]},
        {"ocid": "compiled", "releases": [{"url": "https://x.example/2"}], "compiledRelease": {**release(), "ocid": "compiled"}},
        {"ocid": "versioned", "versionedRelease": versions},
    ]
    lines = import_ocds(json.dumps({"records": records}).encode())
    assert [(outcome, ocid) for outcome, ocid, _ in lines] == [("rejected", "-"), ("created", "compiled"), ("skipped", "versioned")]
    assert "only links to its releases" in lines[0][2]
    assert "Stoler" in lines[2][2]


def test_entries_that_are_no_releases_stop_nothing(import_ocds: Importing) -> None:
    lines = import_ocds(package("text", None, 3.5, [1, [2]], {}, {"ocid": 17}, {"ocid": "x" * 200}, release()))
    assert [outcome for outcome, _, _ in lines] == ["rejected"] * 7 + ["created"]
    assert "Entry 2 of the file is no release." in lines[1][2]
    assert "Entry 6 of the file has no usable ocid." in lines[5][2]


def test_an_empty_package_is_read_and_holds_nothing(import_ocds: Importing) -> None:
    assert import_ocds(package()) == []
    assert "holds no releases" in import_ocds.log


def test_a_release_too_deep_or_too_large_stops_nothing(import_ocds: Importing) -> None:
    deep = b'{"ocid": "deep", "tender": ' + b"[" * 5000 + b"]" * 5000 + b"}"
    large = json.dumps({"ocid": "large", "tender": {"title": "x" * 17_000_000}}).encode()
    content = b'{"releases": [' + b",".join([deep, large, json.dumps(release()).encode()]) + b"]}"
    lines = import_ocds(content)
    assert [outcome for outcome, _, _ in lines] == ["rejected", "rejected", "created"]
    assert "too large or too deeply nested" in lines[0][2]


def test_text_and_numbers_that_no_database_holds(import_ocds: Importing) -> None:
    content = package(release()).replace(b'"Stoler til kontor."', b'"a\\u0000b\\ud800"')
    content = content.replace(b'"amount": 1000000.5', b'"amount": 1e400, "extra": 99999999999999999999999999')
    [(outcome, _, _)] = import_ocds(content)
    assert outcome == "created"
    assert Framework.objects.get().value is None
    assert "\x00" not in json.dumps(SourceRelease.objects.get().data)
