"""Findings through the API, as both sides use it."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from contracts.models import Obligation
from core.models import History
from followup.models import Finding
from notifications.models import Deadline
from tests.api.conftest import Program, problem_of
from tests.cast import Cast
from tests.followup.findings.stories import logged

Api = Callable[..., Program]


def body_of(cast: Cast, **more: Any) -> dict[str, Any]:
    obligation = Obligation.objects.filter(requirement=cast.due_diligence, supplier=cast.nordvare).earliest("id")
    return {
        "framework": str(cast.pc.pk),
        "supplier": str(cast.nordvare.pk),
        "severity": "major",
        "text": "Fire ansatte har ikke fått overtidsbetaling.",
        "obligations": [str(obligation.pk)],
        **more,
    }


PLAN = {
    "root_cause": "Timene ble ikke kontrollert.",
    "actions": [{"kind": "correction", "text": "Etterbetale.", "responsible": "Kari Lønn", "due_on": "2026-04-01"}],
}


def test_from_logged_to_effect_checked(cast: Cast, api: Api) -> None:
    ours, owner, theirs = api(cast.manager), api(cast.owner), api(cast.csr)
    made = ours.post("findings/", body_of(cast), key="once")
    assert made.status_code == 201, made.content
    found = made.json()
    assert ours.post("findings/", body_of(cast), key="once").json() == found
    path = f"findings/{found['id']}/"
    assert (found["status"], found["severity"], found["theme"], found["number"]) == ("open", "major", "human_rights", 1)
    assert (found["audit"], found["told_at"], found["due_on"], found["clocks"]) == (None, None, None, [])
    problem_of(theirs.get(path), 404)
    assert ours.patch(path, {"text": "Fem ansatte."}).json()["text"] == "Fem ansatte."
    told = ours.post(f"{path}tell/").json()
    assert told["due_on"] == "2026-06-01", "90 days, and then a Sunday"
    assert {clock["what"] for clock in told["clocks"]} == {"response", "plan", "correction"}
    problem_of(ours.patch(path, {"text": "Ti ansatte."}), 409)

    assert theirs.get(path).json()["text"] == "Fem ansatte."
    disputed = theirs.post(f"{path}dispute/", {"reason": "Vi er uenige."}).json()
    assert (disputed["status"], disputed["dispute"]) == ("disputed", "Vi er uenige.")
    problem_of(ours.post(f"{path}uphold/", {"grounds": "Det står."}), 403)
    assert owner.post(f"{path}uphold/", {"grounds": "Det står."}).json()["status"] == "open"

    planned = theirs.post(f"{path}plan/", PLAN).json()
    assert (planned["status"], planned["plan"]["root_cause"]) == ("plan_submitted", "Timene ble ikke kontrollert.")
    returned = ours.post(f"{path}return_plan/", {"actions": [{"action": planned["actions"][0]["id"], "comment": "Når?"}]}).json()
    assert (returned["status"], returned["actions"][0]["comment"]) == ("plan_requested", "Når?")
    theirs.post(f"{path}plan/", PLAN)
    accepted = ours.post(f"{path}accept_plan/").json()
    assert (accepted["status"], accepted["plan"]["number"], accepted["actions"][0]["verdict"]) == ("plan_accepted", 2, "accepted")
    assert Deadline.objects.open().get(kind="corrective_action").due_on.isoformat() == "2026-04-01"

    photo = SimpleUploadedFile("bilag.txt", b"Betalt.", content_type="text/plain")
    done = theirs.upload(f"{path}finish_action/", action=accepted["actions"][0]["id"], files=photo).json()
    assert (done["status"], done["actions"][0]["done_on"]) == ("in_progress", "2026-03-02")
    assert theirs.get(f"documents/{done['evidence'][0]['document']}/").json()["name"] == "bilag.txt"
    sent = theirs.upload(f"{path}evidence/", statement="Alle har fått pengene.").json()
    assert (sent["status"], sent["statement"]) == ("evidence_submitted", "Alle har fått pengene.")
    assert ours.post(f"{path}return_evidence/", {"comment": "Vis lønnsslippene."}).json()["status"] == "in_progress"
    theirs.upload(f"{path}evidence/", files=SimpleUploadedFile("slipp.txt", b"Slipp.", content_type="text/plain"))
    problem_of(ours.post(f"{path}close/", {"method": "document"}), 403)
    assert problem_of(owner.post(f"{path}close/"), 400)["errors"][0]["field"] == "method"
    closed = owner.post(f"{path}close/", {"method": "workers", "note": "Vi ringte dem."}).json()
    assert (closed["status"], closed["outcome"], closed["method"]) == ("closed", "put_right", "workers")
    figure = {"what": "repaid", "amount": "12000.50", "currency": "NOK", "method": "Lønnsslipper"}
    assert ours.post(f"{path}record_effect/", figure).json()["effects"][0]["amount"] == 12000.5
    assert ours.post(f"{path}reopen/", {"reason": "Juli mangler."}).json()["status"] == "reopened"
    theirs.upload(f"{path}evidence/", statement="Juli også.")
    owner.post(f"{path}close/", {"method": "document"})
    assert ours.post(f"{path}check_effect/", {"has_helped": True, "note": "Timene stemmer."}).json()["effect_checked_on"] == "2026-03-02"
    verbs = Counter(History.objects.filter(object_id=found["id"]).values_list("verb", flat=True))
    once = ("log", "edit", "tell", "dispute", "uphold", "return_plan", "accept_plan", "finish_action", "return_evidence")
    more = {"plan": 2, "evidence": 3, "close": 2, "record_effect": 1, "reopen": 1, "check_effect": 1}
    assert verbs == {**dict.fromkeys(once, 1), **more}, "one row for each thing that was done"
    assert not Deadline.objects.open().filter(about_id=found["id"]).exists()


def test_without_an_audit_it_needs_agreement_and_supplier(cast: Cast, api: Api) -> None:
    ours = api(cast.manager)
    wrong = problem_of(ours.post("findings/", {"severity": "minor", "text": "Noe."}), 400)
    assert {error["field"] for error in wrong["errors"]} == {"framework", "supplier"}
    assert problem_of(ours.post("findings/", body_of(cast, supplier=str(cast.agency_body.pk))), 400)["errors"]
    for field, value in (("severity", "worst"), ("text", " "), ("when", "2026-05-01"), ("obligations", [str(cast.pc.pk)])):
        assert problem_of(ours.post("findings/", body_of(cast, **{field: value})), 400)["errors"][0]["field"] == field
    problem_of(api(cast.csr).post("findings/", body_of(cast)), 403)
    problem_of(api(cast.other_manager).post("findings/", body_of(cast)), 403)
    assert api(cast.specialist).post("findings/", body_of(cast)).status_code == 201


def test_a_plan_is_looked_through_action_by_action(cast: Cast, api: Api) -> None:
    it, theirs = logged(cast), api(cast.csr)
    late = {**PLAN["actions"][0], "due_on": "2030-01-01"}  # type: ignore[dict-item]
    wrong = problem_of(theirs.post(f"findings/{it.pk}/plan/", {**PLAN, "actions": [*PLAN["actions"], late]}), 400)
    assert [(error["field"], error["code"]) for error in wrong["errors"]] == [("actions.1.due_on", "after_agreement")]
    assert problem_of(theirs.post(f"findings/{it.pk}/plan/", {**PLAN, "actions": []}), 400)["errors"][0]["field"] == "actions"
    problem_of(api(cast.sales).post(f"findings/{it.pk}/plan/", PLAN), 403)


def test_the_list_is_narrowed_and_sorted_by_the_date_of_correction(cast: Cast, api: Api) -> None:
    major, minor, seen = logged(cast), logged(cast, "minor"), logged(cast, "observation")
    ours = api(cast.manager)

    def found(**parameters: Any) -> list[str]:
        return [row["id"] for row in ours.get("findings/", **parameters).json()["results"]]

    assert found(ordering="due_on") == [str(it.pk) for it in (major, minor, seen)]
    assert found(ordering="-due_on") == [str(it.pk) for it in (seen, minor, major)]
    assert found(severity="minor") == [str(minor.pk)]
    assert found(status="closed") == found(overdue="true") == found(open="false") == []
    assert len(found(supplier=str(cast.nordvare.pk), framework=str(cast.pc.pk), open="true")) == 3
    assert ours.get("findings/", severity="minor", count=1).json()["count"] == 1
    problem_of(ours.get("findings/", ordering="severity"), 400)
    Finding.objects.filter(pk=minor.pk).update(mend_by="2026-03-01")
    assert found(overdue="true") == [str(minor.pk)]


def test_others_learn_nothing(cast: Cast, api: Api) -> None:
    it = logged(cast)
    logged(cast, told=False)
    for user in (cast.csr_polar, cast.agency, cast.auditor):
        assert api(user).get("findings/").json()["results"] == []
        problem_of(api(user).get(f"findings/{it.pk}/"), 404)
        problem_of(api(user).post(f"findings/{it.pk}/dispute/", {"reason": "x"}), 404)
    assert [row["id"] for row in api(cast.csr).get("findings/").json()["results"]] == [str(it.pk)]
    assert {clock["what"] for clock in api(cast.csr).get(f"findings/{it.pk}/").json()["clocks"]} == {"response", "plan", "correction"}


def test_lists_ask_the_database_a_fixed_number_of_times(cast: Cast, api: Api, django_assert_max_num_queries: Any) -> None:
    for user in (cast.manager, cast.csr):
        for amount in (1, 5):
            for _ in range(amount):
                logged(cast)
            program = api(user)
            program.get("findings/")
            with django_assert_max_num_queries(5):
                assert program.get("findings/").json()["results"]
