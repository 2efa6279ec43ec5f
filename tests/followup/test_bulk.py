"""Acting on many requests: what will happen is named first, and each tells its own result."""

from datetime import timedelta
from typing import Any

from django.test import Client

from accounts.models import Contact
from followup.models import DocumentRequest
from tests import factories
from tests.cast import Cast
from tests.contracts.pages import said, text
from tests.factories import TODAY
from tests.followup.conftest import Visit

LIST = "/document-requests/"


def address(deed: str, *requests: DocumentRequest) -> str:
    return f"{LIST}bulk/?do={deed}" + "".join(f"&id={it.pk}" for it in requests)


def confirm(browser: Client, url: str, **fields: Any) -> Any:
    return browser.post(url, fields, follow=True)


def test_the_page_names_what_happens_and_to_whom(cast: Cast, visit: Visit) -> None:
    one = factories.document_request(cast.pc, cast.nordvare, cast.manager, title="One")
    two = factories.document_request(cast.pc, cast.fjordtek, cast.manager, title="Two")
    page = text(visit(cast.manager).get(address("withdraw", one, two)))
    assert "Withdraw 2 requests" in page
    assert "Fjordtek AS · Two" in page
    assert "Nordvare AS · One" in page
    one.refresh_from_db()
    assert one.status == "sent"


def test_each_by_itself_and_every_result_told(cast: Cast, visit: Visit) -> None:
    mine = factories.document_request(cast.pc, cast.nordvare, cast.manager, title="Mine")
    done = factories.document_request(cast.pc, cast.fjordtek, cast.manager, title="Done")
    foreign = factories.document_request(cast.office, cast.polar, cast.other_manager, title="Foreign")
    browser = visit(cast.manager)
    browser.post(f"{LIST}{done.pk}/withdraw/", {"reason": ""})
    page = said(confirm(browser, address("withdraw", mine, done, foreign), reason="Asked twice"))
    assert "1 request was withdrawn." in page
    assert "Fjordtek AS, “Done”: This cannot be done in the state “withdrawn”." in page
    assert "Polar Kontor AS, “Foreign”: Your role does not include this action." in page
    assert [it.status for it in DocumentRequest.objects.order_by("title")] == ["withdrawn", "sent", "withdrawn"]


def test_another_date_for_many(cast: Cast, visit: Visit) -> None:
    one = factories.document_request(cast.pc, cast.nordvare, cast.manager)
    two = factories.document_request(cast.pc, cast.fjordtek, cast.manager)
    url, day = address("extend", one, two), TODAY + timedelta(days=90)
    browser = visit(cast.manager)
    wrong = browser.post(url, {"due_on": day.isoformat(), "reason": ""})
    assert wrong.status_code == 422
    assert "2 requests have a new date." in said(confirm(browser, url, due_on=day.isoformat(), reason="Strike"))
    assert {it.deadline.due_on for it in DocumentRequest.objects.select_related("deadline")} == {day}


def test_drafts_that_reach_nobody_stay_drafts(cast: Cast, visit: Visit) -> None:
    one = factories.document_request(cast.pc, cast.nordvare, cast.manager, sent=False)
    two = factories.document_request(cast.pc, cast.fjordtek, cast.manager, sent=False)
    Contact.objects.filter(organisation=cast.fjordtek).update(confirmed_at=None)
    cast.csr_fjordtek.memberships.all().delete()
    page = said(confirm(visit(cast.manager), address("send", one, two)))
    assert "1 request was sent." in page
    assert "Fjordtek AS has no confirmed contact" in page
    assert [it.status for it in DocumentRequest.objects.order_by("supplier__name")] == ["draft", "sent"]


def test_nothing_chosen_or_nothing_known_goes_back_with_a_word(cast: Cast, visit: Visit) -> None:
    browser = visit(cast.manager)
    for url in (address("withdraw"), f"{LIST}bulk/?do=burn&id={cast.pc.pk}", f"{LIST}bulk/?do=send&id=nonsense"):
        assert "Choose at least one request" in said(browser.get(url, follow=True))


def test_suppliers_and_agencies_have_no_such_page(cast: Cast, visit: Visit) -> None:
    own = factories.document_request(cast.pc, cast.nordvare, cast.manager)
    for person in (cast.csr, cast.agency):
        assert visit(person).post(address("withdraw", own), {"reason": ""}).status_code == 403
