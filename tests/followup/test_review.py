"""We judge what came: is the documentation good enough, item by item, and is the requirement met."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from core.models import History
from followup.models import Document, DocumentRequest, Round
from followup.services import reviewing
from followup.services.drafting import NewItem
from notifications.models import Deadline, Delivery
from tests import factories
from tests.cast import Cast
from tests.contracts.pages import filled, said, text
from tests.factories import NOW, TODAY
from tests.followup.conftest import Visit
from tests.followup.stories import document, item, states, submitted, url


@pytest.fixture
def it(cast: Cast) -> DocumentRequest:
    obligation = cast.due_diligence.obligations.get(supplier=cast.nordvare, lot=cast.lot1)
    statement = factories.document_kind("statement", is_self_declaration=True)
    items = [
        NewItem(title="Report", obligations=[obligation]),
        NewItem(title="Statement", obligations=[obligation], document_kind=statement),
        NewItem(title="Pictures", is_required=False),
    ]
    return factories.document_request(cast.pc, cast.nordvare, cast.manager, items=items, title="Yearly report")


@pytest.fixture
def delivered(cast: Cast, it: DocumentRequest) -> DocumentRequest:
    submitted(it, cast.csr, "Report", "Statement")
    return it


def accept(browser: Client, it: DocumentRequest, title: str, **fields: Any) -> Any:
    return browser.post(url(it, "items", item(it, title).pk, "accept"), fields)


def send_back(
    browser: Client, it: DocumentRequest, title: str, reason: str = "incomplete", comment: str = "Page 2 is missing.", **fields: Any
) -> Any:
    key = item(it, title).pk
    return browser.post(url(it, "items", key, "return"), {f"return-{key}-reason": reason, f"return-{key}-comment": comment, **fields})


def judge(browser: Client, it: DocumentRequest, title: str, **fields: Any) -> Any:
    key = item(it, title)
    obligation = key.obligations.get()
    prefix = f"judge-{key.pk}-{obligation.pk}-"
    given = {"verified": "", "method": "", "checked_on": "2026-03-02", "valid_until": "", "reason": "", **fields}
    return browser.post(url(it, "items", key.pk, "judge", obligation.pk), {f"{prefix}{name}": value for name, value in given.items()})


def test_each_item_has_its_file_beside_it(cast: Cast, visit: Visit, delivered: DocumentRequest) -> None:
    page = text(visit(cast.manager).get(url(delivered)))
    assert "Delivered by Nora Nordvare, 2 Mar 2026" in page
    assert page.index("1. Report") < page.index("Report.pdf") < page.index("2. Statement") < page.index("Statement.pdf")
    assert "Is the documentation good enough?" in page
    assert "Is the requirement met?" in page
    assert "0 accepted, 0 to be supplemented, 2 not judged" in page


def test_accepting_item_by_item_finishes_the_request(cast: Cast, visit: Visit, delivered: DocumentRequest) -> None:
    browser = visit(cast.manager)
    accept(browser, delivered, "Report")
    delivered.refresh_from_db()
    assert delivered.status == "submitted"
    assert "Accept, and finish the review" in text(browser.get(url(delivered)))
    accept(browser, delivered, "Statement")
    delivered.refresh_from_db()
    assert delivered.status == "accepted"
    assert not Deadline.objects.open().filter(about_id=delivered.pk).exists()
    assert Delivery.objects.filter(kind="documentation_accepted", person=cast.csr.person).exists()
    assert Round.objects.get(request=delivered).verdict == "accepted"


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_two_who_accept_the_last_two_at_once_finish_it(cast: Cast, delivered: DocumentRequest) -> None:
    gate = Barrier(2)

    def accept_one(title: str) -> None:
        try:
            opened = DocumentRequest.objects.get(pk=delivered.pk)
            chosen = [item(opened, title)]
            gate.wait(10)
            reviewing.accept(request=opened, items=chosen, actor=cast.manager, now=NOW, today=TODAY)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(accept_one, ["Report", "Statement"]))
    delivered.refresh_from_db()
    assert delivered.status == "accepted"


def test_the_last_acceptance_brings_the_whole_page_anew(cast: Cast, visit: Visit, delivered: DocumentRequest) -> None:
    browser, part = visit(cast.manager), {"HX-Request": "true"}
    report, statement = (url(delivered, "items", item(delivered, title).pk, "accept") for title in ("Report", "Statement"))
    assert "HX-Redirect" not in browser.post(report, headers=part)
    assert browser.post(statement, headers=part)["HX-Redirect"] == url(delivered)


def test_accepting_all_that_is_left(cast: Cast, visit: Visit, delivered: DocumentRequest) -> None:
    visit(cast.manager).post(url(delivered, "accept"))
    delivered.refresh_from_db()
    assert delivered.status == "accepted"
    assert states(delivered) == ["accepted", "accepted", "open"]


def test_sending_back_what_failed_opens_a_new_round(cast: Cast, visit: Visit, delivered: DocumentRequest) -> None:
    browser = visit(cast.manager)
    accept(browser, delivered, "Report")
    send_back(browser, delivered, "Statement")
    delivered.refresh_from_db()
    assert delivered.status == "submitted", "the supplier hears of it when the review is through"
    assert not Delivery.objects.filter(kind="documents_returned").exists()
    page = browser.get(url(delivered))
    assert filled(page)["due_on"] == ["2026-03-16"], "14 days"
    assert "Send back to Nordvare AS" in text(page)
    browser.post(url(delivered, "return"), {"due_on": "2026-03-20"})
    delivered.refresh_from_db()
    assert delivered.status == "returned"
    assert [(row.number, row.deadline.due_on) for row in delivered.rounds.select_related("deadline")] == [
        (1, date(2026, 4, 13)),
        (2, date(2026, 3, 20)),
    ]
    assert delivered.deadline.brief["returned"] == [{"title": "Statement", "reason": "incomplete", "comment": "Page 2 is missing."}]
    assert Delivery.objects.filter(kind="documents_returned", person=cast.csr.person).exists()


@pytest.mark.parametrize(("reason", "comment", "word"), [("", "x", "required"), ("other", " ", "Say in a sentence what is wrong.")])
def test_a_return_says_why(cast: Cast, visit: Visit, delivered: DocumentRequest, reason: str, comment: str, word: str) -> None:
    response = send_back(visit(cast.manager), delivered, "Report", reason=reason, comment=comment)
    assert response.status_code == 422
    assert word in text(response)
    assert states(delivered)[0] == "delivered"


def test_a_date_for_supplementing_lies_ahead(cast: Cast, visit: Visit, delivered: DocumentRequest) -> None:
    browser = visit(cast.manager)
    send_back(browser, delivered, "Report")
    response = browser.post(url(delivered, "return"), {"due_on": "2026-02-01"})
    assert response.status_code == 422
    assert "This date has passed." in text(response)


def test_nothing_to_send_back_is_refused(cast: Cast, visit: Visit, delivered: DocumentRequest) -> None:
    assert visit(cast.manager).post(url(delivered, "return"), {"due_on": "2026-03-20"}).status_code == 409


def test_two_reviewers_at_once(cast: Cast, visit: Visit, delivered: DocumentRequest, monday_morning: Any) -> None:
    """Both have the page open. The second hears what the first decided, and nothing is overwritten."""
    maja, siri = visit(cast.manager), visit(cast.specialist)
    seen = filled(siri.get(url(delivered)))["seen"][0]
    monday_morning.shift(timedelta(minutes=2))
    send_back(maja, delivered, "Report", seen=seen)
    response = accept(siri, delivered, "Report", seen=seen)
    assert response.status_code == 409
    assert "Maja Forvalter has judged “Report” since you opened the page: must be supplemented." in text(response)
    assert states(delivered)[0] == "returned"
    fresh = filled(siri.get(url(delivered)))["seen"][0]
    assert accept(siri, delivered, "Report", seen=fresh).status_code == 302


def test_of_two_at_the_same_moment_one_wins(cast: Cast, delivered: DocumentRequest) -> None:
    """Neither knows of the other: the rows were read before either wrote."""
    first, second = item(delivered, "Report"), item(delivered, "Report")
    reviewing.accept(request=delivered, items=[first], actor=cast.manager, now=NOW, today=TODAY)
    with pytest.raises(reviewing.WrongState):
        reviewing.mark_returned(request=delivered, reason="too_old", comment="", items=[second], actor=cast.specialist, now=NOW)
    assert states(delivered)[0] == "accepted"
    assert History.objects.filter(object_id=delivered.pk, verb="judge").count() == 1


def test_a_claim_is_accepted_or_sent_back_and_does_not_answer_twice(cast: Cast, visit: Visit, it: DocumentRequest) -> None:
    submitted(it, cast.csr, "Report", claims={"Statement": "We state nothing."})
    browser = visit(cast.manager)
    page = text(browser.get(url(it)))
    assert "The supplier says that this is not relevant: We state nothing." in page
    assert "Accept that it is not relevant" in page
    accept(browser, it, "Report")
    send_back(browser, it, "Statement", reason="other", comment="You must state something.")
    browser.post(url(it, "return"), {"due_on": "2026-03-20"})
    assert item(it, "Statement").claim == ""
    supplier = visit(cast.csr)
    assert "0 of 1 ready" in text(supplier.get(url(it)))
    assert supplier.post(url(it, "submit"), {"item": [str(item(it, "Statement").pk)]}).status_code == 422


def test_what_nobody_judged_need_not_be_delivered_again(cast: Cast, delivered: DocumentRequest) -> None:
    report = item(delivered, "Report")
    reviewing.return_(request=delivered, items=[report], reason="too_old", actor=cast.manager, now=NOW, today=TODAY)
    submitted(delivered, cast.csr, "Report", now=NOW + timedelta(days=1))
    assert delivered.status == "submitted"
    assert states(delivered) == ["delivered", "delivered", "open"]


def test_taking_back_the_second_delivery_leaves_the_first_as_it_was(cast: Cast, visit: Visit, delivered: DocumentRequest) -> None:
    report = item(delivered, "Report")
    reviewing.return_(request=delivered, items=[report], reason="too_old", actor=cast.manager, now=NOW, today=TODAY)
    submitted(delivered, cast.csr, "Report", now=NOW + timedelta(hours=1))
    visit(cast.csr).post(url(delivered, "recall"))
    assert states(delivered) == ["returned", "delivered", "open"]


def test_what_it_was_sent_back_for_is_shown_at_the_next_review(cast: Cast, visit: Visit, delivered: DocumentRequest) -> None:
    browser = visit(cast.manager)
    send_back(browser, delivered, "Report")
    browser.post(url(delivered, "return"), {"due_on": "2026-03-20"})
    delivered.refresh_from_db()
    submitted(delivered, cast.csr, "Report", now=NOW + timedelta(hours=1))
    page = text(browser.get(url(delivered)))
    assert "Last time it was sent back: it is not complete. Page 2 is missing." in page
    assert "Delivered in earlier rounds" in page
    accept(browser, delivered, "Report")
    accept(browser, delivered, "Statement")
    supplier = text(visit(cast.csr).get(url(delivered)))
    report = supplier[: supplier.index("2. Statement")]
    assert report.index("Accepted documentation") < report.index("Delivered in earlier rounds"), "not shown as accepted"


# Is the requirement met


def test_a_good_document_may_show_a_failed_requirement(cast: Cast, visit: Visit, delivered: DocumentRequest) -> None:
    browser = visit(cast.specialist)
    accept(browser, delivered, "Report")
    response = judge(browser, delivered, "Report", verified="not_met", method="production_site", reason="Children at work.")
    assert response.status_code == 302
    obligation = item(delivered, "Report").obligations.get()
    assert (obligation.verified, obligation.method, obligation.declared) == ("not_met", "production_site", "unknown")
    assert item(delivered, "Report").state == "accepted"
    assert item(delivered, "Report").judgements.count() == 1
    page = text(browser.get(url(delivered)))
    assert "Not met" in page
    assert "Visit to the production site, 2 March 2026" in page


def test_a_self_declaration_moves_only_what_is_stated(cast: Cast, visit: Visit, delivered: DocumentRequest) -> None:
    browser = visit(cast.manager)
    prefix = f"judge-{item(delivered, 'Statement').pk}-{item(delivered, 'Statement').obligations.get().pk}"
    assert filled(browser.get(url(delivered)))[f"{prefix}-method"] == ["self_declared"]
    judge(browser, delivered, "Statement", verified="met", method="self_declared")
    obligation = item(delivered, "Statement").obligations.get()
    assert (obligation.declared, obligation.verified) == ("yes", "unknown")


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"method": "document"}, "required"),
        ({"verified": "met"}, "required"),
        ({"verified": "not_met", "method": "document"}, "Write a sentence that says why."),
        ({"verified": "met", "method": "document", "checked_on": "2026-03-03"}, "A check cannot be dated ahead of today."),
        ({"verified": "met", "method": "document", "valid_until": "2026-01-01"}, "It cannot stop being valid before it was checked."),
    ],
)
def test_what_is_wrong_with_a_judgement_stands_at_its_field(
    cast: Cast, visit: Visit, delivered: DocumentRequest, fields: dict[str, str], word: str
) -> None:
    response = judge(visit(cast.manager), delivered, "Report", **fields)
    assert response.status_code == 422
    assert word in text(response)
    assert item(delivered, "Report").obligations.get().verified == "unknown"


def test_the_item_must_rest_on_the_requirement(cast: Cast, visit: Visit, delivered: DocumentRequest) -> None:
    foreign = cast.environment.obligations.first()
    assert visit(cast.manager).post(url(delivered, "items", item(delivered, "Report").pk, "judge", foreign.pk)).status_code == 404


# Who


def test_who_may_judge(cast: Cast, visit: Visit, delivered: DocumentRequest) -> None:
    for person in (cast.reader, cast.other_manager):
        assert accept(visit(person), delivered, "Report").status_code == 403
        assert judge(visit(person), delivered, "Report", verified="met", method="document").status_code == 403
    for person in (cast.csr, cast.sales):
        assert accept(visit(person), delivered, "Report").status_code == 403, "a supplier never changes our judgement"
    assert accept(visit(cast.csr_polar), delivered, "Report").status_code == 404
    assert accept(visit(cast.deputy), delivered, "Report").status_code == 302


def test_a_restricted_document_is_read_by_those_who_review(cast: Cast, visit: Visit, delivered: DocumentRequest) -> None:
    Document.objects.filter(pk=document(delivered, "Report").pk).update(access="restricted")
    page = visit(cast.reader).get(url(delivered)).content.decode()
    assert "A restricted document" in page
    assert "Report.pdf" not in page
    assert "Report.pdf" in visit(cast.specialist).get(url(delivered)).content.decode()


@pytest.mark.parametrize("amount", [1, 9])
def test_the_review_page_costs_the_same_for_few_and_many_items(
    cast: Cast, visit: Visit, django_assert_num_queries: Any, amount: int
) -> None:
    obligation = cast.due_diligence.obligations.get(supplier=cast.nordvare, lot=cast.lot1)
    names = [f"Item {number}" for number in range(amount)]
    it = factories.document_request(cast.pc, cast.nordvare, cast.manager, items=[NewItem(title=n, obligations=[obligation]) for n in names])
    submitted(it, cast.csr, *names)
    browser = visit(cast.manager)
    browser.get(url(it))
    with django_assert_num_queries(16):
        browser.get(url(it))
    for tab, count in (("asked", 15), ("log", 12), ("history", 11)):
        with django_assert_num_queries(count):
            browser.get(url(it), {"tab": tab})


def test_the_story_in_words(cast: Cast, visit: Visit, delivered: DocumentRequest) -> None:
    browser = visit(cast.manager)
    send_back(browser, delivered, "Report")
    page = said(browser.get(url(delivered), {"tab": "history"}))
    for words in ("Sent to the supplier", "Delivered", "Files: Report.pdf, Statement.pdf", "To be supplemented: Report"):
        assert words in page
    assert "Round" in text(browser.get(url(delivered), {"tab": "asked"}))
