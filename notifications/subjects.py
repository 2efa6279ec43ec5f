"""How long a subject may be: what it says first is seen on a phone, and no mail program folds it.

Names are shortened at a word, those that tell least first; the words, dates and numbers of a subject stand.
"""

import textwrap
from collections.abc import Callable, Mapping
from typing import Any

MOST = 78
"""Characters; what a line of a mail should keep to (RFC 5322, 2.1.1)."""
LEAST_OF_NAME = 16
NAMES = ("agreement", "title", "site", "name", "to_organisation", "body", "agency", "supplier", "audit_words")


def fitted(say: Callable[[Mapping[str, Any]], str], about: Mapping[str, Any]) -> str:
    """What `say` says about it, with as much of the names as there is room for."""
    subject = say(about)
    for name in NAMES:
        too_long = len(subject) - MOST
        if too_long <= 0:
            break
        if whole := about.get(name):
            about = {**about, name: shortened(str(whole), max(len(whole) - too_long, LEAST_OF_NAME))}
            subject = say(about)
    return subject


def shortened(name: str, most: int) -> str:
    """The first words of it, or of one long word the beginning; with the mark that there is more."""
    cut = textwrap.shorten(name, most, placeholder="…")
    return cut if len(cut) > 1 else f"{name[: most - 1]}…"
