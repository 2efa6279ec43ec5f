"""Whatever breaks at whatever moment: nothing is lost, and nothing comes twice but what was in flight, under its own name.

The book of the mail server is the witness. The seed is printed with a failure; `FAULT_SEED` and `FAULT_ROUNDS` make it happen again.
"""

from random import Random
from typing import Any

import pytest

from tests.faults.faults import FAULTS, Fault
from tests.faults.plant import Plant, Tally
from tests.faults.rounds import RESULTS, ROUNDS, SEED, Result

pytestmark = [pytest.mark.django_db(transaction=True)]


def marked(fault: Fault) -> Any:
    marks = [pytest.mark.fault(fault.number, fault.name), *([pytest.mark.both] if fault.both else [pytest.mark.postgres])]
    return pytest.param(fault, marks=marks, id=fault.number)


@pytest.mark.parametrize("fault", [marked(fault) for fault in FAULTS if fault.always or ROUNDS > 1])
def test_fault(fault: Fault, plant: Plant, request: pytest.FixtureRequest) -> None:
    total = Tally()
    for number in range(ROUNDS):
        plant.begin()
        fault.happen(plant, Random(f"{fault.number}:{SEED}:{number}"))
        tally = plant.tally()
        assert (tally.lost, tally.renamed) == (0, 0), f"round {number} of seed {SEED}: {tally}"
        assert tally.excess <= fault.dup, f"round {number} of seed {SEED}: {tally}"
        total += tally
    request.config.stash[RESULTS].append(Result(f"{fault.number} {fault.name}", ROUNDS, total))
