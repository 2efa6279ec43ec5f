"""`make bench-faults` runs every fault twenty times; in the ordinary suite nine happen once, at a moment that is always the same."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests import cast as the_cast
from tests.conftest import Start
from tests.faults.plant import Plant, Sink
from tests.faults.rounds import RESULTS, ROUNDS, Elsewhere

collect_ignore = ["test_many_kills.py"] if ROUNDS == 1 else []  # only `make bench-faults` has the time for it


def pytest_configure(config: pytest.Config) -> None:
    config.stash[RESULTS] = []
    if ROUNDS > 1:
        config.pluginmanager.register(Elsewhere(config), "faults elsewhere")


@pytest.fixture
def plant(transactional_db: None, start: Start, start_worker: Start, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Plant]:
    world, sink = the_cast.build(), Sink(tmp_path / "book")
    redis = request.getfixturevalue("redis_server") if settings.PRODUCTION else None
    yield Plant(world, start, start_worker, sink, redis)
    sink.close()


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    elsewhere = config.pluginmanager.get_plugin("faults elsewhere")
    if elsewhere is None:
        return
    terminalreporter.section("faults")
    terminalreporter.write_line("| fault | rounds | messages | lost | twice | other name | longest delay, s |")
    terminalreporter.write_line("|---|---|---|---|---|---|---|")
    for row in sorted([*config.stash[RESULTS], *elsewhere.results()], key=lambda row: (len(row.name.split()[0].rstrip("ab")), row.name)):
        tally = row.tally
        counted = f"{tally.messages:,} | {tally.lost} | {tally.excess} | {tally.renamed} | {tally.delay:.1f}" if tally else " | | | | "
        terminalreporter.write_line(f"| {row.name} | {row.rounds} | {counted} |")
