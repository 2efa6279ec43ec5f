"""What we decide on the way: another date, rest, an end, answers, more time, what came another way, and what was said."""

from datetime import date
from typing import Any

import pytest

from followup.models import ContactEntry, Document, DocumentRequest, TimeRequest
from followup.services import more_time, questions
from followup.services.drafting import NewItem
from notifications.models import Deadline, Delivery
from tests import factories
from tests.cast import Cast
from tests.contracts.pages import filled, said, text
from tests.factories import NOW, TODAY
from tests.followup.conftest import Visit, pdf
from tests.followup.stories import document, item, states, submitted, url


@pytest.fixture
def it(cast: Cast) -> DocumentRequest:
    items = [NewItem(title="Report"), NewItem(title="Certificate")]
    return factories.document_request(cast.pc, cast.nordvare, cast.manager, items=items, title="Yearly report")


def told(kind: str) -> bool:
    return Delivery.objects.filter(kind=kind, person__email="csr@nordvare.example").exists()


# Dates


def test_another_date_keeps_the_first_and_tells_the_supplier(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    browser = visit(cast.manager)
    page = said(browser.post(url(it, "extend"), {"due_on": "4.5.2026", "reason": "Strike at the port"}, follow=True))
    assert "The date is changed, and the supplier is told." in page
    it.refresh_from_db()
    assert (it.deadline.due_on, it.deadline.original_due_on) == (date(2026, 5, 4), date(2026, 4, 13))
    assert told("date_changed")
    assert "Strike at the port" in text(browser.get(url(it)))


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"due_on": "2026-03-01", "reason": "x"}, "This date has passed."),
        ({"due_on": "soon", "reason": "x"}, "Write the date as day.month.year"),
        ({"due_on": "2026-05-01", "reason": ""}, "required"),
    ],
)
def test_what_is_wrong_with_a_date(cast: Cast, visit: Visit, it: DocumentRequest, fields: dict[str, str], word: str) -> None:
    response = visit(cast.manager).post(url(it, "extend"), fields)
    assert response.status_code == 422
    assert word in text(response)
    assert fields["due_on"] in response.content.decode(), "what was written stays"


