"""A migrated database for each of the two engines, made once in a run; whoever needs one takes a copy. Migrating takes far longer.

The first who asks makes it while the others wait. What is tested about an empty database begins with an empty one, and asks nothing here.
"""

import contextlib
import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg

ROOT = Path(__file__).parent.parent
FOLDER = Path(os.environ["CPB_TESTS_DIR"]) / "ready"
TEMPLATE = "test_cpb_ready"


def sqlite() -> Path:
    """A data folder of the embedded default, to copy."""
    folder = FOLDER / "sqlite"
    with made_once("sqlite") as is_missing:
        if is_missing:
            migrate(CPB_DATA_DIR=str(folder), DATABASE_URL="")
    return folder


def postgres(url: str) -> str:
    """The name of a database beside that of the address, for `CREATE DATABASE … TEMPLATE`."""
    with made_once("postgres") as is_missing:
        if is_missing:
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(f"DROP DATABASE IF EXISTS {TEMPLATE}")
                connection.execute(f"CREATE DATABASE {TEMPLATE}")
            migrate(DATABASE_URL=f"{url.rpartition('/')[0]}/{TEMPLATE}")
    return TEMPLATE


@contextlib.contextmanager
def made_once(name: str) -> Iterator[bool]:
    FOLDER.mkdir(parents=True, exist_ok=True)
    done = FOLDER / f"{name}.done"
    with (FOLDER / f"{name}.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield not done.exists()
        done.touch()


def migrate(**environment: str) -> None:
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=os.environ | environment, check=True)
