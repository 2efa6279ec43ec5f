"""Changing an agreement's facts and states, who is responsible, and what a newer notice says instead."""

from datetime import date, timedelta

import pytest

from accounts.models import ScopeRole
from contracts.models import CpvCode, Framework
from core.models import History
from notifications.models import Deadline
from tests import factories
from tests.cast import Cast
from tests.contracts.conftest import Visit
from tests.contracts.pages import filled, said, text
from tests.factories import TODAY

pytestmark = pytest.mark.django_db


def of(framework: Framework, page: str) -> str:
    return f"/frameworks/{framework.pk}/{page}/"


def test_the_form_comes_filled_and_saves_only_what_changed(cast: Cast, visit: Visit) -> None:
    CpvCode.objects.get_or_create(pk="30213000", defaults={"name_nb": "PC-er", "name_en": "PCs"})
    client = visit(cast.manager)
    fields = filled(client.get(of(cast.pc, "edit")))
    assert fields["title"] == ["Fellesavtale for PC-utstyr"]
    answer = client.post(of(cast.pc, "edit"), {**fields, "case_number": "26/104", "other_codes": "30213000-5"})
    assert answer["Location"] == f"/frameworks/{cast.pc.pk}/"
    cast.pc.refresh_from_db()
    assert cast.pc.case_number == "26/104"
    assert [code.pk for code in cast.pc.cpv.all()] == ["30213000"]
    changes = History.objects.get(object_id=cast.pc.pk, verb="edit").changes
    assert changes == {"case_number": ["", "26/104"], "cpv": [[], ["30213000"]]}


def test_an_unknown_code_is_named(cast: Cast, visit: Visit) -> None:
    client = visit(cast.manager)
    page = client.post(of(cast.pc, "edit"), {**filled(client.get(of(cast.pc, "edit"))), "other_codes": "12345678"})
    assert page.status_code == 422
    assert "We do not know the code 12345678." in said(page)


def test_dates_that_move_take_the_deadlines_with_them(cast: Cast, visit: Visit) -> None:
    client = visit(cast.manager)
    fields = filled(client.get(of(cast.pc, "edit")))
    client.post(of(cast.pc, "edit"), {**fields, "ends_on": "2027-06-30"})
    client.post(of(cast.pc, "edit"), {**fields, "ends_on": "2027-09-30"})
    expiry = Framework.objects.get(pk=cast.pc.pk).expiry
    assert expiry
    assert (expiry.due_on, expiry.original_due_on, expiry.is_open) == (date(2027, 9, 30), date(2027, 6, 30), True)
    assert Deadline.objects.filter(scope_id=cast.pc.pk, kind="agreement_expiry").count() == 1


def test_signing_needs_a_day_that_has_been(cast: Cast, visit: Visit) -> None:
    planned = factories.framework(cast.cpb, status="planned", signed_on=None)
    factories.role(planned, cast.cpb, "manager", cast.manager.person)
    client = visit(cast.manager)
    assert "cannot be ahead of today" in said(client.post(of(planned, "sign"), {"signed_on": "2026-03-03"}))
    client.post(of(planned, "sign"), {"signed_on": "2.3.2026"})
    planned.refresh_from_db()
    assert (planned.status, planned.signed_on) == ("signed", TODAY)
    assert planned.expiry
    assert client.post(of(planned, "sign"), {"signed_on": "2026-03-02"}).status_code == 409


def test_the_final_evaluation_closes_everything(cast: Cast, visit: Visit) -> None:
    client = visit(cast.manager)
    client.post(of(cast.pc, "edit"), filled(client.get(of(cast.pc, "edit"))) | {"ends_on": ["2027-06-30"]})
    assert client.post(of(cast.pc, "evaluate"), {"summary": " "}).status_code == 422
    client.post(of(cast.pc, "evaluate"), {"summary": "Kravene virket."})
    cast.pc.refresh_from_db()
    assert cast.pc.status == "evaluated"
    assert not Deadline.objects.open().filter(scope_id=cast.pc.pk).exists()
    for page in ("edit", "terminate", "evaluate"):
        assert client.get(of(cast.pc, page)).status_code == 409


def test_terminating_says_why_in_history(cast: Cast, visit: Visit) -> None:
    visit(cast.manager).post(of(cast.pc, "terminate"), {"on": "2026-03-02", "reason": "Vesentlig mislighold."})
    cast.pc.refresh_from_db()
    assert cast.pc.status == "terminated"
    assert History.objects.get(object_id=cast.pc.pk, verb="terminate").changes["reason"] == "Vesentlig mislighold."


