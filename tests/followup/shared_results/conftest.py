"""The clock stands at the Monday morning of the other tests of the follow-up."""

import pytest
import time_machine


@pytest.fixture
def clock(monday_morning: time_machine.Traveller) -> time_machine.Traveller:
    return monday_morning
