"""What corrected minutes made another, a sentence each, in the language that is active. Pages and mails say the same."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from core import locales


def sentence(change: Mapping[str, Any], *, supplier: str, body: str) -> str:
    """`change` as `followup/services/minutes_corrections.py` keeps it."""
    match change["what"]:
        case "held_on":
            return _("The meeting was held %(day)s, not %(was)s.") % {"day": _day(change["text"]), "was": _day(change["was"])}
        case "came":
            return _("%(name)s was there.") % {"name": change["text"]}
        case "did_not_come":
            return _("%(name)s was not there.") % {"name": change["text"]}
        case "added":
            return _("New: %(action)s") % {"action": _action(change, supplier, body)}
        case "dropped":
            return _("Taken out: %(action)s") % {"action": _action(change, supplier, body)}
    words = {"now": _action(change, supplier, body), "was": _action(change["was"], supplier, body)}
    return _("Changed: %(now)s Before: %(was)s") % words


def _action(said: Mapping[str, Any], supplier: str, body: str) -> str:
    who = supplier if said["side"] == "supplier" else body
    who = f"{who}, {said['responsible']}" if said["responsible"] else who
    text = said["text"] if said["text"].endswith((".", "!", "?")) else f"{said['text']}."
    return _("%(text)s %(who)s, by %(day)s.") % {"text": text, "who": who, "day": _day(said["due_on"])}


def _day(text: str) -> str:
    return locales.long_day(date.fromisoformat(text)) if text else ""
