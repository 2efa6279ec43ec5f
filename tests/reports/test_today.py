"""The start page: what needs me today, most urgent first, with what to do about it on the row."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Contact, ScopeRole
from followup.services import more_time, questions
from followup.services.drafting import NewItem
from tests import factories
from tests.cast import Cast
from tests.contracts.pages import text
from tests.factories import NOW, TODAY
from tests.followup.conftest import Visit
from tests.followup.stories import submitted, url


def request(cast: Cast, title: str, supplier: Any = None, framework: Any = None, **fields: Any) -> Any:
    actor = cast.other_manager if framework == cast.office else cast.manager
    return factories.document_request(
        framework or cast.pc, supplier or cast.nordvare, actor, title=title, items=[NewItem(title="Report")], **fields
    )


def test_each_thing_has_its_action_and_leads_to_its_place(cast: Cast, visit: Visit) -> None:
    review, question, wish = request(cast, "To review"), request(cast, "With a question"), request(cast, "More time")
    submitted(review, cast.csr, "Report")
    questions.ask(request=question, text="Which?", actor=cast.csr, now=NOW, today=TODAY)
    more_time.ask(request=wish, wanted_on=TODAY + timedelta(days=80), reason="x", actor=cast.csr, now=NOW, today=TODAY)
    response = visit(cast.manager).get("/")
    page = text(response)
    assert "3 things are waiting for you" in page
    rows = {row.title: (str(row.deed), row.url) for row in response.context["found"].waiting}
    assert rows == {
        "To review": ("Review", url(review)),
        "With a question": ("Answer", f"{url(question)}#questions"),
        "More time": ("Decide", f"{url(wish)}#more-time"),
    }
    assert [row.due_on for row in response.context["found"].waiting] == sorted(row.due_on for row in response.context["found"].waiting)


def test_silent_suppliers_are_called_with_the_number_beside(cast: Cast, visit: Visit, monday_morning: Any) -> None:
    cast.csr.person.phone = "+47 900 00 000"
    cast.csr.person.save()
    it = request(cast, "Silent", due_on=TODAY)
    monday_morning.shift(timedelta(days=8))
    page = text(visit(cast.manager).get("/"))
    assert "Suppliers that do not answer: call them" in page
    assert "has not opened it" in page
    assert "Nora Nordvare +47 900 00 000" in page
    assert f"{url(it)}?tab=log" in visit(cast.manager).get("/").content.decode()


def test_others_agreements_are_not_my_task(cast: Cast, visit: Visit) -> None:
    foreign = request(cast, "Foreign", cast.polar, cast.office)
    submitted(foreign, cast.csr_polar, "Report")
    assert "Nothing is waiting for you" in text(visit(cast.manager).get("/"))
    assert "Foreign" in text(visit(cast.other_manager).get("/"))
    assert "Foreign" in text(visit(cast.specialist).get("/")), "a specialist reviews on every agreement"
    assert "Foreign" not in text(visit(cast.reader).get("/"))


def test_my_drafts_and_what_comes(cast: Cast, visit: Visit) -> None:
    draft = request(cast, "Half done", sent=False)
    request(cast, "Next week", due_on=TODAY + timedelta(days=7))
    request(cast, "Far away", due_on=TODAY + timedelta(days=40))
    page = text(visit(cast.manager).get("/"))
    assert "Your drafts, not sent yet Half done" in page
    assert "Next week" in page
    assert "Far away" not in page
    assert f"/document-requests/batches/{draft.batch}/" in visit(cast.manager).get("/").content.decode()


def test_suppliers_that_no_mail_reaches(cast: Cast, visit: Visit) -> None:
    assert "no mail reaches" not in text(visit(cast.manager).get("/"))
    Contact.objects.filter(organisation=cast.fjordtek).update(confirmed_at=None)
    cast.csr_fjordtek.memberships.all().delete()
    page = text(visit(cast.manager).get("/"))
    assert "Suppliers that no mail reaches Fjordtek AS" in page


def test_what_nobody_has_taken_is_offered_to_who_may_take_it(cast: Cast, visit: Visit) -> None:
    ScopeRole.objects.filter(scope=cast.office.pk, organisation=cast.cpb).delete()
    page = visit(cast.manager).get("/")
    assert "Agreements that nobody has taken" in text(page)
    assert f"/frameworks/{cast.office.pk}/take/" in page.content.decode()
    assert "nobody has taken" not in text(visit(cast.reader).get("/"))


def test_each_role_begins_where_its_work_is(cast: Cast, visit: Visit) -> None:
    assert visit(cast.csr).get("/").headers["Location"] == "/document-requests/"
    assert visit(cast.agency).get("/").headers["Location"] == "/frameworks/"
    page = visit(cast.auditor).get("/")
    assert "No audit has been given to you yet." in text(page)
    assert 'href="/help/"' in page.content.decode()


@pytest.mark.parametrize("amount", [1, 6])
def test_the_start_page_costs_the_same(cast: Cast, visit: Visit, django_assert_num_queries: Any, amount: int) -> None:
    for number in range(amount):
        submitted(request(cast, f"{number}"), cast.csr, "Report")
        request(cast, f"Draft {number}", sent=False)
        request(cast, f"Soon {number}", due_on=TODAY + timedelta(days=2))
    browser = visit(cast.manager)
    browser.get("/")
    with django_assert_num_queries(9):
        browser.get("/")
