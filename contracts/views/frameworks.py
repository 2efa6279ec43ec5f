"""The agreements: the list, and the pages of one agreement for reading."""

from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Lower
from django.http import HttpResponse
from django.shortcuts import render

from accounts.permissions import Action
from accounts.requests import SignedInRequest
from contracts import matrix, readiness, reading, standings, timeline
from contracts.filters import FrameworkFilters
from contracts.models import Framework
from contracts.views.doors import framework_for, shell
from core import access, clock, listing, paging
from core.models import History
from core.paging import Order
from notifications import kinds
from notifications import timeline as notification_timeline
from notifications.views.seen import seen

ORDERS = paging.both_ways(
    title=Order("title_key", "scope_id"), created_at=Order("created_at", "scope_id"), ends_on=Order("ends_on", "scope_id")
)
HISTORY = Order("at", descending=True)


def index(request: SignedInRequest) -> HttpResponse:
    """Mine or all. Who is named on agreements sees those first."""
    today = clock.today()
    found = listing.of(request, narrowed(request), orders=ORDERS, usual="title")
    context = {
        "listing": found,
        "rows": reading.listed(found.rows, user=request.user, today=today),
        "today": today,
        "has_own": has_own(request),
        "is_mine": is_mine(request),
        "is_ours": request.user.works_here,
        "may_create": access.may(request.user, Action.FRAMEWORK_CREATE),
        "may_import": access.may(request.user, Action.FRAMEWORK_IMPORT),
    }
    return render(request, "contracts/frameworks.html", context)


def has_own(request: SignedInRequest) -> bool:
    return request.user.works_here and bool(request.user.scope_roles)


def is_mine(request: SignedInRequest) -> bool:
    return has_own(request) and request.GET.get("who", "mine") == "mine"


def narrowed(request: SignedInRequest) -> FrameworkFilters:
    """The list as the address describes it; the sheet downloads the same."""
    rows = Framework.objects.visible_to(request.user).prefetch_related("options").annotate(title_key=Lower("title"))
    rows = rows.managed_by(request.user) if is_mine(request) else rows
    rows = rows.exclude(ends_on=None) if "ends_on" in request.GET.get("ordering", "") else rows
    return FrameworkFilters(request.GET, rows, user=request.user, today=clock.today())


def overview(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The time line, and under it the matrix."""
    framework = framework_for(request, pk)
    seen(request, kinds.AGREEMENT, framework.pk)
    today, user = clock.today(), request.user
    places = reading.places_on(framework, user=user, today=today)
    requirements = list(framework.requirements.visible_to(user).filter(Q(withdrawn_on=None) | Q(withdrawn_on__gt=today)))
    obligations = list(framework.obligations.visible_to(user).on(today).select_related("lot"))
    standings.attach(obligations, user=user)
    people = reading.people(framework, user=user, today=today)
    suppliers = [row.supplier for row in places.running]
    events = timeline.events(framework, deadlines=reading.dated(framework, user=user), is_ours=user.works_here)
    context = {
        **shell(request, framework, "framework", today),
        "suspended": places.suspended,
        "people": people,
        "line": timeline.line(framework, events, today),
        "coming": [event for event in events if event.on >= today],
        "past": [event for event in events if event.on < today],
        "tables": matrix.tables(participations=places.running, requirements=requirements, obligations=obligations),
        "shares": matrix.shares(obligations, today),
        "gaps": readiness.missing(framework, people=people, suppliers=suppliers, requirements=requirements) if user.works_here else [],
    }
    return render(request, "contracts/framework.html", context)


def follow_up(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """What was asked and what happened. The contents are the follow-up's own."""
    framework = framework_for(request, pk)
    context = {
        **shell(request, framework, "framework-follow-up", clock.today()),
        "entries": notification_timeline.of_agreement(framework.scope_id, viewer=request.user),
    }
    return render(request, "contracts/framework_follow_up.html", context)


def documents(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """What suppliers have documented. The contents are the follow-up's own."""
    framework = framework_for(request, pk)
    context = shell(request, framework, "framework-documents", clock.today())
    return render(request, "contracts/framework_documents.html", context)


def history(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Who did what on the agreement, newest first."""
    framework = framework_for(request, pk)
    rows = History.objects.visible_to(request.user).filter(scope_id=pk)
    page = paging.page(rows, order=HISTORY, size=listing.SIZE, cursor=request.GET.get("cursor"))
    context = {
        **shell(request, framework, "framework-history", clock.today()),
        "rows": page.rows,
        "next_url": listing.url_of(request, page.next),
        "previous_url": listing.url_of(request, page.previous),
    }
    return render(request, "contracts/framework_history.html", context)
