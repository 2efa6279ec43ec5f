"""`make lint`: every static check. All of them run, also when one fails."""

import os
import subprocess
import sys
import tempfile
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
    ([f"{BIN}/ruff", "check", "."], {}),
    ([f"{BIN}/ruff", "format", "--check", "."], {}),
    ([f"{BIN}/lint-imports", "--no-cache"], {}),
    ([f"{BIN}/djlint", "--lint", "--quiet", "."], {}),
    (CHECK, {}),
    ([*CHECK, "--deploy"], DEPLOYED),
    ([*MANAGE, "makemigrations", "--check", "--dry-run"], {}),
    ([f"{BIN}/mypy", "."], {}),
]


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CPB_DATA_DIR"] = folder
        failed = [command for command, environment in CHECKS if run(command, environment)]
    for command in failed:
        print(f"FAILED: {' '.join(command)}", file=sys.stderr)
    return 1 if failed else 0


def run(command: list[str], environment: dict[str, str]) -> int:
    print(f"$ {' '.join(part.removeprefix(f'{BIN}/') for part in command)}", flush=True)
    return subprocess.run(command, env=os.environ | environment).returncode


if __name__ == "__main__":
    sys.exit(main())
