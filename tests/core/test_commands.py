"""Our commands work where nothing has been set up but the code."""

import os
import shutil
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests import ready

ROOT = Path(__file__).parent.parent.parent


def manage(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "BASE_URL")}
    env = inherited | {"CPB_DATA_DIR": str(folder)}
    return subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=env, capture_output=True, text=True)


def test_two_commands_at_once_on_an_empty_folder_make_the_database_themselves(tmp_path: Path) -> None:
    commands = ("remind", "--dry-run"), ("deliver", "--once"), ("deliver", "--once")
    with ThreadPoolExecutor(3) as pool:
        results = list(pool.map(lambda command: manage(tmp_path / "new", *command), commands))
    assert [result.returncode for result in results] == [0, 0, 0], [result.stderr for result in results]
    assert results[0].stdout == ""
    with sqlite3.connect(tmp_path / "new" / "db.sqlite3") as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert database.execute("SELECT count(*) FROM django_migrations").fetchone()[0] > 10
    database.close()


def test_a_refusal_is_a_sentence_on_stderr(tmp_path: Path) -> None:
    shutil.copytree(ready.sqlite(), tmp_path / "var")
    result = manage(tmp_path / "var", "api_token", "nobody@nowhere.example")
    assert (result.returncode, result.stdout) == (1, "")
    assert "Traceback" not in result.stderr
    assert "nobody@nowhere.example" in result.stderr
