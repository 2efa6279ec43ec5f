"""A formal notice from the drafted letter to the decision: who may, what it proves, what is refused, and what each side sees."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
import time_machine

from accounts import services as accounts
from accounts.models import Person
from core.models import History
from followup import letters
from followup.models import Document, DocumentRequest, FormalNotice
from followup.services import contact_log, formal_notices, formal_replies
from followup.services.asking import NewItem
from notifications import delivery, reminders
from notifications.models import Deadline, Delivery, MailEvent, Message, PlannedStep
from tests import factories
from tests.cast import Cast
from tests.contracts.pages import filled, said, text
from tests.factories import NOW, PASSWORD, TODAY
from tests.followup.conftest import Visit, pdf
from tests.followup.stories import submitted, url

DUE = date(2026, 4, 13)
FORMAL = DUE + timedelta(days=15)  # Tuesday 28 April: the ladder's formal step
CURE = date(2026, 5, 13)  # ten working days later: 1 May is a holiday
REPLY_DUE = CURE


def at(day: date) -> datetime:
    return NOW + (day - TODAY)


def walk(first: date, last: date) -> None:
    while first <= last:
        reminders.sweep(today=first, now=at(first))
        delivery.deliver(clock=partial(at, first), is_any_time=True)
        first += timedelta(days=1)


@pytest.fixture
def monday_morning() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(at(FORMAL), tick=False) as clock:
        yield clock


@pytest.fixture
def clock(monday_morning: time_machine.Traveller) -> time_machine.Traveller:
    return monday_morning


@pytest.fixture
def representative(cast: Cast) -> Any:
    """A contributor at Nordvare who is its contractual representative on the agreement."""
    factories.contact(cast.nordvare, cast.sales.person)
    factories.role(cast.pc, cast.nordvare, "representative", cast.sales.person)
    return cast.sales


@pytest.fixture
def director(cast: Cast) -> Person:
    person = factories.person("ola@nordvare.example", "Ola Direktør")
    factories.contact(cast.nordvare, person)
    factories.role(cast.pc, cast.nordvare, "director", person)
    return person


@pytest.fixture
def silent(cast: Cast, representative: Any, director: Person) -> DocumentRequest:
    """A request that nobody answered, reminded by mail until the day of the ladder's formal step."""
    it = factories.document_request(cast.pc, cast.nordvare, cast.manager, items=_items(cast), title="Yearly report")
    walk(TODAY, FORMAL)
    it.refresh_from_db()
    return it


def _items(cast: Cast) -> list[NewItem]:
    obligation = cast.due_diligence.obligations.filter(supplier=cast.nordvare).first()
    assert obligation
    return [NewItem(title="Report", obligations=[obligation])]


@pytest.fixture
def notice(cast: Cast, silent: DocumentRequest) -> FormalNotice:
    return formal_notices.start(request=silent, actor=cast.manager, now=at(FORMAL), today=FORMAL)


@pytest.fixture
def sent(cast: Cast, notice: FormalNotice) -> FormalNotice:
    formal_notices.send(notice=notice, actor=cast.manager, now=at(FORMAL), today=FORMAL)
    return notice


def page_of(notice: FormalNotice, *parts: str) -> str:
    return "/".join(["", "formal-notices", str(notice.pk), *parts, ""])


def verbs(notice: FormalNotice) -> list[str]:
    """Sorted: what a test does happens in one moment."""
    return sorted(History.objects.filter(object_id=notice.pk).values_list("verb", flat=True))


# Drafting


