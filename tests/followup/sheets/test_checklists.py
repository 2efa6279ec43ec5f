"""Changing what audits ask: a version in use never changes, and running sheets keep theirs."""

from collections.abc import Iterable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.errors import WrongState
from core.models import History
from followup import checklist_starters, sheet_reading
from followup.models import Audit, Checklist, ChecklistVersion
from followup.services import checklists
from tests.cast import Cast
from tests.contracts.pages import filled, said, text
from tests.factories import NOW
from tests.followup.conftest import Visit
from tests.followup.sheets.stories import begun


def codes(version: ChecklistVersion) -> list[str]:
    return list(version.questions.order_by("number").values_list("code", flat=True))


def sent(form: dict[str, list[str]], **changed: Any) -> dict[str, Any]:
    return {name: values[-1] for name, values in form.items()} | changed


def test_a_change_begins_a_version_once_and_running_sheets_keep_theirs(cast: Cast, visit: Visit) -> None:
    sheet = begun(cast, "wage-control")
    it = Checklist.objects.get(code="wage-control")
    before = codes(checklists.latest(it))
    browser, place = visit(cast.specialist), f"/checklists/{it.pk}/"
    address = f"{place}questions/wages-1/"
    form = filled(browser.get(address))
    page = browser.post(address, sent(form, text_nb="Får alle riktig lønn?", place="1", kind="yes_no"), follow=True)
    assert "New sheets get it" in said(page)
    browser.post(f"{place}questions/wages-2/remove/")
    new = sent(filled(browser.get(f"{place}questions/new/")), text_nb="Hvem?", text_nn="Kven?", text_en="Who?", theme="wages")
    offered = "Fast | Fast | Permanent\nInnleid | Innleigd | Hired in"
    wrong = browser.post(f"{place}questions/new/", new | {"topic": "wages", "kind": "choice", "offered": "Fast", "place": "2"})
    assert "in three languages with | between them" in text(wrong)
    browser.post(f"{place}questions/new/", new | {"topic": "wages", "kind": "choice", "offered": offered, "place": "2"})
    latest = checklists.latest(it)
    assert latest.number == 2, "three changes, one version: no sheet uses it yet"
    assert codes(latest) == ["wages-1", "wages-8", *(code for code in before if code not in ("wages-1", "wages-2"))]
    assert [each["code"] for each in latest.questions.get(code="wages-8").choices] == ["permanent", "hired-in"]
    (part,) = sheet_reading.read(Audit.objects.get(pk=sheet.audit_id), language="nb")
    assert [each.question.code for each in part.answered] == before
    assert "Får alle riktig lønn?" not in [each.text for each in part.answered]
    assert "Får alle riktig lønn?" not in said(browser.get(f"{place}?version=1"))
    assert History.objects.filter(object_id=it.pk).count() == 3


def test_two_who_change_it_at_once_are_told(cast: Cast) -> None:
    begun(cast, "wage-control")
    it = Checklist.objects.get(code="wage-control")
    checklists.remove_question(checklist=it, based_on=1, code="wages-1", actor=cast.specialist, now=NOW)
    with pytest.raises(WrongState):
        checklists.remove_question(checklist=it, based_on=1, code="wages-2", actor=cast.admin, now=NOW)


def test_a_checklist_of_our_own_and_one_out_of_use(cast: Cast, visit: Visit) -> None:
    browser = visit(cast.admin)
    names = {"name_nb": "Tekstil", "name_nn": "Tekstil", "name_en": "Textiles"}
    page = text(browser.post("/checklists/new/", {"code": "textile", **names}, follow=True))
    assert "There are no questions yet." in page
    assert browser.post("/checklists/new/", {"code": "textile", **names}).status_code == 422
    it = Checklist.objects.get(code="factory-visit")
    browser.post(f"/checklists/{it.pk}/retire/")
    browser.get("/checklists/")
    with CaptureQueriesContext(connection) as caught:
        listed = text(browser.get("/checklists/"))
    assert len(caught) <= 12
    assert "(out of use)" in listed
    audit = begun(cast, "document-review").audit
    offered = text(visit(cast.manager).get(f"/audits/{audit.pk}/sheet/checklists/"))
    assert "Control of wages" in offered
    assert "Textiles" not in offered, "nothing is asked in it yet"
    assert "Visit to a production site" not in offered


def test_readers_read_and_suppliers_do_not(cast: Cast, visit: Visit) -> None:
    it = Checklist.objects.get(code="wage-control")
    assert "Change the question" not in text(visit(cast.reader).get(f"/checklists/{it.pk}/"))
    for user in (cast.csr, cast.agency, cast.auditor):
        assert visit(user).get("/checklists/").status_code == 403
        assert visit(user).get(f"/checklists/{it.pk}/").status_code == 403
    assert visit(cast.manager).get(f"/checklists/{it.pk}/questions/new/").status_code == 403


@pytest.mark.parametrize("code", checklist_starters.ORDER)
def test_the_starters_are_whole(code: str) -> None:
    """Each question in three languages, with guidance and evidence in all of them or in none."""
    questions: Iterable[dict[str, Any]] = checklist_starters.read(code)["questions"]
    assert 15 <= len(list(questions)) <= 30
    for each in questions:
        assert all(each[f"text_{language}"] for language in checklist_starters.LANGUAGES), each["code"]
        for part in ("guidance", "evidence"):
            assert len({bool(each[f"{part}_{language}"]) for language in checklist_starters.LANGUAGES}) == 1, each["code"]
