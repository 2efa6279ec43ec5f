"""A sanction is proposed, the supplier is heard and replies: on the pages of both sides."""

import re
from typing import Any

import pytest
import time_machine

from accounts.models import Absence
from core.models import History
from followup.models import DocumentRequest, Sanction
from followup.services import hearings, sanctions
from notifications import delivery
from notifications.models import Deadline, Delivery, MailEvent, Message
from tests.cast import Cast
from tests.contracts.pages import filled, said, text
from tests.followup.conftest import Visit, pdf
from tests.followup.sanctions.stories import AFTER, LIMIT, START, is_pdf, page_of
from tests.walking import at, walk

# Proposing


def test_a_manager_begins_a_case_with_what_the_tool_knows(cast: Cast, visit: Visit, silent: DocumentRequest) -> None:
    browser = visit(cast.manager)
    assert cast.pc.title in text(browser.get("/sanctions/new/"))
    begun = f"/sanctions/new/?framework={cast.pc.pk}&supplier={cast.nordvare.pk}&means=suspension&clause={cast.clause.pk}"
    assert "Go on to the case" in text(browser.get(f"/sanctions/new/?framework={cast.pc.pk}"))
    page = browser.get(begun)
    draft = filled(page)
    assert draft["requests"] == [str(silent.pk)], "what is overdue is chosen already"
    assert "Yearly report" in draft["facts"][0]
    assert "ikke kommet" in draft["facts"][0]
    assert draft["reply_days"] == ["10"]
    assert cast.clause.text in text(page)
    answer = browser.post(begun, {**draft, "lots": []})
    assert answer.status_code == 422
    assert "Choose the lots" in text(answer)
    answer = browser.post(begun, {**draft, "lots": [str(cast.lot2.pk)]}, follow=True)
    case = Sanction.objects.get()
    assert answer.redirect_chain[-1][0] == page_of(case)
    assert "Nothing has been sent." in said(answer)
    assert (case.status, case.number, case.proposed_by) == ("considered", 1, cast.manager)
    assert list(case.lots.all()) == [cast.lot2]
    assert "Hear the supplier" in text(answer)
    assert not Delivery.objects.filter(about_id=case.pk).exists()


def test_an_agreement_without_a_clause_says_so(cast: Cast, visit: Visit) -> None:
    page = text(visit(cast.section).get(f"/sanctions/new/?framework={cast.office.pk}"))
    assert "A sanction rests on a clause" in page


def test_a_case_is_corrected_until_the_supplier_is_heard(cast: Cast, visit: Visit, case: Sanction) -> None:
    browser = visit(cast.manager)
    draft = filled(browser.get(page_of(case, "edit")))
    browser.post(page_of(case, "edit"), {**draft, "facts": "One fact.\n\nAnother fact.", "reply_days": "5"})
    case.refresh_from_db()
    assert (case.facts, case.reply_days) == (["One fact.", "Another fact."], 5)
    assert "Another fact." in text(browser.get(page_of(case)))
    hearings.hear(sanction=case, actor=cast.manager, now=at(START), today=START)
    assert browser.get(page_of(case, "edit")).status_code == 409


def test_it_may_be_dropped_before_the_supplier_knows(cast: Cast, visit: Visit, case: Sanction) -> None:
    browser = visit(cast.manager)
    assert browser.post(page_of(case, "drop"), {"reason": " "}).status_code == 422
    assert "dropped" in said(browser.post(page_of(case, "drop"), {"reason": "The report came."}, follow=True))
    case.refresh_from_db()
    assert (case.status, case.end_reason) == ("dropped", "The report came.")
    assert visit(cast.csr).get(page_of(case)).status_code == 404
    assert not History.objects.visible_to(cast.csr).filter(object_id=case.pk).exists()
    assert not Delivery.objects.filter(kind="sanction_closed").exists()


# Hearing


def test_the_letter_goes_to_the_representative_and_a_copy_to_the_director(cast: Cast, visit: Visit, case: Sanction, director: Any) -> None:
    browser = visit(cast.manager)
    confirm = text(browser.get(page_of(case, "hear")))
    assert "sales@nordvare.example" in confirm
    assert "ola@nordvare.example" in confirm
    assert "The supplier may reply now." in said(browser.post(page_of(case, "hear"), follow=True))
    case.refresh_from_db()
    assert case.reply_deadline is not None
    assert (case.status, case.reply_deadline.due_on) == ("heard", LIMIT)
    delivery.deliver(clock=lambda: at(START))
    letter = Message.objects.get(lines__kind="sanction_hearing")
    assert letter.person == cast.sales.person
    assert letter.subject == "Statens innkjøp: mulig sanksjon, svar innen 13. mai (Fellesavtale for PC-…)"
    assert "Midlertidig stans etter avtalen" in letter.text
    assert "Yearly report" in letter.text
    assert cast.clause.text in letter.text
    assert Message.objects.get(lines__kind="sanction_hearing_copy").person == director
    kept = case.letters.get()
    assert " ".join(kept.text.split()) in " ".join(letter.text.split())
    assert is_pdf(browser.get(page_of(case, "hearing-letter")))
    assert is_pdf(visit(cast.csr).get(page_of(case, "hearing-letter")))
    assert visit(cast.csr).get(page_of(case, "decision-letter")).status_code == 404
    assert browser.post(page_of(case, "hear")).status_code == 409, "once"


