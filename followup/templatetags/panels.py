"""What the pages of agreements, suppliers and requirements show of the follow-up. Each begins with what the reader may see."""

from datetime import date
from typing import Any

from django import template
from django.template.context import Context

from accounts.models import Organisation
from accounts.permissions import Action
from contracts.models import Framework, Obligation
from core import access
from followup import outcomes, panels, reading
from followup.models import Document, DocumentRequest, Finding, Sanction
from followup.panels import MOST

register = template.Library()


@register.simple_tag(takes_context=True)
def followed_up_on(context: Context, framework: Framework) -> dict[str, Any]:
    """All that the panel of an agreement shows."""
    return panels.of_agreement(framework, viewer=context["user"])


@register.simple_tag(takes_context=True)
def followed_up_with(context: Context, supplier: Organisation, today: date) -> dict[str, Any]:
    """All that the panel of a supplier shows."""
    return panels.of_supplier(supplier, viewer=context["user"], today=today)


@register.simple_tag(takes_context=True)
def may_propose_sanction(context: Context, framework: Framework) -> bool:
    return access.may(context["user"], Action.SANCTION_PROPOSE, framework)


@register.simple_tag(takes_context=True)
def documents_on(context: Context, framework: Framework) -> list[Document]:
    rows = Document.objects.visible_to(context["user"]).filter(evidence__item__request__framework=framework)
    return list(reading.with_uses(rows.distinct(), context["user"]).order_by("-received_at", "-id")[:MOST])


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
def findings_for(context: Context, obligation: Obligation) -> list[Finding]:
    """What was found about this obligation, newest first."""
    rows = Finding.objects.visible_to(context["user"]).filter(obligations=obligation)
    return list(rows.select_related("framework", "supplier", "severity").order_by("-created_at", "-id")[:MOST])


@register.simple_tag(takes_context=True)
def sanctions_that_apply(context: Context, framework: Framework) -> list[Sanction]:
    """To suppliers on the agreement, as agencies are told of them."""
    return outcomes.sanctions_in_force(framework, viewer=context["user"])


@register.simple_tag(takes_context=True)
def outcomes_on(context: Context, framework: Framework) -> list[outcomes.Outcome]:
    """What agencies are told of our follow-up."""
    return outcomes.of(framework, viewer=context["user"])
