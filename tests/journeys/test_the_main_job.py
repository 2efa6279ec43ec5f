"""The whole story of the product, on a real notice: real web, worker, database, broker and mail server, each a process of its own.

The steps are in the order in which they happen; each stands on what the ones before it did.
"""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import requests
from django.conf import settings as django_settings
from django.core.management import call_command
from django.utils import timezone

from accounts.models import Person
from contracts.models import Framework, Obligation
from cpb.demo.papers import pdf
from followup.models import DocumentRequest
from notifications.models import Delivery
from tests import cast as the_cast
from tests import factories, servers
from tests.cast import Cast
from tests.conftest import Start
from tests.contracts.samples import real
from tests.contracts.test_export_ocds import validated
from tests.mail_server import MailServer
from tests.servers import free_port, wait_until
from tests.visitor import IN, Visitor, link_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]

OCID = "ocds-abcd1234-a891e664-6f0a-49e0-a2cf-0c0ff729ca1f"
AVARN, SECURITAS = "Avarn Security AS", "Securitas AS"
ANNA, ARNE, SIRI, STEN = "anna@avarn.example", "arne@avarn.example", "siri@securitas.example", "sten@securitas.example"
MANAGER, OWNER = "manager@cpb.example", "owner@cpb.example"
PASSWORD = "en ganske lang setning"
TITLE, SYSTEM, WAGES = "Oppfølging av arbeidsvilkår", "Rutiner for aktsomhetsvurderinger", "Lønnslipper for ti ansatte"
CLAUSE = "Leverandøren skal legge frem dokumentasjon innen seks uker etter at det er bedt om."


@dataclass
class World:
    """The servers, who is who, and what became of the story so far."""

    cast: Cast
    address: str
    mails: MailServer
    start: Start
    environment: dict[str, str]
    folder: Path
    known: set[Any] = field(default_factory=set)
    told: dict[int, list[tuple[int, str, str]]] = field(default_factory=dict)
    """What the silent supplier's request led to, by the number of days from its date."""

    def note(self, days: int) -> None:
        """What has come since the last time belongs to this day."""
        lines = Delivery.objects.filter(about_id=self.request(SECURITAS).pk).exclude(pk__in=self.known)
        if new := sorted(lines.values_list("step__rung", "kind", "person__email")):
            self.told[days] = new
        self.known.update(lines.values_list("pk", flat=True))

    def manage(self, *arguments: str) -> str:
        """A command in a process of its own, and what it printed."""
        process = self.start("manage.py", *arguments, **self.environment)
        assert process.popen.wait(120) == 0, process.output
        return process.output

    def deliver(self) -> None:
        call_command("deliver", "--once", "--now", stdout=StringIO())

    def visitor(self, user: Any = None) -> Visitor:
        visitor = Visitor(self.address)
        return visitor.sign_in(user.email, factories.PASSWORD) if user else visitor

    @property
    def framework(self) -> Framework:
        return Framework.objects.get(ocid=OCID)

    def page_of(self, supplier: str) -> str:
        return f"/document-requests/{self.request(supplier).pk}/"

    def request(self, supplier: str) -> DocumentRequest:
        return DocumentRequest.objects.select_related("deadline").get(framework__ocid=OCID, supplier__name__iexact=supplier)


