"""Production sites, audit programmes, and what is written down around an audit, as programs of each side use them."""

from collections.abc import Callable
from typing import Any

from core.models import History
from tests.api.conftest import Program, problem_of
from tests.cast import Cast

Api = Callable[..., Program]
FACTORY = {"name": "Binh Duong", "country": "VN", "coordinates": {"latitude": "10.9805", "longitude": "106.6519"}}


def test_a_site_from_the_suppliers_word_to_the_audit_that_was_held_there(cast: Cast, api: Api, django_assert_max_num_queries: Any) -> None:
    ours, theirs = api(cast.manager), api(cast.sales)
    told = theirs.post("sites/", FACTORY)
    assert told.status_code == 201, told.content
    site = told.json()
    assert (site["supplier"], site["status"]) == (str(cast.nordvare.pk), "suggested")
    assert site["coordinates"] == {"latitude": 10.9805, "longitude": 106.6519}
    path = f"sites/{site['id']}/"
    problem_of(theirs.post(f"{path}confirm/"), 403)
    assert ours.post(f"{path}send_back/", {"comment": "Hvilken port?"}).json()["status"] == "returned"
    assert theirs.patch(path, {"address": "Port 3"}).json()["status"] == "suggested"
    assert ours.post(f"{path}confirm/").json()["status"] == "confirmed"
    problem_of(ours.post(f"{path}confirm/"), 409)
    wrong = problem_of(ours.patch(path, {"coordinates": {"latitude": "91", "longitude": "0"}}), 400)
    assert [fault["field"] for fault in wrong["errors"]] == ["coordinates"]
    problem_of(api(cast.csr_polar).get(path), 404)
    problem_of(api(cast.agency).post("sites/", FACTORY), 403)
    assert sorted(History.objects.filter(object_id=site["id"]).values_list("verb", flat=True)) == [
        *("confirm", "correct", "send_back", "suggest_site"),
    ]

    programme = ours.post("audit-programmes/", {"title": "Plan", "year": 2026, "purpose": "Lønn.", "budget": "1000"}).json()
    said = {"framework": str(cast.pc.pk), "supplier": str(cast.nordvare.pk), "kind": "supplier_audit", "planned_on": "2026-03-02"}
    said |= {"site": site["id"], "programme": programme["id"], "auditor": str(cast.audit_firm.pk)}
    audit = ours.post("audits/", said).json()
    at = f"audits/{audit['id']}/"
    held = {"name": "Binh Duong", "address": "Port 3", "country": "VN"}
    assert (audit["site"], audit["site_as_held"], audit["programme"]) == (site["id"], held, programme["id"])
    member = ours.post(f"{at}team/", {"role": "lead", "user": str(cast.auditor.pk)}).json()["team"][0]
    assert (member["name"], member["user"]) == ("Rune Revisor", str(cast.auditor.pk))
    ours.post(f"{at}meeting/", {"kind": "opening", "held_on": "2026-03-02", "participants": "Nora", "notes": "Nervøse."})
    cost = {"kind": "fee", "amount": "1200", "hours": "8", "spent_on": "2026-03-02", "member": member["id"]}
    assert ours.post(f"{at}cost/", cost).json()["costs"][0]["spent_by"] == "Rune Revisor"
    ours.post(f"{at}log/", {"result": "improvements"})
    ours.patch(path, {"name": "Ny eier"})
    row = ours.get(at).json()
    assert row["site_as_held"] == held, "as it was when it was held"
    assert ours.get("audits/", site=site["id"]).json()["results"][0]["id"] == audit["id"]
    seen = api(cast.auditor).get(at).json()
    assert (seen["costs"], seen["programme"], seen["team"][0]["user"], seen["meetings"][0]["notes"]) == (None, None, None, "Nervøse.")
    with django_assert_max_num_queries(6):
        figures = ours.get("audit-programmes/").json()["results"][0]
    assert (figures["used"], figures["left"], figures["hours"]) == (1200, -200, 8)
    assert figures["audits"] == {"planned": 0, "held": 1, "reported": 0, "cancelled": 0}
    problem_of(ours.post(f"audit-programmes/{programme['id']}/close/"), 409)
    with django_assert_max_num_queries(6):
        assert len(ours.get("sites/", country="VN").json()["results"]) == 1
    with django_assert_max_num_queries(6):
        ours.get("audits/")
    problem_of(theirs.get("audit-programmes/"), 403)
    assert ours.post(f"{at}strike/", {"cost": row["costs"][0]["id"]}).json()["costs"] == []
    assert ours.post(f"{at}leave/", {"member": member["id"]}).json()["team"] == []
