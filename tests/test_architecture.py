"""The house rules of docs/architecture.md, as tests. The floors themselves are held by import-linter (`make lint`)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
APPS = ("cpb", "reports", "followup", "contracts", "notifications", "accounts", "core")
LONGEST_FILE = 400

CLOCK = {"now", "localdate", "localtime", "today", "utcnow"}
CLOCK_OWNERS = {"timezone", "date", "datetime", "clock"}
WITHOUT_A_CLOCK = ("services", "states.py", "dates.py", "due_dates.py", "ladder.py", "mapping.py", "binding.py", "paging.py")

CORE_HOLDS = {
    "access", "apps", "archives", "clock", "commands", "context", "countries", "database", "dates", "errors", "files", "filetypes",
    "forms", "formsets", "health", "history", "http", "ids", "janitor", "kept_text", "limits", "listing", "locales", "logs",
    "menus", "middleware", "models", "pages",
    "paging", "rows", "scanning", "sheets", "sql", "states", "status_words", "storage", "tasks", "thumbnails", "uploads", "urls", "views",
}  # fmt: skip
"""What the foundation consists of. A new file here is a decision: is it not somebody's upstairs?"""


def modules(*apps: str) -> Iterator[Path]:
    for app in apps or APPS:
        yield from (path for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


def place(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"


def test_only_the_state_machine_writes_a_status() -> None:
    """Of the domain's cases. What became of a planned step or a message is the post room's own record."""
    found = [
        place(path, node)
        for path in modules("cpb", "reports", "followup", "contracts", "accounts")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        for part in ast.walk(target)
        if isinstance(part, ast.Attribute) and part.attr == "status" and ast.unparse(part.value) != "self"
    ]
    assert found == []


def test_who_changes_a_case_holds_it_first() -> None:
    """A check without the lock would let two through. Before a transaction (a letter is laid out there) it only saves the work."""
    changes = [
        (path, function)
        for path in (ROOT / "followup/services").glob("*.py")
        for function in ast.walk(tree(path))
        if isinstance(function, ast.FunctionDef) and "transaction.atomic" in map(ast.unparse, function.decorator_list)
    ]
    assert len(changes) > 100
    assert [place(path, function) for path, function in changes if "states.check(" in ast.unparse(function)] == []


def test_mail_leaves_through_one_door() -> None:
    found = [
        place(path, node)
        for path in modules()
        if path.relative_to(ROOT).as_posix() not in ("notifications/channels/email.py", "cpb/mail.py")
        for node in ast.walk(tree(path))
        if (isinstance(node, ast.ImportFrom) and (node.module or "").startswith("django.core.mail"))
        or (isinstance(node, ast.Import) and any(name.name.startswith(("django.core.mail", "smtplib")) for name in node.names))
    ]
    assert found == []


def test_the_clock_is_read_at_the_doors() -> None:
    found = [
        place(path, node)
        for path in modules()
        if not {*WITHOUT_A_CLOCK}.isdisjoint(path.relative_to(ROOT).parts)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCK
        and ast.unparse(node.func.value).split(".")[-1] in CLOCK_OWNERS
    ]
    assert found == []


def test_no_signals_and_no_save_overrides() -> None:
    found = [
        place(path, node)
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef)
        and ((node.name == "save" and path.name.startswith("models")) or any("receiver" in ast.unparse(d) for d in node.decorator_list))
    ]
    assert found == []


def test_nothing_catches_everything() -> None:
    """Tidying up on the way out, with the error raised again, is not catching it."""
    found = [
        place(path, node)
        for path in modules()
        if path.relative_to(ROOT).as_posix() != "notifications/delivery.py"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in ("Exception", "BaseException"))
        and not isinstance(node.body[-1], ast.Raise)
    ]
    assert found == []


def test_the_bell_is_rung_on_commit_only() -> None:
    found = [
        place(path, node)
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in ("delay", "apply_async")
    ]
    assert found == []


def page_doors() -> list[str]:
    found = [path for app in APPS[:-1] for path in (ROOT / app).rglob("*.py") if "views" in (*path.parts, path.stem)]
    return sorted(str(path.relative_to(ROOT)) for path in found)


@pytest.mark.parametrize("door", page_doors())
def test_every_door_starts_from_what_is_visible(door: str) -> None:
    """`Model.objects` in a door is followed by `visible_to` (or the same along dates), or is a list of words that everybody may read.

    The API's rows all come through one function, `core/api/resources.py`; tests/api tries it with everybody's ids.
    """
    path = ROOT / door
    open_to_all = {"CpvCode", "DocumentKind", "QuietPeriod", "RequestTemplate", "Severity"}
    found = [
        place(path, node)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Attribute)
        and node.value.attr == "objects"
        and node.attr not in ("visible_to", "visible_by_date")
        and ast.unparse(node.value.value) not in open_to_all
    ]
    assert found == []


def test_the_foundation_does_not_grow_unseen() -> None:
    names = {path.stem for path in (ROOT / "core").glob("*.py")} | {path.name for path in (ROOT / "core").iterdir() if path.is_dir()}
    assert (
        names - CORE_HOLDS - {"__init__", "__pycache__", "migrations", "management", "static", "templates", "templatetags", "api"} == set()
    )


def test_files_do_one_thing() -> None:
    long = {str(path.relative_to(ROOT)): count for path in modules() if (count := len(path.read_text().splitlines())) > LONGEST_FILE}
    assert long == {}


def test_a_name_made_in_one_block_of_a_page_is_not_read_in_another() -> None:
    """Django forgets it at the end of the block: a link made of it would lead nowhere."""
    pages = {path: path.read_text() for app in APPS for path in (ROOT / app).rglob("templates/**/*.html")}
    blocks = {path: re.split(r"{% endblock\b", text) for path, text in pages.items() if "{% extends" in text}
    assert [fault for path, parts in blocks.items() for fault in _forgotten(path, parts)] == []


def _forgotten(path: Path, blocks: list[str]) -> Iterator[str]:
    made = [set(re.findall(r" as (\w+) %}", block)) for block in blocks]
    for number, block in enumerate(blocks):
        elsewhere = set().union(*made[:number], *made[number + 1 :]) - made[number]
        yield from (f"{path.name}: {name}" for name in re.findall(r'href="{{ (\w+)', block) if name in elsewhere)
