"""The parts that pages are made of; `docs/pages.md` shows each with an example."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.forms import BaseForm, BaseFormSet
from django.template.context import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core import locales, status_words, thumbnails
from core.models import StoredFile

register = template.Library()


# Words and figures

register.filter("before_stop", locales.before_stop)


@register.simple_tag
def icon(name: str) -> SafeString:
    """A line drawing beside a word; never the only thing that says something."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', static("core/icons.svg"), name)


@register.simple_tag
def tag(label: str, colour: str = "neutral") -> SafeString:
    return format_html('<span class="ds-tag" data-color="{}">{}</span>', colour, label)


@register.simple_tag
def state(kind: str, code: str) -> SafeString:
    """The word of core/status_words.py with its colour: {% state "document_request" it.status %}."""
    word = status_words.word(kind, code)
    return tag(str(word.label), word.colour)


@register.simple_tag(takes_context=True)
def turn(context: Context, who: str) -> SafeString:
    """Whom this waits for, in the reader's words. `who` is `supplier`, `cpb` or empty (nobody)."""
    if not who:
        return SafeString("")
    ours = context["reader"].side != "supplier"
    names = {
        "supplier": _("the supplier") if ours else _("you"),
        "cpb": _("us") if ours else context["organisation_name"],
    }
    mine = (who == "cpb") == ours
    return format_html(
        '<span class="turn"{}>{}</span>', SafeString(" data-mine") if mine else "", _("Waiting for: %(who)s") % {"who": names[who]}
    )


@register.simple_tag
def day(value: date | None, today: date | None = None) -> SafeString:
    """Near dates relative with the date beside them, far ones absolute. Without `today` always absolute. Of a moment its day here."""
    if value is None:
        return SafeString("–")
    if isinstance(value, datetime):
        value = timezone.localdate(value)
    text = locales.near_day(value, today) if today else locales.long_day(value)
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), text)


@register.simple_tag
def day_in_words(value: date) -> SafeString:
    """Wednesday 2 December 2026: for the supplier's pages."""
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), locales.weekday(value))


@register.simple_tag
def due(value: date | None, today: date) -> SafeString:
    """A deadline that is still open, as a coloured tag with the date in it."""
    if value is None:
        return SafeString("–")
    label, colour = locales.due(value, today)
    content = format_html('<time datetime="{}">{}</time>', value.isoformat(), label)
    beside = "" if colour == "neutral" else format_html(' <span class="muted">{}</span>', locales.short_day(value, today))
    return format_html('<span class="due">{}{}</span>', tag(content, colour), beside)


@register.simple_tag
def moment(value: datetime | None) -> SafeString:
    if value is None:
        return SafeString("–")
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), locales.moment(value))


@register.filter
def span(value: int, unit: str) -> str:
    return locales.span(value, unit)


@register.filter
def number(value: float | Decimal | None) -> str:
    return "–" if value is None else locales.number(value)


@register.filter
def count(value: int) -> str:
    """Big counts are not counted to the end: 1,000+."""
    return f"{locales.number(1000)}+" if value > 1000 else locales.number(value)


@register.filter
def file_size(value: int) -> str:
    return locales.size(value)


@register.simple_tag
def money(value: Decimal | None, currency: str = "NOK") -> str:
    return "–" if value is None else locales.money(value, currency)


# The page's frame


@register.inclusion_tag("ui/breadcrumbs.html")
def breadcrumbs(*labels_and_urls: str) -> dict[str, Any]:
    """The way back: {% breadcrumbs "Agreements" list_url agreement.title agreement_url %}; the page itself is not in it."""
    pairs = list(zip(labels_and_urls[::2], labels_and_urls[1::2], strict=True))
    return {"pairs": pairs, "last": pairs[-1] if pairs else None}


@register.simple_block_tag
def heading(content: str, title: str, lead: str = "", over: str = "") -> str:
    """The page's one h1. Inside the block: its one primary action, and quieter ones."""
    return render_to_string("ui/heading.html", {"title": title, "lead": lead, "over": over, "actions": SafeString(content.strip())})


