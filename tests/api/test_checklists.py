"""Checklists as programs read and change them: a version that a sheet uses stays as it is."""

from collections.abc import Callable
from typing import Any

from core.models import History
from followup.models import Checklist
from tests.api.conftest import Program, problem_of
from tests.cast import Cast
from tests.followup.sheets.stories import begun

Api = Callable[..., Program]
WORDS = {"text_nb": "Hvor ofte utbetales lønn?", "text_nn": "Kor ofte blir løna utbetalt?", "text_en": "How often are wages paid?"}
ASKED = {"theme": "wages", "topic": "wages", **WORDS}
OFTEN = [{"nb": "Månedlig", "nn": "Månadleg", "en": "Paid"}, {"nb": "Ukentlig", "nn": "Kvar veke", "en": "Paid"}]


def test_a_checklist_of_our_own_from_its_name_to_its_second_version(cast: Cast, api: Api) -> None:
    ours = api(cast.specialist)
    made = ours.post("checklists/", {"code": "cleaning", "name_nb": "Renhold", "name_nn": "Reinhald", "name_en": "Cleaning"})
    assert made.status_code == 201, made.content
    path = f"checklists/{made.json()['id']}/"
    assert problem_of(ours.post("checklists/", {**made.json(), "code": "cleaning"}), 400)["errors"][0]["code"] == "taken"
    assert {each["field"] for each in problem_of(ours.post(f"{path}add_question/", {"based_on": 1}), 400)["errors"]} >= {"text_nb", "kind"}
    problem_of(ours.post(f"{path}add_question/", {"based_on": 1, "kind": "choice", **ASKED, "choices": OFTEN[:1]}), 400)
    ours.post(f"{path}add_question/", {"based_on": 1, "kind": "yes_no", **ASKED})
    whole = ours.post(f"{path}add_question/", {"based_on": 1, "kind": "choice", "number": 1, **ASKED, "choices": OFTEN}).json()
    first, second = whole["questions"]
    assert (first["code"], [each["code"] for each in first["choices"]]) == ("wages-2", ["paid", "paid-2"]), "each has its own"
    assert second["code"] == "wages-1"

    begun(cast, "cleaning")
    changed = ours.post(f"{path}edit_question/", {"based_on": 1, "code": "wages-2", "text_en": "When?", "number": 2}).json()
    assert (changed["version"], [each["code"] for each in changed["questions"]]) == (2, ["wages-1", "wages-2"])
    assert changed["questions"][1]["choices"] == first["choices"], "what is not named stays"
    assert ours.get(path, version=1).json()["questions"][0]["text_en"] == WORDS["text_en"], "what the sheet asks is as it was"
    problem_of(ours.post(f"{path}remove_question/", {"based_on": 1, "code": "wages-1"}), 409)
    problem_of(ours.get(path, version=9), 404)
    assert len(ours.post(f"{path}remove_question/", {"based_on": 2, "code": "wages-1"}).json()["questions"]) == 1
    named = {"based_on": 2, "name_nb": "Reinhold", "name_nn": "Reinhald", "name_en": "Cleaners"}
    assert ours.post(f"{path}rename/", named).json()["name_en"] == "Cleaners"
    assert ours.post(f"{path}retire/").json()["is_retired"]
    assert not ours.post(f"{path}restore/").json()["is_retired"]
    verbs = History.objects.filter(object_id=made.json()["id"]).values_list("verb", flat=True)
    wanted = ["add_question", "add_question", "create", "edit_question", "remove_question", "rename", "restore", "retire"]
    assert sorted(verbs) == wanted


def test_who_reads_and_who_changes(cast: Cast, api: Api, django_assert_max_num_queries: Any) -> None:
    path = f"checklists/{Checklist.objects.get(code='wage-control').pk}/"
    for stranger in (cast.csr, cast.agency):
        assert api(stranger).get("checklists/").json()["results"] == []
        problem_of(api(stranger).get(path), 404)
    assert api(cast.auditor).get(path).json()["questions"]
    problem_of(api(cast.manager).post(f"{path}retire/"), 403)
    ours = api(cast.manager)
    with django_assert_max_num_queries(6):
        rows = ours.get("checklists/", is_retired="false").json()["results"]
    assert {"wage-control"} <= {row["code"] for row in rows}
    assert rows[0]["versions"][0]["number"] == 1
