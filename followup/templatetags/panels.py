"""What the pages of agreements, suppliers and requirements show of the follow-up. Each begins with what the reader may see."""

from datetime import date
from typing import Any

from django import template
from django.db.models import Q
from django.template.context import Context

from accounts.models import Organisation
from accounts.permissions import Action
from contracts.models import Framework, Obligation
from core import access
from followup import outcomes, reading
from followup.models import Audit, ContactEntry, Document, DocumentRequest, Finding, Meeting, Sanction, Series
from followup.templatetags.followup import SOON

register = template.Library()
MOST = 50
MOST_ENTRIES = 5


@register.simple_tag(takes_context=True)
def requests_on(context: Context, framework: Framework) -> list[DocumentRequest]:
    """Open ones first, by date; then what is finished, newest first."""
    rows = DocumentRequest.objects.visible_to(context["user"]).filter(framework=framework)
    return _ordered(rows)


@register.simple_tag(takes_context=True)
def series_on(context: Context, framework: Framework) -> list[Series]:
    """Those that run or rest, by the day of their next answer."""
    rows = Series.objects.visible_to(context["user"]).filter(framework=framework).exclude(status=Series.Status.ENDED)
    return list(rows.with_next().order_by("next_on", "title")[:MOST])


@register.simple_tag(takes_context=True)
def open_requests_of(context: Context, supplier: Organisation) -> list[DocumentRequest]:
    return _ordered(DocumentRequest.objects.visible_to(context["user"]).open().filter(supplier=supplier))


def _ordered(rows: Any) -> list[DocumentRequest]:
    shown = reading.with_progress(rows.select_related("framework", "supplier", "deadline"))
    newest = list(shown.order_by("-created_at")[:MOST])
    open_ = [it for it in newest if it.is_with_supplier or it.status in ("draft", "submitted")]
    return sorted(open_, key=lambda it: it.deadline.due_on) + [it for it in newest if it not in open_]


@register.simple_tag(takes_context=True)
def audits_of(context: Context, framework: Framework | None = None, supplier: Organisation | None = None) -> list[Audit]:
    """What is coming first, by its day; then what was held, newest first."""
    about = Q(framework=framework) if framework else Q(supplier=supplier)
    rows = Audit.objects.visible_to(context["user"]).filter(about).exclude(status=Audit.Status.CANCELLED)
    newest = list(rows.select_related("framework", "supplier", "deadline").order_by("-created_at")[:MOST])
    coming = sorted((it for it in newest if it.is_coming), key=lambda it: it.deadline.due_on)
    return coming + sorted((it for it in newest if not it.is_coming), key=_held, reverse=True)


def _held(it: Audit) -> date:
    return it.performed_on or it.deadline.due_on


@register.simple_tag(takes_context=True)
def sanctions_on(context: Context, framework: Framework | None = None, supplier: Organisation | None = None) -> list[Sanction]:
    """The newest cases on an agreement, or against a supplier; a supplier sees those it was heard in."""
    about = Q(framework=framework) if framework else Q(supplier=supplier)
    rows = Sanction.objects.visible_to(context["user"]).seen_by(context["user"]).filter(about)
    return list(rows.select_related("framework", "supplier").order_by("-created_at", "-id")[:MOST])


@register.simple_tag(takes_context=True)
def may_propose_sanction(context: Context, framework: Framework) -> bool:
    return access.may(context["user"], Action.SANCTION_PROPOSE, framework)


@register.simple_tag(takes_context=True)
def documents_on(context: Context, framework: Framework) -> list[Document]:
    rows = Document.objects.visible_to(context["user"]).filter(evidence__item__request__framework=framework)
    return list(reading.with_uses(rows.distinct(), context["user"]).order_by("-received_at", "-id")[:MOST])


@register.simple_tag(takes_context=True)
def expiring_documents_of(context: Context, supplier: Organisation, today: date) -> list[Document]:
    """Those in use that have run out, or will within 60 days."""
    rows = Document.objects.visible_to(context["user"]).filter(supplier=supplier, valid_until__lte=today + SOON)
    rows = rows.filter(evidence__item__request__status__in=("accepted", "submitted", "returned", "in_progress"))
    return list(rows.distinct().order_by("valid_until", "id")[:MOST])


@register.simple_tag(takes_context=True)
def requests_for(context: Context, obligation: Obligation) -> list[DocumentRequest]:
    """Where documentation for this obligation was asked for, newest first."""
    rows = DocumentRequest.objects.visible_to(context["user"]).filter(items__obligations=obligation).distinct()
    return list(rows.select_related("deadline").order_by("-created_at")[:MOST])


@register.simple_tag(takes_context=True)
def documents_for(context: Context, obligation: Obligation) -> list[Document]:
    rows = Document.objects.visible_to(context["user"]).filter(evidence__item__obligations=obligation)
    return list(reading.with_uses(rows.distinct(), context["user"]).order_by("-received_at", "-id")[:MOST])


@register.simple_tag(takes_context=True)
def findings_of(context: Context, framework: Framework | None = None, supplier: Organisation | None = None) -> list[Finding]:
    """Open ones, the most urgent first."""
    about = Q(framework=framework) if framework else Q(supplier=supplier)
    rows = Finding.objects.visible_to(context["user"]).open().filter(about)
    return list(rows.select_related("framework", "supplier", "severity").order_by("mend_by", "id")[:MOST])


@register.simple_tag(takes_context=True)
def findings_for(context: Context, obligation: Obligation) -> list[Finding]:
    """What was found about this obligation, newest first."""
    rows = Finding.objects.visible_to(context["user"]).filter(obligations=obligation)
    return list(rows.select_related("framework", "supplier", "severity").order_by("-created_at", "-id")[:MOST])


@register.simple_tag(takes_context=True)
def meetings_of(context: Context, framework: Framework | None = None, supplier: Organisation | None = None) -> list[Meeting]:
    """The newest few that were not called off."""
    about = Q(framework=framework) if framework else Q(supplier=supplier)
    rows = Meeting.objects.visible_to(context["user"]).filter(about).exclude(status=Meeting.Status.CANCELLED)
    return list(rows.select_related("framework", "supplier").order_by("-starts_at", "-id")[:MOST_ENTRIES])


@register.simple_tag(takes_context=True)
def outcomes_on(context: Context, framework: Framework) -> list[outcomes.Outcome]:
    """What agencies are told of our follow-up."""
    return outcomes.of(framework, viewer=context["user"])


@register.simple_tag(takes_context=True)
def contact_entries(context: Context, framework: Framework | None = None, supplier: Organisation | None = None) -> list[ContactEntry]:
    """The newest few of what was said."""
    about = Q(framework=framework) if framework else Q(supplier=supplier)
    rows = ContactEntry.objects.visible_to(context["user"]).filter(about)
    return list(rows.select_related("written_by__person", "request", "supplier")[:MOST_ENTRIES])
