"""`make bench`: what the product promises about speed, measured against bare references in the same run, printed as tables.

Needs PostgreSQL (as the tests do). Takes some minutes. `make bench` with nothing else measures all; the names below one by one:
`.venv/bin/python -m tests.bench migrate lists follow-up engine uploads sheets`.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from tests import servers
from tests.bench.delivery import delivery
from tests.bench.engine import engine
from tests.bench.references import REFERENCES

SIZES = {"lists": ((10_000, 100_000), (100_000, 1_000_000)), "follow-up": ((10_000, 50_000), (100_000, 500_000))}
"""Requests and deadlines, of the small world and of the large one."""

CALLS = int(os.environ.get("BENCH_CALLS", "40"))
"""How often each list is read."""


def main(wanted: list[str]) -> int:
    with servers.postgres(durable=True) as url, tempfile.TemporaryDirectory(prefix="cpb-bench-") as folder:
        if url is None:
            print("No PostgreSQL can be had here.", file=sys.stderr)
            return 1
        for name in wanted or list(MEASURED):
            print(f"\n## {name}\n")
            MEASURED[name](Bench(url, folder))
    return 0


class Bench:
    """Starts programs of the product on a database of their own."""

    def __init__(self, url: str, folder: str) -> None:
        self.url, self.folder = url, folder

    def database(self, name: str) -> dict[str, str]:
        """A new, migrated database, and the environment that leads to it. Prints how long migrating took."""
        import psycopg

        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        environment = os.environ | {
            "DATABASE_URL": self.url.rsplit("/", 1)[0] + f"/{name}",
            "CPB_DATA_DIR": self.folder,
            "SECRET_KEY": "only for measuring, of no use elsewhere; long enough",
            "ALLOWED_HOSTS": "testserver,127.0.0.1",
            "BASE_URL": "http://127.0.0.1",
            "DJANGO_SETTINGS_MODULE": "cpb.settings",
        }
        began = time.perf_counter()
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], env=environment, check=True)
        self.migrated_in = time.perf_counter() - began
        return environment

    def embedded(self, name: str) -> dict[str, str]:
        """The same on SQLite, as the embedded default has it."""
        environment = os.environ | {"CPB_DATA_DIR": os.path.join(self.folder, name), "DJANGO_SETTINGS_MODULE": "cpb.settings"}
        environment.pop("DATABASE_URL", None)
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], env=environment, check=True)
        return environment

    def run(self, module: str, *arguments: str, environment: dict[str, str]) -> Any:
        done = subprocess.run([sys.executable, "-m", module, *arguments], env=environment, check=True, stdout=subprocess.PIPE)
        return json.loads(done.stdout)

    def start(self, module: str, *arguments: str, environment: dict[str, str]) -> subprocess.Popen[str]:
        """A program that answers line by line. Returns when it is ready."""
        command = [sys.executable, "-m", module, *arguments]
        program = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if program.stdout is None or program.stdout.readline() != "ready\n":
            raise RuntimeError(f"{module} did not start.")
        return program


def migrate(bench: Bench) -> None:
    bench.database("bench_migrate")
    print(f"First start on an empty PostgreSQL, the whole process: {bench.migrated_in:.1f} s (at most 30)")


def lists(bench: Bench, part: str = "lists") -> None:
    """The same lists on a small and on a large database, by turns; what is printed are medians in milliseconds and their ratios."""
    worlds = [world_of(bench, part, *size) for size in SIZES[part]]
    sizes = "; ".join(f"{requests:,} requests and {deadlines:,} deadlines" for requests, deadlines in SIZES[part])
    print(f"Medians in ms, {sizes}. Large / small: at most 1.3 for a first page.")
    print("Large / first page, unfiltered, in the same order: at most 1.3 at 90 %, at most 2 with a filter.")
    seen = ""
    while found := answer(worlds[0]):
        assert found == answer(worlds[1])
        who, name = found["who"], found["name"]
        if who != seen:
            seen = who
            print(f"\n| {who} | {' | '.join(HEADS)} |\n|---|{'---|' * len(HEADS)}")
        turns = [[answer(world) for world in worlds] for _ in range(CALLS)]
        if any(None in turn for turn in turns):
            break
        small = statistics.median(turn[0][0] for turn in turns)
        large, *others = (statistics.median(times) for times in zip(*(turn[1] for turn in turns), strict=True))
        ratios = [f"{large / other:.2f}" for other in (small, *others)]
        print(f"| {name} | {small:.1f} | {large:.1f} | {' | '.join(ratios)} | {found['queries']} |", flush=True)
    if any(world.wait() for world in worlds):
        raise RuntimeError("A list could not be read; its error stands above.")


HEADS = ("small", "large", "large / small", "/ first page", *(f"/ {name}" for name in REFERENCES), "queries")


def world_of(bench: Bench, part: str, requests: int, deadlines: int) -> subprocess.Popen[str]:
    environment = bench.database(f"bench_{part.replace('-', '_')}_{requests}")
    return bench.start("tests.bench.lists", part, str(requests), str(deadlines), environment=environment)


def answer(world: subprocess.Popen[str]) -> Any:
    """What a world says next; None when it has been through all its addresses."""
    assert world.stdin
    assert world.stdout
    try:
        print(file=world.stdin, flush=True)
    except BrokenPipeError:
        return None
    line = world.stdout.readline()
    return json.loads(line) if line else None


def uploads(bench: Bench) -> None:
    found = bench.run("tests.bench.uploads", environment=bench.database("bench_uploads"))
    print("A file of 99 MiB, submitted over HTTP (at most 4 × bare, at most 32 MB of memory)\n")
    print_found(found)


def sheets(bench: Bench) -> None:
    found = bench.run("tests.bench.sheets", environment=bench.database("bench_sheets"))
    print("A sheet of 300 answers and 200 photos, its device killed at photo 101 (at most 32 MB of memory; beside it a bare copy)\n")
    print_found(found)


def print_found(found: dict[str, float]) -> None:
    for name, value in found.items():
        print(f"| {name} | {value:.1f} |")


MEASURED: dict[str, Callable[[Bench], None]] = {
    "migrate": migrate,
    "lists": lists,
    "follow-up": partial(lists, part="follow-up"),
    "engine": engine,
    "delivery": delivery,
    "uploads": uploads,
    "sheets": sheets,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
