"""How often every fault happens, and what came of it. A plugin: rows of the table that stand elsewhere are repeated by their mark."""

import os
from dataclasses import dataclass
from typing import Any

import pytest

from tests.faults.plant import Tally

ROUNDS = int(os.environ.get("FAULT_ROUNDS", "1"))
SEED = int(os.environ.get("FAULT_SEED", "2026"))


@dataclass(frozen=True)
class Result:
    """A row of the table; without a tally only that it went well so often."""

    name: str
    rounds: int
    tally: Tally | None = None


RESULTS = pytest.StashKey[list[Result]]()


class Elsewhere:
    """Repeats the tests that are rows of the table and counts how often they passed."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.passed: dict[str, int] = {}

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if metafunc.definition.get_closest_marker("fault") and "plant" not in metafunc.fixturenames:  # those count their own rounds
            metafunc.fixturenames.append("fault_round")
            metafunc.parametrize("fault_round", range(ROUNDS))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[Any]) -> Any:
        report = yield
        mark = item.get_closest_marker("fault")
        if mark and report.when == "call" and report.passed and "fault_round" in _parameters(item):
            name = " ".join(mark.args)
            self.passed[name] = self.passed.get(name, 0) + 1
        return report

    def results(self) -> list[Result]:
        return [Result(name, rounds) for name, rounds in self.passed.items()]


def _parameters(item: pytest.Item) -> dict[str, object]:
    callspec = getattr(item, "callspec", None)
    return dict(callspec.params) if callspec else {}
