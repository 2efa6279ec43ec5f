"""Use case: every part of the pages, read and used by anybody: in both colours, on a phone, by keyboard, with and without scripts."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.browser.conftest import faults
from tests.cast import Cast

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.core.gallery")]
Enter = Callable[[User, str], None]


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_nothing_is_inaccessible_and_nothing_overflows(page: Page, enter: Enter, cast: Cast, width: int, colours: Any) -> None:
    page.emulate_media(color_scheme=colours)
    page.set_viewport_size({"width": width, "height": 800})
    for path in ("/gallery/", "/help/", "/accessibility/", "/accounts/login/", "/accounts/password/change/", "/nowhere/"):
        enter(cast.manager, path)
        assert faults(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") == width, path


def test_menus_open_and_close_by_keyboard(page: Page, enter: Enter, cast: Cast) -> None:
    enter(cast.csr_fjordtek, "/gallery/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.get_by_role("button", name="Frida Fjord").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    assert faults(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(page.get_by_role("button", name="Frida Fjord")).to_be_focused()


def test_errors_are_summed_up_with_focus_and_lead_to_their_fields(page: Page, enter: Enter, cast: Cast) -> None:
    enter(cast.manager, "/gallery/")
    page.get_by_role("button", name="Send til 3 leverandører").click()
    expect(page.locator(".ds-error-summary")).to_be_focused()
    assert page.title().startswith("Error: ")
    assert faults(page) == []
    page.get_by_role("link", name="Frist –").click()
    expect(page.get_by_label("Frist", exact=True)).to_be_focused()


def test_files_chosen_twice_are_both_kept_and_can_be_removed(page: Page, enter: Enter, cast: Cast, tmp_path: Path) -> None:
    for name in ("a.pdf", "b.pdf", "c.pdf"):
        (tmp_path / name).write_bytes(b"%PDF-1.7 " + name.encode())
    enter(cast.manager, "/gallery/")
    files = page.locator("#id_files")
    files.set_input_files([tmp_path / "a.pdf", tmp_path / "b.pdf"])
    files.set_input_files([tmp_path / "c.pdf"])
    expect(page.locator(".chosen li")).to_have_count(3)
    page.get_by_role("button", name="Remove b.pdf").click()
    assert files.evaluate("input => [...input.files].map(file => file.name)") == ["a.pdf", "c.pdf"]
    expect(page.locator("#announcer")).to_have_text("Removed: b.pdf")


def test_keys_review_only_while_the_focus_is_in_an_item(page: Page, enter: Enter, cast: Cast) -> None:
    enter(cast.manager, "/gallery/")
    page.evaluate("document.querySelectorAll('[data-key]').forEach(b => b.addEventListener('click', () => { b.dataset.pressed = 'yes' }))")
    page.keyboard.press("a")
    expect(page.locator("[data-pressed]")).to_have_count(0)
    page.locator("[data-review-item]").first.focus()
    page.keyboard.press("n")
    expect(page.locator("[data-review-item]").nth(1)).to_be_focused()
    page.keyboard.press("a")
    expect(page.locator("[data-review-item]").nth(1).locator("[data-pressed]")).to_have_text("Godta B A")


def test_what_is_being_written_survives_a_closed_window(page: Page, enter: Enter, cast: Cast) -> None:
    enter(cast.manager, "/gallery/")
    page.get_by_label("Begrunnelse").fill("Fordi avtalen sier det.")
    expect(page.get_by_text("Kept in this browser")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Begrunnelse")).to_have_value("Fordi avtalen sier det.")
    page.get_by_role("button", name="Discard it").click()
    expect(page.get_by_label("Begrunnelse")).to_have_value("")


def test_a_filter_changes_the_list_the_address_and_says_so(page: Page, enter: Enter, cast: Cast) -> None:
    enter(cast.manager, "/gallery/")
    page.get_by_label("Tilstand").focus()
    page.get_by_label("Tilstand").select_option("sent")
    page.wait_for_url("**/gallery/?*status=sent*")
    expect(page.locator("#announcer")).to_contain_text("forespørsler")
    expect(page.get_by_label("Tilstand")).to_be_focused()


def test_a_refused_update_is_told_where_the_eye_is(page: Page, enter: Enter, cast: Cast) -> None:
    enter(cast.manager, "/gallery/")
    page.get_by_role("button", name="Gjør det som ikke går").click()
    expect(page.locator("#messages").get_by_role("alert")).to_contain_text("This has changed since you opened it")
    expect(page.locator("#messages")).to_be_focused()


def test_without_a_server_nothing_is_lost(page: Page, enter: Enter, cast: Cast) -> None:
    enter(cast.manager, "/gallery/")
    page.get_by_label("Begrunnelse").fill("Fordi avtalen sier det.")
    page.context.set_offline(True)
    page.get_by_role("button", name="Gjør det som ikke går").click()
    expect(page.locator("#messages").get_by_role("alert")).to_contain_text("We could not reach the server")
    expect(page.get_by_label("Begrunnelse")).to_have_value("Fordi avtalen sier det.")


def choose(page: Page, folder: Path, octets: int) -> None:
    (folder / "a.pdf").write_bytes(b"%PDF-1.7 " + b"x" * octets)
    page.get_by_label("Papirer").set_input_files(folder / "a.pdf")


def test_an_upload_shows_how_far_it_has_come_and_then_the_next_page(page: Page, enter: Enter, cast: Cast, tmp_path: Path) -> None:
    enter(cast.csr, "/upload/")
    page.evaluate("""() => { window.seen = []; new MutationObserver(() => {
        const text = document.querySelector(".upload-progress p")?.textContent; if (text) window.seen.push(text);
    }).observe(document.body, { childList: true, subtree: true }) }""")
    page.get_by_label("Merknad").fill("Sertifikat")
    choose(page, tmp_path, 3_000_000)
    page.get_by_role("button", name="Send inn").click()
    expect(page.get_by_text("1 papers received.")).to_be_visible()
    assert page.url.endswith("/gallery/")
    assert page.title().startswith("Parts")
    assert "Everything has been sent. Checking the files …" in page.evaluate("window.seen")


def test_a_refused_upload_keeps_what_was_written_and_chosen(page: Page, enter: Enter, cast: Cast, tmp_path: Path) -> None:
    enter(cast.csr, "/upload/")
    page.get_by_label("Merknad").fill("refuse")
    choose(page, tmp_path, 10)
    page.get_by_role("button", name="Send inn").click()
    expect(page.locator("#messages").get_by_role("alert")).to_contain_text("a.pdf is larger than 100 MB.")
    expect(page.get_by_label("Merknad")).to_have_value("refuse")
    expect(page.locator(".chosen li")).to_have_count(1)


def test_a_faulty_form_sent_by_script_comes_back_with_its_summary(page: Page, enter: Enter, cast: Cast, tmp_path: Path) -> None:
    enter(cast.csr, "/upload/")
    choose(page, tmp_path, 10)
    page.get_by_role("button", name="Send inn").click()
    expect(page.locator(".ds-error-summary")).to_be_focused()
    assert page.title().startswith("Error: ")


class TestWithoutScripts:
    @pytest.fixture
    def browser_context_args(self, browser_context_args: dict[str, Any]) -> dict[str, Any]:
        return {**browser_context_args, "java_script_enabled": False}

    def test_colours_filters_and_errors(self, page: Page, enter: Enter, cast: Cast) -> None:
        enter(cast.manager, "/gallery/")
        page.get_by_role("button", name="Maja Forvalter").click()
        page.get_by_role("button", name="Dark").click()
        assert page.locator("html").get_attribute("data-color-scheme") == "dark"
        page.get_by_label("Tilstand").select_option("sent")
        page.get_by_role("button", name="Show").click()
        assert "status=sent" in page.url
        page.get_by_role("button", name="Send til 3 leverandører").click()
        expect(page.locator(".ds-error-summary")).to_be_focused()