def test_nothing_leaves_that_whoever_signs_has_not_read(cast: Cast, visit: Visit, case: Sanction) -> None:
    """A colleague corrects the facts after the page was opened: the letter is read again before it is sent."""
    browser = visit(cast.manager)
    (read,) = re.findall(r"hear/\?read=(\w+)", browser.get(page_of(case)).content.decode())
    sanctions.edit(sanction=Sanction.objects.get(pk=case.pk), facts=["Another fact."], actor=cast.owner, now=at(START), today=START)
    confirm = filled(browser.get(page_of(case, "hear") + f"?read={read}"))
    refused = browser.post(page_of(case, "hear"), confirm)
    assert (refused.status_code, "Read it again" in text(refused)) == (409, True)
    assert not case.letters.exists()
    browser.post(page_of(case, "hear"), filled(browser.get(page_of(case, "hear"))))
    assert "Another fact." in case.letters.get().text


def test_without_a_delivered_reminder_it_is_refused_and_says_so(cast: Cast, visit: Visit, case: Sanction) -> None:
    case.requests.clear()
    browser = visit(cast.manager)
    page = text(browser.get(page_of(case)))
    assert "No reminder and no formal notice is known to have reached the supplier" in page
    assert "Hear the supplier" not in page
    assert browser.post(page_of(case, "hear")).status_code == 409
    case.refresh_from_db()
    assert case.status == "considered"
    by_post = {"sent_on": "2026-04-28", "how": "post"}
    assert browser.post(page_of(case, "mark-sent"), by_post).status_code == 409, "a letter by post reminds of nothing before it either"
    remind_by_telephone(browser, cast)
    assert "marked as sent" in said(browser.post(page_of(case, "mark-sent"), by_post, follow=True))
    case.refresh_from_db()
    assert case.status == "heard"
    assert case.letters.get().how == "post"
    assert not Delivery.objects.filter(kind="sanction_hearing").exists()


def remind_by_telephone(browser: Any, cast: Cast) -> None:
    entry = {"kind": "call", "happened_on": "2026-04-27", "text": "Rang, og minnet om rapporten.", "is_reminder": "on", "with_whom": "Sven"}
    answer = browser.post(f"/contact-log/?supplier={cast.nordvare.pk}&framework={cast.pc.pk}", entry, follow=True)
    assert answer.status_code == 200, text(answer)


def test_a_reminder_in_the_contact_log_counts(cast: Cast, visit: Visit, case: Sanction) -> None:
    case.requests.clear()
    browser = visit(cast.manager)
    remind_by_telephone(browser, cast)
    assert "Hear the supplier" in text(browser.get(page_of(case)))


@pytest.mark.parametrize(
    ("sent_on", "how"), [("2026-04-29", "post"), ("", "post"), ("2026-04-28", "portal"), ("2026-04-28", ""), ("2026-04-27", "post")]
)
def test_what_was_sent_another_way_has_a_day_and_a_way(cast: Cast, visit: Visit, case: Sanction, sent_on: str, how: str) -> None:
    answer = visit(cast.manager).post(page_of(case, "mark-sent"), {"sent_on": sent_on, "how": how})
    assert answer.status_code == 422
    case.refresh_from_db()
    assert case.status == "considered"


def test_a_letter_that_came_back_is_sent_another_way_and_the_days_count_anew(
    cast: Cast, visit: Visit, heard: Sanction, clock: time_machine.Traveller
) -> None:
    delivery.deliver(clock=lambda: at(START))
    message = Message.objects.get(lines__kind="sanction_hearing")
    MailEvent.objects.create(message=message, kind="bounced", at=at(START), source="mailbox")
    clock.move_to(at(AFTER))
    owner = visit(cast.owner)
    assert "the supplier has not been heard" in text(owner.get(page_of(heard)))
    refused = owner.post(page_of(heard, "decide"), {"outcome": "imposed", "grounds": "Nothing came."})
    assert refused.status_code == 409
    visit(cast.manager).post(page_of(heard, "mark-sent"), {"sent_on": AFTER.isoformat(), "how": "post"})
    heard.refresh_from_db()
    assert heard.status == "heard"
    assert heard.told_at == at(START), "the first letter has told it that there is a case"
    assert heard.reply_deadline is not None
    assert heard.reply_deadline.due_on > AFTER
    assert [letter.how for letter in heard.letters.all()] == ["portal", "post"], "both are kept"
    assert Deadline.objects.open().filter(kind="sanction_reply", about_id=heard.pk).count() == 1


