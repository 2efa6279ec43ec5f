"""What tests look for in a page."""

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

from django.http.response import HttpResponseBase


def html(response: HttpResponseBase) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


def text(response: HttpResponseBase) -> str:
    """What a reader sees of the page's own part: no menus, no tags, one space between words."""
    main = re.search(r"<main.*?</main>", html(response), re.DOTALL)
    return _words(main[0] if main else html(response))


def said(response: HttpResponseBase) -> str:
    """All of it, also what was announced above the page's own part."""
    return _words(html(response))


def _words(content: str) -> str:
    seen = re.sub(r"<(script|style|title|svg)\b.*?</\1>", " ", content, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", seen)).split())


def filled(response: HttpResponseBase) -> dict[str, list[str]]:
    """The fields of the page's own forms, as a browser would send them back untouched."""
    main = re.search(r"<main.*?</main>", html(response), re.DOTALL)
    reader = _Fields()
    reader.feed(main[0] if main else "")
    return {name: values for name, values in reader.fields.items() if name != "csrfmiddlewaretoken"}


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self.area: str | None = None
        self.choice: str | None = None
        self.options: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given: dict[str, Any] = dict(attributes)
        name = given.get("name")
        if tag == "input" and name and not (given.get("type") in ("checkbox", "radio") and "checked" not in given):
            self.fields.setdefault(name, []).append(given.get("value", ""))
        elif tag == "textarea" and name:
            self.area = name
            self.fields.setdefault(name, []).append("")
        elif tag == "select" and name:
            self.choice, self.options = name, []
        elif tag == "option" and self.choice:
            self.options.append((given.get("value", ""), "selected" in given))

    def handle_data(self, data: str) -> None:
        if self.area:
            self.fields[self.area][-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.area:
            self.fields[self.area][-1] = self.fields[self.area][-1].removeprefix("\n")
            self.area = None
        elif tag == "select" and self.choice:
            chosen = [value for value, is_chosen in self.options if is_chosen] or [value for value, _ in self.options[:1]]
            self.fields.setdefault(self.choice, []).extend(chosen)
            self.choice = None
