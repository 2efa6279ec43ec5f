"""A supplier's contact with nine agreements and forty open things gets one mail, and can read it."""

import re
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from accounts.models import Invitation
from contracts.models import Framework
from core import ids
from notifications import deadlines, delivery, outbox, reminders
from notifications.models import Deadline, Message
from tests import factories
from tests.cast import Cast
from tests.factories import NOW, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.both]

DAY = timedelta(days=1)
NAMES = ("PC-utstyr", "Kontormøbler", "Arbeidstøy", "Renhold", "Trykksaker", "Mobiltelefoner", "Nettverk", "Kaffe og te", "Blomster")
WORDS = {"nb": "40 saker", "nn": "40 saker", "en": "40 things"}


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = "cpb.mail.EmlFiles", tmp_path / "mail"
    return tmp_path / "mail"


def agreements(cast: Cast, contact: Any) -> list[Framework]:
    made = [factories.framework(cast.cpb, f"Fellesavtale for {name}", reference=f"SI-{number:03}") for number, name in enumerate(NAMES)]
    for framework in made:
        factories.participation(framework, cast.nordvare)
        factories.role(framework, cast.nordvare, "responsible", contact)
    return made


def open_things(cast: Cast, frameworks: list[Framework], count: int, starts_on: Any, due_on: Any) -> list[Deadline]:
    return [_open(cast, frameworks[number % len(frameworks)], starts_on, due_on + (number % 5) * DAY) for number in range(count)]


def _open(cast: Cast, framework: Framework, starts_on: Any, due_on: Any) -> Deadline:
    return deadlines.open_new(
        kind="document_request",
        about_id=ids.new(),
        title="Dokumentasjon på aktsomhetsvurderinger",
        scope=framework.scope_id,
        organisation=cast.nordvare,
        turn="supplier",
        starts_on=starts_on,
        due_on=due_on,
        brief={
            "agreement": framework.title,
            "reference": framework.reference,
            "supplier": cast.nordvare.name,
            "missing": ["Aktsomhetsvurdering", "Liste over produksjonssteder"],
            "asked_by": "Maja Forvalter",
        },
        now=NOW,
    )


def forty(cast: Cast, contact: Any) -> list[Framework]:
    """Twenty-two new requests, nine that are coming up, six past their date, three news."""
    made = agreements(cast, contact)
    open_things(cast, made, 22, TODAY, TODAY + 42 * DAY)
    open_things(cast, made, 9, TODAY - 40 * DAY, TODAY + 3 * DAY)
    open_things(cast, made, 6, TODAY - 60 * DAY, TODAY - 5 * DAY)
    for number in range(3):
        outbox.publish(
            kind="documentation_accepted",
            people=[contact],
            organisation=cast.nordvare,
            scope_id=made[number].scope_id,
            about_id=ids.new(),
            context={"title": "Miljøledelse", "agreement": made[number].title, "supplier": cast.nordvare.name},
            key=str(number),
            now=NOW,
        )
    reminders.sweep(today=TODAY, now=NOW)
    return made


def the_mail(folder: Path) -> EmailMessage:
    (file,) = folder.glob("*.eml")
    return message_from_bytes(file.read_bytes(), _class=EmailMessage, policy=policy.default)


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_nine_agreements_and_forty_things_are_one_mail_that_can_be_read(cast: Cast, folder: Path, language: str) -> None:
    cast.csr.person.language = language
    cast.csr.person.save()
    made = forty(cast, cast.csr.person)
    assert dict(delivery.deliver(clock=lambda: NOW)) == {"sent": 1}
    assert Message.objects.get().lines.count() == 40
    mail = the_mail(folder)
    assert WORDS[language] in mail["Subject"]
    text, html = part(mail, "plain"), part(mail, "html")
    for framework in made:
        assert framework.title in text
        assert framework.title in html
    assert len(text.split()) < 1200, "five minutes of reading at most"
    assert len(html) < 100_000, "or a mail program cuts it off"
    assert not re.search(r"\{\{|\{%|None|%\(|\[\[", text + html)


def test_what_is_overdue_stands_first_each_with_its_own_button(cast: Cast, folder: Path) -> None:
    forty(cast, cast.csr.person)
    delivery.deliver(clock=lambda: NOW)
    text = part(the_mail(folder), "plain")
    addresses = re.findall(r"/document-requests/([0-9a-f-]{36})/", text)
    by_id = {str(deadline.about_id): deadline.due_on for deadline in Deadline.objects.all()}
    dated = [by_id[each] for each in addresses if each in by_id]
    assert len(set(addresses)) == 18, "nine coming up, six overdue, three news; the twenty-two new ones are one list"
    assert dated == sorted(dated)
    assert dated[0] < TODAY
    assert text.count("22 saker") == 1


def test_somebody_without_an_account_comes_in_through_every_button(cast: Cast, folder: Path) -> None:
    outsider = factories.person("ny@nordvare.example", language="nb")
    factories.contact(cast.nordvare, outsider)
    forty(cast, outsider)
    assert dict(delivery.deliver(clock=lambda: NOW)) == {"sent": 1}
    assert Invitation.objects.filter(person=outsider).count() == 1
    text = part(the_mail(folder), "plain")
    addresses = [address for address in re.findall(r"https?://\S+", text) if "/inbox/mail" not in address]
    assert addresses
    assert all("/accounts/invitation/" in address for address in addresses)
    message = Message.objects.get()
    assert "/accounts/invitation/" not in message.text + message.html


def test_a_formal_step_stands_above_what_is_due_sooner(cast: Cast, folder: Path) -> None:
    person = cast.manager.person
    told = {"people": [person], "organisation": cast.cpb, "scope_id": cast.pc.pk, "now": NOW}
    for number, kind in enumerate(("question_waiting", "formal_notice_due")):
        deadline = _open(cast, cast.pc, TODAY, TODAY + (10 + 10 * number) * DAY)
        context = {"title": f"Sak {number}", "agreement": cast.pc.title, "supplier": "Nordvare AS", "question": "Holder det?"}
        outbox.publish(kind=kind, about_id=deadline.about_id, context=context, key=kind, deadline=deadline, **told)
    assert dict(delivery.deliver(clock=lambda: NOW)) == {"sent": 1}
    text = part(the_mail(folder), "plain")
    assert text.index("Sak 1") < text.index("Sak 0")