# Replying


def test_the_supplier_replies_with_text_and_files_and_it_is_our_turn(cast: Cast, visit: Visit, heard: Sanction) -> None:
    browser = visit(cast.csr)
    assert "You may reply by" in text(browser.get(page_of(heard)))
    assert "We consider a sanction" in text(browser.get("/document-requests/")), "on the start page too"
    browser.post(page_of(heard, "reply", "save"), {"text": "A beginning", "files": [pdf("a.pdf")]})
    assert "A beginning" not in text(visit(cast.manager).get(page_of(heard))), "until it is sent it is theirs"
    bad = browser.post(page_of(heard, "reply"), {"text": "See the file.", "files": [pdf("virus.exe")]})
    assert bad.status_code == 422
    assert "See the file." in bad.content.decode()
    answer = browser.post(page_of(heard, "reply"), {"text": "The report is with our auditor."}, follow=True)
    assert "We have received your reply." in said(answer)
    heard.refresh_from_db()
    assert heard.status == "answered"
    assert not heard.reply.is_late
    task = Deadline.objects.open().get(kind="follow_up", about_id=heard.pk)
    assert task.brief["task"] == "sanction_reply_received"
    assert "Read the reply" in text(visit(cast.manager).get("/"))
    assert Delivery.objects.get(kind="sanction_to_decide").person == cast.owner.person
    page = text(visit(cast.manager).get(page_of(heard)))
    assert "The report is with our auditor." in page
    assert "a.pdf" in page
    delivery.deliver(clock=lambda: at(START))
    assert "The report is with our auditor." in Message.objects.get(lines__kind="sanction_reply_receipt").text
    assert browser.post(page_of(heard, "reply"), {"text": "Again."}, follow=True).status_code in (200, 409)


def test_a_contributor_writes_and_the_representative_sends(cast: Cast, visit: Visit, heard: Sanction) -> None:
    """Sven is a contributor, and the contractual representative on this agreement."""
    assert visit(cast.sales).post(page_of(heard, "reply"), {"text": "From the representative."}).status_code == 302
    heard.refresh_from_db()
    assert heard.reply.submitted_by == cast.sales


def test_silence_leaves_a_task_and_tells_the_owner_and_a_late_reply_is_taken(
    cast: Cast, visit: Visit, heard: Sanction, clock: time_machine.Traveller
) -> None:
    walk(START, AFTER)
    clock.move_to(at(AFTER))
    assert Delivery.objects.filter(kind="sanction_reply_due", person=cast.sales.person).exists()
    assert Deadline.objects.open().get(kind="follow_up", about_id=heard.pk).brief["task"] == "sanction_reply_missing"
    assert Delivery.objects.filter(kind="sanction_to_decide", person=cast.owner.person).exists()
    assert "We take your reply all the same" in text(visit(cast.csr).get(page_of(heard)))
    visit(cast.csr).post(page_of(heard, "reply"), {"text": "Sorry, we are late."})
    heard.refresh_from_db()
    assert heard.reply.is_late
    assert "Came after the limit" in text(visit(cast.owner).get(page_of(heard)))
    tasks = Deadline.objects.open().filter(kind="follow_up", about_id=heard.pk)
    assert [task.brief["task"] for task in tasks] == ["sanction_reply_received"], "one task, not two"


@pytest.mark.parametrize("is_away", [True, False])
def test_silence_is_told_to_somebody_who_may_decide(cast: Cast, heard: Sanction, *, is_away: bool) -> None:
    """Whoever stands in for an owner who is away does not decide by that."""
    if is_away:
        Absence.objects.create(
            person=cast.owner.person, deputy=cast.specialist.person, starts_on=LIMIT, ends_on=AFTER, created_at=at(START)
        )
    walk(START, AFTER)
    for _hour in range(2):
        hearings.tell_who_may_decide(today=AFTER, now=at(AFTER))
    told = Delivery.objects.filter(kind="sanction_to_decide").values_list("person__email", flat=True)
    assert sorted(told) == (sorted([cast.specialist.email, cast.section.email]) if is_away else [cast.owner.email])
