"""What a sanction case may rest on, whom its steps tell nothing, and the days that it gives."""

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.models import Organisation
from core.errors import Invalid, NotAllowed
from core.models import History
from followup.services import sanction_decisions, sanctions
from notifications.models import Deadline
from tests import factories
from tests.cast import Cast
from tests.followup.sanctions.stories import AFTER, START, heard_by_letter, proposed
from tests.walking import at


@pytest.mark.parametrize("who", ["reader", "other_manager", "csr", "agency"])
def test_who_may_not_propose_begins_no_case(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        proposed(cast, actor=getattr(cast, who))


def test_a_case_rests_on_its_own_agreement_and_supplier(cast: Cast) -> None:
    polars = factories.document_request(cast.pc, cast.polar, cast.manager)
    draft = factories.document_request(cast.pc, cast.nordvare, cast.manager, sent=False)
    elsewhere = factories.clause(cast.office)
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"clause": elsewhere}, "other_agreement"),
        ({"requests": [polars]}, "other_case"),
        ({"requests": [draft]}, "not_sent"),
        ({"supplier": cast.fjordtek}, "not_on_lot"),
    ]
    for said, code in wrong:
        with pytest.raises(Invalid) as refused:
            proposed(cast, **said)
        assert [fault.code for fault in refused.value.errors] == [code]


def test_numbers_count_the_suppliers_own(cast: Cast) -> None:
    """A number counted over the agreement would tell that another supplier has cases."""
    numbers = [proposed(cast).number, proposed(cast, supplier=cast.polar).number, proposed(cast).number]
    assert numbers == [1, 1, 2]


def test_of_a_case_that_is_only_considered_the_supplier_reads_nothing(cast: Cast) -> None:
    it = proposed(cast)
    sanctions.edit(sanction=it, facts=["Another fact."], actor=cast.manager, now=at(START), today=START)
    assert History.objects.filter(object_id=it.pk).count() == 2
    assert not History.objects.visible_to(cast.csr).filter(object_id=it.pk).exists()


def test_the_suppliers_days_off_count_for_its_reply(cast: Cast) -> None:
    """6 May is a holiday in Bulgaria, and 14 May one here."""
    Organisation.objects.filter(pk=cast.nordvare.pk).update(country="BG")
    cast.nordvare.refresh_from_db()
    limit = heard_by_letter(cast).reply_deadline
    assert limit is not None
    assert limit.due_on == date(2026, 5, 15)


def test_it_is_in_force_from_no_day_before_the_decided_one(cast: Cast) -> None:
    it, first = heard_by_letter(cast), AFTER + timedelta(days=7)
    owner: dict[str, Any] = {"sanction": it, "actor": cast.owner}
    sanction_decisions.decide(**owner, outcome="imposed", grounds="G.", applies_from=first, now=at(AFTER), today=AFTER)
    sanction_decisions.notify(**owner, now=at(AFTER), today=AFTER)
    task = Deadline.objects.open().get(about_id=it.pk)
    assert (task.brief["task"], task.starts_on) == ("sanction_to_enforce", first)
    with pytest.raises(Invalid, match="decided to apply from"):
        sanction_decisions.enforce(**owner, on=AFTER, now=at(first), today=first)
    sanction_decisions.enforce(**owner, now=at(first), today=first)
    assert it.in_force_from == first
