"""Parts that only the pages about shared results have: words for what a file says."""

from datetime import date
from typing import Any

from django import template

from contracts.models import Theme
from core import status_words
from followup.models import ReceivedFile
from followup.results import keys, refusals
from followup.services import relying

register = template.Library()


@register.filter
def kind_of_audit(code: str) -> str:
    return str(status_words.word("audit_kind", code).label)


@register.filter
def theme_of(code: str) -> str:
    """One that only the other body knows is shown as it stands."""
    return str(dict(Theme.choices).get(code, code))


@register.filter
def as_day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@register.filter
def place_of(audit: dict[str, Any]) -> str:
    return relying.where(audit)


@register.filter
def in_groups(text: str) -> str:
    return keys.in_groups(text)


@register.filter
def why_refused(file: ReceivedFile) -> str:
    return refusals.in_words(file.refusal, file.refusal_about)
