"""Dates as words, for mails: plain text, the same in both parts."""

from datetime import date

from django import template
from django.utils.translation import gettext as _

from core import locales

register = template.Library()


@register.filter
def in_words(day: date | None) -> str:
    """Wednesday 2 December 2026."""
    return locales.weekday(day) if day else ""


@register.filter
def short_date(day: date | None) -> str:
    """2 December 2026."""
    return locales.long_day(day) if day else ""


@register.filter
def quoted(text: str) -> str:
    """“As they wrote it”, with the quotation marks of the reader's language."""
    return _("“%(text)s”") % {"text": text}


@register.filter
def file_size(octets: int) -> str:
    return locales.size(octets)
