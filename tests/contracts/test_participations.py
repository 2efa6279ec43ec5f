"""Suppliers come, change rank and leave; nothing that was true before is overwritten, and obligations follow."""

from datetime import date, timedelta

import pytest

from accounts.models import Organisation
from contracts.models import Participation
from core.models import History
from tests.cast import Cast
from tests.contracts.conftest import Visit
from tests.contracts.pages import said
from tests.factories import TODAY

pytestmark = pytest.mark.django_db


def places(cast: Cast, supplier: Organisation) -> set[tuple[object, ...]]:
    rows = Participation.objects.filter(framework=cast.pc, supplier=supplier)
    return set(rows.values_list("lot__number", "rank", "starts_on", "ends_on", "reason"))


def obligations(cast: Cast, supplier: Organisation) -> set[tuple[object, ...]]:
    rows = cast.pc.obligations.filter(supplier=supplier)
    return set(rows.values_list("requirement__title", "lot__number", "valid_from", "valid_to"))


def new(cast: Cast) -> str:
    return f"/frameworks/{cast.pc.pk}/participations/new/"


def test_a_new_supplier_is_bound_from_its_first_day(cast: Cast, visit: Visit) -> None:
    first = {"supplier": cast.polar.pk, "lot": cast.lot1.pk, "rank": "3", "starts_on": "1.4.2026", "reason": "Tredje leverandør."}
    visit(cast.manager).post(new(cast), first)
    assert (1, 3, date(2026, 4, 1), None, "Tredje leverandør.") in places(cast, cast.polar)
    assert ("Miljøledelse", 1, date(2026, 4, 1), None) in obligations(cast, cast.polar)


def test_another_rank_ends_a_row_and_opens_one(cast: Cast, visit: Visit) -> None:
    row = Participation.objects.get(framework=cast.pc, supplier=cast.fjordtek)
    before = obligations(cast, cast.fjordtek)
    change = {"rank": "1", "share": "60", "on": "1.4.2026", "reason": "Ny rangering etter minikonkurranse."}
    visit(cast.manager).post(f"/participations/{row.pk}/change/", change)
    assert places(cast, cast.fjordtek) == {
        (1, 2, None, date(2026, 3, 31), ""),
        (1, 1, date(2026, 4, 1), None, "Ny rangering etter minikonkurranse."),
    }
    assert obligations(cast, cast.fjordtek) == before, "the same obligation goes on unbroken"


def test_who_leaves_is_bound_until_the_last_day(cast: Cast, visit: Visit) -> None:
    row = Participation.objects.get(framework=cast.pc, supplier=cast.fjordtek)
    visit(cast.manager).post(f"/participations/{row.pk}/end/", {"ends_on": "31.3.2026", "reason": "Konkurs."})
    assert {row[3] for row in obligations(cast, cast.fjordtek)} == {date(2026, 3, 31)}
    told = History.objects.get(object_id=row.pk, verb="end")
    assert (told.changes["reason"], told.is_internal) == ("Konkurs.", True)


def test_leaving_one_lot_leaves_the_other(cast: Cast, visit: Visit) -> None:
    row = Participation.objects.get(framework=cast.pc, supplier=cast.nordvare, lot=cast.lot2)
    visit(cast.manager).post(f"/participations/{row.pk}/end/", {"ends_on": "2026-03-01", "reason": "Ut av delkontrakt 2."})
    ends = {(lot, end) for _title, lot, _start, end in obligations(cast, cast.nordvare)}
    assert ends == {(1, None), (2, date(2026, 3, 1))}


def test_who_comes_back_is_bound_again_and_keeps_what_was_found(cast: Cast, visit: Visit) -> None:
    client = visit(cast.manager)
    row = Participation.objects.get(framework=cast.pc, supplier=cast.fjordtek)
    cast.pc.obligations.filter(supplier=cast.fjordtek).update(declared="yes")
    client.post(f"/participations/{row.pk}/end/", {"ends_on": "2026-03-01", "reason": "Pause."})
    client.post(new(cast), {"supplier": cast.fjordtek.pk, "lot": cast.lot1.pk, "starts_on": "2026-05-01"})
    assert {row[3] for row in obligations(cast, cast.fjordtek)} == {None}
    assert set(cast.pc.obligations.filter(supplier=cast.fjordtek).values_list("declared", flat=True)) == {"yes"}
    assert len(places(cast, cast.fjordtek)) == 2


def test_the_same_supplier_twice_is_refused(cast: Cast, visit: Visit) -> None:
    answer = visit(cast.manager).post(new(cast), {"supplier": cast.nordvare.pk, "lot": cast.lot1.pk})
    assert answer.status_code == 422
    assert "Nordvare AS is already on this lot." in said(answer)


@pytest.mark.parametrize(
    ("page", "fields"),
    [
        ("end", {"ends_on": "2026-03-02", "reason": ""}),
        ("end", {"ends_on": "", "reason": "Ut."}),
        ("change", {"rank": "2", "share": "101", "on": "2026-03-02", "reason": "Feil."}),
        ("change", {"rank": "0", "share": "", "on": "2026-03-02", "reason": "Feil."}),
        ("change", {"rank": "2", "share": "", "on": "2026-03-02", "reason": " "}),
    ],
)
def test_a_change_says_when_and_why(cast: Cast, visit: Visit, page: str, fields: dict[str, str]) -> None:
    row = Participation.objects.get(framework=cast.pc, supplier=cast.fjordtek)
    assert visit(cast.manager).post(f"/participations/{row.pk}/{page}/", fields).status_code == 422
    assert places(cast, cast.fjordtek) == {(1, 2, None, None, "")}


def test_the_last_day_cannot_come_before_the_first(cast: Cast, visit: Visit) -> None:
    Participation.objects.filter(supplier=cast.fjordtek).update(starts_on=TODAY)
    row = Participation.objects.get(framework=cast.pc, supplier=cast.fjordtek)
    client = visit(cast.manager)
    assert client.post(f"/participations/{row.pk}/end/", {"ends_on": "2026-03-01", "reason": "Ut."}).status_code == 422
    earlier = {"rank": "1", "share": "", "on": "2026-03-01", "reason": "Før."}
    assert client.post(f"/participations/{row.pk}/change/", earlier).status_code == 422


def test_what_is_over_is_over(cast: Cast, visit: Visit) -> None:
    Participation.objects.filter(supplier=cast.fjordtek).update(ends_on=TODAY - timedelta(days=1))
    row = Participation.objects.get(framework=cast.pc, supplier=cast.fjordtek)
    assert visit(cast.manager).post(f"/participations/{row.pk}/end/", {"ends_on": "2026-03-02", "reason": "Ut."}).status_code == 409


@pytest.mark.parametrize(("who", "foreign"), [("specialist", 403), ("reader", 403), ("other_manager", 403), ("agency", 403), ("csr", 404)])
def test_others_may_not(cast: Cast, visit: Visit, who: str, foreign: int) -> None:
    client = visit(getattr(cast, who))
    own = Participation.objects.filter(framework=cast.pc, supplier=cast.nordvare).first()
    other = Participation.objects.get(framework=cast.pc, supplier=cast.fjordtek)
    assert own
    for page in ("change", "end"):
        assert client.post(f"/participations/{own.pk}/{page}/", {}).status_code == 403
        assert client.post(f"/participations/{other.pk}/{page}/", {}).status_code == foreign
    assert client.post(new(cast), {}).status_code == 403
