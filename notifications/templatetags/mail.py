"""What the template of a mail says things with. Each thing is said once, and stands in the HTML part and in the text part.

The text part is the one that is not escaped: that is how a tag knows which of the two is being made.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import template
from django.template import Context
from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from core import locales

register = template.Library()

TEXT = "font-family:'Inter',Arial,sans-serif;font-size:16px;line-height:1.5"
SMALL = "font-family:'Inter',Arial,sans-serif;font-size:14px;line-height:1.5"
STYLE = {
    "body": f"margin:0;padding:16px;{TEXT}",
    "page": "max-width:600px;margin:0 auto",
    "brand": f"{TEXT};font-weight:600;margin:0 0 24px",
    "section": "margin:0 0 24px;padding:0 0 8px;border-bottom:1px solid #8a93a0",
    "title": f"{TEXT};font-size:20px;font-weight:600;margin:24px 0 12px",
    "lead": f"{TEXT};font-weight:600;margin:0 0 12px",
    "p": f"{TEXT};margin:0 0 12px",
    "list": f"{TEXT};margin:0 0 12px;padding-left:24px",
    "table": f"{TEXT};margin:0 0 12px;border-collapse:collapse",
    "th": "text-align:left;vertical-align:top;padding:2px 16px 2px 0;font-weight:400",
    "td": "text-align:left;vertical-align:top;padding:2px 0;font-weight:600",
    "quote": f"{TEXT};margin:0 0 12px;padding-left:12px;border-left:3px solid #8a93a0",
    "button": f"{TEXT};display:inline-block;padding:10px 18px;background:#0a4ea3;color:#ffffff;text-decoration:none;border-radius:4px",
    "checksum": f"{SMALL};word-break:break-all",
    "foot": "margin:32px 0 0",
    "small": f"{SMALL};margin:0 0 8px",
}
"""A mail has no style sheet: each element carries its own."""


def _is_html(context: Context) -> bool:
    return context.autoescape


def _lines(content: str) -> list[str]:
    """What is said, line by line, however the template is indented."""
    return [line.strip() for line in content.splitlines() if line.strip()]


# Paragraphs


@register.simple_block_tag(takes_context=True)
def section(context: Context, content: str) -> str:
    return format_html('<div style="{}">{}</div>', STYLE["section"], content) if _is_html(context) else content


@register.simple_block_tag(takes_context=True)
def para(context: Context, content: str, style: str = "p") -> str:
    """A paragraph; nothing where nothing is said in it."""
    text = "\n".join(_lines(content))
    if not text:
        return ""
    return format_html('<p style="{}">{}</p>', STYLE[style], mark_safe(text)) if _is_html(context) else f"\n\n{text}\n\n"  # noqa: S308 drawn by the template


@register.simple_tag(takes_context=True)
def words(context: Context, label: str, text: str, more: str = "") -> str:
    """A paragraph of somebody's words under a label, `label text (more)`; nothing where there are no words."""
    if not text:
        return ""
    if _is_html(context):
        added = format_html(" ({})", more) if more else ""
        return format_html('<p style="{}"><strong>{}</strong> {}{}</p>', STYLE["p"], label, linebreaksbr(text), added)
    return f"\n\n{label} {text}{f' ({more})' if more else ''}\n\n"


@register.simple_tag(takes_context=True)
def quote(context: Context, text: str, label: str = "") -> str:
    """What somebody wrote, as they wrote it; nothing where they wrote nothing."""
    if not text:
        return ""
    if _is_html(context):
        above = format_html('<p style="{}">{}</p>', STYLE["p"], label) if label else ""
        return format_html('{}<blockquote style="{}">{}</blockquote>', above, STYLE["quote"], linebreaksbr(text))
    return f"\n\n{label}\n{quoted(text)}\n\n"


@register.simple_block_tag(takes_context=True)
def button(context: Context, content: str, url: str) -> str:
    label = content.strip()
    if _is_html(context):
        return format_html('<p style="{}"><a href="{}" style="{}">{}</a></p>', STYLE["p"], url, STYLE["button"], label)
    return f"\n\n{label}:\n{url}\n\n"


@register.simple_tag(takes_context=True)
def link(context: Context, url: str, label: str, then: str = "", style: str = "p") -> str:
    """A link that is not the one thing to do, with a word on what follows; nothing where it leads nowhere."""
    if not url:
        return ""
    if _is_html(context):
        return format_html('<p style="{}"><a href="{}">{}</a>{}</p>', STYLE[style], url, label, f": {then}" if then else "")
    return f"\n\n{label}: {then}\n{url}\n\n"


