"""The supplier answers a formal notice, we decide, and nobody else learns of it."""

from datetime import date, timedelta
from typing import Any

import pytest

from accounts import services as accounts
from core.models import History
from followup.models import Document, DocumentRequest, FormalNotice
from followup.services import contact_log, formal_notices, formal_replies
from notifications import delivery
from notifications.models import Deadline, Delivery, Message
from tests import factories
from tests.cast import Cast
from tests.contracts.pages import filled, said, text
from tests.factories import NOW, PASSWORD, TODAY
from tests.followup.conftest import Visit, pdf
from tests.followup.formal_notices.stories import DUE, FORMAL, items, page_of, verbs
from tests.followup.stories import submitted, url
from tests.walking import at, walk

# The supplier's side


def test_the_supplier_finds_reads_and_answers_it(cast: Cast, visit: Visit, representative: Any, sent: FormalNotice) -> None:
    browser = visit(representative)
    assert "You may reply by Wednesday 13 May 2026" in text(browser.get("/document-requests/"))
    assert "Yearly report" in text(browser.get("/formal-notices/"))
    assert Deadline.objects.get(kind="formal_reply").seen_at is None
    page = text(browser.get(page_of(sent)))
    assert "A letter that you may answer by Wednesday 13 May 2026" in page
    assert all(fact in page for fact in sent.facts)
    assert Deadline.objects.get(kind="formal_reply").seen_at
    assert "Send in the reply" in page, "a contributor, but the contractual representative"
    answer = browser.post(page_of(sent, "reply"), {"text": "We sent it in March.", "files": [pdf("proof.pdf")]}, follow=True)
    assert "We have received your reply." in said(answer)
    sent.refresh_from_db()
    assert (sent.status, sent.reply.text, sent.reply.is_late) == ("answered", "We sent it in March.", False)
    assert [document.name for document in sent.reply.documents.all()] == ["proof.pdf"]
    content: Any = browser.get(f"/documents/{sent.reply.documents.get().pk}/content/")
    assert b"".join(content.streaming_content).startswith(b"%PDF")
    delivery.deliver(clock=lambda: at(FORMAL))
    receipt = Message.objects.get(lines__kind="formal_reply_receipt")
    assert sent.reply.documents.get().sha256 in receipt.text
    assert "We sent it in March." in receipt.text
    assert "Your reply has been sent in already." in said(browser.post(page_of(sent, "reply"), {"text": "Again."}, follow=True))


def test_a_contributor_writes_and_saves_and_the_main_contact_sends(cast: Cast, visit: Visit, sent: FormalNotice) -> None:
    helper = factories.user("hjelper@nordvare.example", (cast.nordvare, "contributor"), name="Hanne Hjelper")
    browser = visit(helper)
    assert "Your main contact, or whoever the letter was sent to, sends it in." in text(browser.get(page_of(sent)))
    browser.post(page_of(sent, "reply", "save"), {"text": "A beginning", "files": [pdf("a.pdf"), pdf("b.pdf", "two")]})
    saved = sent.reply.documents.get(name="a.pdf")
    browser.post(page_of(sent, "reply", "save"), {"text": "A beginning", "remove": str(saved.pk)})
    assert not Document.objects.filter(pk=saved.pk).exists()
    assert browser.post(page_of(sent, "reply"), {"text": "x"}).status_code == 403
    assert "A beginning" not in text(visit(cast.manager).get(page_of(sent))), "until it is sent it is theirs"
    assert visit(cast.manager).get(f"/documents/{sent.reply.documents.get().pk}/content/").status_code == 404
    main = visit(cast.csr)
    assert "A beginning" in main.get(page_of(sent)).content.decode()
    main.post(page_of(sent, "reply"), {"text": "The whole reply"})
    page = text(visit(cast.manager).get(page_of(sent)))
    assert "The whole reply" in page
    assert "b.pdf" in page


def test_an_empty_reply_and_a_bad_file_are_refused_and_the_text_stays(cast: Cast, visit: Visit, sent: FormalNotice) -> None:
    browser = visit(cast.csr)
    empty = browser.post(page_of(sent, "reply"), {"text": "  "})
    assert empty.status_code == 422
    assert "Write your reply, or add a file." in text(empty)
    bad = browser.post(page_of(sent, "reply"), {"text": "See the file.", "files": [pdf("virus.exe")]})
    assert bad.status_code == 422
    assert "See the file." in bad.content.decode()
    sent.refresh_from_db()
    assert sent.status == "sent"
    assert sent.reply.text == "See the file."