def test_responsibility_is_handed_over_and_what_was_stays(cast: Cast, visit: Visit) -> None:
    people = {"owner": cast.owner.person.pk, "manager": cast.other_manager.person.pk, "deputy": ""}
    client = visit(cast.manager)
    client.post(of(cast.pc, "roles"), people)
    rows = set(
        ScopeRole.objects.filter(scope_id=cast.pc.pk, organisation=cast.cpb).values_list("role", "person__email", "starts_on", "ends_on")
    )
    yesterday = TODAY - timedelta(days=1)
    assert rows == {
        ("owner", "owner@cpb.example", None, None),
        ("manager", "manager@cpb.example", None, yesterday),
        ("manager", "other_manager@cpb.example", TODAY, None),
        ("deputy", "deputy@cpb.example", None, yesterday),
    }
    assert client.get(of(cast.pc, "edit")).status_code == 403, "who has handed it over reads"
    assert visit(cast.other_manager).get(of(cast.pc, "edit")).status_code == 200


def test_only_our_own_staff_can_have_a_role(cast: Cast, visit: Visit) -> None:
    page = visit(cast.manager).post(of(cast.pc, "roles"), {"manager": cast.csr.person.pk})
    assert page.status_code == 422


def test_an_agreement_that_nobody_manages_can_be_taken_once(cast: Cast, visit: Visit) -> None:
    loose = factories.framework(cast.cpb, "Uten forvalter")
    client = visit(cast.manager)
    assert "Take this agreement" in text(client.get(f"/frameworks/{loose.pk}/"))
    assert client.post(of(loose, "take")).status_code == 302
    assert ScopeRole.objects.get(scope_id=loose.pk).person == cast.manager.person
    assert visit(cast.other_manager).post(of(loose, "take")).status_code in (403, 409)
    assert visit(cast.specialist).post(of(loose, "take")).status_code == 403


def test_two_managers_cannot_both_take_it(cast: Cast, visit: Visit) -> None:
    loose = factories.framework(cast.cpb, "Uten forvalter")
    assert visit(cast.admin).post(of(loose, "take")).status_code == 302
    assert visit(cast.section).post(of(loose, "take")).status_code == 409


@pytest.mark.parametrize(("take", "title"), [("yes", "PC til staten"), ("no", "Fellesavtale for PC-utstyr")])
def test_a_newer_notice_is_followed_or_answered_once(cast: Cast, visit: Visit, take: str, title: str) -> None:
    Framework.objects.filter(pk=cast.pc.pk).update(imported={"title": "PC"}, disputed={"title": "PC til staten"})
    client = visit(cast.manager)
    assert "in the notice PC til staten" in text(client.get(f"/frameworks/{cast.pc.pk}/"))
    client.post(of(cast.pc, "disputed/title"), {"take": take})
    cast.pc.refresh_from_db()
    assert (cast.pc.title, cast.pc.disputed) == (title, {})
    assert "A newer notice" not in text(client.get(f"/frameworks/{cast.pc.pk}/"))
    assert client.post(of(cast.pc, "disputed/title"), {"take": take}).status_code == 409


@pytest.mark.parametrize("page", ["edit", "sign", "terminate", "evaluate", "roles", "lots/new", "options/new"])
@pytest.mark.parametrize(
    ("who", "status"),
    [("specialist", 403), ("reader", 403), ("other_manager", 403), ("agency", 403), ("csr", 403), ("csr_polar", 403), ("auditor", 404)],
)
def test_others_may_not(cast: Cast, visit: Visit, page: str, who: str, status: int) -> None:
    client = visit(getattr(cast, who))
    assert client.get(of(cast.pc, page)).status_code == status
    assert client.post(of(cast.pc, page), {}).status_code == status


def test_lots_are_added_and_renamed(cast: Cast, visit: Visit) -> None:
    client = visit(cast.manager)
    client.post(of(cast.pc, "lots/new"), {"title": "Skrivere", "description": ""})
    lot = cast.pc.lots.get(title="Skrivere")
    assert lot.number == 3
    client.post(f"/lots/{lot.pk}/edit/", {"title": "Skrivere og rekvisita", "description": "Også papir."})
    lot.refresh_from_db()
    assert str(lot) == "3. Skrivere og rekvisita"
