"""A request that nobody answered, and the notice that follows from it."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from accounts.models import Person, User
from followup.models import DocumentRequest, FormalNotice
from followup.services import formal_notices
from tests import factories, stage
from tests.cast import Cast
from tests.factories import TODAY
from tests.followup.formal_notices.stories import FORMAL, items
from tests.walking import at, walk

DIRECTOR = "ola@nordvare.example"


@pytest.fixture
def monday_morning() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(at(FORMAL), tick=False) as clock:
        yield clock


@pytest.fixture
def clock(monday_morning: time_machine.Traveller) -> time_machine.Traveller:
    return monday_morning


@pytest.fixture
def representative(request: pytest.FixtureRequest, cast: Cast) -> User:
    """A contributor at Nordvare who is its contractual representative on the agreement."""
    if "silent" not in request.fixturenames:  # the silence brings its own
        _name_representative(cast)
    return cast.sales


@pytest.fixture
def director(request: pytest.FixtureRequest, cast: Cast) -> Person:
    return Person.objects.get(email=DIRECTOR) if "silent" in request.fixturenames else _name_director(cast)


@pytest.fixture(scope="module")
def silence(shared_cast: None, django_db_blocker: Any) -> DocumentRequest:
    """Two months of reminders, walked once a file, on the stage where its cast stands."""
    with django_db_blocker.unblock(), time_machine.travel(at(FORMAL) - timedelta(minutes=1)):  # whatever a test adds sorts after it
        return _fall_silent(stage.copy())


@pytest.fixture
def silent(cast: Cast, silence: DocumentRequest) -> DocumentRequest:
    """A request that nobody answered, reminded by mail until the day of the ladder's formal step."""
    return deepcopy(silence)


def _fall_silent(cast: Cast) -> DocumentRequest:
    _name_representative(cast)
    _name_director(cast)
    it = factories.document_request(cast.pc, cast.nordvare, cast.manager, items=items(cast), title="Yearly report")
    walk(TODAY, FORMAL)
    it.refresh_from_db()
    return it


def _name_representative(cast: Cast) -> None:
    factories.contact(cast.nordvare, cast.sales.person)
    factories.role(cast.pc, cast.nordvare, "representative", cast.sales.person)


def _name_director(cast: Cast) -> Person:
    person = factories.person(DIRECTOR, "Ola Direktør")
    factories.contact(cast.nordvare, person)
    factories.role(cast.pc, cast.nordvare, "director", person)
    return person


@pytest.fixture
def notice(cast: Cast, silent: DocumentRequest) -> FormalNotice:
    return formal_notices.start(request=silent, actor=cast.manager, now=at(FORMAL), today=FORMAL)


@pytest.fixture
def sent(cast: Cast, notice: FormalNotice) -> FormalNotice:
    formal_notices.send(notice=notice, actor=cast.manager, now=at(FORMAL), today=FORMAL)
    return notice
