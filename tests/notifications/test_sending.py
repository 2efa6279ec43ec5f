"""One mail a person and day, sent once, to whom it still concerns."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from accounts.models import Invitation, Membership, ScopeRole
from accounts.permissions import Role
from core.errors import WrongState
from core.models import History
from notifications import deadlines, delivery, outbox, reminders, resending, taking
from notifications.models import Deadline, Delivery, Message, SweepRun
from tests import factories
from tests.cast import Cast
from tests.factories import NOW, TODAY
from tests.notifications.engine import DUE, at, open_request, walk

pytestmark = [pytest.mark.django_db, pytest.mark.both]

DAY = timedelta(days=1)
NIGHT = datetime(2026, 3, 2, 21, 0, tzinfo=UTC)
SATURDAY = datetime(2026, 3, 7, 11, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.EMAIL_BACKEND = "cpb.mail.EmlFiles"  # as the embedded default sends; the test runner would keep mail in memory
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    return tmp_path / "mail"


def send(now: datetime = NOW, *, is_any_time: bool = False) -> dict[str, int]:
    return dict(delivery.deliver(clock=lambda: now, is_any_time=is_any_time))


def mails() -> list[EmailMessage]:
    files = sorted(Path(settings.EMAIL_FILE_PATH).glob("*.eml"))
    return [message_from_bytes(file.read_bytes(), _class=EmailMessage, policy=policy.default) for file in files]


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def ask(cast: Cast, *suppliers: Any, now: datetime = NOW) -> list[Deadline]:
    opened = [open_request(cast, supplier=supplier, mailbox="pc-avtalen@cpb.example") for supplier in suppliers or [cast.nordvare]]
    reminders.sweep(today=now.date(), now=now)
    return opened


def test_the_mail_says_who_asks_what_by_when_and_answers_reach_somebody(cast: Cast) -> None:
    deadline = ask(cast)[0]
    assert send() == {"sent": 1}
    mail = mails()[0]
    assert mail["To"] == "csr@nordvare.example"
    assert mail["Reply-To"] == "pc-avtalen@cpb.example"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe"] is None
    assert cast.pc.title in mail["Subject"]
    message = Message.objects.get()
    assert mail["Message-ID"] == message.message_id
    assert f"/document-requests/{deadline.about_id}/" in text_of(mail)
    assert text_of(mail).strip().replace("\r\n", "\n") == message.text
    assert (message.status, message.recipient, message.attempts) == ("sent", "csr@nordvare.example", 1)


def test_mails_about_one_case_hang_together(cast: Cast) -> None:
    ask(cast)
    send()
    reminders.sweep(today=TODAY + 7 * DAY, now=at(TODAY + 7 * DAY))
    send(at(TODAY + 7 * DAY))
    first, second = mails()
    assert second["In-Reply-To"] == first["Message-ID"]
    assert first["References"].split()[0] == second["References"].split()[0]
    assert first["Message-ID"] in second["References"]


def test_nine_cases_are_one_mail_with_nine_buttons_the_most_urgent_first(cast: Cast) -> None:
    clause = {"number": "K-7", "title": "Aktsomhet", "text": "Hele vilkåret, som er langt."}
    opened = [open_request(cast, due_on=DUE - number * DAY, clause=clause) for number in range(9)]
    reminders.sweep(today=TODAY, now=NOW)
    assert send() == {"sent": 1}
    body = text_of(mails()[0])
    places = [body.index(str(deadline.about_id)) for deadline in reversed(opened)]
    assert places == sorted(places)
    assert (body.count("K-7"), body.count("Hele vilkåret")) == (9, 0), "each names its clause; the page has its text"


def test_more_than_ten_of_a_kind_are_summed_up(cast: Cast) -> None:
    for _ in range(12):
        open_request(cast)
    reminders.sweep(today=TODAY, now=NOW)
    send()
    assert "12" in mails()[0]["Subject"]
    assert text_of(mails()[0]).count("/document-requests/") < 12


def test_what_comes_after_the_days_mail_waits_for_the_next_day(cast: Cast) -> None:
    ask(cast)
    send()
    ask(cast, now=NOW + timedelta(hours=2))
    assert send(NOW + timedelta(hours=2)) == {}
    assert send(NOW + timedelta(hours=2), is_any_time=True) == {}
    assert send(NOW + DAY) == {"sent": 1}


def test_what_comes_before_it_has_left_goes_with_it(cast: Cast) -> None:
    ask(cast, now=NIGHT)
    assert send(NIGHT) == {}
    ask(cast, now=NIGHT + timedelta(hours=1))
    assert send(NOW + DAY) == {"sent": 1}
    assert Delivery.objects.filter(message=Message.objects.get()).count() == 2


def test_a_weekend_is_one_mail_on_monday(cast: Cast) -> None:
    for number in range(2):
        ask(cast, now=SATURDAY + number * DAY)
        assert send(SATURDAY + number * DAY) == {}
    monday = SATURDAY + 2 * DAY
    assert send(monday) == {"sent": 1}


def test_mail_leaves_in_the_recipients_daytime(cast: Cast) -> None:
    cast.csr.person.time_zone = "Asia/Shanghai"
    cast.csr.person.save()
    ask(cast)
    evening = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # eight in the evening there
    assert send(evening) == {}
    assert send(datetime(2026, 3, 3, 0, 30, tzinfo=UTC)) == {"sent": 1}


def test_a_receipt_does_not_wait_for_anything(cast: Cast) -> None:
    ask(cast)
    send()
    outbox.publish(
        kind="receipt",
        people=[cast.csr.person],
        organisation=cast.nordvare,
        scope_id=cast.pc.pk,
        about_id=None,
        context={"title": "x", "documents": [{"name": "a.pdf", "size": 10, "sha256": "0" * 64}]},
        key="one",
        now=NIGHT,
    )
    assert send(NIGHT) == {"sent": 1}


def test_the_same_thing_is_told_once(cast: Cast) -> None:
    told: dict[str, Any] = {
        "organisation": cast.nordvare,
        "scope_id": cast.pc.pk,
        "about_id": None,
        "context": {"title": "x"},
        "key": "k",
        "now": NOW,
    }
    for _ in range(2):
        outbox.publish(kind="request_withdrawn", people=[cast.csr.person, cast.csr.person], **told)
    assert Delivery.objects.count() == 1


def test_whoever_belongs_to_both_gets_one_mail_over_both(cast: Cast) -> None:
    ScopeRole.objects.filter(organisation=cast.nordvare, scope=cast.pc.scope, role="responsible").update(person=cast.csr_fjordtek.person)
    ask(cast, cast.nordvare, cast.fjordtek)
    assert send() == {"sent": 1}
    assert Delivery.objects.filter(message=Message.objects.get()).count() == 2


def test_a_contact_of_two_suppliers_without_access_gets_one_for_each_with_its_invitation(cast: Cast) -> None:
    outsider = factories.person("felles@raadgiver.example")
    for supplier in (cast.nordvare, cast.polar):
        factories.contact(supplier, outsider)
        ScopeRole.objects.filter(organisation=supplier, scope=cast.pc.scope, role="responsible").update(person=outsider)
    opened = ask(cast, cast.nordvare, cast.polar)
    assert send() == {"sent": 2}
    assert {invitation.organisation for invitation in Invitation.objects.filter(person=outsider)} == {cast.nordvare, cast.polar}
    for mail in mails():
        assert mail["To"] == outsider.email
        assert "/accounts/invitation/" in text_of(mail)
        assert sum(str(deadline.about_id) in text_of(mail) for deadline in opened) == 1
    assert all("/accounts/invitation/" not in message.text + message.html for message in Message.objects.all()), "a door is not kept"


@pytest.mark.parametrize("change", ["closed", "moved", "asked", "paused", "role", "left"])
def test_what_is_no_longer_true_is_not_sent(cast: Cast, change: str) -> None:
    deadline = ask(cast, now=NIGHT)[0]
    send(NIGHT)  # bound, and waiting for the morning
    if change == "closed":
        deadlines.close(deadline, now=NIGHT)
    elif change == "moved":
        Deadline.objects.filter(pk=deadline.pk).update(due_on=DUE + DAY)
    elif change == "asked":
        deadlines.wait_for_us(deadline, more=1)
    elif change == "paused":
        deadlines.pause(deadline, until=DUE)
    elif change == "role":
        ScopeRole.objects.filter(person=cast.csr.person).update(ends_on=TODAY - DAY)
    else:
        cast.csr.person.contacts.update(ended_at=NIGHT)
        Membership.objects.filter(user=cast.csr).update(ended_at=NIGHT)
    assert send(NOW + DAY) == {"cancelled": 1}
    assert mails() == []
    line = Delivery.objects.get()
    assert line.cancelled_at
    assert line.cancel_reason == {"left": "role"}.get(change, change)


def test_what_somebody_has_taken_is_told_to_nobody_higher_up_until_it_is_given_back(cast: Cast) -> None:
    """“I have this”, said between the sweep and the sending: the line to our own side rests, and comes after all."""
    deadline = open_request(cast, starts_on=TODAY - 90 * DAY, due_on=TODAY - 8 * DAY)
    reminders.sweep(today=TODAY, now=NIGHT)
    ours = Delivery.objects.filter(step__audience__in=["manager", "owner", "section_head"])
    told = set(ours.values_list("person_id", flat=True))
    assert told
    send(NIGHT)
    taking.take(deadline=deadline, until=TODAY + DAY, actor=cast.manager, today=TODAY, now=NIGHT)
    send(NOW + DAY)
    assert set(ours.values_list("cancel_reason", flat=True)) == {"taken"}
    assert not any(mail["To"].endswith("@cpb.example") for mail in mails())
    reminders.sweep(today=TODAY + 2 * DAY, now=NOW + 2 * DAY)
    send(NOW + 2 * DAY)
    assert set(ours.filter(message__status="sent").values_list("person_id", flat=True)) == told


def test_the_successor_is_told_when_somebody_lost_the_role(cast: Cast) -> None:
    ask(cast, now=NIGHT)
    send(NIGHT)
    new = factories.user("ny@nordvare.example", (cast.nordvare, Role.CONTRIBUTOR))
    ScopeRole.objects.filter(person=cast.csr.person).update(ends_on=TODAY - DAY)
    factories.role(cast.pc, cast.nordvare, "responsible", new.person)
    send(NOW + DAY)
    reminders.sweep(today=TODAY + DAY, now=NOW + DAY)
    assert send(NOW + DAY) == {"sent": 1}
    assert [mail["To"] for mail in mails()] == ["ny@nordvare.example"]


def test_an_answered_question_brings_the_waiting_reminder_back(cast: Cast) -> None:
    deadline = ask(cast, now=NIGHT)[0]
    send(NIGHT)
    deadlines.wait_for_us(deadline, more=1)
    assert send(NOW + DAY) == {"cancelled": 1}
    deadlines.wait_for_us(deadline, more=-1)
    reminders.sweep(today=TODAY + 2 * DAY, now=NOW + 2 * DAY)
    assert send(NOW + 2 * DAY) == {"sent": 1}


def test_walking_through_the_days_gives_one_mail_for_each(cast: Cast) -> None:
    """`remind --on DAY` and `deliver --once --now`, day after day, while the clock stands still."""
    open_request(cast)
    sent = []
    for number in range(43):
        reminders.sweep(today=TODAY + number * DAY, now=NOW)
        sent.append(send(NOW, is_any_time=True).get("sent", 0))
    assert [number for number, count in enumerate(sent) if count] == [0, 7, 28, 39]
    assert max(sent) == 1


def test_nothing_of_a_mail_leaves_when_every_line_was_taken_back(cast: Cast) -> None:
    for deadline in ask(cast, cast.nordvare):
        deadlines.close(deadline, now=NOW)
    assert send() == {}
    assert Message.objects.count() == 0


def test_what_is_held_back_does_not_leave(cast: Cast) -> None:
    ask(cast)
    Delivery.objects.update(held_at=NOW)
    assert send() == {}


def test_of_what_was_held_back_only_what_nobody_has_heard_better_since_is_let_go(cast: Cast) -> None:
    """Held on the first working day after the date; the second reminder has left when an administrator lets it go."""
    deadline = open_request(cast)
    reminders.sweep(today=TODAY, now=NOW, is_scheduled=True)
    first, second = DUE + DAY, DUE + 8 * DAY
    for day in (first, second):
        reminders.sweep(today=day, now=at(day), is_scheduled=True)
        send(at(day), is_any_time=True)
    assert Delivery.objects.held().get().kind == "overdue_first"
    assert [resending.release_held(actor=cast.admin, now=at(second)) for _twice in range(2)] == [0, 0]
    assert send(at(second), is_any_time=True) == {}
    assert Delivery.objects.get(kind="overdue_first").cancel_reason == "overtaken"
    assert set(deadline.steps.filter(step__kind="overdue_first", step__audience="responsible").values_list("status", flat=True)) == {
        "superseded"
    }


def test_what_is_let_go_stands_in_the_history_once(cast: Cast) -> None:
    ask(cast)
    Delivery.objects.update(held_at=NOW)
    run = SweepRun.objects.latest("started_at")
    SweepRun.objects.filter(pk=run.pk).update(is_held=True)
    assert [resending.release_held(actor=cast.admin, now=NOW) for _twice in range(2)] == [1, 0]
    assert list(History.objects.filter(object_id=run.pk).values_list("verb", "changes")) == [("release_held", {"lines": 1})]


@pytest.mark.parametrize("change", ["closed", "moved", "role"])
def test_what_is_no_longer_true_is_not_sent_again_and_says_why(cast: Cast, change: str) -> None:
    (deadline,) = ask(cast)
    send()
    line = Delivery.objects.get()
    if change == "closed":
        deadlines.close(deadline, now=NOW)
    elif change == "moved":
        deadlines.move(deadline, due_on=DUE + 7 * DAY, today=TODAY, now=NOW)
    else:
        ScopeRole.objects.filter(person=cast.csr.person).update(ends_on=TODAY - DAY)
    with pytest.raises(WrongState, match="no longer true"):
        resending.resend(line=line, actor=cast.manager, now=NOW)
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize("decide", [resending.release_held, resending.drop_held])
def test_ten_thousand_held_lines_are_let_go_or_dropped_in_one_go(cast: Cast, decide: Any, django_assert_max_num_queries: Any) -> None:
    lines = [
        Delivery(kind="receipt", person=cast.csr.person, dedupe_key=str(number), created_at=NOW - 20 * DAY, held_at=NOW)
        for number in range(10_000)
    ]
    Delivery.objects.bulk_create(lines)
    with django_assert_max_num_queries(8):
        assert decide(actor=cast.admin, now=NOW) == 10_000
    assert not Delivery.objects.held().exists()


def test_a_mail_that_cannot_be_written_stops_no_other(cast: Cast) -> None:
    ask(cast, cast.nordvare, cast.polar)
    Delivery.objects.filter(person=cast.csr.person).update(kind="no_such_kind")
    assert send() == {"retry": 1, "sent": 1}
    bad = Message.objects.get(person=cast.csr.person)
    assert "KeyError" in bad.error
    assert bad.not_before > NOW


def test_a_batch_costs_the_same_however_many_lines(cast: Cast, django_assert_max_num_queries: Any) -> None:
    for _ in range(30):
        open_request(cast)
    reminders.sweep(today=TODAY, now=NOW)
    with django_assert_max_num_queries(45):
        send()


def test_every_day_of_a_long_walk_is_accounted_for(cast: Cast) -> None:
    """Never silent: every step has an end, every line a message or a reason."""
    open_request(cast)
    open_request(cast, supplier=cast.polar)
    walk(TODAY, DUE + 40 * DAY, send=True)
    unhandled = Delivery.objects.filter(message=None, cancelled_at=None)
    assert not unhandled.exists()
    assert set(Message.objects.values_list("status", flat=True)) == {"sent"}