def test_the_ladder_opens_a_task_and_opening_it_drafts_but_sends_nothing(cast: Cast, visit: Visit, silent: DocumentRequest) -> None:
    task = Deadline.objects.get(kind="formal_notice")
    browser = visit(cast.manager)
    page = browser.get(f"/deadlines/{task.pk}/", follow=True)
    assert page.redirect_chain[-1][0] == url(silent, "formal-notice")
    draft = filled(page)
    assert "Nordvare AS" in draft["facts"][0]
    assert "Report" in draft["facts"][0]
    assert (draft["cure_days"], draft["reply_days"], draft["signer_title"]) == (["10"], ["10"], ["Kontraktsforvalter"])
    assert "Leverandøren skal på forespørsel legge frem" in text(page), "the clause"
    assert "csr@nordvare.example" in text(page), "what was sent before"
    assert not FormalNotice.objects.exists(), "looking writes nothing"
    facts = "Nordvare is on the agreement.\n\nThe report has not come.\n\n"
    answer = browser.post(url(silent, "formal-notice"), {**{name: value[0] for name, value in draft.items()}, "facts": facts}, follow=True)
    made = FormalNotice.objects.get()
    assert made.facts == ["Nordvare is on the agreement.", "The report has not come."]
    assert (made.status, made.number, made.request) == ("drafted", 1, silent)
    assert "Nothing has been sent." in said(answer)
    assert not Delivery.objects.filter(kind="formal_notice").exists()
    assert browser.get(url(silent, "formal-notice"))["Location"] == page_of(made), "there is one already"


def test_a_person_may_begin_one_before_the_ladder_but_not_before_the_date(
    cast: Cast, visit: Visit, clock: Any, representative: Any
) -> None:
    it = factories.document_request(cast.pc, cast.nordvare, cast.manager, title="Yearly report")
    clock.move_to(at(DUE))
    assert "Write a formal notice" not in text(visit(cast.manager).get(url(it)))
    body = {"facts": "x", "consequences": "y", "cure_days": "10", "reply_days": "10", "signer_title": ""}
    assert visit(cast.manager).post(url(it, "formal-notice"), body).status_code == 409
    walk(TODAY, DUE + timedelta(days=1))
    clock.move_to(at(DUE + timedelta(days=1)))
    assert "Write a formal notice" in text(visit(cast.manager).get(url(it)))
    assert visit(cast.manager).post(url(it, "formal-notice"), body).status_code == 302
    notice = FormalNotice.objects.get()
    assert visit(cast.manager).post(page_of(notice, "send")).status_code == 302
    walk(DUE + timedelta(days=2), FORMAL + timedelta(days=2))
    assert not Deadline.objects.filter(kind="formal_notice").exists(), "the ladder asks for no second letter"


@pytest.mark.parametrize(
    ("field", "value", "word"),
    [("facts", " ", "required"), ("consequences", "", "required"), ("cure_days", "0", "1"), ("reply_days", "ten", "whole number")],
)
def test_what_is_wrong_with_a_draft_is_said_and_nothing_is_lost(
    cast: Cast, visit: Visit, silent: DocumentRequest, field: str, value: str, word: str
) -> None:
    body = {"facts": "A fact.", "consequences": "Sanctions.", "cure_days": "10", "reply_days": "10", "signer_title": "Manager"}
    answer = visit(cast.manager).post(url(silent, "formal-notice"), {**body, field: value})
    assert answer.status_code == 422
    assert word in text(answer)
    assert "Manager" in answer.content.decode()
    assert not FormalNotice.objects.exists()


def test_the_clause_says_how_many_days(cast: Cast, silent: DocumentRequest) -> None:
    cast.clause.rules.create(anchor="cure", offset=15, unit="working_days")
    cast.clause.rules.create(anchor="reply", offset=1, unit="weeks")
    suggested = formal_notices.suggested(silent, actor=cast.manager, today=FORMAL)
    assert suggested["cure_days"] == 15
    assert suggested["reply_days"] == 4, "a week from Tuesday, with 1 May in it"


