"""What a supplier sees of agreements is itself and the central body; an agency sees agreements and outcomes, nobody's internals."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from accounts.models import User
from contracts.models import CallOff, Framework, Obligation, Option, Participation
from contracts.services import obligations, options
from tests import factories
from tests.cast import Cast
from tests.contracts.conftest import Visit
from tests.contracts.pages import html
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db

AT = {"today": TODAY, "now": NOW}
FOREIGN = ("Fjordtek", "Polar", "Frida Fjord", "csr@fjordtek.example", "Per Polar", "SI-KONTOR", "forbruksmateriell", "skogbruk")
INTERNAL = ("Barnearbeid", "Solveig", "Olav Eier", "12 345 678", "26/104", "Konkurs", "Internt")


@pytest.fixture
def world(cast: Cast) -> Cast:
    """With something internal in every corner."""
    Framework.objects.filter(pk=cast.pc.pk).update(value="12345678", case_number="26/104", disputed={"title": "Internt"})
    for row in Obligation.objects.all():
        judged = {"verified": "not_met", "method": "document", "reason": "Barnearbeid funnet.", "checked_on": TODAY}
        obligations.judge(obligation=row, actor=cast.admin, **judged, **AT)
    option = options.add(framework=cast.pc, months=12, kind="must_be_used", notice_days=30, actor=cast.manager, **AT)
    options.decide(option=option, use=True, reason="Internt notat.", decided_on=TODAY, actor=cast.section, **AT)
    options.add(framework=cast.pc, months=12, kind="must_be_used", notice_days=30, actor=cast.manager, **AT)
    Participation.objects.filter(supplier=cast.fjordtek).update(ends_on=TODAY - timedelta(days=1), reason="Konkurs")
    for reference, supplier in (("A-nordvare", cast.nordvare), ("A-polar", cast.polar)):
        CallOff.objects.create(framework=cast.pc, reference=reference, supplier=supplier, created_at=NOW)
    return cast


def addresses(cast: Cast) -> list[str]:
    """Every page of ours that shows anything, with the supplier's own things in it."""
    one = f"/frameworks/{cast.pc.pk}/"
    own = Obligation.objects.filter(supplier=cast.nordvare)
    return [
        *("/frameworks/", "/requirements/", "/obligations/", "/suppliers/", f"/suppliers/{cast.nordvare.pk}/", one),
        *(f"{one}{tab}/" for tab in ("requirements", "follow-up", "suppliers", "call-offs", "documents", "history")),
        *(f"/obligations/{row.pk}/" for row in own),
        *(f"/requirements/{row.requirement_id}/" for row in own),
    ]


def sheets(cast: Cast) -> list[str]:
    lists = ("frameworks", "requirements", "obligations", "suppliers", f"frameworks/{cast.pc.pk}/call-offs")
    return [f"/{name}/sheet/xlsx/" for name in lists]


def content(client: Any, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    if "/sheet/" in address:
        return str(list(load_workbook(BytesIO(b"".join(answer))).active.values))
    return html(answer)


def test_a_supplier_sees_itself_and_nobody_else(world: Cast, visit: Visit) -> None:
    client = visit(world.csr)
    for address in [*addresses(world), *sheets(world)]:
        page = content(client, address)
        assert [name for name in (*FOREIGN, *INTERNAL, "A-polar") if name in page] == [], address


def test_a_supplier_sees_no_rank_and_no_count_that_tells_of_others(world: Cast, visit: Visit) -> None:
    client = visit(world.csr)
    page = content(client, f"/frameworks/{world.pc.pk}/suppliers/")
    assert "No. 1" not in page
    for table in client.get(f"/frameworks/{world.pc.pk}/").context["tables"]:
        assert [supplier.name for supplier in table.suppliers] == ["Nordvare AS"]
    assert "sheet" in content(client, "/frameworks/"), "its own list can be downloaded"


def test_a_supplier_reads_whom_to_turn_to(world: Cast, visit: Visit) -> None:
    page = content(visit(world.csr), f"/frameworks/{world.pc.pk}/")
    assert "Maja Forvalter" in page
    assert "pc-avtalen@cpb.example" in page


@pytest.mark.parametrize("query", [{"q": "Fjordtek"}, {"supplier": "polar"}, {"manager": "other"}, {"status": "signed"}])
def test_asking_by_others_names_finds_out_nothing(world: Cast, visit: Visit, query: dict[str, str]) -> None:
    given = {"polar": str(world.polar.pk), "other": str(world.other_manager.person.pk)}
    client = visit(world.csr)
    asked = {name: given.get(value, value) for name, value in query.items()}
    nobody = {name: given.get(value, "xyzzy") for name, value in query.items()}
    if "q" in query:
        assert [row.framework.pk for row in client.get("/frameworks/", asked).context["rows"]] == []
    else:
        assert len(client.get("/frameworks/", asked).context["rows"]) == len(client.get("/frameworks/", nobody).context["rows"]) == 1
    assert {row.supplier for row in client.get("/obligations/", asked).context["listing"].rows} <= {world.nordvare}


def test_who_belongs_to_two_suppliers_sees_both_and_no_third(world: Cast, visit: Visit) -> None:
    client = visit(world.csr_fjordtek)
    page = content(client, "/obligations/")
    assert "Fjordtek AS" in page
    assert "Nordvare AS" in page
    assert "Polar" not in page


@pytest.mark.parametrize("who", ["csr_polar", "auditor"])
def test_what_is_another_s_does_not_exist(world: Cast, visit: Visit, who: str) -> None:
    client, foreign = visit(getattr(world, who)), Obligation.objects.filter(supplier=world.nordvare)
    for row in foreign:
        assert client.get(f"/obligations/{row.pk}/").status_code == 404
    assert client.get(f"/suppliers/{world.nordvare.pk}/").status_code == 404
    assert client.get(f"/requirements/{world.environment.pk}/").status_code == 404


def test_an_agency_sees_agreements_and_outcomes_but_no_contacts_reasons_or_plans(world: Cast, visit: Visit) -> None:
    closed = [f"/frameworks/{world.pc.pk}/{tab}/" for tab in ("follow-up", "documents", "history")]
    pages = [*(address for address in addresses(world) if address not in closed), *sheets(world)]
    planned = factories.framework(world.cpb, "Hemmelig plan", status="planned")
    factories.participation(planned, world.nordvare)
    factories.requirement(planned, "Hemmelig krav")
    client = visit(world.agency)
    for address in pages:
        page = content(client, address)
        hidden = (
            "Barnearbeid",
            "Hemmelig",
            "No contact",
            "csr@nordvare.example",
            "Nora Nordvare",
            "Internt",
            "26/104",
            "A-polar",
            "A-nordvare",
        )
        assert [name for name in hidden if name in page] == [], address
    assert "Not met" in content(client, f"/frameworks/{world.pc.pk}/")
    assert client.get(f"/frameworks/{planned.pk}/").status_code == 404
    assert [client.get(address).status_code for address in closed] == [403] * 3


def test_an_option_s_reason_and_notice_are_ours(world: Cast, visit: Visit) -> None:
    who: User
    for who in (world.csr, world.agency):
        page = content(visit(who), f"/frameworks/{world.pc.pk}/")
        assert "Last day for notice" not in page
        assert "Internt notat" not in page
    assert "Last day for notice" in content(visit(world.reader), f"/frameworks/{world.pc.pk}/")
    assert Option.objects.get(framework=world.pc, number=1).reason == "Internt notat."
