"""What corrected minutes made another, in words."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.conf import settings

from notifications import minutes_words

register = template.Library()


@register.filter
def minutes_change(change: Mapping[str, Any], supplier: str) -> str:
    return minutes_words.sentence(change, supplier=supplier, body=settings.ORGANISATION_NAME)
