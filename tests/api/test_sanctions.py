"""Sanction cases through the API: who may what, two people, hearing, and what outsiders never see."""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from contracts.models import Clause, Suspension
from core.models import History
from followup.models import DocumentRequest, Sanction
from notifications.models import Delivery
from tests import factories
from tests.api.conftest import Program, problem_of
from tests.cast import Cast
from tests.followup.sanctions.conftest import case, clock, director, heard, monday_morning, ordering, representative, silence, silent
from tests.followup.sanctions.stories import AFTER, LIMIT, START
from tests.walking import at, walk

__all__ = ["case", "clock", "director", "heard", "monday_morning", "ordering", "representative", "silence", "silent"]

Api = Callable[..., Program]


def test_a_suspension_from_proposal_to_lifting(
    cast: Cast, api: Api, silent: DocumentRequest, ordering: Any, clock: time_machine.Traveller
) -> None:
    manager, owner, theirs = api(cast.manager), api(cast.owner), api(cast.csr)
    body = {
        "framework": str(cast.pc.pk),
        "supplier": str(cast.nordvare.pk),
        "means": "suspension",
        "clause": str(cast.clause.pk),
        "lots": [str(cast.lot2.pk)],
        "document_requests": [str(silent.pk)],
        "facts": ["The yearly report has not come."],
    }
    made = manager.post("sanctions/", body, key="one").json()
    assert manager.post("sanctions/", body, key="one").json() == made, "sent twice, made once"
    path = f"sanctions/{made['id']}/"
    assert (made["status"], made["number"], made["lots"]) == ("considered", 1, [str(cast.lot2.pk)])
    assert (made["proposed_by"], made["decided_by"], made["reply_due_on"]) == (str(cast.manager.pk), None, None)
    assert made["document_requests"] == [str(silent.pk)]
    problem_of(theirs.get(path), 404)
    assert manager.patch(path, {"reply_days": 10, "measure": "No orders on screens."}).json()["measure"] == "No orders on screens."

    sent = manager.post(f"{path}hear/").json()
    assert (sent["status"], sent["reply_due_on"]) == ("heard", LIMIT.isoformat())
    assert "The yearly report has not come." in sent["letters"][0]["text"]
    assert theirs.get(path).json()["proposed_by"] is None
    file = SimpleUploadedFile("svar.txt", b"Vi er uenige.", content_type="text/plain")
    replied = theirs.upload(f"{path}reply/", text="Vi er uenige.", files=[file]).json()
    assert (replied["status"], replied["reply"]["text"], replied["reply"]["is_late"]) == ("answered", "Vi er uenige.", False)
    assert len(replied["reply"]["documents"]) == 1

    decision = {"outcome": "imposed", "grounds": "Rapporten mangler."}
    problem_of(manager.post(f"{path}decide/", decision), 403)
    decided = owner.post(f"{path}decide/", decision).json()
    assert (decided["status"], decided["decided_by"], decided["applies_from"]) == ("decided", str(cast.owner.pk), START.isoformat())
    seen = theirs.get(path).json()
    assert (seen["status"], seen["grounds"], seen["decided_by"], seen["outcome"]) == ("answered", "", None, ""), "not before the letter"
    assert [row["id"] for row in theirs.get("sanctions/", status="answered").json()["results"]] == [made["id"]]
    assert theirs.get("sanctions/", status="decided").json()["results"] == []

    assert manager.post(f"{path}notify/").json()["status"] == "notified"
    letters = {letter["purpose"]: letter["text"] for letter in theirs.get(path).json()["letters"]}  # the clock stands still: no order
    assert set(letters) == {"hearing", "decision"}
    assert "Rapporten mangler." in letters["decision"]
    walk(START, START)
    assert manager.post(f"{path}enforce/").json()["in_force_from"] == START.isoformat()
    assert Suspension.objects.on(START).get().lot == cast.lot2
    assert Delivery.objects.get(kind="supplier_suspended").person == cast.agency.person

    clock.move_to(at(AFTER))
    problem_of(manager.post(f"{path}lift/", {"ended_on": AFTER.isoformat(), "reason": "Rapporten kom."}), 403)
    lifted = owner.post(f"{path}lift/", {"ended_on": AFTER.isoformat(), "reason": "Rapporten kom."}).json()
    assert (lifted["status"], lifted["ended_on"], lifted["end_reason"]) == ("lifted", AFTER.isoformat(), "Rapporten kom.")
    assert not Suspension.objects.on(AFTER).exists()
    assert Delivery.objects.get(kind="suspension_lifted").person == cast.agency.person
    rows = History.objects.filter(object_id=made["id"]).values_list("verb", flat=True)
    assert set(rows) == {"propose", "edit", "hear", "save_reply", "reply", "impose", "notify", "enforce", "lift"}
    problem_of(owner.post(f"{path}lift/", {"ended_on": AFTER.isoformat(), "reason": "Igjen"}), 409)


