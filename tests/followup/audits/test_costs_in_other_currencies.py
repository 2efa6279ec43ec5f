"""What is spent in another currency counts in the budget when somebody says what it comes to."""

from decimal import Decimal
from typing import Any

import pytest

from core.errors import Invalid
from core.models import History
from followup.models import Audit, AuditCost
from followup.programme_reading import figures_of
from followup.services import audit_records, programmes
from tests.api.conftest import Program, problem_of
from tests.cast import Cast
from tests.contracts.pages import text
from tests.factories import NOW, TODAY
from tests.followup.audits.stories import AT, page_of, planned
from tests.followup.conftest import Visit


@pytest.fixture
def audit(cast: Cast) -> Audit:
    programme = programmes.create(title="Plan", year=2026, purpose="Lønn.", budget=Decimal(20000), actor=cast.manager, now=NOW)
    return planned(cast, programme=programme)


def spent(cast: Cast, audit: Audit, **said: Any) -> AuditCost:
    fields: dict[str, Any] = {"kind": "fee", "amount": Decimal(1000), "currency": "EUR", "spent_on": TODAY, **said}
    return audit_records.add_cost(audit=audit, actor=cast.manager, **fields, **AT)


def test_by_the_rate_or_by_what_was_booked(cast: Cast, audit: Audit) -> None:
    by_rate = spent(cast, audit, rate=Decimal("11.2345"))
    assert (by_rate.counted, by_rate.counted_currency, by_rate.rate_on) == (Decimal("11234.50"), "NOK", TODAY)
    booked = spent(cast, audit, counted=Decimal("1150.55"), amount=Decimal(100))
    assert booked.rate == Decimal("11.505500")
    spent(cast, audit, amount=Decimal(30), currency="USD")
    spent(cast, audit, amount=Decimal(500), currency="NOK")
    assert audit.programme
    figures = figures_of([audit.programme])[audit.programme.pk]
    assert (figures.used, figures.others) == (Decimal("12885.05"), {"USD": Decimal(30)})
    assert figures.costs.money == {"EUR": Decimal(1100), "USD": Decimal(30), "NOK": Decimal(500)}


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"rate": Decimal(0)}, "rate"),
        ({"counted": Decimal(0)}, "counted"),
        ({"rate": Decimal(11), "counted": Decimal(20000)}, "counted"),
        ({"rate": Decimal(11), "rate_on": TODAY.replace(year=2027)}, "rate_on"),
        ({"rate": Decimal(11), "currency": "NOK"}, "rate"),
    ],
)
def test_what_cannot_be_right_is_refused(cast: Cast, audit: Audit, said: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        spent(cast, audit, **said)
    assert [each.field for each in refused.value.errors] == [field]
    assert not AuditCost.objects.exists()


def test_the_rate_is_given_later_on_the_page(cast: Cast, audit: Audit, visit: Visit) -> None:
    line, ours = spent(cast, audit), visit(cast.manager)
    assert "not counted in the budget" in text(ours.get(page_of(audit, "costs")))
    at = page_of(audit, "costs", line.pk, "rate")
    assert "Amount in NOK, as it was booked" in text(ours.get(at))
    assert ours.post(at, {"counted": "", "rate": "", "rate_on": ""}).status_code == 422
    ours.post(at, {"counted": "", "rate": "11,5", "rate_on": "02.03.2026"})
    line.refresh_from_db()
    assert line.counted == Decimal(11500)
    assert "rate 11.5000 of" in text(ours.get(page_of(audit, "costs")))
    assert History.objects.filter(object_id=audit.pk, verb="cost").count() == 2


def test_programs_do_the_same(cast: Cast, audit: Audit) -> None:
    ours = Program(cast.manager)
    cost = {"kind": "fee", "amount": "100", "currency": "EUR", "spent_on": TODAY.isoformat(), "rate": "11.5"}
    line = ours.post(f"audits/{audit.pk}/cost/", cost).json()["costs"][0]
    assert (line["counted"], line["counted_currency"]) == (1150, "NOK")
    changed = ours.post(f"audits/{audit.pk}/convert/", {"cost": line["id"], "counted": "1200"}).json()["costs"][0]
    assert (changed["counted"], changed["rate"]) == (1200, 12)
    problem_of(ours.post(f"audits/{audit.pk}/convert/", {"cost": line["id"]}), 400)
    assert ours.get("audit-programmes/").json()["results"][0]["used"] == 1200
