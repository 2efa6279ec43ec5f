"""A silent supplier: reminded, heard, decided by another, told, suspended on lot 2 with the agencies told, and lifted."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from accounts.models import User
from contracts.models import Suspension
from followup.models import Sanction
from notifications.models import Deadline, Message
from tests import factories
from tests.cast import Cast
from tests.contracts.pages import filled, text
from tests.factories import TODAY
from tests.followup.conftest import Visit
from tests.followup.formal_notices.stories import items
from tests.followup.sanctions.stories import AFTER, LIMIT, START, page_of, verbs
from tests.walking import at, walk

LIFTED = AFTER + timedelta(days=10)


@pytest.mark.both
def test_from_silence_to_a_lifted_suspension(
    cast: Cast, visit: Visit, clock: time_machine.Traveller, representative: Any, ordering: User, elsewhere: User
) -> None:
    factories.document_request(cast.pc, cast.nordvare, cast.manager, items=items(cast), title="Yearly report")
    walk(TODAY, START)

    manager = visit(cast.manager)
    begun = f"/sanctions/new/?framework={cast.pc.pk}&supplier={cast.nordvare.pk}&means=suspension&clause={cast.clause.pk}"
    manager.post(begun, {**filled(manager.get(begun)), "lots": [str(cast.lot2.pk)]})
    case = Sanction.objects.get()
    assert visit(cast.owner).post(page_of(case, "decide"), {"outcome": "imposed", "grounds": "Silence."}).status_code == 409, "unheard"
    manager.post(page_of(case, "hear"))
    walk(START, LIMIT)
    assert visit(cast.owner).post(page_of(case, "decide"), {"outcome": "imposed", "grounds": "Silence."}).status_code == 409, "in time"

    walk(LIMIT, AFTER)
    clock.move_to(at(AFTER))
    assert Message.objects.filter(lines__kind="sanction_to_decide", person=cast.owner.person).exists()
    assert visit(cast.manager).post(page_of(case, "decide"), {"outcome": "imposed", "grounds": "Silence."}).status_code == 403, "alone"
    visit(cast.owner).post(page_of(case, "decide"), {"outcome": "imposed", "grounds": "Nothing has come, after four messages."})
    manager = visit(cast.manager)
    assert "Send the letter" in text(manager.get("/")), "what is next waits for the manager"
    manager.post(page_of(case, "notify"))
    walk(AFTER, AFTER)
    assert "Put it into force" in text(manager.get("/"))
    manager.post(page_of(case, "enforce"))
    walk(AFTER, AFTER)
    assert Message.objects.get(person=cast.agency.person, lines__kind="supplier_suspended").status == "sent"
    assert not Message.objects.filter(person__in=[elsewhere.person, cast.csr_polar.person], lines__kind="supplier_suspended").exists()
    seen = text(visit(cast.agency).get(f"/frameworks/{cast.pc.pk}/"))
    assert "Nordvare AS is suspended" in seen
    assert "Order from: Polar Kontor AS" in seen
    assert visit(cast.agency).get(page_of(case)).status_code == 404

    clock.move_to(at(LIFTED))
    visit(cast.section).post(page_of(case, "over"), {"how": "lift", "ended_on": LIFTED.isoformat(), "reason": "The report has come."})
    walk(LIFTED, LIFTED)
    case.refresh_from_db()
    assert (case.status, case.proposed_by, case.decided_by) == ("lifted", cast.manager, cast.owner)
    assert Message.objects.get(person=cast.agency.person, lines__kind="suspension_lifted").status == "sent"
    assert "The report has come." in Message.objects.filter(lines__kind="sanction_closed").latest("created_at").text
    assert not Suspension.objects.on(LIFTED).exists()
    assert not Deadline.objects.open().filter(about_id=case.pk).exists()
    assert verbs(case) == ["enforce", "hear", "impose", "lift", "notify", "propose"]