@pytest.fixture
def world(start: Start, start_worker: Start, mail_server: MailServer, tmp_path: Path, request: pytest.FixtureRequest) -> World:
    """PostgreSQL and Redis as in production; on SQLite the embedded default, with its broker of files."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    environment = {"EMAIL_URL": mail_server.url, "BASE_URL": address, "PORT": str(port)}
    if django_settings.PRODUCTION:
        environment["REDIS_URL"] = request.getfixturevalue("redis_url")
    cast = the_cast.build()
    Person.objects.update(language="en")
    web = start("-m", "gunicorn", "-c", "python:cpb.gunicorn", **environment)
    start_worker(**environment)
    wait_until(lambda: servers.is_open(port) or web.popen.poll() is not None, 60)
    return World(cast, address, mail_server, start, environment, tmp_path)


def test_the_whole_story(world: World, settings: Any) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1"
    settings.EMAIL_PORT, settings.BASE_URL = world.mails.port, world.address
    manager = an_agreement_is_brought_in_and_made_ready(world)
    both_suppliers_are_asked_in_one_go(world, manager)
    anna = one_follows_the_link_in_her_mail_and_delivers(world)
    what_came_is_judged_and_one_thing_supplemented(world, manager, anna)
    the_other_stays_silent_through_the_days(world)
    the_silence_is_seen_on_every_page(world, manager)
    programs_see_the_same(world)
    what_is_published_is_valid(world)


# An agreement


def an_agreement_is_brought_in_and_made_ready(world: World) -> Visitor:
    file = str(real("ocds/no_can-social_2022-927623.json"))
    said = world.manage("import_ocds", file, "--as-framework", OCID).splitlines()
    assert (said[-2].split("\t")[:2], said[-1]) == (["created", OCID], "total: 1")
    manager = world.visitor(world.cast.manager)
    manager.press("Take it: Rammeavtale vakt- og sikkerhetstjenester").open(f"/frameworks/{world.framework.pk}/")
    assert "Missing before follow-up can start" in manager.text
    write_its_dates(manager)
    name_the_owner(world, manager)
    paste_contacts(world, manager)
    stipulate(world, manager)
    manager.open(f"/frameworks/{world.framework.pk}/")
    assert "Missing before follow-up can start" not in manager.text
    return manager


def write_its_dates(manager: Visitor) -> None:
    today = timezone.localdate()
    manager.follow("Write the start date")
    manager.press("Save", {"Starts": str(today - timedelta(days=300)), "Ends": str(today + timedelta(days=900))})
    if "Mark as signed" in manager.text:
        manager.follow("Mark as signed").press("Mark as signed", {"Date of signing": "2022-10-14"})


def name_the_owner(world: World, manager: Visitor) -> None:
    manager.open(f"/frameworks/{world.framework.pk}/roles/").press("Save", {"Agreement owner": world.cast.owner.name})


def paste_contacts(world: World, manager: Visitor) -> None:
    rows = [
        ("Name", "E-mail", "Role", "Supplier"),
        ("Anna Avarn", ANNA, "responsible", AVARN),
        ("Siri Securitas", SIRI, "responsible", SECURITAS),
        ("Sten Securitas", STEN, "contractual representative", SECURITAS),
    ]
    sheet = "\n".join("\t".join(row) for row in rows)
    manager.open(f"/frameworks/{world.framework.pk}/contacts/paste/").press("Look at the rows", {"Contacts": sheet})
    manager.press("Add 3 contacts")
    assert "3 contacts have been added" in manager.text


def stipulate(world: World, manager: Visitor) -> None:
    manager.open(f"/frameworks/{world.framework.pk}/clauses/new/")
    manager.press("Keep the clause", {"Clause number": "7.2", "Title": "Lønns- og arbeidsvilkår", "Text": CLAUSE, "Deadline": "6"})
    manager.open(f"/frameworks/{world.framework.pk}/requirements/new/")
    wording = {"Title": "Lønns- og arbeidsvilkår", "Text": "Ansatte skal ha tarifflønn.", "Theme": "Wage", "Deadline rule": "6 weeks"}
    manager.press("Add the requirement", wording)
    assert world.framework.requirements.get().obligations.count() >= 2


# Asking


def both_suppliers_are_asked_in_one_go(world: World, manager: Visitor) -> None:
    manager.follow("Ask for documentation").press("Ask for one more thing")
    asked: dict[str, Any] = {AVARN.split()[0]: True, SECURITAS.split()[0]: True, "What is it about?": TITLE}
    items = {f"Item 1{IN}What we ask for": SYSTEM, f"Item 2{IN}What we ask for": WAGES}
    proof = {f"Item 2{IN}1. Rammeavtale": True, f"Item 2{IN}2. Rammeavtale": True}
    manager.press("Save and look it over", {**asked, **items, **proof})
    assert CLAUSE in manager.text
    manager.press("Send to 2 suppliers")
    assert "Sent to 2 suppliers" in manager.text
    six_weeks = timezone.localdate() + timedelta(weeks=6)
    assert {six_weeks <= world.request(name).deadline.due_on <= six_weeks + timedelta(days=5) for name in (AVARN, SECURITAS)} == {True}
    world.deliver()
    assert [len(world.mails.to(address)) for address in (ANNA, SIRI, STEN)] == [1, 1, 0]


# Delivering


def one_follows_the_link_in_her_mail_and_delivers(world: World) -> Visitor:
    link = link_in(text_of(world.mails.to(ANNA)[0]))
    for _glance in range(3):  # also by whatever looks through mail before people do
        assert "Choose a password" in world.visitor().open(link).text
    anna = world.visitor().open(link).press("Go on", {"Password": PASSWORD})
    assert anna.url == world.address + world.page_of(AVARN)
    rutiner, slips = paper(world.folder, "Rutiner.pdf"), paper(world.folder, "Lønnslipper.pdf")
    anna.press("Send in", {f"{SYSTEM}{IN}Add files": [rutiner], f"{WAGES}{IN}Add files": [slips]})
    checksums = [hashlib.sha256(file.read_bytes()).hexdigest() for file in (rutiner, slips)]
    assert "We have received it" in anna.text
    assert all(checksum in anna.text for checksum in checksums)
    wait_until(lambda: len(world.mails.to(ANNA)) == 2)  # the worker sends a receipt at once
    receipt = text_of(world.mails.to(ANNA)[1])
    assert all(checksum in receipt for checksum in checksums)
    assert SECURITAS.split()[0] not in anna.open("/document-requests/").text + anna.open("/frameworks/").text
    anna.open(world.page_of(SECURITAS), status=404)
    return anna


def paper(folder: Path, name: str) -> Path:
    path = folder / name
    path.write_bytes(pdf(name))
    return path


def text_of(mail: Any) -> str:
    return str(mail.get_body(("plain",)).get_content())


# Judging


def what_came_is_judged_and_one_thing_supplemented(world: World, manager: Visitor, anna: Visitor) -> None:
    manager.open("/").follow(TITLE)
    assert manager.url == world.address + world.page_of(AVARN)
    manager.press(f"{SYSTEM}{IN}Accept")
    manager.press(f"{WAGES}{IN}Mark it, and go on", {"What is wrong": "not complete", "What the supplier": "Vi mangler mars."})
    manager.press("Send back to")
    world.deliver()
    assert "Vi mangler mars." in text_of(world.mails.to(ANNA)[2])
    assert link_in(text_of(world.mails.to(ANNA)[2])) == world.address + world.page_of(AVARN)

    anna.open(world.page_of(AVARN))
    assert "Vi mangler mars." in anna.text
    assert len(anna.page.xpath("//input[@type='file']")) == 1, "what was accepted is asked for again"
    anna.press("Send in", {f"{WAGES}{IN}Add files": [paper(world.folder, "Lønnslipper mars.pdf")]})
    manager.open(world.page_of(AVARN)).press(f"{WAGES}{IN}Accept")
    judgement = {"Outcome": "Met", "How it was checked": "Document checked", "Checked": str(timezone.localdate())}
    manager.press(f"{WAGES}{IN}Save the judgement", judgement)
    assert world.request(AVARN).status == "accepted"
    assert Obligation.objects.get(framework__ocid=OCID, supplier__name__iexact=AVARN).verified == "met"


# Silence


def the_other_stays_silent_through_the_days(world: World) -> None:
    """Every day from tomorrow to a month after the date: the sweep, then the post."""
    today, due = timezone.localdate(), world.request(SECURITAS).deadline.due_on
    world.note((today - due).days)
    assert world.told.popitem()[1] == [(0, "documents_requested", SIRI)]
    for number in range(1, (due - today).days + 31):
        day = today + timedelta(days=number)
        for _twice in range(2):
            call_command("remind", "--on", day.isoformat(), stdout=StringIO())
        world.deliver()
        world.note((day - due).days)
    first_days = {days for days in world.told if days < 8}
    assert {days: world.told.pop(days) for days in first_days} == {
        7 - (due - today).days: [(1, "reminder_unopened", SIRI)],
        -14: [(2, "reminder_before", SIRI)],
        -3: [(3, "reminder_before", SIRI)],
        min(days for days in first_days if days > 0): [(4, "overdue_first", SIRI)],
    }
    letter, at_last = world.told[15], world.told[30]
    assert world.told[8] == [(5, "call_supplier", MANAGER), (5, "overdue_second", SIRI), (5, "overdue_second", STEN)]
    assert letter == [(0, "formal_notice_due", MANAGER), (0, "formal_notice_due", OWNER)]
    assert (7, "escalation_to_owner", OWNER) in at_last
    assert [len(world.mails.to(address)) for address in (SIRI, STEN)] == [6, 1]
    assert not [mail for mail in world.mails.to(ANNA) if "Securitas" in text_of(mail)]


def the_silence_is_seen_on_every_page(world: World, manager: Visitor) -> None:
    manager.open(world.page_of(SECURITAS))
    for line in ("Second reminder after the date, to Sten Securitas", "Formal notice to approve and send", "Not seen in the portal yet"):
        assert line in manager.text
    letter = manager.open("/").follow("Look at the letter").text
    assert "mislighold av dokumentasjonsplikten" in letter
    assert CLAUSE in letter
    assert "Nothing has been sent." in letter
    assert "Call Securitas AS" in manager.open("/inbox/?view=all").text
    owner = world.visitor(world.cast.owner).open("/inbox/")
    assert "Securitas AS does not answer: a decision is yours" in owner.text
    matrix = manager.open(f"/frameworks/{world.framework.pk}/").text
    assert "Avarn Security AS" in matrix
    assert "Not assessed" in matrix


def programs_see_the_same(world: World) -> None:
    token = world.manage("api_token", MANAGER).splitlines()[-1]
    api = requests.Session()
    api.headers["Authorization"] = f"Bearer {token}"

    def rows(path: str, **parameters: str) -> list[dict[str, Any]]:
        answer = api.get(f"{world.address}/api/v1/{path}/", params=parameters, timeout=60)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["results"]
        return found

    requested = {row["supplier"]: row for row in rows("document-requests", framework=str(world.framework.pk))}
    mine, silent = (requested[str(world.request(name).supplier_id)] for name in (AVARN, SECURITAS))
    assert (mine["status"], [each["verdict"] for each in mine["rounds"]]) == ("accepted", ["returned", "accepted"])
    assert [len(each["documents"]) for each in mine["submissions"]] == [2, 1]
    assert (silent["status"], silent["submissions"]) == ("sent", [])
    verified = {row["supplier"]: (row["verified"], row["method"]) for row in rows("obligations", framework=str(world.framework.pk))}
    assert verified == {mine["supplier"]: ("met", "document"), silent["supplier"]: ("unknown", "")}
    assert {row["kind"] for row in rows("deadlines", framework=str(world.framework.pk), open="true")} >= {
        "document_request",
        "formal_notice",
    }
    sent = {(row["kind"], row["status"]) for row in rows("deliveries", page_size="200")}
    assert {("overdue_second", "sent"), ("receipt", "sent"), ("escalation_to_owner", "sent")} <= sent
    assert "accept" in {row["verb"] for row in rows("history", object_id=mine["id"])}


def what_is_published_is_valid(world: World) -> None:
    file = world.folder / "package.json"
    world.manage("export_ocds", "--framework", world.framework.reference, "--output", str(file))
    package = json.loads(file.read_text())
    assert [release["ocid"] for release in package["releases"]] == [OCID]
    assert validated(package)["validation_errors"] == []
