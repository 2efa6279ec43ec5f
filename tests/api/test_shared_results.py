"""Sharing results through the API, from draft to file, and reading another body's; each side sees its own."""

import json
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from followup.models import Audit, ReceivedFile, Sharing
from tests.api.conftest import Program, problem_of
from tests.cast import Cast
from tests.factories import TODAY
from tests.followup.shared_results import stories

Api = Callable[..., Program]


def written(cast: Cast, **fields: Any) -> dict[str, Any]:
    return {
        "framework": str(cast.pc.pk),
        "supplier": str(cast.nordvare.pk),
        "body_name": stories.ELSEWHERE[0],
        "body_number": stories.ELSEWHERE[1],
        "contact_email": "post@fylke.example",
        "purpose": "Egen avtale.",
        "audits": [str(stories.audited(cast).pk)],
        "basis": "consent",
        "starts_on": TODAY.isoformat(),
        "ends_on": "2026-12-31",
        **fields,
    }


def test_from_draft_to_file(cast: Cast, api: Api) -> None:
    ours, theirs = api(cast.manager), api(cast.csr)
    body = written(cast)
    made = ours.post("sharings/", body, key="one").json()
    assert ours.post("sharings/", body, key="one").json() == made, "sent twice, made once"
    assert (made["status"], made["body_scheme"], made["files"]) == ("draft", "NO-BRC", [])
    path = f"sharings/{made['id']}/"
    problem_of(theirs.get(path), 404)
    assert ours.patch(path, {"purpose": "Ny avtale."}).json()["purpose"] == "Ny avtale."
    problem_of(ours.post(f"{path}share/"), 409)
    assert ours.post(f"{path}ask/").json()["status"] == "asked"
    problem_of(api(cast.sales).post(f"{path}give/"), 403)
    given = theirs.post(f"{path}give/").json()
    assert (given["status"], given["contact_email"]) == ("active", None), "whom we write to there is ours"
    problem_of(ours.get(f"{path}file/"), 409)
    assert [file["serial"] for file in ours.post(f"{path}fetch/", key="two").json()["files"]] == [1]
    assert [file["serial"] for file in ours.post(f"{path}fetch/", key="two").json()["files"]] == [1], "not made twice"
    problem_of(theirs.get(f"{path}file/"), 403)
    assert json.loads(b"".join(ours.get(f"{path}file/").streaming_content))["payloadType"].endswith("version=1")
    assert theirs.post(f"{path}take_back/", {"reason": "Ny eier."}).json()["end_reason"] == "Ny eier."
    for stranger in (cast.agency, cast.csr_polar, cast.auditor):
        assert api(stranger).get("sharings/").json()["results"] == []
    assert problem_of(ours.post("sharings/", {**body, "extra": 1}), 400)["errors"][0]["field"] == "extra"


def test_a_file_is_read_in_or_refused_with_its_reason(cast: Cast, api: Api) -> None:
    stories.trusted(cast)
    specialist = api(cast.specialist)
    read = specialist.upload("received-results/", file=stories.upload(stories.sealed(cast)), key="one").json()
    assert (read["status"], read["issuer"], read["supplier"]) == ("checked", "Fylkesinnkjøp", str(cast.nordvare.pk))
    assert read["audits"][0]["content"]["conclusion"] == "Stort sett i orden."
    again = specialist.upload("received-results/", file=stories.upload(stories.sealed(cast)), key="one").json()
    assert again == read, "the same key gives the same answer"
    refused = specialist.upload("received-results/", file=stories.upload(stories.sealed(cast, key=Ed25519PrivateKey.generate()))).json()
    assert (refused["status"], refused["refusal"]) == ("refused", "unknown_key")
    assert refused["refusal_detail"]
    assert ReceivedFile.objects.count() == 2
    path = f"received-results/{read['id']}/"
    assert specialist.post(f"{path}set_aside/", {"reason": "For gammelt."}).json()["status"] == "set_aside"
    assert specialist.post(f"{path}take_up/").json()["status"] == "checked"
    assert b"".join(specialist.get(f"{path}content/").streaming_content) == stories.sealed(cast)
    problem_of(api(cast.reader).upload("received-results/", file=stories.upload(b"x")), 403)
    for stranger in (cast.csr, cast.agency, cast.auditor):
        problem_of(api(stranger).get("received-results/"), 403)


def test_an_audit_is_relied_on_or_not_once_and_with_why(cast: Cast, api: Api) -> None:
    stories.trusted(cast)
    second = stories.audit(id="01990000-0000-7000-8000-0000000000a2", performed_on="2025-10-01")
    file = stories.read(cast, stories.sealed(cast, audits=[stories.audit(report=stories.report()), second]))
    ours, path = api(cast.manager), f"received-results/{file.pk}/"
    about = {"audit": stories.audit()["id"], "framework": str(cast.pc.pk)}
    problem_of(api(cast.specialist).post(f"{path}rely/", about), 403)
    assert problem_of(ours.post(f"{path}rely/", about), 400)["errors"][0]["field"] == "is_as_strict"
    vouched = {**about, "is_as_strict": True, "is_similar": True, "accepted_because": "Samme klausul."}
    relied = ours.post(f"{path}rely/", vouched, key="one").json()
    assert ours.post(f"{path}rely/", vouched, key="one").json() == relied, "sent twice, relied on once"
    problem_of(ours.post(f"{path}rely/", vouched), 409)
    ours_now = ours.get(f"audits/{relied['audits'][0]['audit']}/").json()
    assert (ours_now["kind"], ours_now["accepted_because"], relied["status"]) == ("reused", "Samme klausul.", "in_use")
    assert Audit.objects.get(pk=ours_now["id"]).reports.exists(), "with the report that came along"
    assert problem_of(ours.post(f"{path}decline/", {"audit": str(file.pk), "reason": "Nei."}), 400)["errors"][0]["field"] == "audit"
    declined = ours.post(f"{path}decline/", {"audit": second["id"], "reason": "Annen fabrikk."}).json()
    assert {each["id"]: each["declined_because"] for each in declined["audits"]} == {about["audit"]: "", second["id"]: "Annen fabrikk."}
    problem_of(ours.post(f"{path}look_through/"), 409)


def test_lists_in_few_queries(cast: Cast, api: Api, django_assert_max_num_queries: Any) -> None:
    it = stories.audited(cast)
    stories.trusted(cast)
    for serial in range(1, 4):
        stories.shared(cast, it)
        stories.read(cast, stories.sealed(cast, serial=serial))
    program = api(cast.manager)
    for path in ("sharings/", "received-results/"):
        with django_assert_max_num_queries(6):
            assert len(program.get(path).json()["results"]) == 3
    assert Sharing.objects.count() == 3