def test_a_late_reply_is_taken_and_marked_late(cast: Cast, visit: Visit, clock: Any, sent: FormalNotice) -> None:
    walk(FORMAL, date(2026, 5, 15))
    clock.move_to(at(date(2026, 5, 18)))
    task = Deadline.objects.get(kind="follow_up", brief__task="formal_reply_missing")
    assert Delivery.objects.filter(kind="formal_reply_due", person=cast.sales.person).exists()
    assert visit(cast.manager).get(f"/deadlines/{task.pk}/task/")["Location"] == page_of(sent)
    assert "We take your reply all the same" in text(visit(cast.csr).get(page_of(sent)))
    visit(cast.csr).post(page_of(sent, "reply"), {"text": "Sorry, we are late."})
    sent.refresh_from_db()
    assert sent.reply.is_late
    assert "Came after the limit" in text(visit(cast.manager).get(page_of(sent)))
    assert Deadline.objects.get(pk=task.pk).closed_at, "one task, not two"
    assert Deadline.objects.open().get(kind="follow_up", about_id=sent.pk).brief["task"] == "reply_received"


# What follows


def test_a_reply_stops_the_reminders_until_it_is_decided(cast: Cast, visit: Visit, silent: DocumentRequest, sent: FormalNotice) -> None:
    formal_replies.send(notice=sent, text="We disagree.", actor=cast.csr, now=at(FORMAL), today=FORMAL)
    walk(FORMAL, DUE + timedelta(days=31))
    assert not Delivery.objects.filter(kind="escalation_to_owner").exists()
    told = Delivery.objects.get(kind="reply_received", step__rung=0)
    assert told.person == cast.manager.person
    browser = visit(cast.manager)
    assert "We disagree." in text(browser.get(page_of(sent)))
    for body in ({"outcome": "", "grounds": "x"}, {"outcome": "upheld", "grounds": " "}):
        assert browser.post(page_of(sent, "decide"), body).status_code == 422
    assert visit(cast.reader).post(page_of(sent, "decide"), {"outcome": "upheld", "grounds": "x"}).status_code == 403
    browser.post(page_of(sent, "decide"), {"outcome": "upheld", "grounds": "The report is still missing."})
    sent.refresh_from_db()
    assert (sent.status, sent.outcome, sent.decided_by) == ("closed", "upheld", cast.manager)
    assert verbs(sent) == ["decide", "draft", "reply", "save_reply", "send"]
    assert not Deadline.objects.open().filter(about_id=sent.pk).exists()
    walk(DUE + timedelta(days=31), DUE + timedelta(days=32))
    assert Delivery.objects.filter(kind="escalation_to_owner").exists(), "the ladder goes on"
    page = text(visit(cast.csr).get(page_of(sent)))
    assert "The breach stands" in page
    assert "The report is still missing." in page
    assert {line.person.email for line in Delivery.objects.filter(kind="formal_notice_decided")} == {
        "sales@nordvare.example",
        "csr@nordvare.example",
    }
    assert browser.post(page_of(sent, "decide"), {"outcome": "cured", "grounds": "x"}).status_code == 409


def test_it_is_decided_without_a_reply_when_the_documentation_has_come(
    cast: Cast, visit: Visit, silent: DocumentRequest, sent: FormalNotice
) -> None:
    submitted(silent, cast.csr, "Report", now=at(FORMAL))
    visit(cast.manager).post(page_of(sent, "decide"), {"outcome": "cured", "grounds": "The report came."})
    sent.refresh_from_db()
    assert (sent.status, sent.outcome) == ("closed", "cured")
    assert "The breach has ended" in text(visit(cast.csr).get("/formal-notices/"))


def test_the_request_is_not_closed_or_withdrawn_over_a_notice_that_is_undecided(
    cast: Cast, visit: Visit, silent: DocumentRequest, sent: FormalNotice
) -> None:
    manager = visit(cast.manager)
    for act, form in (("withdraw", {"reason": "Not needed"}), ("close", {"reason": "not_answered"})):
        assert "Decide it first" in text(manager.post(url(silent, act), form))
        silent.refresh_from_db()
        assert silent.is_with_supplier
    manager.post(page_of(sent, "decide"), {"outcome": "upheld", "grounds": "Nothing came."})
    manager.post(url(silent, "close"), {"reason": "not_answered"})
    silent.refresh_from_db()
    assert silent.status == "closed"


# Others


