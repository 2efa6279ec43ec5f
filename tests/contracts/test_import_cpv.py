"""Product groups of our own, and the whole list when somebody loads it."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from contracts import cpv
from contracts.models import CpvCode
from tests.contracts.samples import real

HEAD = "code,name_en,name_nb\n"


def load(path: Path) -> dict[str, int]:
    out = StringIO()
    call_command("import_cpv", path, stdout=out)
    return {name: int(number) for name, number in (line.split(": ") for line in out.getvalue().splitlines())}


def test_the_product_ships_its_own_tree(db: None) -> None:
    groups = cpv.groups()
    codes = [group.code for group in groups]
    assert 80 <= len(groups) <= 120
    assert len(set(codes)) == len(codes)
    for number, group in enumerate(groups):
        assert group.name_nb
        assert group.name_nn
        assert group.name_en
        assert not group.parent or group.parent in codes[:number], "a group stands after the one it belongs to"
    assert set(CpvCode.objects.values_list("code", flat=True)) >= set(codes), "the migration has loaded them"


def test_every_code_of_ours_is_one_of_the_official_list(db: None) -> None:
    with real("codelists/cpv.csv").open(encoding="utf-8") as file:
        official = {code.pk for code in cpv.read(file)}
    assert {group.code for group in cpv.groups()} <= official


def test_the_group_that_a_code_lies_in() -> None:
    assert [group.code if (group := cpv.group_of(code)) else None for code in ("30213100", "79713000", "39112100", "03220000")] == [
        "30213000",
        "79713000",
        "39112000",
        None,
    ]


def test_the_whole_list_and_once_more(db: None) -> None:
    path = real("codelists/cpv.csv")
    first = load(path)
    assert first["total"] == 9454
    assert first["created"] + first["updated"] + first["unchanged"] == 9454
    assert CpvCode.objects.count() == 9454
    pcs = CpvCode.objects.get(code="30213000")
    assert (pcs.name_in("en"), pcs.name_in("nn")) == ("Personal computers", "PC-ar"), "the list has no nynorsk; ours stays"
    assert load(path) == {"created": 0, "updated": 0, "unchanged": 9454, "total": 9454}
    assert cpv.load_groups().total() == 0, "our names do not come back"


def test_our_groups_come_back_where_codes_were_lost(db: None) -> None:
    CpvCode.objects.filter(code="39112000").delete()
    assert dict(cpv.load_groups()) == {"created": 1}


def test_check_digits_and_a_byte_order_mark(db: None, tmp_path: Path) -> None:
    path = tmp_path / "cpv.csv"
    path.write_text("\ufeff" + HEAD + "99999999-3,Things,Ting\n")
    assert load(path)["created"] == 1
    assert CpvCode.objects.get(code="99999999").name_in("nn") == "Ting"


@pytest.mark.parametrize(
    "content",
    [b"", b"a,b\n1,2\n", HEAD.encode() + b"abc,X,Y\n", HEAD.encode() + b"12345678,X,\n", HEAD.encode() + b"12345678\n", b"\xff\xfe\x00"],
    ids=["empty", "other columns", "no code", "no name", "short row", "not text"],
)
def test_a_file_that_is_no_such_list_changes_nothing(db: None, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "cpv.csv"
    path.write_bytes(content)
    before = CpvCode.objects.count()
    with pytest.raises(CommandError):
        load(path)
    assert CpvCode.objects.count() == before


def test_a_file_that_is_not_there(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be opened"):
        load(tmp_path / "nowhere.csv")
