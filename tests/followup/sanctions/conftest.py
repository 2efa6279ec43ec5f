"""Nordvare has not answered: a case about its lot 2, the agencies that order there, and the people who decide."""

from typing import Any

import pytest

from accounts.models import User
from contracts.models import CallOff
from followup.models import DocumentRequest, Sanction
from followup.services import hearings, sanctions
from tests import factories
from tests.cast import Cast
from tests.factories import NOW
from tests.followup.formal_notices.conftest import clock, director, monday_morning, representative, silence, silent
from tests.followup.sanctions.stories import START
from tests.walking import at

__all__ = ["clock", "director", "monday_morning", "representative", "silence", "silent"]


@pytest.fixture
def ordering(cast: Cast) -> User:
    """Somebody at an agency that has ordered on the agreement."""
    CallOff.objects.create(
        framework=cast.pc, lot=cast.lot2, supplier=cast.nordvare, agency=cast.agency_body, reference="A-1", created_at=NOW
    )
    return cast.agency


@pytest.fixture
def elsewhere(cast: Cast) -> User:
    """Somebody at an agency that has never ordered on it."""
    body = factories.organisation("Fylkeskommunen", "agency")
    return factories.user("innkjop@fylke.example", (body, "agency"), name="Finn Fylke")


@pytest.fixture
def case(cast: Cast, silent: DocumentRequest, ordering: Any) -> Sanction:
    """Proposed by the manager: Nordvare's participation in lot 2 is to be suspended."""
    return sanctions.propose(
        framework=cast.pc,
        supplier=cast.nordvare,
        means="suspension",
        clause=cast.clause,
        lots=[cast.lot2],
        requests=[silent],
        actor=cast.manager,
        now=at(START),
        today=START,
    )


@pytest.fixture
def heard(cast: Cast, case: Sanction) -> Sanction:
    hearings.hear(sanction=case, actor=cast.manager, now=at(START), today=START)
    return case
