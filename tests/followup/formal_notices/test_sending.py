"""A formal notice is drafted, corrected and sent: who may, what it proves, what is refused."""

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.models import Absence, Person
from core.models import History
from followup import letters
from followup.models import DocumentRequest, FormalNotice
from followup.services import formal_notices, notices_back
from notifications import delivery
from notifications.models import Deadline, Delivery, MailEvent, Message, PlannedStep
from tests import factories
from tests.cast import Cast
from tests.contracts.pages import filled, said, text
from tests.factories import NOW, TODAY
from tests.followup.conftest import Visit
from tests.followup.formal_notices.stories import CURE, DUE, FORMAL, REPLY_DUE, items, page_of, verbs
from tests.followup.stories import submitted, url
from tests.walking import at, walk

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
    task = Deadline.objects.get(kind="formal_notice", about_id=it.pk)
    walk(DUE + timedelta(days=1), task.due_on + timedelta(days=4))
    lines = Delivery.objects.filter(kind="formal_notice_due", deadline=task)
    assert [line.person for line in lines] == [cast.manager.person], "a draft does not wait in silence, and is not told to who began it"
    notice = FormalNotice.objects.get()
    assert visit(cast.manager).post(page_of(notice, "send")).status_code == 302
    walk(DUE + timedelta(days=2), FORMAL + timedelta(days=2))
    assert not Deadline.objects.open().filter(kind="formal_notice").exists(), "the ladder asks for no second letter"


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
    assert "Dette er en kopi. Selve brevet er sendt" in Message.objects.get(person=director).text
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
    it = factories.document_request(cast.pc, cast.nordvare, cast.manager, items=items(cast))
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


def test_a_holiday_keeps_no_letter_from_whom_the_agreement_names(
    cast: Cast, notice: FormalNotice, representative: Any, director: Person
) -> None:
    """Both are away, as they may write down themselves: the letter goes to them all the same, with a copy to who stands in."""
    for person, deputy in ((representative.person, cast.csr.person), (director, None)):
        Absence.objects.create(person=person, deputy=deputy, starts_on=FORMAL, ends_on=FORMAL, created_at=NOW)
    draft = formal_notices.as_of(notice, signer=cast.manager, today=FORMAL)
    assert [each.person.email for each in draft.to] == ["sales@nordvare.example"]
    assert [each.person.email for each in draft.copies] == ["ola@nordvare.example", "csr@nordvare.example"]


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


@pytest.mark.both
def test_a_letter_that_came_back_is_somebodys_task_until_it_is_on_its_way(cast: Cast, clock: Any, sent: FormalNotice) -> None:
    def tasks() -> list[Deadline]:
        return list(Deadline.objects.open().filter(kind="formal_notice", about_id=sent.request_id))

    delivery.deliver(clock=lambda: at(FORMAL))
    notices_back.sweep(today=FORMAL, now=at(FORMAL))
    assert tasks() == [], "it arrived"
    came_back("formal_notice")
    soon = FORMAL + timedelta(days=1)
    for _hour in range(2):
        notices_back.sweep(today=soon, now=at(soon))
    assert len(tasks()) == 1
    walk(soon, REPLY_DUE + timedelta(days=3))
    mails = Message.objects.filter(lines__kind="formal_notice_due", lines__deadline=tasks()[0], person=cast.manager.person)
    told = mails.order_by("created_at")
    assert "kunne ikke leveres" in told[0].text
    assert len(told) > 1, "and is reminded of it"
    assert not Deadline.objects.filter(brief__task="formal_reply_missing").exists(), "nobody replies to what nobody has"
    MailEvent.objects.all().delete()  # sent again, and it arrives
    late = REPLY_DUE + timedelta(days=3)
    notices_back.sweep(today=late, now=at(late))
    sent.refresh_from_db()
    reply: Any = sent.reply_deadline
    assert tasks() == []
    assert reply.due_on > late + timedelta(days=10)
    assert History.objects.get(object_id=sent.pk, verb="count_anew").changes["due_on"][1] == reply.due_on.isoformat()
    walk(late, reply.due_on + timedelta(days=4))
    assert Deadline.objects.filter(brief__task="formal_reply_missing").exists()


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
