"""Options: written by the manager, decided by the owner, in order, once, and with a deadline that follows."""

from datetime import date, timedelta

import pytest

from contracts.models import Framework, Option
from tests.cast import Cast
from tests.contracts.conftest import Visit
from tests.contracts.pages import said
from tests.factories import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def framework(cast: Cast, visit: Visit) -> Framework:
    """Ends on 30 September 2027 and has two options of a year."""
    Framework.objects.filter(pk=cast.pc.pk).update(ends_on=date(2027, 9, 30))
    client = visit(cast.manager)
    for _ in range(2):
        client.post(f"/frameworks/{cast.pc.pk}/options/new/", {"months": "12", "kind": "must_be_used", "notice_days": "92"})
    return Framework.objects.get(pk=cast.pc.pk)


def option(framework: Framework, number: int) -> Option:
    return framework.options.select_related("deadline").get(number=number)


def decide(number: int, use: str = "yes", **changes: str) -> dict[str, str]:
    return {"use": use, "decided_on": "2026-03-02", "reason": "Dekker behovet.", **changes}


def test_only_the_next_option_has_a_deadline(framework: Framework) -> None:
    first = option(framework, 1).deadline
    assert first
    assert (first.due_on, first.kind, first.turn, first.organisation) == (date(2027, 6, 30), "option_notice", "cpb", framework.organisation)
    assert option(framework, 2).deadline is None


def test_using_it_moves_the_end_and_opens_the_next(cast: Cast, visit: Visit, framework: Framework) -> None:
    answer = visit(cast.owner).post(f"/options/{option(framework, 1).pk}/decide/", decide(1))
    assert answer.status_code == 302
    first, second = option(framework, 1), option(framework, 2)
    assert (first.decision, first.decided_by, first.decided_on) == ("used", cast.owner, TODAY)
    assert first.deadline
    assert first.deadline.closed_at
    assert second.deadline
    assert second.deadline.due_on == date(2028, 6, 30)
    agreement = Framework.objects.get(pk=framework.pk)
    assert agreement.runs_until == date(2028, 9, 30)
    assert agreement.expiry
    assert agreement.expiry.due_on == date(2028, 9, 30)


def test_refusing_it_ends_the_row_of_options(cast: Cast, visit: Visit, framework: Framework) -> None:
    visit(cast.section).post(f"/options/{option(framework, 1).pk}/decide/", decide(1, use="no"))
    assert option(framework, 2).deadline is None
    assert Framework.objects.get(pk=framework.pk).runs_until == date(2027, 9, 30)
    answer = visit(cast.section).post(f"/options/{option(framework, 2).pk}/decide/", decide(2))
    assert answer.status_code == 409
    assert "Decide on the earlier options first." in said(answer)


def test_a_notice_never_falls_on_a_day_off(cast: Cast, visit: Visit, framework: Framework) -> None:
    edit = f"/options/{option(framework, 1).pk}/edit/"
    visit(cast.manager).post(edit, {"months": "12", "kind": "must_be_used", "notice_days": "88"})
    moved = option(framework, 1).deadline
    assert moved
    assert moved.due_on == date(2027, 7, 2), "88 days before is Sunday 4 July, and the Friday before is in time"


def test_it_is_decided_once_and_then_stands(cast: Cast, visit: Visit, framework: Framework) -> None:
    client, pk = visit(cast.owner), option(framework, 1).pk
    client.post(f"/options/{pk}/decide/", decide(1))
    assert client.post(f"/options/{pk}/decide/", decide(1, use="no")).status_code == 409
    assert visit(cast.manager).post(f"/options/{pk}/edit/", {"months": "6", "kind": "must_be_used", "notice_days": "1"}).status_code == 409
    assert option(framework, 1).decision == "used"


@pytest.mark.parametrize("who", ["manager", "deputy", "admin", "specialist", "reader", "agency", "csr"])
def test_nobody_else_decides(cast: Cast, visit: Visit, framework: Framework, who: str) -> None:
    address = f"/options/{option(framework, 1).pk}/decide/"
    assert visit(getattr(cast, who)).get(address).status_code == 403
    assert visit(getattr(cast, who)).post(address, decide(1)).status_code == 403
    assert option(framework, 1).decision == "pending"


@pytest.mark.parametrize("changes", [{"reason": " "}, {"decided_on": "2026-03-03"}, {"use": ""}])
def test_a_decision_has_a_reason_and_a_day_that_has_been(cast: Cast, visit: Visit, framework: Framework, changes: dict[str, str]) -> None:
    answer = visit(cast.owner).post(f"/options/{option(framework, 1).pk}/decide/", decide(1, **changes))
    assert answer.status_code == 422
    assert option(framework, 1).decision == "pending"


def test_one_that_runs_unless_refused_counts_until_somebody_refuses(cast: Cast, visit: Visit) -> None:
    Framework.objects.filter(pk=cast.pc.pk).update(ends_on=TODAY + timedelta(days=400))
    client = visit(cast.manager)
    client.post(f"/frameworks/{cast.pc.pk}/options/new/", {"months": "12", "kind": "runs_unless_refused", "notice_days": "30"})
    framework = Framework.objects.get(pk=cast.pc.pk)
    assert framework.runs_until
    assert framework.ends_on
    assert framework.runs_until > framework.ends_on
    visit(cast.owner).post(f"/options/{option(framework, 1).pk}/decide/", decide(1, use="no"))
    assert Framework.objects.get(pk=cast.pc.pk).runs_until == framework.ends_on


def test_impossible_lengths_are_refused(cast: Cast, visit: Visit) -> None:
    client = visit(cast.manager)
    for months, days in (("0", "90"), ("241", "90"), ("12", "-1"), ("12", "1001"), ("x", "90")):
        answer = client.post(f"/frameworks/{cast.pc.pk}/options/new/", {"months": months, "kind": "must_be_used", "notice_days": days})
        assert answer.status_code == 422
    assert not cast.pc.options.exists()
