"""`make test`: the whole suite on PostgreSQL, then what is marked `both` on SQLite too. With arguments for pytest: PostgreSQL only."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests import servers

PYTEST = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "worksteal"]


def main(arguments: list[str]) -> int:
    """Both runs share a folder, so that what they copy (tests/ready.py) is made once."""
    with tempfile.TemporaryDirectory(prefix="cpb-tests-", ignore_cleanup_errors=True) as folder:
        os.environ["CPB_TESTS_DIR"] = folder
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # the tests start us some hundred times: each would compile us anew
        return run_all(arguments)


def run_all(arguments: list[str]) -> int:
    with servers.postgres() as url:
        if url is None:
            return without_postgres(arguments)
        failed = run(*arguments, CPB_TESTS_DATABASE_URL=url)
    if not arguments:
        failed |= run("-m", "both and not postgres", *files_with_both())
    return failed


def without_postgres(arguments: list[str]) -> int:
    print("NO POSTGRESQL HERE: the suite runs on SQLite alone.", file=sys.stderr)
    return 1 if servers.REQUIRED else run(*arguments)


def files_with_both() -> list[str]:
    """Reading all the others would take longer than what is run of these."""
    return [str(file) for file in sorted(Path(__file__).parent.rglob("test_*.py")) if "mark.both" in file.read_text()]


def run(*arguments: str, **environment: str) -> int:
    return subprocess.run([*PYTEST, *arguments], env=os.environ | environment).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
