"""The sheet of an audit in a browser: its questions, what one writes there, and what the device says of it."""

from playwright.sync_api import Locator, Page

from followup.models import ChecklistQuestion


def part(page: Page, question: ChecklistQuestion) -> Locator:
    return page.locator(f'[data-question="{question.pk}"]')


def status(page: Page) -> Locator:
    return page.locator("#sheet-status")


def answer(page: Page, question: ChecklistQuestion, words: str) -> None:
    part(page, question).get_by_label(words, exact=True).check()


def note_finding(page: Page, question: ChecklistQuestion, severity: str, found: str) -> None:
    """Where the answer is no, the fields are unfolded already."""
    part(page, question).get_by_label("Severity").select_option(severity)
    part(page, question).get_by_label("What was found").fill(found)
