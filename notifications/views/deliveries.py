"""The delivery log: what was sent to whom, how it ended, and the exact text."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.models import Organisation, Scope
from accounts.permissions import Action
from core import access, clock, listing
from core.paging import Order, both_ways
from notifications import links, resending, timeline
from notifications.filters import DeliveryPageFilters
from notifications.models import Delivery

ORDERS = both_ways(created_at=Order("created_at"))


def deliveries(request: HttpRequest) -> HttpResponse:
    access.require(request.user, Action.DELIVERY_READ)
    context = {
        "listing": listing.of(request, narrowed(request), orders=ORDERS, usual="-created_at"),
        "held": Delivery.objects.visible_to(request.user).held().count(),
        "may_release": request.user.may(Action.POLICY_EDIT),
        "query": request.GET.urlencode(),
    }
    return render(request, "notifications/deliveries.html", context)


def narrowed(request: HttpRequest) -> DeliveryPageFilters:
    """The log as the address describes it; the sheet downloads the same."""
    rows = Delivery.objects.visible_to(request.user).with_status().select_related("person", "message", "organisation", "scope")
    return DeliveryPageFilters(
        request.GET,
        queryset=rows,
        organisations=Organisation.objects.visible_to(request.user).order_by("name").only("pk", "name"),
        scopes=Scope.objects.order_by("name"),
    )


def delivery(request: HttpRequest, pk: UUID) -> HttpResponse:
    access.require(request.user, Action.DELIVERY_READ)
    rows = Delivery.objects.visible_to(request.user).with_status().select_related("person", "message", "organisation", "step", "deadline")
    line: Any = get_object_or_404(rows, pk=pk)
    context = {
        "line": line,
        "page_url": links.path_of(line),
        "why": timeline.explain(line.step, line.deadline) if line.step and line.deadline else "",
        "may_resend": access.may(request.user, Action.DELIVERY_RESEND, line),
    }
    return render(request, "notifications/delivery.html", context)


@require_POST
def resend(request: HttpRequest, pk: UUID) -> HttpResponse:
    line = get_object_or_404(Delivery.objects.visible_to(request.user).select_related("person"), pk=pk)
    again = resending.resend(line=line, actor=request.user, now=clock.read()["now"])
    messages.success(request, _("It is sent to %(person)s again, in a new mail.") % {"person": line.person})
    return redirect("notifications:delivery", again.pk)


@require_POST
def held(request: HttpRequest) -> HttpResponse:
    """Let go what a long pause has held back, or drop it."""
    decide = resending.drop_held if request.POST.get("decision") == "drop" else resending.release_held
    count = decide(actor=request.user, now=clock.read()["now"])
    messages.success(request, ngettext("%(count)d message seen to.", "%(count)d messages seen to.", count) % {"count": count})
    return redirect("notifications:deliveries")
