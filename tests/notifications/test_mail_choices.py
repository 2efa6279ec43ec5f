"""A person chooses which of the mail that is not mandatory comes and when, on the site or from the mail itself."""

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.test import Client

from notifications import delivery, mail_choices, outbox, reminders
from notifications.models import Delivery, MailRhythm, Message
from tests.cast import Cast, SignIn
from tests.factories import NOW, TODAY
from tests.notifications.engine import open_request

pytestmark = [pytest.mark.django_db, pytest.mark.both]

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DAYTIME = timedelta(hours=-2)  # NOW is ten in the morning in Oslo


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = "cpb.mail.EmlFiles", tmp_path / "mail"
    return tmp_path / "mail"


def mails(folder: Path) -> list[EmailMessage]:
    return [message_from_bytes(file.read_bytes(), _class=EmailMessage, policy=policy.default) for file in sorted(folder.glob("*.eml"))]


def send(now: Any = NOW, **options: Any) -> dict[str, int]:
    return dict(delivery.deliver(clock=lambda: now, **options))


def accept(cast: Cast, key: str = "a", *, now: Any = NOW) -> None:
    """Something good to know, and not mandatory."""
    told = {"organisation": cast.nordvare, "scope_id": cast.pc.pk, "about_id": None, "context": {"title": key, "supplier": "Nordvare AS"}}
    outbox.publish(kind="documentation_accepted", people=[cast.csr.person], key=key, now=now, **told)


def choose(cast: Cast, every: str, weekday: int = 0, hour: int = 8) -> None:
    kinds = ["documentation_accepted"]
    mail_choices.choose(person=cast.csr.person, offered=kinds, wanted=kinds, every=every, weekday=weekday, hour=hour, now=NOW)


def test_without_a_choice_it_comes_with_the_days_first_mail(cast: Cast) -> None:
    accept(cast)
    assert send() == {"sent": 1}


def test_once_a_week_is_one_mail_on_that_day_from_that_time(cast: Cast) -> None:
    choose(cast, "week", weekday=3, hour=14)  # Thursday
    for number in range(3):
        accept(cast, str(number), now=NOW + number * DAY)
        assert send(NOW + number * DAY) == {}
    thursday = NOW + 3 * DAY
    assert send(thursday) == {}, "not before two in the afternoon"
    assert send(thursday + 4 * HOUR) == {"sent": 1}
    assert Message.objects.get().lines.count() == 3
    accept(cast, "later", now=thursday + 5 * HOUR)
    assert send(thursday + 5 * HOUR) == send(thursday + DAY) == send(thursday + 6 * DAY) == {}
    assert send(thursday + 7 * DAY + 4 * HOUR) == {"sent": 1}


def test_a_chosen_day_that_is_a_day_off_moves_to_the_next_working_day(cast: Cast) -> None:
    choose(cast, "week", weekday=3)
    good_thursday = NOW + 31 * DAY  # Maundy Thursday, 2 April 2026
    accept(cast, now=good_thursday - DAY)
    assert [day for day in range(-1, 9) if send(good_thursday + day * DAY)] == [5], "the Tuesday after Easter"


def test_every_day_from_the_chosen_time(cast: Cast) -> None:
    choose(cast, "day", hour=15)
    accept(cast)
    assert send() == send(NOW + 4 * HOUR) == {}
    assert send(NOW + 5 * HOUR) == {"sent": 1}
    accept(cast, "b", now=NOW + 6 * HOUR)
    assert send(NOW + 6 * HOUR) == send(NOW + DAY) == {}
    assert send(NOW + DAY + 5 * HOUR) == {"sent": 1}


def test_the_time_is_the_persons_own(cast: Cast) -> None:
    cast.csr.person.time_zone = "America/New_York"
    cast.csr.person.save()
    choose(cast, "day", hour=9)
    accept(cast)
    assert send(NOW + 4 * HOUR) == {}, "eight in the morning there"
    assert send(NOW + 5 * HOUR) == {"sent": 1}


def test_what_is_mandatory_does_not_wait_and_takes_it_along(cast: Cast) -> None:
    choose(cast, "day", hour=15)
    accept(cast)
    assert send() == {}
    open_request(cast)
    reminders.sweep(today=TODAY, now=NOW)
    assert send() == {"sent": 1}, "one mail a day"
    assert Message.objects.get().lines.count() == 2
    assert send(NOW + 5 * HOUR) == {}


def test_once_a_week_does_not_come_twice_on_its_day_nor_wait_another_week(cast: Cast) -> None:
    choose(cast, "week", weekday=0, hour=15)
    open_request(cast)
    reminders.sweep(today=TODAY, now=NOW)
    assert send() == {"sent": 1}
    accept(cast, now=NOW + HOUR)
    assert send(NOW + 5 * HOUR) == {}
    assert send(NOW + DAY + 5 * HOUR) == {"sent": 1}


