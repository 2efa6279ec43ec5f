"""What the follow-up fills in on the pages of agreements, requirements and suppliers. Always what the reader may see."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import template
from django.db.models import Prefetch
from django.template.context import Context

from accounts.models import Organisation
from contracts.models import Framework, Obligation
from followup import querysets, reading
from followup.models import ContactEntry, Document, DocumentRequest, Evidence, Item

register = template.Library()

MOST = 100
MOST_LOGGED = 5
SOON = timedelta(days=90)


@register.simple_tag(takes_context=True)
def requests_on(context: Context, framework: Framework) -> list[DocumentRequest]:
    """The newest requests on an agreement, what is open first."""
    rows = DocumentRequest.objects.visible_to(context["user"]).filter(framework=framework)
    found = list(rows.select_related("supplier", "deadline").prefetch_related("items").order_by("-created_at", "-id")[:MOST])
    return sorted(found, key=lambda it: (it.status not in querysets.OPEN, it.deadline.due_on))


@register.simple_tag(takes_context=True)
def documents_on(context: Context, framework: Framework) -> list[Document]:
    """What was delivered on an agreement's requests, newest first."""
    served = Evidence.objects.filter(item__request__framework=framework).values("document")
    rows = Document.objects.visible_to(context["user"]).filter(pk__in=served)
    return list(reading.with_uses(rows, context["user"]).order_by("-received_at", "-id")[:MOST])


@register.simple_tag(takes_context=True)
def asked_about(context: Context, obligation: Obligation) -> list[Item]:
    """Each item that asks for proof of it, newest request first, with the documents that came."""
    seen = DocumentRequest.objects.visible_to(context["user"])
    documents = Document.objects.visible_to(context["user"])
    came = Evidence.objects.filter(document__in=documents).exclude(submission=None).select_related("document__kind")
    rows = Item.objects.filter(obligations=obligation, request__in=seen).select_related("request__deadline")
    return list(rows.prefetch_related(Prefetch("evidence", came)).order_by("-request__created_at", "number")[:MOST])


@register.simple_tag(takes_context=True)
def open_with(context: Context, supplier: Organisation) -> Sequence[DocumentRequest]:
    """What is open with a supplier over all agreements, most urgent first."""
    rows = DocumentRequest.objects.visible_to(context["user"]).filter(supplier=supplier).open()
    return list(rows.select_related("framework", "deadline").order_by("deadline__due_on", "deadline_id")[:MOST])


@register.simple_tag(takes_context=True)
def expiring(context: Context, supplier: Organisation, today: date) -> Sequence[Document]:
    """Documents that have run out or soon will, the first first."""
    rows = Document.objects.visible_to(context["user"]).filter(supplier=supplier, delivered_at__isnull=False, valid_until__lte=today + SOON)
    return list(rows.select_related("kind").order_by("valid_until", "id")[:MOST])


@register.simple_tag(takes_context=True)
def last_said(context: Context, supplier: Organisation) -> Sequence[ContactEntry]:
    rows: Any = ContactEntry.objects.visible_to(context["user"]).filter(supplier=supplier)
    return list(rows.select_related("written_by__person", "request")[:MOST_LOGGED])
