"""A new agreement that begins with what its predecessor holds."""

import pytest

from accounts.models import ScopeRole
from contracts.models import Framework
from contracts.services import participations, stipulations
from tests.cast import Cast
from tests.contracts.conftest import Visit
from tests.contracts.pages import said
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db

ALL = {"title": "PC-utstyr 2028", "reference": "SI-PC-2", "is_successor": "on", "with_requirements": "on", "with_suppliers": "on"}
AT = {"today": TODAY, "now": NOW}


def copy(cast: Cast, visit: Visit, **changes: str) -> Framework:
    fields = {name: value for name, value in {**ALL, **changes}.items() if value}
    answer = visit(cast.manager).post(f"/frameworks/{cast.pc.pk}/copy/", fields)
    framework = Framework.objects.get(reference="SI-PC-2")
    assert answer["Location"] == f"/frameworks/{framework.pk}/edit/"
    return framework


def test_everything_but_dates_comes_along(cast: Cast, visit: Visit) -> None:
    cast.pc.options.create(number=1, months=12, decision="used", decided_on=TODAY)
    made = copy(cast, visit)
    assert (made.status, made.signed_on, made.starts_on, made.ends_on, made.predecessor) == ("planned", None, None, None, cast.pc)
    assert list(made.lots.values_list("number", "title")) == [(1, "PC-klienter"), (2, "Skjermer")]
    assert list(made.options.values_list("months", "decision")) == [(12, "pending")]
    places = {tuple(row) for row in made.participations.values_list("supplier__name", "lot__number", "rank", "starts_on")}
    assert places == {
        ("Nordvare AS", 1, 1, None),
        ("Nordvare AS", 2, 1, None),
        ("Fjordtek AS", 1, 2, None),
        ("Polar Kontor AS", 2, 2, None),
    }
    requirement = made.requirements.get(title="Aktsomhetsvurderinger")
    assert requirement.pk != cast.due_diligence.pk
    assert requirement.clause
    assert requirement.rule
    assert (requirement.clause.framework, requirement.rule.clause) == (made, requirement.clause)
    assert [lot.framework for lot in made.requirements.get(title="Miljøledelse").lots.all()] == [made]
    assert made.obligations.count() == cast.pc.obligations.count()
    assert not made.obligations.exclude(verified="unknown").exists()


def test_contacts_keep_their_roles_and_whoever_copies_manages(cast: Cast, visit: Visit) -> None:
    made = copy(cast, visit)
    roles = set(ScopeRole.objects.filter(scope_id=made.pk).values_list("role", "person__email"))
    assert roles == {
        ("manager", "manager@cpb.example"),
        ("responsible", "csr@nordvare.example"),
        ("responsible", "csr@fjordtek.example"),
        ("responsible", "csr@polar.example"),
    }


def test_it_may_leave_suppliers_and_requirements_behind(cast: Cast, visit: Visit) -> None:
    made = copy(cast, visit, with_suppliers="", with_requirements="", is_successor="")
    assert (made.participations.count(), made.requirements.count(), made.clauses.count(), made.predecessor) == (0, 0, 0, None)
    assert made.lots.count() == 2


def test_what_is_withdrawn_or_over_stays_behind_and_a_decided_change_counts(cast: Cast, visit: Visit) -> None:
    stipulations.withdraw(requirement=cast.environment, reason="Utgått.", actor=cast.manager, **AT)
    rows = cast.pc.participations
    participations.end(participation=rows.get(supplier=cast.polar), ends_on=TODAY.replace(day=1), reason="Ut.", actor=cast.manager, **AT)
    later = {"rank": 5, "share": None, "reason": "Ny rangering.", "on": TODAY.replace(month=6)}
    participations.change(participation=rows.get(supplier=cast.fjordtek), actor=cast.manager, **later, **AT)
    made = copy(cast, visit)
    assert not made.requirements.filter(title="Miljøledelse").exists()
    assert set(made.participations.values_list("supplier__name", "rank")) == {("Nordvare AS", 1), ("Fjordtek AS", 5)}


def test_a_taken_reference_leaves_nothing_half_made(cast: Cast, visit: Visit) -> None:
    before = Framework.objects.count()
    answer = visit(cast.manager).post(f"/frameworks/{cast.pc.pk}/copy/", {**ALL, "reference": "SI-KONTOR"})
    assert answer.status_code == 422
    assert "Another agreement has this reference." in said(answer)
    assert Framework.objects.count() == before


@pytest.mark.parametrize("who", ["specialist", "reader", "agency", "csr"])
def test_others_may_not(cast: Cast, visit: Visit, who: str) -> None:
    assert visit(getattr(cast, who)).get(f"/frameworks/{cast.pc.pk}/copy/").status_code == 403
