"""A case has a means that its clause gives, takes the terms of a daily fine from it, and keeps them when the clause is changed."""

from decimal import Decimal
from typing import Any

import pytest

from contracts.models import Clause
from contracts.services import clause_means
from core.errors import Invalid
from followup.models import DocumentRequest, Sanction
from followup.services import hearings, sanctions
from tests import factories
from tests.cast import Cast
from tests.contracts.pages import filled, text
from tests.followup.conftest import Visit
from tests.followup.sanctions.stories import START, page_of
from tests.walking import at

ON: dict[str, Any] = {"now": at(START), "today": START}
GIVES: clause_means.Gives = {
    "means": ["correction", "daily_fine"],
    "fine_rate": Decimal("0.15"),
    "fine_unit": "working_days",
    "fine_base_words": "the value of the order",
    "fine_cap": Decimal(10),
}


@pytest.fixture
def clause(cast: Cast) -> Clause:
    clause_means.write_down(clause=cast.clause, gives=GIVES, actor=cast.manager, now=at(START))
    return cast.clause


def proposed(cast: Cast, clause: Clause, means: str = "daily_fine", **fine: Any) -> Sanction:
    about: dict[str, Any] = {"framework": cast.pc, "supplier": cast.nordvare, "means": means, "clause": clause, "facts": ["Intet svar."]}
    return sanctions.propose(**about, actor=cast.manager, fine=fine or None, **ON)


def test_a_case_begun_on_the_page(cast: Cast, visit: Visit, silent: DocumentRequest, clause: Clause) -> None:
    """Clause, one of its means, and what the clause leaves open of a fine; then the clause is changed."""
    browser, begin = visit(cast.manager), f"/sanctions/new/?framework={cast.pc.pk}&supplier={cast.nordvare.pk}"
    other = factories.clause(cast.pc, title="Miljø")
    first = browser.get(begin)
    assert "See what the clause allows" in text(first)
    assert "means" not in filled(first)
    second = text(browser.get(f"{begin}&clause={clause.pk}"))
    assert "Daily fine" in second
    assert "Termination" not in second
    assert "Termination" in text(browser.get(f"{begin}&clause={other.pk}")), "one that names none offers all, as before"
    refused = browser.get(f"{begin}&clause={clause.pk}&means=termination")
    assert refused.status_code == 422
    assert "does not give this means" in text(refused)

    chosen = f"{begin}&clause={clause.pk}&means=daily_fine"
    page = browser.get(chosen)
    assert "From clause 2.1" in text(page)
    assert not {"rate", "unit", "cap"} & set(filled(page))
    assert browser.post(chosen, {**filled(page), "base": "1 000 000", "starts_on": "20.04.2026"}).status_code == 302
    case = Sanction.objects.get()
    assert (case.fine.rate, case.fine.unit, case.fine.cap, case.fine.base_words) == (
        *(Decimal("0.15"), "working_days", Decimal(10)),
        "the value of the order",
    )
    assert "from clause 2.1" in text(browser.get(page_of(case)))
    letter = str(hearings.as_of(case, signer=cast.manager, today=START).letter)
    assert "the value of the order" in letter

    clause_means.write_down(
        clause=clause, gives={"means": ["daily_fine"], "fine_rate": Decimal(1), "fine_cap": None}, actor=cast.manager, now=at(START)
    )
    edit = browser.get(page_of(case, "edit"))
    assert "0.15 %" in text(edit)
    assert browser.post(page_of(case, "edit"), {**filled(edit), "base": "500 000"}).status_code == 302
    case.fine.refresh_from_db()
    assert (case.fine.rate, case.fine.cap, case.fine.base) == (Decimal("0.15"), Decimal(10), Decimal(500000))


@pytest.mark.parametrize("departing", [{"rate": Decimal("0.2")}, {"cap": None}, {"unit": "days"}])
def test_a_case_does_not_depart_from_its_clause(cast: Cast, clause: Clause, departing: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        proposed(cast, clause, base=Decimal(100), starts_on=START, **departing)
    assert [(fault.field, fault.code) for fault in refused.value.errors] == [("fine", "other_than_clause")]


def test_a_means_that_the_clause_does_not_give_is_refused(cast: Cast, clause: Clause) -> None:
    with pytest.raises(Invalid) as refused:
        proposed(cast, clause, "suspension")
    assert refused.value.errors[0].field == "means"
    assert proposed(cast, clause, "correction").means == "correction"


def test_a_case_with_an_amount_from_the_clause_needs_only_its_first_day(cast: Cast, clause: Clause) -> None:
    clause_means.write_down(clause=clause, gives={"fine_base": Decimal(2000)}, actor=cast.manager, now=at(START))
    fine = proposed(cast, clause, starts_on=START).fine
    assert (fine.base, fine.currency, fine.from_clause) == (Decimal(2000), "NOK", ["base", "cap", "currency", "rate", "unit"])
