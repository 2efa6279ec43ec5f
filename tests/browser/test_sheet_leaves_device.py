"""Use case: an audit sheet leaves the device by itself, and a large photo gets through. What was not sent is never taken away."""

import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from followup.models import Audit, SheetEntry, SheetPhoto
from tests.browser.sheet_steps import part, status
from tests.cast import Cast
from tests.followup.audits.stories import log
from tests.followup.sheets.stories import asked, begun

pytestmark = pytest.mark.django_db(transaction=True)
expect.set_options(timeout=20_000)
Enter = Callable[[User, str], None]
KEPT = "async () => (await (await caches.open('audit-sheets')).keys()).filter(({url}) => url.endsWith('/sheet/')).length"
ROWS = """() => new Promise((done) => {
  const asked = indexedDB.open('audit-sheets');
  asked.onsuccess = () => {
    const rows = asked.result.transaction('fields').objectStore('fields').getAll();
    rows.onsuccess = () => { asked.result.close(); done(rows.result.map((row) => row.text)); };
  };
})"""


def large_photo(path: Path, width: int = 4200, height: int = 1900) -> Path:
    """24 MB of a smooth picture, as it is before anybody has made it smaller."""
    row = b"\x00" + bytes(value for x in range(width) for value in (x * 255 // width, 128, 64))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(row * height, level=0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b""))
    return path


def test_the_device_lets_go_of_a_sheet(page: Page, enter: Enter, cast: Cast, tmp_path: Path) -> None:
    sheet = begun(cast, planned_on=timezone.localdate())
    exits, path = asked(sheet, "safety-1"), f"/audits/{sheet.audit_id}/sheet/"
    enter(cast.manager, path)
    page.wait_for_selector("[data-sheet][data-ready]")
    part(page, exits).locator("input[type=file]").set_input_files(large_photo(tmp_path / "line-b.png"))
    expect(part(page, exits).locator("[data-photos]")).to_contain_text("line-b.jpg")
    assert (tmp_path / "line-b.png").stat().st_size > 23_900_000
    assert SheetPhoto.objects.get().size < 1_000_000
    assert page.evaluate(KEPT) == 1

    log(cast, Audit.objects.get(), "Report", performed_on=timezone.localdate(), now=timezone.now(), today=timezone.localdate())
    page.reload()
    expect(status(page)).to_contain_text("The audit is reported, so the sheet is no longer kept on this device.")
    assert page.evaluate(KEPT) == 0

    page.route("**/merge/", lambda route: route.abort())
    part(page, exits).get_by_label("Note").fill("Port B er låst.")
    expect(status(page)).to_contain_text("fields: 1, photos: 0")
    sign_out(page, stays=True)
    expect(part(page, exits).get_by_label("Note")).to_have_value("Port B er låst.")
    sign_out(page, stays=False)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert page.evaluate(ROWS) == ["Port B er låst."], "what was not sent is still here"
    page.unroute("**/merge/")
    enter(cast.manager, path)
    expect(status(page)).to_contain_text("Sent and taken in")
    assert SheetEntry.objects.get().text == "Port B er låst."
    sign_out(page)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert page.evaluate(ROWS) == []
    assert not page.evaluate("() => caches.has('audit-sheets')")


FULL = """() => { IDBObjectStore.prototype.put = Cache.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); }; }"""
CHOOSE = """(input) => {
  const chosen = new DataTransfer();
  chosen.items.add(new File(['not whole'], 'line-b.heic', { type: '' }));
  chosen.items.add(new File([], 'empty.jpg', { type: 'image/jpeg' }));
  input.files = chosen.files;
  input.dispatchEvent(new Event('change', { bubbles: true }));
}"""


def test_a_full_device_loses_nothing(page: Page, enter: Enter, cast: Cast) -> None:
    """What it does not take is held by the page and sent from there; and what is no photo stops nothing."""
    sheet = begun(cast, planned_on=timezone.localdate())
    exits, people = (asked(sheet, code) for code in ("safety-1", "other-1"))
    path = f"/audits/{sheet.audit_id}/sheet/"
    enter(cast.manager, path)
    page.wait_for_selector("[data-sheet][data-ready]")
    page.context.set_offline(True)
    page.evaluate(FULL)
    part(page, exits).get_by_label("Note").fill("Port B er låst.")
    part(page, exits).locator("input[type=file]").evaluate(CHOOSE)
    expect(part(page, exits)).to_contain_text("empty.jpg: The photo could not be read")
    expect(status(page)).to_contain_text("There is no room on this device. Keep this page open until everything is sent.")
    expect(status(page)).to_contain_text("fields: 1, photos: 1")
    page.context.set_offline(False)
    expect(part(page, exits)).to_contain_text("line-b.heic: ")
    part(page, exits).get_by_role("button", name="Remove line-b.heic").click()
    part(page, people).get_by_label("Answer").fill("12")
    expect(status(page)).to_contain_text("Sent and taken in – fields: 1, photos: 0.")
    assert sorted(SheetEntry.objects.values_list("text", flat=True)) == ["12", "Port B er låst."]
    expect(part(page, exits).get_by_label("Note")).to_have_value("Port B er låst.")


def test_the_next_person_on_the_device_sees_nothing_of_the_first(page: Page, enter: Enter, cast: Cast) -> None:
    """The first's session ran out. What was written in two sheets is sent when that person opens one of them."""
    first, second = begun(cast), begun(cast)
    for sheet in (second, first):
        enter(cast.manager, f"/audits/{sheet.audit_id}/sheet/")
        page.wait_for_selector("[data-sheet][data-ready]")
    addresses = {sheet: page.url.replace(str(first.audit_id), str(sheet.audit_id)) for sheet in (first, second)}
    page.context.set_offline(True)
    for sheet, address in addresses.items():
        page.goto(address)
        part(page, asked(sheet, "safety-1")).get_by_label("Note").fill("Port B er låst.")
        expect(status(page)).to_contain_text("fields: 1, photos: 0")
    page.goto("about:blank")
    page.context.set_offline(False)
    enter(cast.owner, "/audits/")
    page.wait_for_function("async () => !(await caches.has('audit-sheets'))")
    assert not SheetEntry.objects.exists()
    enter(cast.manager, f"/audits/{first.audit_id}/sheet/")
    expect(status(page)).to_contain_text("Sent and taken in")
    assert SheetEntry.objects.filter(sheet=first).count() == SheetEntry.objects.filter(sheet=second).count() == 1


def sign_out(page: Page, *, stays: bool | None = None) -> None:
    """`stays` is the answer to what the page asks; None where it has nothing to ask."""
    press = "() => { setTimeout(() => document.querySelector('form[data-sign-out]').requestSubmit()); }"
    if stays is None:
        page.evaluate(press)
        return
    with page.expect_event("dialog") as asked:
        page.evaluate(press)
    assert "things: 1" in asked.value.message
    if stays:
        asked.value.dismiss()
    else:
        asked.value.accept()
