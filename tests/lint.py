"""`make lint`: every static check, two at a time. All of them run, also when one fails."""

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

BIN = str(Path(sys.executable).parent)
MANAGE = [sys.executable, "manage.py"]
CHECK = [*MANAGE, "check", "--fail-level", "WARNING"]
DEPLOYED = {
    "DATABASE_URL": "postgres://nobody@localhost/nothing",  # never asked
    "SECRET_KEY": "0123456789 abcdefghijklmnopqrstuvwxyz 0123456789 abcdefghijklm",
    "ALLOWED_HOSTS": "cpb.example",
    "BASE_URL": "https://cpb.example",
}


CHECKS: list[tuple[list[str], dict[str, str]]] = [
    ([f"{BIN}/mypy", "."], {}),  # takes as long as all the others together
    ([f"{BIN}/ruff", "check", "."], {}),
    ([f"{BIN}/ruff", "format", "--check", "."], {}),
    ([f"{BIN}/lint-imports", "--no-cache"], {}),
    ([f"{BIN}/djlint", "--lint", "--quiet", "."], {}),
    (CHECK, {}),
    ([*CHECK, "--deploy"], DEPLOYED),
    ([*MANAGE, "makemigrations", "--check", "--dry-run"], {}),
]


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        os.environ["CPB_DATA_DIR"] = folder
        failed = [result.args for result in pool.map(run, CHECKS) if result.returncode]
    for command in failed:
        print(f"FAILED: {' '.join(command)}", file=sys.stderr)
    return 1 if failed else 0


def run(check: tuple[list[str], dict[str, str]]) -> subprocess.CompletedProcess[str]:
    """What it says is printed as a whole when it is done, so that two do not talk at once."""
    command, environment = check
    result = subprocess.run(command, env=os.environ | environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    print(f"$ {' '.join(part.removeprefix(f'{BIN}/') for part in command)}\n{result.stdout}", end="", flush=True)
    return result


if __name__ == "__main__":
    sys.exit(main())
