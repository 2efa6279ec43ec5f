"""A few honest figures, each with of how many, and the rows behind each."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.permissions import Action
from accounts.requests import SignedInRequest
from contracts.filters import STANDINGS
from contracts.models import Framework
from core import access, clock, listing, paging
from core.errors import NotAllowed
from core.paging import Order
from reports import queries

ORDER = Order("created_at", descending=True)


def index(request: SignedInRequest) -> HttpResponse:
    access.require(request.user, Action.REPORT_READ)
    today, framework = clock.today(), _framework(request)
    key = framework.pk if framework else None
    context = {
        "framework": framework,
        "frameworks": Framework.objects.visible_to(request.user).order_by("title").only("pk", "title"),
        "themes": queries.themes(queries.obligations_of(request.user, today, key), today, request.user),
        "standings": STANDINGS,
        "query": f"?framework={key}" if key else "",
        "is_ours": request.user.works_here,
        **(_about_requests(request, key) if request.user.works_here else {}),
    }
    return render(request, "reports/index.html", context)


def _about_requests(request: SignedInRequest, framework: UUID | None) -> dict[str, Any]:
    today, requests = clock.today(), queries.requests_of(request.user, framework)
    return {
        "on_time": queries.on_time(requests, today),
        "open_now": queries.open_now(requests, today),
        "verdicts": queries.verdicts(requests),
        "returns": queries.returns(requests),
    }


def _framework(request: SignedInRequest) -> Framework | None:
    text = request.GET.get("framework", "")
    if not text:
        return None
    try:
        key = UUID(text)
    except ValueError:
        raise Http404 from None
    found: Framework = get_object_or_404(Framework.objects.visible_to(request.user), pk=key)
    return found


def rows(request: SignedInRequest, code: str) -> HttpResponse:
    """The requests that one figure counts."""
    if not request.user.works_here:
        raise NotAllowed
    framework = _framework(request)
    requests = queries.requests_of(request.user, framework.pk if framework else None)
    behind = queries.rows_behind(code, requests, clock.today())
    if behind is None:
        raise Http404
    found = behind.select_related("framework", "supplier", "deadline")
    page = paging.page(found, order=ORDER, size=listing.SIZE, cursor=request.GET.get("cursor"))
    context = {
        "label": queries.label_of(code),
        "framework": framework,
        "requests": page.rows,
        "today": clock.today(),
        "next_url": listing.url_of(request, page.next),
        "previous_url": listing.url_of(request, page.previous),
    }
    return render(request, "reports/rows.html", context)