@register.simple_tag
def jump(anchor: str, label: str) -> SafeString:
    """From the heading to where the page's next step is done. Quiet: the one filled button stands there."""
    return format_html('<a class="ds-button" data-variant="secondary" href="#{}">{}{}</a>', anchor, icon("down"), label)


@register.simple_block_tag
def empty(content: str, title: str, text: str = "") -> str:
    """Why there is nothing here. Inside the block: what to do about it."""
    return render_to_string("ui/empty.html", {"title": title, "text": text, "action": SafeString(content.strip())})


@register.simple_block_tag
def shown_once(content: str, name: str, title: str, label: str, value: str) -> str:
    """A secret that nobody can look up again, to be copied now. Inside the block: what else to know about it."""
    return render_to_string("ui/shown_once.html", {"name": name, "title": title, "label": label, "value": value, "more": content})


@register.simple_block_tag
def table(content: str, caption: str, hide_caption: bool = True) -> str:
    """A table that scrolls by itself and becomes cards on a phone (give each td a data-label)."""
    return render_to_string("ui/table.html", {"content": content, "caption": caption, "hide_caption": hide_caption})


@register.simple_block_tag
def tabs(content: str, label: str) -> SafeString:
    return format_html('<nav class="tabs" aria-label="{}"><ul>{}</ul></nav>', label, content)


@register.simple_tag
def tab(label: str, url: str, is_current: bool = False, count: int | None = None) -> SafeString:
    badge = "" if count is None else format_html(' <span class="count" data-quiet>{}</span>', count)
    here = SafeString(' aria-current="page"') if is_current else ""
    return format_html('<li><a href="{}"{}>{}{}</a></li>', url, here, label, badge)


# Contents


@register.simple_tag
def fact(label: str, value: Any) -> SafeString:
    """One line of a <dl class="facts">."""
    return format_html("<div><dt>{}</dt><dd>{}</dd></div>", label, "–" if value in (None, "") else value)


@register.inclusion_tag("ui/progress.html")
def progress(done: int, total: int, label: str = "") -> dict[str, Any]:
    """2 of 3 ready, as words and as a bar."""
    return {"done": done, "total": total, "label": label, "is_done": done >= total}


PAST_SHOWN, COMING_SHOWN = 5, 3


@register.inclusion_tag("ui/timeline.html")
def timeline(events: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What happened and what will: each with `at` (date or datetime), `title`, and if wished `text`, `by`, `colour`, `is_coming`, `url`.

    What lies near today stands open; a long past and a long row of plans are folded.
    """
    shown = [{**event, "when": _when(event["at"])} for event in events]
    coming = sum(bool(event.get("is_coming")) for event in shown)
    first, last = len(shown) - coming - PAST_SHOWN, len(shown) - coming + COMING_SHOWN
    first = first if first > 1 else 0
    last = last if len(shown) - last > 1 else len(shown)
    return {"earlier": shown[:first], "near": shown[first:last], "later": shown[last:]}


def _when(at: date | datetime) -> SafeString:
    return moment(at) if isinstance(at, datetime) else day(at)


@register.inclusion_tag("ui/files.html")
def files(documents: Iterable[Any]) -> dict[str, Any]:
    """Files with `name`, `size`, `sha256`, `scan_state` and, where they may be fetched, `url`."""
    return {"documents": list(documents)}


@register.inclusion_tag("ui/small_picture.html")
def small_picture(file: StoredFile, small_url: str, url: str, alt: str) -> dict[str, Any]:
    """A photo in small, which leads to the file; nothing for what is no photo. `alt` says what it shows, as far as anybody knows."""
    return {"is_shown": thumbnails.has(file), "small_url": small_url, "url": url, "alt": alt}


@register.inclusion_tag("forms/error_summary.html")
def error_summary(*parts: BaseForm | BaseFormSet) -> dict[str, Any]:
    """All that is wrong with these forms and sets of forms, on top, with links. `{{ form }}` brings its own."""
    forms = [form for part in parts for form in (part if isinstance(part, BaseFormSet) else [part])]
    return {"forms": [form for form in forms if form.errors], "has_errors": any(form.errors for form in forms)}


@register.filter
def anchor(text: str) -> str:
    return slugify(text)
