"""The history of a finding in words."""

from collections.abc import Iterator

from django import template

from core.models import History
from followup import finding_words

register = template.Library()


@register.filter
def finding_did(row: History) -> str:
    return finding_words.did(row)


@register.filter
def finding_changes(row: History) -> Iterator[str]:
    return finding_words.details(row)
