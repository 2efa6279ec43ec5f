"""Parts that only the pages of agreements have."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import template
from django.forms import BaseForm
from django.template.context import Context
from django.template.loader import select_template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from contracts import matrix, telling
from contracts.models import Framework, Obligation
from core import countries, status_words
from core.models import History
from core.templatetags import ui

register = template.Library()


@register.simple_tag
def outcome(obligation: Obligation, today: date) -> SafeString:
    """How it stands: a shape and a word, with colour only as help."""
    found = matrix.reading(obligation, today)
    label, colour = status_words.word(found.kind, found.code)
    return format_html('<span class="ds-tag outcome" data-color="{}">{}{}</span>', colour, ui.icon(found.shape), label)


@register.simple_tag(takes_context=True)
def panel(context: Context, name: str) -> SafeString:
    """A part of our page that the follow-up fills in, knowing all that the page knows; without it a word that it is empty."""
    return select_template([name, "contracts/panel_missing.html"]).template.render(context)


@register.simple_tag
def disputed(framework: Framework) -> list[dict[str, Any]]:
    """The fields that a person wrote and a newer notice contradicts."""
    return [
        {
            "name": name,
            "label": capfirst(Framework._meta.get_field(name).verbose_name),  # type: ignore[union-attr]
            "ours": getattr(framework, name),
            "theirs": theirs,
        }
        for name, theirs in framework.disputed.items()
        if hasattr(framework, name)
    ]


@register.simple_tag
def told(row: History) -> telling.Told:
    return telling.told(row)


@register.simple_tag
def country(code: str) -> str:
    return countries.name(code, get_language() or "nb") if code else ""


@register.inclusion_tag("forms/error_summary.html")
def error_summary_of(forms: Iterable[BaseForm]) -> dict[str, Any]:
    """What is wrong with any of many forms."""
    return ui.error_summary(*forms)


@register.simple_tag
def outcome_tab(counted: dict[str, Any], current: str) -> SafeString:
    """A tab of an import: the rows with one result."""
    label, _colour = status_words.word("import", counted["outcome"])
    return ui.tab(str(label), f"?outcome={counted['outcome']}", counted["outcome"] == current, counted["count"])


@register.inclusion_tag("contracts/share_bar.html")
def share_bar(shares: matrix.Shares) -> dict[str, Any]:
    """How many requirements are met, partly met and not, only stated by the supplier, known of by nobody."""
    parts = [
        ("success", shares.verified, _("met")),
        ("warning", shares.partly, _("partly met")),
        ("danger", shares.failed, _("not met or not documented")),
        ("info", shares.declared, _("stated by the supplier")),
        ("neutral", shares.unknown, _("not assessed")),
    ]
    total = sum(amount for _, amount, _ in parts)
    bars, start = [], 0.0
    for colour, amount, label in parts:
        width = 100 * amount / total if total else 0
        bars.append({"colour": colour, "amount": amount, "label": label, "x": f"{start:.2f}", "width": f"{width:.2f}"})
        start += width
    shown = [bar for bar in bars if bar["amount"]]
    return {"bars": shown, "total": total, "words": ", ".join(f"{bar['amount']} {bar['label']}" for bar in shown)}