def test_whoever_proposed_it_does_not_decide_it(cast: Cast, api: Api, silent: DocumentRequest) -> None:
    owner, head = api(cast.owner), api(cast.section)
    body = {"framework": str(cast.pc.pk), "supplier": str(cast.nordvare.pk), "means": "correction", "clause": str(cast.clause.pk)}
    made = owner.post("sanctions/", {**body, "facts": ["Intet svar."], "document_requests": [str(silent.pk)]}).json()
    path = f"sanctions/{made['id']}/"
    owner.post(f"{path}hear/")
    for outcome in ("imposed", "not_imposed"):
        refused = problem_of(owner.post(f"{path}decide/", {"outcome": outcome, "grounds": "Slik er det."}), 403)
        assert "en annen må beslutte den" in refused["detail"]
    early = problem_of(head.post(f"{path}decide/", {"outcome": "imposed", "grounds": "Slik er det."}), 409)
    assert "13" in early["detail"], "the supplier may still reply"
    assert head.post(f"{path}decide/", {"outcome": "not_imposed", "grounds": "Ikke nødvendig."}).json()["status"] == "not_imposed"
    assert Delivery.objects.filter(kind="sanction_closed", person=cast.sales.person).exists()


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("admin", 201),
        ("section", 201),
        ("owner", 201),
        ("manager", 201),
        ("deputy", 201),
        ("specialist", 201),
        ("reader", 403),
        ("csr", 403),
    ],
)
def test_who_may_propose(cast: Cast, api: Api, silent: DocumentRequest, who: str, expected: int) -> None:
    body = {"framework": str(cast.pc.pk), "supplier": str(cast.nordvare.pk), "means": "plan", "clause": str(cast.clause.pk)}
    answer = api(getattr(cast, who)).post("sanctions/", {**body, "facts": ["Intet svar."]})
    assert answer.status_code == expected, answer.content


