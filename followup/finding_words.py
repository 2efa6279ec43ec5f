"""What happened to a finding, in words: history rows as sentences."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from contracts import telling
from core import locales, status_words
from core.models import History
from followup.models import FindingEffect

VERBS: dict[str, Promise] = {
    "log": gettext_lazy("Logged"),
    "edit": gettext_lazy("Changed"),
    "tell": gettext_lazy("The supplier was told"),
    "acknowledge": gettext_lazy("Read by the supplier"),
    "dispute": gettext_lazy("Disputed by the supplier"),
    "uphold": gettext_lazy("Upheld"),
    "withdraw": gettext_lazy("Withdrawn"),
    "ask_for_plan": gettext_lazy("Action plan asked for"),
    "plan": gettext_lazy("Action plan sent"),
    "accept_plan": gettext_lazy("Action plan accepted"),
    "return_plan": gettext_lazy("Action plan sent back"),
    "act": gettext_lazy("Saved by the supplier, not sent in"),
    "upload": gettext_lazy("Saved by the supplier, not sent in"),
    "finish_action": gettext_lazy("An action is done"),
    "evidence": gettext_lazy("Sent in as put right"),
    "return_evidence": gettext_lazy("More asked for"),
    "close": gettext_lazy("Closed"),
    "reopen": gettext_lazy("Opened again"),
    "check_effect": gettext_lazy("Effect checked"),
    "record_effect": gettext_lazy("Figure written down"),
    "strike_effect": gettext_lazy("Figure struck out"),
    "meet": gettext_lazy("Meeting held"),
    "hand_over": gettext_lazy("Handed to an authority"),
}

DETAILS: dict[str, Promise] = {
    "reason": gettext_lazy("Why: %(value)s"),
    "grounds": gettext_lazy("Grounds: %(value)s"),
    "comment": gettext_lazy("Comment: %(value)s"),
    "returned": gettext_lazy("Not good enough: %(value)s"),
    "root_cause": gettext_lazy("Why it happened: %(value)s"),
    "action": gettext_lazy("Action: %(value)s"),
    "actions": gettext_lazy("Actions: %(value)s"),
    "due_on": gettext_lazy("Date: %(value)s"),
    "mend_by": gettext_lazy("To be put right by: %(value)s"),
    "held_on": gettext_lazy("Held: %(value)s"),
    "note": gettext_lazy("Note: %(value)s"),
    "statement": gettext_lazy("Said: %(value)s"),
    "files": gettext_lazy("Files: %(value)s"),
    "authority": gettext_lazy("Authority: %(value)s"),
    "method": gettext_lazy("How we know: %(value)s"),
}


def did(row: History) -> str:
    return str(VERBS.get(row.verb, row.verb))


def details(row: History) -> Iterator[str]:
    """What the row tells, a line for each; what only programs need is left out."""
    if row.verb in ("record_effect", "strike_effect"):
        yield figure(**{name: row.changes[name] for name in ("what", "amount", "currency", "method")})
        return
    if row.verb == "edit":
        yield from telling.told(row).details
        return
    for name, value in row.changes.items():
        if name in DETAILS and value not in (None, "", [], 0):
            yield str(DETAILS[name]) % {"value": _in_words(name, value)}


def figure(what: str, amount: Decimal | str, currency: str, method: str) -> str:
    """Paid back to workers: 12 000 NOK (pay slips)."""
    shown = locales.money(Decimal(amount), currency) if currency else locales.number(Decimal(amount).normalize())
    return f"{capfirst(FindingEffect.What(what).label)}: {shown} ({method})"


def _in_words(name: str, value: Any) -> str:
    if name == "method":
        return str(status_words.word("finding_method", value).label)
    if isinstance(value, list):
        return "; ".join(str(part) for part in value)
    try:
        return locales.long_day(date.fromisoformat(value))
    except (TypeError, ValueError):
        return str(value)
