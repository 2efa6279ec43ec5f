"""What every page about an agreement does first, and the manners that these pages share."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Action
from accounts.requests import SignedInRequest
from contracts.models import Framework
from contracts.states import FRAMEWORK
from core import access, states
from core.errors import NotAllowed
from core.menus import url_or_none

Text = str | Promise

TABS: tuple[tuple[str, Text], ...] = (
    ("framework", _("Overview")),
    ("framework-requirements", _("Requirements")),
    ("framework-follow-up", _("Follow-up")),
    ("framework-suppliers", _("Suppliers")),
    ("framework-call-offs", _("Call-offs")),
    ("framework-documents", _("Documents")),
    ("framework-history", _("History")),
)


def framework_for(request: SignedInRequest, pk: UUID, change: str | None = None, *, prefetch: Iterable[str] = ("options",)) -> Framework:
    """The agreement if it exists for this person (404); their role may make the change (403), and it is possible now (409)."""
    seen = Framework.objects.visible_to(request.user).select_related("organisation", "predecessor").prefetch_related(*prefetch)
    framework: Framework = get_object_or_404(seen, pk=pk)
    if change is not None:
        states.check(FRAMEWORK, framework, change, actor=request.user)
    return framework


def part_for(request: SignedInRequest, rows: Any, pk: UUID, change: str) -> Any:
    """A row that belongs to an agreement, by the same rules. `rows` are those visible to the reader."""
    row = get_object_or_404(rows.select_related("framework__organisation"), pk=pk)
    states.check(FRAMEWORK, row.framework, change, actor=request.user)
    return row


def shell(request: SignedInRequest, framework: Framework, tab: str, today: date) -> dict[str, Any]:
    """What stands around the contents on each page of an agreement. A page that has no tab for this person is not theirs (403)."""
    tabs = _tabs(request)
    if tab not in dict(tabs):
        raise NotAllowed
    may_ask = access.may(request.user, Action.DOCUMENT_REQUEST_EDIT, framework) and framework.status == Framework.Status.SIGNED
    return {
        "framework": framework,
        "today": today,
        "phase": framework.phase(today),
        "tabs": [(label, reverse(f"contracts:{name}", args=[framework.pk]), name == tab) for name, label in tabs],
        "possible": states.possible(FRAMEWORK, framework, request.user),
        "ask_url": url_or_none("followup:document-request-new") if may_ask else None,
        "is_ours": request.user.works_here,
    }


def _tabs(request: SignedInRequest) -> list[tuple[str, Text]]:
    """An agency has nothing to do with requests, documents and who did what."""
    outsiders = ("framework-follow-up", "framework-documents", "framework-history")
    is_outside = bool(request.user.agency_ids) and not request.user.works_here and not request.user.supplier_ids
    return [tab for tab in TABS if not (is_outside and tab[0] in outsiders)]


def address(framework: Framework, page: str = "framework", anchor: str = "") -> str:
    return reverse(f"contracts:{page}", args=[framework.pk]) + (f"#{anchor}" if anchor else "")


def onward(request: SignedInRequest, framework: Framework, page: str) -> str:
    """Where a form leads when it is done: its own part of the agreement, or back to the list of what is missing that led to it."""
    return address(framework) if request.GET.get("from") == "missing" else address(framework, page)


def form_page(request: SignedInRequest, form: BaseForm, *, title: Text, back_url: str, label: Text, **more: Any) -> HttpResponse:
    """A page with one form; 422 when what was sent had faults, so that htmx shows it too."""
    context = {"form": form, "title": title, "back_url": back_url, "label": label, **more}
    template = more.pop("template", "contracts/form.html")
    return render(request, template, context, status=422 if request.method == "POST" else 200)