def test_the_choice_is_made_on_the_page_and_shown_there(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.csr)
    chosen = {"wanted": ["documentation_accepted"], "every": "week", "weekday": "4", "hour": "13"}
    assert browser.post("/inbox/mail/", chosen).status_code == 302
    rhythm = MailRhythm.objects.get(person=cast.csr.person)
    assert (rhythm.every, rhythm.weekday, rhythm.hour) == ("week", 4, 13)
    assert browser.get("/inbox/mail/").context["form"].initial == {
        "wanted": ["documentation_accepted"],
        "every": "week",
        "weekday": 4,
        "hour": 13,
    }
    for wrong in ({"hour": "3"}, {"weekday": "6"}, {"every": "never"}):
        assert browser.post("/inbox/mail/", chosen | wrong).status_code == 422


def stop_address(folder: Path) -> str:
    mail = mails(folder)[-1]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    return urlsplit(str(mail["List-Unsubscribe"]).strip(" <>")).path


def test_the_mail_program_stops_it_with_one_click_and_without_sign_in(cast: Cast, folder: Path) -> None:
    accept(cast)
    send()
    stranger = Client(enforce_csrf_checks=True)
    address = stop_address(folder)
    page = stranger.get(address)
    assert page.status_code == 200
    assert "Stopp disse e-postene" in page.content.decode(), "in the language of whom it is for"
    assert not cast.csr.person.mutes.exists(), "a scanner that looks changes nothing"
    assert stranger.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert set(cast.csr.person.mutes.values_list("kind", flat=True)) == {"documentation_accepted"}
    assert stranger.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200, "twice is once"
    accept(cast, "b", now=NOW + DAY)
    assert send(NOW + DAY) == {}
    assert stranger.post(address, {"again": "1"}).status_code == 200
    assert not cast.csr.person.mutes.exists()


def test_an_address_that_was_changed_stops_nothing(cast: Cast, folder: Path) -> None:
    accept(cast)
    send()
    address = stop_address(folder).rstrip("/")
    other = mail_choices.token(cast.sales.person.pk, ["documentation_accepted"])
    of_another = f"/inbox/mail/stop/{other.partition(':')[0]}:{address.partition(':')[2]}/"
    for wrong in (f"{address}x/", of_another, "/inbox/mail/stop/x/"):
        assert Client().post(wrong).status_code == 404
    assert not Delivery.objects.filter(person=cast.sales.person).exists()
    assert not cast.sales.person.mutes.exists()


def test_nothing_mandatory_can_be_stopped(cast: Cast, folder: Path) -> None:
    accept(cast)
    open_request(cast)
    reminders.sweep(today=TODAY, now=NOW)
    send()
    mail = mails(folder)[-1]
    assert mail["List-Unsubscribe"] is mail["List-Unsubscribe-Post"] is None
    answer = Client().post(f"/inbox/mail/stop/{mail_choices.token(cast.csr.person.pk, ['documents_requested'])}/")
    assert answer.status_code == 404, "rather than a page that says it has stopped"
    assert not cast.csr.person.mutes.exists()


def test_what_waits_is_taken_back_when_it_is_no_longer_wanted(cast: Cast) -> None:
    choose(cast, "week", weekday=4)
    accept(cast)
    assert send() == {}
    mail_choices.stop(person=cast.csr.person, names=["documentation_accepted"], now=NOW)
    assert send(NOW + 4 * DAY) == {"cancelled": 1}
    assert Delivery.objects.get().cancel_reason == "muted"


def test_why_leads_to_the_rule_and_the_timeline_of_the_case(cast: Cast, sign_in: SignIn, folder: Path) -> None:
    with time_machine.travel(NOW, tick=False):
        open_request(cast)
        reminders.sweep(today=TODAY, now=NOW)
        send()
        line = Delivery.objects.get()
        body = mails(folder)[-1].get_body(("plain",))
        assert body is not None
        assert f"/inbox/why/{line.pk}/" in body.get_content()
        page = sign_in(cast.csr).get(f"/inbox/why/{line.pk}/", headers={"Accept-Language": "en"}).content.decode()
        for words in ("responsible contact", "Nordvare AS", cast.pc.title, "When it was sent", "Reminder before the date"):
            assert words in page, words
        assert "contract manager" not in page, "what we are told ourselves is ours"
        for other in (cast.sales, cast.csr_polar, cast.manager):
            assert sign_in(other).get(f"/inbox/why/{line.pk}/").status_code == 404
