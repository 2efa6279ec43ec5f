"""What lists of audits are sorted by is kept beside each: whatever is done with one, it is the day of its deadline, and for the supplier
what it is told."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from core.errors import HouseError
from followup import audit_days
from followup.models import Audit
from followup.services import audit_outcomes, audits
from tests.cast import Cast
from tests.factories import NOW, TODAY
from tests.followup.audits.stories import AT, announced, log, planned, reused

MONDAY = date(2026, 4, 13)


def steps(cast: Cast, chance: Random) -> list[Callable[[Audit], object]]:
    """Everything that is done with an audit, each with what chance gives it."""
    by: dict[str, Any] = {"actor": cast.manager, **AT}
    return [
        lambda it: audits.edit(audit=it, announcement=chance.choice(Audit.Announcement.values), **by),
        lambda it: audits.edit(audit=it, planned_on=TODAY + timedelta(days=chance.randint(-20, 60)), **by),
        lambda it: audits.edit(audit=it, planned_on=MONDAY + timedelta(days=3), announcement="semi_announced", **by),
        lambda it: audits.edit(audit=it, place=f"Hall {chance.randint(1, 9)}", **by),
        lambda it: audits.announce(audit=it, **by),
        lambda it: audits.cancel(audit=it, reason="Illness.", **by),
        lambda it: audit_outcomes.log(audit=it, result="improvements", performed_on=TODAY - timedelta(days=chance.randint(0, 9)), **by),
        lambda it: log(cast, it),
        lambda it: audit_outcomes.close(audit=it, actor=cast.manager, now=NOW),
    ]


@pytest.mark.parametrize("seed", range(3))
def test_kept_is_reckoned_whatever_is_done(cast: Cast, seed: int) -> None:
    chance = Random(seed)
    its = [planned(cast), announced(cast, announcement="semi_announced"), planned(cast, announcement="unannounced"), reused(cast)]
    for _ in range(20):
        it, step = chance.choice(its), chance.choice(steps(cast, chance))
        try:
            step(Audit.objects.get(pk=it.pk))
        except HouseError:
            continue  # what its state does not allow changes nothing
        it.refresh_from_db()
        assert (it.planned_on, it.told_on) == (it.deadline.due_on, audit_days.told(it)[0])


def test_of_two_changes_at_once_the_second_knows_the_first(cast: Cast) -> None:
    it = planned(cast)
    stale = Audit.objects.get(pk=it.pk)
    audits.edit(audit=it, announcement="semi_announced", actor=cast.manager, **AT)
    audits.edit(audit=stale, planned_on=MONDAY + timedelta(days=3), actor=cast.manager, **AT)
    stale.refresh_from_db()
    assert stale.told_on == MONDAY