def test_nobody_else_learns_of_it(cast: Cast, visit: Visit, silent: DocumentRequest, sent: FormalNotice) -> None:
    formal_replies.send(notice=sent, text="Secret", actor=cast.csr, now=at(FORMAL), today=FORMAL)
    for other in (cast.csr_polar, cast.agency, cast.auditor):
        browser = visit(other)
        for address in (page_of(sent), page_of(sent, "letter")):
            assert browser.get(address).status_code == 404
        for action in ("send", "drop", "decide", "mark-sent", "reply", "edit"):
            assert browser.post(page_of(sent, action), {"text": "x"}).status_code == 404
        assert browser.get(url(silent, "formal-notice")).status_code == 404
        assert not History.objects.visible_to(other).filter(object_id=sent.pk).exists()
    assert "Yearly report" not in text(visit(cast.csr_polar).get("/formal-notices/"))
    assert visit(cast.agency).get("/formal-notices/").status_code == 403
    assert visit(cast.csr).get(url(silent, "formal-notice")).status_code == 403, "drafting is ours"


def test_the_number_counts_only_the_suppliers_own(cast: Cast, sent: FormalNotice) -> None:
    """A number counted over the agreement would tell that another supplier had got one."""
    it = factories.document_request(cast.pc, cast.polar, cast.manager)
    contact_log.write(
        supplier=cast.polar,
        request=it,
        kind="call",
        happened_on=TODAY,
        text="x",
        is_reminder=True,
        actor=cast.manager,
        now=NOW,
        today=TODAY,
    )
    assert formal_notices.start(request=it, actor=cast.manager, now=at(FORMAL), today=FORMAL).number == 1


def test_the_list_costs_the_same_however_long(cast: Cast, visit: Visit, sent: FormalNotice, django_assert_max_num_queries: Any) -> None:
    for number in range(2, 6):
        FormalNotice.objects.filter(pk=sent.pk).update(status="closed")
        copy = FormalNotice.objects.get(pk=sent.pk)
        copy.pk, copy.number, copy.reply_deadline = None, number, None
        copy.id = FormalNotice().id
        copy.save(force_insert=True)
    for user in (cast.manager, cast.csr):
        browser = visit(user)
        with django_assert_max_num_queries(8):
            assert browser.get("/formal-notices/").status_code == 200


# The whole story


@pytest.mark.both
def test_from_the_ladders_task_to_the_decision_for_somebody_without_an_account(cast: Cast, visit: Visit, clock: Any, client: Any) -> None:
    kari = factories.person("kari@nordvare.example", "Kari Kontrakt")
    factories.contact(cast.nordvare, kari)
    factories.role(cast.pc, cast.nordvare, "representative", kari)
    it = factories.document_request(cast.pc, cast.nordvare, cast.manager, items=items(cast), title="Yearly report")
    walk(TODAY, FORMAL)
    manager = visit(cast.manager)

    draft = {name: value[0] for name, value in filled(manager.get(url(it, "formal-notice"))).items()}
    manager.post(url(it, "formal-notice"), draft)
    notice = FormalNotice.objects.get()
    manager.post(page_of(notice, "send"))
    delivery.deliver(clock=lambda: at(FORMAL))
    mail = Message.objects.filter(person=kari, lines__kind="formal_notice").get()
    assert "http" not in mail.text, "what opens a door is not kept"
    invitation = kari.invitations.get()
    assert invitation.role == "contributor", "there is a main contact already"

    accept = f"/accounts/invitation/{accounts.link_text(invitation)}/?next={page_of(notice)}"
    answer = client.post(accept, {"name": "Kari Kontrakt", "password": PASSWORD}, follow=True)
    assert answer.redirect_chain[-1][0] == page_of(notice), text(answer)
    assert (
        client.post(page_of(notice, "reply"), {"text": "The report was with our auditor.", "files": [pdf("auditor.pdf")]}).status_code
        == 302
    )
    assert client.post(page_of(notice, "decide"), {"outcome": "withdrawn", "grounds": "x"}).status_code == 403

    waiting = text(manager.get("/"))
    assert "Read the reply" in waiting
    manager.post(page_of(notice, "decide"), {"outcome": "withdrawn", "grounds": "The auditor confirms it."})
    delivery.deliver(clock=lambda: at(FORMAL), is_any_time=True)
    told = Message.objects.filter(person=kari, lines__kind="formal_notice_decided").get()
    assert "The auditor confirms it." in told.text
    assert "Read the reply" not in text(manager.get("/"))
    assert verbs(notice) == ["decide", "draft", "reply", "save_reply", "save_reply", "send"]
