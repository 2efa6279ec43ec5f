"""A finding at Nordvare, told on that Monday morning."""

from collections.abc import Iterator

import pytest
import time_machine

from followup.models import Finding
from tests import factories
from tests.cast import Cast
from tests.factories import NOW
from tests.followup.findings.stories import logged


@pytest.fixture
def monday_morning() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def clock(monday_morning: time_machine.Traveller) -> time_machine.Traveller:
    return monday_morning


@pytest.fixture
def key_account(cast: Cast) -> None:
    """Somebody else at Nordvare, who is told when the responsible contact does not answer."""
    factories.contact(cast.nordvare, cast.sales.person)
    factories.role(cast.pc, cast.nordvare, "key_account", cast.sales.person)


@pytest.fixture
def finding(cast: Cast) -> Finding:
    return logged(cast)
