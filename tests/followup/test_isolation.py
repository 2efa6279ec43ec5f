"""What a supplier can find out or touch of another's requests by writing other ids into forms, addresses and programs."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import quote_plus
from uuid import UUID, uuid4

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from core.models import History
from followup.models import Document, DocumentRequest, Evidence, Question
from followup.services import reviewing
from followup.services.drafting import NewItem
from notifications import delivery
from notifications.models import Delivery
from tests import factories, permission_world
from tests.api.conftest import Program
from tests.cast import Cast
from tests.factories import NOW, TODAY
from tests.followup.conftest import Visit, pdf
from tests.followup.stories import document, item, submitted, url
from tests.permission_world import Pair

pytestmark = pytest.mark.django_db

FOREIGN = ("Polar", "polar.example", "Per Polar", "Fjordtek", "Frida Fjord", "SI-KONTOR", "forbruksmateriell")
OURS = ("manager@cpb.example", "deputy@cpb.example", "owner@cpb.example", "section@cpb.example")
AT: dict[str, Any] = {"now": NOW, "today": TODAY}


@pytest.fixture
def world(cast: Cast) -> dict[str, Pair]:
    return permission_world.build(cast)


@pytest.fixture
def own(cast: Cast) -> DocumentRequest:
    return factories.document_request(cast.pc, cast.nordvare, cast.manager, items=[NewItem("Report"), NewItem("Statement")])


@pytest.fixture
def theirs(cast: Cast) -> DocumentRequest:
    """Another supplier's, with a delivered document and one that is only saved."""
    it = factories.document_request(cast.pc, cast.polar, cast.manager, items=[NewItem("Polar report"), NewItem("Polar statement")])
    submitted(it, cast.csr_polar, "Polar report", claims={"Polar statement": "Nei."})
    return it


def alike(ask: Callable[[UUID], Any], foreign: UUID) -> Any:
    """The answer to another's id, which is the answer to an id that nobody has."""
    answers = {}
    for key in (foreign, uuid4()):
        answer = ask(key)
        answers[key] = (answer.status_code, answer.headers.get("Location"), _without(content(answer), str(key)))
        last = answer
    assert len(set(answers.values())) == 1
    return last


def content(answer: Any) -> str:
    return (b"".join(answer) if answer.streaming else answer.content).decode()  # type: ignore[no-any-return]


