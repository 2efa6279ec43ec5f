"""The main job in a real browser: asked, delivered, judged, silent; by mouse and by keyboard; every page it stands on is looked at."""

import os
from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from accounts.models import Membership, Person, User
from cpb.demo.papers import pdf
from followup.models import DocumentRequest
from tests import factories
from tests.browser.walker import Hand, Walker, post
from tests.cast import Cast
from tests.visitor import link_in

pytestmark = pytest.mark.django_db(transaction=True)
Enter = Callable[[User, str], None]

TITLE, ROUTINES, CERTIFICATE = "Årlig oppfølging", "Rutiner for aktsomhetsvurderinger", "Miljøsertifikat"
IMAGES = Path(__file__).parents[2] / "docs" / "images"


def paper(folder: Path, name: str) -> Path:
    path = folder / name
    path.write_bytes(pdf(name))
    return path


@pytest.mark.parametrize("hand", ["mouse", "keyboard"])
def test_the_main_job(page: Page, enter: Enter, cast: Cast, hand: Hand, tmp_path: Path) -> None:
    Person.objects.update(language="en")
    walker = Walker(page, hand)
    the_manager_asks_two_suppliers(walker, enter, cast)
    one_delivers(walker, enter, cast, tmp_path)
    the_manager_judges(walker, enter, cast)
    what_was_missing_is_supplemented(walker, enter, cast, tmp_path)
    the_other_stays_silent(walker, enter, cast)


def the_manager_asks_two_suppliers(walker: Walker, enter: Enter, cast: Cast) -> None:
    page = walker.page
    enter(cast.manager, "/")
    walker.look("today")
    page.goto(page.url + f"frameworks/{cast.pc.pk}/")
    walker.look("agreement")
    walker.link("Ask for documentation")
    for name in ("Nordvare AS", "Fjordtek AS"):
        walker.tick(page.get_by_label(name))
    page.get_by_label("What is it about?").fill(TITLE)
    item = page.get_by_role("group", name="Item 1")
    item.get_by_label("What we ask for").fill(ROUTINES)
    proofs = item.get_by_role("group", name="Proof for these requirements").get_by_role("checkbox")
    expect(proofs).to_have_count(3)  # due diligence on two lots, environment on one
    for box in proofs.all():
        walker.tick(box)
    walker.button("Ask for one more thing")
    page.get_by_role("group", name="Item 2").get_by_label("What we ask for").fill(CERTIFICATE)
    walker.look("putting a request together")
    walker.button("Save and look it over")
    expect(page.get_by_text(cast.clause.text).first).to_be_attached()
    walker.look("the last look")
    walker.button("Send to 2 suppliers")
    expect(page.get_by_text("Sent to 2 suppliers")).to_be_visible()
    walker.look("sent")
    post()


def request_to(supplier: Any) -> str:
    return f"/document-requests/{DocumentRequest.objects.get(title=TITLE, supplier=supplier).pk}/"


def one_delivers(walker: Walker, enter: Enter, cast: Cast, folder: Path) -> None:
    page = walker.page
    enter(cast.csr, "/")
    walker.look("wanted")
    walker.link(TITLE)
    walker.look("answering")
    for title in (ROUTINES, CERTIFICATE):
        part = page.get_by_role("region", name=title)
        part.locator("input[type=file]").set_input_files(paper(folder, f"{title}.pdf"))
        expect(part.get_by_role("link", name=f"{title}.pdf")).to_be_visible()
    walker.look("answering, with files")
    walker.button("Send in")
    expect(page.get_by_role("heading", name="We have received it")).to_be_visible()
    expect(page.get_by_text("SHA-256")).to_have_count(2)
    walker.look("receipt")
    post()


def the_manager_judges(walker: Walker, enter: Enter, cast: Cast) -> None:
    page = walker.page
    enter(cast.manager, "/")
    walker.look("today, something to review")
    walker.link(TITLE)
    walker.look("reviewing")
    first, second = (page.locator("[data-review-item]", has_text=title) for title in (ROUTINES, CERTIFICATE))
    if walker.hand == "keyboard":
        first.focus()
        page.keyboard.press("a")
        expect(first.get_by_text("The documentation is accepted")).to_be_visible()
        second.focus()
        page.keyboard.press("r")
        expect(second.get_by_label("What is wrong")).to_be_focused()
    else:
        first.get_by_role("button", name="Accept").click()
        expect(first.get_by_text("The documentation is accepted")).to_be_visible()
        second.get_by_text("It must be supplemented").click()
    second.get_by_label("What is wrong").select_option("expired")
    second.get_by_label("What the supplier should do").fill("Det gikk ut i fjor.")
    walker.press(second.get_by_role("button", name="Mark it, and go on"))
    expect(page.get_by_text("1 accepted, 1 to be supplemented, 0 not judged")).to_be_visible()
    judge(walker, first)
    walker.look("judged")
    walker.button("Send back to Nordvare AS")
    expect(page.get_by_text("Must be supplemented").first).to_be_visible()
    post()


def judge(walker: Walker, item: Locator) -> None:
    """Is the requirement met: asked by itself, beside whether the document is good enough."""
    walker.press(item.locator("summary", has_text="Judge the requirement").first)
    item.get_by_label("Outcome").first.select_option("met")
    item.get_by_label("How it was checked").first.select_option("document")
    item.get_by_label("Checked", exact=True).first.fill(timezone.localdate().isoformat())
    walker.press(item.get_by_role("button", name="Save the judgement").first)
    expect(item.get_by_text("Document checked").first).to_be_attached()