def test_rest_until_and_going_on(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    browser = visit(cast.manager)
    browser.post(url(it, "hold"), {"until": "2026-03-20", "reason": "New contact on the way"})
    page = text(browser.get(url(it)))
    assert "The reminders rest until 20.3.2026" in page
    assert "New contact on the way" in page
    assert "New contact on the way" not in visit(cast.csr).get(url(it)).content.decode()
    browser.post(url(it, "hold"), {"go_on": "1"})
    assert Deadline.objects.get(pk=it.deadline_id).paused_until is None
    told_of = text(browser.get(url(it), {"tab": "history"}))
    assert "Reminders going on again" in told_of
    assert told_of.count("Until: 20 March 2026") == 1, "only where they were set to rest"


# Ends


def test_withdrawing_and_closing_with_a_reason(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    browser = visit(cast.manager)
    other = factories.document_request(cast.pc, cast.nordvare, cast.manager)
    assert "Yearly report · Nordvare AS" in text(browser.get(url(it, "withdraw")))
    browser.post(url(it, "withdraw"), {"reason": "Asked twice"})
    assert browser.post(url(other, "close"), {"reason": ""}).status_code == 422
    browser.post(url(other, "close"), {"reason": "not_answered"})
    for each in (it, other):
        each.refresh_from_db()
        assert not Deadline.objects.open().filter(about_id=each.pk).exists()
    assert (it.status, other.status, other.close_reason) == ("withdrawn", "closed", "not_answered")
    assert told("request_withdrawn")
    assert told("request_closed")
    assert browser.post(url(it, "extend"), {"due_on": "2026-05-01", "reason": "x"}).status_code == 409
    assert "Withdrawn because Asked twice" in text(browser.get(url(it)))
    assert "Reason: Asked twice" in text(visit(cast.csr).get(url(it)))


def test_an_end_says_first_who_is_told(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    browser = visit(cast.manager)
    draft = factories.document_request(cast.pc, cast.nordvare, cast.manager, sent=False)
    assert "The supplier gets a mail" in text(browser.get(url(it, "withdraw")))
    assert "The supplier gets a mail with the reason." in text(browser.get(url(it, "close")))
    assert "nobody is told" in text(browser.get(url(draft, "withdraw")))


# Questions and time


def test_a_question_is_answered_on_the_page(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    asked = questions.ask(request=it, item=item(it, "Report"), text="Which year?", actor=cast.csr, now=NOW, today=TODAY)
    browser = visit(cast.manager)
    page = text(browser.get(url(it)))
    assert "Question about “Report” Which year?" in page
    assert "The reminders rest while we owe an answer" in page
    assert "Waiting for: us" in page
    assert "Waiting for: us" in text(browser.get("/document-requests/"))
    field = f"answer-{asked.pk}-answer"
    assert browser.post(url(it, "questions", asked.pk, "answer"), {field: ""}).status_code == 422
    browser.post(url(it, "questions", asked.pk, "answer"), {field: "The last one."})
    assert told("question_answered")
    assert Deadline.objects.get(pk=it.deadline_id).waits_for_us == 0
    assert "The last one." in text(visit(cast.csr).get(url(it)))
    assert browser.post(url(it, "questions", asked.pk, "answer"), {field: "Again."}).status_code == 409


def wish(cast: Cast, it: DocumentRequest) -> TimeRequest:
    return more_time.ask(request=it, wanted_on=date(2026, 5, 4), reason="Holiday", actor=cast.csr, now=NOW, today=TODAY)


@pytest.mark.parametrize(("given", "due_on"), [("2026-05-04", date(2026, 5, 4)), ("2026-04-27", date(2026, 4, 27))])
def test_more_time_is_granted_as_wanted_or_otherwise(cast: Cast, visit: Visit, it: DocumentRequest, given: str, due_on: date) -> None:
    asked, browser = wish(cast, it), visit(cast.manager)
    page = browser.get(url(it))
    assert "Wanted: Monday 4 May 2026" in text(page)
    assert filled(page)["due_on"] == ["2026-05-04"]
    browser.post(url(it, "more-time", asked.pk), {"due_on": given, "answer": "", "decision": "granted"})
    assert Deadline.objects.get(pk=it.deadline_id).due_on == due_on
    assert told("date_changed")
    assert "You have been given more time." in text(visit(cast.csr).get(url(it)))


def test_more_time_is_a_later_day(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    asked, browser = wish(cast, it), visit(cast.manager)
    answer = browser.post(url(it, "more-time", asked.pk), {"due_on": "2026-04-13", "answer": "", "decision": "granted"})
    assert answer.status_code == 422
    assert "Choose a day after the present date." in text(answer)
    assert not told("date_changed")


def test_refusing_more_time_needs_a_word(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    asked, browser = wish(cast, it), visit(cast.manager)
    address = url(it, "more-time", asked.pk)
    empty = browser.post(address, {"due_on": "2026-05-04", "answer": "", "decision": "refused"})
    assert empty.status_code == 422
    assert "Say why the date stays." in text(empty)
    browser.post(address, {"due_on": "", "answer": "The audit is in April.", "decision": "refused"})
    assert Deadline.objects.get(pk=it.deadline_id).due_on == date(2026, 4, 13)
    assert told("more_time_refused")
    assert "The audit is in April." in text(visit(cast.csr).get(url(it)))
    assert browser.post(address, {"due_on": "", "answer": "x", "decision": "refused"}).status_code == 409


# What came another way


def registered(browser: Any, it: DocumentRequest, **fields: Any) -> Any:
    given = {"channel": "paper", "received_on": "2026-02-27", "note": "In the post", **fields}
    for title in {"Report", "Certificate"} & set(given):
        given[f"item-{item(it, title).pk}-files"] = given.pop(title)
    return browser.post(url(it, "register"), given, follow=True)


def test_what_came_on_paper_counts_from_the_day_it_came(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    browser = visit(cast.manager)
    page = said(registered(browser, it, Report=pdf()))
    assert "The documentation is registered, and can be reviewed." in page
    it.refresh_from_db()
    assert it.status == "submitted"
    assert states(it) == ["delivered", "open"]
    delivered = document(it, "Report")
    assert (delivered.channel, delivered.received_on, delivered.uploaded_by) == ("paper", date(2026, 2, 27), cast.manager)
    assert "Paper , received 27 February 2026" in text(browser.get(url(it)))
    assert not told("receipt")
    supplier = visit(cast.csr)
    page = text(supplier.get(url(it)))
    assert "Registered by us: paper, received 27 February 2026" in page
    assert "Take it back" not in page, "what we registered is ours"
    assert supplier.post(url(it, "recall")).status_code == 409


def test_what_the_supplier_has_only_saved_is_not_ours_to_hand_over(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    key = str(item(it, "Certificate").pk)
    visit(cast.csr).post(url(it, "save"), {"item": [key], f"item-{key}-files": pdf("draft.pdf")})
    registered(visit(cast.manager), it, Report=pdf())
    assert Document.objects.get(name="draft.pdf").delivered_at is None
    assert "draft.pdf" not in visit(cast.manager).get(url(it)).content.decode()


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"received_on": "2026-03-03"}, "This day has not come yet."),
        ({"channel": "portal"}, "Select a valid choice"),
        ({}, "Choose at least one file."),
    ],
)
def test_what_is_wrong_with_a_registration(cast: Cast, visit: Visit, it: DocumentRequest, fields: dict[str, Any], word: str) -> None:
    given = {"Report": pdf(), **fields} if fields else {}
    response = registered(visit(cast.manager), it, **given)
    assert response.status_code == 422
    assert word in text(response)
    assert not Document.objects.exists()


def test_only_managers_register(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    for person in (cast.specialist, cast.reader, cast.other_manager, cast.csr):
        assert visit(person).get(url(it, "register")).status_code == 403
    submitted(it, cast.csr, "Report", "Certificate")
    assert registered(visit(cast.manager), it, Report=pdf()).status_code == 409


# What was said


def test_a_call_is_written_down_for_us_or_for_both(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    browser = visit(cast.manager)
    assert filled(browser.get(url(it), {"tab": "log"}))["with_whom"] == ["Nora Nordvare"]
    call = {"kind": "call", "happened_on": "2026-03-02", "with_whom": "Nora", "text": "Coming on Friday"}
    for _ in range(2):
        browser.post(url(it, "contact-log"), call)
    entry = ContactEntry.objects.get()
    assert (entry.is_internal, entry.framework, entry.supplier) == (True, cast.pc, cast.nordvare)
    page = text(browser.get(url(it), {"tab": "log"}))
    assert "Coming on Friday" in page
    assert "internal" in page
    browser.post(url(it, "contact-log"), {**call, "text": "Agreed", "is_shared": "on"})
    assert ContactEntry.objects.visible_to(cast.csr).get().text == "Agreed"
    late = browser.post(url(it, "contact-log"), {**call, "happened_on": "2026-03-09"})
    assert late.status_code == 422
    assert "This day has not come yet." in text(late)
    assert visit(cast.reader).post(url(it, "contact-log"), call).status_code == 403


def test_the_log_of_a_supplier_also_on_one_agreement(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    browser = visit(cast.manager)
    address = f"/contact-log/?supplier={cast.nordvare.pk}&framework={cast.pc.pk}"
    browser.post(address, {"kind": "meeting", "happened_on": "2026-03-02", "with_whom": "", "text": "Kick-off"})
    browser.post(url(it, "contact-log"), {"kind": "call", "happened_on": "2026-03-02", "with_whom": "", "text": "About the report"})
    for path in (address, f"/contact-log/?supplier={cast.nordvare.pk}"):
        page = text(browser.get(path))
        assert "Kick-off" in page
        assert "About the report" in page
        assert "Yearly report" in page
    assert "Kick-off" not in text(browser.get(f"/contact-log/?supplier={cast.polar.pk}"))
    assert browser.get("/contact-log/?supplier=nonsense").status_code == 404
    assert visit(cast.csr).get(address).status_code == 403
    assert visit(cast.other_manager).post(address, {"kind": "call"}).status_code == 403


def test_who_may_not_decide_has_no_buttons_and_no_way_in(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    for person in (cast.reader, cast.specialist, cast.other_manager):
        browser = visit(person)
        page = browser.get(url(it)).content.decode()
        for deed in ("extend", "hold", "withdraw", "close", "register"):
            assert url(it, deed) not in page
            assert browser.get(url(it, deed)).status_code == 403
    assert visit(cast.csr).post(url(it, "withdraw")).status_code == 403
    assert visit(cast.csr_polar).post(url(it, "withdraw")).status_code == 404
