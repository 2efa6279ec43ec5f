"""The delivery log: what was sent to whom, how it ended, and the exact text."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Organisation, Scope, User
from accounts.permissions import Action
from accounts.requests import SignedInRequest
from core import access, clock, listing, sheets, status_words
from core.paging import Order, both_ways
from notifications import cancel_words, kinds, links, queue, rendering, resending, set_aside, timeline
from notifications.filters import DeliveryPageFilters
from notifications.models import Delivery
from notifications.views.seen import seen

ORDERS = both_ways(created_at=Order("created_at"))


def deliveries(request: SignedInRequest) -> HttpResponse:
    access.require(request.user, Action.DELIVERY_READ)
    seen(request, kinds.DELIVERIES, None)
    page = listing.of(request, narrowed(request), orders=ORDERS, usual="-created_at")
    for line in page.rows:
        line.label = kinds.get(line.kind).label
    context = {
        "listing": page,
        "held": Delivery.objects.visible_to(request.user).held().count(),
        "may_release": request.user.may(Action.POLICY_EDIT),
    }
    return render(request, "notifications/deliveries.html", context)


def health(request: SignedInRequest) -> HttpResponse:
    """For administrators: does anything stand still, and where."""
    access.require(request.user, Action.POLICY_EDIT)
    found = queue.look(now=clock.now())
    for step in found.set_aside:
        step.words = set_aside.words(step)  # type: ignore[attr-defined]
    return render(request, "notifications/health.html", {"queue": found})


def narrowed(request: SignedInRequest) -> DeliveryPageFilters:
    """The log as the address describes it; the sheet downloads the same."""
    rows = Delivery.objects.visible_to(request.user).with_status().select_related("person", "message", "organisation", "scope")
    return DeliveryPageFilters(
        request.GET,
        queryset=rows,
        organisations=Organisation.objects.visible_to(request.user).order_by("name").only("pk", "name"),
        scopes=Scope.objects.visible_to(request.user).order_by("name"),
    )


@require_safe
def sheet(request: SignedInRequest, kind: str) -> HttpResponseBase:
    access.require(request.user, Action.DELIVERY_READ)
    header = [
        _("What"),
        _("To"),
        _("E-mail"),
        _("Agreement"),
        _("State"),
        _("Written"),
        pgettext("mail", "Sent"),
        _("Subject"),
        "Message-ID",
    ]
    lines = narrowed(request).qs.order_by("-created_at", "-id").iterator(chunk_size=500)
    return sheets.spreadsheet(name=_("What was sent"), header=header, rows=map(_cells, lines), kind=kind)


def _cells(line: Any) -> list[Any]:
    scope = line.scope.name if line.scope else ""
    word = status_words.word("delivery", line.state).label
    mail = [line.message.sent_at, line.message.subject, line.message.message_id] if line.message else [None, "", ""]
    return [kinds.get(line.kind).label, line.person, line.person.email, scope, word, line.created_at, *mail]


def delivery(request: SignedInRequest, pk: UUID) -> HttpResponse:
    access.require(request.user, Action.DELIVERY_READ)
    rows = Delivery.objects.visible_to(request.user).with_status().select_related("person", "message", "organisation", "step", "deadline")
    line: Any = get_object_or_404(rows, pk=pk)
    line.address = (line.message.recipient if line.message else "") or line.person.email
    line.role_words = rendering.ROLE_WORDS.get(line.role, "")
    line.cancel_words = cancel_words.cancelled(line.cancel_reason)
    context = {
        "line": line,
        "label": kinds.get(line.kind).label,
        "text": _open_text(line, request.user),
        "events": line.message.events.all() if line.message else [],
        "page_url": links.path_of(line),
        "why": timeline.explain(line.step, line.deadline) if line.step and line.deadline else "",
        "may_resend": access.may(request.user, Action.DELIVERY_RESEND, line),
    }
    return render(request, "notifications/delivery.html", context)


def _open_text(line: Delivery, reader: User) -> str:
    """The text as it was sent, without the names of documents that the reader may not read. Receipts from before these were
    marked name none of theirs."""
    text = line.message.text if line.message else ""
    if reader.may(Action.DOCUMENT_READ_RESTRICTED):
        return text
    for document in line.context.get("documents") or []:
        if document.get("is_restricted", True):
            text = text.replace(f"- {document['name']} (", f"- {_('A restricted document')} (")
    return text


@require_POST
def resend(request: SignedInRequest, pk: UUID) -> HttpResponse:
    access.require(request.user, Action.DELIVERY_READ)
    line = get_object_or_404(Delivery.objects.visible_to(request.user).select_related("person"), pk=pk)
    again = resending.resend(line=line, actor=request.user, now=clock.now())
    messages.success(request, _("It is sent to %(person)s again, in a new mail.") % {"person": line.person})
    return redirect("notifications:delivery", again.pk)


@require_POST
def held(request: SignedInRequest) -> HttpResponse:
    """Let go what a long pause has held back, or drop it."""
    decide = resending.drop_held if request.POST.get("decision") == "drop" else resending.release_held
    count = decide(actor=request.user, now=clock.now())
    text = ngettext("%(count)d message seen to.", "%(count)d messages seen to.", count) % {"count": count}
    messages.success(request, text if count else _("Nothing is held back any more: somebody has seen to it already."))
    return redirect("notifications:deliveries")


@require_POST
def try_set_aside(request: SignedInRequest) -> HttpResponse:
    """What an error set aside is taken again by the next sweep."""
    count = set_aside.try_again(actor=request.user, now=clock.now())
    text = ngettext("%(count)d step is tried again within five minutes.", "%(count)d steps are tried again within five minutes.", count)
    messages.success(request, text % {"count": count} if count else _("Nothing is set aside any more."))
    return redirect("notifications:health")