def _without(page: str, key: str) -> str:
    """Without what differs each time: the id that was asked for, and the tokens against forgery."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.replace(key, "KEY"))


def test_anothers_document_cannot_be_used_again(cast: Cast, visit: Visit, own: DocumentRequest, theirs: DocumentRequest) -> None:
    browser, mine = visit(cast.csr), item(own, "Report").pk
    foreign = document(theirs, "Polar report").pk

    answer = alike(lambda key: browser.post(url(own, "save"), {"item": mine, f"item-{mine}-again": key}), foreign)

    assert answer.status_code == 422
    assert not Evidence.objects.filter(item__request=own).exists()


def test_who_belongs_to_two_suppliers_cannot_carry_documents_between_them(cast: Cast, visit: Visit, own: DocumentRequest) -> None:
    first = factories.document_request(cast.pc, cast.fjordtek, cast.manager, items=[NewItem("Fjord report")])
    submitted(first, cast.csr_fjordtek, "Fjord report")
    browser, mine = visit(cast.csr_fjordtek), item(own, "Report").pk

    assert "Fjord report" not in browser.get(url(own)).content.decode()
    answer = browser.post(url(own, "save"), {"item": mine, f"item-{mine}-again": document(first, "Fjord report").pk})
    assert answer.status_code == 422


def test_anothers_items_and_documents_are_not_touched(cast: Cast, visit: Visit, own: DocumentRequest, theirs: DocumentRequest) -> None:
    foreign, paper = item(theirs, "Polar report"), document(theirs, "Polar report")
    before = list(Document.objects.values()), list(Evidence.objects.values()), list(theirs.items.values())
    sent = {
        "item": foreign.pk,
        f"item-{foreign.pk}-not_applicable": "Ours now.",
        "document": paper.pk,
        f"document-{paper.pk}-valid_until": "2030-01-01",
        "remove": paper.pk,
    }
    for deed in ("save", "submit"):
        visit(cast.csr).post(url(own, deed), sent)
    assert before == (list(Document.objects.values()), list(Evidence.objects.values()), list(theirs.items.values()))


def test_a_file_serves_no_item_of_another(cast: Cast, visit: Visit, own: DocumentRequest, theirs: DocumentRequest) -> None:
    browser, mine = visit(cast.csr), item(own, "Report")
    submitted(own, cast.csr, "Report", "Statement")
    reviewing.return_(request=own, reason="incomplete", comment="", items=None, actor=cast.manager, **AT)
    paper = document(own, "Report")
    browser.post(url(own, "save"), {"item": mine.pk, f"item-{mine.pk}-again": paper.pk}, follow=True)

    def serve(key: UUID) -> Any:
        return browser.post(url(own, "save"), {"document": paper.pk, f"document-{paper.pk}-items": [key]})

    assert alike(serve, item(theirs, "Polar report").pk).status_code == 422
    assert set(Evidence.objects.filter(document=paper).values_list("item__request", flat=True)) == {own.pk}


def test_a_question_names_no_item_of_another(cast: Cast, visit: Visit, own: DocumentRequest, theirs: DocumentRequest) -> None:
    browser = visit(cast.csr)
    answer = alike(lambda key: browser.post(url(own, "questions"), {"item": key, "text": "What is this?"}), item(theirs, "Polar report").pk)
    assert answer.status_code == 422
    assert not Question.objects.exists()


def _narrowed(browser: Client, page: str, name: str, key: UUID) -> Any:
    return browser.get(page, {name: key, "view": "all"})


def test_filters_searches_and_orderings_find_out_nothing(cast: Cast, visit: Visit, world: dict[str, Pair]) -> None:
    browser = visit(cast.csr)
    keys = {"supplier": "suppliers", "framework": "frameworks", "organisation": "organisations"}
    for page in ("/document-requests/", "/documents/", "/document-requests/delivered/", "/deadlines/", "/deadlines/sheet/csv/"):
        for name, kind in keys.items():
            alike(partial(_narrowed, browser, page, name), world[kind].foreign)
        for words in ("Polar", "SI-KONTOR", "csr@polar.example"):
            found = content(browser.get(page, {"q": words})).replace(words, "").replace(quote_plus(words), "")
            assert not [word for word in FOREIGN if word in found], (page, words)


def test_no_page_of_a_supplier_names_another_or_an_address_of_ours(cast: Cast, visit: Visit, world: dict[str, Pair]) -> None:
    one = f"/document-requests/{world['document-requests'].own}/"
    pages = [
        *("/", "/document-requests/", "/document-requests/delivered/", "/documents/", one, "/deadlines/?view=all"),
        *("/inbox/?view=all", "/inbox/mail/", "/search/?q=a", "/search/?q=S", "/accounts/settings/"),
        f"/document-requests/{world['delivered'].own}/submissions/{world['submissions'].own}/",
        *("/deadlines/sheet/csv/?view=all", "/obligations/sheet/csv/", "/suppliers/sheet/csv/", "/frameworks/sheet/csv/"),
    ]
    browser = visit(cast.sales)
    for page in pages:
        answer = browser.get(page, follow=True)
        text = content(answer)
        assert answer.status_code == 200, page
        assert not [word for word in (*FOREIGN, *OURS) if word in text], page


def test_mails_about_one_case_to_several_suppliers_name_only_the_reader(cast: Cast) -> None:
    batch = uuid4()
    for supplier in (cast.nordvare, cast.polar):
        factories.document_request(cast.pc, supplier, cast.manager, items=[NewItem("Report")], batch=batch)
    delivery.deliver(clock=timezone.now, is_any_time=True)

    to = {message.to[0]: message.message().as_string() for message in mail.outbox}
    assert set(to) == {"csr@nordvare.example", "csr@polar.example"}
    hidden = ("csr@polar.example", "Polar", str(batch), str(cast.polar.pk), *OURS)
    assert not [word for word in hidden if word in to["csr@nordvare.example"]]
    assert not [word for word in ("nordvare", "Nordvare", str(batch), *OURS) if word in to["csr@polar.example"]]
    assert "pc-avtalen@cpb.example" in to["csr@polar.example"]


def test_an_unfinished_review_is_told_nowhere(cast: Cast, visit: Visit, own: DocumentRequest) -> None:
    submitted(own, cast.csr, "Report", "Statement")
    reviewing.mark_returned(
        request=own, items=[item(own, "Report")], reason="expired", comment="Utgått på dato.", actor=cast.manager, now=NOW
    )
    places: list[Any] = [visit(cast.csr).get(address) for address in (url(own), f"/frameworks/{cast.pc.pk}/history/", "/inbox/?view=all")]
    places += [Program(cast.csr).get(path, page_size=200) for path in ("history/", "document-requests/", "documents/")]
    for place in places:
        assert "Utgått på dato." not in place.content.decode()
        assert "expired" not in place.content.decode()

    reviewing.finish_round(request=own, actor=cast.manager, **AT)
    assert "Utgått på dato." in visit(cast.csr).get(url(own)).content.decode()
    told = History.objects.visible_to(cast.csr).of(own).get(verb="return")
    assert told.changes["returned"] == ["Report"]


def test_what_is_saved_and_not_delivered_is_the_suppliers_own(cast: Cast, visit: Visit, own: DocumentRequest) -> None:
    mine = item(own, "Report").pk
    visit(cast.csr).post(url(own, "save"), {"item": mine, f"item-{mine}-files": pdf("hidden-draft.pdf")})
    document_ = Document.objects.get(name="hidden-draft.pdf")
    browser, program = visit(cast.manager), Program(cast.manager)
    addresses = (url(own), f"{url(own)}?tab=history", f"{url(own)}?tab=asked", "/documents/", f"/frameworks/{cast.pc.pk}/documents/")
    for address in (*addresses, f"/suppliers/{cast.nordvare.pk}/", f"/frameworks/{cast.pc.pk}/history/", "/search/?q=hidden"):
        assert "hidden-draft" not in browser.get(address).content.decode(), address
    for path in ("history/", "documents/", "document-requests/"):
        assert "hidden-draft" not in program.get(path).content.decode(), path
    assert browser.get(f"/documents/{document_.pk}/content/").status_code == 404


def test_a_reader_does_not_learn_what_restricted_documents_are_called(cast: Cast, visit: Visit) -> None:
    kind = factories.document_kind("pay-slips", is_restricted=True)
    it = factories.document_request(cast.pc, cast.nordvare, cast.manager, items=[NewItem("Pay slips", document_kind=kind)])
    submitted(it, cast.csr, "Pay slips")
    receipt = url(it, "submissions", it.submissions.get().pk)
    for address in (url(it), f"{url(it)}?tab=history", receipt, "/documents/", f"/frameworks/{cast.pc.pk}/history/"):
        assert "Pay slips.pdf" not in visit(cast.reader).get(address).content.decode(), address
    for path in ("history/", "documents/", "document-requests/"):
        assert "Pay slips.pdf" not in Program(cast.reader).get(path).content.decode(), path
    for who in (cast.specialist, cast.csr):
        assert "Pay slips.pdf" in visit(who).get(receipt).content.decode()

    delivery.deliver(clock=lambda: NOW, is_any_time=True)
    line = Delivery.objects.select_related("message").get(kind="receipt")
    assert line.message
    assert "Pay slips.pdf" in line.message.text, "the mail itself names it"
    page = visit(cast.reader).get(f"/deliveries/{line.pk}/").content.decode()
    assert "Pay slips.pdf" not in page
    assert "A restricted document (" in page
    assert "Pay slips.pdf" in visit(cast.specialist).get(f"/deliveries/{line.pk}/").content.decode()


def test_nobody_can_join_a_batch_that_somebody_else_has_made(cast: Cast, visit: Visit) -> None:
    batch = uuid4()
    first = factories.document_request(cast.office, cast.polar, cast.other_manager, sent=False, batch=batch)
    items = {"items-TOTAL_FORMS": "1", "items-INITIAL_FORMS": "0", "items-0-title": "Report", "items-0-is_required": "on"}
    sent = {"batch": str(batch), "title": "Mine", "suppliers": [str(cast.nordvare.pk)], **items}
    browser: Client = visit(cast.manager)
    answer = browser.post(f"/document-requests/new/?framework={cast.pc.pk}", sent)

    assert answer.status_code == 302, answer.content.decode()
    assert DocumentRequest.objects.exclude(pk=first.pk).get().batch != batch
    assert visit(cast.other_manager).get(f"/document-requests/batches/{batch}/edit/").status_code == 200
