"""A meeting with Nordvare in a week, planned on that Monday morning."""

from collections.abc import Iterator

import pytest
import time_machine

from followup.models import Meeting
from tests.cast import Cast
from tests.factories import NOW
from tests.followup.meetings.stories import planned


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def meeting(cast: Cast) -> Meeting:
    return planned(cast)
