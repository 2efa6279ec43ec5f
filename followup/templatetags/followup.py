"""Parts that only the pages of requests and documents have."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import locales
from core.models import History
from core.templatetags import ui
from followup import date_words, words
from followup.due_dates import DueDate
from followup.models import Document, DocumentRequest, Item
from followup.panels import SOON

register = template.Library()


@register.inclusion_tag("ui/progress.html")
def readiness(it: DocumentRequest) -> dict[str, Any]:
    """What of the required is answered or saved: 2 of 3 ready."""
    asked = [item for item in it.items.all() if item.is_required]
    done = [item for item in asked if item.is_answered or item.claim or item.has_saved]  # type: ignore[attr-defined]
    return {"done": len(done), "total": len(asked), "label": "", "is_done": len(done) == len(asked)}


@register.filter
def kept_basis(kept: dict[str, Any]) -> str:
    """How a computed date came about, as it was kept."""
    return date_words.basis(kept)


@register.filter
def due_basis(due: DueDate) -> str:
    return date_words.basis(due.kept())


@register.simple_tag
def judged(it: DocumentRequest) -> str:
    """How many items there are, and how many we have accepted."""
    items = list(it.items.all())
    accepted = sum(item.state == Item.State.ACCEPTED for item in items)
    words = {"accepted": accepted, "total": len(items)}
    return ngettext("%(accepted)d of %(total)d item accepted", "%(accepted)d of %(total)d items accepted", len(items)) % words


@register.simple_tag
def owed(it: DocumentRequest) -> str:
    """Why it is our turn; empty where it is not. Wants `reading.with_owed_answers`."""
    whys = []
    if it.status == DocumentRequest.Status.SUBMITTED:
        whys.append(_("to be reviewed"))
    if it.is_with_supplier and it.deadline.waits_for_us:
        whys += [_("a question has no answer")] * it.has_question  # type: ignore[attr-defined]
        whys += [_("more time is asked for")] * it.has_time_request  # type: ignore[attr-defined]
    return ", ".join(whys)


@register.filter
def kind_name(kind: Any, language: str) -> str:
    return str(kind.name_in(language))


@register.filter
def did(row: History) -> str:
    return words.did(row)


@register.filter
def changes(row: History) -> Iterator[str]:
    return words.details(row)


@register.simple_tag
def validity(document: Document, today: date) -> SafeString:
    """Until when, and a warning in time. Without a date nothing is known, and nothing is coloured."""
    until = document.valid_until
    if until is None:
        return SafeString("–")
    shown = ui.day(until)
    if until < today:
        return format_html("{} {}", ui.tag(_("Expired"), "danger"), shown)
    if until - today <= SOON:
        return format_html("{} {}", ui.tag(locales.distance(until, today), "warning"), shown)
    return shown


@register.simple_tag
def uses(document: Document) -> SafeString:
    """The requests that it serves, each once."""
    requests = {one.item.request_id: one.item.request for one in document.evidence.all()}
    links = ((reverse("followup:document-request", args=[key]), it.title, it.framework.title) for key, it in requests.items())
    return format_html_join(SafeString("<br>"), '<a class="ds-link" href="{}">{}</a> <span class="muted">{}</span>', links) or SafeString(
        "–"
    )