# Facts and lists


@register.simple_block_tag(takes_context=True)
def facts(context: Context, content: str) -> str:
    """A table of `fact` and `row`."""
    if _is_html(context):
        return format_html('<table role="presentation" style="{}">{}</table>', STYLE["table"], content) if content.strip() else ""
    return "\n\n{}\n\n".format("\n".join(_lines(content)))


@register.simple_tag(takes_context=True)
def fact(context: Context, label: str, value: Any, more: str = "") -> str:
    """`label value (more)`; nothing where there is no value."""
    if not value:
        return ""
    if _is_html(context):
        return _row(label, format_html("{} ({})", linebreaksbr(value), more) if more else linebreaksbr(value))
    return f"{label} {value} ({more})\n" if more else f"{label} {value}\n"


@register.simple_block_tag(takes_context=True)
def row(context: Context, content: str, label: str) -> str:
    """The same for a value that takes more to say."""
    return _row(label, content) if _is_html(context) else f"{label} {content}\n"


def _row(label: str, value: str) -> str:
    return format_html('<tr><th scope="row" style="{}">{}</th><td style="{}">{}</td></tr>', STYLE["th"], label, STYLE["td"], value)


@register.simple_tag(takes_context=True)
def points(context: Context, items: Iterable[str], label: str = "") -> str:
    """A list; nothing where it is empty."""
    if not items:
        return ""
    if _is_html(context):
        above = format_html('<p style="{}"><strong>{}</strong></p>', STYLE["p"], label) if label else ""
        return format_html(
            '{}<ul style="{}">{}</ul>', above, STYLE["list"], format_html_join("", "<li>{}</li>", ((linebreaksbr(each),) for each in items))
        )
    return "\n\n{}\n{}\n\n".format(label, "\n".join(f"- {each}" for each in items))


@register.simple_block_tag(takes_context=True)
def bullets(context: Context, content: str) -> str:
    """A list of `bullet`; nothing where it is empty."""
    if not content.strip():
        return ""
    if _is_html(context):
        return format_html('<ul style="{}">{}</ul>', STYLE["list"], content)
    return "\n\n{}\n\n".format("\n".join(line for line in content.splitlines() if line.strip()))


@register.simple_block_tag(takes_context=True)
def bullet(context: Context, content: str) -> str:
    """A point; each of its lines stays a line."""
    lines = _lines(content)
    return format_html("<li>{}</li>", mark_safe("<br>".join(lines))) if _is_html(context) else "\n- {}\n".format("\n  ".join(lines))  # noqa: S308 drawn by the template


@register.simple_tag(takes_context=True)
def files(context: Context, documents: Iterable[Mapping[str, Any]]) -> str:
    """What we have received: names, sizes and checksums."""
    listed = [(each["name"], locales.size(each["size"]), each["sha256"]) for each in documents]
    if not listed:
        return ""
    if _is_html(context):
        row = '<li>{} ({})<br><span style="{}">SHA-256: {}</span></li>'
        inside = format_html_join("", row, ((name, size, STYLE["checksum"], checksum) for name, size, checksum in listed))
        return format_html('<ul style="{}">{}</ul>', STYLE["list"], inside)
    return "\n\n{}\n\n".format("\n".join(f"- {name} ({size})\n  SHA-256: {checksum}" for name, size, checksum in listed))


# Words

register.filter("before_stop", locales.before_stop)


@register.filter
def in_words(day: date | None) -> str:
    """Wednesday 2 December 2026."""
    return locales.weekday(day) if day else ""


@register.filter
def short_date(day: date | None) -> str:
    """2 December 2026."""
    return locales.long_day(day) if day else ""


@register.filter
def day_from(day: date | None, said_on: date) -> str:
    """2 December, for a subject; with the year where it is another than that of the mail."""
    return locales.day_in_year(day, said_on) if day else ""


@register.filter(needs_autoescape=True)
def in_lines(text: str, autoescape: bool = True) -> str:
    """Somebody's words, with their line breaks."""
    return linebreaksbr(text) if autoescape else text


@register.filter
def quoted(text: str) -> str:
    """“As they wrote it”, with the quotation marks of the reader's language."""
    return _("“%(text)s”") % {"text": text}