def test_it_is_corrected_until_it_is_sent(cast: Cast, visit: Visit, notice: FormalNotice) -> None:
    browser = visit(cast.deputy)
    draft = {name: value[0] for name, value in filled(browser.get(page_of(notice, "edit"))).items()}
    assert browser.post(page_of(notice, "edit"), {**draft, "cure_days": "12"}).status_code == 302
    notice.refresh_from_db()
    assert notice.cure_days == 12
    formal_notices.send(notice=notice, actor=cast.deputy, now=at(FORMAL), today=FORMAL)
    assert browser.post(page_of(notice, "edit"), draft).status_code == 409
    assert browser.get(page_of(notice, "edit")).status_code == 409


# Sending


def test_it_is_sent_after_a_question_to_the_representative_and_by_itself_to_the_director(
    cast: Cast, visit: Visit, notice: FormalNotice, director: Person
) -> None:
    browser = visit(cast.manager)
    asks = text(browser.get(page_of(notice, "send")))
    assert "sales@nordvare.example" in asks
    assert "Copy: Ola Direktør, ola@nordvare.example" in asks
    assert not Delivery.objects.filter(kind="formal_notice").exists(), "asking sends nothing"
    assert "The letter is sent." in said(browser.post(page_of(notice, "send"), follow=True))
    delivery.deliver(clock=lambda: at(FORMAL))
    mails = {line.kind: line for line in Delivery.objects.filter(kind__startswith="formal_notice").select_related("message", "person")}
    assert {kind: line.person.email for kind, line in mails.items() if kind != "formal_notice_due"} == {
        "formal_notice": "sales@nordvare.example",
        "formal_notice_copy": "ola@nordvare.example",
    }
    notice.refresh_from_db()
    assert (notice.status, notice.how, notice.sent_on, notice.cure_on, notice.signed_by) == (
        *("sent", "portal", FORMAL, CURE, cast.manager),
    )
    message: Any = mails["formal_notice"].message
    told = ("13. mai 2026", "Maja Forvalter", "Kontraktsforvalter", "10 arbeidsdager", "Leverandøren skal på forespørsel")
    for part in (*notice.facts, *told):
        assert part in message.text, part
    assert message.status == "sent"
    assert "Hei " not in message.text, "a letter has its own opening"
    assert "Dette er en kopi til deg som daglig leder." in Message.objects.get(person=director).text
    for line in Delivery.objects.filter(kind="overdue_second").exclude(message=None).select_related("message"):
        assert line.message.message_id in message.text
    assert verbs(notice) == ["draft", "send"]
    assert Deadline.objects.get(kind="formal_notice").closed_at
    reply: Any = notice.reply_deadline
    assert (reply.kind, reply.turn, reply.due_on, reply.organisation) == ("formal_reply", "supplier", REPLY_DUE, cast.nordvare)
    assert [(step.step.kind, step.on) for step in PlannedStep.objects.filter(deadline=reply).order_by("on")] == [
        ("formal_reply_due", REPLY_DUE - timedelta(days=3)),
        ("formal_reply_missing", date(2026, 5, 15)),
    ], "14 May is Ascension Day"


def test_the_text_and_the_pdf_are_kept_as_they_were(cast: Cast, visit: Visit, sent: FormalNotice) -> None:
    before, first = sent.text, b"".join(visit(cast.csr).get(page_of(sent, "letter")).streaming_content)  # type: ignore[attr-defined]
    assert first.startswith(b"%PDF-")
    cast.manager.person.name = "Somebody Else"
    cast.manager.person.save()
    cast.pc.title = "Another name"
    cast.pc.save()
    sent.refresh_from_db()
    assert sent.text == before == letters.as_text(sent.letter)  # type: ignore[arg-type]
    answer: Any = visit(cast.csr).get(page_of(sent, "letter"))
    assert b"".join(answer.streaming_content) == first
    assert answer["Content-Disposition"].startswith("attachment")
    assert "Maja Forvalter" in text(visit(cast.csr).get(page_of(sent)))


