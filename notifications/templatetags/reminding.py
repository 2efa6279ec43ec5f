"""The pages about reminding, as tabs."""

from typing import Any

from django import template
from django.template.context import Context
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Action
from core.menus import url_or_none

register = template.Library()

PAGES = {
    "forecast": _("Coming mail"),
    "policies": _("How we remind"),
    "quiet-periods": _("Quiet periods"),
    "deliveries": _("What was sent"),
    "health": _("Does it run?"),
    "webhooks": _("Webhooks"),
}
FOR_ADMINISTRATORS = frozenset({"health", "webhooks"})


@register.inclusion_tag("notifications/engine_tabs.html", takes_context=True)
def engine_tabs(context: Context, here: str) -> dict[str, Any]:
    """{% engine_tabs "forecast" %}; what only administrators may open is shown to them alone."""
    may_all = context["request"].user.may(Action.POLICY_EDIT)
    shown = [name for name in PAGES if may_all or name not in FOR_ADMINISTRATORS]
    urls = {name: url_or_none(f"notifications:{name}") for name in shown}
    return {"pages": [(PAGES[name], url, name == here) for name, url in urls.items() if url]}
