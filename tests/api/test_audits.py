"""Audits through the API, as a program of ours, of the supplier and of the audit firm uses it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.models import History
from followup.models import Audit
from tests import factories
from tests.api.conftest import Program, problem_of
from tests.cast import Cast
from tests.factories import TODAY
from tests.followup.conftest import pdf

Api = Callable[..., Program]
DAY = "2026-04-15"
NOWHERE = "019caaaa-0000-7000-8000-000000000000"  # the same in every process that collects these tests


def plan_of(cast: Cast, **fields: Any) -> dict[str, Any]:
    return {"framework": str(cast.pc.pk), "supplier": str(cast.nordvare.pk), "kind": "supplier_audit", "planned_on": DAY, **fields}


@pytest.fixture
def planned(cast: Cast, api: Api) -> dict[str, Any]:
    said = plan_of(cast, requirements=[str(cast.due_diligence.pk)], auditor=str(cast.audit_firm.pk))
    answer = api(cast.manager).post("audits/", said)
    assert answer.status_code == 201, answer.content
    made: dict[str, Any] = answer.json()
    return made


def test_from_a_plan_to_its_end(cast: Cast, api: Api, planned: dict[str, Any]) -> None:
    ours, theirs, firm, path = api(cast.manager), api(cast.csr), api(cast.auditor), f"audits/{planned['id']}/"
    assert (planned["status"], planned["planned_on"], planned["performed_on"], planned["report"]) == ("planned", DAY, None, None)
    assert (planned["framework"], planned["supplier"], planned["auditor"]) == (
        str(cast.pc.pk),
        str(cast.nordvare.pk),
        str(cast.audit_firm.pk),
    )
    assert planned["requirements"] == [str(cast.due_diligence.pk)]
    assert len(planned["obligations"]) == 2, "one on each lot"
    assert planned["findings"] == []
    problem_of(theirs.get(path), 404)
    assert firm.get(path).json()["planned_on"] == DAY
    assert ours.patch(path, {"planned_on": "2026-04-22", "place": "Oslo"}).json()["planned_on"] == "2026-04-22"
    assert ours.post(f"{path}announce/").json()["status"] == "announced"
    problem_of(ours.post(f"{path}announce/"), 409)
    assert theirs.get(path).json()["planned_on"] == "2026-04-22"

    log = {"performed_on": "2026-03-02", "result": "improvements", "conclusion": "Gode rutiner."}
    held = ours.post(f"{path}log/", log).json()
    assert (held["status"], held["performed_on"], held["report"]) == ("performed", "2026-03-02", None)
    assert (theirs.get(path).json()["result"], firm.get(path).json()["result"]) == ("", "improvements")
    assert verbs_seen(theirs, planned["id"]) == ["announce"], "nor does history tell the result before the report"
    reported = ours.upload(f"{path}log/", report=pdf("rapport.pdf")).json()
    assert (reported["status"], reported["report"]["name"], reported["result"]) == ("reported", "rapport.pdf", "improvements")
    assert theirs.get(path).json()["report"]["sha256"] == reported["report"]["sha256"]
    content = theirs.get(f"{path}report/")
    assert b"".join(content.streaming_content).startswith(b"%PDF")

    judged = ours.post(f"{path}judge/", {"obligation": planned["obligations"][0], "verified": "met", "valid_until": "2027-03-02"}).json()
    assert judged["judgements"] == [
        {
            "obligation": planned["obligations"][0],
            "verified": "met",
            "method": "production_site",
            "checked_on": "2026-03-02",
            "valid_until": "2027-03-02",
            "reason": "",
        }
    ]
    assert ours.post(f"{path}close/").json()["status"] == "closed"
    problem_of(ours.post(f"{path}log/", log), 409)
    verbs = History.objects.filter(object_id=planned["id"]).values_list("verb", flat=True)
    assert sorted(verbs) == ["announce", "close", "edit", "judge", "perform", "plan", "report"]


def test_an_audit_firm_reads_what_its_audits_rest_on_and_no_more(cast: Cast, api: Api, planned: dict[str, Any]) -> None:
    firm = api(cast.auditor)
    (requirement,) = firm.get("requirements/").json()["results"]
    assert requirement["id"] == str(cast.due_diligence.pk)
    bound = firm.get("obligations/").json()["results"]
    assert {row["id"] for row in bound} == set(planned["obligations"])
    assert {row["supplier"] for row in bound} == {str(cast.nordvare.pk)}, "others that the same requirement binds are not told"
    problem_of(firm.post(f"obligations/{bound[0]['id']}/judge/", {"verified": "met", "method": "document"}), 403)
    api(cast.manager).post(f"audits/{planned['id']}/cancel/", {"reason": "Flyttet."})
    assert firm.get("requirements/").json()["results"] == firm.get("obligations/").json()["results"] == []


def verbs_seen(client: Any, key: str) -> list[str]:
    return [row["verb"] for row in client.get(f"history/?object_id={key}").json()["results"]]


def test_of_an_audit_that_was_never_announced_history_tells_nothing_before_the_report(
    cast: Cast, api: Api, planned: dict[str, Any]
) -> None:
    ours, theirs, path = api(cast.manager), api(cast.csr), f"audits/{planned['id']}/"
    ours.post(f"{path}log/", {"performed_on": "2026-03-02", "result": "breaches"})
    ours.post(f"{path}judge/", {"obligation": planned["obligations"][0], "verified": "not_met", "reason": "Seen."})
    assert verbs_seen(theirs, planned["id"]) == []
    ours.upload(f"{path}log/", report=pdf("rapport.pdf"))
    assert verbs_seen(theirs, planned["id"]) == ["report"]


def test_what_is_ours_is_told_to_nobody_else(cast: Cast, api: Api) -> None:
    said = plan_of(cast, trigger="complaint", reason="Tips fra en ansatt.", auditor=str(cast.audit_firm.pk))
    made = api(cast.manager).post("audits/", said).json()
    path = f"audits/{made['id']}/"
    api(cast.manager).post(f"{path}announce/")
    for user in (cast.csr, cast.auditor):
        seen = api(user).get(path)
        assert "Tips" not in seen.content.decode()
        assert (seen.json()["trigger"], seen.json()["reason"], seen.json()["deadline"], seen.json()["warnings"]) == (None, None, None, [])
        assert "Tips" not in api(user).get("history/").content.decode()


@pytest.mark.both
def test_a_supplier_that_is_told_a_week_learns_the_day_nowhere(cast: Cast, api: Api) -> None:
    ours, theirs = api(cast.manager), api(cast.csr)
    for day in ("2026-04-15", "2026-04-13", "2026-04-17"):
        made = ours.post("audits/", plan_of(cast, planned_on=day, announcement="semi_announced")).json()
        ours.post(f"audits/{made['id']}/announce/")
    seen = theirs.get("audits/", ordering="due_on", page_size=2).json()
    assert [(row["planned_on"], row["planned_from"], row["planned_until"]) for row in seen["results"]] == [
        (None, "2026-04-13", "2026-04-19")
    ] * 2
    assert len(theirs.get(seen["next"]).json()["results"]) == 1
    whole = theirs.get("audits/").content + theirs.get("history/").content + theirs.get("deadlines/").content
    for day in ("2026-04-15", "2026-04-17"):
        assert day not in whole.decode()
    assert [row["planned_on"] for row in ours.get("audits/", ordering="due_on").json()["results"]] == [
        "2026-04-13",
        "2026-04-15",
        "2026-04-17",
    ]


def test_an_audit_made_by_others_is_written_down_and_no_more(cast: Cast, api: Api) -> None:
    ours = api(cast.manager)
    said = {
        **{name: value for name, value in plan_of(cast, kind="reused").items() if name != "planned_on"},
        "scheme": "amfori BSCI",
        "place": "Binh Duong",
        "performed_on": "2025-06-01",
        "grade": "B",
        "valid_until": "2027-06-01",
        "result": "nothing_found",
        "is_as_strict": True,
        "is_similar": True,
        "accepted_because": "Punkt 4 mot klausul 12.",
        "requirements": [str(cast.due_diligence.pk)],
    }
    made = ours.post("audits/", said)
    assert made.status_code == 201, made.content
    assert (made.json()["status"], made.json()["performed_on"], made.json()["grade"]) == ("reported", "2025-06-01", "B")
    assert ours.upload(f"audits/{made.json()['id']}/log/", report=pdf("bsci.pdf")).json()["report"]["name"] == "bsci.pdf"
    problem_of(ours.patch(f"audits/{made.json()['id']}/", {"place": "x"}), 409)
    for name, value, code in (
        ("performed_on", "2023-03-01", "too_old"),
        ("performed_on", "2026-03-03", "future"),
        ("valid_until", "2026-03-01", "expired"),
        ("valid_until", "2025-05-31", "before_check"),
        ("is_similar", False, "required"),
        ("scheme", "", "required"),
        ("planned_on", "2026-05-01", "not_of_kind"),
        ("trigger", "programme", "not_of_kind"),
    ):
        problem = problem_of(ours.post("audits/", {**said, name: value}), 400)
        assert (name, code) in [(error["field"], error["code"]) for error in problem["errors"]], problem
    assert ours.post("audits/", {**said, "performed_on": "2023-03-02"}).status_code == 201, "three years to the day"


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("kind", "inspection", "invalid_choice"),
        ("kind", "reused", "required"),
        ("planned_on", None, "null"),
        ("planned_on", "15.4.2026", "invalid"),
        ("planned_on", "2020-01-01", "before_agreement"),
        ("supplier", NOWHERE, "does_not_exist"),
        ("supplier", "agency", "not_on_agreement"),
        ("framework", "x", "does_not_exist"),
        ("requirements", [NOWHERE], "does_not_exist"),
        ("requirements", "office", "not_bound"),
        ("auditor", "nordvare", "not_an_auditor"),
        ("lead", "csr", "does_not_exist"),
        ("trigger", "suspicion", "required"),
        ("trigger", "re_audit", "required"),
        ("re_audit_of", NOWHERE, "does_not_exist"),
        ("result", "breaches", "not_of_kind"),
        ("nonsense", 1, "unknown"),
    ],
)
def test_a_plan_that_cannot_be_used_is_refused(cast: Cast, api: Api, field: str, value: Any, code: str) -> None:
    known = {
        "agency": str(cast.agency_body.pk),
        "office": [str(cast.office.requirements.get().pk)],
        "nordvare": str(cast.nordvare.pk),
        "csr": str(cast.csr.pk),
    }
    said = plan_of(cast) | {field: known.get(value, value) if isinstance(value, str) else value}
    problem = problem_of(api(cast.manager).post("audits/", said), 400)
    assert code in [error["code"] for error in problem["errors"]], problem
    assert not Audit.objects.exists()


def test_it_cannot_be_written_down_before_it_was_held(cast: Cast, api: Api, planned: dict[str, Any]) -> None:
    ours, path = api(cast.manager), f"audits/{planned['id']}/log/"
    tomorrow = str(TODAY + timedelta(days=1))
    for body, code in (
        ({"performed_on": tomorrow, "result": "breaches"}, "future"),
        ({"result": "breaches"}, "not_held"),
        ({"performed_on": str(TODAY)}, "required"),
        ({"performed_on": "2019-05-05", "result": "breaches"}, "before_agreement"),
    ):
        problem = problem_of(ours.post(path, body), 400)
        assert code in [error["code"] for error in problem["errors"]]
    problem_of(ours.upload(path, performed_on=tomorrow, result="breaches", report=pdf()), 400)
    problem_of(ours.upload(path, performed_on=str(TODAY), result="breaches", report=SimpleUploadedFile("a.exe", b"MZ\x90")), 415)
    problem_of(ours.upload(path, performed_on=str(TODAY), result="breaches", report=SimpleUploadedFile("a.pdf", b"")), 400)
    assert Audit.objects.get().status == "planned"


def test_a_plan_that_was_announced_keeps_its_kind(cast: Cast, api: Api, planned: dict[str, Any]) -> None:
    ours, path = api(cast.manager), f"audits/{planned['id']}/"
    ours.post(f"{path}announce/")
    problem_of(ours.patch(path, {"kind": "wage_control"}), 409)
    problem_of(ours.patch(path, {"announcement": "unannounced"}), 409)
    problem_of(ours.patch(path, {"supplier": str(cast.fjordtek.pk)}), 400)
    assert ours.patch(path, {"supplier": planned["supplier"], "kind": planned["kind"]}).status_code == 200, "sent back as it is"
    ours.post(f"{path}log/", {"performed_on": str(TODAY), "result": "breaches"})
    problem_of(ours.patch(path, {"place": "Oslo"}), 409)


def test_called_off_with_a_reason(cast: Cast, api: Api, planned: dict[str, Any]) -> None:
    ours, path = api(cast.manager), f"audits/{planned['id']}/"
    problem_of(ours.post(f"{path}cancel/"), 400)
    assert ours.post(f"{path}cancel/", {"reason": "Flyttet"}).json()["status"] == "cancelled"
    problem_of(ours.post(f"{path}log/", {"performed_on": str(TODAY), "result": "breaches"}), 409)


def test_the_list_is_narrowed_and_ordered(cast: Cast, api: Api, planned: dict[str, Any]) -> None:
    ours = api(cast.manager)
    other = ours.post("audits/", plan_of(cast, supplier=str(cast.fjordtek.pk), planned_on="2026-03-20")).json()
    ours.post(f"audits/{other['id']}/cancel/", {"reason": "x"})
    for parameters, wanted in (
        ({"status": "planned"}, [planned["id"]]),
        ({"supplier": str(cast.fjordtek.pk)}, [other["id"]]),
        ({"framework": str(cast.office.pk)}, []),
        ({"ordering": "due_on"}, [other["id"], planned["id"]]),
        ({"ordering": "-due_on"}, [planned["id"], other["id"]]),
    ):
        assert [row["id"] for row in ours.get("audits/", **parameters).json()["results"]] == wanted, parameters
    assert ours.get("audits/", ordering="-created_at", count=1).json()["count"] == 2
    problem_of(ours.get("audits/", status="lost"), 400)
    problem_of(ours.get("audits/", ordering="place"), 400)


def test_nobody_else_learns_of_it(cast: Cast, api: Api, planned: dict[str, Any]) -> None:
    ours, path = api(cast.manager), f"audits/{planned['id']}/"
    ours.post(f"{path}announce/")
    ours.upload(f"{path}log/", performed_on=str(TODAY), result="breaches", report=pdf())
    other_firm = factories.organisation("Andre Revisorer", "auditor")
    stranger = factories.user("annen@revisor.example", (other_firm, "auditor"))
    for user in (cast.csr_polar, cast.agency, stranger):
        program = api(user)
        problem_of(program.get(path), 404)
        problem_of(program.get(f"{path}report/"), 404)
        assert program.get("audits/").json()["results"] == []
        assert program.get("history/", object_id=planned["id"]).json()["results"] == []
        problem_of(program.post(f"{path}log/", {"result": "breaches"}), 404)
    for user in (cast.csr, cast.auditor, cast.reader, cast.specialist, cast.other_manager):
        problem_of(api(user).post(f"{path}close/"), 403)
        assert api(user).get("audits/").json()["results"][0]["id"] == planned["id"]


def test_the_same_key_plans_it_once(cast: Cast, api: Api) -> None:
    ours, key = api(cast.manager), str(uuid4())
    first, second = (ours.post("audits/", plan_of(cast), key=key).json() for _ in range(2))
    assert first == second
    assert Audit.objects.count() == 1
    problem_of(ours.post("audits/", plan_of(cast, place="Oslo"), key=key), 422)


def test_a_list_costs_the_same_however_long(cast: Cast, api: Api, django_assert_max_num_queries: Any) -> None:
    ours = api(cast.manager)
    for number in range(6):
        made = ours.post("audits/", plan_of(cast, planned_on=str(date(2026, 5, 4 + number)), requirements=[str(cast.due_diligence.pk)]))
        ours.post(f"audits/{made.json()['id']}/announce/")
    for user in (cast.manager, cast.csr):
        program = api(user)
        with django_assert_max_num_queries(6):
            assert len(program.get("audits/").json()["results"]) == 6
