"""`make test`: the whole suite on PostgreSQL, then what is marked `both` on SQLite too. With arguments for pytest: PostgreSQL only."""

import os
import subprocess
import sys

from tests import servers

PYTEST = [sys.executable, "-m", "pytest", "-n", "2"]


def main(arguments: list[str]) -> int:
    with servers.postgres() as url:
        if url is None:
            return without_postgres(arguments)
        failed = run(*arguments, CPB_TESTS_DATABASE_URL=url)
    if not arguments:
        failed |= run("-m", "both and not postgres")
    return failed


def without_postgres(arguments: list[str]) -> int:
    print("NO POSTGRESQL HERE: the suite runs on SQLite alone.", file=sys.stderr)
    return 1 if servers.REQUIRED else run(*arguments)


def run(*arguments: str, **environment: str) -> int:
    return subprocess.run([*PYTEST, *arguments], env=os.environ | environment).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
