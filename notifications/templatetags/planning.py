"""Words for what is planned."""

from django import template
from django.utils.translation import get_language

from core import countries
from notifications import kinds
from notifications.replanning import Change

register = template.Library()


@register.filter
def message_words(change: Change) -> str:
    """What would be said."""
    return str(kinds.told_by(change.step.kind, change.deadline.brief).label)


@register.filter
def country_name(code: str) -> str:
    return countries.name(code, get_language() or "nb")
