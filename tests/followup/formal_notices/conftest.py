"""A request that nobody answered, and the notice that follows from it."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from accounts.models import Person
from followup.models import DocumentRequest, FormalNotice
from followup.services import formal_notices
from tests import factories
from tests.cast import Cast
from tests.factories import TODAY
from tests.followup.formal_notices.stories import FORMAL, items
from tests.walking import at, walk


@pytest.fixture
def monday_morning() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(at(FORMAL), tick=False) as clock:
        yield clock


@pytest.fixture
def clock(monday_morning: time_machine.Traveller) -> time_machine.Traveller:
    return monday_morning


@pytest.fixture
def representative(cast: Cast) -> Any:
    """A contributor at Nordvare who is its contractual representative on the agreement."""
    factories.contact(cast.nordvare, cast.sales.person)
    factories.role(cast.pc, cast.nordvare, "representative", cast.sales.person)
    return cast.sales


@pytest.fixture
def director(cast: Cast) -> Person:
    person = factories.person("ola@nordvare.example", "Ola Direktør")
    factories.contact(cast.nordvare, person)
    factories.role(cast.pc, cast.nordvare, "director", person)
    return person


@pytest.fixture
def silent(cast: Cast, representative: Any, director: Person) -> DocumentRequest:
    """A request that nobody answered, reminded by mail until the day of the ladder's formal step."""
    it = factories.document_request(cast.pc, cast.nordvare, cast.manager, items=items(cast), title="Yearly report")
    walk(TODAY, FORMAL)
    it.refresh_from_db()
    return it


@pytest.fixture
def notice(cast: Cast, silent: DocumentRequest) -> FormalNotice:
    return formal_notices.start(request=silent, actor=cast.manager, now=at(FORMAL), today=FORMAL)


@pytest.fixture
def sent(cast: Cast, notice: FormalNotice) -> FormalNotice:
    formal_notices.send(notice=notice, actor=cast.manager, now=at(FORMAL), today=FORMAL)
    return notice
