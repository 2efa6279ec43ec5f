"""What may stand in a field of a sheet (pure): read from what a page, a device or a cell of a spreadsheet says."""

from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation

from django.conf import settings
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from followup.models import ChecklistQuestion, Part, Severity
from followup.sheet_reading import alternatives

K = ChecklistQuestion.Kind
MOST_TEXT = 20_000
MOST_DIGITS = 30
WRITTEN = (Part.NOTE, Part.FINDING)
Offered = Callable[[str], Iterable[tuple[str, str]]]


def read(question: ChecklistQuestion, part: str, said: str) -> tuple[str, str]:
    """The text to be stored, and what is wrong with it (one of the two is empty). Empty text takes an answer away."""
    text = said.replace("\r\n", "\n").strip()
    if "\x00" in text:
        return "", _("The text holds signs that cannot be kept.")
    if len(text) > MOST_TEXT:
        return "", _("Write at most %(most)d characters.") % {"most": MOST_TEXT}
    if part not in Part.values:
        return "", _("The sheet does not ask this question.")
    if not text or part in WRITTEN or (part == Part.ANSWER and question.kind == K.TEXT):
        return text, ""
    if part == Part.SEVERITY:
        return _chosen(text, severities)
    if question.kind == K.NUMBER:
        return _number(text)
    return _chosen(text, lambda language: alternatives(question, language))


def _number(text: str) -> tuple[str, str]:
    """As people write it: 1 250,5 is 1250.5."""
    plain = "".join(text.split()).replace(",", ".")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or len(plain) > MOST_DIGITS or "e" in plain.lower():
        return "", _("Write a number here, and the rest in the note.")
    return f"{number:f}", ""


def severities(language: str) -> list[tuple[str, str]]:
    """What a noted finding may be, as code and words, the gravest first."""
    with translation.override(language):
        return [(code, capfirst(str(words))) for code, words in Severity.Code.choices]


def _chosen(text: str, offered: Offered) -> tuple[str, str]:
    """A code, or its words in any of our languages."""
    for language, _name in settings.LANGUAGES:
        for code, words in offered(language):
            if text.casefold() in (code.casefold(), words.casefold()):
                return code, ""
    named = ", ".join(words for _code, words in offered(get_language() or settings.LANGUAGE_CODE))
    return "", _("This is not one of the answers: %(offered)s.") % {"offered": named}
