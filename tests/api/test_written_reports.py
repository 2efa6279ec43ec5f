"""The report of an audit as programs of both sides write it, comment on it and fetch it."""

from collections.abc import Callable
from typing import Any

from core.models import History
from followup.models import ReportSection
from notifications.models import Webhook, WebhookCall
from tests.api.conftest import Program, problem_of
from tests.cast import Cast
from tests.factories import NOW
from tests.followup.audit_reports.stories import begun, final, held, sent
from tests.followup.conftest import pdf
from tests.followup.findings.stories import logged

Api = Callable[..., Program]
K = ReportSection.Kind


def part(report: dict[str, Any], kind: str) -> dict[str, Any]:
    return next(each for each in report["sections"] if each["kind"] == kind)


def content(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_from_draft_to_final_with_the_supplier_heard(cast: Cast, api: Api) -> None:
    wanted = ["report.sent", "report.commented", "report.final", "audit.reported"]
    Webhook.objects.create(name="Arkiv", url="https://a.example/", events=wanted, created_at=NOW, created_by=cast.admin)
    audit = held(cast)
    found = logged(cast, told=False, audit=audit, framework=None, supplier=None)
    ours, theirs, helper, firm = api(cast.manager), api(cast.csr), api(cast.sales), api(cast.auditor)

    made = ours.post("written-reports/", {"audit": str(audit.pk), "language": "en"}, key="one")
    assert made.status_code == 201, made.content
    assert ours.post("written-reports/", {"audit": str(audit.pk), "language": "en"}, key="one").json() == made.json()
    problem_of(ours.post("written-reports/", {"audit": str(audit.pk), "language": "en"}), 409)
    path = f"written-reports/{made.json()['id']}/"
    problem_of(theirs.get(path), 404)
    problem_of(ours.post(f"{path}send/"), 409)
    words = [{"id": each["id"], "written": "We saw it."} for each in made.json()["sections"] if each["kind"] != K.FINDING]
    more = {"sections": words, "added": {"heading": "Recruitment", "text": "No fees."}}
    problem_of(api(cast.reader).patch(path, more), 403)
    assert ours.patch(path, {"sections": [{"id": words[0]["id"], "text": "x", "writen": "y"}]}).status_code == 400
    report = ours.patch(path, more).json()
    assert (part(report, K.OTHER)["text"], part(report, K.METHOD)["written"]) == ("No fees.", "We saw it.")
    assert content(ours.get(f"{path}pdf/")).startswith(b"%PDF")
    assert ours.post(f"{path}send/", {"comment_days": 10}).json()["comments_due_on"] == "2026-03-16"

    draft = theirs.get(path).json()
    assert [each["form"] for each in draft["files"]] == ["docx", "pdf"]
    assert (part(draft, K.FINDING)["finding"], part(draft, K.METHOD)["written"]) == (None, None), "not told yet, and not its to write"
    assert found.text in part(draft, K.FINDING)["text"]
    at = part(draft, K.FINDING)["id"]
    helper.upload(f"{path}comment/", section=at, text="They were paid in July.", files=pdf("slips.pdf"))
    problem_of(helper.post(f"{path}submit/"), 403)
    assert part(ours.get(path).json(), K.FINDING)["comment"] is None, "its own until it is sent in"
    assert part(theirs.get(path).json(), K.FINDING)["comment"]["documents"][0]["name"] == "slips.pdf"
    problem_of(ours.post(f"{path}end_comments/"), 409)
    assert theirs.post(f"{path}submit/").json()["status"] == "commented"
    problem_of(theirs.post(f"{path}comment/", {"section": at, "text": "Og dette."}), 409)

    assert part(ours.get(path).json(), K.FINDING)["comment"]["text"] == "They were paid in July."
    problem_of(ours.post(f"{path}finish/"), 409)
    fault = problem_of(ours.post(f"{path}answer/", {"section": at, "verdict": "kept"}), 400)["errors"][0]
    assert fault["field"] == "text"
    ours.post(f"{path}answer/", {"section": at, "verdict": "kept", "text": "The slips are of June."})
    assert part(theirs.get(path).json(), K.FINDING)["comment"]["answer"] == "", "it is told in the final report"
    done = ours.post(f"{path}finish/").json()
    assert (done["status"], done["final_on"]) == ("final", "2026-03-02")
    last = theirs.get(path).json()
    assert part(last, K.FINDING)["comment"]["answer"] == "The slips are of June."
    assert part(last, K.FINDING)["finding"] == str(found.pk)
    kept = next(each for each in last["files"] if each["stage"] == "final" and each["form"] == "docx")
    assert len(content(theirs.get(f"{path}docx/"))) == kept["size"]
    assert [WebhookCall.objects.filter(event=event).count() for event in wanted] == [1, 1, 1, 1]
    verbs = sorted(History.objects.filter(object_id=last["id"]).values_list("verb", flat=True))
    assert verbs == ["answer_comment", "begin", "edit", "finish", "save_comment", "send", "send_comments"]
    problem_of(firm.get(path), 404)


def test_a_supplier_sees_no_others_and_lists_cost_little(cast: Cast, api: Api, django_assert_max_num_queries: Any) -> None:
    it = sent(cast, None)
    for stranger in (cast.csr_polar, cast.agency, cast.auditor):
        problem_of(api(stranger).get(f"written-reports/{it.pk}/"), 404)
        problem_of(api(stranger).get(f"written-reports/{it.pk}/pdf/"), 404)
        assert api(stranger).get("written-reports/").json()["results"] == []
    problem_of(api(cast.csr_polar).post("written-reports/", {"audit": str(it.audit_id), "language": "nb"}), 403)
    problem_of(api(cast.csr).post(f"written-reports/{it.pk}/drop/"), 403)
    again = problem_of(api(cast.csr).post(f"written-reports/{it.pk}/comment/", {"section": str(it.pk), "text": "Hei"}), 400)
    assert again["errors"][0]["code"] == "unknown_section"
    for reader in (cast.manager, cast.csr):
        program = api(reader)
        with django_assert_max_num_queries(6):
            rows = program.get("written-reports/", audit=str(it.audit_id), status="sent").json()["results"]
        assert [row["id"] for row in rows] == [str(it.pk)]


def test_what_is_final_is_corrected_by_a_version_beside_it(cast: Cast, api: Api) -> None:
    it, ours = final(cast), api(cast.manager)
    body = {"audit": str(it.audit_id), "language": "nb"}
    assert problem_of(ours.post("written-reports/", body), 400)["errors"][0]["field"] == "why"
    version = ours.post("written-reports/", {**body, "why": "Feil dato."}).json()
    assert (version["number"], version["status"]) == (2, "draft")
    problem_of(ours.patch(f"written-reports/{it.pk}/", {"added": {"heading": "A", "text": "B"}}), 409)
    problem_of(api(cast.csr).get(f"written-reports/{version['id']}/"), 404)
    assert ours.post(f"written-reports/{version['id']}/drop/").json()["status"] == "dropped"


def test_who_may_only_write_does_not_send(cast: Cast, api: Api) -> None:
    it = begun(cast)
    problem_of(api(cast.specialist).post(f"written-reports/{it.pk}/send/"), 403)
    problem_of(api(cast.manager).get(f"written-reports/{it.pk}/", page="1"), 400)
