"""Webhooks: who is told of what, for administrators."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.permissions import Action
from accounts.requests import SignedInRequest
from core import access, clock, listing, paging
from core.forms import blamed_on
from core.paging import Order
from notifications.forms import WebhookForm
from notifications.models import Webhook, WebhookCall
from notifications.webhooks import events, managing

PAGE = "notifications:webhook"
ACTS = ("test", "secret", "on", "off")


def webhooks(request: SignedInRequest) -> HttpResponse:
    """All of them, and a form for one more. Its secret is shown in the answer, and never again."""
    access.require(request.user, Action.POLICY_EDIT)
    form = WebhookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with blamed_on(form):
            webhook, secret = managing.add(**_said(form), actor=request.user, now=clock.now())
            return _page(request, webhook, secret=secret)
    context = {"webhooks": Webhook.objects.visible_to(request.user).with_last_call().order_by("name", "id"), "form": form}
    return render(request, "notifications/webhooks.html", context, status=422 if form.errors else 200)


def webhook(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One of them with its log; the form changes it."""
    access.require(request.user, Action.POLICY_EDIT)
    it = _found(request, pk)
    form = WebhookForm(request.POST if request.method == "POST" else None, initial={"name": it.name, "url": it.url, "events": it.events})
    if request.method == "POST" and form.is_valid():
        with blamed_on(form):
            managing.change(webhook=it, **_said(form), actor=request.user, now=clock.now())
            messages.success(request, _("The webhook is saved."))
            return redirect(PAGE, it.pk)
    return _page(request, it, form=form)


@require_POST
def act(request: SignedInRequest, pk: UUID, what: str) -> HttpResponse:
    """Try it, renew its secret, switch it on or off."""
    access.require(request.user, Action.POLICY_EDIT)
    it = _found(request, pk)
    by: dict[str, Any] = {"actor": request.user, "now": clock.now()}
    if what == "secret":
        return _page(request, it, secret=managing.renew_secret(webhook=it, **by))
    if what == "test":
        managing.test(webhook=it, **by)
        messages.success(request, _("A test is on its way. Its outcome stands in the log in a moment."))
    else:
        managing.switch(webhook=it, on=what == "on", **by)
        messages.success(request, _("The webhook is switched on.") if what == "on" else _("The webhook is switched off."))
    return redirect(PAGE, it.pk)


def _found(request: SignedInRequest, pk: UUID) -> Webhook:
    found: Webhook = get_object_or_404(Webhook.objects.visible_to(request.user), pk=pk)
    return found


def _said(form: WebhookForm) -> dict[str, Any]:
    said = dict(form.cleaned_data)
    return {"name": said["name"], "url": said["url"], "wanted": said["events"]}


def _page(request: SignedInRequest, it: Webhook, *, form: WebhookForm | None = None, secret: str = "") -> HttpResponse:
    calls = WebhookCall.objects.visible_to(request.user).filter(webhook=it)
    page = paging.page(calls, order=Order("created_at", descending=True), size=listing.SIZE, cursor=request.GET.get("cursor"))
    form = form or WebhookForm(initial={"name": it.name, "url": it.url, "events": it.events})
    context = {
        "webhook": it,
        "event_names": [str(events.EVENTS.get(name, name)) for name in it.events],
        "calls": page.rows,
        "next_url": listing.url_of(request, page.next),
        "previous_url": listing.url_of(request, page.previous),
        "form": form,
        "secret": secret,
    }
    answer = render(request, "notifications/webhook.html", context, status=422 if form.errors else 200)
    answer["Cache-Control"] = "no-store"
    return answer
