"""Parts that only the pages of audits have."""

from django import template

from contracts import telling
from core.models import History
from followup import audit_days
from followup.models import Audit

register = template.Library()


@register.simple_tag
def told_day(audit: Audit) -> str:
    """The day as the supplier is told it, or the week."""
    return audit_days.in_words(audit)


@register.simple_tag
def told(row: History) -> telling.Told:
    """A row of the history in words."""
    return telling.told(row)
