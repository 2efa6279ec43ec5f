"""Somebody who uses the pages with one hand, and looks at each of them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Literal
from urllib.parse import urlsplit

from django.core.management import call_command
from playwright.sync_api import Locator, Page, ViewportSize, expect

from core.models import History
from tests.browser.conftest import faults

expect.set_options(timeout=20_000)  # the two cores may be busy with other tests
Hand = Literal["mouse", "keyboard"]
DESK: ViewportSize = {"width": 1280, "height": 900}
FILLED = "main .ds-button:not([data-variant])"
PHONE: ViewportSize = {"width": 360, "height": 800}


class Walker:
    """Uses the page with one hand, and looks at each new page: axe in light at 1280 px, in dark at 360 px, one filled button."""

    def __init__(self, page: Page, hand: Hand) -> None:
        self.page, self.hand = page, hand
        self.looked_at: set[str] = set()

    def press(self, thing: Locator) -> None:
        thing.scroll_into_view_if_needed()
        if self.hand == "mouse":
            thing.click()
            return
        thing.focus()
        expect(thing).to_be_focused()
        self.page.keyboard.press("Enter")

    def tick(self, box: Locator) -> None:
        if self.hand == "mouse":
            box.check()
            return
        box.focus()
        self.page.keyboard.press("Space")
        expect(box).to_be_checked()

    def link(self, words: str) -> None:
        self.press(self.page.get_by_role("link", name=words).first)

    def button(self, words: str) -> None:
        self.press(self.page.get_by_role("button", name=words).first)

    def look(self, name: str) -> None:
        """Once by mouse is enough: it is the same page under the keys."""
        self.page.wait_for_load_state("load")
        if self.hand == "keyboard" or name in self.looked_at:
            return
        self.looked_at.add(name)
        size = self.page.viewport_size
        self.page.set_viewport_size(DESK)
        found = [f"light, 1280: {fault}" for fault in faults(self.page)]
        self.page.emulate_media(color_scheme="dark")
        self.page.set_viewport_size(PHONE)
        found += [f"dark, 360: {fault}" for fault in faults(self.page)]
        found += [f"another filled button: {words}" for words in self.page.locator(FILLED).filter(visible=True).all_inner_texts()[1:]]
        width = self.page.evaluate("document.documentElement.scrollWidth")
        self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size(size or DESK)
        assert (found, width) == ([], 360), (name, found, width)


def post() -> None:
    call_command("deliver", "--once", "--now", stdout=StringIO())


@contextmanager
def on_a_phone(page: Page) -> Iterator[None]:
    page.set_viewport_size(PHONE)
    yield
    page.set_viewport_size(DESK)


def path_of(url: str) -> str:
    return urlsplit(url).path


def of_history(url: str) -> set[str]:
    """What was done with the thing whose page this is."""
    key = re.findall(r"[0-9a-f-]{36}", url)[0]
    return set(History.objects.filter(object_id=key).values_list("verb", flat=True))
