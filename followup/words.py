"""What happened to a request, in words: history rows as sentences."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import locales
from core.models import History
from followup.models import DocumentRequest, Item

VERBS: dict[str, Promise] = {
    "create": gettext_lazy("Made as a draft"),
    "edit": gettext_lazy("Draft changed"),
    "send": gettext_lazy("Sent to the supplier"),
    "withdraw": gettext_lazy("Withdrawn"),
    "close": gettext_lazy("Closed"),
    "extend": gettext_lazy("Another date given"),
    "hold": gettext_lazy("Reminders set to rest"),
    "save": gettext_lazy("Saved by the supplier, not sent in"),
    "submit": gettext_lazy("Delivered"),
    "register": gettext_lazy("Registered by us"),
    "recall": gettext_lazy("Taken back by the supplier"),
    "judge": gettext_lazy("Documentation judged"),
    "accept": gettext_lazy("Everything accepted"),
    "return": gettext_lazy("Sent back to be supplemented"),
    "ask": gettext_lazy("Question asked"),
    "answer": gettext_lazy("Question answered"),
    "ask_for_time": gettext_lazy("More time asked for"),
    "decide_time": gettext_lazy("More time decided"),
    "log_contact": gettext_lazy("Contact written down"),
}

DETAILS: dict[str, Promise] = {
    "reason": gettext_lazy("Why: %(value)s"),
    "comment": gettext_lazy("Comment: %(value)s"),
    "due_on": gettext_lazy("Date: %(value)s"),
    "paused_until": gettext_lazy("Until: %(value)s"),
    "wanted_on": gettext_lazy("Wanted: %(value)s"),
    "granted_on": gettext_lazy("Given: %(value)s"),
    "files": gettext_lazy("Files: %(value)s"),
    "attached": gettext_lazy("Files from us: %(value)s"),
    "detached": gettext_lazy("Files taken away: %(value)s"),
    "accepted": gettext_lazy("Accepted: %(value)s"),
    "returned": gettext_lazy("To be supplemented: %(value)s"),
    "question": gettext_lazy("Question: %(value)s"),
    "answer": gettext_lazy("Answer: %(value)s"),
}


REASONS: dict[Any, Any] = dict(Item.Reason.choices) | dict(DocumentRequest.CloseReason.choices)
"""A reason is one of these or what somebody wrote."""


def did(row: History) -> str:
    if row.verb == "hold" and not _last(row.changes.get("paused_until")):
        return _("Reminders going on again")
    return str(VERBS.get(row.verb, row.verb))


def _last(change: Any) -> Any:
    return change[-1] if isinstance(change, list) else change


def details(row: History) -> Iterator[str]:
    """What the row tells, a line for each; what only programs need is left out."""
    for name, value in row.changes.items():
        if name in DETAILS and _last(value) not in (None, "", []):
            told = REASONS.get(value, value) if name == "reason" and isinstance(value, str) else value
            yield str(DETAILS[name]) % {"value": _in_words(told)}


def _in_words(value: Any) -> str:
    if isinstance(value, list):
        parts = [_in_words(part) for part in value if part]
        both_days = len(value) == 2 and all(_as_day(part) for part in value)
        return _("%(before)s, then %(after)s") % {"before": parts[0], "after": parts[1]} if both_days else ", ".join(parts)
    day = _as_day(value)
    return locales.long_day(day) if day else str(value)


def _as_day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None
