"""Two hundred kills over twenty thousand mails in one run. Only `make bench-faults` has the time for it."""

from random import Random

import pytest

from tests.faults.plant import Plant
from tests.faults.rounds import RESULTS, SEED, Result

KILLS, MAILS, SENDERS = 200, 20_000, 3


@pytest.mark.postgres
@pytest.mark.fault("200 kills", "three senders killed by turns over 20,000 mails")
@pytest.mark.django_db(transaction=True)
def test_many_kills(plant: Plant, request: pytest.FixtureRequest) -> None:
    chance = Random(SEED)
    plant.begin()
    senders = [plant.sender() for _ in range(SENDERS)]
    plant.sink.delay = 0.002
    for kill in range(KILLS):
        taken = len(plant.sink.entries)
        plant.tell(MAILS // KILLS)
        plant.wait_for_mails(taken + chance.randint(1, MAILS // KILLS // 4), 300)
        number = kill % SENDERS
        senders[number].kill()
        senders[number] = plant.sender(is_awaited=False)
    plant.settle(900)  # what the dead had claimed is free after two minutes
    tally = plant.tally()
    assert (tally.lost, tally.renamed) == (0, 0), tally
    assert tally.excess <= KILLS, tally
    request.config.stash[RESULTS].append(Result("200 kills of three senders over 20,000 mails", 1, tally))
