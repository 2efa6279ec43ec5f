"""Use case: an audit sheet where there is no net. Written, photographed and opened again without it; then all is sent, and there once."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from accounts.models import User
from followup.models import Audit, AuditSheet, ChecklistQuestion, SheetAnswer, SheetEntry, SheetPhoto
from followup.services import audits
from tests.browser.conftest import faults
from tests.browser.sheet_steps import part, status
from tests.cast import Cast
from tests.followup.sheets.stories import TABLET, asked, begun, entry, heic, picture, sent

pytestmark = pytest.mark.django_db(transaction=True)
expect.set_options(timeout=20_000)
Enter = Callable[[User, str], None]
SHOTS = os.environ.get("SHOTS")


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=False)
        page.set_viewport_size({"width": 360, "height": 780})
        page.emulate_media(color_scheme="dark")
        page.screenshot(path=f"{SHOTS}/{name}-360.png", full_page=False)
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 1280, "height": 900})


def cut_once(page: Page) -> list[str]:
    """The net breaks in the middle of a large photo; which requests for pieces there were."""
    asked_for: list[str] = []

    def handle(route: Route) -> None:
        asked_for.append(route.request.url)
        if len(asked_for) == 3:
            shot(page, "sending")
            route.abort()
        else:
            route.continue_()

    page.route("**/pieces/", handle)
    return asked_for


def test_nothing_is_lost_without_a_net(page: Page, enter: Enter, cast: Cast, tmp_path: Path) -> None:
    sheet = begun(cast)
    exits, people, drills = (asked(sheet, code) for code in ("safety-1", "other-1", "safety-2"))
    photo = tmp_path / "port-b.png"
    photo.write_bytes(picture().read())
    large = tmp_path / "line-b.heic"
    large.write_bytes(heic(1_300_000))
    enter(cast.manager, f"/audits/{sheet.audit_id}/sheet/")
    expect(status(page)).to_contain_text("Everything is sent")
    page.wait_for_selector("[data-sheet][data-ready]")
    assert faults(page) == []
    assert page.get_by_role("button", name="Save", exact=True).count() == 0, "what is written is kept at once"

    page.context.set_offline(True)
    part(page, exits).get_by_label("No", exact=True).check()
    part(page, exits).get_by_label("Note").fill("Port B er låst med hengelås.")
    part(page, exits).locator("input[type=file]").set_input_files([photo, large])
    part(page, people).get_by_label("Answer").fill("ca. tolv")
    expect(status(page)).to_contain_text("No net")
    expect(status(page)).to_contain_text("fields: 3, photos: 2")
    shot(page, "offline")

    page.reload()
    expect(part(page, exits).get_by_label("No", exact=True)).to_be_checked()
    expect(part(page, exits).get_by_label("Note")).to_have_value("Port B er låst med hengelås.")
    expect(part(page, exits)).to_contain_text("port-b.png")
    expect(part(page, people).get_by_label("Answer")).to_have_value("ca. tolv")
    part(page, drills).get_by_label("Yes").check()
    expect(status(page)).to_contain_text("fields: 4, photos: 2")
    assert not SheetEntry.objects.exists()
    sent(sheet, entry(drills, "no", device=TABLET), actor=cast.owner)

    asked_for = cut_once(page)
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/pieces/")):
        page.context.set_offline(False)
    page.evaluate("() => { dispatchEvent(new Event('online')); }")
    expect(part(page, people)).to_contain_text("Write a number here")
    expect(part(page, drills)).to_contain_text("Two answers were written at the same time")
    expect(part(page, exits).locator("[data-photos]")).to_contain_text("port-b.png")
    expect(part(page, exits).locator("[data-photos]")).to_contain_text("line-b.heic")
    assert 5 <= len(asked_for) <= 6, "asked, one piece, one cut off; asked, and what was missing, in two where the first was not quick"
    shot(page, "merged")
    assert SheetAnswer.objects.get(question=exits, part="answer").text == "no"
    assert SheetAnswer.objects.get(question=exits, part="note").text == "Port B er låst med hengelås."
    assert {each.size for each in SheetPhoto.objects.filter(question=exits)} == {photo.stat().st_size, 1_300_000}

    part(page, people).get_by_label("Answer").fill("12")
    expect(status(page)).to_contain_text("Sent and taken in")
    part(page, drills).get_by_role("button", name="Take the other").click()
    expect(page.get_by_text("Chosen.")).to_be_visible()
    expect(status(page)).to_contain_text("Everything is sent")
    assert SheetAnswer.objects.get(question=drills).text == "yes"
    assert SheetAnswer.objects.get(question=people).text == "12"
    assert SheetEntry.objects.count() == 5
    assert SheetPhoto.objects.count() == 2

    what_was_not_sent_before_the_end(page, exits, photo, lambda: cancelled(sheet, cast))


def cancelled(sheet: AuditSheet, cast: Cast) -> None:
    audits.cancel(
        audit=Audit.objects.get(pk=sheet.audit_id), reason="Syk.", actor=cast.manager, now=timezone.now(), today=timezone.localdate()
    )


def what_was_not_sent_before_the_end(page: Page, exits: ChecklistQuestion, photo: Path, end: Callable[[], None]) -> None:
    """It is shown on the closed sheet, can be taken care of, and goes only then."""
    page.context.set_offline(True)
    part(page, exits).get_by_label("Yes", exact=True).check()
    part(page, exits).get_by_label("Note").fill("Port B er åpnet.")
    part(page, exits).locator("input[type=file]").set_input_files(photo)
    expect(status(page)).to_contain_text("fields: 2, photos: 1")
    end()
    page.context.set_offline(False)
    expect(status(page)).to_contain_text("What is on your device stays there.")
    page.reload()
    left = page.locator("#sheet-left")
    expect(left).to_be_focused()
    expect(left.locator("li")).to_have_count(3)
    for words in ("Yes", "Port B er åpnet."):
        expect(left.get_by_text(words, exact=True)).to_be_visible()
    assert faults(page) == []
    shot(page, "over")
    with page.expect_download() as saved:
        left.get_by_role("link", name="port-b.png").click()
    assert Path(saved.value.path()).read_bytes() == photo.read_bytes()
    page.once("dialog", lambda dialog: dialog.accept())
    left.get_by_role("button").click()
    expect(left).to_be_hidden()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(left).to_be_hidden()


def test_who_is_signed_out_keeps_everything(page: Page, enter: Enter, cast: Cast) -> None:
    sheet = begun(cast)
    exits = asked(sheet, "safety-1")
    path = f"/audits/{sheet.audit_id}/sheet/"
    enter(cast.manager, path)
    page.wait_for_selector("[data-sheet][data-ready]")
    page.context.clear_cookies(name="sessionid")
    part(page, exits).get_by_label("Note").fill("Låst.")
    expect(status(page)).to_contain_text("You are signed out. Nothing is lost.")
    expect(status(page).get_by_role("link", name="Sign in to send")).to_be_visible()

    enter(cast.owner, path)
    expect(status(page)).to_contain_text("Another person has written here on this device")
    assert not SheetEntry.objects.exists(), "nobody sends in another's name"

    enter(cast.manager, path)
    expect(status(page)).to_contain_text("Sent and taken in")
    assert SheetEntry.objects.get().written_by == cast.manager


def test_each_reason_why_nothing_is_sent_has_its_words(page: Page, enter: Enter, cast: Cast) -> None:
    """What helps by itself is tried again, after a pause; of the rest is said what to do. Everything stays."""
    sheet = begun(cast)
    exits = asked(sheet, "safety-1")
    note = part(page, exits).get_by_label("Note")
    enter(cast.manager, f"/audits/{sheet.audit_id}/sheet/")
    page.wait_for_selector("[data-sheet][data-ready]")
    answers = {"status": 502}
    sendings: list[str] = []

    def answer(route: Route) -> None:
        sendings.append(route.request.url)
        route.fulfill(status=answers["status"], body="<html>a proxy</html>", content_type="text/html")

    page.route("**/merge/", answer)
    note.fill("Port B")
    expect(status(page)).to_contain_text("Our service does not answer.")
    note.fill("Port B er låst.")
    page.wait_for_timeout(2_000)
    expect(status(page)).to_contain_text("Our service does not answer.")
    assert len(sendings) == 1, "a server in trouble is left alone for a while, however much is written"
    shot(page, "trouble")
    for code, words in (
        (429, "Too much was sent at once."),
        (403, "You may no longer write here."),
        (404, "The sheet is gone"),
    ):
        answers["status"] = code
        page.evaluate("() => { dispatchEvent(new Event('online')); }")
        expect(status(page)).to_contain_text(words)
        expect(status(page)).to_contain_text("fields: 1, photos: 0")
        shot(page, f"says-{code}")
    answers["status"] = 413
    page.evaluate("() => { dispatchEvent(new Event('online')); }")
    expect(part(page, exits)).to_contain_text("This is too much to send at once.")
    page.unroute("**/merge/")
    note.press_sequentially(" Nøkkelen er borte.\n")
    expect(status(page)).to_contain_text("Sent and taken in")
    expect(note).to_have_value("Port B er låst. Nøkkelen er borte.\n")
    assert SheetAnswer.objects.get().text == "Port B er låst. Nøkkelen er borte."

    part(page, exits).get_by_label("No", exact=True).check()
    part(page, exits).get_by_label("Severity").select_option("minor")
    expect(part(page, exits).get_by_label("What was found")).to_have_value("Port B er låst. Nøkkelen er borte.\n")
    expect(part(page, exits)).to_contain_text("Noted as a finding, not logged yet")