def what_was_missing_is_supplemented(walker: Walker, enter: Enter, cast: Cast, folder: Path) -> None:
    page = walker.page
    enter(cast.csr, request_to(cast.nordvare))
    expect(page.get_by_text("Det gikk ut i fjor.").first).to_be_visible()
    expect(page.locator("input[type=file]")).to_have_count(1)
    walker.look("to be done again")
    part = page.get_by_role("region", name=CERTIFICATE)
    part.locator("input[type=file]").set_input_files(paper(folder, "Nytt sertifikat.pdf"))
    expect(part.get_by_role("link", name="Nytt sertifikat.pdf")).to_be_visible()
    walker.button("Send in")
    expect(page.get_by_role("heading", name="We have received it")).to_be_visible()
    enter(cast.manager, request_to(cast.nordvare))
    walker.button("Accept")
    expect(page.locator("#request-head").get_by_text("Accepted documentation")).to_be_visible()
    post()


def the_other_stays_silent(walker: Walker, enter: Enter, cast: Cast) -> None:
    page, due = walker.page, DocumentRequest.objects.get(title=TITLE, supplier=cast.fjordtek).deadline.due_on
    pass_days(timezone.localdate(), due + timedelta(days=31))
    enter(cast.manager, request_to(cast.fjordtek))
    walker.press(page.locator("summary", has_text="earlier events").first)
    expect(page.get_by_text("Second reminder after the date, to Frida Fjord").first).to_be_visible()
    walker.look("silent")
    page.goto(page.url.split("/document-requests/")[0])
    walker.link("Look at the letter")
    expect(page.get_by_text("Nothing has been sent.")).to_be_visible()
    walker.look("the letter")
    enter(cast.manager, f"/frameworks/{cast.pc.pk}/")
    expect(page.get_by_text("Met", exact=True).first).to_be_visible()
    walker.look("agreement, something met")
    for name in ("inbox", "deadlines", "deliveries", "document-requests", "reports"):
        enter(cast.manager, f"/{name}/")
        walker.look(name)


def pass_days(first: date, last: date) -> None:
    while first <= last:
        call_command("remind", "--on", first.isoformat(), stdout=StringIO())
        post()
        first += timedelta(days=1)


def test_every_control_of_the_suppliers_page_is_reached_by_tab(page: Page, enter: Enter, cast: Cast) -> None:
    request = factories.document_request(cast.pc, cast.nordvare, cast.manager, now=timezone.now())
    enter(cast.csr, f"/document-requests/{request.pk}/")
    controls = "a[href], button, input:not([type=hidden]), textarea, select, summary"
    wanted = page.evaluate(
        """(controls) => [...document.querySelectorAll(controls)].filter((e) => e.checkVisibility() && !e.disabled && e.tabIndex >= 0)
        .map((e, number) => { e.dataset.walk = number; return String(number) })""",
        controls,
    )
    reached, seen = set(), "const e = document.activeElement; const s = getComputedStyle(e); "
    for _step in range(len(wanted) + 10):
        page.keyboard.press("Tab")
        number, is_seen = page.evaluate(f"() => {{ {seen} return [e.dataset.walk, s.outlineStyle !== 'none' || s.boxShadow !== 'none'] }}")
        reached.add(number)
        assert number is None or is_seen, f"No focus to be seen: {page.evaluate('document.activeElement.outerHTML')}"
    assert {*wanted} - reached == set()


class TestWithoutScripts:
    @pytest.fixture
    def browser_context_args(self, browser_context_args: dict[str, Any]) -> dict[str, Any]:
        return {**browser_context_args, "java_script_enabled": False}

    def test_a_new_contact_gets_from_the_mail_to_the_receipt(self, page: Page, cast: Cast, tmp_path: Path, mailoutbox: list[Any]) -> None:
        Membership.objects.filter(organisation=cast.nordvare).update(ended_at=timezone.now())  # nobody there has an account any more
        newcomer = factories.person("ny@nordvare.example", "Ny Nordvare", language="en")
        factories.contact(cast.nordvare, newcomer)
        cast.pc.scope.roles.filter(organisation=cast.nordvare).update(person=newcomer)
        factories.document_request(cast.pc, cast.nordvare, cast.manager, now=timezone.now(), title=TITLE)
        call_command("remind", stdout=StringIO())
        post()
        (mail,) = [mail for mail in mailoutbox if "ny@nordvare.example" in str(mail.to)]
        page.goto(link_in(mail.body))
        page.get_by_label("Password").fill("en ganske lang setning")
        page.get_by_role("button", name="Go on").click()
        expect(page.get_by_role("heading", name=TITLE).first).to_be_visible()
        page.locator("input[type=file]").set_input_files([paper(tmp_path, "a.pdf"), paper(tmp_path, "b.pdf")])
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_role("link", name="b.pdf")).to_be_visible()
        page.get_by_role("button", name="Send in").click()
        expect(page.get_by_role("heading", name="We have received it")).to_be_visible()
        expect(page.get_by_text("SHA-256")).to_have_count(2)


@pytest.mark.skipif(os.environ.get("UPDATE_SCREENSHOTS") != "1", reason="The README's pictures are made when asked: UPDATE_SCREENSHOTS=1")
def test_pictures_for_the_readme(page: Page, enter: Enter) -> None:
    call_command("demo", stdout=StringIO())
    manager = User.objects.get(email="manager@cpb.example")
    silent = DocumentRequest.objects.get(supplier__name="Bergdata AS")
    page.emulate_media(color_scheme="light")
    for name, path in (("agreement", f"/frameworks/{silent.framework_id}/"), ("silent", f"/document-requests/{silent.pk}/")):
        enter(manager, path)
        page.screenshot(path=IMAGES / f"{name}.png", full_page=True)
