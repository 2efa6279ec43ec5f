"""Somebody at a browser without scripts: opens pages, follows links by their words, fills in fields by their labels, presses buttons."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin

import lxml.html
import requests

Value = str | bool | Iterable[Path]


IN = " > "
"""`"Miljø > Accept"` is what says Accept in the part of the page that begins with Miljø."""


class Visitor:
    """Stands on one page at a time. Whatever is not answered with a page fails the test."""

    def __init__(self, address: str, language: str = "en") -> None:
        self.session = requests.Session()
        self.session.headers["Accept-Language"] = language
        self.url = address

    def open(self, address: str, status: int = 200) -> "Visitor":
        return self._see(self.session.get(urljoin(self.url, address), timeout=60), status)

    def follow(self, words: str) -> "Visitor":
        """The first link that says so."""
        return self.open(self.find("a", words).get("href"))

    def find(self, tag: str, words: str) -> Any:
        place, _in, words = words.rpartition(IN)
        found = [each for each in part_of(self.page, place).iter(tag) if words in plain(each.text_content())]
        assert found, f"Nothing in “{place}” says “{words}”: {self.url}\n{self.text}"
        return found[0]

    def press(self, words: str, fields: Mapping[str, Value] | None = None, status: int = 200) -> "Visitor":
        """The first button that says so, after its form's fields were filled in."""
        button = self.find("button", words)
        named = button.get("form")
        form = self.page.get_element_by_id(named) if named else next(button.iterancestors("form"))
        files = [sent for label, value in (fields or {}).items() for sent in fill(form, label, value)]
        data = [*form.form_values()]
        if button.get("name"):
            data.append((button.get("name"), button.get("value", "")))
        address = urljoin(self.url, button.get("formaction") or form.get("action") or self.url)
        send = {"data": data, "files": files or None} if form.method == "POST" else {"params": data}
        headers = {"Referer": self.url}
        return self._see(self.session.request(form.method, address, headers=headers, timeout=60, **send), status)  # type: ignore[arg-type]

    def _see(self, answer: requests.Response, status: int) -> "Visitor":
        assert answer.status_code == status, f"{answer.request.method} {answer.url}: {answer.status_code}\n{words_of(answer)}"
        self.answer, self.url = answer, answer.url
        self.page = lxml.html.fromstring(answer.content) if answer.headers["Content-Type"].startswith("text/html") else None
        return self

    @property
    def text(self) -> str:
        return words_of(self.answer)

    def sign_in(self, email: str, password: str) -> "Visitor":
        return self.open("/accounts/login/").press("Sign in", {"Email": email, "Password": password})


def words_of(answer: requests.Response) -> str:
    """What can be read in the middle of the page."""
    if not answer.headers["Content-Type"].startswith("text/html"):
        return answer.text
    page = lxml.html.fromstring(answer.content)
    return plain(" ".join(part.text_content() for part in page.xpath("//div[@id='messages'] | //main")) or page.text_content())


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def part_of(page: Any, words: str) -> Any:
    """The part of the page that begins with these words: a set of fields, a section, a card, a row."""
    if not words:
        return page
    parts = [each for each in page.iter("fieldset", "section", "article", "li", "tr") if heading_of(each).startswith(words)]
    assert parts, f"No part of the page begins with “{words}”: {plain(page.text_content())}"
    return parts[0]


def heading_of(part: Any) -> str:
    return re.sub(r"^\d+\. ", "", plain(part.text_content()))


def fill(form: Any, label: str, value: Value) -> list[tuple[str, tuple[str, bytes]]]:
    """Write into the field of that label; files are given back, to be sent beside what is written."""
    field = field_of(form, label)
    if isinstance(value, bool):
        field.checked = value
    elif not isinstance(value, str):
        return [(field.name, (path.name, path.read_bytes())) for path in value]
    elif field.tag == "select":
        field.value = next(option.get("value") for option in field.iter("option") if value in plain(option.text_content()))
    else:
        field.value = value
    return []


def field_of(form: Any, label: str) -> Any:
    place, _in, label = label.rpartition(IN)
    labels = [each for each in part_of(form, place).iter("label") if each.get("for")]
    found = [each for each in labels if plain(each.text_content()).startswith(label)]
    assert found, f"No field “{label}” among {[plain(each.text_content()) for each in labels]}"
    return form.get_element_by_id(found[0].get("for"))


def link_in(text: str) -> str:
    """The one button of a mail; at its foot there may be the same page again, and why the mail came."""
    (link,) = {str(found) for found in re.findall(r"https?://[^\s<>#]+", text) if "/inbox/why/" not in unquote(found)}
    return link