def test_a_specialist_proposes_and_corrects_but_sends_nothing(cast: Cast, api: Api, silent: DocumentRequest) -> None:
    specialist = api(cast.specialist)
    body = {"framework": str(cast.pc.pk), "supplier": str(cast.nordvare.pk), "means": "plan", "clause": str(cast.clause.pk)}
    path = f"sanctions/{specialist.post('sanctions/', {**body, 'facts': ['Intet svar.']}).json()['id']}/"
    assert specialist.patch(path, {"facts": ["Ingen plan."]}).json()["facts"] == ["Ingen plan."]
    for act in ("hear", "notify", "enforce"):
        problem_of(specialist.post(f"{path}{act}/"), 403)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"facts": []}, "facts"),
        ({"facts": ["  "]}, "facts"),
        ({"measure": ""}, "measure"),
        ({"reply_days": 0}, "reply_days"),
        ({"lots": []}, "lots"),
        ({"means": "scolding"}, "means"),
        ({"mean": "plan"}, "mean"),
        ({"fine": {"rate": "0.15", "base": "100", "starts_on": "2026-05-01"}}, "fine"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(cast: Cast, api: Api, silent: DocumentRequest, change: dict[str, Any], field: str) -> None:
    body = {"framework": str(cast.pc.pk), "supplier": str(cast.nordvare.pk), "means": "suspension", "clause": str(cast.clause.pk)}
    whole = {**body, "lots": [str(cast.lot2.pk)], "facts": ["Intet svar."], **change}
    errors = problem_of(api(cast.manager).post("sanctions/", whole), 400)["errors"]
    assert field in {error["field"].split(".")[0] for error in errors}
    assert not Sanction.objects.exists()


def test_means_and_fine_are_those_of_the_clause(cast: Cast, api: Api) -> None:
    Clause.objects.filter(pk=cast.clause.pk).update(means=["daily_fine"], fine_rate="0.15")
    body = {"framework": str(cast.pc.pk), "supplier": str(cast.nordvare.pk), "clause": str(cast.clause.pk), "facts": ["Intet svar."]}
    manager, fine = api(cast.manager), {"base": "1000", "starts_on": "2026-05-01"}
    assert problem_of(manager.post("sanctions/", {**body, "means": "plan"}), 400)["errors"][0]["field"] == "means"
    case = {**body, "means": "daily_fine"}
    assert problem_of(manager.post("sanctions/", {**case, "fine": {**fine, "rate": "0.1"}}), 400)["errors"][0]["field"] == "fine"
    made = manager.post("sanctions/", {**case, "fine": fine}).json()
    assert (float(made["fine"]["rate"]), made["fine"]["from_clause"]) == (0.15, ["rate", "unit"])


def test_what_belongs_to_others_cannot_be_part_of_a_case(cast: Cast, api: Api, silent: DocumentRequest) -> None:
    manager = api(cast.manager)
    body = {"framework": str(cast.pc.pk), "supplier": str(cast.nordvare.pk), "means": "plan", "clause": str(cast.clause.pk), "facts": ["x"]}
    foreign = factories.document_request(cast.pc, cast.polar, cast.manager)
    office = factories.clause(cast.office)
    lot = factories.lot(cast.pc, 3)
    for wrong, field in (
        ({"document_requests": [str(foreign.pk)]}, "requests"),
        ({"clause": str(office.pk)}, "clause"),
        ({"framework": str(cast.office.pk)}, ""),
        ({"lots": [str(lot.pk)]}, "lots"),
    ):
        answer = manager.post("sanctions/", {**body, **wrong})
        if not field:
            problem_of(answer, 403)  # another manager's agreement
            continue
        assert field in {error["field"] for error in problem_of(answer, 400)["errors"]}


def test_nobody_else_sees_it(cast: Cast, api: Api, heard: Sanction) -> None:
    for other in (cast.csr_polar, cast.agency, cast.auditor):
        program = api(other)
        problem_of(program.get(f"sanctions/{heard.pk}/"), 404)
        assert program.get("sanctions/").json()["results"] == []
        for act in ("hear", "reply", "decide", "notify", "enforce", "lift", "end", "drop"):
            problem_of(program.post(f"sanctions/{heard.pk}/{act}/", {}), 404)
        assert not History.objects.visible_to(other).filter(object_id=heard.pk).exists()
    assert api(cast.csr).get("sanctions/").json()["results"][0]["id"] == str(heard.pk)


def test_the_list_costs_the_same_however_long(cast: Cast, api: Api, case: Sanction, django_assert_max_num_queries: Any) -> None:
    for number in range(2, 9):
        Sanction.objects.create(
            framework=cast.pc,
            supplier=cast.nordvare,
            number=number,
            means="plan",
            clause=cast.clause,
            language="nb",
            facts=["x"],
            measure="y",
            reply_days=10,
            proposed_by=cast.manager,
            created_at=at(START),
        ).lots.add(cast.lot2)
    program = api(cast.manager)
    program.get("sanctions/")
    with django_assert_max_num_queries(6):
        assert len(program.get("sanctions/").json()["results"]) == 8
