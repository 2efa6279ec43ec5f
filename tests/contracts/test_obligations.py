"""One requirement and one supplier: the promise, and the two axes that never move each other."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from contracts.models import Judgement, Obligation
from contracts.services import obligations
from core.models import History
from tests import factories
from tests.cast import Cast
from tests.contracts.conftest import Visit
from tests.contracts.pages import filled, html, said, text
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db

AT = {"today": TODAY, "now": NOW}


@pytest.fixture
def it(cast: Cast) -> Obligation:
    """What Nordvare owes about due diligence on lot 1."""
    return Obligation.objects.get(requirement=cast.due_diligence, supplier=cast.nordvare, lot=cast.lot1)


def page(it: Obligation) -> str:
    return f"/obligations/{it.pk}/"


def check(**changes: str) -> dict[str, str]:
    fields = {"method": "document", "verified": "met", "declared": "", "checked_on": "2026-03-02", "valid_until": "", "reason": ""}
    return {**fields, **changes}


def test_a_check_moves_the_verified_axis_only(cast: Cast, visit: Visit, it: Obligation) -> None:
    answer = visit(cast.specialist).post(page(it), check(valid_until="2.3.2027"))
    assert answer.status_code == 302
    it.refresh_from_db()
    assert (it.verified, it.method, it.checked_on, it.valid_until) == ("met", "document", TODAY, date(2027, 3, 2))
    assert (it.declared, it.declared_on) == ("unknown", None)
    judgement = Judgement.objects.get(obligation=it)
    assert (judgement.verified, judgement.declared, judgement.judged_by) == ("met", "", cast.specialist)


def test_the_supplier_s_own_statement_moves_the_declared_axis_only(cast: Cast, visit: Visit, it: Obligation) -> None:
    obligations.judge(
        obligation=it, verified="not_met", method="production_site", checked_on=TODAY, reason="Sett.", actor=cast.manager, **AT
    )
    visit(cast.manager).post(page(it), check(method="self_declared", declared="yes", verified="met"))
    it.refresh_from_db()
    assert (it.declared, it.declared_on, it.verified, it.method) == ("yes", TODAY, "not_met", "production_site")


def test_a_statement_says_what_is_stated(cast: Cast, visit: Visit, it: Obligation) -> None:
    answer = visit(cast.manager).post(page(it), check(method="self_declared", verified=""))
    assert answer.status_code == 422
    assert "Choose what the supplier states." in said(answer)


@pytest.mark.parametrize(
    ("outcome", "said_as"), [("met", "yes"), ("partly_met", "partly"), ("not_met", "no"), ("not_applicable", "not_applicable")]
)
def test_an_outcome_given_as_a_statement_is_taken_as_one(cast: Cast, it: Obligation, outcome: str, said_as: str) -> None:
    obligations.judge(obligation=it, verified=outcome, method="self_declared", checked_on=TODAY, actor=cast.manager, **AT)
    assert (it.declared, it.verified) == (said_as, "unknown")


@pytest.mark.parametrize("outcome", ["not_met", "partly_met", "waived", "not_applicable"])
def test_some_outcomes_need_a_reason(cast: Cast, visit: Visit, it: Obligation, outcome: str) -> None:
    client = visit(cast.manager)
    answer = client.post(page(it), check(verified=outcome, reason=" "))
    assert answer.status_code == 422
    assert "Write a sentence that says why." in said(answer)
    assert client.post(page(it), check(verified=outcome, reason="Fordi.")).status_code == 302
    it.refresh_from_db()
    assert it.verified == outcome


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"checked_on": "2026-03-03"}, "cannot be dated ahead of today"),
        ({"valid_until": "2026-03-01"}, "cannot stop being valid before it was checked"),
        ({"verified": ""}, "Choose an outcome."),
        ({"verified": "unknown"}, "unknown is not one of the available choices"),
        ({"checked_on": "i går"}, "Write the date as day.month.year"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_kept(cast: Cast, visit: Visit, it: Obligation, changes: dict[str, str], words: str) -> None:
    answer = visit(cast.manager).post(page(it), check(reason="Det jeg skrev.", **changes))
    assert answer.status_code == 422
    assert words in said(answer)
    assert filled(answer)["reason"] == ["Det jeg skrev."]
    assert not Judgement.objects.exists()


def test_the_latest_check_stands_whenever_an_earlier_one_is_written_down(cast: Cast, visit: Visit, it: Obligation) -> None:
    client = visit(cast.manager)
    client.post(page(it), check(verified="not_met", reason="Sett."))
    answer = client.post(page(it), check(verified="met", checked_on=(TODAY - timedelta(days=90)).isoformat()), follow=True)
    assert "It is kept, and changes nothing" in said(answer)
    it.refresh_from_db()
    assert (it.verified, it.checked_on, it.judgements.count()) == ("not_met", TODAY, 2)
    assert client.post(page(it), check(verified="met")).status_code == 302
    it.refresh_from_db()
    assert it.verified == "met", "of two on one day the one that was written last"


def test_past_its_date_it_reads_expired_and_never_met(cast: Cast, visit: Visit, it: Obligation) -> None:
    day = TODAY - timedelta(days=100)
    obligations.judge(
        obligation=it, verified="met", method="document", checked_on=day, valid_until=TODAY - timedelta(days=1), actor=cast.manager, **AT
    )
    content = text(visit(cast.manager).get(page(it)))
    assert "What we have checked Expired Was assessed as Met" in content


def test_every_assessment_stays_with_who_and_why(cast: Cast, visit: Visit, it: Obligation) -> None:
    client = visit(cast.manager)
    client.post(page(it), check(verified="not_met", reason="Barnearbeid funnet."))
    Judgement.objects.update(judged_at=NOW - timedelta(days=1))
    visit(cast.specialist).post(page(it), check(method="production_site"))
    content = text(client.get(page(it)))
    assert "Barnearbeid funnet." in content
    assert content.index("Siri Fag") < content.index("Maja Forvalter"), "newest first"
    assert Judgement.objects.filter(obligation=it).count() == 2


def test_the_supplier_reads_the_outcome_but_not_our_reasons(cast: Cast, visit: Visit, it: Obligation) -> None:
    visit(cast.manager).post(page(it), check(verified="not_met", reason="Barnearbeid funnet."))
    answer = visit(cast.csr).get(page(it))
    assert "Not met" in text(answer)
    assert "Barnearbeid" not in html(answer)
    assert "Maja" not in text(answer)
    seen = History.objects.visible_to(cast.csr).filter(object_id=it.pk)
    assert seen.count() == 1
    assert "Barnearbeid" not in str(list(seen.values("changes")))


def test_what_was_promised_is_written_once_and_told(cast: Cast, visit: Visit, it: Obligation) -> None:
    client = visit(cast.manager)
    promise = f"{page(it)}promise/"
    client.post(promise, {"text": "40 % resirkulert.", "value": "40", "unit": "%", "source": "Vedlegg 3"})
    it.refresh_from_db()
    assert (it.promised_text, it.promised_value, it.promised_unit, it.promised_source) == (
        "40 % resirkulert.",
        Decimal(40),
        "%",
        "Vedlegg 3",
    )
    content = text(visit(cast.csr).get(page(it)))
    assert "40 % resirkulert. Figure 40 % Where it is written Vedlegg 3" in content


def test_ask_for_documentation_leads_to_a_request_about_it(cast: Cast, visit: Visit, it: Obligation) -> None:
    content = html(visit(cast.manager).get(page(it)))
    assert f"/document-requests/new/?framework={cast.pc.pk}&amp;supplier={cast.nordvare.pk}&amp;obligation={it.pk}" in content
    assert "/document-requests/new/" not in html(visit(cast.specialist).get(page(it)))


@pytest.mark.parametrize(
    ("who", "reads", "judges", "promises"),
    [
        ("admin", 200, 422, 200),
        ("specialist", 200, 422, 403),
        ("reader", 200, 403, 403),
        ("other_manager", 200, 403, 403),
        ("agency", 200, 403, 403),
        ("csr", 200, 403, 403),
        ("csr_polar", 404, 404, 404),
        ("auditor", 404, 404, 404),
    ],
)
def test_who_may_what(cast: Cast, visit: Visit, it: Obligation, who: str, reads: int, judges: int, promises: int) -> None:
    client = visit(getattr(cast, who))
    assert client.get(page(it)).status_code == reads
    assert client.post(page(it), {}).status_code == judges
    assert client.get(f"{page(it)}promise/").status_code == promises


def test_the_list_behind_every_figure(cast: Cast, visit: Visit, it: Obligation, django_assert_max_num_queries: Any) -> None:
    for number in range(60):
        factories.requirement(cast.pc, f"Krav {number}")
    past = TODAY - timedelta(days=1)
    met = {"verified": "met", "method": "document", "checked_on": past}
    other = Obligation.objects.get(requirement=cast.environment, supplier=cast.fjordtek)
    obligations.judge(obligation=it, actor=cast.manager, **met, **AT)
    obligations.judge(obligation=other, valid_until=past, actor=cast.manager, **met, **AT)
    client = visit(cast.reader)

    def found(**query: str) -> list[Obligation]:
        return list(client.get("/obligations/", query).context["listing"].rows)

    assert found(verified="met") == [it]
    assert found(verified="expired") == [other]
    assert found(supplier=str(cast.polar.pk), framework=str(cast.office.pk)) == list(cast.office.obligations.all())
    assert found(requirement=str(cast.environment.pk), lot=str(cast.lot1.pk), supplier=str(cast.fjordtek.pk)) == [other]
    with django_assert_max_num_queries(12):
        assert len(found()) == 50
    with django_assert_max_num_queries(12):
        client.get(page(it))