def test_a_draft_can_be_taken_out_as_a_pdf(cast: Cast, visit: Visit, notice: FormalNotice) -> None:
    answer: Any = visit(cast.manager).get(page_of(notice, "letter"))
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    assert visit(cast.csr).get(page_of(notice, "letter")).status_code == 404


@pytest.mark.parametrize(("who", "may"), [("owner", 302), ("section", 302), ("admin", 302), ("deputy", 302), ("specialist", 403)])
def test_who_may_send(cast: Cast, visit: Visit, notice: FormalNotice, who: str, may: int) -> None:
    assert visit(getattr(cast, who)).post(page_of(notice, "send")).status_code == may
    assert visit(cast.other_manager).post(page_of(notice, "send")).status_code == 403, "not named on the agreement"


def test_none_is_sent_before_a_reminder_is_known_to_have_arrived(cast: Cast, visit: Visit, representative: Any) -> None:
    it = factories.document_request(cast.pc, cast.nordvare, cast.manager, items=_items(cast))
    delivery.deliver(clock=lambda: NOW, is_any_time=True)  # the request itself arrived; no reminder has left
    notice = formal_notices.start(request=it, actor=cast.manager, now=at(FORMAL), today=FORMAL)
    browser = visit(cast.manager)
    page = text(browser.get(page_of(notice)))
    assert "No reminder is known to have reached the supplier" in page
    assert "Approve and send" not in page
    refused = browser.post(page_of(notice, "send"))
    assert refused.status_code == 409
    assert "remind them another way and write it in the contact log" in text(refused)
    body = {"kind": "call", "happened_on": "2026-04-20", "with_whom": "Kari Nordmann", "text": "Reminded.", "is_reminder": "on"}
    assert browser.post(url(it, "contact-log"), body).status_code == 302
    assert browser.post(page_of(notice, "send")).status_code == 302
    notice.refresh_from_db()
    assert "Kari Nordmann" in notice.text


def came_back(kind: str) -> None:
    for message in Message.objects.filter(lines__kind=kind, sent_at__isnull=False).distinct():
        MailEvent.objects.create(message=message, kind="bounced", at=at(FORMAL), source="mailbox")


def test_a_reminder_that_came_back_proves_nothing(cast: Cast, visit: Visit, notice: FormalNotice) -> None:
    came_back("overdue_second")
    drafted = formal_notices.as_of(notice, signer=cast.manager, today=FORMAL)
    assert drafted.is_proved, "the earlier ones arrived"
    assert "ikke levert" in letters.as_text(drafted.letter)
    for kind in ("reminder_unopened", "reminder_before", "overdue_first"):
        came_back(kind)
    assert visit(cast.manager).post(page_of(notice, "send")).status_code == 409


def test_without_anybody_to_write_to_it_says_what_to_do(cast: Cast, visit: Visit, notice: FormalNotice) -> None:
    Person.objects.filter(email__endswith="@nordvare.example").update(undeliverable_since=at(FORMAL))
    Person.objects.filter(email="csr@fjordtek.example").update(undeliverable_since=at(FORMAL))
    assert "Nobody at the supplier can be reached." in text(visit(cast.manager).get(page_of(notice)))
    assert visit(cast.manager).post(page_of(notice, "send")).status_code == 409


def test_who_stands_in_for_a_representative_is_said(cast: Cast, visit: Visit, clock: Any) -> None:
    it = factories.document_request(cast.pc, cast.nordvare, cast.manager)
    walk(TODAY, FORMAL)
    notice = formal_notices.start(request=it, actor=cast.manager, now=at(FORMAL), today=FORMAL)
    page = text(visit(cast.manager).get(page_of(notice)))
    assert "Nobody is named as the supplier's contractual representative, so the letter would go to Nora Nordvare, Frida Fjord." in page


