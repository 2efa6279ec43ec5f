"""The parts that list pages are made of; `docs/pages.md` shows them together."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django import template
from django.forms import BaseForm, HiddenInput
from django.forms.boundfield import BoundField
from django.template.context import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.listing import Tab
from core.templatetags import ui

register = template.Library()
MOST_FILTERS = 4


@register.inclusion_tag("ui/sort.html", takes_context=True)
def sort(context: Context, field: str, label: str) -> dict[str, Any]:
    """A column head that sorts by `field`, and back by `-field`; the address holds the choice."""
    query = context["request"].GET.copy()
    now = query.get("ordering", "")
    query["ordering"] = f"-{field}" if now == field else field
    query.pop("cursor", None)
    directions = {field: "ascending", f"-{field}": "descending"}
    return {"label": label, "url": f"?{query.urlencode()}", "direction": directions.get(now)}


@register.inclusion_tag("ui/pager.html")
def pager(next_url: str | None, previous_url: str | None) -> dict[str, Any]:
    return {"next": next_url, "previous": previous_url}


@register.inclusion_tag("ui/filter_bar.html", takes_context=True)
def filter_bar(context: Context, form: BaseForm) -> dict[str, Any]:
    """The filters of a list: the first four in sight, the rest folded."""
    fields = [field for field in form if not isinstance(field.field.widget, HiddenInput)]
    folded = fields[MOST_FILTERS:]
    chosen = [field for field in fields if _has_value(field)]
    return {
        "form": form,
        "fields": fields[:MOST_FILTERS],
        "folded": folded,
        "folded_chosen": len([field for field in folded if field in chosen]),
        "has_chosen": bool(chosen),
        "kept": _other_parameters(context, form),
        "path": context["request"].path,
        "unfiltered": _unfiltered(context),
    }


def _has_value(field: BoundField) -> bool:
    return field.value() not in (None, "", [], False)


def _other_parameters(context: Context, form: BaseForm) -> list[tuple[str, str]]:
    """Sorting, tab and what is narrowed without a control stay when a filter changes; the place in the list does not."""
    own = {field.html_name for field in form if not field.is_hidden} | {"cursor"}
    query = context["request"].GET
    return [(name, value) for name in query if name not in own for value in query.getlist(name)]


def _unfiltered(context: Context) -> str:
    """This list in the same view, without search and filters."""
    view = context["request"].GET.get("view")
    return f"{context['request'].path}?{urlencode({'view': view})}" if view else str(context["request"].path)


@register.inclusion_tag("ui/nothing_matches.html", takes_context=True)
def nothing_matches(context: Context) -> dict[str, Any]:
    """A list that is empty because of what was asked for."""
    return {"unfiltered": _unfiltered(context)}


@register.simple_tag(takes_context=True)
def spreadsheet_link(context: Context, url_name: str, *args: Any) -> SafeString:
    """To the whole list, as the address describes it, in a file."""
    url, query = reverse(url_name, args=[*args, "xlsx"]), context["request"].GET.urlencode()
    text = _("Download as a spreadsheet")
    return format_html('<a class="ds-link" href="{}">{} {}</a>', f"{url}?{query}" if query else url, ui.icon("download"), text)


@register.inclusion_tag("ui/list_views.html")
def list_views(views: Iterable[Tab]) -> dict[str, Any]:
    """The views of a list as tabs, and what the one that is open holds: {% list_views views %}, made by `core.listing.tabs`."""
    return {"views": list(views)}
