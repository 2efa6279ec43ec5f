"""Which means a clause gives when it is broken, and the terms of its daily fine: written down with it, and also when its text is frozen."""

from decimal import Decimal

import pytest

from contracts.models import Clause
from contracts.services import copying
from core.models import History
from tests.cast import Cast
from tests.contracts.conftest import Visit
from tests.contracts.pages import filled, text
from tests.contracts.test_requirements import clause, new
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db

FINE = {"means": ["termination", "daily_fine"], "fine_rate": "0.15", "fine_base_words": "the value of the order", "fine_cap": "15"}


def test_it_is_written_with_the_clause_shown_and_copied_to_a_successor(cast: Cast, visit: Visit) -> None:
    client = visit(cast.manager)
    asked = filled(client.post(new(cast, "clauses"), {**clause(), **FINE, "add": "rules"}))
    assert (asked["means"], asked["fine_rate"]) == (["daily_fine", "termination"], ["0.15"]), "one more deadline loses nothing"
    client.post(new(cast, "clauses"), {**clause(), **FINE})
    made = Clause.objects.get(title="Menneskerettigheter")
    assert made.means == ["daily_fine", "termination"], "the mildest first"
    assert made.fine_terms == {"rate": Decimal("0.15"), "unit": "days", "cap": Decimal(15)}
    page = text(client.get(f"/frameworks/{cast.pc.pk}/requirements/"))
    assert "the clause gives: daily fine, termination." in page
    assert "0.15 per cent of the base for each day (calendar days)" in page
    by = {"actor": cast.section, "today": TODAY, "now": NOW}
    copy = copying.copy(source=cast.pc, reference="NY-1", title="Ny", is_successor=True, **by)
    assert copy.clauses.get(title="Menneskerettigheter").fine_cap == Decimal(15)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"means": ["correction"]}, "Tick the daily fine too"),
        ({"fine_rate": "-1"}, "Must be more than 0."),
        ({"means": ["scolding"]}, "scolding"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(cast: Cast, visit: Visit, wrong: dict[str, object], said: str) -> None:
    answer = visit(cast.manager).post(new(cast, "clauses"), {**clause(), **FINE, **wrong})
    assert answer.status_code == 422
    assert said in text(answer)
    assert (filled(answer)["text"], filled(answer)["fine_cap"]) == (["Svar innen seks uker."], ["15"])
    assert not Clause.objects.filter(title="Menneskerettigheter").exists()


def test_it_can_be_written_down_when_the_text_is_frozen(cast: Cast, visit: Visit) -> None:
    client, edit = visit(cast.manager), f"/clauses/{cast.clause.pk}/edit/"
    page = client.get(edit)
    assert "its text is frozen" in text(page)
    assert not {"text", "rules-count"} & set(filled(page))
    client.post(edit, {**filled(page), **FINE})
    before, rules = cast.clause.text, cast.clause.rules.count()
    cast.clause.refresh_from_db()
    assert (cast.clause.text, cast.clause.rules.count()) == (before, rules)
    assert cast.clause.means == ["daily_fine", "termination"]
    assert History.objects.get(object_id=cast.clause.pk, verb="edit").changes["fine_rate"] == [None, "0.15"]