def test_sent_another_way_counts_from_that_day(cast: Cast, visit: Visit, notice: FormalNotice) -> None:
    browser = visit(cast.manager)
    for sent_on, word in (("2026-05-20", "has not come yet"), ("2026-04-01", "had not passed yet")):
        answer = browser.post(page_of(notice, "mark-sent"), {"sent_on": sent_on, "how": "post"})
        assert answer.status_code == 422
        assert word in text(answer)
    assert browser.post(page_of(notice, "mark-sent"), {"sent_on": "2026-04-27", "how": "pigeon"}).status_code == 422
    assert browser.post(page_of(notice, "mark-sent"), {"sent_on": "2026-04-27", "how": "post"}).status_code == 302
    notice.refresh_from_db()
    reply: Any = notice.reply_deadline
    assert (notice.status, notice.how, notice.sent_on, reply.due_on) == ("sent", "post", date(2026, 4, 27), date(2026, 5, 12))
    assert not Delivery.objects.filter(kind="formal_notice").exists()
    assert "27 April 2026" in text(visit(cast.csr).get(page_of(notice))).replace("27. april", "27 April")
    assert browser.post(page_of(notice, "mark-sent"), {"sent_on": "2026-04-28", "how": "hand"}).status_code == 409


def test_a_letter_that_bounced_is_sent_another_way_and_counts_anew(cast: Cast, visit: Visit, clock: Any, sent: FormalNotice) -> None:
    browser = visit(cast.manager)
    assert browser.post(page_of(sent, "mark-sent"), {"sent_on": "2026-04-28", "how": "post"}).status_code == 409, "it is on its way"
    delivery.deliver(clock=lambda: at(FORMAL))
    assert browser.post(page_of(sent, "mark-sent"), {"sent_on": "2026-04-28", "how": "post"}).status_code == 409, "it arrived"
    came_back("formal_notice")
    clock.move_to(at(FORMAL + timedelta(days=2)))
    assert "The letter could not be delivered by mail." in text(browser.get(page_of(sent)))
    assert browser.post(page_of(sent, "mark-sent"), {"sent_on": "2026-04-30", "how": "post"}).status_code == 302
    sent.refresh_from_db()
    reply: Any = sent.reply_deadline
    assert (sent.how, reply.due_on, reply.closed_at) == ("post", date(2026, 5, 18), None)
    assert Deadline.objects.filter(kind="formal_reply").count() == 2
    assert verbs(sent) == ["draft", "mark_sent", "send"]


def test_no_letter_with_a_reason_before_or_after_a_draft(cast: Cast, visit: Visit, silent: DocumentRequest) -> None:
    browser = visit(cast.manager)
    assert "Say why no letter is sent." in said(browser.post(url(silent, "formal-notice", "none"), {"reason": ""}, follow=True))
    assert browser.post(url(silent, "formal-notice", "none"), {"reason": "They have called."}).status_code == 302
    assert Deadline.objects.get(kind="formal_notice").closed_at
    notice = formal_notices.start(request=silent, actor=cast.manager, now=at(FORMAL), today=FORMAL)
    assert browser.post(page_of(notice, "drop"), {"reason": ""}).status_code == 422
    assert browser.post(page_of(notice, "drop"), {"reason": "They have called."}).status_code == 302
    assert "They have called." in text(browser.get(page_of(notice)))
    assert verbs(notice) == ["draft", "drop"]
    assert not History.objects.visible_to(cast.csr).filter(object_id=notice.pk).exists(), "what was never sent is ours"
    again = formal_notices.start(request=silent, actor=cast.manager, now=at(FORMAL), today=FORMAL)
    assert again.number == 2


def test_what_came_meanwhile_makes_a_draft_void(cast: Cast, visit: Visit, silent: DocumentRequest, notice: FormalNotice) -> None:
    submitted(silent, cast.csr, "Report", now=at(FORMAL))
    notice.refresh_from_db()
    assert notice.status == "dropped"
    assert visit(cast.manager).post(page_of(notice, "send")).status_code == 409


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
    it = factories.document_request(cast.pc, cast.nordvare, cast.manager, items=_items(cast), title="Yearly report")
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
